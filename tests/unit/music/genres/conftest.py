"""Random requests to a genre, composed and arranged."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from partimento.music.composition.arrange import arrange
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import plan
from partimento.music.composition.progression import compose
from partimento.music.key import usual_keys
from partimento.music.score import Score

KEYS = [key.symbol for mode in ("major", "minor") for key in usual_keys(mode)]

Draw = Callable[[Genre, int], Score]


@pytest.fixture
def drawn() -> Draw:
    """A piece for a seed: any key, level, length, application, meter and band; its title is its application."""

    def draw(genre: Genre, seed: int) -> Score:
        rng = Random(seed)
        use = rng.choice(genre.applications)
        settled = plan(
            genre,
            key=rng.choice(KEYS),
            bars=rng.randint(4, 64),
            level=rng.randint(1, 10),
            application=use.name,
            meter=rng.choice(use.meters),
            tracks=rng.choice(("piano", "all")),
        )
        return arrange(compose(genre, settled, rng), genre, settled, rng, title=use.name)

    return draw
