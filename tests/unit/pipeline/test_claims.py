"""Claims in an output's prose: put right, counted, or refused; for the strict, what cannot be proven is taken out."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.result import Claims
from partimento.pipeline.claims import counted, proven, proven_so_far, proven_text, spelled
from partimento.shapes.prose import Unproven

WRONG = "Cmaj7 has four notes: C, E, G and Bb."
RIGHT = "Cmaj7 has four notes: C, E, G and B."


class Note(Struct, frozen=True):
    text: str
    wrong: tuple[Unproven, ...] = ()
    more: tuple[str, ...] = ()


def test_what_is_so_stays_as_it_is_and_is_counted() -> None:
    note = Note(RIGHT, more=("The V7 of Bb is F7.",))
    found = proven(note, "checked")
    assert found.value is note
    assert found.claims == Claims(2, 0, 0)
    assert not found.flaws


def test_what_is_not_so_is_put_right_in_its_place_and_told() -> None:
    found = proven(Note("Listen.", more=(WRONG, RIGHT)), "checked")
    assert found.value == Note("Listen.", more=(RIGHT, RIGHT))
    assert found.claims == Claims(1, 1, 0)
    assert len(found.corrections) == 1
    assert "Cmaj7 is C E G B" in found.corrections[0]


def test_a_draft_that_is_mostly_wrong_is_refused() -> None:
    wrong = (WRONG, "The V7 of Bb is Eb7.", "The relative minor of C is E minor.", RIGHT)
    found = proven(Note("Listen.", more=wrong), "checked")
    assert found.flaws
    assert "3 of 4" in found.flaws[0]


def test_strings_that_may_be_untrue_are_not_read() -> None:
    note = Note(RIGHT, wrong=(WRONG,))
    found = proven(note, "checked")
    assert found.value is note
    assert found.claims == Claims(1, 0, 0)


def test_a_task_that_leaves_claims_alone_is_left_alone() -> None:
    assert proven(WRONG, "left").value == WRONG


def test_the_strict_say_nothing_that_cannot_be_proven() -> None:
    text = "Good work today. Over Gb13, Ebm7b5 is the ninth colour. The V7 of Bb is F7."
    loose, strict = proven_text(text, "checked"), proven_text(text, "strict")
    assert loose.value == text
    assert loose.claims.unrecognised == 1
    assert strict.value == "Good work today. The V7 of Bb is F7."
    assert strict.claims == loose.claims


def test_a_later_sentence_is_read_with_what_was_told_before() -> None:
    found = proven_text("The V7 is A7.", "checked", "Let us stay in the key of Bb major. ")
    assert found.value == "The V7 is F7."
    assert proven_text("The V7 is A7.", "checked").value == "The V7 is A7."


def test_counts_survive_being_kept() -> None:
    assert counted(spelled(Claims(5, 1, 2))) == Claims(5, 1, 2)
    assert counted(spelled(None)) is None


# ---- drafts that are still being written -----------------------------------------------------------------------


class Named(Struct, frozen=True, tag="named", rename="camel"):
    first_words: str
    wrong_words: Unproven = ""


class Counted(Struct, frozen=True, tag="counted"):
    words: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    loose: Any = None


def so_far(value: Any, kind: Any) -> Any:
    return proven_so_far(value, kind, "checked", {}).value


def test_of_a_draft_that_is_being_written_the_same_is_put_right_as_of_the_whole() -> None:
    plain = {"text": WRONG, "wrong": [WRONG], "more": [RIGHT, WRONG]}
    told = {"text": RIGHT, "wrong": [WRONG], "more": [RIGHT, RIGHT]}
    assert so_far(plain, Note) == told
    assert proven(msgspec.convert(plain, Note), "checked").value == msgspec.convert(told, Note)


def test_marks_are_found_in_unions_and_under_the_names_that_json_has() -> None:
    kind = tuple[Named | Counted, ...] | None
    assert so_far([{"type": "named", "firstWords": WRONG, "wrongWords": WRONG}], kind) == [
        {"type": "named", "firstWords": RIGHT, "wrongWords": WRONG}
    ]
    assert so_far([{"words": {"a": WRONG}, "pairs": [[WRONG, "b"]], "loose": {"c": [WRONG]}}], kind) == [
        {"words": {"a": RIGHT}, "pairs": [[RIGHT, "b"]], "loose": {"c": [RIGHT]}}
    ]


def test_what_no_type_knows_is_left() -> None:
    assert so_far({"text": RIGHT, "extra": WRONG}, Note) == {"text": RIGHT, "extra": WRONG}
    assert so_far([WRONG], int) == [WRONG]


def test_what_was_proven_once_is_not_proven_again() -> None:
    known: dict[str, Any] = {}
    proven_so_far({"text": WRONG}, Note, "checked", known)
    kept = known[WRONG]
    assert proven_so_far({"text": WRONG, "more": [WRONG]}, Note, "checked", known).claims == Claims(0, 2, 0)
    assert known[WRONG] is kept


def test_a_task_that_leaves_claims_alone_leaves_them_in_its_drafts() -> None:
    assert proven_so_far({"text": WRONG}, Note, "left", {}).value == {"text": WRONG}
