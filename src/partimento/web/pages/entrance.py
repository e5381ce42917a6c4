"""The entrance: where to begin, signing in with a key, signing out, the colours one likes. Knows its forms; leaves
cookies to the server.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import get_args

from partimento.core.errors import KeyNeeded
from partimento.ledger.accounts import KeyRing
from partimento.ledger.sessions import close_session, open_session
from partimento.web.layout import page
from partimento.web.visit import Answer, Moved, Place, Theme, Visit

FIRST = "/studio"


async def first(visit: Visit) -> Moved:
    """GET /: the page that a new user wants."""
    return Moved(FIRST)


async def sign_in_form(visit: Visit) -> Answer:
    """GET /sign-in."""
    return page(visit, "sign_in.html", next=safe(visit.query.get("next", "")), error=None)


async def sign_in(visit: Visit) -> Answer:
    """POST /sign-in: a key for a session."""
    store, onward = visit.client.store, safe(visit.form.get("next"))
    try:
        key = await asyncio.to_thread(KeyRing(store).admit, visit.form.get("key"), visit.now)
    except KeyNeeded as error:
        return page(visit, "sign_in.html", status=401, next=onward, error=error)
    token = await asyncio.to_thread(open_session, store, key, visit.now, lambda: secrets.token_urlsafe(32))
    return Moved(onward, session=token)


async def sign_out(visit: Visit) -> Moved:
    """POST /sign-out."""
    if visit.session:
        await asyncio.to_thread(close_session, visit.client.store, visit.session)
    return Moved("/sign-in", said="You are signed out.", session="")


async def colours(visit: Visit) -> Moved:
    """POST /theme: light, dark, or as the system has it."""
    wanted: dict[str, Theme] = {theme: theme for theme in get_args(Theme)}
    return Moved(safe(visit.form.get("next")), theme=wanted.get(visit.form.get("theme"), "auto"))


def safe(path: str) -> str:
    """Where to go on: a path of ours, or the first page."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else FIRST


places = (
    Place(method="GET", path="/", opened=first, summary="Where to begin", free=True),
    Place(method="GET", path="/sign-in", opened=sign_in_form, summary="Sign in", free=True),
    Place(method="POST", path="/sign-in", opened=sign_in, summary="Sign in", free=True),
    Place(method="POST", path="/sign-out", opened=sign_out, summary="Sign out", free=True),
    Place(method="POST", path="/theme", opened=colours, summary="Light or dark", free=True),
)
