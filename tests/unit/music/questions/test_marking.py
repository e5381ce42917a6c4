from __future__ import annotations

from typing import Any

import pytest

from partimento.music.questions.estimating import Result, estimate
from partimento.music.questions.marking import mark_choice, mark_short, mark_truth
from partimento.music.questions.wanted import means_of

SHORT = """
note | Bb | Bb; B flat; B♭; b flat; bb; the note Bb; It is Bb. | A#:0.5; B:0; Bbb:0; H:0
note | F# | f sharp; F♯; F# | Gb:0.5; F:0
notes | C E G B | c e g b; C, E, G and B; G-B-C-E; C E G B. | C E G:0.75; C E G Bb:0.5; D F A:0
notes | Eb G Bb | eb g bb; E flat, G, B flat | D# G A#:0.67
chord | Cmaj7 | CM7; C major seventh; C major 7; CΔ7; c maj 7; Cma7 | C:0.5; Cmaj9:0.5; C7:0.5; Cm7:0; G:0
chord | Dm7 | D-7; Dmin7; D minor seventh; dm7 | Dm:0.5; D7:0; Ddim:0
chord | F#m7b5 | F#ø7; F# half-diminished; f#m7b5 | Gbm7b5:0.5; F#dim7:0.5
chords | Dm7 G7 Cmaj7 | D-7, G7, CM7; Dm7-G7-Cmaj7; Dm7 | G7 | Cmaj7; dm7 → g7 → cmaj7 | Dm7 G7 Cm7:0.67; G7 Dm7:0
numeral | V7/ii | V7/II; V7 of ii; VI7 | V7:0; ii7:0
numeral | ii7 | IIm7; ii-7 | ii:0.5; II7:0
key | A minor | Am; A min; a minor; the key of A minor | A:0; C major:0
scale | D Dorian | d dorian; D Dorian mode; the D dorian scale | Dorian:0.5; D Phrygian:0; C major:0
interval | minor third | m3; minor 3rd; a minor third | augmented second:0.5; major third:0
interval | augmented fourth | tritone; A4 | diminished fifth:0.5; perfect fifth:0
count | 3 | three; 3 flats; three flats; 3. | 4:0; many:0
degrees | 1-b3-5-b7 | 1 b3 5 b7; R ♭3 5 ♭7; 1, b3, 5, b7; 1 flat 3 5 flat 7 | 1 3 5 b7:0.5; 1 b3 5:0.75
word | authentic | Authentic; an authentic cadence; authentic cadence; autentic | plagal:0; half:0; not authentic:0
word | first inversion | 1st inversion; First Inversion; first | second inversion:0
word | minor seventh | minor-seventh; a minor seventh chord | major seventh:0; minor:0; minor sixth:0
"""
ROWS = [line.split(" | ", 2) for line in SHORT.strip().splitlines()]
RIGHT = [
    (means, answer, text.strip())
    for means, answer, rest in ROWS
    for text in rest.rsplit(" | ", 1)[0].split(";")
    if not (means == "word" and answer == "first inversion" and text.strip() == "first")
]
WRONG = [
    (means, answer, *text.strip().rsplit(":", 1))
    for means, answer, rest in ROWS
    for text in rest.rsplit(" | ", 1)[1].split(";")
]


@pytest.mark.parametrize(("means", "answer", "given"), RIGHT)
def test_a_right_answer_is_right_however_it_is_written(means: Any, answer: str, given: str) -> None:
    assert mark_short(given, answer, means).score == 1


@pytest.mark.parametrize(("means", "answer", "given", "score"), WRONG)
def test_what_is_partly_right_gets_its_part_and_what_is_wrong_nothing(
    means: Any, answer: str, given: str, score: str
) -> None:
    assert mark_short(given, answer, means).score == float(score)


def test_another_spelling_counts_where_the_sound_alone_does() -> None:
    assert mark_short("C#7", "Db7", "chord", by_sound=True).score == 1
    assert mark_short("C#7", "Db7", "chord").score == 0.5


