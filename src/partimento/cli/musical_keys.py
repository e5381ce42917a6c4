"""`--keys`: the same thing in several keys, a list of results. Knows how keys are named; commands do the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from partimento.core.errors import BadInput
from partimento.music.key import Key, keys_named
from partimento.music.key_finding import find_key
from partimento.music.transposition import transposed

Command = TypeVar("Command", bound=Callable[..., Any])
_MINOR = re.compile(r"\bminor\b", re.IGNORECASE)


def keys_option(command: Command) -> Command:
    text = 'In each of these keys, as a list: "all", "major", "minor", or "C,F,Bb".'
    return click.option("--keys", help=text)(command)


def keys_for(words: str, key: str | None, description: str) -> list[str]:
    """The keys as symbols. "all" means the minor ones where the key or the description is minor.

    Raises KeySyntaxError, BadInput where none is left.
    """
    minor = Key.parse(key).is_minor if key else bool(_MINOR.search(description))
    found = [one.symbol for one in keys_named(words, "minor" if minor else "major")]
    if not found:
        raise BadInput("no keys are named", why=f"--keys was {words!r}", mend="write --keys all, or --keys C,F,Bb")
    return found


def fields_in(keys: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A task's fields once a key; chords among them move along, from the key they are in."""
    words = " ".join(value for value in given.values() if isinstance(value, str))
    chords = given.get("chords")
    home = given.get("key") or (find_key(_symbols(chords)) if chords else None)
    return [{**given, "key": key, **_moved(chords, home, key)} for key in keys_for(keys, home, words)]


def _moved(chords: str | list[str] | None, home: str | None, key: str) -> dict[str, Any]:
    """The field of chords in another key, a text where it was one."""
    if not chords or home is None:
        return {}
    moved = transposed(chords, home, key)
    return {"chords": " ".join(moved) if isinstance(chords, str) else list(moved)}


def _symbols(chords: str | list[str]) -> list[str]:
    text = chords if isinstance(chords, str) else " ".join(chords)
    return text.replace("|", " ").split()


def path_in(path: Path, key: str) -> Path:
    """Where the piece in one of several keys is written: song.mid in Ab is song-Ab.mid, in F# song-Fsharp.mid."""
    return path.with_name(f"{path.stem}-{key.replace('#', 'sharp').replace(' ', '-')}{path.suffix}")
