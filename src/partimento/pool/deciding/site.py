"""Where and how a model could run: devices in order, the rung of the ladder, what it takes there. Knows what fits;
leaves who makes room to `room`."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from partimento.pool.deciding import budget, ladder, refusals
from partimento.pool.deciding.effects import Refusal
from partimento.pool.deciding.ladder import Shape
from partimento.pool.deciding.schedule import largest_need
from partimento.pool.deciding.state import Known
from partimento.pool.deciding.turn import Turn
from partimento.pool.values import Device


class Site(Struct, frozen=True):
    """A way of running a model on a device, and the bytes set aside for it."""

    device: str
    shape: Shape
    bytes: int


def devices_for(turn: Turn, known: Known, least: int) -> list[Device]:
    """Those it may run on, in order; main memory only where no GPU is large enough."""
    can = known.wanted.devices
    able = [one for one in turn.after.devices if not can or one.name in can or one.name.partition(":")[0] in can]
    gpus = [one for one in able if one.name != "cpu"]
    large = [one for one in gpus if budget.ceiling(one, turn.after.settings) >= least]
    return large or [one for one in able if one.name == "cpu"] or gpus


def forced(turn: Turn, key: str) -> bool:
    """Whether somebody wants it in memory whatever it costs others."""
    return any(t.force and t.kind == "load" and key in t.keys for t in turn.after.tickets.values())


def sites(turn: Turn, key: str) -> list[Site]:
    """The ways to run it now, the best first. Who cannot be served by any is refused, the largest first."""
    while True:
        known = turn.known[key]
        need = largest_need(known)
        found = _found(turn, known, need)
        if not isinstance(found, Refusal):
            if found and known.short_since is not None:
                turn.known[key] = replace(known, short_since=None)
            if found or not _patient(turn, known):
                return found
            found = _short(turn, known, need)
        _refuse_largest(turn, key, need, found)
        if key not in turn.queued or not need:
            return []


def _found(turn: Turn, known: Known, need: int) -> list[Site] | Refusal:
    """The sites; none where only other programs are in the way; a refusal where nothing will help."""
    shape = ladder.next_shape(known, need, turn.now, turn.after.settings)
    if shape is None:
        recent = [one for one in known.failed if one.until > turn.now]
        return refusals.failed(known, recent[-1].reason, min(one.until for one in recent) - turn.now)
    measured = turn.measured(known.key)
    least = ladder.least_bytes(known, measured, need)
    devices = devices_for(turn, known, least)
    if not devices:
        return refusals.no_device(known)
    found, pinned = [], False
    for device in devices:
        most = budget.budget_of(turn, device.name)
        held = 0 if forced(turn, known.key) else _pinned_bytes(turn, known, device.name)
        fit = ladder.fitted(known, measured, shape, need, most - held)
        if fit is not None:
            size = ladder.reservation(known, measured, fit.context, fit.slots)
            found.append(Site(device.name, fit, size))
        pinned = pinned or (held > 0 and ladder.fitted(known, measured, shape, need, most) is not None)
    if found:
        found.sort(key=lambda site: (-site.shape.slots, -site.shape.context))
        return found
    if pinned:
        return refusals.pinned(known, _holders(turn, known, devices))
    widest = max(devices, key=lambda one: budget.ceiling(one, turn.after.settings))
    ceiling = budget.ceiling(widest, turn.after.settings)
    return refusals.too_large(known, least, widest, ceiling) if least > ceiling else []


def _patient(turn: Turn, known: Known) -> bool:
    """Whether it was waited long enough for other programs to give memory back."""
    if known.short_since is None:
        turn.known[known.key] = replace(known, short_since=turn.now)
        return turn.wants_load(known.key)
    return turn.now - known.short_since >= turn.after.settings.hold_s


def _short(turn: Turn, known: Known, need: int) -> Refusal:
    least = ladder.least_bytes(known, turn.measured(known.key), need)
    device = max(devices_for(turn, known, least), key=lambda one: budget.budget_of(turn, one.name))
    most = budget.budget_of(turn, device.name)
    return refusals.short(known, least, device, most, turn.after.settings.remembered_s / 10)


def _pinned_bytes(turn: Turn, known: Known, device: str) -> int:
    return sum(
        worker.on(device)
        for worker in turn.workers.values()
        if worker.key != known.key and turn.known[worker.key].stays and not worker.leaving
    )


def _holders(turn: Turn, known: Known, devices: list[Device]) -> list[str]:
    names = {device.name for device in devices}
    return [
        turn.known[worker.key].wanted.model
        for worker in turn.workers.values()
        if worker.plan.device in names and worker.key != known.key and turn.known[worker.key].stays
    ]


def _refuse_largest(turn: Turn, key: str, need: int, refusal: Refusal) -> None:
    """Those of the largest need go on elsewhere; smaller ones may still be served."""
    for line in tuple(turn.known[key].lines.values()):
        for waiting in tuple(line.values()):
            if waiting.need >= need:
                turn.refuse(waiting, refusal)
    if not turn.known[key].waiting:
        by_hand = refusal
        if refusal.kind == "pinned":
            by_hand = refusals.busy(turn.known[key], refusal.would_evict)
        turn.refuse_tickets(key, by_hand)
