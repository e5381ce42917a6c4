"""The learnt tables and weights: reads them from the package's data when first asked. Knows not how they are used."""

from __future__ import annotations

import zlib
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from partimento.music.prediction.evidence import Witnesses
from partimento.music.prediction.mixer import Mixer


class Model(Struct, frozen=True):
    """What `benchmarks/train_next_chord.py` writes. `trained_on`: file name → SHA-256 of the corpora it has seen."""

    trained_on: dict[str, str]
    witnesses: Witnesses
    mixer: Mixer


def written(model: Model) -> bytes:
    """The model as it is shipped: JSON, deflated."""
    return zlib.compress(msgspec.json.encode(model), 9)


@cache
def shipped() -> Model:
    """The model of this release, about 0.1 s to read the first time."""
    data = files("partimento.music").joinpath("data", "next_chord.json.z").read_bytes()
    return msgspec.json.decode(zlib.decompress(data), type=Model)
