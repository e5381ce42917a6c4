"""Each flaw is found and said; what is sound is left alone."""

from __future__ import annotations

from random import Random

import pytest
from msgspec.structs import replace

from partimento.music.composition.arrange import arrange
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import Progression, compose, read_bars, read_rows
from partimento.music.composition.proof import Finding, grip_flaws, prove, prove_progression
from partimento.music.genres import find
from partimento.music.key import Key, usual_keys
from partimento.music.score import Note, PlacedChord, Score, Section

JAZZ = find("jazz")
TUNE = ["Cmaj7", "Am7", "Dm7", "G7", "Em7 A7", "Dm7 G7", "Cmaj7", "C6"]


def _score() -> Score:
    return arrange(read_bars(TUNE, "C"), JAZZ, plan(JAZZ, "bossa", key="C", level=5), Random(0))


def _kinds(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.kind for finding in findings}


def test_a_sound_tune_has_no_findings() -> None:
    assert prove_progression(read_bars(TUNE, "C"), "C", 8) == ()
    assert prove(_score(), "C", 8) == ()


def test_an_unreadable_chord_is_told_with_its_bar_and_mend() -> None:
    draft = Progression("C", "4/4", 2, (), (PlacedChord(1, 1, 4, "C", "", ""), PlacedChord(2, 1, 4, "Hm7", "", "")))
    (finding,) = prove_progression(draft, "C", 2)
    assert (finding.kind, finding.bar) == ("symbol", 2)
    assert "bar 2" in finding.text
    assert "B" in finding.text


@pytest.mark.parametrize("bars", [7, 9])
def test_a_wrong_number_of_bars_is_told(bars: int) -> None:
    assert "bars" in _kinds(prove_progression(read_bars(TUNE, "C"), "C", bars))


def test_a_bar_without_a_chord_is_told() -> None:
    draft = read_rows([(1, 1, 4, "C"), (3, 1, 4, "C")], "C", "4/4", 3)
    assert [finding.bar for finding in prove_progression(draft, "C", 3)] == [2]


@pytest.mark.parametrize("rows", [[(1, 1, 3, "C")], [(1, 1, 2, "C"), (1, 4, 1, "G")], [(1, 1, 4, "C"), (1, 3, 2, "G")]])
def test_beats_that_do_not_add_up_are_told(rows: list[tuple[int, float, float, str]]) -> None:
    draft = read_rows([*rows, (2, 1, 4, "C")], "C", "4/4", 2)
    assert _kinds(prove_progression(draft, "C", 2)) == {"beats"}


def test_a_broken_promise_is_told() -> None:
    whole = (Section("A", 1, 4, "authentic"), Section("B", 5, 4, "authentic"))
    findings = prove_progression(read_bars(TUNE, "C", sections=whole), "C", 8)
    assert _kinds(findings) == {"cadence"}
    assert "section A" in findings[0].text


def test_an_unknown_cadence_and_sections_with_gaps_are_told() -> None:
    strange = (Section("A", 1, 4, "perfect"), Section("B", 6, 3))
    assert _kinds(prove_progression(read_bars(TUNE, "C", sections=strange), "C", 8)) == {"cadence", "section"}


def test_another_key_than_asked_is_told() -> None:
    assert "key" in _kinds(prove_progression(read_bars(TUNE, "C"), "Eb", 8))


@pytest.mark.parametrize("key", [key.symbol for key in usual_keys() if key.pc])
def test_a_tune_in_another_key_is_known_by_its_chords(key: str) -> None:
    assert "key" in _kinds(prove_progression(read_bars(TUNE, key), key, 8))


def test_the_parallel_key_is_another_key() -> None:
    assert "key" in _kinds(prove_progression(read_bars(TUNE, "Cm"), "Cm", 8))


