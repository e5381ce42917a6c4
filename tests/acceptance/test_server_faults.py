"""The server when things go wrong around it: crowds, clients that leave, a database that is held or full, a worker
that is killed, an end in the middle."""

from __future__ import annotations

import http.client
import json
import os
import re
import resource
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from crowd import answers, connected, everything, request
from partimento.testing.upstream import Upstream, error_within, hang, said, slow
from serving import Answer, Served, serving, settings_for

CHAT = "/v1/chat/completions"
DOORS = {CHAT: "openai", "/v1/responses": "openai", "/v1/messages": "anthropic", "/api/chat": "ollama"}
PRICES = 'input_usd_per_million = "1000"\noutput_usd_per_million = "1000"\n'
COST = Decimal("0.018")
"""Of 11 tokens asked and 7 answered, as the upstream counts whatever is said."""


def asked(text: str, path: str = CHAT, **more: Any) -> dict[str, Any]:
    words = [{"role": "user", "content": text}]
    if path == "/v1/responses":
        return {"model": "little", "input": words, **more}
    return {"model": "little", "messages": words, **({"max_tokens": 50} if path == "/v1/messages" else {}), **more}


def rows(server: Served, what: str = "*", where: str = "1") -> list[tuple[Any, ...]]:
    with sqlite3.connect(server.folder / "data" / "partimento.db", timeout=20) as db:
        return db.execute(f"SELECT {what} FROM ledger WHERE {where} ORDER BY at").fetchall()


def until(happened: Callable[[], Any], within_s: float = 15.0) -> Any:
    """What comes true in time."""
    ends = time.monotonic() + within_s
    while not (found := happened()) and time.monotonic() < ends:
        time.sleep(0.02)
    return found


def told(answer: Answer) -> tuple[str, str, str]:
    """What happened, why, and the mend, wherever the dialect has them."""
    body = answer.json
    inner = body["error"] if isinstance(body["error"], dict) else body
    return inner.get("message") or body["error"], inner["cause"], inner["mend"]


def counted(server: Served, name: str, **labels: str) -> float:
    """The sum of a metric's samples with these labels."""
    text = server.get("/metrics").body.decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return sum(
        one.value for one in samples if one.name == f"partimento_{name}" and labels.items() <= one.labels.items()
    )


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream(otherwise=said("as you say")) as running:
        yield running


