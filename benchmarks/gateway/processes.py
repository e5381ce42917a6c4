"""Processes on one core each: start, wait until ready, CPU time, memory. Linux only: it reads /proc."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).parents[2]
TICK = os.sysconf("SC_CLK_TCK")


class Running(Struct, frozen=True):
    """A server that has answered: its process, its port, and how long its start took."""

    pid: int
    port: int
    ready_s: float


def cores() -> tuple[int, int]:
    """The core for load and upstream, and the core for the server under measurement."""
    if not sys.platform.startswith("linux"):
        sys.exit("this benchmark reads /proc and pins processes to cores: it needs Linux")
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        sys.exit("this benchmark needs two cores: one for the load, one for the server")
    return allowed[0], allowed[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what steers the products, and with byte code kept."""
    dropped = ("PARTIMENTO_", "OPENAI_", "ANTHROPIC_", "GEMINI_", "GOOGLE_", "LITELLM_", "DATABASE_", "OLLAMA_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "PYTHONPATH": str(ROOT), **more}


@contextmanager
def server(
    command: Sequence[str],
    port: int,
    *,
    core: int,
    ready_path: str,
    env: Mapping[str, str],
    folder: Path,
    patience_s: float = 60.0,
) -> Iterator[Running]:
    """A server from its start to its end; yields once `ready_path` is answered with 200."""
    log = folder / f"{port}.log"
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(env),
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
    try:
        while not answers(port, ready_path):
            if process.poll() is not None or time.perf_counter() - started > patience_s:
                raise RuntimeError(f"{' '.join(command)} did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.003)
        yield Running(process.pid, port, time.perf_counter() - started)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body of one GET. Raises OSError."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n".encode())
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
            head, _, body = received.partition(b"\r\n\r\n")
            if b"content-length: %d" % len(body) in head.lower():
                break
    return int(received[9:12] or b"0"), received.partition(b"\r\n\r\n")[2]


def answers(port: int, path: str) -> bool:
    try:
        return get(port, path)[0] == 200
    except OSError:
        return False


def cpu_seconds(pid: int) -> float:
    """User and system time so far of a process, its threads, and its children, ended ones included; 0 for no pid."""
    ticks = 0
    for one in _family(pid) if pid else ():
        ticks += sum(int(field) for field in _stat(one)[11:15])
    return ticks / TICK


def memory_mb(pid: int) -> float:
    """Resident memory of a process and its children, in MB of 10⁶ bytes."""
    return _memory(pid, "VmRSS:")


def anonymous_mb(pid: int) -> float:
    """The part of it that is no file's."""
    return _memory(pid, "RssAnon:")


def _memory(pid: int, name: str) -> float:
    total = 0
    for one in _family(pid):
        status = Path(f"/proc/{one}/status").read_text()
        total += next((int(line.split()[1]) for line in status.splitlines() if line.startswith(name)), 0)
    return total * 1024 / 1e6


def _family(pid: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(_stat(int(entry.name))[1])
            except OSError:
                continue  # it ended while we looked
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may itself hold spaces and brackets: state, parent, …, utime at 11."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
