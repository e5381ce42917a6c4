"""An idea of music: a motif with its score, a progression, or a story to play by."""

from __future__ import annotations

from partimento.web.views.view import View

view = View(tasks=("creative",), template="views/idea.html", styles=("views.css",))
