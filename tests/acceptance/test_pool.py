"""The pool with real processes: models come, answer, make room for each other and go, and nobody is told a lie."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest
from msgspec.structs import replace

from partimento.core.errors import EngineError, EngineOverloaded, EngineRefused, EngineUnreachable, NoRoom
from partimento.environment import SystemClock
from partimento.pool.client.leases import Leases
from partimento.pool.deciding.effects import Progress
from pools import MB, QUICK, Machine, Place, answer, finished, gone, in_pool, pool_in, said, streamed, told_of, until


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_hundred_requests_for_a_cold_model_load_it_once(place: Place) -> None:
    wanted = place.model(slots=4, load_s=0.2)

    async def work(leases: Leases) -> None:
        answers = await asyncio.gather(*(answer(leases, wanted) for _ in range(100)))
        assert answers == ["all is well"] * 100

    in_pool(work, place)
    assert place.loads() == 1


def test_who_waits_hears_how_far_the_model_is(place: Place) -> None:
    wanted = place.model(stages="weights,cache", load_s=0.2)
    heard: list[Progress] = []

    async def work(leases: Leases) -> None:
        async with leases.lease(wanted, 100, 30, told=heard.append) as lease:
            assert lease.upstream == "little"

    in_pool(work, place)
    assert {"weights", "cache"} <= {one.stage for one in heard}
    assert [one.state for one in heard][-1] == "warming"
    assert heard[0].position == 1


def test_two_models_that_do_not_fit_together_take_turns_and_never_more_than_there_is(place: Place) -> None:
    first, second = place.model("first"), place.model("second")
    most = [0]

    async def look(leases: Leases) -> None:
        async for status in leases.watch():
            most[0] = max(most[0], sum(one.reserved_bytes for one in status.models))

    async def work(leases: Leases) -> None:
        watching = asyncio.create_task(look(leases))
        answers = await asyncio.gather(*(answer(leases, one) for one in (first, second) * 3))
        watching.cancel()
        assert answers == ["all is well"] * 6

    in_pool(work, place, machine=Machine(150))
    assert most == [100 * MB]
    assert place.loads("first") + place.loads("second") <= 4


def test_a_request_that_comes_while_its_model_is_unloaded_waits_and_is_answered(place: Place) -> None:
    wanted = place.model(keep_s=0.0, ignore_term=1)

    async def work(leases: Leases) -> None:
        assert await answer(leases, wanted) == "all is well"
        await until(leases, lambda status: status.models[0].state == "stopping")
        assert await answer(leases, wanted) == "all is well"

    in_pool(work, place, replace(QUICK, stop_s=0.3))
    assert place.loads() == 2


def test_a_child_that_does_not_end_when_asked_is_killed(place: Place) -> None:
    wanted = place.model(ignore_term=1)

    async def work(leases: Leases) -> None:
        await leases.load(wanted)
        pid = (await told_of(leases)).pid
        await leases.unload("little")
        assert gone(pid)

    in_pool(work, place, replace(QUICK, stop_s=0.2))


def test_memory_that_comes_back_late_is_waited_for(place: Place) -> None:
    machine = Machine(60, "cuda:0")
    first, second = place.model("first", mb=40), place.model("second", mb=40)  # about what such a process really has
    begun: list[bool] = []

    async def give_back_late(pid: int) -> None:
        await asyncio.to_thread(gone, pid)
        await asyncio.sleep(0.4)
        begun.append(place.loads("second") > 0)
        machine.free_mb = 60

    async def work(leases: Leases) -> None:
        await leases.load(first)
        machine.free_mb = 20
        await until(leases, lambda status: status.devices[0].device.free_bytes == 20 * MB)
        late = asyncio.create_task(give_back_late((await told_of(leases, "first")).pid))
        assert await answer(leases, second) == "all is well"
        await late

    in_pool(work, place, machine=machine)
    assert begun == [False]


def test_what_another_program_takes_is_given_up_by_an_unused_model(place: Place) -> None:
    machine = Machine(300)

    async def work(leases: Leases) -> None:
        await answer(leases, place.model())
        machine.free_mb = -100
        status = await until(leases, lambda status: status.models[0].state == "cold")
        assert "other programs took memory" in status.models[0].reason

    in_pool(work, place, machine=machine)


def test_where_all_is_pinned_a_request_is_told_by_whom(place: Place) -> None:
    async def work(leases: Leases) -> None:
        await leases.load(place.model("first", pinned=True))
        with pytest.raises(EngineOverloaded) as refused:
            await answer(leases, place.model("second"))
        assert "first" in refused.value.why
        with pytest.raises(NoRoom) as by_hand:
            await leases.load(place.model("second"))
        assert by_hand.value.would_evict == ("first",)
        await leases.load(place.model("second"), force=True)
        assert (await told_of(leases, "first")).state == "cold"

    in_pool(work, place, machine=Machine(150))


def test_a_model_larger_than_the_machine_is_refused_with_the_figures(place: Place) -> None:
    async def work(leases: Leases) -> None:
        with pytest.raises(EngineRefused, match="does not fit this machine") as refused:
            await answer(leases, place.model(mb=5000))
        assert "5.0 GB" in refused.value.why

    in_pool(work, place)
    assert place.loads() == 0


def test_a_model_whose_files_cannot_be_read_is_refused_in_their_words(place: Place) -> None:
    wanted = place.model()
    (place.folder / "little" / "script.json").write_text("not json")

    async def work(leases: Leases) -> None:
        with pytest.raises(EngineUnreachable, match="cannot be read"):
            await answer(leases, wanted)
        (place.folder / "little" / "script.json").unlink()
        with pytest.raises(EngineUnreachable, match="there is no script"):
            await answer(leases, wanted)

    in_pool(work, place)


def test_a_client_that_goes_frees_what_it_held_or_waited_for(place: Place) -> None:
    wanted = place.model(tokens=1000, say="", token_s=0.01, load_s=0.3)

    async def work(leases: Leases) -> None:
        loading = asyncio.create_task(answer(leases, wanted))
        await until(leases, lambda status: any(one.state == "loading" for one in status.models))
        loading.cancel()
        await until(leases, lambda status: not status.models[0].queued)
        async with leases.lease(wanted, 100, 30) as lease:
            pieces = streamed(lease)
            await anext(pieces)
            queued = asyncio.create_task(answer(leases, wanted))
            await until(leases, lambda status: status.models[0].queued == 1)
            queued.cancel()
            await until(leases, lambda status: status.models[0].queued == 0)
            await pieces.aclose()  # type: ignore[attr-defined]  # a generator
        async with leases.lease(wanted, 100, 30) as lease:
            assert await said(lease, max_tokens=2) == "word word"
        for task in (loading, queued):
            with contextlib.suppress(asyncio.CancelledError):
                await task

    in_pool(work, place)
    assert place.loads() == 1


def test_a_client_whose_connection_breaks_holds_nothing_any_more(place: Place) -> None:
    wanted = place.model()

    async def work(leases: Leases) -> None:
        other = place.leases()  # finds the daemon that runs
        async with contextlib.AsyncExitStack() as stack:
            lease = await stack.enter_async_context(other.lease(wanted, 100, 30))
            await other.close()
            await until(leases, lambda status: status.models[0].leases == 0)
            assert "gone" in await lease.revoked

    in_pool(work, place)


def test_a_larger_request_loads_the_model_anew_and_smaller_ones_do_not(place: Place) -> None:
    wanted = place.model(context=1024, context_limit=4096)

    async def work(leases: Leases) -> None:
        for need in (100, 3000, 100, 2000, 900):
            assert await answer(leases, wanted, need=need) == "all is well"
        await answer(leases, replace(wanted, context=512), need=100)
        with pytest.raises(EngineRefused, match="too long"):
            await answer(leases, wanted, need=5000)

    in_pool(work, place)
    assert place.loads() == 2


def test_an_interactive_request_does_not_wait_for_a_batch(place: Place) -> None:
    wanted = place.model(token_s=0.01)
    done: list[str] = []

    async def ask(leases: Leases, name: str, priority: str) -> None:
        await answer(leases, wanted, priority=priority)
        done.append(name)

    async def work(leases: Leases) -> None:
        batch = [asyncio.create_task(ask(leases, "batch", "batch")) for _ in range(30)]
        await until(leases, lambda status: any(one.queued > 20 and one.state == "ready" for one in status.models))
        before = len(done)
        await ask(leases, "interactive", "interactive")
        assert done.index("interactive") <= before + 2
        await asyncio.gather(*batch)

    in_pool(work, place)
    assert len(done) == 31


def test_a_full_queue_refuses_and_says_when_to_come_again(place: Place) -> None:
    wanted = place.model(load_s=0.3)

    async def work(leases: Leases) -> None:
        asked = [asyncio.create_task(answer(leases, wanted)) for _ in range(6)]
        ended = await asyncio.gather(*asked, return_exceptions=True)
        refused = [one for one in ended if isinstance(one, EngineOverloaded)]
        assert len(refused) == 3
        assert all(one.retry_after_s and "3 requests wait" in one.why for one in refused)

    in_pool(work, place, replace(QUICK, queue_length=3))


def test_a_request_is_refused_when_its_time_is_up(place: Place) -> None:
    async def work(leases: Leases) -> None:
        with pytest.raises(EngineOverloaded, match="not free in time"):
            await answer(leases, place.model(load_s=2), within_s=0.3)

    in_pool(work, place)


def test_new_settings_hold_at_once_and_break_no_answer(place: Place) -> None:
    wanted = place.model(token_s=0.05)

    async def work(leases: Leases) -> None:
        async with leases.lease(wanted, 100, 30) as lease:
            asking = asyncio.create_task(said(lease))
            await leases.set_settings(replace(QUICK, mode="manual"))
            assert await asking == "all is well"
        with pytest.raises(EngineRefused, match="by hand only") as refused:
            await answer(leases, place.model("second"))
        assert refused.value.mend == "partimento models load second"

    in_pool(work, place)


def test_a_batch_of_vectors_comes_from_a_model_that_makes_them(place: Place) -> None:
    async def work(leases: Leases) -> None:
        await leases.load(place.model(embeds=True))
        assert (await told_of(leases)).state == "ready"

    in_pool(work, place)


def test_a_sleeping_model_is_woken_by_a_request(place: Place) -> None:
    """On a GPU, where main memory has room for its weights."""

    class Both(Machine):
        def __call__(self) -> tuple:  # type: ignore[type-arg]
            return (*super().__call__(), *Machine(2000)())

    first, second = place.model("first", sleeps=True), place.model("second")

    async def work(leases: Leases) -> None:
        for wanted in (first, second, first):
            assert await answer(leases, wanted) == "all is well"

    in_pool(work, place, machine=Both(150, "cuda:0"))
    assert place.loads("first") == 1


def test_clocks_that_jump_break_nothing(place: Place) -> None:
    """A laptop that slept for an hour, and one whose time was set meanwhile."""

    class Jumping(SystemClock):
        ahead_s = set_s = 0.0

        def now(self) -> float:
            return super().now() + self.set_s

        def monotonic(self) -> float:
            return super().monotonic() + self.ahead_s

    clock = Jumping()
    wanted = place.model(token_s=0.3, tokens=4, say="", keep_s=float("inf"))

    async def run() -> None:
        async with pool_in(place, replace(QUICK, stall_s=20), clock=clock) as leases:
            async with leases.lease(wanted, 100, 30) as lease:
                pieces = streamed(lease)
                await anext(pieces)
                clock.ahead_s, clock.set_s = 3600.0, -86400.0
                assert len([piece async for piece in pieces]) == 3
            assert await answer(leases, wanted) == "word word word word"

    finished(run())
    assert place.loads() == 1


def test_errors_of_the_pool_let_a_pipeline_go_on(place: Place) -> None:
    async def work(leases: Leases) -> None:
        for wanted in (place.model(mb=9000), place.model("broken", crash_at="load")):
            with pytest.raises(EngineError):
                await answer(leases, wanted)

    in_pool(work, place)
