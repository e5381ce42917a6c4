"""A tutorial to be read: theory with examples, practice, mistakes, what comes next."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(tasks=("tutorial",), template="views/tutorial.html", styles=("views.css",))
