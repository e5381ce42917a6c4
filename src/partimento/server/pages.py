"""The web page's places as doors: visits made of requests, answers sent with their headers. Knows cookies, forms and
policies; leaves what is shown to `web`.
"""

from __future__ import annotations

import gzip
import secrets
from functools import lru_cache
from typing import get_args
from urllib.parse import parse_qsl, quote

from partimento.core.errors import KeyNeeded, NotAllowed, PartimentoError, UnknownName
from partimento.server.cookies import (
    SAID,
    THEME,
    cookies_in,
    csrf_of,
    said_in,
    same,
    session_name,
    set_said,
    set_session,
    set_theme,
)
from partimento.server.exchange import EVENTS, Ask, Door, Opened, Reply, Stream
from partimento.server.forms import read_form
from partimento.server.problems import told
from partimento.web.layout import trouble
from partimento.web.places import EVERY
from partimento.web.visit import Answer, Flow, Form, Moved, Place, Sent, Theme, Visit

HTML = "text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFETY = (
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "midi=(self), camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
THEMES: dict[str, Theme] = {theme: theme for theme in get_args(Theme)}
WORTH_PACKING = 1_000
_PACKED = ("text/", "image/svg", "application/json", "application/vnd.recordare")


def page_doors() -> tuple[Door, ...]:
    """Every place of the web page, as a door."""
    return tuple(
        Door(
            method=place.method, path=place.path, opened=_opened(place), summary=place.summary, dialect="page",
            free=True, content_type=HTML,
        )
        for place in EVERY
    )  # fmt: skip


def _opened(place: Place) -> Opened:
    async def opened(ask: Ask) -> Reply | Stream:
        visit: Visit | None = None
        try:
            visit, new = visit_of(ask, place)
            if ask.method == "POST" and ask.key is not None:
                await ask.entrance.admit(ask, ask.key)
            return _reply(ask, visit, await place.opened(visit), new)
        except KeyNeeded as error:
            return _to_the_entrance(ask, error)
        except PartimentoError as error:
            ask.error = error
            return page_of(error, ask, visit)

    return opened


def visit_of(ask: Ask, place: Place) -> tuple[Visit, str]:
    """The visit, and the token of a session that begins with it ("" where there is one).

    Raises KeyNeeded where somebody must sign in first, NotAllowed for a forged form or what is the owner's alone.
    """
    cookies = cookies_in(ask.raw_headers)
    shown = cookies.get(session_name(ask.raw_headers), "")
    owner, signed_in = True, ""
    if not place.free:
        owner, signed_in = ask.entrance.sign_in(ask)
    token = shown or secrets.token_urlsafe(32)
    form = Form()
    if ask.method == "POST":
        form = read_form(ask.header(b"content-type"), ask.body)
        _check_form(ask, form, shown)
    visit = Visit(
        client=ask.client, caller=ask.caller, method=ask.method, path=ask.path, names=ask.names,
        query=_query_of(ask.raw_query), form=form, csrf=csrf_of(token), owner=owner, signed_in=signed_in,
        needs_key=ask.entrance.needs_key, session=shown, theme=THEMES.get(cookies.get(THEME, ""), "auto"),
        said=said_in(cookies), privacy=ask.privacy or None, spent=lambda tokens: ask.spent(tokens),
        partial=bool(ask.header(b"hx-request")),
    )  # fmt: skip
    if place.owner and not owner:
        raise NotAllowed(
            "this is for the owner",
            why=f"the key {signed_in} is an app's, by its role or its limits",
            mend="sign in with an owner's key: partimento keys create NAME --role owner",
        )
    return visit, "" if shown else token


def page_of(error: Exception, ask: Ask, visit: Visit | None = None) -> Reply:
    """The page that tells an error, as pages are sent."""
    known = _lost(error) if isinstance(error, UnknownName) and error.kind == "path" else told(error, ask.path)
    shown = trouble(visit, known, known.status)
    body, packing = _packed(ask, shown.html.encode(), HTML)
    return Reply(body, known.status, HTML, (*packing, *_headers("no-store")))


def _lost(error: UnknownName) -> UnknownName:
    """A person is told of pages, not of every door."""
    pages = [place.path for place in EVERY if place.method == "GET" and "{" not in place.path]
    found = UnknownName("page", error.name, pages)
    if not found.nearest:
        found = UnknownName("page", error.name, pages, mend="begin at one of the pages below")
    found.why = "no page has that address"
    return found


