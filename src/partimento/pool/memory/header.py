"""What a model's files tell before its weights are read: keys, tensors, sizes. Values only, and the one way to say that
files cannot be read; leaves the two formats to `gguf` and `safetensors`, what the keys mean to `architectures`.
"""

from __future__ import annotations

from math import prod

from msgspec import Struct

from partimento.core.errors import NotConfigured
from partimento.core.local import Format


class Tensor(Struct, frozen=True):
    """One array of weights: `type` in its format's words ("Q4_K", "BF16"), `bytes` on disk."""

    name: str
    type: str
    shape: tuple[int, ...]
    bytes: int

    @property
    def elements(self) -> int:
        return prod(self.shape)


class Header(Struct, frozen=True, kw_only=True):
    """All that is told. `keys`: a GGUF file's metadata, or config.json as it is; arrays that are long are left out."""

    path: str
    format: Format
    family: str
    """As the format spells it: "qwen3moe" in a GGUF file, "qwen3_moe" in a config.json."""
    keys: dict[str, object]
    tensors: tuple[Tensor, ...]
    files: tuple[str, ...]
    file_bytes: int
    vocabulary: int = 0
    chat_template: bool = False
    bits: int = 0
    """Of a weight, where the tensors' types do not tell (MLX packs 4 bits into U32); 0: as the types say."""

    @property
    def weights_bytes(self) -> int:
        return sum(tensor.bytes for tensor in self.tensors)

    @property
    def parameters(self) -> int:
        """How many weights. Packed ones are counted unpacked, without their scales."""
        if not self.bits:
            return sum(tensor.elements for tensor in self.tensors)
        packed = sum(tensor.elements * 32 // self.bits for tensor in self.tensors if tensor.type in ("U32", "I32"))
        plain = (t.elements for t in self.tensors if t.type not in ("U32", "I32") and not t.name.endswith(SCALES))
        return packed + sum(plain)

    @property
    def types(self) -> dict[str, int]:
        """Bytes by type of tensor, the most first."""
        found: dict[str, int] = {}
        for tensor in self.tensors:
            found[tensor.type] = found.get(tensor.type, 0) + tensor.bytes
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    @property
    def quantisation(self) -> str:
        """How most of it is stored, in a word: "Q4_K", "BF16", "4-bit"."""
        if self.bits:
            return f"{self.bits}-bit"
        return next(iter(self.types), "")


SCALES = (".scales", ".biases", ".qzeros", ".g_idx")


def broken(
    path: object, why: str, mend: str = "the download was cut or is damaged: pull the model again"
) -> NotConfigured:
    """The error for files that no engine could load."""
    return NotConfigured(f"cannot read the model {str(path)!r}", why=why, mend=mend)
