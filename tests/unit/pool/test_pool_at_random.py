"""Whatever happens in whatever order, the pool keeps its promises: `pooling.Pool` asserts them after every event."""

from __future__ import annotations

from typing import Any

from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from partimento.core.local import Heard
from partimento.pool.daemon.status import status
from partimento.pool.deciding.events import (
    BecameReady,
    Closing,
    Ended,
    Exited,
    Looked,
    Recalled,
    Reclaimed,
    Reset,
    Seen,
    Slept,
    Stalled,
    Started,
    Told,
)  # fmt: skip
from partimento.pool.deciding.state import Worker
from partimento.pool.values import Cache, Footprint, Measured, PoolSettings, Wanted
from pooling import GB, Pool, machine, model

MODELS: list[tuple[Wanted, Footprint]] = [
    (model("small", slots=2), Footprint(weights_bytes=2 * GB, caches=(Cache(64 << 10),))),
    (model("middle", slots=4, context=4096, context_limit=16384), Footprint(weights_bytes=5 * GB)),
    (model("large", keep_s=0.0), Footprint(weights_bytes=8 * GB)),
    (model("sleepy", sleeps=True), Footprint(weights_bytes=4 * GB)),
    (model("pinned", pinned=True), Footprint(weights_bytes=3 * GB)),
    (model("huge"), Footprint(weights_bytes=40 * GB)),
]
EACH = st.sampled_from(MODELS)
NUMBERS = st.integers(0, 12)
SETTINGS = st.builds(
    PoolSettings,
    mode=st.sampled_from(["auto", "auto", "exclusive", "manual"]),
    queue_length=st.sampled_from([2, 256]),
    keep_s=st.sampled_from([0.0, 20.0, 300.0]),
    crashes=st.sampled_from([1, 3]),
    remembered_s=st.sampled_from([30.0, 600.0]),
)
DEVICES = st.sampled_from(
    [(machine(10),), (machine(10, "cuda:0"), machine(30)), (machine(10, "cuda:0"), machine(6, "cuda:1"), machine(20))]
)


