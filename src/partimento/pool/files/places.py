"""Where models may already lie on this machine: our own folder, the Hugging Face cache, LM Studio's and Ollama's
stores. Knows the layout of each; opens no weights, writes nothing, and leaves which model is meant to `shelf`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from msgspec import Struct

from partimento.core.local import Files, Format
from partimento.pool.files.forms import Listed, plain, projector, quantisation_of, variants
from partimento.pool.files.manifest import PART, PULLING, manifest_in

Place = Literal["path", "pulled", "Hugging Face", "LM Studio", "Ollama"]
PLACES: Final[tuple[Place, ...]] = ("path", "pulled", "Hugging Face", "LM Studio", "Ollama")
"""The nearest first: what the owner named, what we brought, what others did."""
_DEEP: Final = 2
_MANY: Final = 4096
_MODEL, _PROJECTOR = "application/vnd.ollama.image.model", "application/vnd.ollama.image.projector"


class Lying(Struct, frozen=True, kw_only=True):
    """A model that is here, whole."""

    files: Files
    bytes: int
    place: Place
    names: frozenset[str]
    """What it may be called, each as `forms.plain` has it."""
    title: str
    """What it is called there."""
    repository: str = ""
    quantisation: str = ""


class Roots(Struct, frozen=True):
    """The folders to look at; what is not there has nothing."""

    models: Path
    hub: Path
    lm_studio: tuple[Path, ...] = ()
    ollama: tuple[Path, ...] = ()

    def all(self) -> tuple[Path, ...]:
        return (self.models, self.hub, *self.lm_studio, *self.ollama)


def roots(models: Path, environ: Mapping[str, str], home: Path) -> Roots:
    """Where others keep models, as their own environment variables say."""
    cache = Path(environ.get("XDG_CACHE_HOME") or home / ".cache").expanduser()
    hugging_face = Path(environ.get("HF_HOME") or cache / "huggingface").expanduser()
    hub = environ.get("HF_HUB_CACHE") or environ.get("HUGGINGFACE_HUB_CACHE") or hugging_face / "hub"
    ollama = environ.get("OLLAMA_MODELS")
    return Roots(
        models,
        Path(hub).expanduser(),
        (home / ".lmstudio" / "models", home / ".cache" / "lm-studio" / "models"),
        (Path(ollama).expanduser(),)
        if ollama
        else (home / ".ollama" / "models", Path("/usr/share/ollama/.ollama/models")),
    )


def lying(here: Roots) -> tuple[Lying, ...]:
    """All models that lie in these places."""
    looks = [in_models_folder(here.models), in_hub_cache(here.hub)]
    looks += [in_lm_studio(folder) for folder in here.lm_studio]
    looks += [in_ollama(folder) for folder in here.ollama]
    found: list[Lying] = []
    for look in looks:
        with suppress(OSError):  # a folder that this user may not search has nothing for him
            found += look
    return tuple(found)


def in_models_folder(folder: Path) -> Iterator[Lying]:
    """What was pulled, and what somebody put there by hand: a GGUF file, or a folder."""
    yield from _of_files(_listing(folder, deep=0), folder, "pulled", "", ())
    for child in _folders(folder):
        manifest = manifest_in(child)
        if manifest is not None:
            names = (manifest.model, manifest.repository)
            files = [Listed(file.path, file.bytes) for file in manifest.files]
            yield from _of_files(files, child, "pulled", manifest.repository, names)
        elif not (child / PULLING).exists():
            repository = child.name.replace("--", "/", 1) if "--" in child.name else ""
            files = [file for file in _listing(child) if not file.path.endswith(PART)]
            yield from _of_files(files, child, "pulled", repository, (repository or child.name,))


def in_hub_cache(folder: Path) -> Iterator[Lying]:
    """The Hugging Face cache: the snapshot that `main` names, else the latest, of each repository."""
    for child in _folders(folder):
        if child.name.startswith("models--"):
            repository = child.name.removeprefix("models--").replace("--", "/", 1)
            snapshot = _snapshot(child)
            if snapshot is not None:
                yield from _of_files(_listing(snapshot), snapshot, "Hugging Face", repository, (repository,))


def in_lm_studio(folder: Path) -> Iterator[Lying]:
    """LM Studio's folder: publisher, then model."""
    for publisher in _folders(folder):
        for child in _folders(publisher):
            repository = f"{publisher.name}/{child.name}"
            files = [file for file in _listing(child) if ".part" not in file.name and "downloading" not in file.name]
            yield from _of_files(files, child, "LM Studio", repository, (repository,))


def in_ollama(folder: Path) -> Iterator[Lying]:
    """Ollama's store: manifests by name and tag, which tell the blob that is the GGUF file."""
    manifests = folder / "manifests"
    for path in _files(manifests, deep=4):
        model, tag = path.parent.name, path.name
        layers = {layer.get("mediaType"): str(layer.get("digest", "")) for layer in _layers(path)}
        blob, beside = (_blob(folder, layers.get(kind, "")) for kind in (_MODEL, _PROJECTOR))
        if blob is not None:
            title = f"{model}:{tag}"
            yield Lying(
                files=Files(str(blob), "gguf", projector=str(beside) if beside else ""),
                bytes=blob.stat().st_size + (beside.stat().st_size if beside else 0),
                place="Ollama",
                names=frozenset({plain(title)} | ({plain(model)} if tag == "latest" else set())),
                title=title,
                quantisation=quantisation_of(tag),
            )