def test_any_accepted_text_is_right() -> None:
    assert mark_short("predominant", "subdominant", "word", accepted=("predominant",)).score == 1
    assert mark_short("A", "A minor", "key", accepted=("A",)).score == 1


def test_numerals_are_read_in_their_key() -> None:
    assert mark_short("bVI", "bVI", "numeral", key="Am").score == 1
    assert mark_short("VI", "bVI", "numeral", key="Am").score == 1
    assert mark_short("VI", "bVI", "numeral", key="C").score == 0


@pytest.mark.parametrize("given", ["", "   "])
def test_an_empty_answer_is_not_answered(given: str) -> None:
    mark = mark_short(given, "C", "note")
    assert mark.score == 0
    assert "not answered" in mark.reason


@pytest.mark.parametrize("given", ["?" * 500, "Dm7 or maybe G", "💥", "None of the above", "C E G B " * 60])
def test_what_cannot_be_read_is_wrong_and_not_an_error(given: str) -> None:
    assert mark_short(given, "Dm7", "chord").score == 0


@pytest.mark.parametrize(
    ("given", "score"),
    [(1, 1), (0, 0), ("B", 1), ("b)", 1), ("Bb7", 1), ("B flat 7", 1), ("a", 0), ("1", 1), ("D7", 0)],
)
def test_a_choice_is_told_by_place_letter_or_words(given: int | str, score: float) -> None:
    assert mark_choice(given, ["F7", "Bb7", "C7", "Eb7"], 1, "chord").score == score


def test_an_option_s_own_words_come_before_its_letter() -> None:
    assert mark_choice("A", ["C", "D", "A", "E"], 2, "note").score == 1
    assert mark_choice("2", ["3", "2", "1", "4"], 1, "count").score == 1


@pytest.mark.parametrize(
    ("given", "score"), [("True", 1), (True, 1), ("yes", 1), ("false", 0), (False, 0), ("maybe", 0)]
)
def test_true_and_false_are_told_in_many_ways(given: str | bool, score: float) -> None:
    assert mark_truth(given, "true").score == score


@pytest.mark.parametrize(
    ("question", "answers", "means"),
    [
        ("In Bb major, which chord is ii7?", ["Cm7", "F7"], "chord"),
        ("What is the Roman numeral of Dm7 in C major?", ["ii7"], "numeral"),
        ("Which notes are in Cmaj7?", ["C E G B"], "notes"),
        ("How many sharps are in A major?", ["3", "three"], "count"),
        ("Which inversion is C/E?", ["first inversion"], "word"),
        ("What is the relative minor of C major?", ["A minor"], "key"),
        ("Which scale fits over Dm7?", ["D Dorian"], "scale"),
        ("What is the interval from C up to G?", ["perfect fifth"], "interval"),
        ("What is the meaning of swing?", ["long-short eighths"], "word"),
    ],
)
def test_a_question_tells_what_kind_of_answer_it_wants(question: str, answers: list[str], means: str) -> None:
    assert means_of(question, answers)[0] == means


def test_right_answers_to_hard_questions_raise_the_level_and_wrong_ones_to_easy_lower_it() -> None:
    assert estimate([Result(8.0, 1.0)] * 5).level > 7.5
    assert estimate([Result(2.0, 0.0)] * 5).level < 2.5
    assert estimate([], 4.0).level == pytest.approx(4.2, abs=0.3)


def test_a_guess_raises_it_less_and_more_answers_make_it_surer() -> None:
    sure, guessed = estimate([Result(7.0, 1.0)] * 4), estimate([Result(7.0, 1.0, 0.5)] * 4)
    assert guessed.level < sure.level
    few, many = estimate([Result(5.0, 1.0), Result(5.0, 0.0)]), estimate([Result(5.0, 1.0), Result(5.0, 0.0)] * 10)
    assert many.high - many.low < few.high - few.low


def test_a_learner_is_found_where_half_of_the_questions_are_right() -> None:
    answers = [Result(float(level), 1.0 if level <= 6 else 0.0) for level in range(1, 11) for _ in range(3)]
    assert estimate(answers).level == pytest.approx(6.5, abs=0.4)
