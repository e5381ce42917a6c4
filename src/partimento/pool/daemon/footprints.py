"""Footprints of models, read once and again when their files change. Knows how files tell that; leaves reading them to
`fit`, or to an engine whose files are its own.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from partimento.core.clock import Clock
from partimento.core.errors import ModelMissing
from partimento.core.local import Files, LocalEngine
from partimento.pool.memory.fit import footprint
from partimento.pool.values import Cache, Footprint, Wanted

FRESH_S: Final = 10.0
"""For so long after a look files are taken to be as they were."""
_Sign = tuple[tuple[str, int, int], ...]


class _Read(Struct):
    sign: _Sign
    footprint: Footprint
    looked_at: float


class Footprints:
    """Reads in threads; what was read of late is at hand."""

    def __init__(self, engines: Mapping[str, LocalEngine], clock: Clock) -> None:
        self._engines, self._clock = engines, clock
        self._read: dict[str, _Read] = {}

    def at_hand(self, wanted: Wanted) -> Footprint | None:
        """Without touching a file; None where one has to be looked at."""
        read = self._read.get(wanted.key)
        if read is None or self._clock.monotonic() - read.looked_at > FRESH_S:
            return None
        return read.footprint

    async def read(self, wanted: Wanted) -> Footprint:
        """Raises PartimentoError for files that are missing, cut or strange."""
        before = self._read.get(wanted.key)
        sign = await asyncio.to_thread(_sign, wanted.files)
        if before is not None and before.sign == sign:
            before.looked_at = self._clock.monotonic()
            return before.footprint
        found = await asyncio.to_thread(weighed, self._engines.get(wanted.engine), wanted)
        self._read[wanted.key] = _Read(sign, found, self._clock.monotonic())
        return found


def weighed(engine: LocalEngine | None, wanted: Wanted) -> Footprint:
    """What a model takes: as its engine weighs it, where that has a way of its own, else as its files' headers tell."""
    own = getattr(engine, "weighed", None)
    if own is None:
        return footprint(wanted.files, wanted.engine)
    weights_bytes, token_bytes = own(wanted.files, wanted.options)
    caches = (Cache(token_bytes),) if token_bytes else ()
    return Footprint(weights_bytes=weights_bytes, caches=caches, words=wanted.engine)


def _sign(files: Files) -> _Sign:
    """What changes when the files do. Raises ModelMissing."""
    try:
        paths = [files.path, files.projector, *(adapter.path for adapter in files.adapters)]
        return tuple(entry for path in paths if path for entry in _entries(Path(path)))
    except OSError as error:
        raise ModelMissing(
            f"the model's files cannot be read: {files.path}", why=error.strerror or str(error), mend="pull it again"
        ) from error


def _entries(path: Path) -> list[tuple[str, int, int]]:
    if not path.is_dir():
        found = path.stat()
        return [(str(path), found.st_mtime_ns, found.st_size)]
    with os.scandir(path) as entries:
        return sorted((one.path, one.stat().st_mtime_ns, one.stat().st_size) for one in entries if one.is_file())
