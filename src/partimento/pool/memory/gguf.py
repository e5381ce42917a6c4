"""The headers of GGUF files, of one part or of many: metadata and tensors, never weights. Knows the format (versions 2
and 3, both byte orders); leaves what the keys mean to `architectures`.

Files come from strangers: every count and length is checked against what the file can hold and against a fixed bound
before anything is read or kept, so that a hostile header costs a moment and ends in one error.
"""

from __future__ import annotations

import re
from math import prod
from pathlib import Path
from struct import Struct as Packed
from typing import BinaryIO, Final

from msgspec import Struct

from partimento.core.errors import ModelMissing
from partimento.pool.memory.header import Header, Tensor, broken

MAX_KEYS: Final = 1 << 16
MAX_TENSORS: Final = 1 << 18
MAX_NAME_BYTES: Final = 1 << 16
MAX_TEXT_BYTES: Final = 1 << 20
MAX_ALL_TEXT_BYTES: Final = 1 << 26
MAX_STRINGS: Final = 1 << 22
"""Of all arrays of strings together; the largest vocabularies with their merges have under a million."""
KEPT_ITEMS: Final = 1 << 12
"""An array of numbers up to this long is kept (one number a layer); longer ones are passed over."""
MAX_DIMENSIONS: Final = 8
MAX_PARTS: Final = 10_000
CHUNK_BYTES: Final = 1 << 20

STRING, ARRAY, BOOL = 8, 9, 7
NUMBERS: Final = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}

# a block's elements and bytes, from ggml's table of types
TYPES: Final[dict[int, tuple[str, int, int]]] = {
    0: ("F32", 1, 4), 1: ("F16", 1, 2), 2: ("Q4_0", 32, 18), 3: ("Q4_1", 32, 20), 6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24), 8: ("Q8_0", 32, 34), 9: ("Q8_1", 32, 40), 10: ("Q2_K", 256, 84), 11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144), 13: ("Q5_K", 256, 176), 14: ("Q6_K", 256, 210), 15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66), 17: ("IQ2_XS", 256, 74), 18: ("IQ3_XXS", 256, 98), 19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18), 21: ("IQ3_S", 256, 110), 22: ("IQ2_S", 256, 82), 23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1), 25: ("I16", 1, 2), 26: ("I32", 1, 4), 27: ("I64", 1, 8), 28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56), 30: ("BF16", 1, 2), 34: ("TQ1_0", 256, 54), 35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17), 40: ("NVFP4", 64, 36), 41: ("Q1_0", 128, 18),
}  # fmt: skip
PART: Final = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$")
OTHERS: Final = {b"PK\x03\x04": "a zip archive", b"\x1f\x8b\x08": "a gzip archive", b"ggml": "an old GGML file",
                 b"ggjt": "an old GGML file", b"version https://git-lfs": "a Git LFS pointer, not the file itself",
                 b"<!DOC": "a web page", b"<html": "a web page", b"{": "JSON"}  # fmt: skip


class Part(Struct, frozen=True):
    """What one file says."""

    keys: dict[str, object]
    lengths: dict[str, int]
    tensors: tuple[Tensor, ...]
    file_bytes: int


def read(path: Path) -> Header:
    """The header of a GGUF file, all its parts together. NotConfigured for what is no whole GGUF file."""
    files = parts_of(path)
    parts = [_part(file) for file in files]
    keys, lengths = parts[0].keys, parts[0].lengths
    family = keys.get("general.architecture")
    if not isinstance(family, str) or not family:
        raise broken(path, "its header names no architecture", "take a GGUF file of a language model")
    told = keys.get("split.count", 1)
    if isinstance(told, int) and told > 1 and told != len(files):
        raise broken(path, f"it is a part of {told}, and its name does not say so", "give the parts their names back")
    size = keys.get(f"{family}.vocab_size", 0)
    return Header(
        path=str(path),
        format="gguf",
        family=family,
        keys=keys,
        tensors=tuple(tensor for part in parts for tensor in part.tensors),
        files=tuple(str(file) for file in files),
        file_bytes=sum(part.file_bytes for part in parts),
        vocabulary=lengths.get("tokenizer.ggml.tokens", 0) or (size if isinstance(size, int) else 0),
        chat_template="tokenizer.chat_template" in keys,
    )


