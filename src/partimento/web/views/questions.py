"""A quiz or an assessment: questions to think about, answers to open."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(
    tasks=(
        "quiz",
        "assessment",
    ),
    template="views/questions.html",
    styles=("views.css",),
)
