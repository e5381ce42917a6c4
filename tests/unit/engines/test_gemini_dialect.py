"""What is said in the Gemini API's terms, and how its replies are read, without a server."""

from __future__ import annotations

from base64 import b64encode
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asked import REQUEST, talk
from partimento.core.conversation import Message, Text, Tool, ToolCall, said
from partimento.core.errors import EngineError, EngineFault
from partimento.core.ports import Call
from partimento.engines.gemini.answer import Answer
from partimento.engines.gemini.contents import UNSIGNED, read_id, signed_id
from partimento.engines.gemini.dialect import Dialect, body_of, resource_of, simpler_dialect
from partimento.engines.gemini.refusal import read
from partimento.wire.refusal import Refusal, message_in
from verse import SMALL

CHORD = Tool(name="chord")


def call(**fields: Any) -> Call:
    told = {"system": "", "user": "hi", "max_tokens": 8000, **fields}
    return Call(model=SMALL, request=REQUEST, deadline=0.0, **told)


def refusal(status: int, body: Any, retry_after: str = "") -> Refusal:
    return Refusal(status, msgspec.json.encode(body), retry_after, "http://here", "little", "KEY")


@given(st.binary(min_size=1, max_size=200), st.text("abcXYZ019_-", max_size=30).filter(lambda name: "--" not in name))
def test_a_signature_comes_back_from_an_id_as_it_went_in(signature: bytes, name: str) -> None:
    told = b64encode(signature).decode()
    assert read_id(signed_id(name, told)) == (name, told)


def test_an_id_of_another_vendor_is_put_in_the_letters_that_the_api_takes() -> None:
    assert read_id("call:1/ü" + "x" * 80) == ("call_1__" + "x" * 56, "")


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("auto", {"mode": "AUTO"}),
        ("none", {"mode": "NONE"}),
        ("required", {"mode": "ANY"}),
        ("chord", {"mode": "ANY", "allowedFunctionNames": ["chord"]}),
    ],
)
def test_each_choice_of_a_tool_has_its_word(choice: str, told: dict[str, Any]) -> None:
    conversation = talk(said("user", "hi"), tools=(CHORD,), tool_choice=choice)
    assert body_of(call(conversation=conversation), Dialect())["toolConfig"] == {"functionCallingConfig": told}


@pytest.mark.parametrize(("effort", "level"), [("none", "MINIMAL"), ("medium", "MEDIUM"), ("high", "HIGH")])
def test_effort_is_a_level(effort: str, level: str) -> None:
    conversation = talk(said("user", "hi"), reasoning_effort=effort)
    config = body_of(call(conversation=conversation), Dialect())["generationConfig"]
    assert config["thinkingConfig"] == {"thinkingLevel": level}


@pytest.mark.parametrize(("effort", "budget"), [("none", 0), ("low", 1024), ("high", 4000)])
def test_effort_is_a_budget_that_leaves_half_of_the_tokens_to_the_answer(effort: str, budget: int) -> None:
    conversation = talk(said("user", "hi"), reasoning_effort=effort)
    config = body_of(call(conversation=conversation), Dialect(thinking="budget"))["generationConfig"]
    assert config["thinkingConfig"] == {"thinkingBudget": budget}


@pytest.mark.parametrize(
    ("name", "resource"), [("gemini-flash", "models/gemini-flash"), ("tunedModels/mine", "tunedModels/mine")]
)
def test_a_model_is_a_path(name: str, resource: str) -> None:
    assert resource_of(msgspec.structs.replace(SMALL, upstream=name)) == resource


def test_an_error_within_a_list_is_read() -> None:
    assert message_in(read(refusal(400, [{"error": {"message": "no"}}])).body) == "no"


@pytest.mark.parametrize(("status", "read_as"), [(400, 401), (429, 429), (403, 403)])
def test_a_bad_key_is_one_only_where_the_status_says_nothing_better(status: int, read_as: int) -> None:
    assert read(refusal(status, {"error": {"message": "API key not valid."}})).status == read_as
    by_reason = {"error": {"message": "no", "details": [{"reason": "API_KEY_INVALID"}]}}
    assert read(refusal(status, by_reason)).status == read_as
    assert read(refusal(status, {"error": {"message": "no"}})).status == status


def test_a_header_that_names_the_wait_counts_before_the_details() -> None:
    body = {"error": {"message": "later", "details": [{"retryDelay": "9s"}]}}
    assert read(refusal(429, body, "2")).retry_after == "2"
    assert read(refusal(429, body)).retry_after == "9"


def test_a_quota_without_details_is_left_to_its_words() -> None:
    assert read(refusal(429, {"error": {"message": "Your prepayment credits are depleted."}})).spent is None
    limit = {"error": {"message": "Quota exceeded, limit: 0", "details": [{"violations": [{"quotaId": "PerMinute"}]}]}}
    assert read(refusal(429, limit)).spent is True


def test_a_question_put_as_a_system_prompt_is_a_question() -> None:
    told = body_of(call(conversation=talk(said("system", "What is a fifth?"))), Dialect())
    assert told["contents"] == [{"role": "user", "parts": [{"text": "What is a fifth?"}]}]
    assert "systemInstruction" not in told


