"""The memory of this machine as a picture of its parts. Pure: the pool's figures in, parts of a whole out."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from partimento.pool.deciding.budget import ceiling
from partimento.pool.messages import Status
from partimento.pool.values import Device, PoolSettings, gigabytes

Kind = Literal["model", "others", "open", "headroom", "free"]


class Part(Struct, frozen=True):
    """A part of a memory: `start` and `width` in percent of the whole."""

    kind: Kind
    name: str
    bytes: int
    start: float
    width: float
    words: str = ""


class Memory(Struct, frozen=True, kw_only=True):
    """One memory: its parts fill it from the left. `for_models`: the most that models may have together."""

    device: str
    words: str
    total_bytes: int
    for_models: int
    reserved_bytes: int
    parts: tuple[Part, ...]

    @property
    def told(self) -> str:
        """The picture in words."""
        return ", ".join(f"{part.name} {gigabytes(part.bytes)}" for part in self.parts) or "nothing is known of it"


def memories(status: Status | None, devices: tuple[Device, ...], settings: PoolSettings) -> tuple[Memory, ...]:
    """Each memory of the machine: as the pool sees it or, where none runs, as it is."""
    if status is None:
        return tuple(_memory(device, ceiling(device, settings), (), settings) for device in devices)
    found = []
    for one in status.devices:
        device = one.device
        held = tuple(
            (m.model, m.reserved_bytes, m.measured_bytes, _doing(m.leases, m.pinned))
            for m in status.models
            if m.device == device.name and m.reserved_bytes
        )
        found.append(_memory(device, one.budget_bytes, held, settings))
    return tuple(found)


def _doing(leases: int, pinned: bool) -> str:
    said = [f"{leases} answer{'s' if leases > 1 else ''} under way"] if leases else []
    return ", ".join([*said, *(["pinned"] if pinned else [])])


def _memory(device: Device, budget: int, held: tuple[tuple[str, int, int, str], ...], settings: PoolSettings) -> Memory:
    """Models first, then what is left of their budget, what is kept free, other programs, the rest."""
    total = max(1, device.total_bytes)
    reserved = sum(size for _, size, _, _ in held)
    used = sum(min(size, taken or size) for _, size, taken, _ in held)
    left = max(0, budget - reserved)
    headroom = min(settings.headroom_bytes, max(0, total - reserved - left))
    others = max(0, total - used - device.free_bytes)
    others = min(others, max(0, total - reserved - left - headroom))
    wanted: list[tuple[Kind, str, int, str]] = [("model", name, size, doing) for name, size, _, doing in held]
    wanted += [("open", "free for models", left, ""), ("headroom", "kept free", headroom, "")]
    wanted += [("others", "other programs", others, "")]
    wanted += [("free", "free", total - reserved - left - headroom - others, "")]
    parts, at = [], 0
    for kind, name, size, doing in wanted:
        width = min(size, total - at)
        if width > 0:
            parts.append(Part(kind, name, size, 100 * at / total, 100 * width / total, doing))
        at += max(0, width)
    return Memory(
        device=device.name, words=device.words, total_bytes=device.total_bytes, for_models=budget,
        reserved_bytes=reserved, parts=tuple(parts),
    )  # fmt: skip
