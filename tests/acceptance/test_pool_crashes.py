"""Children that crash, hang and run out of memory: who asked is told why, the pool goes on, and what failed is tried
another way, or later."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest
from msgspec.structs import replace

from partimento.core.errors import EngineError, EngineFault, EngineUnreachable
from partimento.pool.client.leases import Leased, Leases
from partimento.pool.daemon import measurements
from partimento.pool.values import PoolSettings
from pools import MB, QUICK, Machine, Place, answer, gone, in_pool, is_alive, said, streamed, told_of, until

WATCHFUL = replace(QUICK, stall_s=0.5)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"exit_code": 7}, "it ended with exit code 7: the script says: crash"),
        ({"signal": "SEGV"}, "bad memory access (SIGSEGV)"),
        ({"signal": "KILL"}, "SIGKILL"),
    ],
)
def test_a_model_that_crashes_while_it_loads_says_why(place: Place, told: dict[str, Any], words: str) -> None:
    wanted = place.model(crash_at="load", **told)

    async def work(leases: Leases) -> None:
        with pytest.raises(EngineUnreachable) as failed:
            await answer(leases, wanted)
        assert words in str(failed.value)

    in_pool(work, place, replace(QUICK, crashes=1))


@pytest.mark.parametrize("moment", ["first_token", "token:3"])
def test_a_model_that_crashes_while_it_answers_is_there_for_the_next(place: Place, moment: str) -> None:
    wanted = place.model(crash_at=moment, times=1, tokens=8, say="", token_s=0.01)

    async def work(leases: Leases) -> None:
        heard: list[str] = []
        async with leases.lease(wanted, 100, 30) as lease:
            with pytest.raises(EngineFault):
                await _hear(lease, heard)
            assert "exit code 3" in await lease.revoked
        assert len(heard) == (2 if moment == "token:3" else 0)
        assert (await answer(leases, wanted)).startswith("word word")

    in_pool(work, place)
    assert place.loads() == 2


async def _hear(lease: Leased, heard: list[str]) -> None:
    async for piece in streamed(lease):
        heard.append(piece)  # noqa: PERF401  # it breaks off, and what came stays


def test_a_load_without_a_sign_of_life_is_given_up(place: Place) -> None:
    wanted = place.model(hang_at="load", times=1, slots=2)

    async def work(leases: Leases) -> None:
        assert await answer(leases, wanted) == "all is well"

    in_pool(work, place, WATCHFUL)
    assert place.loads() == 2


def test_an_answer_without_a_new_token_is_given_up_and_its_child_ended(place: Place) -> None:
    wanted = place.model(hang_at="token:2", times=1)

    async def work(leases: Leases) -> None:
        async with leases.lease(wanted, 100, 30) as lease:
            pid = (await told_of(leases)).pid
            with pytest.raises(EngineFault):
                await said(lease)
            assert "made no token" in await lease.revoked
        assert gone(pid)
        assert await answer(leases, wanted) == "all is well"

    in_pool(work, place, WATCHFUL)


def test_a_slow_answer_is_not_taken_for_a_dead_one(place: Place) -> None:
    wanted = place.model(token_s=0.3, tokens=6, say="")

    async def work(leases: Leases) -> None:
        assert len((await answer(leases, wanted)).split()) == 6

    in_pool(work, place, WATCHFUL)
    assert place.loads() == 1


def test_a_lease_that_is_held_and_not_used_costs_no_child_its_life(place: Place) -> None:
    wanted = place.model()

    async def work(leases: Leases) -> None:
        async with leases.lease(wanted, 100, 30) as lease:
            await asyncio.sleep(1.2)
            assert await said(lease) == "all is well"
            assert not lease.revoked.done()

    in_pool(work, place, WATCHFUL)


def test_a_model_that_runs_out_of_memory_is_tried_with_less_and_says_so(place: Place) -> None:
    wanted = place.model(oom_at="load", times=1, slots=4)

    async def work(leases: Leases) -> None:
        async with leases.lease(wanted, 100, 30) as lease:
            assert await said(lease) == "all is well"
        assert "runs with 1 slot of 4" in lease.notes[0]
        assert "ran out of memory" in lease.notes[0]

    in_pool(work, place)


def test_a_child_that_takes_more_than_it_was_given_fails_alone(place: Place) -> None:
    """The estimate was too low, and the engine keeps to it."""
    greedy, good = place.model("greedy", held=1, memory_bytes=400 * MB), place.model("good", pinned=True)

    async def work(leases: Leases) -> None:
        await leases.load(good)
        with pytest.raises(EngineUnreachable, match="could not be loaded") as failed:
            await answer(leases, greedy)
        assert "memory" in failed.value.why
        assert await answer(leases, good) == "all is well"

    in_pool(work, place)
    assert place.loads("good") == 1


def test_what_a_model_really_took_is_set_aside_for_it_the_next_time(place: Place) -> None:
    """The estimate was too low, and nothing held the child to it."""
    wanted = place.model(mb=60, memory_bytes=150 * MB)

    async def once(leases: Leases) -> None:
        assert await answer(leases, wanted) == "all is well"

    async def again(leases: Leases) -> None:
        await leases.load(wanted)
        assert (await told_of(leases)).reserved_bytes > 150 * MB

    in_pool(once, place)
    (seen,) = measurements.recalled(place.pool)[wanted.key]
    assert seen.peak_bytes > 150 * MB
    assert seen.load_s > 0
    in_pool(again, place)


def test_an_estimate_that_was_much_too_high_is_corrected_by_real_use(place: Place) -> None:
    wanted = place.model(mb=800, context=256, tokens=600, say="", token_s=0.002)

    async def work(leases: Leases) -> None:
        await answer(leases, wanted)
        await leases.unload("little")
        await leases.load(wanted)
        assert (await told_of(leases)).reserved_bytes < 400 * MB

    in_pool(work, place, replace(QUICK, stall_s=0.4))


def test_a_model_that_keeps_crashing_is_left_alone_for_a_while_and_then_tried_again(place: Place) -> None:
    wanted = place.model(crash_at="load", times=2, slots=2)

    async def work(leases: Leases) -> None:
        with pytest.raises(EngineUnreachable, match="crashed too often"):
            await answer(leases, wanted)
        await until(leases, lambda status: status.models[0].state == "quarantined")
        with pytest.raises(EngineUnreachable, match="crashed too often"):
            await answer(leases, wanted)
        assert place.loads() == 2
        await until(leases, lambda status: status.models[0].state != "quarantined")
        assert await answer(leases, wanted) == "all is well"

    in_pool(work, place, replace(QUICK, crashes=2, remembered_s=3.0))


def test_a_port_that_was_taken_meanwhile_is_not_held_against_the_model(place: Place) -> None:
    wanted = place.model(port_taken=2)

    async def work(leases: Leases) -> None:
        assert await answer(leases, wanted) == "all is well"
        assert (await told_of(leases)).crashes == 0

    in_pool(work, place)
    assert place.loads() == 3


def test_a_child_that_is_slow_to_listen_is_waited_for(place: Place) -> None:
    async def work(leases: Leases) -> None:
        assert await answer(leases, place.model(slow_bind_s=0.7)) == "all is well"

    in_pool(work, place)
    assert place.loads() == 1


def test_a_crash_while_warming_is_told_as_one(place: Place) -> None:
    async def work(leases: Leases) -> None:
        with pytest.raises(EngineUnreachable, match="exit code 9"):
            await answer(leases, place.model(crash_at="warming", exit_code=9))

    in_pool(work, place, replace(QUICK, crashes=1))


def test_a_hang_while_warming_is_given_up(place: Place) -> None:
    wanted = place.model(hang_at="warming", times=1, slots=2)

    async def work(leases: Leases) -> None:
        assert await answer(leases, wanted) == "all is well"

    in_pool(work, place, WATCHFUL)
    assert place.loads() == 2


def test_no_child_is_left_when_the_pool_is_stopped_by_force(place: Place) -> None:
    wanted = place.model(ignore_term=1, token_s=1, tokens=100, say="")
    pids: list[int] = []

    async def work(leases: Leases) -> None:
        async with leases.lease(wanted, 100, 30) as lease:
            asking = asyncio.create_task(said(lease))
            pids.append((await told_of(leases)).pid)
            await leases.stop(force=True)
            with pytest.raises(EngineFault):
                await asking

    in_pool(work, place, PoolSettings(headroom_bytes=0, stop_s=0.2))
    assert not is_alive(pids[0])


def _shown(pid: int) -> str:
    """A process as a list of processes shows it to everybody."""
    return " ".join(psutil.Process(pid).cmdline())


def _tell(folder: Path, secret: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and secret in path.read_text()]


def test_the_secret_of_a_child_is_in_no_list_of_processes_and_in_no_file(place: Place) -> None:
    async def work(leases: Leases) -> None:
        async with leases.lease(place.model(), 100, 30) as lease:
            shown = _shown((await told_of(leases)).pid)
            assert "partimento.engines.scripted.worker little" in shown
            assert lease.secret not in shown
            assert _tell(place.pool, lease.secret) == []
            with pytest.raises(AssertionError, match="the secret is wrong"):
                await said(replace(lease, secret="guessed"))

    in_pool(work, place)


def test_a_child_ended_by_somebody_else_is_told_with_the_signal(place: Place) -> None:

    async def work(leases: Leases) -> None:
        async with leases.lease(place.model(ignore_term=""), 100, 30) as lease:
            os.kill((await told_of(leases)).pid, signal.SIGABRT)
            assert "SIGABRT" in await lease.revoked

    in_pool(work, place)


def test_whatever_happens_to_children_and_clients_nothing_stays_held(place: Place) -> None:
    """Models that crash, hang and are killed by chance, clients that give up by chance: at the end all is at rest."""
    chance = random.Random(7)
    slow: dict[str, Any] = {"slots": 2, "token_s": 0.005}
    models = [
        place.model("good", **slow),
        place.model("stubborn", ignore_term=1, **slow),
        place.model("crashing", crash_at="token:2", times=2, **slow),
        place.model("hanging", hang_at="token:2", times=1, **slow),
    ]

    async def client(leases: Leases, number: int) -> None:
        for _ in range(6):
            asking = asyncio.create_task(
                answer(leases, chance.choice(models), chance.choice([0.5, 8.0]), user=f"user {number % 3}")
            )
            if chance.random() < 0.2:
                await asyncio.sleep(chance.random() / 4)
                asking.cancel()
            with contextlib.suppress(EngineError, asyncio.CancelledError):
                assert await asking == "all is well"

    async def murderer(leases: Leases) -> None:
        while True:
            await asyncio.sleep(chance.random())
            status = await leases.status()
            for one in status.models if status else ():
                if one.pid and chance.random() < 0.3:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(one.pid, chance.choice([signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP]))

    async def work(leases: Leases) -> None:
        killing = asyncio.create_task(murderer(leases))
        await asyncio.gather(*(client(leases, number) for number in range(8)))
        killing.cancel()
        status = await until(leases, lambda status: not any(one.leases or one.queued for one in status.models))
        assert all(one.reserved_bytes <= 100 * MB for one in status.models)

    in_pool(work, place, replace(WATCHFUL, stop_s=0.2, crashes=1000, remembered_s=2.0), Machine(250))
    assert not list((place.pool / "children").iterdir())
    assert "ERROR" not in (place.pool / "pool.log").read_text()
