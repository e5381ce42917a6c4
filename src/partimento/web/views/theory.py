"""A progression explained: chord by chord, then lines, cadences and what could stand there."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(tasks=("theory",), template="views/theory.html", styles=("views.css",))
