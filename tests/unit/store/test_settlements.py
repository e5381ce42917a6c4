import asyncio
import threading

from partimento.store.settlements import Settlements


def test_a_settlement_of_another_thread_wakes_all_who_wait() -> None:
    settlements = Settlements()

    async def wait() -> list[bool]:
        waiting = [settlements.wait(3600.0) for _ in range(3)]
        await asyncio.sleep(0)
        before = any(waiter.done() for waiter in waiting)
        threading.Thread(target=settlements.happened).start()
        await asyncio.gather(*waiting)
        return [before, *(waiter.done() for waiter in waiting)]

    assert asyncio.run(wait()) == [False, True, True, True]


def test_a_wait_counts_from_the_call_and_not_from_the_await() -> None:
    settlements = Settlements()

    async def wait() -> bool:
        waiter = settlements.wait(3600.0)
        settlements.happened()
        await asyncio.sleep(0)
        return waiter.done()

    assert asyncio.run(wait())


def test_a_settlement_before_the_call_wakes_nobody() -> None:
    settlements = Settlements()

    async def wait() -> bool:
        settlements.happened()
        waiter = settlements.wait(3600.0)
        await asyncio.sleep(0)
        return waiter.done()

    assert not asyncio.run(wait())


def test_a_wait_ends_by_itself() -> None:
    settlements = Settlements()

    async def wait() -> None:
        await settlements.wait(0.001)
        await settlements.wait(-1.0)

    asyncio.run(wait())


def test_a_waiter_that_went_away_is_forgotten() -> None:
    settlements = Settlements()

    async def wait() -> None:
        gone, stays = settlements.wait(3600.0), settlements.wait(3600.0)
        gone.cancel()
        await asyncio.sleep(0)
        settlements.happened()
        await stays

    asyncio.run(wait())


def test_a_loop_that_is_closed_disturbs_nobody() -> None:
    settlements = Settlements()

    async def leave() -> None:
        settlements.wait(3600.0)

    asyncio.run(leave())
    settlements.happened()