@pytest.fixture(scope="module")
def server(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served"), settings_for(upstream.base_url, largest_request=100_000)) as one:
        yield one


# ---- crowds ----------------------------------------------------------------------------------------------------


def test_a_thousand_clients_at_once_are_all_answered_in_bounded_memory(server: Served) -> None:
    before = _resident_mb(server.process.pid)
    crowd = [request(CHAT, asked(f"one of a thousand, number {n}", stream=n % 2 == 0)) for n in range(1000)]
    replies = answers(server.address, crowd)
    assert [reply.status for reply in replies if reply is not None] == [200] * 1000
    assert all(reply is not None and b"say" in reply.body for reply in replies)
    assert _resident_mb(server.process.pid) - before < 100
    assert len(rows(server, "id", "ending = 'served'")) >= 1000
    assert until(lambda: counted(server, "requests_in_flight") == 1)  # the look itself


@pytest.mark.parametrize("workers", [1, 2])
def test_two_hundred_at_once_never_pass_a_cap_of_fifty_nor_leave_much_of_it(tmp_path: Path, workers: int) -> None:
    with Upstream(otherwise=said("paid for")) as upstream:
        settings = settings_for(
            upstream.base_url, daily_budget_usd=str(50 * COST), max_tokens=10, deadline_s=20, workers=workers
        )
        with serving(tmp_path, settings + PRICES) as server:
            crowd = [request(CHAT, asked(f"n{n:03}", max_tokens=10)) for n in range(200)]
            statuses = [reply.status for reply in answers(server.address, crowd) if reply is not None]
            assert len(statuses) == 200
            assert set(statuses) == {200, 402}
            spent = sum(Decimal(cost) for (cost,) in rows(server, "cost_pico")) / 10**12
            reservation = Decimal(1000 * (4 + 2 * 64 + 10)) / 10**6
            assert spent == statuses.count(200) * COST
            assert 50 * COST - reservation < spent <= 50 * COST


# ---- clients ---------------------------------------------------------------------------------------------------


def test_a_client_that_leaves_ends_its_call_within_a_second(tmp_path: Path) -> None:
    with (
        Upstream(otherwise=slow("word " * 200, gap_s=0.2)) as upstream,
        serving(tmp_path, settings_for(upstream.base_url)) as server,
    ):
        for stream in (True, False):
            connection = http.client.HTTPConnection(server.address, timeout=30)
            body = json.dumps(asked(f"leave {stream}", stream=stream))
            connection.request("POST", CHAT, body, {"content-type": "application/json"})
            if stream:
                connection.getresponse().read(10)
            else:
                assert upstream.wait_for(lambda seen: len(seen.posts) == 2)
            connection.close()
            assert upstream.wait_for(lambda seen: seen.connections == 0, 5.0)
        assert until(lambda: len(rows(server, "id", "ending = 'cancelled'")) == 2)
        assert until(lambda: counted(server, "http_responses_total", status="499") == 2)


def test_one_that_leaves_with_more_requests_in_the_pipe_ends_the_one_under_way(tmp_path: Path) -> None:
    with (
        Upstream(otherwise=slow("word " * 200, gap_s=0.2)) as upstream,
        serving(tmp_path, settings_for(upstream.base_url)) as server,
    ):
        with connected(server.address) as client:
            one, two = (request(CHAT, asked(f"piped {n}", stream=True)) for n in range(2))
            client.sendall(one.replace(b"connection: close\r\n", b"") + two)
            client.recv(10)
        assert upstream.wait_for(lambda seen: seen.connections == 0, 5.0)
        assert len(upstream.posts) == 1
        assert until(lambda: len(rows(server, "id", "ending = 'cancelled'")) == 1)


def test_one_that_leaves_before_its_body_is_there_asks_nothing(server: Served, upstream: Upstream) -> None:
    before = len(upstream.posts)
    for cut in (40, -5):
        with connected(server.address) as client:
            client.sendall(request(CHAT, asked("never whole"))[:cut])
    assert server.post(CHAT, asked("after those who left")).status == 200
    assert len(upstream.posts) == before + 1


def test_pipelined_requests_are_answered_in_their_order(server: Served) -> None:
    requests = [request(CHAT, asked(f"in order {n}", user=f"u{n}")) for n in range(4)]
    kept = [raw.replace(b"connection: close\r\n", b"") for raw in requests[:3]]
    with connected(server.address) as client:
        client.sendall(b"".join(kept) + requests[3])
        reply = everything(client)
    assert reply.count(b"HTTP/1.1 200 ") == 4
    assert [user for (user,) in rows(server, '"user"', "\"user\" LIKE 'u_'")] == ["u0", "u1", "u2", "u3"]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"how do you do?\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon here\r\n\r\n", 400),
        (b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n", 400),
        (
            b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
            400,
        ),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: " + b"y" * 70_000 + b"\r\n\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n" + b"a: b\r\n" * 1000 + b"\r\n", 431),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nhost: localhost\r\n\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n", 403),
    ],
    ids=["prose", "header", "length", "lengths", "tls", "long header", "many headers", "long path", "no host"],
)
def test_what_is_no_request_is_refused_in_words(server: Served, raw: bytes, status: int) -> None:
    with connected(server.address) as client:
        client.sendall(raw)
        reply = everything(client)
    head, _, body = reply.partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert {"error", "cause", "mend"} <= json.loads(body).keys()


