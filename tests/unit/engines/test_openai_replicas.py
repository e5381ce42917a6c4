"""Several servers of one model: calls are spread, find another when one fails, and stay where their beginning is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, aclosing, contextmanager
from typing import Any

import msgspec
import pytest

from asking import PRICED, Asked
from partimento.catalog.lookup import fold
from partimento.core.errors import EngineOverloaded, EngineUnreachable, SettingsError
from partimento.core.model import Replica
from partimento.core.settings import Settings, configure, toml_layer
from partimento.engines.openai import engine
from partimento.testing import upstream as up
from partimento.testing.clock import FrozenClock
from partimento.testing.upstream import Answer, Upstream, said


@contextmanager
def several(*otherwise: Answer, **fields: Any) -> Iterator[tuple[Asked, list[Upstream]]]:
    with ExitStack() as stack:
        servers = [stack.enter_context(Upstream(otherwise=answer)) for answer in otherwise]
        replicas = tuple(Replica(server.base_url) for server in servers)
        yield Asked(servers[0], replicas=replicas, **fields), servers


async def until_home_again(asked: Asked, home: Upstream, calls: int) -> None:
    while len(home.posts) < calls:
        async with aclosing(asked.engine.draft(asked.call(stream=False))) as pieces:
            assert [piece async for piece in pieces]
        await asyncio.sleep(0.01)
    await asked.engine.close()


def asked_of(servers: list[Upstream]) -> list[int]:
    return [len(server.posts) for server in servers]


def test_calls_that_begin_alike_stay_with_one_server() -> None:
    with several(said("a"), said("b"), said("c")) as (asked, servers):
        asked.drawn(times=12, stream=False)
        assert sorted(asked_of(servers)) == [0, 0, 12]


def test_a_call_that_fails_is_asked_of_another_server_at_once() -> None:
    for failing in (up.server_error(), up.rate_limited("60"), up.dropped(), up.garbage()):
        with several(failing, failing, said("c")) as (asked, servers):
            for _ in range(3):
                assert asked.told().text == "c"
            assert asked.slept == []
            assert asked_of(servers)[2] == 3


def test_a_server_that_asks_for_a_rest_gets_it() -> None:
    with several(up.rate_limited("60"), said("b")) as (asked, servers):
        asked.drawn(times=10, stream=False)
        assert asked_of(servers)[0] <= 1
        assert asked_of(servers)[1] == 10


def test_where_all_fail_the_last_error_is_told() -> None:
    with several(up.rate_limited("3600"), up.rate_limited("3600")) as (asked, servers):
        assert isinstance(asked.failed(stream=False), EngineOverloaded)
        assert asked_of(servers) == [1, 1]


def test_what_may_be_billed_is_not_asked_of_another_server() -> None:
    with several(up.garbage(), up.garbage(), prices=PRICED) as (asked, servers):
        asked.failed(stream=False)
        assert sum(asked_of(servers)) == 1


def test_after_the_first_piece_no_other_server_takes_over() -> None:
    with several(up.cut("Dm7 G7"), up.cut("Dm7 G7")) as (asked, servers):
        asked.failed()
        assert sum(asked_of(servers)) == 1


def test_a_server_that_is_gone_is_passed_by_and_comes_back_when_it_lives() -> None:
    with several(said("a"), said("b")) as (asked, servers):
        asked.drawn(stream=False)
        home = asked_of(servers).index(1)
        for _ in range(5):
            servers[home].then(up.server_error())
        asked.drawn(times=5, stream=False)
        assert asked_of(servers)[home] == 6
        asked.drawn(times=4, stream=False)
        assert asked_of(servers)[home] == 6
        asked.clock.advance(31.0)
        asyncio.run(until_home_again(asked, servers[home], 7))  # the others take the calls while it is probed
        assert "/v1/models" in [seen.path for seen in servers[home].requests]


def test_where_all_are_left_alone_nobody_is_asked() -> None:
    with several(up.server_error(), up.server_error()) as (asked, servers):
        for _ in range(4):
            asked.failed(stream=False)
        before = sum(asked_of(servers))
        with pytest.raises(EngineUnreachable, match="servers of little"):
            asked.drawn(stream=False)
        assert sum(asked_of(servers)) == before


SEVERAL = """
[[models]]
id = "mine"
tier = "small"
base_urls = ["http://127.0.0.1:1/v1", { base_url = "http://127.0.0.1:2/v1", weight = 2 }]
"""


def test_the_owner_names_the_servers_and_their_weights() -> None:
    settings = configure([toml_layer(SEVERAL, "partimento.toml")]).settings
    (mine,) = fold((), settings.models, settings)
    assert mine.replicas == (Replica("http://127.0.0.1:1/v1"), Replica("http://127.0.0.1:2/v1", 2.0))
    assert mine.base_url == "http://127.0.0.1:1/v1"


def test_a_weight_of_nothing_is_no_weight() -> None:
    with pytest.raises(SettingsError):
        configure([toml_layer(SEVERAL.replace("weight = 2", "weight = 0"), "partimento.toml")])


def test_each_server_on_the_network_needs_the_key() -> None:
    far = Asked(Upstream()).model
    far = msgspec.structs.replace(far, replicas=(Replica("http://127.0.0.1:1/v1"), Replica("https://b.example/v1")))
    assert "https://b.example" in engine(Settings(), FrozenClock()).unready(far, None)
