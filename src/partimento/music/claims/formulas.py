"""Claims about kinds without a root: a chord's formula, the intervals in it, the steps of a scale."""

from __future__ import annotations

import re
from typing import Final

from partimento.music.chord import Chord
from partimento.music.claims.book import Forms, Said, claim, no, yes
from partimento.music.claims.entity import Entity, chord_of_words, interval_of, kind_words
from partimento.music.claims.finding import Judgement
from partimento.music.interval import interval_name
from partimento.music.scale import scale_on

FORMULAS: Final[Forms] = []
_STEPS: Final = {"W": 2, "T": 2, "H": 1, "S": 1}
_TWINS: Final = {"#4": "b5", "#9": "b3", "9": "2", "11": "4", "13": "6", "bb7": "6"}


def _kind(whole: Entity) -> Chord | None:
    """The chord of a kind told with a root or without ("a minor seventh chord"), on C where it has none."""
    if whole.letter == "q":
        return chord_of_words(f"C {whole.text}")
    return whole.chord


def steps_told(text: str) -> list[int]:
    """The steps of a scale in semitones: from "W-W-H", "whole, whole, half", "tone tone semitone" or "2-2-1"."""
    words = re.findall(
        r"whole|half|semitone|tone|[123]", re.sub(r"(whole|half)[ -](?:steps?|tones?)\b", r"\1", text.lower())
    )
    if words:
        return [int(word) if word.isdigit() else 2 if word in ("whole", "tone") else 1 for word in words]
    return [_STEPS[letter] for letter in re.findall(r"[WTHS]", text)]


def _step_words(text: str) -> tuple[str, str]:
    plain = text.lower()
    if "semitone" in plain:
        return "tone", "semitone"
    if "whole" in plain:
        return "whole", "half"
    return ("2", "1") if text[0].isdigit() else ("T", "S") if "T" in text else ("W", "H")


@claim(
    FORMULAS,
    "chord notes",
    r"<quality> (?:formula )?(?:be|has|made) <formula>",
    r"formula (?:of|in) <quality> be <formula>",
    r"<sure_chord:quality> (?:formula )?(?:be|has|made) <formula>",
    r"formula (?:of|in) <sure_chord:quality> be <formula>",
)
def _formula(said: Said) -> Judgement | None:
    chord, written = _kind(said["quality"]), said["formula"]
    told = re.findall(r"b{0,2}#?(?:1[13]|[1-9])", written.text)
    if chord is None or len(told) != len(chord.degrees) or not told:
        return None
    true = list(chord.degrees)
    reason = f"Its degrees are {' '.join(true)}."
    if [_TWINS.get(one, one) for one in told] == [_TWINS.get(one, one) for one in true]:
        return yes(reason)
    if sum(one != other for one, other in zip(told, true, strict=True)) > 2:
        return None
    joint = re.search(r"\s?-\s?|, ?| ", written.text)
    return no(written, (joint[0] if joint else " ").join(true), reason)


@claim(
    FORMULAS,
    "chord quality",
    r"<quality> has <interval>(?! (?:and|,|above|between|from|of|be|with|apart) )",
    r"<sure_chord:quality> has <interval>(?! (?:and|,|above|between|from|of|be|with|apart) )",
)
def _holds(said: Said) -> Judgement | None:
    chord, size = _kind(said["quality"]), interval_of(said["interval"].text)
    words = said["interval"].text.lower()
    if chord is None or size is None or words.startswith(("tritone", "half", "whole", "semi", "octave")):
        return None
    reason = f"Above its root stand {', '.join(interval_name(step) for step in chord.shape.fifths[1:])}."
    if size in chord.shape.fifths:
        return yes(reason)
    number = interval_name(size).split()[-1]
    same = [step for step in chord.shape.fifths if interval_name(step).split()[-1] == number]
    return no(said["interval"], interval_name(same[0]), reason) if len(same) == 1 else None


@claim(
    FORMULAS,
    "scale notes",
    r"<kind> (?:pattern |formula |steps |of |be |has |made |follow |follows )+<pattern>",
    r"(?:pattern |formula |steps )+(?:of |in )?<kind> (?:be |has |made )*<pattern>",
    r"<pattern> (?:be|form) (?:pattern |formula |steps )*(?:of |in )?<kind>",
)
def _steps(said: Said) -> Judgement | None:
    kind, written = kind_words(said["kind"].text), said["pattern"]
    if kind is None:
        return None
    tones = scale_on(0, kind).kind.semitones
    true = [high - low for low, high in zip(tones, (*tones[1:], 12), strict=True)]
    told = steps_told(written.text)
    if set(true) - {1, 2} or len(told) != len(true):
        return None
    letters = _step_words(written.text)
    joint = re.search(r"(?:, then |, and |[-, ]+)(?!steps?|tones?)", written.text)
    right = (joint[0] if joint else "").join(letters[0] if step == 2 else letters[1] for step in true)
    reason = f"The steps of the {kind} scale are {right}."
    return yes(reason) if told == true else no(written, right, reason)