def _query_of(raw: bytes) -> dict[str, str]:
    """The fields of the query; those of a repeated one stand on lines of their own, as lists do in forms."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(raw.decode("latin-1"), keep_blank_values=True):
        found[name] = f"{found[name]}\n{value}" if name in found else value
    return found


def _check_form(ask: Ask, form: Form, session: str) -> None:
    """A form of ours sends back what the page held; a script sends it as a header."""
    told = form.get("csrf") or ask.header(b"x-csrf-token")
    if not session or not same(told, csrf_of(session)) or ask.header(b"sec-fetch-site") in ("cross-site", "same-site"):
        raise NotAllowed(
            "the form was not sent from this page, or the page is old",
            why="another site could have sent it, so nothing was done",
            mend="go back, reload the page, and send it again",
        )


def _to_the_entrance(ask: Ask, error: KeyNeeded) -> Reply:
    """Sign in first, and then go on where one was; a script is told, as it would take the form for what it asked."""
    if ask.method == "POST" or ask.header(b"hx-request"):
        return page_of(error, ask)
    where = ask.path + (f"?{ask.raw_query.decode('latin-1')}" if ask.raw_query else "")
    return Reply(
        b"", status=303, content_type=HTML,
        headers=(("location", f"/sign-in?next={quote(where, safe='/')}"), ("cache-control", "no-store"), *SAFETY),
    )  # fmt: skip


def _reply(ask: Ask, visit: Visit, answer: Answer, new_session: str) -> Reply | Stream:
    cookies: list[str] = []
    name, secure = session_name(ask.raw_headers), ask.header(b"origin").startswith("https:")
    if isinstance(answer, Moved) and answer.session is not None:
        ask.entrance.forget(visit.session)
        cookies.append(set_session(name, answer.session, secure=secure))
    elif new_session and not isinstance(answer, Sent):
        cookies.append(set_session(name, new_session, secure=secure))
    if isinstance(answer, Moved):
        if answer.theme is not None:
            cookies.append(set_theme(answer.theme))
        if answer.said:
            cookies.append(set_said(answer.said))
        where = quote(answer.to, safe="/?&=#%:,;+@!$'()*~")
        return Reply(b"", 303, HTML, (("location", where), *_headers("no-store", cookies)))
    if isinstance(answer, Flow):
        return Stream(answer.pieces, EVENTS, SAFETY)
    if isinstance(answer, Sent):
        return _sent(ask, answer)
    if visit.said and SAID.encode() in ask.raw_headers.get(b"cookie", b""):
        cookies.append(set_said(""))
    body, status = answer.html.encode(), answer.status
    packed = _packed(ask, body, HTML)
    return Reply(
        packed[0], status, HTML, (*packed[1], *_headers("no-store" if answer.secret else "private, no-cache", cookies))
    )


def _sent(ask: Ask, answer: Sent) -> Reply:
    kept = "public, max-age=31536000, immutable" if answer.lasting else "private, no-cache"
    headers = _headers(kept)
    if answer.filename:
        plain = answer.filename.encode("ascii", "replace").decode().replace('"', "'").replace("?", "_")
        exact = quote(answer.filename)
        headers += (("content-disposition", f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"),)
    body, packing = _packed(ask, answer.content, answer.content_type, lasting=answer.lasting)
    return Reply(body, 200, answer.content_type, (*packing, *headers))


def _headers(kept: str, cookies: list[str] | None = None) -> tuple[tuple[str, str], ...]:
    return (("cache-control", kept), *SAFETY, *(("set-cookie", cookie) for cookie in cookies or ()))


def _packed(ask: Ask, body: bytes, kind: str, *, lasting: bool = False) -> tuple[bytes, tuple[tuple[str, str], ...]]:
    """The body as it goes over the wire: packed where that is worth it and the browser can unpack."""
    if len(body) < WORTH_PACKING or not kind.startswith(_PACKED) or "gzip" not in ask.header(b"accept-encoding"):
        return body, ()
    packed = _packed_once(body) if lasting else gzip.compress(body, 5, mtime=0)
    return packed, (("content-encoding", "gzip"), ("vary", "accept-encoding"))


@lru_cache(maxsize=256)
def _packed_once(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)
