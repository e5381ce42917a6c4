"""Claims that two chords or two numerals make a cadence of some kind. Asks the reading of cadences in `analysis`."""

from __future__ import annotations

from typing import Final

from partimento.core.errors import PartimentoError
from partimento.music.analysis.cadences import find_cadences
from partimento.music.chord import Chord
from partimento.music.claims.book import Forms, Said, claim, no, yes
from partimento.music.claims.entity import Entity
from partimento.music.claims.finding import Judgement
from partimento.music.claims.progressions import steps_of
from partimento.music.key import Key
from partimento.music.quiz.words import CADENCES as WORDS
from partimento.music.roman import chord_of

CADENCES: Final[Forms] = []
CADENCE_WORDS: Final = {
    "full": "authentic",
    "perfect": "authentic",
    "perfect authentic": "authentic",
    "imperfect authentic": "authentic",
    "amen": "plagal",
    "interrupted": "deceptive",
}
_DIGITS: Final = {"1": "I", "2": "ii", "3": "iii", "4": "IV", "5": "V", "6": "vi", "7": "viio"}


@claim(
    CADENCES,
    "cadence",
    r"(?:go |going )?(?:from )?<chords> (?:in <key> )?(?:be|form|as|has|\(|,) (?:in <key:late> )?<cadence>",
    r"(?:go |going )?(?:from )?<chord:one> (?:resolve|go|back|down|home)(?: resolve| go| back| "
    r"down| home)* to <chord:goal> (?:in <key> )?(?:be|form|as|\(|,) (?:in <key:late> )?<cadence>",
    r"(?:go |going )?(?:from )?<chord:one> to <chord:goal> (?:in <key> )?(?:be|form|as|\(|,) "
    r"(?:in <key:late> )?<cadence>",
    r"<cadence> (?:in <key> )?(?:be|go|\(|,|form|has|move) (?:go )?(?:from )?<chords>",
    r"<cadence> (?:in <key> )?(?:be|go|\(|,|form|has|move) (?:go )?(?:from )?<chord:one> to <chord:goal>",
    r"in <key> ,? ?<chords> (?:be|form|as|\() <cadence>",
    r"in <key> ,? ?(?:go |going )?(?:from )?<chord:one> (?:go )?to <chord:goal> (?:be|form|as|\() <cadence>",
    r"<numerals> (?:be|form|as|\(|,) <cadence>",
    r"<numeral:one> (?:go |resolve )*to <numeral:goal> (?:be|form|as|\() <cadence>",
    r"<cadence> (?:be|go|\(|,|form|move) (?:go )?(?:from )?<numerals>",
    r"<cadence> (?:be|go|\(|,|form|move) (?:go )?(?:from )?<numeral:one> to <numeral:goal>",
)
def _cadence(said: Said) -> Judgement | None:
    named = said.get("key") or said.get("late")
    key = named.key if named is not None else said.context
    rows = _chords(said, key)
    if rows is None:
        return None
    chords, key_of = rows
    key = key_of or key
    told = said["cadence"].text.lower().removesuffix(" cadence")
    told = CADENCE_WORDS.get(told, told)
    if len(chords) < 2:
        return None
    if key is None:
        key = implied_key(chords, told)
    if key is None:
        return None
    steps = [((chord.root or 0) - key.pc) % 12 for chord in chords]
    holds, kind = judged_cadence(chords, steps, key, told)
    reason = (
        f"{' '.join(chord.symbol for chord in chords)} in {key.symbol} is "
        f"{'no cadence known here' if kind is None else kind}."
    )
    if holds is None:
        return None
    if holds:
        return yes(reason)
    if kind is None:
        return no(said["cadence"], "", reason)
    return no(said["cadence"], f"{kind} cadence", reason)


_ENDS: Final = {"half": "dominant", "authentic": "tonic", "plagal": "tonic", "deceptive": "submediant"}


@claim(
    CADENCES,
    "cadence",
    r"<cadence> (?:be "
    r")?(?:(?:end|ends|stop|stops|close|closes|pause|pauses|finish|finishes|rest|rests|ending) )?on <function>",
)
def _ends(said: Said) -> Judgement | None:
    told = said["cadence"].text.lower().removesuffix(" cadence")
    true, step = _ENDS.get(CADENCE_WORDS.get(told, told)), said["function"].text.lower().removesuffix(" chord")
    if true is None or step not in ("dominant", "tonic", "subdominant", "submediant", "mediant", "supertonic"):
        return None
    reason = f"A {told} cadence ends on the {true}."
    return yes(reason) if step == true else no(said["function"], true, reason)


def _chords(said: Said, key: Key | None) -> tuple[tuple[Chord, ...], Key | None] | None:
    groups = said.found.re.groupindex
    if "numerals" in groups or (said.get("one") is not None and said["one"].letter in "re"):
        home = key or Key(0, "major")
        steps = steps_of(said["numerals"]) if "numerals" in groups else [_numeral(said["one"]), _numeral(said["goal"])]
        if steps and steps[-1] == "i":
            home = Key(home.tonic, "minor")
        try:
            return tuple(chord_of(_DIGITS.get(step, step), home) for step in steps), home
        except PartimentoError:
            return None
    if "chords" in groups:
        chords = said["chords"].chords
        return None if chords is None else (chords, None)
    one, goal = said["one"].chord, said["goal"].chord
    return None if one is None or goal is None else ((one, goal), None)


def _numeral(entity: Entity) -> str:
    return entity.text if entity.letter == "r" else str(entity.number)


def implied_key(chords: tuple[Chord, ...], told: str) -> Key | None:
    """The key that a cadence without one must mean: its last chord's, but for those that do not end at home."""
    last, before = chords[-1], chords[-2]
    if told in ("authentic", "plagal", "minor plagal", "backdoor"):
        return None if last.root_fifths is None else Key(last.root_fifths, "minor" if "b3" in last.degrees else "major")
    if told == "deceptive" and before.quality == "7" and before.root_fifths is not None:
        return Key(before.root_fifths - 1, "minor" if "b3" not in last.degrees else "major")
    return None


def judged_cadence(chords: tuple[Chord, ...], steps: list[int], key: Key, told: str) -> tuple[bool | None, str | None]:
    last, before = steps[-1], steps[-2]
    if told in ("half", "phrygian half"):
        true = "half" if last == 7 else None
        if true:
            return True, true
    found = find_cadences(list(chords), key)
    kinds = [one for one in found if one.at == len(chords) - 1]
    if kinds:
        words = WORDS[kinds[-1].kind]
        usual = {"two-five-one": "authentic", "minor plagal": "plagal"}.get(kinds[-1].kind, kinds[-1].kind)
        return told in words or told == usual, usual
    plain = {(7, 0): "authentic", (5, 0): "plagal", (7, 9): "deceptive", (7, 8): "deceptive"}.get((before, last))
    if plain is None and last == 7:
        plain = "half"
    return (told == plain, plain) if plain is not None or told in ("authentic", "plagal") else (None, None)