class Life(RuleBasedStateMachine):
    @initialize(devices=DEVICES, settings=SETTINGS)
    def begin(self, devices: Any, settings: PoolSettings) -> None:
        self.pool = Pool(*devices, settings=settings)

    def some(self, number: int, *states: str) -> Worker | None:
        able = [w for w in self.pool.state.workers.values() if not states or w.state in states]
        return able[number % len(able)] if able else None

    @rule(
        which=EACH, need=st.sampled_from([0, 100, 5000, 12000, 20000]), within=st.sampled_from([0.0, 5.0, 60.0, 900.0]),
        priority=st.sampled_from(["interactive", "background", "batch"]), user=st.sampled_from("ab"),
    )  # fmt: skip
    def ask(self, which: Any, need: int, within: float, priority: Any, user: str) -> None:
        self.pool.ask(*which, need=need, within_s=within, priority=priority, user=user)

    @rule(number=NUMBERS)
    def end(self, number: int) -> None:
        leases = [*self.pool.granted, *sorted(lease for lease in self.pool.open if lease.startswith("lease"))]
        if leases:
            self.pool.end(leases[number % len(leases)])

    @rule(which=EACH, force=st.booleans())
    def load(self, which: Any, force: bool) -> None:
        self.pool.load(*which, force=force)

    @rule(which=st.one_of(st.just(""), st.sampled_from(["small", "middle", "pinned", "nobody"])), force=st.booleans())
    def unload(self, which: str, force: bool) -> None:
        self.pool.unload(which, force=force)

    @rule(which=st.sampled_from(["small", "middle", "large", "nobody"]), pinned=st.sampled_from([True, False, None]))
    def pin(self, which: str, pinned: bool | None) -> None:
        self.pool.pin(which, pinned, keep_s=10.0 if pinned is None else None)

    @rule(number=NUMBERS, over=st.sampled_from([0.2, 1.0, 1.2]))
    def child_is_ready(self, number: int, over: float) -> None:
        if worker := self.some(number, "starting", "loading", "warming"):
            self.pool.send(BecameReady(self.pool.now, worker.number, int(worker.reserved_bytes * over)))

    @rule(number=NUMBERS, stage=st.sampled_from(["", "weights", "warming"]), taken=st.sampled_from([0, GB]))
    def child_tells(self, number: int, stage: str, taken: int) -> None:
        if worker := self.some(number):
            self.pool.send(Started(self.pool.now, worker.number, 7))
            heard = Heard(stage=stage, fraction=0.5, buffer_bytes=taken)
            self.pool.send(Told(self.pool.now, worker.number, heard))

    @rule(number=NUMBERS, out_of_memory=st.booleans())
    def child_crashes(self, number: int, out_of_memory: bool) -> None:
        if worker := self.some(number):
            self.pool.send(Exited(self.pool.now, worker.number, "signal 11", out_of_memory))

    @rule(number=NUMBERS)
    def child_stalls(self, number: int) -> None:
        if worker := self.some(number):
            self.pool.send(Stalled(self.pool.now, worker.number, "no token"))

    @rule(number=NUMBERS)
    def child_obeys(self, number: int) -> None:
        if worker := self.some(number, "stopping"):
            self.pool.send(Exited(self.pool.now, worker.number, "asked to"))
        if worker := self.some(number, "sleeping"):
            self.pool.send(Slept(self.pool.now, worker.number))

    @rule(number=NUMBERS)
    def memory_comes_back(self, number: int) -> None:
        if worker := self.some(number, "reclaiming"):
            self.pool.send(Reclaimed(self.pool.now, worker.number))

    @rule(number=NUMBERS, gb=st.sampled_from([0.5, 3.0, 9.0]), tokens=st.sampled_from([0, 10, 100_000]))
    def child_is_seen(self, number: int, gb: float, tokens: int) -> None:
        if worker := self.some(number, "ready", "draining", "loading", "sleeping", "stopping"):
            self.pool.send(Seen(self.pool.now, worker.number, int(gb * GB), tokens))

    @rule(seconds=st.sampled_from([0.0, 0.5, 6.0, 61.0, 700.0]), free=st.sampled_from([None, None, 0.2, 5.0]))
    def time_passes(self, seconds: float, free: float | None) -> None:
        self.pool.passes(seconds, free)

    @rule(number=NUMBERS)
    def strays_change_nothing(self, number: int) -> None:
        now, before = self.pool.now, self.pool.state
        for event in (
            Ended(now, "nobody"), Exited(now, 999, "?"), Reclaimed(now, 999), Started(now, 999, 1), Slept(now, 999),
            BecameReady(now, 999, 1), Told(now, 999, Heard()), Seen(now, 999, 1, 1), Stalled(now, 999, "?"),
        ):  # fmt: skip
            assert self.pool.send(event) == ()
        assert self.pool.state.workers == before.workers
        assert self.pool.state.waiting == before.waiting

    @rule(settings=SETTINGS)
    def is_set_anew(self, settings: PoolSettings) -> None:
        self.pool.send(Reset(self.pool.now, settings))

    @rule(peak=st.sampled_from([1, 6]))
    def recalls(self, peak: int) -> None:
        measured: dict[str, tuple[Measured, ...]] = {
            wanted.key: (Measured(wanted.context, wanted.slots, peak * GB, 3.0),) for wanted, _ in MODELS
        }
        self.pool.send(Recalled(self.pool.now, measured))

    @rule(back=st.sampled_from([1.0, 1e6]))
    def the_clock_goes_back(self, back: float) -> None:
        before = self.pool.state.now
        self.pool.send(Looked(self.pool.now - back, ()))
        assert self.pool.state.now == before

    @precondition(lambda self: self.pool.leases > 25)
    @rule(force=st.booleans())
    def closes(self, force: bool) -> None:
        self.pool.send(Closing(self.pool.now, force))

    @rule()
    def is_looked_at(self) -> None:
        told = status(self.pool.state, self.pool.now)
        assert sum(one.queued for one in told.models) == len(self.pool.state.waiting)
        assert sum(one.leases for one in told.models) == len(self.pool.granted)

    def teardown(self) -> None:
        if hasattr(self, "pool"):
            self.pool.finish()


TestLife = Life.TestCase
TestLife.settings = how(max_examples=60, stateful_step_count=50, deadline=None)
