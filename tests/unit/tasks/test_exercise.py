"""The exercise task: what may be asked, what is refused, what comes out."""

from __future__ import annotations

from typing import Any

import pytest

from partimento.core.errors import BadInput, PartimentoError, UnknownName
from partimento.music.genres import names
from partimento.music.voicing.definition import is_of_kind
from partimento.shapes.exercise import Exercise
from partimento.shapes.lead_sheet import LeadSheet
from partimento.tasks import exercise


def made(seed: int = 1, **fields: Any) -> Exercise:
    request = exercise(**fields)
    task, inputs = request.task, request.inputs
    assert task.rules is not None
    draft = task.rules(inputs, seed)
    assert [flaw for check in task.checks for flaw in check(inputs, draft)] == []
    output: Exercise = task.finish(inputs, draft, "rules")
    assert [flaw for proof in task.proofs for flaw in proof(inputs, output)] == []
    return output


@pytest.mark.parametrize("kind", ["progression", "voicing", "lick", "rhythm", "scale"])
@pytest.mark.parametrize("genre", names())
@pytest.mark.parametrize("key", ["Gb", "F#m"])
@pytest.mark.parametrize("level", [1, 5, 10])
def test_every_kind_is_made_in_any_key_at_any_level(kind: str, genre: str, key: str, level: int) -> None:
    piece = made(kind=kind, genre=genre, key=key, level=level)
    assert (piece.type, piece.genre, piece.key, piece.level) == (kind, genre, key, level)
    assert len(piece.content.chords) == len(piece.content.roman_numerals) > 0
    assert piece.notes
    assert piece.score.bars == piece.bars


def test_the_content_is_as_apps_know_it() -> None:
    piece = made(kind="voicing", voicing="rootless", chords="Dm7 G7 Cmaj7")
    assert piece.content.chords == ("Dm7", "G7", "Cmaj7")
    assert piece.content.roman_numerals == ("ii7", "V7", "Imaj7")
    assert piece.content.key == "C"
    assert all(is_of_kind(c.symbol, c.left_hand, c.right_hand, "rootless") == () for c in piece.chords)


def test_own_chords_may_share_bars() -> None:
    piece = made(chords="Dm7 G7 | Cmaj7", kind="progression")
    assert [(chord.bar, chord.beat) for chord in piece.chords] == [(1, 1), (1, 3), (2, 1)]


def test_words_choose_the_form() -> None:
    assert made(genre="jazz", topic="12-bar blues in F").bars == 12


def test_difficulty_follows_the_level() -> None:
    levels = [made(level=level, kind="scale").difficulty for level in (1, 3, 4, 7, 8, 10)]
    assert levels == ["beginner", "beginner", "intermediate", "intermediate", "advanced", "advanced"]


def test_a_mode_as_key_is_the_scale_to_practise() -> None:
    piece = made(kind="scale", key="D dorian")
    assert piece.content.scale == "D Dorian"


def test_what_a_model_wrote_in_another_key_is_refused() -> None:
    request = exercise(kind="progression", key="C", bars=4)
    draft = LeadSheet("C", (("F#m7",), ("B7",), ("Emaj7",), ("Emaj7",)))
    assert [flaw for check in request.task.checks for flaw in check(request.inputs, draft)]


def test_a_model_is_asked_for_chords_but_never_for_a_scale() -> None:
    assert not exercise(kind="lick").task.exact(exercise(kind="lick").inputs)
    assert exercise(kind="scale").task.exact(exercise(kind="scale").inputs)


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"kind": "scale", "chords": "C"}, BadInput, "takes no chords"),
        ({"kind": "lick", "voicing": "rootless"}, BadInput, "has no voicing"),
        ({"kind": "rhythm", "scale": "blues"}, BadInput, "has no scale"),
        ({"kind": "voicing", "voicing": "spready"}, UnknownName, "spready"),
        ({"kind": "scale", "scale": "Klingon"}, UnknownName, "Klingon"),
        ({"kind": "voicing", "voicing": "quartal", "chords": "Bdim7"}, BadInput, "no quartal voicing"),
        ({"chords": "Dm7 Xyz"}, PartimentoError, "Xyz"),
        ({"kind": "dance"}, UnknownName, "dance"),
        ({"kind": "scale", "hand": "third"}, UnknownName, "third"),
        ({"genre": "polka"}, UnknownName, "polka"),
        ({"topic": "12-bar blues", "bars": 7}, BadInput, "7 bars"),
    ],
)
def test_what_cannot_be_practised_is_refused(fields: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        exercise(**fields)


def test_a_kind_nobody_knows_is_refused() -> None:
    with pytest.raises(BadInput, match="kind"):
        exercise.ask({"kind": "dance"})
