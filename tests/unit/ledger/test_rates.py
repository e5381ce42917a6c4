import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from itertools import count
from typing import NamedTuple

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from databases import Place, schema_of
from partimento.core.errors import RateLimited
from partimento.environment import SystemClock
from partimento.ledger.accounts import Key
from partimento.ledger.allowance import minute_of, portion
from partimento.ledger.rates import Permit, Rates
from partimento.store.opening import open_store
from partimento.store.store import Store
from partimento.testing.store_suite import NOON

_numbers = count()


class Two(NamedTuple):
    """Two processes' worth of stores on one database."""

    first: Store
    second: Store


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.external)])
def two(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    place: Place = tmp_path_factory.mktemp("rates") / "p.db"
    with ExitStack() as after:
        if request.param == "postgres":
            server = request.getfixturevalue("postgres_server")
            name, place = schema_of(server)
            after.callback(_drop_schema, server, name)
        stores = Two(open_store(place, SystemClock()), open_store(place, SystemClock()))
        for store in stores:
            after.callback(store.close)
        yield stores


def _drop_schema(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as db:
        db.execute(f'DROP SCHEMA "{name}" CASCADE'.encode())


def a_key(requests: int | None = None, tokens: int | None = None) -> Key:
    number = next(_numbers)
    return Key(
        id=f"key_{number}", name=f"k{number}", requests_per_minute=requests, tokens_per_minute=tokens, created_at=0.0
    )


@asynccontextmanager
async def both(two: Two) -> AsyncIterator[tuple[Rates, Rates]]:
    first, second = Rates(two.first), Rates(two.second)
    yield first, second
    await first.close()
    await second.close()


async def admitted(rates: Rates, key: Key, times: int, now: float = NOON, tokens: int = 0) -> list[Permit]:
    async def one() -> Permit | None:
        try:
            return await rates.admit(key, tokens, now)
        except RateLimited:
            return None

    return [permit for permit in await asyncio.gather(*(one() for _ in range(times))) if permit]


def leased(two: Two, key: Key, now: float = NOON) -> tuple[int, int]:
    found = two.first.ask("rate_of", key.id, minute_of(now))
    return (int(found[0][0]), int(found[0][1])) if found else (0, 0)


def test_two_processes_together_let_in_as_many_as_the_key_may(two: Two) -> None:
    async def crowd() -> None:
        key = a_key(requests=50)
        async with both(two) as (first, second):
            let_in = await asyncio.gather(admitted(first, key, 80), admitted(second, key, 80))
        assert sum(map(len, let_in)) == 50

    asyncio.run(crowd())


def test_a_large_rate_is_leased_in_portions_and_missed_by_a_portion_at_most(two: Two) -> None:
    async def crowd() -> None:
        key = a_key(requests=6000)
        async with both(two) as (first, second):
            await admitted(first, key, 1)
            assert leased(two, key) == (portion(6000), 0) == (100, 0)
            assert len(await admitted(second, key, 6000)) == 6000 - portion(6000)
            assert len(await admitted(first, key, 6000)) == portion(6000) - 1

    asyncio.run(crowd())


def test_what_was_leased_and_not_used_is_given_back_at_the_end(two: Two) -> None:
    async def day() -> None:
        key = a_key(requests=6000, tokens=60_000)
        async with both(two) as (first, _):
            await first.admit(key, 10, NOON)
            assert leased(two, key) == (100, 1000)
        assert leased(two, key) == (1, 10)

    asyncio.run(day())


def test_a_refusal_says_when_to_come_again_and_the_next_minute_is_whole(two: Two) -> None:
    async def minutes() -> None:
        key = a_key(requests=1)
        async with both(two) as (first, second):
            await first.admit(key, 0, NOON + 20)
            for rates in (first, second, first):
                with pytest.raises(RateLimited, match="requests") as told:
                    await rates.admit(key, 0, NOON + 20)
                assert told.value.retry_after_s == 40
            await second.admit(key, 0, NOON + 60)

    asyncio.run(minutes())


def test_tokens_not_used_can_be_used_by_another_process(two: Two) -> None:
    async def talk() -> None:
        key = a_key(tokens=1000)
        async with both(two) as (first, second):
            permits = await admitted(first, key, 10, tokens=100)
            assert len(permits) == 10
            assert await admitted(second, key, 1, tokens=100) == []
            for permit in permits:
                permit.used(10)
            await first.close()
            assert len(await admitted(second, key, 20, now=NOON + 2, tokens=100)) == 9

    asyncio.run(talk())


def test_tokens_beyond_what_was_said_are_missing_from_the_allowance_everywhere(two: Two) -> None:
    async def talk() -> None:
        key = a_key(tokens=1000)
        async with both(two) as (first, second):
            (await first.admit(key, 10, NOON)).used(995)
            await first.close()
            assert leased(two, key) == (0, 995)
            with pytest.raises(RateLimited, match="tokens"):
                await second.admit(key, 10, NOON)

    asyncio.run(talk())


def test_a_later_word_on_what_was_used_replaces_the_earlier(two: Two) -> None:
    async def talk() -> None:
        key = a_key(tokens=1000)
        async with both(two) as (first, _):
            permit = await first.admit(key, 10, NOON)
            permit.used(50)
            permit.used(40)
        assert leased(two, key) == (0, 40)

    asyncio.run(talk())


def test_a_request_larger_than_a_whole_minute_is_never_told_to_wait(two: Two) -> None:
    async def talk() -> None:
        async with both(two) as (first, _):
            with pytest.raises(RateLimited, match="larger") as told:
                await first.admit(a_key(tokens=10), 11, NOON)
            assert told.value.retry_after_s is None

    asyncio.run(talk())


def test_a_key_without_rates_is_never_counted(two: Two) -> None:
    async def talk() -> None:
        key = a_key()
        async with both(two) as (first, _):
            permit = await first.admit(key, 10**9, NOON)
            permit.used(10**10)
            assert permit.headers == ()
        assert leased(two, key) == (0, 0)

    asyncio.run(talk())


def test_headers_tell_what_is_left_in_openais_words(two: Two) -> None:
    async def talk() -> None:
        key = a_key(requests=3, tokens=600)
        async with both(two) as (first, _):
            permit = await first.admit(key, 100, NOON + 30.5)
            assert dict(permit.headers) == {
                "x-ratelimit-limit-requests": "3",
                "x-ratelimit-remaining-requests": "2",
                "x-ratelimit-reset-requests": "30s",
                "x-ratelimit-limit-tokens": "600",
                "x-ratelimit-remaining-tokens": "500",
                "x-ratelimit-reset-tokens": "30s",
            }

    asyncio.run(talk())


def test_a_clock_that_jumps_neither_blocks_for_long_nor_gives_a_minute_twice(two: Two) -> None:
    async def jump() -> None:
        key = a_key(requests=10)
        year = 365 * 86_400.0
        async with both(two) as (first, second):
            assert len(await admitted(first, key, 12, NOON)) == 10
            assert len(await admitted(first, key, 12, NOON + year)) == 10
            assert await admitted(first, key, 12, NOON) == []
            assert await admitted(second, key, 12, NOON + year) == []
            assert len(await admitted(first, key, 12, NOON - year)) == 10

    asyncio.run(jump())


_step = some.tuples(
    some.sampled_from([0, 1]),  # which process
    some.sampled_from([0.0, 0.0, 0.0, 0.3, 1.5, 31.0, -70.0]),  # how time goes on
    some.integers(0, 400),  # tokens it may take
    some.floats(0, 1),  # how much of them it takes
)


@pytest.mark.parametrize("exact", [True, False], ids=["as said", "less than said"])
@settings(max_examples=40)
@given(
    requests=some.one_of(some.none(), some.integers(1, 300)),
    tokens=some.one_of(some.none(), some.integers(1, 1500)),
    steps=some.lists(_step, max_size=40),
)
def test_never_over_and_never_under_by_more_than_a_portion_a_process(
    two: Two, exact: bool, requests: int | None, tokens: int | None, steps: list[tuple[int, float, int, float]]
) -> None:
    asyncio.run(_played(two, a_key(requests, tokens), steps, exact=exact))


async def _played(two: Two, key: Key, steps: list[tuple[int, float, int, float]], *, exact: bool) -> None:
    """What is handed out in each minute stays within the limits; a refusal means that they are all but reached, where
    no tokens are on their way back."""
    counted: Counter[int] = Counter()
    taken: Counter[int] = Counter()
    most_r, most_t = key.requests_per_minute or 10**9, key.tokens_per_minute or 10**9
    went_back = False
    now = NOON
    async with both(two) as processes:
        for which, step, tokens, share in steps:
            now += step
            went_back = went_back or step < 0  # what was leased of a minute that was left is forgotten
            minute, used = minute_of(now), tokens if exact else int(tokens * share)
            try:
                permit = await processes[which].admit(key, tokens, now)
            except RateLimited:
                requests_gone = counted[minute] + 1 + portion(most_r) > most_r
                tokens_gone = taken[minute] + tokens + portion(most_t) > most_t
                assert requests_gone or tokens_gone or went_back or not exact
            else:
                counted[minute] += 1
                taken[minute] += tokens
                assert counted[minute] <= most_r
                assert taken[minute] <= most_t
                permit.used(used)
                taken[minute] += used - tokens
                await asyncio.sleep(0)
