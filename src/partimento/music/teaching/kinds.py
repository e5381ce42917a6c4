"""The kinds of chord, scale and interval that can be looked up, and what each is for. Texts stand in kinds/*.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from partimento.music.chord_grammar import read_suffix
from partimento.music.chord_shape import Shape
from partimento.music.scale import kinds


class ChordKind(Struct, frozen=True):
    """A chord without its root: the canonical suffix ("m7b5", "" for a major triad), its name, what it is for."""

    suffix: str
    name: str
    use: str

    @property
    def shape(self) -> Shape:
        return read_suffix(self.suffix)


@cache
def chord_kinds() -> tuple[ChordKind, ...]:
    """Every kind of chord with a name or a habit of its own, plain ones first."""
    told = msgspec.convert(_read("chords"), dict[str, tuple[str, str]])
    return tuple(ChordKind(suffix, name, use) for suffix, (name, use) in told.items())


@cache
def chord_kind(suffix: str) -> ChordKind | None:
    """The kind of a canonical suffix; None for one that has no entry (a chord may carry any alterations)."""
    return next((kind for kind in chord_kinds() if kind.suffix == suffix), None)


def scale_kinds() -> tuple[str, ...]:
    """The names of every kind of scale, families and their modes in order."""
    return tuple(kinds())


@cache
def scale_uses() -> dict[str, str]:
    """What each kind of scale is for, by its name."""
    return msgspec.convert(_read("scales"), dict[str, str])


@cache
def interval_uses() -> dict[str, str]:
    """What each interval is for, by its name ("minor third")."""
    return msgspec.convert(_read("intervals"), dict[str, str])


def _read(name: str) -> dict[str, object]:
    return tomllib.loads((files("partimento.music.teaching") / "kinds" / f"{name}.toml").read_text("utf-8"))