def test_chromatic_harmony_is_still_in_its_key() -> None:
    bold = ["Abmaj9", "Gm7b5 C7alt", "Fm9", "Ebm7 Ab13", "Dbmaj7 Dbm6", "Cm7 B7#11", "Bbm9 A7#11", "Ab69"]
    assert prove_progression(read_bars(bold, "Ab"), "Ab", 8) == ()


def test_most_pieces_moved_to_another_key_are_caught() -> None:
    caught = tried = 0
    for seed in range(10):
        made = compose(JAZZ, plan(JAZZ, key="C", bars=16, level=5), Random(seed))
        for key in usual_keys():
            if key.pc:
                moved = replace(made, key=key.symbol, sections=())
                caught += "key" in _kinds(prove_progression(moved, key.symbol, 16))
                tried += 1
    assert caught / tried > 0.98


def test_a_grip_is_judged_by_reach_hands_and_tones() -> None:
    assert grip_flaws("Cmaj7", (36,), (59, 64)) == ()
    assert "spans" in grip_flaws("C", (36, 55), (64,))[0]
    assert "notes" in grip_flaws("C13", (), (60, 62, 64, 67, 69, 70))[0]
    assert "crosses" in grip_flaws("C", (36, 48), (43, 52))[0]
    assert any("not its own" in flaw for flaw in grip_flaws("C", (36,), (64, 66)))
    assert grip_flaws("Cmaj7", (36,), (64, 67)) == ("is without its seventh",)
    assert grip_flaws("Cmaj7", (36,), (67, 71)) == ("is without its third",)


def test_a_wrong_grip_is_told_with_its_bar() -> None:
    score = _score()
    wrong = replace(score, chords=(replace(score.chords[0], right_hand=(61, 64, 67)), *score.chords[1:]))
    assert ("voicing", 1) in {(finding.kind, finding.bar) for finding in prove(wrong, "C", 8)}


def test_a_foreign_note_is_told_but_not_a_step_into_the_next_bass() -> None:
    chords = read_bars(["C", "F", "C"], "C")
    frame = replace(_score(), bars=3, sections=chords.sections, chords=chords.chords)
    plain = replace(frame, chords=tuple(replace(c, left_hand=(), right_hand=()) for c in chords.chords))

    def told(*notes: Note) -> set[str]:
        return {finding.text for finding in prove(replace(plain, notes=notes), "C", 3) if finding.kind == "note"}

    bass = Note(5, 4, 41, 60, "left")
    assert told(Note(1, 4, 60, 60, "right"), Note(4, 1, 40, 60, "left"), bass) == set()
    assert told(Note(4, 1, 42, 60, "left"), bass) == set()
    assert told(Note(3, 1, 42, 60, "left"), bass)
    assert told(Note(4, 1, 42, 60, "left"))
    assert told(Note(4, 1, 66, 60, "right"), bass)
    assert told(Note(4.5, 4, 65, 60, "right")) == set()
    assert told(Note(3.5, 4, 65, 60, "right"))
    assert told(Note(1, 6, 64, 60, "right"))


def test_a_key_struck_while_it_is_held_is_told() -> None:
    score = _score()
    first = score.notes[0]
    doubled = replace(score, notes=(first, replace(first, start_beat=first.start_beat + 0.25), *score.notes[1:]))
    assert any("while it holds it" in finding.text for finding in prove(doubled, "C", 8))


def test_random_requests_are_sound() -> None:
    rng = Random(11)
    keys = [key.symbol for mode in ("major", "minor") for key in usual_keys(mode)]
    for seed in range(60):
        genre = find(rng.choice(["gospel", "jazz"]))
        use = rng.choice(genre.applications)
        settled = plan(
            genre, key=rng.choice(keys), bars=rng.randint(4, 64), level=rng.randint(1, 10), application=use.name,
            meter=rng.choice(use.meters),
        )  # fmt: skip
        score = arrange(compose(genre, settled, Random(seed)), genre, settled, Random(seed))
        assert prove(score, settled.key, settled.bars) == ()
        assert Key.parse(score.key) == Key.parse(settled.key)