def test_a_body_that_is_too_large_is_refused_before_it_is_read(server: Served) -> None:
    large = http.client.HTTPConnection(server.address, timeout=30)
    large.putrequest("POST", "/v1/messages")
    large.putheader("content-type", "application/json")
    large.putheader("content-length", str(10**12))
    large.endheaders()
    reply = large.getresponse()
    assert reply.status == 413
    assert json.loads(reply.read())["error"]["type"] == "request_too_large"
    large.close()
    chunked = http.client.HTTPConnection(server.address, timeout=30)
    pieces = (b"x" * 50_000 for _ in range(3))
    chunked.request("POST", CHAT, pieces, {"content-type": "application/json"}, encode_chunked=True)
    assert chunked.getresponse().status == 413
    chunked.close()


@pytest.mark.parametrize("path", DOORS)
def test_an_upstream_that_says_no_within_a_200_is_an_error_here(server: Served, upstream: Upstream, path: str) -> None:
    upstream.then(error_within("the provider is on fire", 400))
    answer = server.post(path, asked(f"burning {path}", path, stream=False))
    assert answer.status >= 500
    assert "fire" in told(answer)[1]
    assert server.post(path, asked(f"burnt out {path}", path)).status == 200


# ---- the end ---------------------------------------------------------------------------------------------------


def test_what_outlasts_the_last_wait_is_told_so_and_written_down(tmp_path: Path) -> None:
    with (
        Upstream(otherwise=slow("word " * 200, gap_s=0.1)) as upstream,
        serving(tmp_path, settings_for(upstream.base_url, drain_s=1)) as server,
    ):
        paths = [*DOORS, CHAT]
        heard: dict[int, Answer] = {}

        def ask(number: int) -> None:
            whole = number == len(DOORS)
            heard[number] = server.post(paths[number], asked(f"n{number}", paths[number], stream=not whole))

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(len(paths))]
        for thread in threads:
            thread.start()
        assert upstream.wait_for(lambda seen: len(seen.posts) == len(paths))
        time.sleep(0.3)
        assert server.stop() == 0
        for thread in threads:
            thread.join()
        assert heard[len(DOORS)].status == 503
        assert all(told(heard[len(DOORS)]))
        for number in range(len(DOORS)):
            last = heard[number].body.strip().split(b"\n")[-1].removeprefix(b"data: ")
            assert heard[number].status == 200
            assert "stopping" in json.dumps(json.loads(last)["error"])
        assert [ending for (ending,) in rows(server, "ending")] == ["cancelled"] * len(paths)
        assert upstream.wait_for(lambda seen: seen.connections == 0, 5.0)


# ---- the database ----------------------------------------------------------------------------------------------


