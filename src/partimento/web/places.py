"""Every place of the web page. Knows the list; each place knows itself."""

from __future__ import annotations

from partimento.web.pages import (
    budgets,
    checkup,
    coach,
    compare,
    curricula,
    curriculum,
    entrance,
    files,
    items,
    jobs,
    keeping,
    keys,
    library,
    model,
    model_acts,
    models,
    overview,
    packs,
    plans,
    prices,
    providers,
    review,
    score,
    settings,
    studio,
    tasks,
)
from partimento.web.visit import Place

EVERY: tuple[Place, ...] = (
    *entrance.places, *studio.places, *tasks.places, *items.places, *score.places, *compare.places,
    *overview.places, *review.places, *library.places, *plans.places, *jobs.places, *packs.places,
    *curricula.places, *curriculum.places, *coach.places, *models.places, *model.places, *model_acts.places,
    *settings.places, *providers.places, *prices.places, *budgets.places, *keys.places, *keeping.places,
    *checkup.places, *files.places,
)  # fmt: skip