def parts_of(path: Path) -> list[Path]:
    """All files of a model, of which this is one: itself, or "…-00001-of-0000N.gguf" to the last. ModelMissing."""
    named = PART.search(path.name)
    count = int(named[2]) if named else 1
    if not 1 <= count <= MAX_PARTS:
        raise broken(path, f"its name says it has {count} parts")
    stem = path.name[: named.start()] if named else ""
    files = [path.with_name(f"{stem}-{i:05}-of-{count:05}.gguf") for i in range(1, count + 1)] if named else [path]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        why = "there is no such file" if missing == [path.name] and count == 1 else f"missing: {', '.join(missing[:3])}"
        raise ModelMissing(f"the model {str(path)!r} is not all here", why=why, mend="pull it, or mend its path")
    return files


def _part(path: Path) -> Part:
    try:
        with path.open("rb", buffering=0) as file:
            return _Reader(path, file).part()
    except OSError as error:
        raise broken(path, str(error), "see that the file can be read") from error


class _Reader:
    """Walks a header once, a chunk of the file in hand."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self.file = path, file
        self.size = path.stat().st_size
        self.chunk, self.start, self.at = (
            b"",
            0,
            0,
        )  # `start`: where the chunk lies in the file; `at`: where we are in it
        self.order = "<"
        self.strings = self.text_bytes = 0

    def part(self) -> Part:
        self._begin()
        tensor_count, key_count = self._number("Q"), self._number("Q")
        self._bounded("tensors", tensor_count, MAX_TENSORS, each=24)
        self._bounded("keys", key_count, MAX_KEYS, each=12)
        keys: dict[str, object] = {}
        lengths: dict[str, int] = {}
        for _ in range(key_count):
            name = self._text(MAX_NAME_BYTES, "the name of a key")
            self._value(name, self._number("I"), keys, lengths)
        told = [self._tensor() for _ in range(tensor_count)]
        alignment = keys.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 1 <= alignment <= 1 << 20:
            raise broken(self.path, f"its alignment is {alignment!r}")
        data = self.size - -(-(self.start + self.at) // alignment) * alignment
        return Part(keys, lengths, _weighed(self.path, told, max(0, data)), self.size)

    def _begin(self) -> None:
        magic = self._take(min(self.size, 24)) if self.size else b""
        if magic[:4] != b"GGUF":
            what = next((said for start, said in OTHERS.items() if magic.startswith(start)), "not a GGUF file")
            raise broken(self.path, "it is empty" if not magic else f"it is {what}")
        self.at = 4
        version = self._number("I")
        if version and version & 0xFFFF == 0:
            self.order, self.at = ">", 4
            version = self._number("I")
        if version not in (2, 3):
            raise broken(self.path, f"it is of GGUF version {version}; 2 and 3 are known", "take a newer conversion")

    def _value(self, name: str, kind: int, keys: dict[str, object], lengths: dict[str, int]) -> None:
        if kind == STRING:
            keys[name] = self._text(MAX_TEXT_BYTES, name)
        elif kind == ARRAY:
            inner, count = self._number("I"), self._number("Q")
            lengths[name] = count
            if inner == STRING:
                self._pass_strings(name, count)
            elif inner in NUMBERS:
                self._numbers(name, inner, count, keys)
            else:
                raise broken(self.path, f"its key {name!r} is an array of {'arrays' if inner == ARRAY else inner}")
        elif kind in NUMBERS:
            keys[name] = self._number(NUMBERS[kind])
        else:
            raise broken(self.path, f"its key {name!r} is of the unknown type {kind}")

    def _numbers(self, name: str, inner: int, count: int, keys: dict[str, object]) -> None:
        packed = Packed(f"{self.order}{NUMBERS[inner]}")
        self._room(name, count * packed.size)
        if count <= KEPT_ITEMS:
            keys[name] = tuple(value for (value,) in packed.iter_unpack(self._take(count * packed.size)))
        else:
            self._pass(count * packed.size)

    def _pass_strings(self, name: str, count: int) -> None:
        self.strings += count
        self._bounded(f"strings in {name!r}", self.strings, MAX_STRINGS, each=8)
        length_at = Packed(f"{self.order}Q").unpack_from
        for _ in range(count):
            if self.at + 8 > len(self.chunk):
                self._fill(8)
            (length,) = length_at(self.chunk, self.at)
            self.at += 8 + length
            if self.at > len(self.chunk):
                self.at -= length
                self._pass(length)

    def _tensor(self) -> tuple[str, int, tuple[int, ...], int]:
        name = self._text(MAX_NAME_BYTES, "the name of a tensor")
        dimensions = self._number("I")
        if dimensions > MAX_DIMENSIONS:
            raise broken(self.path, f"its tensor {name!r} has {dimensions} dimensions")
        shape = tuple(self._number("Q") for _ in range(dimensions))
        return name, self._number("I"), shape, self._number("Q")

    def _text(self, most: int, what: str) -> str:
        length = self._number("Q")
        self.text_bytes += length
        if length > most or self.text_bytes > MAX_ALL_TEXT_BYTES:
            raise broken(self.path, f"{what} is {length} bytes long")
        return self._take(length).decode("utf-8", "replace")

    def _number(self, kind: str) -> int:
        packed = Packed(f"{self.order}{kind}")
        value: int = packed.unpack(self._take(packed.size))[0]
        return value

    def _bounded(self, what: str, count: int, most: int, *, each: int) -> None:
        if count > most or count * each > self.size:
            raise broken(self.path, f"it claims {count} {what}")

    def _room(self, what: str, length: int) -> None:
        if self.start + self.at + length > self.size:
            raise broken(self.path, f"it ends within {what!r}, at {self.size} bytes")

    def _take(self, length: int) -> bytes:
        if self.at + length > len(self.chunk):
            self._fill(length)
        taken = self.chunk[self.at : self.at + length]
        self.at += length
        return taken

    def _pass(self, length: int) -> None:
        self._room("its header", length)
        self.at += length
        if self.at > len(self.chunk):
            self.start, self.chunk, self.at = self.start + self.at, b"", 0
            self.file.seek(self.start)

    def _fill(self, length: int) -> None:
        """At least so many bytes in hand from where we are, or the file is too short."""
        self._room("its header", length)
        kept = self.chunk[self.at :]
        self.start, self.at = self.start + self.at, 0
        self.file.seek(self.start + len(kept))
        more = self.file.read(max(length, CHUNK_BYTES) - len(kept))
        self.chunk = kept + more
        if len(self.chunk) < length:
            raise broken(self.path, "it has become shorter while it was read")


def _weighed(path: Path, told: list[tuple[str, int, tuple[int, ...], int]], data_bytes: int) -> tuple[Tensor, ...]:
    """Tensors with their bytes; those of a type newer than this table reach to the next one."""
    begins = sorted({offset for _, _, _, offset in told} | {data_bytes})
    following = dict(zip(begins, begins[1:], strict=False))
    found = []
    for name, kind, shape, offset in told:
        word, block, size = TYPES.get(kind, (f"type {kind}", 1, 0))
        length = -(-prod(shape) // block) * size if size else following.get(offset, 0) - offset
        if offset > data_bytes or offset + length > data_bytes:
            raise broken(
                path, f"its tensor {name!r} ends {offset + length - data_bytes} bytes beyond the end of the file"
            )
        found.append(Tensor(name, word, shape, max(0, length)))
    if sum(tensor.bytes for tensor in found) > data_bytes:
        raise broken(path, "its tensors lie over each other")
    return tuple(found)
