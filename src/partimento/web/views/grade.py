"""A take graded: the mark, what to practise, bar by bar what was heard."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(tasks=("grading",), template="views/grade.html", styles=("views.css",))
