"""What loading a model would do, against what it then does."""

from __future__ import annotations

from partimento.pool.daemon.status import status
from partimento.pool.foresight import Foresight, foreseen
from partimento.pool.values import PoolSettings
from pooling import GB, Pool, machine, model, sized


def asked(pool: Pool, name: str, gb: float) -> Foresight:
    told = status(pool.state, pool.now)
    return foreseen(told, (), pool.state.settings, model(name), sized(gb))


def test_a_model_that_finds_room_pushes_nobody_out() -> None:
    pool = Pool(machine(10))
    pool.comes("first", sized(4))
    pool.passes(10)
    assert asked(pool, "second", 4) == Foresight("free", needs_bytes=4 * GB)


def test_who_would_go_is_who_goes() -> None:
    pool = Pool(machine(10))
    pool.comes("old", sized(4))
    pool.passes(10)
    pool.comes("young", sized(4))
    pool.passes(10)
    foresight = asked(pool, "third", 5)
    assert (foresight.answer, foresight.models) == ("evicts", ("old",))
    assert pool.runs("old")  # nothing was done
    pool.load(model("third"), sized(5))
    assert pool.state_of("old") in ("stopping", "reclaiming", "gone")
    assert pool.state_of("young") == "ready"


def test_what_is_pinned_or_answers_stands_in_the_way_by_name() -> None:
    pool = Pool(machine(10))
    pool.comes("kept", sized(6))
    pool.pin("kept")
    pool.passes(10)
    foresight = asked(pool, "big", 6)
    assert (foresight.answer, foresight.models) == ("busy", ("kept",))
    busy = Pool(machine(10))
    busy.ask(model("writing"), sized(6))
    busy.ready("writing")
    busy.passes(10)
    foresight = asked(busy, "big", 6)
    assert (foresight.answer, foresight.models) == ("busy", ("writing",))


def test_a_model_larger_than_the_machine_never_fits_and_the_reason_is_told() -> None:
    foresight = asked(Pool(machine(10)), "huge", 20)
    assert foresight.answer == "never"
    assert "at least" in foresight.why


def test_where_no_pool_runs_the_machine_alone_decides() -> None:
    settings = PoolSettings()
    assert foreseen(None, (machine(10),), settings, model("first"), sized(4)).answer == "free"
    assert foreseen(None, (machine(2),), settings, model("first"), sized(4)).answer == "never"


def test_other_programs_that_hold_the_memory_are_told_of() -> None:
    pool = Pool(machine(10))
    pool.look(free_gb=2)
    assert asked(pool, "first", 6).answer == "short"
