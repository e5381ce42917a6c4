"""Texts become vectors: in the order of the texts, in as many requests as the server wants."""

from __future__ import annotations

import msgspec
import pytest

from asking import PRICED, SECRET, Asked
from partimento.core.errors import EngineError, EngineFault, EngineOverloaded, EngineRefused
from partimento.core.ports import Drafted
from partimento.testing import upstream as up
from partimento.testing.upstream import Answer, Upstream

TEXTS = ("Dm7", "G7", "Cmaj7")


def test_each_text_has_its_vector_and_the_tokens_are_counted() -> None:
    with Upstream() as upstream:
        drafted = Asked(upstream, key=SECRET).told(texts=TEXTS)
        (seen,) = upstream.requests
    assert drafted.value == [[3.0, 0.0, 0.0, 0.0], [2.0, 1.0, 0.0, 0.0], [5.0, 2.0, 0.0, 0.0]]
    assert drafted.usage is not None
    assert (drafted.usage.input_tokens, drafted.usage.output_tokens) == (10, 0)
    assert seen.path == "/v1/embeddings"
    assert seen.body == {"model": "little", "input": list(TEXTS), "encoding_format": "base64"}


def test_the_length_of_the_vectors_is_asked_for() -> None:
    with Upstream() as upstream:
        drafted = Asked(upstream).told(texts=("Dm7",), dimensions=2)
        assert upstream.requests[0].body["dimensions"] == 2
    assert drafted.value == [[3.0, 0.0]]


def test_numbers_are_read_as_well_in_any_order() -> None:
    data = [{"index": 1, "embedding": [2.0]}, {"index": 0, "embedding": [1.0]}]
    with Upstream(Answer(raw=msgspec.json.encode({"data": data}))) as upstream:
        assert Asked(upstream).told(texts=("a", "b")) == Drafted(value=[[1.0], [2.0]], usage=None)


def test_a_server_that_does_not_know_base64_is_asked_for_numbers() -> None:
    with Upstream(up.refused(400, "unknown field encoding_format")) as upstream:
        assert Asked(upstream).told(texts=("abc",)).value == [[3.0, 0.0, 0.0, 0.0]]
        assert "encoding_format" not in upstream.requests[1].body


def test_many_texts_go_in_several_requests_and_come_back_as_one_answer() -> None:
    texts = tuple("x" * (1 + place % 7) for place in range(600))
    with Upstream() as upstream:
        drafted = Asked(upstream).told(texts=texts)
        sizes = [len(seen.body["input"]) for seen in upstream.requests]
    assert [vector[0] for vector in drafted.value] == [len(text) for text in texts]
    assert sum(sizes) == 600
    assert max(sizes) <= 256
    assert drafted.usage is not None
    assert drafted.usage.input_tokens == sum(map(len, texts))


def test_long_texts_go_in_fewer_at_once() -> None:
    with Upstream() as upstream:
        Asked(upstream).told(texts=("x" * 100_000,) * 5)
        assert [len(seen.body["input"]) for seen in upstream.requests] == [2, 2, 1]


def test_a_server_that_takes_fewer_at_once_gets_fewer_and_is_remembered() -> None:
    objection = up.refused(413, "batch size 8 > maximum allowed batch size 4")
    with Upstream(objection) as upstream:
        asked = Asked(upstream)
        drafted = asked.drawn(texts=("abc",) * 8, times=2)[-1]
        sizes = [len(seen.body["input"]) for seen in upstream.requests]
    assert isinstance(drafted, Drafted)
    assert len(drafted.value) == 8
    assert sizes == [8, 4, 4, 4, 4]


def test_what_one_batch_does_not_tell_is_not_known_of_the_whole() -> None:
    silent = msgspec.json.encode({"data": [{"index": place, "embedding": [1.0]} for place in range(256)]})
    with Upstream(Answer(raw=silent)) as upstream:
        assert Asked(upstream).told(texts=("a",) * 300).usage is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(raw=b'{"data": [{"embedding": "not base64!"}]}'), EngineFault),
        (Answer(raw=b'{"data": [{"embedding": "AAA="}]}'), EngineFault),
        (Answer(raw=b'{"data": []}'), EngineFault),
        (Answer(raw=b'{"object": "list"}'), EngineFault),
        (up.garbage(), EngineFault),
        (up.error_within("no such model", 404), EngineRefused),
        (up.rate_limited("3600"), EngineOverloaded),
        (up.refused(401, f"bad key {SECRET}"), EngineRefused),
    ],
)
def test_every_failure_has_its_error(answer: Answer, kind: type[EngineError]) -> None:
    with Upstream(otherwise=answer) as upstream:
        asked = Asked(upstream, key=SECRET, prices=PRICED)
        assert type(asked.failed(texts=("abc",), stream=False)) is kind
