"""Licence-clean corpora as songs of tokens, and what followed what in them as tables. Trains nothing else."""

from __future__ import annotations

import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.figured import realize_numeral
from partimento.music.key import Key
from partimento.music.pitch import fifths, pitch_class
from partimento.music.prediction.ngram import ORDER, Table, write
from partimento.music.prediction.styles import CorpusName
from partimento.music.prediction.tokens import CLASSES, QUALITIES, START, moved

FILES: dict[CorpusName, str] = {
    "billboard": "chords_billboard.jsonl",
    "openewld": "chords_openewld.jsonl",
    "when_in_rome": "roman_when_in_rome.jsonl",
}
FOLDS = 5
FEWEST = 2  # contexts of three and four chords that were met once are left out
_KINDS = {
    (4, 7): "maj", (3, 7): "min", (3, 6): "dim", (4, 8): "aug", (4, 7, 10): "7", (4, 7, 11): "maj7",
    (3, 7, 10): "min7", (3, 7, 11): "minmaj7", (3, 6, 9): "dim7", (3, 6, 10): "hdim7", (4, 8, 10): "aug7",
    (4, 8, 11): "maj7", (4, 6, 10): "7",
}  # fmt: skip


class Song(Struct, frozen=True):
    """Tokens of a song, or of a piece in parts of one key each; `fold` is the same for all songs of a title."""

    parts: list[list[int]]
    fold: int

    @property
    def tokens(self) -> list[int]:
        joined = [token for part in self.parts for token in part]
        return [token for place, token in enumerate(joined) if not place or joined[place - 1] != token]


def songs_of(folder: Path, name: CorpusName) -> list[Song]:
    """The songs of a corpus that name a key."""
    found = []
    with (folder / FILES[name]).open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            parts = _numeral_parts(row) if "events" in row else [_tokens(row["rel"] or [])]
            title = re.sub(r"\W+", "", row.get("title", row["id"]).lower())
            song = Song([part for part in parts if len(part) > 1], zlib.crc32(title.encode()) % FOLDS)
            if song.parts:
                found.append(song)
    return found


def _tokens(written_tokens: Iterable[str]) -> list[int]:
    pairs = (text.split(":") for text in written_tokens)
    return [int(above) * CLASSES + QUALITIES.index(quality) for above, quality in pairs]


def _numeral_parts(row: dict[str, Any]) -> list[list[int]]:
    """Score analysis as tokens, one part for each stretch in a key; numerals that name no class are left out."""
    parts: list[list[int]] = []
    current = None
    for _, _, key, figure in row["events"]:
        try:
            realized = realize_numeral(figure, key)
        except PartimentoError:
            continue
        root = pitch_class(fifths(realized.root))
        above = sorted({(pitch_class(fifths(note)) - root) % 12 for note in realized.notes})
        kind = _KINDS.get(tuple(step for step in above if step in (3, 4, 6, 7, 8, 9, 10, 11)))
        if kind is None:
            continue
        if key != current:
            parts.append([])
            current = key
        token = (root - Key.parse(key).pc) % 12 * CLASSES + QUALITIES.index(kind)
        if not parts[-1] or parts[-1][-1] != token:
            parts[-1].append(token)
    return parts


Context = tuple[int, ...]


def table(sequences: Iterable[Sequence[int]], size: int, *, free: bool = False) -> Table:
    """Kneser-Ney counts: in how many songs for the longest contexts, after how many others for the shorter ones.

    `free`: contexts and successors are moved so that the context's last chord stands on 0.
    """
    raw: dict[Context, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for sequence in sequences:
        for context, token in set(_passages(sequence, free)):
            raw[context][token] += 1
    counts: dict[Context, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for context, row in raw.items():
        for token, count in row.items():
            if len(context) == ORDER:
                counts[context][token] += count
            if context:
                counts[context[1:]][token] += 1
    for context, row in raw.items():  # at a song's start nothing comes before
        for token in row:
            counts[context].setdefault(token, 1)
    rows = {}
    for context, row in sorted(counts.items()):
        if len(context) <= 2 or sum(row.values()) >= FEWEST:
            ordered = sorted(row.items(), key=lambda one: (-one[1], one[0]))
            rows[write(context)] = write([number for pair in ordered for number in pair])
    return Table(rows, size)


def _passages(sequence: Sequence[int], free: bool) -> Iterable[tuple[Context, int]]:
    """Each token with the contexts before it, of no token up to ORDER."""
    for place in range(1, len(sequence)):
        context, token = tuple(sequence[max(0, place - ORDER) : place]), sequence[place]
        if free and context[-1] == START:
            continue
        if free:
            root = context[-1] // CLASSES
            context, token = tuple(moved(one, -root) for one in context if one != START), moved(token, -root)
        for back in range(len(context) + 1):
            yield context[back:], token
