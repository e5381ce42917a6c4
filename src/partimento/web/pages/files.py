"""Static files: styles, scripts, pictures. Knows their types and that they may be kept for ever."""

from __future__ import annotations

from pathlib import PurePosixPath

from partimento.core.errors import UnknownName
from partimento.web.layout import static
from partimento.web.visit import Place, Sent, Visit

TYPES = {
    ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8", ".png": "image/png",
}  # fmt: skip


async def static_file(visit: Visit) -> Sent:
    """GET /static/{mark}/{name}: an outdated mark is answered with what there is now."""
    name = visit.names["name"]
    content = static().get(name)
    kind = TYPES.get(PurePosixPath(name).suffix)
    if content is None or kind is None:
        raise UnknownName("file", name, static())
    return Sent(content, kind, lasting=True)


async def icon(visit: Visit) -> Sent:
    """GET /favicon.ico."""
    return Sent(static()["icon.svg"], TYPES[".svg"])


places = (
    Place(method="GET", path="/static/{mark}/{name:rest}", opened=static_file, summary="A static file", free=True),
    Place(method="GET", path="/favicon.ico", opened=icon, summary="The icon", free=True),
)
