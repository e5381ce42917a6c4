"""Why a chord is foretold, in words: what the song did before, how the chord resolves, what like songs do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from partimento.music.key import Key
from partimento.music.prediction.memory import Memory
from partimento.music.prediction.styles import CALLED, Mix
from partimento.music.prediction.tokens import CLASSES, END, QUALITIES, family, numeral_of_token

_NUMBERS: Final = ("", "", "two", "three", "four", "five", "six", "seven", "eight")
_FIFTH: Final = 7
_TENSE: Final = frozenset({"7", "aug7", "sus7"})
_BEFORE_DOMINANT: Final = frozenset({"min7", "min", "hdim7", "min6"})


class Setting(Struct, frozen=True):
    """What a reason may speak of: the song as tokens, where each stands in the list given (from 1), key and style."""

    song: Sequence[int]
    places: Sequence[int]
    key: Key
    mix: Mix


def reason(token: int, share: float, memory: Memory, setting: Setting) -> str:
    """One sentence for a token; `share`: how often songs of the style go to a chord of its family."""
    copied = _copied(token, memory, setting)
    if token == END:
        return copied or f"the song may end on {numeral_of_token(setting.song[-1], setting.key)}"
    moved = _motion(token, setting)
    parts = [copied, moved] if copied else [moved or _shifted(token, memory), _usage(share, setting)]
    return "; ".join(part for part in parts if part)


def _copied(token: int, memory: Memory, setting: Setting) -> str:
    run = memory.runs.get(token, 0)
    if run < 2 or memory.near.get(token, 0.0) < 0.3 * memory.near_sum:
        return ""
    count = _NUMBERS[run] if run < len(_NUMBERS) else str(run)
    place = setting.places[memory.places[token]]
    return f"the song went on so after the same {count} chords (chord {place})"


def _motion(token: int, setting: Setting) -> str:
    last = setting.song[-1]
    now, then = numeral_of_token(last, setting.key), numeral_of_token(token, setting.key)
    step = (token // CLASSES - last // CLASSES) % 12
    quality, goal = QUALITIES[last % CLASSES], QUALITIES[token % CLASSES]
    if step == 5 and (quality in _TENSE or last // CLASSES == _FIFTH):
        return f"{now} resolves to {then}"
    if quality == "7" and step == 11:
        return f"{now} falls a semitone to {then}, as a tritone substitute does"
    if quality in ("dim7", "dim", "hdim7") and step == 1:
        return f"{now} leads up to {then}"
    if quality in _BEFORE_DOMINANT and step == 5 and goal in _TENSE:
        return f"{now} prepares {then}"
    if step == 0 and family(token) != family(last):
        return f"{now} turns into {then}"
    return f"{now} moves up a fourth to {then}" if step == 5 else ""


def _shifted(token: int, memory: Memory) -> str:
    if memory.shifted.get(token, 0.0) > 0.5 * memory.shifted_sum + 1:
        return "the song made the same step elsewhere, on another degree"
    return ""


def _usage(share: float, setting: Setting) -> str:
    shown = [numeral_of_token(token, setting.key) for token in setting.song[-2:]]
    people = " and ".join(CALLED[name] for name in setting.mix)
    if share < 0.01:
        return f"after {' '.join(shown)} {people} rarely go to such a chord"
    return f"after {' '.join(shown)} {people} go to such a chord about {share:.0%} of the time".replace("%", " %")
