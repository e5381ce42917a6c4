"""API keys in the settings: made, looked at, ended. Knows that a secret is shown once; leaves accounts to `ledger`."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from msgspec.structs import replace

from partimento.core.errors import PartimentoError
from partimento.ledger.accounts import NewKey, check_models, create_key, revoke_key
from partimento.ledger.overview import overview
from partimento.upkeep.amounts import dollars, moment
from partimento.upkeep.rows import every
from partimento.web.layout import page
from partimento.web.visit import Answer, Moved, Place, Visit

FIELDS = ("name", "role", "budget", "per", "rpm", "tpm", "models", "expires", "privacy")


async def keys(visit: Visit) -> Answer:
    """GET /settings/keys."""
    return await _shown(visit)


async def create(visit: Visit) -> Answer:
    """POST /settings/keys: the page with the new key's secret, this once. What is wrong is told beside the form."""
    try:
        made = await asyncio.to_thread(_made, visit)
    except PartimentoError as error:
        return await _shown(visit, error=error)
    return await _shown(visit, made=made)


async def revoke(visit: Visit) -> Moved:
    """POST /settings/keys/revoke."""
    key = await asyncio.to_thread(revoke_key, visit.client.store, visit.form.get("id"), visit.now)
    return Moved("/settings/keys", said=f"{key.name} is revoked. Servers follow within three seconds.")


async def _shown(visit: Visit, made: NewKey | None = None, error: PartimentoError | None = None) -> Answer:
    lines = await asyncio.to_thread(overview, visit.client.store, visit.now)
    typed = {name: visit.form.get(name) if error else "" for name in FIELDS}
    shown = page(
        visit, "settings_keys.html", error.status if error else 200, section="keys", typed=typed, made=made,
        error=error,
        living=[line for line in lines if line.state == "active"],
        ended=[line for line in lines if line.state != "active"],
    )  # fmt: skip
    return replace(shown, secret=made is not None)


def _made(visit: Visit) -> NewKey:
    form, client = visit.form, visit.client
    models = tuple(part.strip() for part in form.get("models").split(",") if part.strip())
    check_models(models, {model.id for model in every(client.ports.catalog)})
    budget: Any = form.get("budget")
    per: Any = form.get("per") or "month"
    role: Any = form.get("role")
    privacy: Any = form.get("privacy")
    return create_key(
        client.store, form.get("name"), budgets=((dollars(budget), per),) if budget else (),
        requests_per_minute=form.number("rpm"), tokens_per_minute=form.number("tpm"), models=models, privacy=privacy,
        expires_at=moment(form.get("expires")) if form.get("expires") else None, role=role, now=visit.now,
        new_secret=lambda: secrets.token_urlsafe(32),
    )  # fmt: skip


places = (
    Place(method="GET", path="/settings/keys", opened=keys, summary="API keys", owner=True),
    Place(method="POST", path="/settings/keys", opened=create, summary="Make a key", owner=True),
    Place(method="POST", path="/settings/keys/revoke", opened=revoke, summary="End a key", owner=True),
)
