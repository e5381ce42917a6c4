"""Words to be read: a text, a reply, a letter, a report."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(
    tasks=(
        "text",
        "coaching",
        "chat",
        "email",
        "report",
    ),
    template="views/written.html",
    styles=("views.css",),
)
