"""What an item can be saved as, and its bytes. Knows which formats fit which value; leaves writing to the shapes."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError, UnknownName
from partimento.music.score import Score
from partimento.shapes import saving
from partimento.sound import missing
from partimento.web.item import Item

FORMATS: Final = {
    ".mid": "MIDI", ".musicxml": "MusicXML", ".abc": "ABC", ".txt": "Text chart", ".cho": "ChordPro",
    ".ireal": "iReal Pro", ".wav": "WAV", ".md": "Text", ".json": "JSON",
}  # fmt: skip
"""What each is called, in the order they are offered."""
UNREADABLE: Final = (PartimentoError, LookupError, ValueError, TypeError)
"""What comes of music that was not proven here: an older version's, or a strange pack's."""
LONGEST_NAME: Final = 80
_FORBIDDEN: Final = frozenset('\\/:*?"<>|')


class Download(Struct, frozen=True):
    """A format on offer: where it is fetched; or, where it cannot be made here, why, and the mend."""

    words: str
    path: str
    why_not: str = ""


def score_of(value: Any) -> Score | None:
    """The score of a value that has one with chords or notes."""
    try:
        found = getattr(value, "score", None)
    except UNREADABLE:
        return None
    return found if isinstance(found, Score) and (found.notes or found.chords) else None


def suffixes_of(item: Item) -> tuple[str, ...]:
    """What the item's value can be saved as."""
    score = score_of(item.value)
    known = () if score is None else saving.PIECE_FILES if score.notes else saving.CHART_FILES
    text = (".md",) if isinstance(text_of(item.value), str) else ()
    return tuple(suffix for suffix in FORMATS if suffix in (*known, *text, ".json"))


def downloads(item: Item) -> tuple[Download, ...]:
    """Every format of the item, and what becomes of MP3."""
    offered = [Download(FORMATS[suffix], _path(item, suffix), _why_not(suffix)) for suffix in suffixes_of(item)]
    if ".wav" in suffixes_of(item):
        offered.append(
            Download("MP3", "", "it is not made here: save the WAV, and any audio program turns it into MP3")
        )
    return tuple(offered)


def sound_of(item: Item) -> str:
    """Where its sound is heard; "" where it has none, or none can be made here."""
    made = ".wav" in suffixes_of(item) and not _why_not(".wav")
    return f"{_path(item, '.wav')}?play=1" if made else ""


def content_of(item: Item, suffix: str) -> bytes:
    """The file's bytes. Blocks, seconds for sound. Raises UnknownName for what the item cannot be saved as,
    NotConfigured for sound where nothing can make it."""
    known = suffixes_of(item)
    if suffix not in known:
        raise UnknownName("format", suffix, known, mend=f"it can be saved as {', '.join(known)}")
    if suffix == ".json":
        return msgspec.json.format(item.row.value, indent=2)
    if suffix == ".md":
        return str(text_of(item.value)).encode()
    score = score_of(item.value)
    assert score is not None
    try:
        return saving.as_bytes(item.value, score, suffix, known)
    except UNREADABLE as error:
        if isinstance(error, PartimentoError):
            raise
        raise BadInput(
            f"it cannot be written as {FORMATS[suffix]}", why="its meter, key or notes are not ones that can be read",
            mend="save the JSON",
        ) from error  # fmt: skip


def text_of(value: Any) -> Any:
    """What people read of a value that is a text, or tells itself as one; None for others."""
    return value if isinstance(value, str) else getattr(value, "text", None)


def filename_of(item: Item, suffix: str) -> str:
    """What the file is saved as: the title in any language, without what file systems refuse."""
    kept = "".join(sign if sign.isprintable() and sign not in _FORBIDDEN else " " for sign in item.title)
    name = " ".join(kept.split())[:LONGEST_NAME].strip(" .")
    return f"{name or item.row.task}{suffix}"


def _path(item: Item, suffix: str) -> str:
    return f"{item.path}/file/{item.row.task}{suffix}"


def _why_not(suffix: str) -> str:
    return missing() if suffix == ".wav" else ""
