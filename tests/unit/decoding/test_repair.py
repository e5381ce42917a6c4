"""From a model's text to a typed value, mended where that invents nothing, or to a sentence the model can act on."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.decoding.repair import read


class Bar(msgspec.Struct, frozen=True):
    symbol: str
    beats: int = 4


class Tune(msgspec.Struct, frozen=True):
    key: str
    bars: tuple[Bar, ...]


TUNE = Tune("Ab", (Bar("Fm7"), Bar("Bb7", 2)))
JSON = msgspec.json.encode(TUNE).decode()


def test_strict_json_needs_no_mending() -> None:
    reading = read(JSON, Tune)
    assert (reading.value, reading.mended, reading.flaw) == (TUNE, "", "")


@pytest.mark.parametrize(
    "answer",
    [
        f"Here you go:\n```json\n{JSON}\n```\nEnjoy {{the}} music!",
        f"I like [Fm7] and {{this}}. {JSON}",
        f'<think>Perhaps {{"key": "C", "bars": []}}?</think>{JSON}',
        f"{JSON}\n\nAgain: {JSON}",
    ],
)
def test_json_is_taken_out_of_what_stands_around_it(answer: str) -> None:
    reading = read(answer, Tune)
    assert reading.value == TUNE
    assert "around it" in reading.mended


@pytest.mark.parametrize(
    "answer",
    [
        JSON.replace('"key"', "key"),
        JSON.replace('"', "'"),
        JSON.replace("]", ",]"),
        JSON.replace('{"key"', '{ // the key\n"key"'),
        "```json\n" + JSON.replace("]", ",]") + "\n```",
    ],
)
def test_slips_of_syntax_are_mended_and_said(answer: str) -> None:
    reading = read(answer, Tune)
    assert reading.value == TUNE
    assert reading.mended == "mended the JSON's syntax"


def test_a_forgotten_last_bracket_is_closed() -> None:
    reading = read(JSON[:-1], Tune)
    assert reading.value == TUNE
    assert reading.mended == "closed the JSON's last bracket"


def test_a_bracket_is_not_closed_over_a_field_that_may_have_been_coming() -> None:
    assert "stops before its end" in read('{"symbol": "Bb7"', Bar).flaw
    assert read('{"symbol": "Bb7", "beats": null', Bar).flaw


def test_an_answer_cut_at_its_token_limit_is_never_closed() -> None:
    assert "stops before its end" in read(JSON[:-1], Tune, whole=False).flaw


@given(st.integers(0, len(JSON)))
def test_a_truncated_answer_is_all_there_or_a_flaw(length: int) -> None:
    reading = read(JSON[:length], Tune)
    assert reading.value == (TUNE if length >= len(JSON) - 1 else None)
    assert bool(reading.flaw) == (reading.value is None)


@pytest.mark.parametrize(
    ("answer", "flaw"),
    [
        ("I would rather not.", "holds no JSON; write one JSON object with the fields key, bars"),
        ("", "holds no JSON"),
        (JSON.replace("4", "4.5"), "at $.bars[0].beats: expected int, got float"),
        (f"So: {JSON.replace('4', '4.5')}", "at $.bars[0].beats: expected int, got float"),
        (JSON.replace('"Ab"', "7"), "at $.key: expected str, got int"),
        (f"{JSON} or {JSON.replace('Ab', 'C')}", "2 different JSON values"),
        ('{"key": , "bars": []}', "cannot be read"),
        ('{"key": "Ab", "bars": [{"symb', "stops before its end"),
        ("{'bars': []}", "missing required field key"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(answer: str, flaw: str) -> None:
    reading = read(answer, Tune)
    assert flaw in reading.flaw
    assert reading.value is None


def test_brackets_in_their_thousands_do_no_harm() -> None:
    assert read("[" * 50_000 + "]" * 50_000, Tune).flaw
    assert read("[" * 50_000, Tune).flaw
    assert read("{,}" * 20_000, Tune).flaw


def test_the_mending_library_is_loaded_only_to_mend() -> None:
    program = """
import sys
from partimento.decoding.repair import read
read('{"a": 1}', dict[str, int]); read('so: {"a": 1}', dict[str, int])
assert "json_repair" not in sys.modules
assert read('{"a": 1,}', dict[str, int]).value == {"a": 1}
assert "json_repair" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