def test_a_held_database_is_waited_for_and_in_the_end_told(tmp_path: Path) -> None:
    """Held for a while: the answer waits. For longer than ten seconds: an error, and nothing answered unrecorded."""
    with Upstream(otherwise=said("as you say")) as upstream:
        settings = settings_for(upstream.base_url)
        with serving(tmp_path / "a", settings) as briefly, serving(tmp_path / "b", settings) as long:
            for server in (briefly, long):
                assert server.post(CHAT, asked("before")).status == 200
            time.sleep(1)  # let the housekeeping of the start end: it, too, would wait for ten seconds
            heard: dict[str, Answer] = {}

            def ask(name: str, server: Served) -> None:
                heard[name] = server.post(CHAT, asked("meanwhile"))

            with _held(long):
                late = threading.Thread(target=ask, args=("long", long))
                late.start()
                with _held(briefly):
                    soon = threading.Thread(target=ask, args=("briefly", briefly))
                    soon.start()
                    time.sleep(5)
                    assert "briefly" not in heard
                    assert long.get("/healthz").status == 200
                soon.join()
                late.join()
            assert heard["briefly"].status == 200
            assert heard["long"].status == 503
            assert all(told(heard["long"]))
            assert [ending for (ending,) in rows(briefly, "ending")] == ["served", "served"]
            assert [ending for (ending,) in rows(long, "ending")] == ["served"]
            assert counted(long, "requests_total", ending="served") == 1
            assert long.post(CHAT, asked("after")).status == 200


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux can make a disk small for one process")
def test_a_full_disk_is_told_and_nothing_is_answered_unrecorded(tmp_path: Path) -> None:
    with (
        Upstream(otherwise=said("as you say")) as upstream,
        serving(tmp_path, settings_for(upstream.base_url)) as server,
    ):
        assert server.post(CHAT, asked("before")).status == 200
        limit = resource.RLIMIT_FSIZE
        resource.prlimit(server.process.pid, limit, (4096, resource.RLIM_INFINITY))
        refused = [server.post(CHAT, asked(f"full {n}", stream=n == 1)) for n in range(3)]
        assert [answer.status for answer in refused] == [503, 200, 503]
        assert all(all(told(answer)) for answer in (refused[0], refused[2]))
        assert "error" in refused[1].events[-1]
        assert "[DONE]" not in refused[1].events
        resource.prlimit(server.process.pid, limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert server.post(CHAT, asked("after")).status == 200
        assert len(rows(server, "id", "ending = 'served'")) == 2


@contextmanager
def _held(server: Served) -> Iterator[None]:
    db = sqlite3.connect(server.folder / "data" / "partimento.db", isolation_level=None, timeout=20)
    try:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("ROLLBACK")
    finally:
        db.close()


# ---- several processes -----------------------------------------------------------------------------------------


def test_a_killed_worker_is_replaced_and_its_money_and_counts_are_settled(tmp_path: Path) -> None:
    with Upstream(otherwise=said("as you say")) as upstream:
        settings = settings_for(upstream.base_url, workers=2, max_tokens=10) + PRICES
        with serving(tmp_path, settings) as server:
            until(lambda: len(_workers(server)) == 2)
            quick = answers(server.address, [request(CHAT, asked(f"quick {n}")) for n in range(40)])
            assert [reply.status for reply in quick if reply is not None] == [200] * 40
            upstream.then(*[hang()] * 10)
            broken: list[Answer | None] = []
            hanging = [request(CHAT, asked(f"hanging {n}", max_tokens=10)) for n in range(10)]
            thread = threading.Thread(target=lambda: broken.extend(answers(server.address, hanging)))
            thread.start()
            assert upstream.wait_for(lambda seen: len(seen.posts) == 50)
            killed = _payers(server)[0]  # one may have taken them all
            (survivor,) = set(_workers(server)) - {killed}
            os.kill(killed, signal.SIGKILL)
            assert server.post(CHAT, asked("right after")).status == 200
            assert until(lambda: len(set(_workers(server)) - {killed}) == 2)
            unknown = until(lambda: rows(server, "cost_pico", "ending = 'unknown'"))
            os.kill(survivor, signal.SIGKILL)
            thread.join()
            assert broken == [None] * 10
            assert until(lambda: len(rows(server, "id", "ending = 'unknown'")) == 10)
            assert unknown
            assert until(lambda: server.post(CHAT, asked("after all")).status == 200)
            served = len(rows(server, "id", "ending = 'served'"))
            assert served == 42
            assert counted(server, "requests_total", ending="served") == served
            cost = sum(cost for (cost,) in rows(server, "cost_pico", "ending = 'served'"))
            assert counted(server, "cost_usd_total") == pytest.approx(cost / 1e12)
            assert until(lambda: counted(server, "workers") == 2)
            assert len(list((tmp_path / "data" / "metrics").glob("*/*.counts"))) == 2


def _payers(server: Served) -> list[int]:
    """The processes that have money put aside for calls under way."""
    with sqlite3.connect(server.folder / "data" / "partimento.db", timeout=20) as db:
        owners = db.execute("SELECT DISTINCT owner FROM reservations").fetchall()
    return [pid for pid in _workers(server) if any(str(pid) in re.findall(r"\d+", owner) for (owner,) in owners)]


def _workers(server: Served) -> list[int]:
    found = subprocess.run(
        ["pgrep", "-P", str(server.process.pid), "-f", "spawn_main"], capture_output=True, text=True, check=False
    )
    return [int(line) for line in found.stdout.split()]


def _resident_mb(pid: int) -> float:
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(shown.stdout) / 1024
