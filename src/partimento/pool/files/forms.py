"""Which files of a listing make up a model: quantisations, parts, projectors, checkpoints. Knows how publishers name
them; touches no file and leaves the listing to `places` (what lies here) and `hub` (what could be pulled).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Final

from msgspec import Struct

from partimento.core.errors import ModelMissing, UnknownName
from partimento.core.local import Format

NEAR: Final = (
    "Q4_K_M", "Q4_K_L", "Q4_K_XL", "Q4_K_S", "IQ4_NL", "IQ4_XS", "Q4_1", "Q4_0", "MXFP4", "MXFP4_MOE", "Q5_K_S",
    "Q5_K_M", "Q5_K_XL", "Q5_K_L", "Q5_1", "Q5_0", "Q6_K", "Q6_K_L", "Q6_K_XL", "Q8_0", "Q8_K_XL", "",
    "Q3_K_XL", "Q3_K_L", "Q3_K_M", "IQ3_M", "IQ3_S", "Q3_K_S", "IQ3_XS", "IQ3_XXS", "Q2_K_XL", "Q2_K_L", "Q2_K",
    "IQ2_M", "IQ2_S", "IQ2_XS", "IQ2_XXS", "IQ1_M", "IQ1_S", "BF16", "F16", "F32",
)  # fmt: skip
"""Quantisations from the usual one outwards; "": a name that tells none. Those marked "UD-" come right after."""
SMALL_LOSS: Final = ("Q8_0", "F16", "BF16")
"""First for models that make embeddings: they are small, and four bits move every vector."""
_QUANTISATION: Final = re.compile(
    r"(?:^|[-._])((?:UD-)?I?Q\d(?:_K(?:_(?:XL|L|M|S|XS))?|_(?:XXS|XS|S|M|NL)|(?:_\d)+)?(?:_XL)?|TQ\d_0|MXFP4(?:_MOE)?"
    r"|BF16|F16|FP16|F32)(?=[-._]|$)",
    re.IGNORECASE,
)
_PART: Final = re.compile(r"-(\d{5})-of-(\d{5})$")
_SIDES: Final = ("imatrix", "ggml-vocab")
_CHECKPOINT: Final = re.compile(
    r"(config|generation_config|preprocessor_config|processor_config|video_preprocessor_config|special_tokens_map"
    r"|added_tokens|vocab|modules|config_sentence_transformers|sentence_bert_config|[^/]+\.safetensors\.index"
    r"|tokenizer[^/]*|chat_template[^/]*)\.json|tokenizer[^/]*|[^/]+\.(safetensors|jinja|tiktoken)|merges\.txt|vocab\.txt"
    r"|[^/]+\.model"
)
_BESIDE: Final = re.compile(r"([^/]+-lora/adapter_(model\.safetensors|config\.json)|\d_(Pooling|Dense)/[^/]+)")
_BYWORDS: Final = re.compile(r"[-_. ](gguf|mlx|(?:[2-8]|16)[-_]?bits?|mxfp4|dwq|qat|bf16|fp16|fp8)\b", re.IGNORECASE)


class Listed(Struct, frozen=True):
    """A file of a folder or a repository. `sha256` and `blob` (git's own sum) where a repository tells them."""

    path: str
    bytes: int
    sha256: str = ""
    blob: str = ""

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name


class Variant(Struct, frozen=True):
    """One GGUF model among the files, with all its parts in their order."""

    name: str
    """Without quantisation, part and suffix."""
    quantisation: str
    files: tuple[Listed, ...]

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)


class Picked(Struct, frozen=True, kw_only=True):
    """What is to be had of a repository, and why this."""

    format: Format
    files: tuple[Listed, ...]
    quantisation: str = ""
    why: str = ""

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)


def quantisation_of(name: str) -> str:
    """ "Q4_K_M" of "phi-3.5-mini-Q4_K_M.gguf"; "" where the name tells none."""
    found = _QUANTISATION.findall(_stem(name))
    return found[-1].upper().replace("FP16", "F16") if found else ""


def plain(name: str) -> str:
    """A name as names are compared: letters and digits, without quantisation, format and owner."""
    stem = _stem(name)
    cut = _QUANTISATION.sub("", stem)
    while (shorter := _BYWORDS.sub("", cut)) != cut:
        cut = shorter
    return re.sub(r"[^a-z0-9]", "", (cut or stem).lower())


def near(quantisation: str, first: Sequence[str] = ()) -> int:
    """How far from the one that is taken first; the least is the best."""
    order = (*first, *NEAR)
    plainly = quantisation.removeprefix("UD-")
    return 2 * (order.index(plainly) if plainly in order else len(order)) + (plainly != quantisation)


def is_quantisation(told: str, asked: str) -> bool:
    """Whether a file's quantisation is the one asked for; "": any."""
    return asked.upper() in ("", told, told.removeprefix("UD-"))


def is_projector(name: str) -> bool:
    """Whether a GGUF file is the part that sees or hears, not a model."""
    return name.lower().endswith(".gguf") and "mmproj" in name.lower()


