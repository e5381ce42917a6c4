"""Templates filled: the one Jinja environment, what every page knows, and where static files lie. Knows no page."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from partimento.core.errors import PartimentoError
from partimento.web import figures
from partimento.web.score_data import has_music
from partimento.web.visit import Shown, Visit

NAVIGATION = (
    ("studio", "/studio", "Studio"),
    ("overview", "/overview", "Overview"),
    ("review", "/review", "Review"),
    ("library", "/library", "Library"),
    ("coach", "/coach", "Coach"),
    ("models", "/models", "Models"),
    ("settings", "/settings", "Settings"),
)
"""Name, place and title of every page."""
BESIDE = {"library": "/curricula", "studio": "/items/", "review": "/compare"}
"""Pages that are found beside another one."""


def page(visit: Visit, template: str, /, status: int = 200, **values: Any) -> Shown:
    """The template filled with what every page knows and these values. All text is escaped."""
    html = environment().get_template(template).render(visit=visit, now=visit.now, **values)
    return Shown(html, status)


def trouble(visit: Visit | None, error: PartimentoError, status: int) -> Shown:
    """The page that tells an error: what happened, why, and the mend. Without a visit it offers no navigation."""
    html = environment().get_template("trouble.html").render(visit=visit, error=error, status=status)
    return Shown(html, status)


@cache
def environment() -> Environment:
    """The environment of all templates."""
    made = Environment(
        loader=PackageLoader("partimento.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for filter_ in (
        figures.count, figures.money, figures.share, figures.milliseconds, figures.duration, figures.size,
        figures.day, figures.moment, figures.ago, data,
    ):  # fmt: skip
        made.filters[filter_.__name__] = filter_
    made.globals |= {"asset": asset, "navigation": NAVIGATION, "beside": BESIDE, "has_music": has_music}
    return made


def data(value: Any) -> Markup:
    """A value as JSON within a <script type="application/json">, which no text in it can end."""
    told = msgspec.json.encode(value).decode()
    for sign in "<>&":
        told = told.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(told)  # noqa: S704  # nothing is left that HTML would read


def asset(name: str) -> str:
    """Where a static file is served: under the mark of them all, so that browsers may keep it for ever."""
    return f"/static/{mark()}/{name}"


@cache
def mark() -> str:
    """Eight digits that change when any static file does."""
    digest = hashlib.sha256()
    for name, content in sorted(static().items()):
        digest.update(name.encode() + content)
    return digest.hexdigest()[:8]


@cache
def static() -> dict[str, bytes]:
    """Every static file by its name within the folder ("studio/score.js")."""
    found: dict[str, bytes] = {}
    waiting = [("", files("partimento.web").joinpath("static"))]
    while waiting:
        prefix, folder = waiting.pop()
        for entry in folder.iterdir():
            if entry.is_dir():
                waiting.append((f"{prefix}{entry.name}/", entry))
            else:
                found[prefix + entry.name] = entry.read_bytes()
    return found
