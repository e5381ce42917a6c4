"""Every way a server can be unusable, made for real, ends in an error that says what, why and the mend, and never the
password."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import traceback

import psycopg
import pytest

from databases import Server
from partimento.core.errors import NotConfigured, SettingsError, StoreError, StoreReadOnly, StoreTooNew
from partimento.environment import SystemClock
from partimento.store.opening import open_store
from partimento.store.postgres_faults import explanation
from partimento.store.postgres_url import address, is_postgres, shown
from partimento.testing.store_suite import row

PASSWORD = "s3cr3t-w0rd"
pytestmark = pytest.mark.external


def refused(url: str) -> StoreError:
    """What opening the store there comes to; the password is nowhere in it."""
    with pytest.raises(StoreError) as caught:
        open_store(url, SystemClock())
    error = caught.value
    assert error.what
    assert error.why
    assert error.mend
    assert PASSWORD not in f"{error} {error!r} {error.__cause__}"
    return error


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "PostgreSQL"])
def test_the_usual_spellings_lead_to_the_same_place(scheme: str) -> None:
    url = f"{scheme}://me:{PASSWORD}@db.example.org:6432/music?sslmode=require&options=-csearch_path%3Dours"
    assert is_postgres(url)
    found = address(url)
    assert found.place == "postgresql://me@db.example.org:6432/music?options=-csearch_path%3Dours"
    assert found.parameters["password"] == PASSWORD
    assert (found.parameters["host"], found.parameters["port"], found.parameters["dbname"]) == (
        "db.example.org", "6432", "music",
    )  # fmt: skip
    assert found.parameters["options"] == "-csearch_path=ours"


def test_a_socket_is_a_place_too() -> None:
    assert address("postgresql:///music?host=/run/postgresql").parameters["host"] == "/run/postgresql"
    assert address("postgresql://%2Frun%2Fpostgresql/music").parameters["host"] == "/run/postgresql"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:{PASSWORD}@host/db",
        f"postgresql://me:{PASSWORD}@host/db?x=1",
        f"postgresql://me:a@{PASSWORD}@host/db",
        f"postgresql://me:a/{PASSWORD}@host/db",
        f"postgresql://me:a?{PASSWORD}@host/db",
        f"postgresql://host/db?user=me&password={PASSWORD}",
        f"postgresql://host/db?password={PASSWORD}&user=a@b",
    ],
)
def test_no_message_shows_the_password(url: str) -> None:
    assert PASSWORD not in shown(url)


def test_a_url_that_cannot_be_read_is_refused_without_quoting_it() -> None:
    with pytest.raises(SettingsError) as caught:
        address(f"postgresql://me@host/db?{PASSWORD}=1")
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


def test_an_address_hides_its_password() -> None:
    assert PASSWORD not in repr(address(f"postgresql://me:{PASSWORD}@host/db"))


def test_without_the_driver_the_extra_is_named() -> None:
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from partimento.core.errors import NotConfigured\n"
        "from partimento.environment import SystemClock\n"
        "from partimento.store.opening import open_store\n"
        "try: open_store('postgresql://host/db', SystemClock())\n"
        "except NotConfigured as error: print(error.mend)"
    )
    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert told.strip() == "pip install 'partimento[postgres]'"
    assert issubclass(SettingsError, NotConfigured)


def test_where_nobody_listens_the_server_is_to_be_started() -> None:
    error = refused(f"postgresql://me:{PASSWORD}@127.0.0.1:1/db")
    assert "cannot be reached" in error.what
    assert "start the server" in error.mend


def test_a_host_that_is_unknown_is_told() -> None:
    assert "host" in refused(f"postgresql://me:{PASSWORD}@nowhere.invalid/db").mend


def test_a_database_that_is_not_there_is_to_be_made(own_server: Server) -> None:
    assert "createdb" in refused(f"{own_server.url.removesuffix('postgres')}none").mend


def test_a_wrong_password_is_told(own_server: Server) -> None:
    with psycopg.connect(own_server.url, autocommit=True) as server:
        server.execute("CREATE ROLE me LOGIN PASSWORD 'right'")
        (path,) = server.execute("SHOW hba_file").fetchone() or ("",)
        asks = "host all me 127.0.0.1/32 scram-sha-256"
        server.execute(
            "CREATE TABLE hba (line TEXT); "
            f"INSERT INTO hba VALUES ('{asks}'), ('host all all 127.0.0.1/32 trust'); COPY hba TO '{path}'; "
            "DROP TABLE hba; SELECT pg_reload_conf()".encode()
        )
    error = refused(f"postgresql://me:{PASSWORD}@127.0.0.1:{own_server.port}/postgres")
    assert "password" in error.why
    assert "PGPASSWORD" in error.mend


def test_a_server_without_a_place_left_is_told(own_server: Server) -> None:
    own_server.stop("fast")
    own_server.start("-c max_connections=3", "-c superuser_reserved_connections=0", "-c max_wal_senders=0")
    held = [psycopg.connect(own_server.url) for _ in range(3)]
    assert "max_connections" in refused(own_server.url).mend
    for one in held:
        one.close()
    open_store(own_server.url, SystemClock()).close()


def test_who_may_only_read_is_told_at_the_first_write(own_server: Server) -> None:
    open_store(own_server.url, SystemClock()).close()
    with psycopg.connect(own_server.url, autocommit=True) as server:
        server.execute("CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    store = open_store(own_server.url.replace("postgres@", "reader@"), SystemClock())

    async def write() -> None:
        await store.record(row("1"))

    with pytest.raises(StoreReadOnly) as caught:
        asyncio.run(write())
    assert caught.value.mend
    assert store.rows() == ()
    store.close()


def test_a_schema_that_is_not_there_is_told(postgres_server: str) -> None:
    assert "CREATE SCHEMA" in refused(f"{postgres_server}?options=-csearch_path%3Dnowhere").mend


def test_tables_of_another_program_are_left_alone(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("CREATE TABLE migrations (id int, migration text); CREATE TABLE recipes (name text)")
        assert "another program" in refused(postgres_url).what
        assert server.execute("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()").fetchone() == (2,)


def test_a_newer_database_is_left_alone(postgres_url: str) -> None:
    open_store(postgres_url, SystemClock()).close()
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("INSERT INTO migrations VALUES (9999, 'of_the_future', 'x', 0)")
    assert isinstance(refused(postgres_url), StoreTooNew)


def test_processes_starting_at_once_migrate_once(postgres_url: str) -> None:
    program = (
        "import sys; from partimento.store.opening import open_store\n"
        "from partimento.environment import SystemClock\n"
        "input(); open_store(sys.argv[1], SystemClock()).close(); print('open')"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", program, postgres_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    assert [child.communicate()[0] for child in children] == ["open\n"] * 4


def test_what_stays_locked_is_told(postgres_url: str) -> None:
    open_store(postgres_url, SystemClock()).close()
    with psycopg.connect(postgres_url) as holder, psycopg.connect(postgres_url, autocommit=True) as server:
        holder.execute("LOCK TABLE ledger IN ACCESS EXCLUSIVE MODE")
        server.execute("SET lock_timeout = 10")
        with pytest.raises(psycopg.errors.LockNotAvailable) as caught:
            server.execute("DELETE FROM ledger")
    told = explanation(caught.value, address(postgres_url))
    assert "stayed locked" in told.what
    assert told.mend
