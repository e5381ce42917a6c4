"""What the page of reviews is made of: words as fields, differences, paths that keep their filters."""

from __future__ import annotations

from typing import Any

import pytest

from partimento.core.errors import BadInput
from partimento.flywheel.review_diff import difference, written
from partimento.flywheel.review_queue import Filters, Reached
from partimento.web.review_sheet import Way, why_empty
from partimento.web.review_words import MOST, with_words, words_of

VALUE = {"title": "One", "key": "C", "parts": [{"text": "Play it slowly.", "chords": ["Dm7", "G7"]}, {"text": "Rest"}]}


def test_words_are_fields_and_symbols_are_not() -> None:
    assert [(word.label, word.text) for word in words_of(VALUE)] == [
        ("Title", "One"),
        ("Parts 1, text", "Play it slowly."),
        ("Parts 2, text", "Rest"),
    ]


def test_words_go_back_to_where_they_stood() -> None:
    (title, first, _) = words_of(VALUE)
    changed = with_words(VALUE, {title.field: "Two", first.field: "Play it\nfast."})
    assert (changed["title"], changed["key"]) == ("Two", "C")
    assert changed["parts"] == [{"text": "Play it\nfast.", "chords": ["Dm7", "G7"]}, {"text": "Rest"}]
    assert VALUE["title"] == "One"


def test_names_of_any_letters_are_found_again() -> None:
    value = {'a"b/c': {"日本 語": ["two words"]}}
    (word,) = words_of(value)
    assert with_words(value, {word.field: "x"}) == {'a"b/c': {"日本 語": ["x"]}}


@pytest.mark.parametrize("value", ["just a text", {"text": ["a b"] * (MOST + 1)}, 7, None, []])
def test_a_text_and_what_has_too_many_words_has_no_fields(value: Any) -> None:
    assert words_of(value) == ()


@pytest.mark.parametrize(
    "name",
    ["word ", "word []", 'word ["none"]', 'word ["parts",7,"text"]', 'word ["parts",-1,"text"]', 'word ["parts"]'],
)
def test_a_field_that_is_not_in_the_item_is_refused(name: str) -> None:
    with pytest.raises(BadInput):
        with_words(VALUE, {name: "x"})


def test_a_difference_tells_words_that_changed_and_leaves_out_what_stayed() -> None:
    old = "\n".join(["a"] * 9 + ["Play it slowly, please."] + ["b"] * 9)
    lines = difference(old, old.replace("slowly", "fast"))
    assert [line.kind for line in lines] == ["left out", *["same"] * 2, "gone", "new", *["same"] * 2, "left out"]
    assert lines[0].text == "7 lines as before"
    assert [piece.text for piece in lines[3].pieces if piece.changed] == ["slowly"]
    assert [piece.text for piece in lines[4].pieces if piece.changed] == ["fast"]
    assert lines[3].text == "Play it slowly, please."


def test_a_difference_of_nothing_is_nothing() -> None:
    assert difference({"a": 1}, {"a": 1}) == ()
    assert [line.kind for line in difference("", "new")] == ["new"]
    assert [line.kind for line in difference("a\nb", "")] == ["gone", "gone"]


def test_a_value_is_written_with_a_field_a_line() -> None:
    assert written("as it is") == "as it is"
    assert written({"b": 1, "a": [2]}).splitlines()[1] == '  "b": 1,'


def test_paths_keep_their_filters() -> None:
    way = Way(Filters(task="quiz", text="a & b"))
    assert way.path(at="x") == "/review?task=quiz&text=a+%26+b&at=x"
    assert way.act("x", "undo") == "/review/x/undo?task=quiz&text=a+%26+b"
    assert Way(Filters()).path() == "/review"


@pytest.mark.parametrize(
    ("filters", "reached", "after", "why"),
    [
        (Filters(), Reached(0, 0, 0, 0), "", "nothing"),
        (Filters(task="quiz"), Reached(0, 0, 0, 9), "", "filtered"),
        (Filters(), Reached(0, 3, 1, 3), "", "done"),
        (Filters(), Reached(2, 3, 1, 3), "x", "end"),
        (Filters(state="rejected"), Reached(2, 3, 0, 3), "", "state"),
    ],
)
def test_an_empty_page_says_why(filters: Filters, reached: Reached, after: str, why: str) -> None:
    assert why_empty(filters, reached, after) == why
