"""One daemon for all programs of a user: found, started once, killed, stopped, and nothing of it left behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from partimento.cli import main
from partimento.core.errors import EngineOverloaded, EngineUnreachable, NotConfigured
from partimento.environment import SystemClock
from partimento.pool import messages
from partimento.pool.client.leases import Leases
from partimento.pool.daemon.keeping import keep
from partimento.pool.lock import socket_path
from partimento.pool.processes.marks import Mark, began
from pools import (
    QUICK,
    Machine,
    Place,
    answer,
    client_of,
    finished,
    gone,
    in_pool,
    is_alive,
    pool_in,
    streamed,
    told_of,
    until,
)

APP = """
import asyncio, json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from pools import Place, answer

async def main():
    place = Place(Path(sys.argv[1]))
    leases = place.leases()
    wanted = place.model(slots=2, load_s=0.3)
    answers = await asyncio.gather(*(answer(leases, wanted) for _ in range(5)))
    status = await leases.status()
    print(json.dumps([answers, status.pid]))

asyncio.run(main())
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


async def pid_of(leases: Leases) -> int:
    status = await leases.status()
    assert status is not None
    return status.pid


def test_two_programs_that_come_at_once_share_one_daemon_and_one_model(place: Place) -> None:
    tests = str(Path(__file__).parents[1])
    apps = [
        subprocess.Popen([sys.executable, "-c", APP, str(place.folder), tests], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [json.loads(app.communicate(timeout=50)[0]) for app in apps]
    assert [answers for answers, _ in told] == [["all is well"] * 5] * 2
    assert told[0][1] == told[1][1]
    assert place.loads() == 1

    async def stop() -> None:
        async with client_of(place, stop=False) as leases:
            assert await leases.stop()

    finished(stop())
    assert gone(told[0][1])


def test_a_daemon_that_is_killed_takes_its_children_along_and_the_next_request_starts_another(place: Place) -> None:
    wanted = place.model()

    async def work() -> None:
        async with client_of(place) as leases:
            async with leases.lease(wanted, 100, 30) as lease:
                daemon, child = await pid_of(leases), (await told_of(leases)).pid
                os.kill(daemon, signal.SIGKILL)
                assert "gone" in await lease.revoked
            assert await asyncio.to_thread(gone, child)
            assert await answer(leases, wanted) == "all is well"
            assert await pid_of(leases) != daemon

    finished(work())
    assert place.loads() == 2


def test_a_request_that_waits_when_the_daemon_dies_is_asked_again(place: Place) -> None:
    wanted = place.model(load_s=0.5)

    async def work() -> None:
        async with client_of(place) as leases:
            asking = asyncio.create_task(answer(leases, wanted))
            while not place.loads():  # noqa: ASYNC110  # the other process tells by a file
                await asyncio.sleep(0.01)
            os.kill(await pid_of(leases), signal.SIGKILL)
            assert await asking == "all is well"

    finished(work())
    assert place.loads() == 2


def test_what_a_killed_daemon_left_is_ended_by_the_next_and_nothing_else_is(place: Place) -> None:
    """Even a child that no leash held; but never another process that has got its number."""
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    left = subprocess.Popen(sleeper, start_new_session=True)
    other = subprocess.Popen(sleeper, start_new_session=True)
    folder = place.pool / "children"
    folder.mkdir(parents=True)
    marks = [Mark(left.pid, began(left.pid), "left"), Mark(other.pid, "another boot:1", "other")]
    for mark in marks:
        (folder / f"{mark.pid}.json").write_bytes(msgspec.json.encode(mark))
    (folder / "77.json").write_text("cut of")

    async def work(leases: Leases) -> None:
        assert await leases.status() is not None

    try:
        in_pool(work, place)
        assert left.wait(5) == -signal.SIGKILL
        assert other.poll() is None
        assert not list(folder.iterdir())
    finally:
        other.kill()
        other.wait()


def test_a_daemon_that_is_asked_to_end_ends_its_answers_first(place: Place) -> None:
    wanted = place.model(tokens=20, say="", token_s=0.03)

    async def work(leases: Leases) -> None:
        async with leases.lease(wanted, 100, 30) as lease:
            pieces = streamed(lease)
            await anext(pieces)
            stopping = asyncio.create_task(leases.stop())
            rest = [piece async for piece in pieces]
            assert len(rest) > 10
            with pytest.raises(EngineOverloaded, match="closing"):
                await answer(leases, place.model("second"))
        assert await stopping

    in_pool(work, place)


def test_whoever_has_stopped_a_daemon_finds_no_process_of_it(place: Place) -> None:
    async def work() -> tuple[str, str]:
        leases = place.leases()
        await answer(leases, place.model())
        pid = await pid_of(leases)
        before = began(pid)
        assert await leases.stop()
        return before, began(pid)

    before, after = asyncio.run(work())
    assert before
    assert after == ""


def test_sigterm_ends_a_daemon_and_its_children(place: Place) -> None:
    async def work() -> None:
        async with client_of(place, stop=False) as leases:
            await leases.load(place.model())
            daemon, child = await pid_of(leases), (await told_of(leases)).pid
            os.kill(daemon, signal.SIGTERM)
            assert await asyncio.to_thread(gone, daemon)
            assert not is_alive(child)
            assert not socket_path(place.pool).exists()

    finished(work())


def test_a_daemon_that_nobody_needs_ends_by_itself(place: Place) -> None:
    async def work() -> None:
        await keep(place.pool, replace(QUICK, idle_exit_s=0.2), {}, Machine(), SystemClock())

    finished(work())
    assert "nobody has needed the pool" in (place.pool / "pool.log").read_text()


def test_a_second_daemon_in_a_folder_is_refused(place: Place) -> None:
    async def work(leases: Leases) -> None:
        with pytest.raises(NotConfigured, match="runs already"):
            await keep(place.pool, QUICK, {}, Machine(), SystemClock())

    in_pool(work, place)


def test_a_socket_that_a_dead_daemon_left_is_replaced(place: Place) -> None:
    place.pool.mkdir(mode=0o755)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(socket_path(place.pool)))

    async def work(leases: Leases) -> None:
        assert await leases.status() is not None
        assert stat.S_IMODE(socket_path(place.pool).stat().st_mode) == 0o600
        assert stat.S_IMODE(place.pool.stat().st_mode) == 0o700

    in_pool(work, place)


def test_a_folder_too_deep_for_a_socket_has_one_elsewhere(tmp_path: Path) -> None:
    deep = Place(tmp_path / ("deep" * 30))
    deep.folder.mkdir()
    path = socket_path(deep.pool)
    assert len(os.fsencode(path)) <= 100
    assert path == socket_path(deep.pool)
    assert path != socket_path(tmp_path / ("deep" * 31) / "pool")

    async def work(leases: Leases) -> None:
        assert path.is_socket()
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    in_pool(work, deep)
    assert not path.exists()


def test_a_daemon_that_cannot_start_is_told_with_its_last_words(place: Place) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no such luck')"]

    async def work() -> None:
        with pytest.raises(EngineUnreachable, match="ended at its start") as failed:
            await answer(Leases(place.pool, command, QUICK, SystemClock()), place.model())
        assert "no such luck" in failed.value.why

    finished(work())


def test_a_daemon_of_another_version_is_told_and_can_be_stopped(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        async with client_of(place, stop=False) as leases:
            assert await leases.start()
            daemon = await pid_of(leases)
        monkeypatch.setattr("partimento.pool.client.line.VERSION", messages.VERSION + 1)
        async with client_of(place, stop=False) as later:
            with pytest.raises(EngineUnreachable, match="another version") as failed:
                await answer(later, place.model())
            assert failed.value.mend == "partimento pool stop"
            assert await later.stop()
        assert await asyncio.to_thread(gone, daemon)

    finished(work())


def test_a_daemon_that_does_not_answer_any_more_can_be_stopped_by_force(place: Place) -> None:
    async def work() -> None:
        async with client_of(place, stop=False) as leases:
            await leases.load(place.model())
            daemon, child = await pid_of(leases), (await told_of(leases)).pid
        os.kill(daemon, signal.SIGSTOP)
        async with client_of(place, stop=False) as later:
            assert await later.stop(force=True)
        assert await asyncio.to_thread(gone, daemon)
        assert await asyncio.to_thread(gone, child)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("partimento.pool.client.line.HELLO_S", 0.2)
        patched.setattr("partimento.pool.client.stopping.FORCED_S", 0.2)
        finished(work())


def test_a_daemon_that_nobody_finds_any_more_ends(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partimento.pool.daemon.keeping.FOUND_S", 0.05)

    def take_away(_: int) -> None:
        asyncio.get_running_loop().call_later(0.2, socket_path(place.pool).unlink)

    finished(keep(place.pool, QUICK, {}, Machine(), SystemClock(), ready=take_away))
    assert "is gone" in (place.pool / "pool.log").read_text()


def test_nonsense_on_the_socket_disturbs_nobody(place: Place) -> None:
    async def work(leases: Leases) -> None:
        for said in (b"GET / HTTP/1.1\r\n\r\n", b'{"type":"lease"}\n', b"\x00" * 5_000_000):
            reader, writer = await asyncio.open_unix_connection(str(socket_path(place.pool)))
            writer.write(said)
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
            writer.close()
        assert await answer(leases, place.model()) == "all is well"

    in_pool(work, place)


def test_whoever_watches_sees_every_change_until_the_end(place: Place) -> None:
    states: list[str] = []

    async def look(leases: Leases) -> None:
        async for status in leases.watch():
            states.extend(one.state for one in status.models)

    async def run() -> None:
        async with pool_in(place) as leases:
            watching = asyncio.create_task(look(leases))
            await leases.load(place.model(load_s=0.4))
            await until(leases, lambda status: status.models[0].state == "ready")
            await asyncio.sleep(0.3)
            await leases.stop()
            await watching
        async for _ in place.leases().watch():
            pytest.fail("nobody is there to be watched")

    finished(run())
    assert {"loading", "ready"} <= set(states)


def test_the_command_line_starts_shows_and_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARTIMENTO_POOL_FOLDER", str(tmp_path / "pool"))
    monkeypatch.chdir(tmp_path)

    def said(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["pool", *arguments])
        assert ended.value.code in (0, None)
        return capsys.readouterr().out

    assert "no pool runs" in said()
    assert json.loads(said("status", "--json")) == {"running": False, "pool": None}
    started = json.loads(said("start", "--json"))
    assert started["started"]
    monkeypatch.setenv("PARTIMENTO_POOL_MODE", "exclusive")
    assert "is set anew" in said("start")
    told = json.loads(said("status", "--json"))["pool"]
    assert (told["pid"], told["mode"]) == (started["pid"], "exclusive")
    assert f"process {started['pid']}, exclusive" in said("status")
    assert "has ended" in said("stop")
    assert gone(started["pid"])
    assert "no pool ran" in said("stop", "--force")
