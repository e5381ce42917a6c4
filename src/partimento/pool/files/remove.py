"""Taking away what pulls brought, and nothing else. Knows which files those were from what the pulls wrote down; leaves
other programs' stores alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from partimento.core.errors import NotConfigured, UnknownName
from partimento.core.model import Model
from partimento.pool.files.entry import names_of
from partimento.pool.files.forms import is_quantisation, plain
from partimento.pool.files.manifest import LOCK, MANIFEST, PART, PULLING, Manifest, Pulling, alone, is_within, ours


class Removed(Struct, frozen=True):
    """A folder that a pull had made, and how many bytes went with it."""

    folder: str
    repository: str
    bytes: int


def remove(models_folder: Path, name: str, models: Iterable[Model] = ()) -> tuple[Removed, ...]:
    """Take away what pulls brought: of a model of the catalog, or of a repository ("owner/name"; with ":Q4_K_M" only
    that). Nothing else is touched. Raises UnknownName where nothing of that name was pulled, NotConfigured
    while it is being pulled."""
    repository, _, quantisation = name.partition(":")
    model = next((one for one in models if name == one.id or name in one.aliases), None)
    sources = set(model.weights.sources.values()) if model is not None and model.weights else set()
    names = names_of(model) if model is not None else frozenset({plain(name)} if "/" not in name else ())
    gone: list[Removed] = []
    known: list[str] = []
    for folder, told in ours(models_folder):
        known.append(told.repository)
        form = told.quantisation if isinstance(told, Manifest) else ""
        same = repository.lower() == told.repository.lower() and is_quantisation(form, quantisation)
        if same or told.repository in sources or (told.model and plain(told.model) in names) or folder.name == name:
            gone.append(_removed(folder, told))
    if not gone:
        raise UnknownName(
            "pulled model", name, known, mend="" if known else "nothing was pulled; other programs' files stay"
        )
    return tuple(gone)


def _removed(folder: Path, told: Manifest | Pulling) -> Removed:
    with alone(folder) as mine:
        if not mine and (folder / LOCK).exists():
            raise NotConfigured(
                f"{told.repository} is being pulled", why=f"into {folder}", mend="stop that pull first, then remove it"
            )
        listed = [file.path for file in told.files] if isinstance(told, Manifest) else list(told.files)
        size = 0
        for name in filter(is_within, listed):
            grown = folder.glob(f"{_escaped(name)}.*{PART}")
            for path in (folder / name, *grown):
                size += _size(path)
                path.unlink(missing_ok=True)
            for parent in list((folder / name).parents)[: name.count("/")]:
                with suppress(OSError):
                    parent.rmdir()
        for name in (MANIFEST, PULLING, LOCK):
            (folder / name).unlink(missing_ok=True)
    with suppress(OSError):  # somebody else's file is in it
        folder.rmdir()
    return Removed(str(folder), told.repository, size)


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
