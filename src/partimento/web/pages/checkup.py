"""The doctor and the route's report in the settings. Knows when to look; leaves questions to `upkeep` and `ledger`."""

from __future__ import annotations

import asyncio

from partimento import __version__, environment, plugins
from partimento.core.errors import PartimentoError
from partimento.ledger.routing import route_report, since
from partimento.upkeep.findings import Finding, of_database, of_models, of_program, of_settings
from partimento.web.layout import page
from partimento.web.visit import Answer, Moved, Place, Visit

DAYS = (7, 30, 90)


async def doctor(visit: Visit) -> Answer:
    """GET /settings/doctor; `?run=yes` looks."""
    findings = await _findings(visit) if visit.query.get("run") == "yes" else None
    return page(visit, "settings_doctor.html", section="doctor", findings=findings)


async def routing(visit: Visit) -> Answer:
    """GET /settings/routing: how each model fared at each task in the last days."""
    told = visit.query.get("days", "")
    days = int(told) if told in map(str, DAYS) else 30
    client, now = visit.client, visit.now
    went = await asyncio.to_thread(client.store.ask, "turns_since", since(now, days))
    report = route_report(went, client.ports.catalog.models(), client.settings, now, days)
    return page(
        visit, "settings_routing.html", section="routing", report=report, days=days, choices=DAYS,
        settings=client.settings,
    )  # fmt: skip


async def forget(visit: Visit) -> Moved:
    """POST /settings/routing/forget: the route keeps to the catalog until there is new evidence."""
    count = await asyncio.to_thread(visit.client.store.tell, "forget_tallies")
    return Moved("/settings/routing", said=f"Forgot {count} tallies. The route keeps to each model's reach again.")


async def _findings(visit: Visit) -> list[Finding]:
    client = visit.client
    found = [of_program(__version__), *of_settings(client.configured, plugins.task_names())]
    try:
        found.append(await asyncio.to_thread(of_database, client.store))
        found += await of_models(client.ports, client.local, environment.data_folder(client.settings))
    except PartimentoError as error:
        found.append(Finding(error.what, error.why, error.mend))
    return found


places = (
    Place(method="GET", path="/settings/doctor", opened=doctor, summary="What works and what to mend", owner=True),
    Place(method="GET", path="/settings/routing", opened=routing, summary="How the route fared", owner=True),
    Place(method="POST", path="/settings/routing/forget", opened=forget, summary="Forget how drafts fared", owner=True),
)
