"""Shapes as files: which room writes the format a suffix names, and writing it whole or not at all. Knows no shape."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.music.formats import CHARTS, SUFFIXES, write
from partimento.music.score import Score

CHART_FILES: Final = (*CHARTS, ".json")
"""What a piece can be saved as that has chords only."""

PIECE_FILES: Final = (*SUFFIXES, ".json", ".wav")
"""What a piece can be saved as that has notes too."""

MEDIA: Final = {
    ".mid": "audio/midi", ".midi": "audio/midi", ".wav": "audio/wav",
    ".musicxml": "application/vnd.recordare.musicxml+xml", ".abc": "text/vnd.abc; charset=utf-8",
    ".json": "application/json", ".txt": "text/plain; charset=utf-8", ".cho": "text/plain; charset=utf-8",
    ".chordpro": "text/plain; charset=utf-8", ".ireal": "text/plain; charset=utf-8", ".md": "text/plain; charset=utf-8",
}  # fmt: skip
"""The media type of a file by its suffix."""


def as_bytes(shape: Struct, score: Score, suffix: str, known: tuple[str, ...]) -> bytes:
    """The file of a shape, whose score the formats read; letter case does not matter.

    Raises UnknownName for a suffix that is not known, NotConfigured for ".wav" where nothing can make sound.
    """
    suffix = suffix.lower()
    if suffix not in known:
        raise UnknownName("format", suffix, known, mend=f"end the file name in one of: {', '.join(known)}")
    if suffix == ".json":
        return msgspec.json.format(msgspec.json.encode(shape), indent=2)
    if suffix == ".wav":
        from partimento.sound import preview

        return preview(score)
    return write(score, suffix)


def save(path: str | Path, content: bytes) -> Path:
    """Write a file whole or not at all. Raises BadInput where it cannot be written."""
    target = Path(path)
    draft = target.with_name(f".{target.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise BadInput(
            f"cannot write {target}", why=error.strerror or str(error), mend="choose a place that can be written"
        ) from error
    return target
