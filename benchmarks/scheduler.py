"""Who waits how long for a local model: the pool's own `decide` in virtual time, against simpler orders of service.

    python benchmarks/scheduler.py [--seeds 6]

One device that holds one of the models at a time; a child answers one request at a time. Loads and answers take times
drawn by seed; nothing real is started. The pool is driven as the daemon drives it: its effects are carried out (a
child takes its time to start and to end, its memory to come back), and it is woken when `wakes_at` says so.

The comparators are the usual orders: strict FIFO over all models; the resident model first, swapped when nobody
waits for it ("drain"); and the same where who has waited for too long goes first ("ageing"). They swap at
no cost but the load. Latency is from the request to the end of its answer. Medians over the seeds.

Last, what one `decide` costs with fifty models and a thousand requests waiting.
"""

from __future__ import annotations

import argparse
import heapq
import time
from collections.abc import Callable, Sequence
from random import Random
from statistics import median
from typing import Final

from msgspec import Struct

from partimento.core.local import Files
from partimento.core.request import Priority
from partimento.pool.deciding.decide import decide, wakes_at
from partimento.pool.deciding.effects import Effect, Grant, Reclaim, Refuse, Start, Stop
from partimento.pool.deciding.events import Asked, BecameReady, Ended, Event, Exited, Looked, Reclaimed, Started
from partimento.pool.deciding.state import PoolState
from partimento.pool.values import Device, Footprint, Mode, PoolSettings, Wanted

GB: Final = 1 << 30
DEVICE: Final = Device(name="cuda:0", total_bytes=16 * GB, free_bytes=15 * GB)
END_S: Final = 0.15
"""A child ends, its memory comes back: that long each."""


class Ask(Struct, frozen=True, kw_only=True):
    """A request: when, which model, how long its answer takes."""

    at: float
    model: str
    takes_s: float
    priority: Priority = "interactive"


class World(Struct, frozen=True, kw_only=True):
    """What is played: requests, and how long each model takes to load."""

    asks: tuple[Ask, ...]
    load_s: dict[str, float]
    mode: Mode = "auto"


class Told(Struct, frozen=True, kw_only=True):
    """How it went: when each answer was complete, in the order of the requests, and how often a model was loaded."""

    done: tuple[float, ...]
    loads: int


def wanted(model: str) -> Wanted:
    return Wanted(model=model, engine="scripted", files=Files(f"/models/{model}.gguf", "gguf"))


