"""What is complete of a JSON text that is still being written is never anything that it will not be."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.decoding.partial import Finished

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=20
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=5)


def fed(text: str, *cuts: int) -> list[Any]:
    """What is complete after each piece that completes something, and at the end."""
    finished = Finished()
    told = []
    for start, end in zip((0, *cuts), (*cuts, len(text)), strict=True):
        if finished.feed(text[start:end]):
            told.append(finished.value())
    return [*told, finished.value()]


def letter_by_letter(text: str) -> list[Any]:
    return fed(text, *range(1, len(text)))


def begins(part: Any, whole: Any) -> bool:
    """Whether `part` is `whole` up to some place, closed there."""
    if isinstance(part, dict) and isinstance(whole, dict):
        pairs = list(zip(part.items(), whole.items(), strict=False))
        same = len(part) <= len(whole) and all(mine[0] == theirs[0] for mine, theirs in pairs)
        return same and all(
            begins(mine, theirs) if number == len(part) else mine == theirs
            for number, ((_, mine), (_, theirs)) in enumerate(pairs, 1)
        )
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) <= len(whole) and all(
            begins(mine, theirs) if number == len(part) else mine == theirs
            for number, (mine, theirs) in enumerate(zip(part, whole, strict=False), 1)
        )
    return type(part) is type(whole) and part == whole


@given(OBJECTS | st.lists(VALUES, max_size=5), st.booleans(), st.sampled_from([None, 1]), st.data())
def test_every_partial_is_the_value_s_beginning_and_the_last_is_the_value(
    value: Any, ascii_only: bool, indent: int | None, data: st.DataObject
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    whole = msgspec.json.decode(text)
    told = fed(text, *cuts)
    assert told[-1] == whole
    assert all(part is not None and begins(part, whole) for part in told)


@given(OBJECTS, st.data())
def test_a_text_that_is_cut_anywhere_tells_only_what_stands_before_the_cut(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value)
    cut = data.draw(st.integers(0, len(text) - 1))
    part = fed(text[:cut])[-1]
    assert part is None or begins(part, msgspec.json.decode(text))


@given(st.text(max_size=60), st.lists(st.integers(0, 60), max_size=5))
def test_whatever_it_is_fed_it_takes(text: str, cuts: list[int]) -> None:
    fed(text, *sorted(min(cut, len(text)) for cut in cuts))


def test_each_field_and_element_is_told_when_it_is_complete() -> None:
    assert letter_by_letter('{"a":"b","c":[1,true],"d":{}}') == [
        {"a": "b"},
        {"a": "b", "c": [1]},
        {"a": "b", "c": [1, True]},
        {"a": "b", "c": [1, True], "d": {}},
        {"a": "b", "c": [1, True], "d": {}},
        {"a": "b", "c": [1, True], "d": {}},
    ]


def test_a_number_is_not_told_before_its_last_digit() -> None:
    assert fed('{"a": 1', 7)[-1] is None
    assert fed('{"a": 12, ')[-1] == {"a": 12}
    assert fed('{"a": 12}')[-1] == {"a": 12}
    assert fed("[1, 2.5e3", 3)[-1] == [1]


def test_a_key_without_its_value_is_not_told() -> None:
    assert fed('{"a": 1, "b"')[-1] == {"a": 1}
    assert fed('{"a": 1, "b":')[-1] == {"a": 1}


@pytest.mark.parametrize("cut", range(1, 24))
def test_an_escape_cut_in_two_is_read_whole(cut: int) -> None:
    text = r'["\"}\\", "\ud83d\ude00 é"]'
    assert fed(text, cut)[-1] == ['"}\\', "\U0001f600 é"]


@pytest.mark.parametrize(
    "before",
    ["", "Here you are:\n", "```json\n", 'He said "well": ', "See [1] and {this}.\n", "[EMAIL_1] asks: ", "\n\n  "],
)
@pytest.mark.parametrize("after", ["", "\n```", '\nSay "when" [2] {"a": 2}.'])
def test_the_prose_around_it_is_passed_over(before: str, after: str) -> None:
    text = f'{before}{{"a": ["b", 1]}}{after}'
    told = letter_by_letter(text)
    assert told[0] == {"a": ["b"]}
    assert told[-1] == {"a": ["b", 1]}
    assert fed(text) == [{"a": ["b", 1]}] * 2


def test_an_array_within_a_line_is_prose_and_one_that_begins_a_line_is_not() -> None:
    assert fed("Sure [1, 2]")[-1] is None
    assert fed("Sure:\n[1, 2]")[-1] == [1, 2]


@pytest.mark.parametrize("text", ["", "{", "{}x"[:1], "12", '"a"', "true", "{'a': 1}", '{"a": nul, "b": 1', "}{", "]["])
def test_what_is_no_json_or_holds_nothing_yet_is_nothing(text: str) -> None:
    assert fed(text)[-1] is None


def test_an_empty_object_is_complete() -> None:
    assert fed("{}")[-1] == {}


def test_what_is_nested_deeper_than_can_be_read_is_nothing() -> None:
    deep = "[" * 20_000
    assert fed(f'{{"a": {deep}1, ')[-1] is None


def test_how_much_is_complete_is_told() -> None:
    finished = Finished()
    finished.feed('Here: {"a": "bc", "d')
    assert finished.size == len('{"a": "bc"')
