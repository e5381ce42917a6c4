"""Data in the settings: the database, what is kept how long, the cache, personal data. Knows which figures are cheap to
ask; leaves damage to the doctor.
"""

from __future__ import annotations

import asyncio

from partimento import environment, plugins
from partimento.store.maintenance import cache_stats, prune
from partimento.store.postgres_url import is_postgres
from partimento.web.layout import page
from partimento.web.pages.settings import shown
from partimento.web.visit import Answer, Moved, Place, Visit

MEANINGS = {
    "privacy": "what is done with personal data in requests",
    "chat_privacy": "the same, in chat",
    "retention_days": "days that ledger rows are kept; 0: for ever",
    "ttl": "days an answer may be served again, by task; 0: never",
    "cache_chat": "whether chat with a temperature, tools or a history is remembered",
    "local_tasks": "tasks whose requests never leave this machine",
    "force_local": "whether nothing leaves this machine",
    "log_level": "what is written to the log",
}


async def data(visit: Visit) -> Answer:
    """GET /settings/data."""
    client = visit.client
    stats, counts, size = await asyncio.to_thread(
        lambda: (cache_stats(client.store, visit.now), client.store.ask("counts")[0], client.store.ask("size")[0][0])
    )
    database = environment.database(client.settings)
    items, entries, rows, _, version = counts
    wishes = [(name, f"every answer of {name}") for name in plugins.task_names()]
    return page(
        visit, "settings_data.html", section="data", stats=stats, items=items, entries=entries, rows=rows, size=size,
        version=version, place=environment.database_place(client.settings), meanings=MEANINGS,
        choices=[("", "what has expired"), *wishes],
        kind="PostgreSQL" if isinstance(database, str) and is_postgres(database) else "SQLite",
        settings=[one for one in shown(client.settings, visit) if one.name in MEANINGS],
    )  # fmt: skip


async def forget(visit: Visit) -> Moved:
    """POST /settings/data/prune: what has expired, or every answer of a task. Raises UnknownName."""
    name = visit.form.get("task")
    if name:
        plugins.task(name)
    gone = await asyncio.to_thread(prune, visit.client.store, visit.now, name or None)
    return Moved("/settings/data", said=f"Removed {gone.entries} cache entries and {gone.items} answers.")


places = (
    Place(method="GET", path="/settings/data", opened=data, summary="Database, retention, cache, privacy", owner=True),
    Place(method="POST", path="/settings/data/prune", opened=forget, summary="Forget what has expired", owner=True),
)
