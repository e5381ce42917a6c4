"""Server-sent events, piece by piece: bytes in, the data of whole events out. Leaves their meaning to the reader."""

from __future__ import annotations

_BOM = b"\xef\xbb\xbf"


class EventReader:
    """Feed it chunks as they come. Lines end in LF, CRLF or CR; comments and other fields are passed over.

    Data stays bytes: lines are split at bytes that no UTF-8 sequence contains, so a character cut in two by the
    network is whole again here, and whoever decodes it may do so strictly.
    """

    def __init__(self) -> None:
        self._line: list[bytes] = []
        self._data: list[bytes] = []
        self._after_cr = False
        self._at_start = True

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of every event this chunk completes."""
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
            self._after_cr = False
        if not chunk:
            return []
        self._after_cr = chunk.endswith(b"\r")
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        first, *rest = chunk.split(b"\n")
        self._line.append(first)
        if not rest:
            return []
        lines = [b"".join(self._line), *rest[:-1]]
        self._line = [rest[-1]]
        return [event for line in lines if (event := self._read(line)) is not None]

    def end(self) -> list[bytes]:
        """What was still open when the stream ended: some servers leave the last empty line out."""
        last = [self._read(b"".join(self._line)), self._read(b"")]
        self._line = []
        return [event for event in last if event is not None]

    def _read(self, line: bytes) -> bytes | None:
        if self._at_start:
            self._at_start = False
            line = line.removeprefix(_BOM)
        if line:
            field, _, value = line.partition(b":")
            if field == b"data":
                self._data.append(value.removeprefix(b" "))
            return None
        if not self._data:
            return None
        event = b"\n".join(self._data)
        self._data = []
        return event
