"""A pool for tests: real children of the scripted engine, a machine whose memory is told, a daemon in this process or
in its own. Knows no test."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from partimento.core.clock import Clock
from partimento.core.local import Files
from partimento.engines.scripted.child import local_engine
from partimento.environment import SystemClock
from partimento.pool.client.leases import Leased, Leases
from partimento.pool.daemon.keeping import keep
from partimento.pool.messages import Resident, Status
from partimento.pool.values import Device, PoolSettings, Wanted
from partimento.wire.http import HttpTransport

MB = 1_000_000
QUICK = PoolSettings(headroom_bytes=0, hold_s=0.0, stop_s=1.0, quantum_loads=0.1)
"""Settings with which models change places soon."""


class Machine:
    """One memory, as large and as free as told; calling it looks at it."""

    def __init__(self, total_mb: int = 1000, name: str = "cpu") -> None:
        self.name, self.total_mb, self.free_mb = name, total_mb, total_mb

    def __call__(self) -> tuple[Device, ...]:
        return (Device(name=self.name, total_bytes=self.total_mb * MB, free_bytes=self.free_mb * MB),)


class Place:
    """A folder with a pool's folder in it, and models beside that."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pool = folder / "pool"

    def model(self, name: str = "little", mb: int = 100, **told: Any) -> Wanted:
        """A scripted model; what Wanted has no name for is an option of its script."""
        fields = {key: told.pop(key) for key in list(told) if key in Wanted.__struct_fields__}
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        script = {"bytes": mb * MB, "say": "all is well", **told}
        (folder / "script.json").write_text(json.dumps({key: str(value) for key, value in script.items()}))
        fields = {"context": 1024, "context_limit": 4096, **fields}
        return Wanted(model=name, engine="scripted", files=Files(str(folder), "safetensors"), **fields)

    def loads(self, name: str = "little") -> int:
        """How often a process of that model was started."""
        lives = self.folder / name / "lives"
        return len(lives.read_text().splitlines()) if lives.exists() else 0

    def devices(self, machine: Machine) -> Path:
        """A file that tells a daemon in its own process about the machine."""
        path = self.folder / "devices.json"
        path.write_bytes(msgspec.json.encode(machine()))
        return path

    def leases(self, settings: PoolSettings = QUICK, machine: Machine | None = None) -> Leases:
        """A client whose daemon is a process of its own, started when it is needed."""
        command = [sys.executable, "-m", "partimento", "pool", "run"]
        if machine is not None:
            command += ["--devices", str(self.devices(machine))]
        return Leases(self.pool, command, settings, SystemClock())


@asynccontextmanager
async def pool_in(
    place: Place, settings: PoolSettings = QUICK, machine: Machine | None = None, clock: Clock = SystemClock()
) -> AsyncIterator[Leases]:
    """A client, and a daemon on this event loop."""
    up = asyncio.Event()
    daemon = asyncio.create_task(
        keep(
            place.pool,
            settings,
            {"scripted": local_engine},
            machine or Machine(),
            clock,
            ready=lambda _: up.set(),
        )
    )
    waiting = asyncio.create_task(up.wait())
    await asyncio.wait((daemon, waiting), return_when=asyncio.FIRST_COMPLETED)
    if daemon.done():
        waiting.cancel()
        daemon.result()
    leases = Leases(
        place.pool,
        [sys.executable, "-c", "raise SystemExit('the daemon of this test has gone')"],
        settings,
        SystemClock(),
    )
    try:
        yield leases
    finally:
        await leases.stop(force=True)
        await leases.close()
        await daemon


def in_pool(
    work: Callable[[Leases], Awaitable[None]],
    place: Place,
    settings: PoolSettings = QUICK,
    machine: Machine | None = None,
) -> None:
    """Run the work with a pool, to the end of both."""

    async def run() -> None:
        async with pool_in(place, settings, machine) as leases:
            await work(leases)

    finished(run())


def finished(work: Coroutine[Any, Any, None], within_s: float = 60.0) -> None:
    """A test that hangs fails."""

    async def run() -> None:
        async with asyncio.timeout(within_s):
            await work

    asyncio.run(run())


@asynccontextmanager
async def client_of(place: Place, *, settings: PoolSettings = QUICK, stop: bool = True) -> AsyncIterator[Leases]:
    """A client whose daemon is a process of its own; `stop`: it ends with the block."""
    leases = place.leases(settings, Machine())
    try:
        yield leases
    finally:
        if stop:
            await leases.stop(force=True)
        await leases.close()


async def said(lease: Leased, **body: Any) -> str:
    """What the model behind a lease answers, whole. Raises EngineError where it breaks off."""
    http = HttpTransport()
    asked = {"messages": [{"role": "user", "content": "hello"}], **body}
    headers = (("authorization", f"Bearer {lease.secret}"), ("content-type", "application/json"))
    try:
        url = f"{lease.base_url}/v1/chat/completions"
        reply = await http.fetch("POST", url, headers, json.dumps(asked).encode(), 60.0)
        assert reply.status == 200, reply.body
        text: str = json.loads(reply.body)["choices"][0]["message"]["content"]
        return text
    finally:
        await http.close()


async def streamed(lease: Leased) -> AsyncIterator[str]:
    """The same, piece by piece."""
    http = HttpTransport()
    asked = {"messages": [{"role": "user", "content": "hello"}], "stream": True}
    headers = (("authorization", f"Bearer {lease.secret}"), ("content-type", "application/json"))
    url = f"{lease.base_url}/v1/chat/completions"
    try:
        async with http.send("POST", url, headers, json.dumps(asked).encode(), 60.0) as reply:
            assert reply.status == 200
            async for chunk in reply.chunks():
                for line in chunk.split(b"\n"):
                    if line.startswith(b"data: {"):
                        for choice in json.loads(line[6:])["choices"]:
                            if text := choice["delta"].get("content"):
                                yield text
    finally:
        await http.close()


async def answer(leases: Leases, wanted: Wanted, within_s: float = 30.0, need: int = 100, **more: Any) -> str:
    """A lease, and one answer."""
    async with leases.lease(wanted, need, within_s, **more) as lease:
        return await said(lease)


async def told_of(leases: Leases, model: str = "little") -> Resident:
    """What the pool says of a model."""
    status = await leases.status()
    assert status is not None
    return next(one for one in status.models if one.model == model)


async def until(leases: Leases, true: Callable[[Status], bool]) -> Status:
    """The pool, once it is as it should be."""
    while True:
        status = await leases.status()
        assert status is not None
        if true(status):
            return status
        await asyncio.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether there is such a process, and it is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return _answers_signals(pid) if sys.platform != "linux" else False


def gone(pid: int, within_s: float = 10.0) -> bool:
    """Whether the process ends in time."""
    until_s = time.monotonic() + within_s
    while is_alive(pid):
        if time.monotonic() > until_s:
            return False
        time.sleep(0.01)
    return True


def _answers_signals(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