def variants(files: Iterable[Listed]) -> tuple[Variant, ...]:
    """The GGUF models among these files, nearest to the usual quantisation first; one that lacks parts is left out."""
    found: dict[tuple[str, int], list[Listed]] = {}
    for file in files:
        if not file.name.lower().endswith(".gguf") or is_projector(file.name):
            continue
        if any(word in file.name.lower() for word in _SIDES):
            continue
        stem = file.path[:-5]
        part = _PART.search(stem)
        found.setdefault((stem[: part.start()] if part else stem, int(part[2]) if part else 1), []).append(file)
    whole = [
        Variant(_named(stem), quantisation_of(stem), tuple(sorted(parts, key=lambda file: file.path)))
        for (stem, count), parts in found.items()
        if len(parts) == count
    ]
    return tuple(sorted(whole, key=lambda one: (near(one.quantisation), one.bytes)))


def projector(files: Iterable[Listed]) -> Listed | None:
    """The projector to take of these: in 16 bits, where there is one so."""
    found = [file for file in files if is_projector(file.name)]
    order = ("F16", "BF16", "Q8_0", "", "F32")
    return min(found, key=lambda one: near(quantisation_of(one.name), order), default=None)


def pick_gguf(
    files: Sequence[Listed],
    *,
    quantisation: str = "",
    most_bytes: int | None = None,
    embeds: bool = False,
    sees: bool = False,
) -> Picked:
    """Which GGUF to take: the one named, else Q4_K_M, else the nearest to it that has no more than `most_bytes`.

    `sees`: with the projector. Raises UnknownName for a quantisation that is not there, ModelMissing where nothing is.
    """
    known = variants(files)
    if not known:
        raise ModelMissing("there is no GGUF file in it", why="no whole *.gguf among its files", mend="name another")
    beside = projector(files) if sees else None
    room = None if most_bytes is None else most_bytes - (beside.bytes if beside else 0)
    taken, why = _chosen(known, quantisation, room, SMALL_LOSS if embeds else ())
    return Picked(
        format="gguf",
        files=(*((beside,) if beside else ()), *taken.files),
        quantisation=taken.quantisation,
        why=why + (", with its projector" if beside else ""),
    )


def pick_checkpoint(files: Sequence[Listed], *, mlx: bool = False) -> Picked:
    """The files of a checkpoint that are needed to run it: never pickled weights, other frameworks' or pictures.

    Raises ModelMissing where there are no safetensors.
    """
    needed = [file for file in files if _CHECKPOINT.fullmatch(file.path) or _BESIDE.fullmatch(file.path)]
    if any(file.name == "model.safetensors" or file.name.startswith("model-") for file in needed):
        needed = [file for file in needed if not file.name.startswith("consolidated")]
    if not any(file.path.endswith(".safetensors") for file in needed):
        pickled = any(file.path.endswith((".bin", ".pth", ".pt")) for file in files)
        why = (
            "its weights are pickled, which may run code when they are opened" if pickled else "no *.safetensors in it"
        )
        raise ModelMissing("there is no checkpoint in it that can be run", why=why, mend="name a repository with GGUF")
    return Picked(format="mlx" if mlx else "safetensors", files=tuple(needed), why="the checkpoint as it was published")


def pick_file(files: Sequence[Listed], path: str, *, sees: bool = False) -> Picked:
    """One GGUF file by its path in the repository, with its other parts. Raises UnknownName."""
    known = {file.path: one for one in variants(files) for file in one.files}
    if path not in known:
        raise UnknownName("file", path, known)
    beside = projector(files) if sees else None
    taken = (*((beside,) if beside else ()), *known[path].files)
    return Picked(format="gguf", files=taken, quantisation=known[path].quantisation, why="as you named it")


def _chosen(
    known: Sequence[Variant], quantisation: str, most_bytes: int | None, first: Sequence[str]
) -> tuple[Variant, str]:
    if quantisation:
        named = next((one for one in known if is_quantisation(one.quantisation, quantisation)), None)
        if named is None:
            raise UnknownName("quantisation", quantisation, [one.quantisation for one in known])
        return named, f"{named.quantisation}, as you named it"
    ordered = sorted(known, key=lambda one: (near(one.quantisation, first), one.bytes))
    usual = ordered[0]
    told = usual.quantisation or usual.name
    if most_bytes is None or usual.bytes <= most_bytes:
        return usual, f"{told}, the usual one" if usual.quantisation == "Q4_K_M" else f"{told}, the nearest there is"
    smaller = next((one for one in ordered if one.bytes <= most_bytes), None)
    if smaller is None:
        least = min(known, key=lambda one: one.bytes)
        return least, f"{least.quantisation}, the smallest there is, though even that is more than fits"
    return smaller, f"{smaller.quantisation}, since {told} is more than fits"


def _named(stem: str) -> str:
    name = PurePosixPath(stem).name
    return _QUANTISATION.sub("", name) or name


def _stem(name: str) -> str:
    base = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    base = base[:-5] if base.lower().endswith(".gguf") else base
    return _PART.sub("", base)
