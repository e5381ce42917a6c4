"""The sound of one key: a struck string, a plucked string, a piece of a drum kit. Knows no piece and no mixing.

A tone is a bank of sines that die away, each at its own pace; a drum is a few of these that may fall in pitch, and
noise. All values are by ear and by what is published of strings and bars; nothing is sampled.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from partimento.sound.wav import RATE

Samples = NDArray[np.float32]
Values = NDArray[np.float64]

_HIGHEST_HZ: Final = 9_000.0
_STEP: Final = 512
_DETUNED: Final = 0.00018  # the strings of a key are a third of a cent off, either way


def piano(midi: int, seconds: float) -> tuple[Samples, Samples]:
    """A key struck softly and hard, as two layers to be mixed by velocity."""
    base = 440 * 2 ** ((midi - 69) / 12)
    number = np.arange(1, 33)
    stiff = 7e-5 * 2 ** ((midi - 40) / 8.5)
    hertz = number * base * np.sqrt(1 + stiff * number**2)
    number, hertz = number[hertz < _HIGHEST_HZ], hertz[hertz < _HIGHEST_HZ]
    struck = np.abs(np.sin(np.pi * number / 8)) + 0.05  # the hammer hits an eighth from the end
    fading = 0.7 * 2 ** ((midi - 60) / 30) * (1 + 0.22 * number)
    knock = np.array([95.0, 160.0, 240.0]) * 2 ** ((midi - 60) / 60)
    levels = []
    for slope, bright, thump in ((1.3, 1_100.0, 0.02), (0.85, 3_600.0, 0.07)):
        level = struck / number**slope * np.exp(-hertz / bright)
        level /= np.sqrt(np.sum(level**2)) * (base / 261.6) ** 0.15
        levels.append(np.concatenate([0.8 * level, 0.2 * level, np.full(3, thump)]))
    # each partial dies away quickly at first, on one string, and slowly after, on the other
    soft, hard = _ringing(
        np.concatenate([hertz * (1 + _DETUNED), hertz * (1 - _DETUNED), knock]),
        np.concatenate([fading * 1.6, fading * 0.4, np.full(3, 45.0)]),
        levels,
        seconds,
    )
    return soft, hard


def bass(midi: int, seconds: float) -> Samples:
    """A plucked bass string."""
    base = 440 * 2 ** ((midi - 69) / 12)
    number = np.arange(1, 15)
    hertz = number * base * np.sqrt(1 + 6e-5 * number**2)
    level = (np.abs(np.sin(np.pi * number / 5)) + 0.03) / number**1.1 * np.exp(-hertz / 900)
    level /= np.sqrt(np.sum(level**2))
    fading = 0.9 + 0.35 * number + hertz / 400
    (tone,) = _ringing(
        np.concatenate([hertz, [180.0, 420.0]]),
        np.concatenate([fading, [60.0, 90.0]]),
        [np.concatenate([level, [0.06, 0.03]])],  # the finger on the string
        seconds,
    )
    return tone


def _ringing(hertz: Values, falling: Values, levels: list[Values], seconds: float) -> list[Samples]:
    """Sums of sines that fall by e in 1 / `falling` seconds, one sum for each set of levels.

    Sample n of a dying sine is z to the power n; with n = row * _STEP + column it is a product of two short tables,
    so that hardly a sine is computed. Written without matrix products: those run in threads that cost more than they
    save here.
    """
    count = max(1, round(seconds * RATE))
    turn = (2j * np.pi * hertz - falling) / RATE
    coarse = np.exp(np.outer(turn, np.arange(0, count, _STEP))).astype(np.complex64)[:, :, None]
    fine = np.exp(np.outer(turn, np.arange(_STEP))).astype(np.complex64)[:, None, :]
    tones = np.zeros((len(levels), coarse.shape[1], _STEP), np.float32)
    for nth, (row, column) in enumerate(zip(coarse, fine, strict=True)):
        sine = row.real * column.imag + row.imag * column.real
        for tone, level in zip(tones, levels, strict=True):
            tone += np.float32(level[nth]) * sine
    rise = min(count, RATE // 500)
    flat = tones.reshape(len(levels), -1)[:, :count]
    flat[:, :rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    return list(flat)


class Drum(Struct, frozen=True):
    """A piece of the kit: modes as (hertz, level, fall a second), how far pitch falls at first, and its noise.

    `noise` is (level, fall a second, how often it is differenced: 0 dull, 2 sharp); `pan` -1 left to 1 right.
    """

    modes: tuple[tuple[float, float, float], ...] = ()
    drop: float = 0.0
    noise: tuple[float, float, int] = (0.0, 60.0, 1)
    pan: float = 0.0


def _skin(hertz: float, falling: float, pan: float, slap: float = 0.15) -> Drum:
    """A tuned drum struck by hand or stick: the modes of a membrane."""
    modes = ((hertz, 0.7, falling), (hertz * 1.59, 0.25, falling * 1.7), (hertz * 2.14, 0.12, falling * 2.2))
    return Drum(modes, 0.12, (slap, 90.0, 1), pan)


def _metal(hertz: float, level: float, falling: float, noise: tuple[float, float, int], pan: float) -> Drum:
    """A cymbal or a bell: modes in no harmonic order."""
    ratios = (1.0, 1.342, 1.688, 2.093, 2.571, 3.147)
    return Drum(tuple((hertz * r, level / (1 + n), falling * (1 + n / 4)) for n, r in enumerate(ratios)), 0, noise, pan)


_SNARE: Final = Drum(((185.0, 0.4, 22.0), (330.0, 0.2, 30.0)), 0.1, (0.5, 17.0, 1), -0.05)
_KIT: Final[dict[int, Drum]] = {
    35: Drum(((50.0, 1.0, 9.0),), 1.6, (0.05, 150.0, 1)),
    36: Drum(((54.0, 1.0, 11.0),), 1.8, (0.08, 150.0, 1)),
    37: Drum(((1_700.0, 0.35, 90.0), (2_600.0, 0.2, 110.0)), 0, (0.12, 160.0, 2), -0.1),
    38: _SNARE, 40: _SNARE,
    39: Drum((), 0, (0.6, 24.0, 1), 0.1),
    41: _skin(82, 7, 0.5), 43: _skin(98, 7, 0.4), 45: _skin(118, 8, 0.25), 47: _skin(140, 8, 0.1),
    48: _skin(165, 9, -0.1), 50: _skin(192, 9, -0.25),
    42: _metal(5_200, 0.05, 55, (0.32, 55.0, 2), 0.3), 44: _metal(4_800, 0.04, 45, (0.22, 45.0, 2), 0.3),
    46: _metal(5_000, 0.06, 7, (0.34, 7.5, 2), 0.3),
    49: _metal(3_100, 0.1, 2.2, (0.42, 2.4, 2), -0.4), 57: _metal(2_800, 0.1, 2.2, (0.42, 2.4, 2), 0.4),
    51: _metal(3_400, 0.16, 3.4, (0.12, 5.0, 2), 0.45), 59: _metal(3_200, 0.16, 3.4, (0.12, 5.0, 2), 0.45),
    53: _metal(2_600, 0.3, 4.0, (0.04, 9.0, 2), 0.45),
    54: _metal(6_200, 0.1, 20, (0.25, 22.0, 2), -0.3),
    56: Drum(((560.0, 0.4, 16.0), (845.0, 0.35, 18.0)), 0, (0.03, 120.0, 1), 0.2),
    60: _skin(420, 18, -0.3), 61: _skin(310, 16, -0.2), 62: _skin(330, 34, 0.3, 0.3), 63: _skin(235, 12, 0.35),
    64: _skin(170, 10, 0.4), 65: _skin(390, 12, -0.35, 0.3), 66: _skin(280, 11, -0.3, 0.3),
    69: Drum((), 0, (0.22, 40.0, 2), -0.4), 70: Drum((), 0, (0.2, 55.0, 2), -0.4),
    73: Drum((), 0, (0.25, 28.0, 2), 0.4), 75: Drum(((2_480.0, 0.55, 38.0),), 0, (0.0, 60.0, 1), -0.3),
    86: _skin(88, 16, 0), 87: _skin(72, 5, 0, 0.05),
}  # fmt: skip
"""General MIDI percussion keys; what is not here sounds as a short click of sticks."""

_STICKS: Final = Drum(((2_000.0, 0.3, 90.0),), 0, (0.2, 120.0, 2))


def drum(midi: int) -> tuple[Samples, float]:
    """A stroke on a piece of the kit, whole, and its place from -1 (left) to 1 (right). Always the same noise."""
    piece = _KIT.get(midi, _STICKS)
    slowest = min([piece.noise[1], *(falling for _, _, falling in piece.modes)])
    count = round(min(3.0, 7 / slowest) * RATE)
    time = np.arange(count) / RATE
    sound = np.zeros(count)
    for hertz, level, falling in piece.modes:
        glide = piece.drop * (1 - np.exp(-time * 40)) / 40
        sound += level * np.exp(-falling * time) * np.sin(2 * np.pi * hertz * (time + glide))
    level, falling, order = piece.noise
    if level:
        grain = np.random.default_rng(midi).standard_normal(count + order)
        for _ in range(order):
            grain = np.diff(grain)
        sound += level * np.exp(-falling * time) * grain / 2.4 / 2**order
    fade = min(count, RATE // 100)
    sound[-fade:] *= np.linspace(1, 0, fade)
    return sound.astype(np.float32), piece.pan
