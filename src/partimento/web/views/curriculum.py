"""Weeks of lessons: modules, lessons, what shows that each is mastered."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(
    tasks=(
        "curriculum",
        "curriculum_outline",
    ),
    template="views/curriculum.html",
    styles=("views.css",),
)
