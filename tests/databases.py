"""Databases for tests: a SQLite file, or a schema of its own on a PostgreSQL server, which is found or started.

PARTIMENTO_TEST_POSTGRES names a server; else one that runs on 127.0.0.1:5432 is used; else one is started from the
server's own programs (Debian's package `postgresql`), as another user where the tests run as root.
"""

from __future__ import annotations

import getpass
import os
import pwd
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

_NAMED = os.environ.get("PARTIMENTO_TEST_POSTGRES")  # before any fixture clears the environment
_RUNNING = ("postgresql://postgres@127.0.0.1:5432/test", "postgresql://postgres@127.0.0.1:5432/postgres")

Place = Path | str


class Server:
    """A PostgreSQL server of one's own, to stop and start again."""

    def __init__(self, programs: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="partimento-pg-"))
        self._programs = programs
        self._user = _other_user() if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self.folder, self._user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "-D", self._data)
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def start(self, *options: str) -> None:
        asked = " ".join(("-h 127.0.0.1", f"-p {self.port}", f"-k {self.folder}", *options))
        self._run("pg_ctl", "-D", self._data, "-w", "-o", asked, "-l", str(self.folder / "log"), "start")

    def stop(self, mode: str = "immediate") -> None:
        self._run("pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    def remove(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            user=self._user,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        )


def schema_of(url: str) -> tuple[str, str]:
    """A new schema on a server: its name, and the URL that leads to it."""
    name = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(url, autocommit=True) as db:
        db.execute(f'CREATE SCHEMA "{name}"'.encode())
    return name, f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{name}"


def by_hand(place: Place, sql: str) -> list[tuple[Any, ...]]:
    """Run a statement past the store, and commit it; its rows."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as file, file:
            return file.execute(sql).fetchall()
    with psycopg.connect(place) as server:
        asked = server.execute(sql.encode())
        return asked.fetchall() if asked.description else []


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server that may be written to."""
    for url in (_NAMED,) if _NAMED else _RUNNING:
        with suppress(psycopg.OperationalError):
            psycopg.connect(url, connect_timeout=3).close()
            yield url
            return
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server, and no programs to start one")
    server = Server(programs)
    yield server.url
    server.remove()


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that may be stopped."""
    programs = _programs()
    if programs is None:
        pytest.skip("no programs to start a PostgreSQL server")
    server = Server(programs)
    yield server
    server.remove()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty schema."""
    name, url = schema_of(postgres_server)
    yield url
    with psycopg.connect(postgres_server, autocommit=True) as db:
        db.execute(f'DROP SCHEMA "{name}" CASCADE'.encode())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.external)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return tmp_path / "data" / "p.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    named = shutil.which("initdb")
    return Path(named).parent if named else None


def _other_user() -> str:
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return getpass.getuser()
