"""The headers of a checkpoint's folder: config.json and what *.safetensors begin with, never weights. Knows the layout
of such folders, shards and quantised ones; leaves what the keys of config.json mean to `architectures`.

Files come from strangers: what is read is bounded before it is read, and every flaw ends in one error.
"""

from __future__ import annotations

from pathlib import Path
from struct import unpack
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from partimento.core.errors import ModelMissing
from partimento.core.local import Format
from partimento.pool.memory.header import Header, Tensor, broken

MAX_HEADER_BYTES: Final = 100_000_000
"""The format's own bound."""
MAX_CONFIG_BYTES: Final = 1 << 24
MAX_SHARDS: Final = 10_000
TYPE_BITS: Final = {
    "F64": 64, "I64": 64, "U64": 64, "F32": 32, "I32": 32, "U32": 32, "BF16": 16, "F16": 16, "I16": 16, "U16": 16,
    "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "I8": 8, "U8": 8, "BOOL": 8, "F4": 4, "C64": 64,
}  # fmt: skip


T = TypeVar("T")


class _Told(Struct):
    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]


class _Index(Struct):
    weight_map: dict[str, str]


_header = msgspec.json.Decoder(dict[str, msgspec.Raw])
_told = msgspec.json.Decoder(_Told)
_index = msgspec.json.Decoder(_Index)
_config = msgspec.json.Decoder(dict[str, object])


def read(folder: Path) -> Header:
    """The header of a checkpoint: all shards together. NotConfigured for what is no whole checkpoint."""
    if not folder.is_dir():
        raise ModelMissing(f"the model {str(folder)!r} is not here", why="there is no such folder", mend="pull it")
    config = _decoded(folder / "config.json", _config)
    shards = _shards(folder)
    tensors: list[Tensor] = []
    for shard in shards:
        tensors += _tensors(shard)
    bits = quantised_bits(config)
    mlx = isinstance(config.get("quantization"), dict)
    kind: Format = "mlx" if mlx else "safetensors"
    text = text_part(config)
    return Header(
        path=str(folder),
        format=kind,
        family=str(text.get("model_type") or config.get("model_type") or ""),
        keys=config,
        tensors=tuple(tensors),
        files=tuple(str(shard) for shard in shards),
        file_bytes=sum(shard.stat().st_size for shard in shards),
        vocabulary=_whole(text.get("vocab_size")),
        chat_template=_has_template(folder),
        bits=bits if any(tensor.type in ("U32", "I32") for tensor in tensors) else 0,
    )


def text_part(config: dict[str, object]) -> dict[str, object]:
    """What a config.json says of the part that writes: the whole of it, or one nested in it with the outer around."""
    for name in ("text_config", "llm_config", "language_config", "thinker_config"):
        nested = config.get(name)
        if isinstance(nested, dict):
            return config | text_part(nested)
    return config


def quantised_bits(config: dict[str, object]) -> int:
    """Bits of a weight as the config says: MLX's "quantization", or another's "quantization_config"; 0: none."""
    for name in ("quantization", "quantization_config"):
        told = config.get(name) or text_part(config).get(name)
        if isinstance(told, dict):
            bits = told.get("bits") or (4 if told.get("load_in_4bit") else 8 if told.get("load_in_8bit") else 0)
            return bits if isinstance(bits, int) and 1 <= bits <= 16 else 0
    return 0


def _shards(folder: Path) -> list[Path]:
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        names = sorted(set(_decoded(index, _index).weight_map.values()))
        if len(names) > MAX_SHARDS or any(Path(name).name != name for name in names):
            raise broken(index, "its shards are no files beside it")
        shards = [folder / name for name in names]
        missing = [shard.name for shard in shards if not shard.is_file()]
        if missing:
            what = f"the model {str(folder)!r} is not all here"
            raise ModelMissing(
                what, why=f"missing: {', '.join(missing[:3])}", mend="pull it again: it goes on where it was"
            )
    else:
        shards = sorted(folder.glob("*.safetensors"))
    if not shards:
        why = "there is no *.safetensors in it"
        raise ModelMissing(f"the model {str(folder)!r} is not all here", why=why, mend="pull it again")
    return shards


def _tensors(path: Path) -> list[Tensor]:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
            if len(start) < 8:
                raise broken(path, f"it has {size} bytes")
            length = unpack("<Q", start)[0]
            if length > MAX_HEADER_BYTES:
                raise broken(path, f"its header claims {length} bytes")
            if 8 + length > size:
                raise broken(path, f"it ends within its header, at {size} bytes")
            raw = file.read(length)
    except OSError as error:
        raise broken(path, str(error), "see that the file can be read") from error
    try:
        told = {name: _told.decode(entry) for name, entry in _header.decode(raw).items() if name != "__metadata__"}
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise broken(path, "its header cannot be read") from error
    return [_tensor(path, name, entry, size - 8 - length) for name, entry in told.items()]


def _tensor(path: Path, name: str, told: _Told, data_bytes: int) -> Tensor:
    begin, end = told.data_offsets
    if not 0 <= begin <= end <= data_bytes:
        raise broken(path, f"its tensor {name!r} ends {end - data_bytes} bytes beyond the end of the file")
    tensor = Tensor(name, told.dtype, tuple(told.shape), end - begin)
    bits = TYPE_BITS.get(told.dtype)
    if min(told.shape, default=0) < 0 or (bits and (tensor.elements * bits + 7) // 8 != tensor.bytes):
        raise broken(path, f"the shape of its tensor {name!r} does not agree with its size")
    return tensor


def _decoded(path: Path, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise broken(path, "it is too large for what it is")
        return decoder.decode(path.read_bytes())
    except FileNotFoundError:
        what = f"the model {str(path.parent)!r} is not all here"
        raise ModelMissing(what, why=f"missing: {path.name}", mend="pull it again") from None
    except OSError as error:
        raise broken(path, str(error), "see that the file can be read") from error
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise broken(path, f"it cannot be read: {error}") from error


def _has_template(folder: Path) -> bool:
    if any((folder / name).is_file() for name in ("chat_template.jinja", "chat_template.json")):
        return True
    try:
        told = _decoded(folder / "tokenizer_config.json", _config)
    except (ModelMissing, OSError):
        return False
    return bool(told.get("chat_template"))


def _whole(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value <= 1 << 32 else 0
