"""Claims that a row of chords is a progression of a key: a two-five-one, I-vi-IV-V, a blues; in one key or moved."""

from __future__ import annotations

import re
from typing import Final

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord
from partimento.music.claims.book import Forms, Said, claim, in_style, no, yes
from partimento.music.claims.entity import NUMBERS, Entity
from partimento.music.claims.finding import Judgement
from partimento.music.claims.numerals import fits_numeral, fits_step, numeral_text, step_chord
from partimento.music.key import Key
from partimento.music.pitch import name
from partimento.music.roman import chord_of
from partimento.music.transposition import transposed

PROGRESSIONS: Final[Forms] = []
_DIGITS: Final = re.compile(r"[1-7]|one|two|three|four|five|six|seven")


def steps_of(written: Entity) -> list[str]:
    """The numerals of a row, or its numbers as they stand."""
    if written.letter == "R":
        return [numeral_text(item) if item.letter == "r" else str(item.number) for item in written.items]
    return [str(NUMBERS.index(word)) if word in NUMBERS else word for word in _DIGITS.findall(written.text)]


def fits_number_or_numeral(chord: Chord, step: str, key: Key) -> bool | None:
    if not step.isdigit():
        return fits_numeral(chord, step, key)
    return fits_step(chord, key, int(step) - 1) if 1 <= int(step) <= 7 else None


def right_chord(step: str, key: Key, like: Chord) -> str:
    tall = like.seventh is not None
    if step.isdigit():
        return step_chord(key, int(step) - 1, 4 if tall else 3).symbol
    chord = chord_of(step, key)
    if tall and re.fullmatch(r"[IViv]+", step):
        four = step_chord(key, ("I", "II", "III", "IV", "V", "VI", "VII").index(step.upper()), 4)
        if four.root_fifths == chord.root_fifths and ("b3" in four.degrees) == ("b3" in chord.degrees):
            return four.symbol
    return chord.symbol


_LINK: Final = r"(?:be|form|as|has|made|,|\(|go|be go|in)"


@claim(
    PROGRESSIONS,
    "progression",
    rf"<chords> (?:, )?{_LINK} (?:@[tqk]\d+ )?<numerals> (?:progression |changes |cadence |loop "
    rf"|pattern |turnaround |vamp )?(?:, )?(?:of|in|to) <key>",
    rf"<numerals> (?:progression |changes |cadence |loop |pattern |turnaround |sequence |vamp "
    rf")?(?:, )?(?:of|in) <key> (?:, )?{_LINK} (?:from )?<chords>",
    rf"in <key> ,? ?<numerals> (?:progression |changes |cadence |loop |pattern |turnaround "
    rf"|sequence |vamp )?(?:, )?{_LINK} (?:to )?<chords>",
    rf"in <key> ,? ?<chords> {_LINK} <numerals>",
    rf"<numerals> {_LINK} <chords> (?:, )?(?:of|in) <key>",
    r"<chords> \( <numerals> (?:of|in) <key> \)",
    r"<chords> \( <numerals> \) in <key>",
    r"<numerals> \( <chords> \) (?:of|in) <key>",
    r"in <key> ,? ?(?:has |play |with )?<chords> ,? ?(?:\( )?(?:be |form )?<numerals>",
    r"<key> (?:'s|s|has) <numerals> (?:progression )?(?:be|has|,) <chords>",
    r"<numerals> (?:progression |changes )?(?:go |be |, )<chords>",
)
def _numerals(said: Said) -> Judgement | None:
    key, written, steps = said.key, said["chords"], steps_of(said["numerals"])
    chords = written.chords
    if key is None or chords is None or len(steps) < 2:
        return None
    is_bare = said.get("key") is not None and said["key"].letter == "n"
    if is_bare and chords[0].quality == "hdim7" and "b3" in chords[-1].degrees and steps[-1] in ("1", "i", "I"):
        key = Key(key.tonic, "minor")
    if len(chords) != len(steps):
        return None
    judged = [fits_number_or_numeral(chord, step, key) for chord, step in zip(chords, steps, strict=True)]
    if all(judged):
        return yes(
            f"{said['numerals'].text} in {key.symbol} is "
            f"{' '.join(right_chord(s, key, c) for s, c in zip(steps, chords, strict=True))}."
        )
    wrong = [at for at, fits in enumerate(judged) if fits is False]
    if not wrong:
        return None
    try:
        true = [right_chord(step, key, chord) for step, chord in zip(steps, chords, strict=True)]
    except PartimentoError:
        return None
    reason = f"{said['numerals'].text} in {key.symbol} is {' '.join(true)}."
    if len(wrong) == 1:
        return no(written.items[wrong[0]], true[wrong[0]], reason)
    if len(wrong) == len(chords) and said.get("key") is not None:
        return no(said["key"], "", reason)
    return no(written, in_style(written, true), reason)


