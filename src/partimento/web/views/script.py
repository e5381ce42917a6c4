"""A script to be spoken: who says what, what is played, how long it takes."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from partimento.web.item import Item
from partimento.web.views.view import View
from partimento.web.visit import Visit


def values(visit: Visit, item: Item) -> dict[str, Any]:
    """What one speaker says at a stretch, told together: for each segment (speaker, texts)."""
    turns = [
        [
            (speaker, [line.text for line in lines])
            for speaker, lines in groupby(part.lines, key=lambda one: one.speaker)
        ]
        for part in item.value.segments
    ]
    return {"turns": turns}


view = View(
    tasks=("lesson_script", "podcast_script"), template="views/script.html", values=values, styles=("views.css",)
)
