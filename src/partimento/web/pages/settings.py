"""To be built."""

from __future__ import annotations

from partimento.web.visit import Place

places: tuple[Place, ...] = ()
