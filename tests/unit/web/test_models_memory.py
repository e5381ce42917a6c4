"""The picture of a memory: parts that fill it and nothing more."""

from __future__ import annotations

import pytest

from partimento.pool.messages import Budgeted, Resident, Status
from partimento.pool.values import Device, PoolSettings
from partimento.web.pages.memory import Memory, memories

GB = 10**9


def seen(*held: Resident, free: float = 10, total: float = 16, budget: float = 9) -> Memory:
    device = Device(name="cpu", total_bytes=int(total * GB), free_bytes=int(free * GB))
    taken = sum(one.reserved_bytes for one in held)
    one = Budgeted(device=device, budget_bytes=int(budget * GB), reserved_bytes=taken)
    status = Status(pid=1, since_s=1, mode="auto", devices=(one,), models=held)
    return memories(status, (), PoolSettings())[0]


def held(name: str, gb: float, **more: object) -> Resident:
    return Resident(model=name, engine="scripted", state="ready", device="cpu", reserved_bytes=int(gb * GB), **more)  # type: ignore[arg-type]


def test_models_stand_first_and_are_told_with_what_they_do() -> None:
    memory = seen(held("first", 2, pinned=True), held("second", 3, leases=2))
    assert [(part.name, part.words) for part in memory.parts[:2]] == [
        ("first", "pinned"), ("second", "2 answers under way"),
    ]  # fmt: skip
    assert memory.reserved_bytes == 5 * GB
    assert "first 2.0 GB" in memory.told


@pytest.mark.parametrize(
    ("free", "budget", "models"), [(10, 9, (2, 3)), (0, 0, (20,)), (16, 30, ()), (3, 9, (8, 8)), (15.9, 1, (1,))]
)
def test_the_parts_lie_side_by_side_and_never_exceed_the_whole(
    free: float, budget: float, models: tuple[float, ...]
) -> None:
    memory = seen(*(held(f"m{number}", gb) for number, gb in enumerate(models)), free=free, budget=budget)
    at = 0.0
    for part in memory.parts:
        assert part.start == pytest.approx(at)
        assert part.width > 0
        at += part.width
    assert at <= 100.000001


def test_where_no_pool_runs_the_machine_is_shown_as_it_is() -> None:
    device = Device(name="cpu", total_bytes=16 * GB, free_bytes=10 * GB)
    (memory,) = memories(None, (device,), PoolSettings(budget_bytes={"cpu": 4 * GB}))
    assert (memory.for_models, memory.reserved_bytes) == (4 * GB, 0)
    assert {part.kind for part in memory.parts} == {"open", "headroom", "others", "free"}
