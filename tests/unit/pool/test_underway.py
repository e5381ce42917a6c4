"""What goes on though nobody waits: how far it is, how it ended, broken off."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from partimento.core.errors import NoRoom
from partimento.pool.underway import REMEMBERED, Say, Underway
from partimento.testing.clock import FrozenClock


def run(work: Callable[[Underway], Awaitable[None]]) -> None:
    async def whole() -> None:
        underway = Underway(FrozenClock())
        try:
            await work(underway)
        finally:
            await underway.close()

    asyncio.run(whole())


def test_how_far_it_is_and_what_came_of_it_are_told_to_who_listens() -> None:
    async def work(underway: Underway) -> None:
        go = asyncio.Event()

        async def doing(say: Say) -> str:
            say("half of it", 0.5)
            await go.wait()
            return "All is here."

        heard = underway.changes()
        assert await anext(heard) == ()
        underway.begin("pull", "little", doing)
        seen = await anext(heard)
        while not seen or seen[0].fraction is None:
            seen = await anext(heard)
        assert (seen[0].stage, seen[0].words, seen[0].fraction) == ("going", "half of it", 0.5)
        go.set()
        while seen[0].stage == "going":
            seen = await anext(heard)
        assert (seen[0].stage, seen[0].words, seen[0].fraction) == ("done", "All is here.", 1.0)
        await heard.aclose()

    run(work)


def test_what_is_asked_for_twice_goes_on_once() -> None:
    async def work(underway: Underway) -> None:
        begun = []

        async def doing(say: Say) -> str:
            begun.append(1)
            return "done"

        underway.begin("load", "little", doing)
        underway.begin("load", "little", doing)
        await underway.ended("load", "little", 5)
        assert begun == [1]

    run(work)


def test_a_failure_keeps_its_reason_its_mend_and_who_is_in_the_way() -> None:
    async def work(underway: Underway) -> None:
        async def doing(say: Say) -> str:
            raise NoRoom("no room", why="kept is pinned", mend="force it", would_evict=("kept",))

        underway.begin("load", "big", doing)
        ended = await underway.ended("load", "big", 5)
        assert ended is not None
        assert (ended.stage, ended.what, ended.why, ended.mend) == ("failed", "no room", "kept is pinned", "force it")
        assert ended.would_evict == ("kept",)
        underway.forget("load", "big")
        assert underway.all() == ()

    run(work)


def test_an_error_of_no_kind_of_ours_is_told_too_and_ends_nothing_else() -> None:
    async def work(underway: Underway) -> None:
        async def doing(say: Say) -> str:
            raise ZeroDivisionError("by nought")

        underway.begin("bench", "little", doing)
        ended = await underway.ended("bench", "little", 5)
        assert ended is not None
        assert (ended.stage, ended.why) == ("failed", "ZeroDivisionError: by nought")

    run(work)


def test_what_is_broken_off_has_stopped_when_that_returns_and_what_ended_stays_ended() -> None:
    async def work(underway: Underway) -> None:
        stopped = []

        async def doing(say: Say) -> str:
            try:
                await asyncio.Event().wait()
            finally:
                stopped.append(1)
            return ""

        underway.begin("pull", "large", doing)
        await asyncio.sleep(0)
        assert await underway.stop("pull", "large")
        assert stopped == [1]
        assert [one.stage for one in underway.all()] == ["stopped"]
        assert not await underway.stop("pull", "large")

    run(work)


def test_a_bounded_number_of_ends_is_remembered() -> None:
    async def work(underway: Underway) -> None:
        async def doing(say: Say) -> str:
            return "done"

        for number in range(REMEMBERED + 5):
            underway.begin("load", f"model {number}", doing)
            await underway.ended("load", f"model {number}", 5)
        assert len(underway.all()) == REMEMBERED

    run(work)