def test_what_is_missing_is_filled_and_what_is_known_is_kept() -> None:
    calls = [
        Message(role="assistant", tool_calls=(ToolCall(name, "chord", "{}"),)) for name in ("a--signed--YWJj", "b")
    ]
    asked = call(conversation=talk(said("user", "hi"), *calls))
    no = msgspec.json.encode({"error": {"message": "Function call is missing a thought_signature"}})
    filled = simpler_dialect(Dialect(), asked, 400, no)
    assert filled is not None
    told = [content["parts"][0]["thoughtSignature"] for content in body_of(asked, filled)["contents"][1:]]
    assert told == ["YWJj", UNSIGNED]
    assert simpler_dialect(filled, asked, 400, no) == Dialect(signatures="renewed")


@pytest.mark.parametrize(("name", "told"), [("chord", "chord"), ("", "a")])
def test_a_result_whose_call_is_not_in_the_history_has_a_name_all_the_same(name: str, told: str) -> None:
    result = Message(role="tool", parts=(Text("x"),), tool_call_id="a", name=name)
    (_, content) = body_of(call(conversation=talk(said("user", "hi"), result)), Dialect())["contents"]
    assert content["parts"][0]["functionResponse"]["name"] == told


def test_an_objection_to_thinking_matters_where_it_was_asked_for() -> None:
    no, other = (msgspec.json.encode({"error": {"message": text}}) for text in ("thinking is off", "too many contents"))
    thinking = call(conversation=talk(said("user", "hi"), reasoning_effort="low"))
    assert simpler_dialect(Dialect(), call(), 400, no) is None
    assert simpler_dialect(Dialect(), thinking, 400, other) is None
    assert simpler_dialect(Dialect(), thinking, 400, no) == Dialect(thinking="budget")


@pytest.mark.parametrize(("through_tool", "name"), [(True, "chord"), (False, "give_answer")])
def test_only_the_answer_tool_gives_the_answer(through_tool: bool, name: str) -> None:
    reply = {"candidates": [{"content": {"parts": [{"functionCall": {"name": name}}]}, "finishReason": "STOP"}]}
    answer = Answer(call(), "http://here", "key", "KEY", lambda: "call_1", through_tool=through_tool)
    assert answer.whole(msgspec.json.encode(reply)) == ""
    assert answer.drafted().tool_calls == (ToolCall("call_1", name, "{}"),)


_junk = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.lists(st.integers(), max_size=2)


def _like(**fields: Any) -> Any:
    """An object with some of these fields, each as it should be or as junk."""
    return st.fixed_dictionaries({}, optional={name: field | _junk for name, field in fields.items()})


_part = _like(
    text=st.text(max_size=5),
    thought=st.booleans(),
    functionCall=_like(name=st.sampled_from(["chord", "give_answer"]), args=_like(a=_junk), id=st.text(max_size=3)),
    thoughtSignature=st.sampled_from(["eA==", "?"]),
)
_candidate = _like(
    content=_like(parts=st.lists(_part, max_size=3)),
    finishReason=st.sampled_from(["STOP", "SAFETY", "MAX_TOKENS", "OTHER"]),
    finishMessage=st.text(max_size=3),
)
_count = _like(modality=st.just("AUDIO"), tokenCount=st.integers(-1, 9))
_usage = _like(
    promptTokenCount=st.integers(-1, 9),
    candidatesTokenCount=st.integers(-1, 9),
    cachedContentTokenCount=st.integers(-1, 99),
    promptTokensDetails=st.lists(_count, max_size=2),
)
_detail = _like(
    retryDelay=st.just("3s"), violations=st.lists(_like(quotaId=st.just("PerDay")), max_size=2), reason=_junk
)
_error = _like(
    code=st.integers(399, 601), status=_junk, message=st.text(max_size=5), details=st.lists(_detail, max_size=2)
)
_replies = _like(
    candidates=st.lists(_candidate, max_size=2),
    promptFeedback=_like(blockReason=st.just("OTHER")),
    usageMetadata=_usage,
    embeddings=st.lists(_like(values=st.lists(st.floats(0, 1), max_size=2)), max_size=2),
)
_errors = _like(error=_error)
_sent = (_replies | _errors).map(msgspec.json.encode) | st.binary(max_size=20)


@given(st.lists(_sent, max_size=4), st.booleans())
def test_whatever_is_sent_is_read_or_is_an_error_of_the_house(replies: list[bytes], through_tool: bool) -> None:
    answer, whole = (
        Answer(call(), "http://here", "key", "KEY", lambda: "call_1", through_tool=through_tool) for _ in range(2)
    )
    with suppress(EngineError):
        pieces = [answer.take(reply) for reply in replies] + [answer.rest()]
        assert answer.drafted().text == "".join(pieces)
    with suppress(EngineError):
        text = whole.whole(b"[%s]" % b",".join(replies))
        assert whole.drafted().text == text


@given(st.sampled_from([400, 429, 503]), _errors.map(msgspec.json.encode) | st.binary(max_size=20))
def test_whatever_an_error_says_it_is_read(status: int, body: bytes) -> None:
    found = read(Refusal(status, body, "", "http://here", "little", "KEY"))
    assert found.status in (status, 401)


@pytest.mark.parametrize("sent", [b'{"error": "\xff"}', b'{"error": %s%s}' % (b"[" * 5000, b"]" * 5000)])
def test_what_is_made_to_break_readers_breaks_none(sent: bytes) -> None:
    for of_answer in (Answer.take, Answer.whole):
        with pytest.raises(EngineFault):
            of_answer(Answer(call(), "http://here", "key", "KEY", str, through_tool=False), sent)
    assert read(Refusal(400, sent, "", "http://here", "little", "KEY")).status == 400
