"""What models may have of each device's memory, and what of it is promised. Knows the ledger's arithmetic; leaves who
gets it to `room`.

The budget is the least of what was configured, what the device's maker recommends (or all), and what is free now with
what our own models use, less the headroom. Reservations count from Start to Reclaimed, whatever is measured meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from partimento.pool.deciding.state import LOADING, PoolState, Worker
from partimento.pool.deciding.turn import Turn
from partimento.pool.values import Device, PoolSettings


def device_named(turn: Turn, name: str) -> Device | None:
    return next((device for device in turn.after.devices if device.name == name), None)


def ceiling(device: Device, settings: PoolSettings) -> int:
    """The most that models could have if nothing else ran."""
    most = min(device.recommended_bytes or device.total_bytes, device.total_bytes - settings.headroom_bytes)
    return max(0, min(most, settings.budget_bytes.get(device.name, most)))


def budget(device: Device, settings: PoolSettings, workers: Iterable[Worker]) -> int:
    """What models may have together now, in bytes."""
    own = 0
    for worker in workers:
        own += worker.used_bytes if worker.plan.device == device.name else 0
        own += worker.host_bytes if worker.asleep and device.name == "cpu" else 0
    return max(0, min(ceiling(device, settings), device.free_bytes + own - settings.headroom_bytes))


def reserved(device: str, workers: Mapping[int, Worker]) -> int:
    """What they have been promised, in bytes."""
    return sum(worker.on(device) for worker in workers.values())


def budget_of(turn: Turn, name: str) -> int:
    device = device_named(turn, name)
    return 0 if device is None else budget(device, turn.after.settings, turn.workers.values())


def open_bytes(turn: Turn, name: str) -> int:
    """What is not promised yet; below 0 where others have taken memory that was."""
    return budget_of(turn, name) - reserved(name, turn.workers)


def leaving_bytes(turn: Turn, name: str) -> int:
    """What is on its way back; of one that falls asleep, what it does not take to bed."""
    leaving = [worker for worker in turn.workers.values() if worker.leaving]
    return sum(worker.on(name) for worker in leaving if worker.state != "sleeping" or worker.plan.device == name)


def used(turn: Turn, worker: Worker, used_bytes: int) -> Worker:
    """A worker was seen to use so much. What it took is not free any longer, what it gave back is, until the machine
    is looked at again."""
    more = used_bytes - worker.used_bytes
    devices = tuple(
        replace(device, free_bytes=max(0, device.free_bytes - more)) if device.name == worker.plan.device else device
        for device in turn.after.devices
    )
    turn.after = replace(turn.after, devices=devices)
    return turn.put(
        replace(
            worker,
            used_bytes=used_bytes,
            peak_bytes=max(worker.peak_bytes, used_bytes),
            reserved_bytes=max(worker.reserved_bytes, used_bytes) if worker.reserved_bytes else 0,
        )
    )


def looked(turn: Turn, devices: tuple[Device, ...]) -> None:
    """The machine's memory now; what an ended child still has is not counted as ours any more."""
    turn.after = replace(turn.after, devices=devices)
    for worker in tuple(turn.workers.values()):
        if worker.state == "reclaiming" and worker.used_bytes:
            turn.put(replace(worker, used_bytes=0))


def over_bytes(turn: Turn, device: Device) -> int:
    """How much more our models really use than they may; 0 while any of them is coming or going, for what it will have
    is not known then."""
    here = [worker for worker in turn.workers.values() if worker.plan.device == device.name]
    if any(worker.state in LOADING or worker.leaving for worker in here):
        return 0
    taken = sum(worker.used_bytes or worker.on(device.name) for worker in here)
    return max(0, taken - budget(device, turn.after.settings, here)) if here else 0


def summed(state: PoolState) -> tuple[tuple[Device, int, int], ...]:
    """Each device, its budget, what of it is promised."""
    return tuple(
        (device, budget(device, state.settings, state.workers.values()), reserved(device.name, state.workers))
        for device in state.devices
    )
