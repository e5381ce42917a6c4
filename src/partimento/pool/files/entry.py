"""A catalog entry for files that the catalog does not know: what their header tells of tier, context and abilities.
Knows what sizes are good for; leaves reading headers to `fit` and remembering the entry to the store.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from partimento.catalog.lookup import local_engine_for
from partimento.core.errors import ModelMissing, PartimentoError
from partimento.core.local import Files
from partimento.core.model import Capability, Model, Tier, Weights
from partimento.pool.files.forms import near, plain, quantisation_of
from partimento.pool.files.places import Lying, at
from partimento.pool.memory import architectures, gguf
from partimento.pool.memory.facts import ENCODERS
from partimento.pool.memory.fit import header_of
from partimento.pool.memory.header import Header

UP_TO: Final[tuple[tuple[float, Tier, int], ...]] = (
    (3, "small", 3),
    (5, "small", 4),
    (9, "medium", 6),
    (15, "medium", 7),
)
"""Billions of parameters, the tier and the reach of a model that has no more."""
NO_CONTEXT: Final = 8192  # where a header tells none


def model_at(path: Path, known: Iterable[Model] = (), *, engine: str = "") -> Model:
    """The files at a path as a model: the catalog's where their name is known there, else by what their header tells.

    `engine`: which is to run them; "": the one that usually does. Raises ModelMissing and NotConfigured for what is no
    whole model.
    """
    there = path.expanduser().absolute()
    one = best_at(there)
    engine = engine or ("mlx" if one.files.format == "mlx" else local_engine_for(one.files.path))
    header = header_of(one.files)
    known = tuple(known)
    same = next((model for model in known if model.weights is not None and one.names & names_of(model)), None)
    if same is not None:
        return msgspec.structs.replace(same, engine=engine, path=str(there), base_url="", replicas=(), active=True)
    billions = header.parameters / 1e9
    context = architectures.of(header).facts.trained_context or NO_CONTEXT
    capabilities = able(header, one.files)
    tier, reach = _rank(billions)
    name = _id(one, there)
    if any(model.id == name and model.path != str(there) for model in known):
        name = f"local-{name}"  # what is called so already stays what it is
    return Model(
        id=name,
        engine=engine,
        tier=tier,
        reach=reach if "text" in capabilities else 1,
        path=str(there),
        quality=0.3 + 0.04 * reach,
        context=context,
        max_output_tokens=min(8192, context),
        capabilities=capabilities,
        weights=Weights(
            parameters=f"{billions:.2g}B" if billions < 10 else f"{billions:.0f}B",
            disk_gb=round(one.bytes / 1e9, 3),
            licence=str(header.keys.get("general.license") or "not told by the file"),
        ),
    )


def best_at(path: Path) -> Lying:
    """The model at a path; of several quantisations the usual one. Raises ModelMissing."""
    found = at(path)
    if not found:
        gone = not path.exists()
        if not gone and path.is_file() and path.suffix.lower() == ".gguf":
            gguf.parts_of(path)  # tells which part is missing
        raise ModelMissing(
            f"there is no model at {str(path)!r}",
            why="there is nothing of that name" if gone else "it is no GGUF file and no folder with a whole checkpoint",
            mend="name a *.gguf file, or a folder with config.json and *.safetensors",
        )
    return min(found, key=lambda one: (one.files.format != "gguf", near(one.quantisation), one.bytes))


def names_of(model: Model) -> frozenset[str]:
    """All that a catalog entry may be called, as `forms.plain` has it."""
    told = [model.id, model.upstream, *model.aliases]
    if model.weights is not None:
        told += model.weights.sources.values()
    return frozenset(plain(name) for name in told if name)


def able(header: Header, files: Files) -> frozenset[Capability]:
    """What a model takes and makes, as far as its files tell."""
    pools = header.keys.get(f"{header.family}.pooling_type") not in (None, 0)
    folder = Path(files.path)
    if header.family in ENCODERS or pools or (folder / "1_Pooling").is_dir():
        return frozenset({"embeddings"})
    found: list[Capability] = ["text", "json_schema"]
    if "tools" in _template(header, folder):
        found.append("tools")
    sees = hears = False
    if files.projector:
        projector = gguf.read(Path(files.projector)).keys
        sees, hears = bool(projector.get("clip.has_vision_encoder")), bool(projector.get("clip.has_audio_encoder"))
    elif files.format == "safetensors":
        sees, hears = "vision_config" in header.keys, "audio_config" in header.keys
    if sees:
        found.append("image")
    if hears:
        found.append("audio")
    return frozenset(found)


def _template(header: Header, folder: Path) -> str:
    told = header.keys.get("tokenizer.chat_template")
    if isinstance(told, str):
        return told
    for name in ("chat_template.jinja", "chat_template.json", "tokenizer_config.json"):
        try:
            if (text := (folder / name).read_text(encoding="utf-8", errors="replace")) and "{%" in text:
                return text
        except OSError:
            continue
    return ""


def _rank(billions: float) -> tuple[Tier, int]:
    return next(((tier, reach) for most, tier, reach in UP_TO if billions <= most), ("large", 8))


def _id(one: Lying, path: Path) -> str:
    """A name from the file's or the folder's, without quantisation and suffix."""
    name = one.title.rpartition("/")[2] if one.files.format == "gguf" else path.name
    if re.fullmatch(r"[0-9a-f]{40}", name):  # a snapshot of the Hugging Face cache
        name = path.parent.parent.name.rpartition("--")[2]
    stem = re.sub(r"(-\d{5}-of-\d{5})?\.gguf$", "", name, flags=re.IGNORECASE)
    if told := quantisation_of(name):
        stem = re.sub(rf"[-._]{re.escape(told)}\b", "", stem, flags=re.IGNORECASE)
    cleaned = re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-._")
    return cleaned or "model"


def gemma_meant(path: Path, known: Iterable[Model]) -> str:
    """Which of the catalog's Gemma models the files at GEMMA_MODEL_PATH are: by name, else by generation and size, else
    the analyzer's own, gemma-3-12b-it."""
    gemmas = [model for model in known if model.id.startswith("gemma") and model.weights is not None]
    usual = "gemma-3-12b-it"
    try:
        one = best_at(path)
        named = next((model for model in gemmas if one.names & names_of(model)), None)
        if named is not None:
            return named.id
        header = header_of(one.files)
    except (PartimentoError, OSError):
        return usual
    told = str(
        header.keys.get("general.basename") or header.keys.get("general.name") or header.keys.get("_name_or_path") or ""
    )
    named = next((model for model in gemmas if told and plain(told) in names_of(model)), None)
    if named is not None:
        return named.id
    generation = re.match(r"gemma(\d+n?)", header.family)
    same = [model for model in gemmas if generation and model.id.startswith(f"gemma-{generation[1]}-")]
    return min(same, key=lambda model: abs(_billions(model) - header.parameters / 1e9)).id if same else usual


def _billions(model: Model) -> float:
    found = re.match(r"[\d.]+", model.weights.parameters if model.weights else "")
    return float(found[0]) if found else 0.0
