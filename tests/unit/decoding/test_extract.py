"""Where in a chatty answer the JSON stands."""

from __future__ import annotations

import pytest

from partimento.decoding.extract import ThoughtlessStream, spans, without_thoughts


def texts(answer: str) -> list[str]:
    return [span.text for span in spans(answer)]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ('{"a": 1}', ['{"a": 1}']),
        ('Sure! {"a": {"b": [1]}} Enjoy.', ['{"a": {"b": [1]}}']),
        ('```json\n{"a": 1}\n```\nand {"b": 2}', ['{"a": 1}']),
        ('```\n{"a": 1}\n```', ['{"a": 1}']),
        ('```json\n{"a": 1}', ['{"a": 1}']),
        ('{"a": "} ] \\" {"} rest }', ['{"a": "} ] \\" {"}']),
        ('{"a": "one\\\\"} {"b": 2}', ['{"a": "one\\\\"}', '{"b": 2}']),
        ('{"code": "```py\\nx\\n```"}', ['{"code": "```py\\nx\\n```"}']),
        ("no brackets at all", []),
        ('<think>{"a": 1}?</think>{"b": 2}', ['{"b": 2}']),
        ("[1, 2] and [3]", ["[1, 2]", "[3]"]),
    ],
)
def test_the_outermost_brackets_are_found(answer: str, found: list[str]) -> None:
    assert texts(answer) == found


@pytest.mark.parametrize(
    ("answer", "mid_value"),
    [
        ('{"a": [1, 2]', False),
        ('{"a": "b"', False),
        ('{"a": true', False),
        ('{"a": "b', True),
        ('{"a": "b\\"', True),
        ('{"a": 12', True),
        ('{"a": "b",', True),
        ('{"a":', True),
        ("[{", True),
    ],
)
def test_an_answer_that_stops_early_is_told_from_one_that_lacks_its_brackets(answer: str, mid_value: bool) -> None:
    (span,) = spans(answer)
    assert span.unclosed
    assert span.mid_value is mid_value


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("<think>hm</think> Dm7", "Dm7"),
        ("  <thinking>hm</thinking>Dm7", "Dm7"),
        ("opened in the prompt</think>\nDm7", "Dm7"),
        ("<think>never ends", ""),
        ('{"a": "<think>x</think>"}', '{"a": "<think>x</think>"}'),
        ("plain", "plain"),
    ],
)
def test_a_thought_before_the_answer_is_none_of_it(answer: str, left: str) -> None:
    assert without_thoughts(answer) == left


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("<think>hm</think>\n\nDm7 G7", "Dm7 G7"),
        ("Dm7 <think>G7", "Dm7 <think>G7"),
        ("<thinly veiled", "<thinly veiled"),
        ("<th", "<th"),
        ("<think>never ends", ""),
        (" Dm7", "Dm7"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_stream_loses_its_thought_however_it_is_cut(answer: str, left: str, size: int) -> None:
    stream = ThoughtlessStream()
    got = "".join(stream.feed(answer[at : at + size]) for at in range(0, len(answer), size))
    assert got + stream.rest() == left


def test_a_stream_without_thoughts_is_not_held_back() -> None:
    stream = ThoughtlessStream()
    assert stream.feed("Dm") == "Dm"
    assert stream.feed("7") == "7"
