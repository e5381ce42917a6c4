"""An objection is made only to what was understood whole; lore told without a key is read by its own grammar."""

from __future__ import annotations

import pytest

from partimento.music.claims import check_claims, corrected


def verdicts(text: str) -> set[str]:
    return {finding.verdict for finding in check_claims(text)}


TRUE = (
    "The minor chord with a major seventh",
    "A major triad with a minor seventh on top.",
    "A minor mode with a raised sixth.",
    "The fifth mode of harmonic major gives it a sound of its own.",
    "C augmented has the notes C, D#, E, G, G# and B.",
    "The octave cut into three equal parts gives three keys a major third apart.",
    "In A major, I–IV–V is A–D–E.",
    "Play A D E A in A major.",
    "I–vi–IV–V in A major: A F#m D E. Take it round all of these keys, rising fifths: D, A and E.",
    "Fm(maj7) in the left hand, F harmonic minor in the right",
    "F Bb C in F major becomes Bb Eb F in Bb major.",
    "Dm7 has subdominant function in C major.",
    "Db7 Cmaj7: a tritone-substitute cadence",
    "from C to F by itself first … 10 semitones",
    "Left hand plays C, right hand plays E, G and B. That's Cmaj7 spread across two hands.",
    "Switching from C major to its parallel minor brings in three flats.",
    "Modulating from C major to its dominant key introduces one accidental, F♯.",
    "Finish a D minor piece with a Picardy third and its last chord will include F♯.",
    "Root-position triads take the full figures 5/3, and first-inversion triads take 6/3.",
)


@pytest.mark.parametrize("text", TRUE)
def test_true_prose_of_many_kinds_is_left_alone(text: str) -> None:
    assert "contradicted" not in verdicts(text)


@pytest.mark.parametrize(
    "text",
    [
        "A harmonic minor scale has 8 notes",
        "The fourth note of F blues is Bb",
        "In F, Gb13 leans on Ebm7b5.",
        "Ab. This has the same notes as F minor.",
        "# C major\n\nIt has two flats.",
        "Airy and warm\nit is C E G A.",
    ],
)
def test_what_may_be_either_is_neither_confirmed_nor_contradicted(text: str) -> None:
    assert verdicts(text) <= {"unrecognised"}


def test_theory_that_was_not_read_is_counted() -> None:
    assert verdicts("In F, Gb13 leans on Ebm7b5.") == {"unrecognised"}


LORE = (
    ("A triad has two notes.", "three notes"),
    ("The shell of G7 is G, D and F.", "G, B and F"),
    ("For a Gsus4, swap the B for an A.", "for an C"),
    ("Gm6 is a G minor triad with Eb added.", "with E added"),
    ("When V goes to vi, we call that a plagal cadence.", "deceptive cadence"),
    ("To find the relative minor of any major key, count down four semitones.", "three semitones"),
    ("Approach Dm in C major through its own dominant, D7.", "A7"),
    ("When G7 resolves to C, the leading tone B moves to A.", "to C"),
    ("The dominant triad in A harmonic minor is E minor.", "is E major"),
    ("A dominant seventh is a major triad with a major seventh.", "with a minor seventh"),
    ("D minor has one flat, its parallel major has four sharps.", "two sharps"),
    ("For Fmaj7, put F in the left hand and A, C and Eb in the right.", "A, C and E in"),
)


@pytest.mark.parametrize(("text", "mended"), LORE)
def test_lore_of_teachers_is_put_right(text: str, mended: str) -> None:
    found = check_claims(text)
    assert "contradicted" in {finding.verdict for finding in found}
    assert mended in corrected(text, found)


@pytest.mark.parametrize(
    "text",
    [
        "A triad has three notes, while a seventh chord has four.",
        "C6 has the same notes as Am7.",
        "When V goes to vi, we call that a deceptive cadence.",
        "To find the relative major of a minor key, climb a minor third from its tonic.",
        "Half-diminished chords have root, flat third, flat fifth and flat seventh.",
        "A plagal cadence in E major is A major moving to E major.",
    ],
)
def test_lore_that_is_so_is_confirmed(text: str) -> None:
    assert verdicts(text) == {"confirmed"}