class Played:
    """The real pool in virtual time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.state = PoolState.begin(PoolSettings(mode=world.mode), (DEVICE,))
        self.done = [0.0] * len(world.asks)
        self.loads = 0
        self.worker_model: dict[int, str] = {}
        self.heap: list[tuple[float, int, Event]] = []
        self.number = 0

    def later(self, event: Event) -> None:
        self.number += 1
        heapq.heappush(self.heap, (event.at, self.number, event))

    def play(self) -> Told:
        for number, ask in enumerate(self.world.asks):
            asked = Asked(
                at=ask.at, lease=str(number), client="benchmark", wanted=wanted(ask.model),
                footprint=Footprint(weights_bytes=9 * GB), need=1000, deadline=1e9, priority=ask.priority,
            )  # fmt: skip
            self.later(asked)
        while not all(self.done):
            wake = wakes_at(self.state)
            if wake is not None and (not self.heap or wake < self.heap[0][0]):
                event: Event = Looked(wake, ())
            else:
                event = heapq.heappop(self.heap)[2]
            self.state, effects = decide(self.state, event)
            for effect in effects:
                self.carry_out(effect, event.at)
        return Told(done=tuple(self.done), loads=self.loads)

    def carry_out(self, effect: Effect, now: float) -> None:
        if isinstance(effect, Start):
            self.loads += 1
            self.later(Started(now, effect.worker, 1))
            self.later(BecameReady(now + self.world.load_s[effect.plan.model], effect.worker, 9 * GB))
        elif isinstance(effect, Stop):
            self.later(Exited(now + END_S, effect.worker, "asked to"))
        elif isinstance(effect, Reclaim):
            self.later(Reclaimed(now + END_S, effect.worker))
        elif isinstance(effect, Grant):
            done = now + self.world.asks[int(effect.lease)].takes_s
            self.done[int(effect.lease)] = done
            self.later(Ended(done, effect.lease))
        elif isinstance(effect, Refuse):
            raise AssertionError(effect)


def pool(world: World) -> Told:
    return Played(world).play()


Order = Callable[[Sequence[int], World, float, str], int]
"""Requests that wait, the moment, the resident model → which is served next."""


def in_order(order: Order, world: World) -> Told:
    """One request at a time in that order; the model is loaded when another is resident."""
    now, resident, loads = 0.0, "", 0
    left = sorted(range(len(world.asks)), key=lambda number: world.asks[number].at)
    waiting: list[int] = []
    done = [0.0] * len(world.asks)
    while left or waiting:
        if not waiting:
            now = max(now, world.asks[left[0]].at)
        while left and world.asks[left[0]].at <= now:
            waiting.append(left.pop(0))
        number = order(waiting, world, now, resident)
        waiting.remove(number)
        ask = world.asks[number]
        if ask.model != resident:
            now, resident, loads = now + world.load_s[ask.model], ask.model, loads + 1
        now += ask.takes_s
        done[number] = now
    return Told(done=tuple(done), loads=loads)


def fifo(waiting: Sequence[int], world: World, now: float, resident: str) -> int:
    return waiting[0]


def drain(waiting: Sequence[int], world: World, now: float, resident: str) -> int:
    return next((number for number in waiting if world.asks[number].model == resident), waiting[0])


def ageing(limit_s: float) -> Order:
    def order(waiting: Sequence[int], world: World, now: float, resident: str) -> int:
        return fifo(waiting, world, now, resident) if now - world.asks[waiting[0]].at > limit_s else drain(
            waiting, world, now, resident
        )  # fmt: skip

    return order


def arrivals(random: Random, rate: float, until: float) -> list[float]:
    at, found = random.expovariate(rate), []
    while at < until:
        found.append(at)
        at += random.expovariate(rate)
    return found


def batch_and_people(random: Random, *, other: bool) -> World:
    """200 items on the middle model from the start; a person now and then, on another model or the same."""
    items = [Ask(at=0.0, model="middle", takes_s=random.uniform(2.2, 4.0), priority="batch") for _ in range(200)]
    model = "small" if other else "middle"
    people = [Ask(at=at, model=model, takes_s=random.uniform(2.0, 4.0)) for at in arrivals(random, 1 / 120, 600)]
    people = people or [Ask(at=300.0, model=model, takes_s=3.0)]
    return World(asks=(*items, *people), load_s={"middle": 3.5, "small": 1.8})


def trio(random: Random) -> World:
    """Three large models of which one may be resident, asked for alike."""
    asks = [
        Ask(at=at, model=random.choice("abc"), takes_s=random.uniform(2.0, 6.0)) for at in arrivals(random, 0.08, 4000)
    ]
    return World(asks=tuple(asks), load_s={"a": 15.0, "b": 20.0, "c": 25.0}, mode="exclusive")


def hot_and_rare(random: Random) -> World:
    asks = [
        Ask(at=at, model="hot" if random.random() < 0.96 else "rare", takes_s=random.uniform(3.0, 6.0))
        for at in arrivals(random, 0.13, 4000)
    ]
    return World(asks=tuple(asks), load_s={"hot": 20.0, "rare": 20.0})


ORDERS: Final[tuple[tuple[str, Callable[[World], Told]], ...]] = (
    ("strict FIFO", lambda world: in_order(fifo, world)),
    ("resident first, drain", lambda world: in_order(drain, world)),
    ("ageing, 20 s", lambda world: in_order(ageing(20.0), world)),
    ("ageing, 60 s", lambda world: in_order(ageing(60.0), world)),
    ("this pool", pool),
)
WORLDS: Final[tuple[tuple[str, Callable[[Random], World]], ...]] = (
    ("(a) batch of 200 + people on another model", lambda random: batch_and_people(random, other=True)),
    ("(b) batch of 200 + people on the same model", lambda random: batch_and_people(random, other=False)),
    ("(c) three models, one at a time, 0.08 requests/s", trio),
    ("(d) one model 96 % of 0.13 requests/s, another 4 %", hot_and_rare),
)


def row(world: World, told: Told) -> tuple[float, float, float, float, float]:
    """Latency of people: median, 95th percentile, most; end of the batch, or of everything; loads."""
    waits = sorted(
        done - ask.at for ask, done in zip(world.asks, told.done, strict=True) if ask.priority == "interactive"
    )
    batch = [done for ask, done in zip(world.asks, told.done, strict=True) if ask.priority == "batch"]
    return median(waits), waits[int(len(waits) * 0.95)], waits[-1], max(batch or told.done), told.loads


def table(seeds: int) -> None:
    for title, make in WORLDS:
        print(f"\n{title}\n{'':24}{'p50 s':>8}{'p95 s':>8}{'max s':>8}{'end s':>8}{'':>8}{'loads':>7}")
        worlds = [make(Random(seed)) for seed in range(seeds)]
        first = 0.0
        for name, play in ORDERS:
            rows = [row(world, play(world)) for world in worlds]
            p50, p95, most, end, loads = (median(column) for column in zip(*rows, strict=True))
            first = first or end
            more = f"{(end / first - 1) * 100:+.1f} %"
            print(f"{name:24}{p50:8.1f}{p95:8.1f}{most:8.1f}{end:8.0f}{more:>8}{loads:7.0f}")


def cost(models: int = 50, waiting: int = 1000) -> None:
    """Microseconds of one event in a full pool: half of the models resident, requests waiting for all of them."""
    device = Device(name="cuda:0", total_bytes=models // 2 * 10 * GB, free_bytes=models // 2 * 10 * GB - GB)
    state = PoolState.begin(PoolSettings(), (device,))
    footprint = Footprint(weights_bytes=9 * GB)
    now = 0.0

    def asked(number: int, among: int = models) -> Asked:
        return Asked(
            at=now, lease=str(number), client=f"client {number % 7}", wanted=wanted(f"model {number % among}"),
            footprint=footprint, need=500, deadline=1e9,
        )  # fmt: skip

    for number in range(waiting + models):
        state, effects = decide(state, asked(number))
        for effect in effects:
            if isinstance(effect, Start):
                state, _ = decide(state, BecameReady(now, effect.worker, 9 * GB))
    state, _ = decide(state, Looked(now, (device,)))
    taken: dict[str, list[float]] = {}

    def timed(name: str, event: Event) -> None:
        nonlocal state
        begun = time.perf_counter()
        state, _ = decide(state, event)
        taken.setdefault(name, []).append(time.perf_counter() - begun)

    for number in range(waiting + models, waiting + models + 2000):
        now += 0.001
        timed("a request comes and waits", asked(number, models // 2 - 1))
        timed("an answer ends, the next begins", Ended(now, next(iter(state.held))))
        if number % 20 == 0:
            timed("time has passed", Looked(now, (device,)))
        begun = time.perf_counter()
        wakes_at(state)
        taken.setdefault("(when to wake)", []).append(time.perf_counter() - begun)
    print(f"\none decision: {len(state.known)} models, {len(state.waiting)} requests waiting")
    for name, times in taken.items():
        print(f"{name:34}{median(times) * 1e6:8.1f} µs")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=6)
    table(parser.parse_args().seeds)
    cost()


if __name__ == "__main__":
    main()
