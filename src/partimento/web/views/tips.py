"""Practice tips: what to do, why, and for how long."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(tasks=("practice_tips",), template="views/tips.html", styles=("views.css",))
