"""Texts to vectors: a call as the body of an embeddings request, its reply, and how many texts go in one. Knows no
wire.
"""

from __future__ import annotations

import binascii
import sys
from array import array
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.ports import Call, Drafted
from partimento.core.usage import Usage
from partimento.engines.openai.answer import Quoting
from partimento.engines.openai.dialect import Dialect
from partimento.wire.usage import counted

MOST_TEXTS = 256
MOST_BYTES = 250_000  # OpenAI takes 300,000 tokens in one request, and a token is no less than a byte


def embeddings_body(call: Call, dialect: Dialect) -> dict[str, Any]:
    """The JSON body in that dialect."""
    body: dict[str, Any] = {"model": call.model.upstream or call.model.id, "input": call.texts}
    body["encoding_format"] = "base64"  # a quarter of the bytes of decimal digits
    if call.dimensions is not None:
        body["dimensions"] = call.dimensions
    for name in dialect.left_out & body.keys():
        del body[name]
    return body


def batches(texts: tuple[str, ...], most: int) -> Iterator[tuple[str, ...]]:
    """The texts in order, in parts that a server takes at once."""
    start = size = 0
    for place, text in enumerate(texts):
        length = len(text.encode())
        if place > start and (place - start >= most or size + length > MOST_BYTES):
            yield texts[start:place]
            start, size = place, 0
        size += length
    yield texts[start:]


class _Vector(Struct):
    embedding: str | list[float]
    index: int | None = None


class _Reply(Struct):
    data: list[_Vector] | None = None
    usage: Any = None
    error: Any = None


_reply = msgspec.json.Decoder(_Reply)


class Vectors:
    """What has been read of one reply."""

    text = ""

    def __init__(self, call: Call, quoting: Quoting) -> None:
        self.done = False
        self._call, self._quoting = call, quoting
        self._vectors: list[list[float]] = []
        self._usage: Usage | None = None
        self._notes: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        return self.done

    def take(self, event: bytes) -> str:
        """Vectors do not come in events; one that does is the whole reply."""
        return self.whole(event)

    def whole(self, body: bytes) -> str:
        """Read the reply. Raises EngineError."""
        try:
            reply = _reply.decode(body)
            if reply.error:
                raise self._quoting.error(reply.error, self._call.model.id)
            found = reply.data or []
            if all(vector.index is not None for vector in found):
                found = sorted(found, key=lambda vector: vector.index or 0)
            self._vectors = [_floats(vector.embedding) for vector in found]
        except (msgspec.DecodeError, binascii.Error, ValueError) as error:
            raise self._quoting.fault("sent what are no embeddings", str(error)) from error
        if len(self._vectors) != len(self._call.texts):
            told = f"{len(self._vectors)} vectors came for {len(self._call.texts)} texts"
            raise self._quoting.fault("sent what are no embeddings", told)
        self.done = True
        if isinstance(reply.usage, dict):
            self._usage, note = counted(self._call, reply.usage.get("prompt_tokens"), 0)
            self._notes = (note,) if note else ()
        return ""

    def rest(self) -> str:
        """Nothing."""
        return ""

    def drafted(self) -> Drafted:
        """The vectors, in the order of the texts."""
        if not self.done:
            raise self._quoting.fault("broke off its answer", "no vectors came")
        return Drafted(value=self._vectors, usage=self._usage, notes=self._notes)


def joined(parts: list[Drafted]) -> Drafted:
    """The vectors of all batches. What one batch used is unknown if it did not say, and then so is the sum."""
    usage: Usage | None = Usage()
    for part in parts:
        usage = None if usage is None or part.usage is None else usage + part.usage
    notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    return Drafted(value=[vector for part in parts for vector in part.value], usage=usage, notes=notes)


def _floats(embedding: str | list[float]) -> list[float]:
    if not isinstance(embedding, str):
        return embedding
    floats = array("f", binascii.a2b_base64(embedding, strict_mode=True))
    if sys.byteorder == "big":
        floats.byteswap()
    return floats.tolist()
