"""What else could stand there: the whole version, then each change with its reason."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(tasks=("reharmonization",), template="views/reharmonization.html", styles=("views.css",))
