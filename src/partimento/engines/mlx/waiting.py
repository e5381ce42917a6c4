"""Who of those that wait may begin. One adapter is on at a time, for all texts being made. Pure."""

from __future__ import annotations

from collections.abc import Sequence


def admitted(waiting: Sequence[str], on: str, active: int, slots: int) -> list[int]:
    """The places of those who begin now; `waiting` are the adapters they want, the longest waiting first.

    While texts are being made, those who want what is on begin, in their order, up to the first who wants another
    adapter: nobody overtakes one who waits for a change, or a change would never come. When all are made, the first
    chooses, and everybody who wants the same begins with it.
    """
    free = slots - active
    if free <= 0 or not waiting:
        return []
    if active == 0:
        return [place for place, adapter in enumerate(waiting) if adapter == waiting[0]][:free]
    begun: list[int] = []
    for place, adapter in enumerate(waiting):
        if adapter != on or len(begun) == free:
            break
        begun.append(place)
    return begun
