"""Chords under two hands: voicings, and the way from one to the next. Knows what is drawn of each chord."""

from __future__ import annotations

from typing import Any

from partimento.web.item import Item
from partimento.web.keyboard import keyboard, octaves
from partimento.web.views.view import View
from partimento.web.visit import Visit


def values(visit: Visit, item: Item) -> dict[str, Any]:
    """A keyboard for each chord, all of one range, so that movement can be seen."""
    chords = item.value.chords
    first, last = octaves([note for chord in chords for note in (*chord.left_hand, *chord.right_hand)])
    return {"keyboards": [keyboard(first, last, chord.left_hand, chord.right_hand) for chord in chords]}


view = View(tasks=("voicing", "voice_leading"), template="views/voiced.html", values=values, styles=("views.css",))
