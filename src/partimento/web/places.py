"""Every place of the web page. Knows the list; each place knows itself."""

from __future__ import annotations

from partimento.web.pages import (
    coach,
    compare,
    entrance,
    files,
    items,
    library,
    models,
    overview,
    review,
    settings,
    studio,
    tasks,
)
from partimento.web.visit import Place

EVERY: tuple[Place, ...] = (
    *entrance.places, *studio.places, *tasks.places, *items.places, *compare.places, *overview.places, *review.places,
    *library.places, *coach.places, *models.places, *settings.places, *files.places,
)  # fmt: skip
