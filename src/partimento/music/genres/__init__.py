"""Genres by name: declarations found through the entry points "partimento.genres", built-in ones and yours alike.

[project.entry-points."partimento.genres"]
tango = "my_package.tango:genre"
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from partimento.core.errors import NotConfigured, UnknownName
from partimento.music.composition.genre import Genre

GROUP = "partimento.genres"


@cache
def find(name: str) -> Genre:
    """The genre of that name or alias ("r&b"), in any letter case. Raises UnknownName with the nearest."""
    wanted = _folded(name)
    entries = _entries()
    if wanted in entries:
        return _load(entries[wanted])
    for entry in entries.values():
        genre = _load(entry)
        if wanted in (_folded(alias) for alias in genre.aliases):
            return genre
    raise UnknownName("genre", name, entries)


def names() -> tuple[str, ...]:
    """The names of all installed genres."""
    return tuple(sorted(_entries()))


def _folded(name: str) -> str:
    return "".join(name.lower().split()).replace("-", "").replace("_", "")


@cache
def _entries() -> dict[str, EntryPoint]:
    found = {_folded(entry.name): entry for entry in entry_points(group=GROUP)}
    if not found:
        raise NotConfigured(
            f"nothing is registered under {GROUP}",
            why="Partimento finds even its own genres through its installed metadata",
            mend="install it: pip install .",
        )
    return found


@cache
def _load(entry: EntryPoint) -> Genre:
    try:
        genre = entry.load()
    except Exception as error:  # whatever a plugin's import raises
        raise NotConfigured(
            f"cannot load the genre {entry.name} from {entry.value}",
            why=f"{type(error).__name__}: {error}",
            mend="mend or uninstall the distribution that brings it",
        ) from error
    if not isinstance(genre, Genre):
        raise NotConfigured(
            f"cannot load the genre {entry.name} from {entry.value}", why="it is no Genre", mend="name a Genre value"
        )
    return genre
