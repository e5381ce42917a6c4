"""The piece played by a synth of our own: strokes mixed to stereo in a small room. Leaves the tones to `tones`.

The same score gives the same bytes on the same machine.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Final

import numpy as np

from partimento.music.score import Score
from partimento.sound import tones, wav
from partimento.sound.timing import Player, Strike, length_s, strikes
from partimento.sound.tones import Samples
from partimento.sound.wav import RATE

_LEVELS: Final[dict[Player, float]] = {"piano": 0.34, "bass": 0.5, "drums": 0.42}
_RELEASE_S: Final = 0.25  # how long a damper takes to silence a string
_SHORTEST_S: Final = 0.03
_LONGEST_TONE_S: Final = 12.0
_WIDTH: Final = 60.0  # semitones from the middle of the keyboard to where a tone would be at the side
_ECHOES: Final = 14
_ROOM: Final = 0.09


def render(score: Score) -> bytes:
    """The piece as WAV (see `wav`). Raises BadInput for a piece that cannot be played."""
    mixed = np.zeros((wav.CHANNELS, round(length_s(score) * RATE)), np.float32)
    by_key: defaultdict[tuple[Player, int], list[Strike]] = defaultdict(list)
    for strike in strikes(score):
        by_key[strike.player, strike.midi].append(strike)
    for (player, midi), struck in sorted(by_key.items()):
        _play(mixed, player, midi, struck)
    return wav.write(_frames(_in_a_room(mixed)))


def _play(mixed: Samples, player: Player, midi: int, struck: list[Strike]) -> None:
    """All strokes of one key; its tone is made once, as long as the longest of them needs it."""
    pan = 0.0
    longest = min(_LONGEST_TONE_S, max(strike.held_s for strike in struck) + _SHORTEST_S + _RELEASE_S)
    layers: tuple[Samples, ...]
    match player:
        case "piano":
            layers, pan = tones.piano(midi, longest), (midi - 60) / _WIDTH
        case "bass":
            layers = (tones.bass(midi, longest),)
        case "drums":
            hit, pan = tones.drum(midi)
            layers = (hit,)
    pan = max(-0.6, min(0.6, pan))
    sides = [_LEVELS[player] * (1 + side * pan) ** 0.5 for side in (-1, 1)]
    for strike in struck:
        force = strike.velocity / 127
        count = len(layers[0]) if player == "drums" else round((max(strike.held_s, _SHORTEST_S) + _RELEASE_S) * RATE)
        start = round(strike.at_s * RATE)
        count = min(count, len(layers[0]), mixed.shape[1] - start)
        tone = layers[0][:count]
        if len(layers) == 2:
            tone = (1 - force) * tone + force * layers[1][:count]
        if player != "drums":
            tone = tone * _damped(count)
        for side, level in enumerate(sides):
            mixed[side, start : start + count] += np.float32(level * force**1.5) * tone


@cache
def _damper() -> Samples:
    """How a string falls silent under the damper: to a thousandth, ended by a short line to nothing."""
    time = np.linspace(0, 1, round(_RELEASE_S * RATE))
    return (np.exp(-7 * time) * np.minimum(1, (1 - time) * 10)).astype(np.float32)


def _damped(count: int) -> Samples:
    """The envelope of a tone that is let go `_RELEASE_S` before its end."""
    envelope = np.ones(count, np.float32)
    envelope[-len(_damper()) :] = _damper()
    return envelope


def _in_a_room(mixed: Samples) -> Samples:
    """The sound with a few early echoes to each side, so that it does not stand inside the head."""
    chance = np.random.default_rng(7)
    wet = mixed.copy()
    for side in range(wav.CHANNELS):
        for nth, delay in enumerate(np.sort(chance.integers(RATE // 100, RATE // 6, _ECHOES))):
            level = np.float32(_ROOM * 0.86**nth * (1 if nth % 3 else -1))
            wet[side, delay:] += level * mixed[(side + nth) % wav.CHANNELS, :-delay]
    return wet


def _frames(mixed: Samples) -> bytes:
    """Interleaved 16-bit samples, the loudest at `wav.PEAK`; silence stays silent."""
    peak = float(np.max(np.abs(mixed), initial=0.0))
    scaled = mixed * np.float32(wav.PEAK * 0x7FFF / peak) if peak else mixed
    return np.rint(scaled).T.astype("<i2").tobytes()
