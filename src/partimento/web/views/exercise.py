"""Something to practise: what to do, the score, live practice, tips."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(tasks=("exercise",), template="views/exercise.html", styles=("views.css",))
