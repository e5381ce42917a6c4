"""Whether content holds, and every claim with its verdict."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(tasks=("validation",), template="views/verdict.html", styles=("views.css",))