@claim(
    PROGRESSIONS,
    "transposition",
    r"<numerals> in <key:home> (?:be )?(?:transpose|move|moved|in|to) (?:to |up to |down to "
    r")?<key> (?:be|form|has|become|,) <chords>",
    r"transpose <numerals> (?:from <key:home> )?to <key> (?:and |, )?(?:be|form|has|become)? ?<chords>",
)
def _moved_numerals(said: Said) -> Judgement | None:
    return _numerals(said)


@claim(
    PROGRESSIONS,
    "transposition",
    r"<chords:before> (?:in|from) <key:home> (?:be |and |, )?(?:transpose|to|moved|move) (?:to "
    r"|up to |down to )?<key> (?:, )?(?:be|form|has|become|,) <chords>",
    r"transpose <chords:before> from <key:home> to <key> (?:and |, )?(?:be|form|has|become)? ?<chords>",
    r"<chords:before> in <key:home> (?:be|become) <chords> in <key>",
)
def _moved(said: Said) -> Judgement | None:
    home, goal, before, after = said["home"].key, said.key, said["before"].chords, said["chords"]
    told = after.chords
    if home is None or goal is None or before is None or told is None or len(before) != len(told):
        return None
    true = transposed([chord.symbol for chord in before], home.symbol, goal.symbol)
    reason = f"In {goal.symbol} these are {' '.join(true)}."
    wrong = [
        at
        for at, (one, other) in enumerate(zip(told, true, strict=True))
        if one.pitch_classes != Chord.parse(other).pitch_classes
    ]
    if not wrong:
        return yes(reason)
    if len(wrong) == 1:
        return no(after.items[wrong[0]], true[wrong[0]], reason)
    return no(after, in_style(after, list(true)), reason)


@claim(
    PROGRESSIONS,
    "progression",
    r"<key> (?:12|twelve|bar|12 bar|twelve bar) (?:bar )?(?:be |has |made )?<chords>",
    r"(?:12|twelve) bar (?:@t\d+ )?(?:in|of) <key> (?:be |has |made |only )?<chords>",
    r"in <key> ,? ?(?:12|twelve) bar (?:@t\d+ )?(?:be |has |made )?<chords>",
)
def _blues(said: Said) -> Judgement | None:
    key, written = said.key, said["chords"]
    chords = written.chords
    if key is None or chords is None or len(chords) != 3:
        return None
    true = [name(key.tonic + step) + "7" for step in (0, -1, 1)]
    reason = f"The blues in {key.symbol} has {' '.join(true)}."
    roots = {key.tonic, key.tonic - 1, key.tonic + 1}
    wrong = [at for at, chord in enumerate(chords) if chord.root_fifths not in roots]
    if not wrong:
        return yes(reason)
    lacking = [root for root in roots if root not in {chord.root_fifths for chord in chords}]
    if len(wrong) == 1 and len(lacking) == 1:
        return no(written.items[wrong[0]], name(lacking[0]) + chords[wrong[0]].shape.suffix, reason)
    return no(written, "", reason)
