"""A lesson as a teacher holds it: segments with minutes, exercises, homework."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(tasks=("lesson",), template="views/lesson.html", styles=("views.css",))
