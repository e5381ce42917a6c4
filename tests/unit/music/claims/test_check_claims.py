"""The claim check as its callers see it: verdicts, corrections in place, and what it leaves alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from partimento.music.claims import check_claims, corrected


def verdicts(text: str) -> list[str]:
    return [finding.verdict for finding in check_claims(text)]


def mended(text: str) -> str:
    return corrected(text, check_claims(text))


def test_a_true_claim_is_confirmed() -> None:
    (finding,) = check_claims("The V7 of Bb is F7.")
    assert (finding.kind, finding.verdict, finding.correction) == ("numeral", "confirmed", "")


def test_a_false_claim_is_contradicted_with_what_belongs_there() -> None:
    text = "As we know, the V7 of B♭ is F♯7, of course."
    (finding,) = check_claims(text)
    assert (finding.verdict, finding.correction) == ("contradicted", "F7")
    assert finding.wrong is not None
    assert text[finding.wrong[0] : finding.wrong[1]] == "F♯7"
    assert text[finding.start : finding.end] == "V7 of B♭ is F♯7"
    assert finding.reason == "V7 of Bb is F7."


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Cmaj7 contains C, E, G and Bb.", "Cmaj7 contains C, E, G and B."),
        ("The third of D is Gb.", "The third of D is F#."),
        ("A minor pentatonic: A C D F G", "A minor pentatonic: A C D E G"),
        ("In the key of G the ii chord is Bm.", "In the key of G the ii chord is Am."),
        ("Eb major has four flats: Bb, Eb and Ab.", "Eb major has three flats: Bb, Eb and Ab."),
        ("C to E is a minor third.", "C to E is a major third."),
        ("A perfect fifth above A is F.", "A perfect fifth above A is E."),
        ("C/E is C in second inversion.", "C/E is C in first inversion."),
        ("The guide tones of Dm7 are F and B.", "The guide tones of Dm7 are F and C."),
        ("G7 to C is a plagal cadence.", "G7 to C is an authentic cadence."),
        ("The relative minor of C major is E minor.", "The relative minor of C major is A minor."),
        ("Dm7-G7-Fmaj7 is a ii-V-I in C.", "Dm7-G7-Cmaj7 is a ii-V-I in C."),
        ("C and Am share C and G.", "C and Am share C and E."),
        ("Db7 is the tritone sub of F7.", "B7 is the tritone sub of F7."),
        ("A minor triad has a major third.", "A minor triad has a minor third."),
        ("The formula for a minor seventh chord is 1 b3 5 7.", "The formula for a minor seventh chord is 1 b3 5 b7."),
        ("The Dorian mode follows W-H-W-W-W-H-H.", "The Dorian mode follows W-H-W-W-W-H-W."),
        ("A tritone has five semitones.", "A tritone has six semitones."),
        ("ii-V-I in C transposed to D is Em7 A7 Cmaj7.", "ii-V-I in C transposed to D is Em7 A7 Dmaj7."),
    ],
)
def test_a_wrong_part_is_replaced_in_place(wrong: str, right: str) -> None:
    assert mended(wrong) == right
    assert "contradicted" not in verdicts(right)


def test_every_example_of_the_docs_holds() -> None:
    page = (Path(__file__).parents[4] / "docs" / "reference" / "claims.md").read_text(encoding="utf-8")
    table = page.split("## What is read")[1].split("## How it decides")[0]
    examples = [
        one for row in re.findall(r"^\| [a-z ]+ \| (.*) \|$", table, re.MULTILINE)[1:] for one in row.split(" · ")
    ]
    unread = [one for one in examples if "chord tone" not in one and "confirmed" not in verdicts(one)]
    assert (len(examples) > 40, unread) == (True, [])


def test_a_claim_without_one_certain_correction_is_told_and_left() -> None:
    text = "A dotted half note lasts two beats in 4/4."
    assert verdicts(text) == ["contradicted"]
    assert mended(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Is the V7 of Bb F#7?",
        "The V7 of Bb is not F#7.",
        "A common mistake is to call the third of D Gb.",
        "If you played Fb instead of F in Dm you would get D Fb A.",
        "Lower the third of C major and you get C, Eb, G.",
        "A major chord has a root, a major third and a perfect fifth.",
        "Play C7 over G7 if you like the clash.",
        "You can play F over G7 for a sus sound.",
        "In A minor, the V of A minor is Em in the natural minor.",
        "The chorus goes C G Am F and ends on C.",
    ],
)
def test_what_is_no_sure_claim_is_never_contradicted(text: str) -> None:
    assert "contradicted" not in verdicts(text)


def test_the_key_named_last_is_kept_until_a_heading() -> None:
    assert verdicts("In the key of C, things are simple. The IV is F. The ii is Em.") == ["confirmed", "contradicted"]
    assert "contradicted" not in verdicts("In the key of C, things are simple.\n\n# Elsewhere\n\nThe ii is Em.")


def test_a_question_and_its_answer_are_one_claim() -> None:
    assert verdicts("What's the V7 of Ab? It's Eb7.") == ["confirmed"]
    assert verdicts("What's the V7 of Ab? It's Db7.") == ["contradicted"]


def test_a_bullet_list_is_read_line_by_line_with_places_in_the_whole_text() -> None:
    text = "## Chords\n\n- **Cm7**: C, Eb, G, Bb\n- **F7**: F, A, C, E\n"
    assert verdicts(text) == ["confirmed", "contradicted"]
    assert mended(text) == "## Chords\n\n- **Cm7**: C, Eb, G, Bb\n- **F7**: F, A, C, Eb\n"


def test_a_claim_that_cannot_be_read_is_told_as_unrecognised() -> None:
    (finding,) = check_claims("Cmaj7 is warmer than the third of a minor seventh chord in G major.")
    assert finding.verdict == "unrecognised"


@pytest.mark.parametrize(
    "text",
    [
        "Practise Dm7–G7–Cmaj7 slowly with the left hand.",
        "Try G7 to Cmaj7.",
        "Great work on the C major scale today!",
        "Your timing in the second phrase was much better than last week.",
        "Blues players love bending the third a little.",
        "Keep your wrist loose when you play the Bb7 chord.",
        "Good news: you already know all the chords of this song, C, F, G and Am.",
        "A slow 12-bar blues in A is a good place to begin.",
        "I'd use Am here rather than C.",
        "Choose one of these keys: C, G, F or D.",
        "Loop Dm7, G7 and Cmaj7 for five minutes without stopping.",
        "I love the sound of Fmaj7 in this tune.",
    ],
)
def test_advice_praise_and_instructions_are_no_findings_at_all(text: str) -> None:
    assert check_claims(text) == ()


def test_what_is_plainly_denied_though_it_is_so_is_contradicted() -> None:
    assert verdicts("The V7 of Bb is not F7.") == ["contradicted"]
    assert "contradicted" not in verdicts("The V7 of Bb is not F#7.")
    assert "contradicted" not in verdicts("The third of C isn't Eb but E.")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("so your b flat major seven is gonna be b flat, d, f, a flat", "A"),
        ("To turn Gmaj7 into G7 you lower F# to E, and no other note changes.", "F"),
        ("Want the leading tone of D major? You'll be playing C.", "C#"),
        ("Inverting a major sixth gives a major third.", "minor third"),
        ("The secondary dominant aimed at A minor within C major is B7.", "E7"),
        ("A diminished triad stacks two major thirds.", "minor thirds"),
        ("If you see five flats at the start of the stave, think Db major or its relative, C minor.", "Bb minor"),
    ],
)
def test_errors_are_found_in_wordings_that_no_form_knows(wrong: str, right: str) -> None:
    (finding,) = [finding for finding in check_claims(wrong) if finding.verdict == "contradicted"]
    assert finding.correction == right


def test_a_sentence_that_refers_to_the_one_before_is_read_with_it() -> None:
    assert verdicts("Let's spell Fmaj7 together. We get F-A-C-E.") == ["confirmed"]
    assert verdicts("Let's spell Fmaj7 together. We get F-A-C-Eb.") == ["contradicted"]


def test_no_correction_is_given_that_would_leave_the_sentence_wrong() -> None:
    text = "F is the IV in C, but it's the V in F."
    assert "contradicted" not in verdicts(mended(text)) or mended(text) == text


def test_prose_without_music_has_no_claims() -> None:
    assert check_claims("A good teacher is patient. I have a dog, and it is brown.") == ()