def at(path: Path) -> tuple[Lying, ...]:
    """The models at a path that the owner named: a GGUF file (of several parts: any), or a folder of a checkpoint or of
    GGUF files, or of the Hugging Face cache."""
    if path.is_file():
        beside = [
            file for file in _listing(path.parent, deep=0) if file.name == path.name or _goes_with(path, file.name)
        ]
        return tuple(_of_files(beside, path.parent, "path", "", (path.name,)))
    if (path / "snapshots").is_dir():
        path = _snapshot(path) or path
    names = (path.name, path.parent.parent.name.removeprefix("models--").replace("--", "/", 1))
    return tuple(_of_files(_listing(path), path, "path", "", names))


def is_mlx(folder: Path) -> bool:
    """Whether a checkpoint was quantised by MLX."""
    path = folder / "config.json"
    try:
        return isinstance(_config(str(path), path.stat().st_mtime_ns).get("quantization"), dict)
    except OSError:
        return False


def _of_files(
    files: Iterable[Listed], folder: Path, place: Place, repository: str, names: Iterable[str]
) -> Iterator[Lying]:
    """The models that these files of a folder make up, as which they may be known."""
    files = list(files)
    called = {plain(name) for name in names if name}
    beside = projector(files)
    for one in variants(files):
        first, size = folder / one.files[0].path, one.bytes + (beside.bytes if beside else 0)
        yield Lying(
            files=Files(str(first), "gguf", projector=str(folder / beside.path) if beside else ""),
            bytes=size,
            place=place,
            names=frozenset(called | {plain(one.name)}),
            title=one.files[0].name,
            repository=repository,
            quantisation=one.quantisation,
        )
    if _is_checkpoint(files, folder):
        kind: Format = "mlx" if is_mlx(folder) else "safetensors"
        size = sum(file.bytes for file in files if file.path.endswith(".safetensors"))
        yield Lying(
            files=Files(str(folder), kind),
            bytes=size,
            place=place,
            names=frozenset(called),
            title=repository or folder.name,
            repository=repository,
            quantisation="" if kind == "safetensors" else "MLX",
        )


def _is_checkpoint(files: list[Listed], folder: Path) -> bool:
    """Whether all of a checkpoint is here; adapters alone are none."""
    paths = {file.path for file in files}
    weights = {path for path in paths if path.endswith(".safetensors") and not path.startswith("adapter")}
    if "config.json" not in paths or not weights:
        return False
    index = folder / "model.safetensors.index.json"
    with suppress(OSError, ValueError, AttributeError, TypeError):
        if index.is_file():
            return set(map(str, _config(str(index), index.stat().st_mtime_ns)["weight_map"].values())) <= paths
    return "/" not in min(weights, key=lambda path: path.count("/"))


def _goes_with(path: Path, name: str) -> bool:
    """Whether a file beside it belongs to a GGUF file: another part, or a projector."""
    stem = path.name[:-5].rsplit("-", 3)[0] if "-of-" in path.name else ""
    return ("mmproj" in name.lower() and "mmproj" not in path.name.lower()) or bool(
        stem and name.startswith(f"{stem}-")
    )


def _snapshot(repository: Path) -> Path | None:
    with suppress(OSError):
        named = repository / "snapshots" / (repository / "refs" / "main").read_text().strip()
        if named.is_dir() and named.parent.name == "snapshots":
            return named
    known = _folders(repository / "snapshots")
    return max(known, key=_changed, default=None)


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _blob(folder: Path, digest: str) -> Path | None:
    name = digest.replace(":", "-")
    path = folder / "blobs" / name
    return path if name.startswith("sha256-") and "/" not in name and path.is_file() else None


def _layers(manifest: Path) -> list[dict[str, Any]]:
    try:
        told = _config(str(manifest), manifest.stat().st_mtime_ns).get("layers")
    except OSError:
        return []
    return [layer for layer in told if isinstance(layer, dict)] if isinstance(told, list) else []


@lru_cache(maxsize=512)
def _config(path: str, changed: int) -> dict[str, Any]:  # `changed` tells another state of the file apart
    try:
        read = Path(path).read_bytes()
        told = json.loads(read) if len(read) < 1 << 24 else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _listing(folder: Path, deep: int = _DEEP) -> list[Listed]:
    found = []
    for path in _files(folder, deep):
        with suppress(OSError):  # a link into nowhere: a download that was cut
            found.append(Listed(path.relative_to(folder).as_posix(), path.stat().st_size))
    return found


def _files(folder: Path, deep: int) -> Iterator[Path]:
    count = 0
    waiting = [(folder, 0)]
    while waiting:
        here, depth = waiting.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                if depth < deep:
                    waiting.append((Path(entry.path), depth + 1))
            elif count < _MANY:
                count += 1
                yield Path(entry.path)


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(
            Path(entry.path) for entry in os.scandir(folder) if not entry.name.startswith(".") and entry.is_dir()
        )
    except OSError:
        return []
