"""WAV files of 16-bit samples, and the one form of sound this house makes. Knows bytes, and no music."""

from __future__ import annotations

import io
import wave
from typing import Final

RATE: Final = 44_100
CHANNELS: Final = 2
FRAME: Final = 2 * CHANNELS
PEAK: Final = 0.89
"""The loudest sample of a file, of full scale: one decibel of room for what converters add between samples."""


def write(frames: bytes) -> bytes:
    """The file of interleaved little-endian 16-bit stereo samples."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(CHANNELS)
        file.setsampwidth(FRAME // CHANNELS)
        file.setframerate(RATE)
        file.writeframes(frames)
    return written.getvalue()
