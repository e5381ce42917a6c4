"""Texts as vectors: how many, how long."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(tasks=("embedding",), template="views/vectors.html", styles=("views.css",))
