"""An answered paper: the mark, the words, each question."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(tasks=("feedback",), template="views/feedback.html", styles=("views.css",))
