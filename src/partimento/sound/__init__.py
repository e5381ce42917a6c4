"""A piece to listen to: its sound as a WAV file. Knows who can play it here, and leaves playing to them.

FluidSynth with a SoundFont sounds best and is taken where both are installed; else the synth of our own, which needs
NumPy (the extra `audio`) and nothing besides.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from partimento.core.errors import NotConfigured
from partimento.music.score import Score

Player = Literal["fluidsynth", "synth"]


def missing() -> str:
    """Why no piece can be heard here, with the mend; "" where one can."""
    from partimento.sound import fluidsynth

    if find_spec("numpy") is not None or (fluidsynth.find_command() and fluidsynth.find_soundfont()):
        return ""
    return "nothing here turns notes into sound: pip install 'partimento[audio]'"


def preview(score: Score, *, player: Player | None = None, soundfont: Path | None = None) -> bytes:
    """The piece as WAV: 44.1 kHz, 16 bits, stereo, its loudest sample just below full scale, with the last ringing.

    `player` None takes the best there is. Raises NotConfigured where nobody can play or the one asked for cannot,
    BadInput for a piece that cannot be played, such as one of more than half an hour.
    """
    from partimento.sound import fluidsynth

    if player != "synth":
        command, font = fluidsynth.find_command(), fluidsynth.find_soundfont(soundfont)
        if command and font:
            return fluidsynth.render(score, command, font)
        if player or soundfont:
            raise NotConfigured(
                "FluidSynth cannot play here",
                why="the command fluidsynth is not on the PATH" if not command else "no SoundFont was found",
                mend="install fluidsynth and a SoundFont such as TimGM6mb, or leave both out for the built-in synth",
            )
    if find_spec("numpy") is None:
        raise NotConfigured(
            "nothing here can turn notes into sound",
            why="there is neither FluidSynth with a SoundFont nor NumPy",
            mend="pip install 'partimento[audio]'",
        )
    from partimento.sound import synth

    return synth.render(score)
