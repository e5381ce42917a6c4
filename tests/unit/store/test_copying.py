"""A database becomes another one, of its own kind or not: row for row, also when it was interrupted."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import psycopg
import pytest

from databases import Place, schema_of
from learning import School, curriculum
from partimento import plugins
from partimento.core.errors import BadInput, StoreError
from partimento.core.model import Model, Price
from partimento.core.money import Money
from partimento.core.ports import CacheEntry, Tally
from partimento.environment import SystemClock
from partimento.flywheel.reviews import Reviews
from partimento.store.backup import back_up_rows, restore_rows
from partimento.store.copying import TABLES, CopyReport, copy_database
from partimento.store.maintenance import prune
from partimento.store.models import list_models, put_models
from partimento.store.opening import database_at, open_store
from partimento.testing.clock import FrozenClock
from partimento.testing.store_suite import NOON, item, reservation, row

CLOCK = SystemClock()
PAIRS = ["sqlite sqlite"] + [
    pytest.param(pair, marks=pytest.mark.external)
    for pair in ("sqlite postgres", "postgres sqlite", "postgres postgres")
]


@pytest.fixture(params=PAIRS)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    """Two empty databases."""
    schemas: list[str] = []
    places: list[Place] = []
    for number, kind in enumerate(request.param.split()):
        if kind == "sqlite":
            places.append(tmp_path / f"{number}.db")
            continue
        name, url = schema_of(request.getfixturevalue("postgres_server"))
        schemas.append(name)
        places.append(url)
    yield places[0], places[1]
    for name in schemas:
        with psycopg.connect(request.getfixturevalue("postgres_server"), autocommit=True) as server:
            server.execute(f'DROP SCHEMA "{name}" CASCADE'.encode())


def fill(place: Place, rows: int = 1200) -> None:
    """Something in every table, and a table larger than two portions."""
    store = open_store(place, CLOCK)

    async def record() -> None:
        for n in range(rows):
            made = item(f"{n:06}-é", bytes([n % 256]) * 20)
            entry = CacheEntry(n.to_bytes(4, "big"), "user:ü" if n % 2 else "", made.id, NOON if n % 3 else None)
            last = store.record(row(f"r{n}", at=NOON + n / 7, user="Zoë", attempts=b'[{"a":1}]'), made, entry)
        await last
        await store.record(row("t"), evidence=(Tally("progression", "small", 4, 1.5, 0.25, NOON),))
        await store.reserve(msgspec.structs.replace(reservation("open", 60, user="42"), lapses_at=9e12), NOON)
        await store.reserve(reservation("done", 60, user="42"), NOON)
        await store.settle("done", Money(40), NOON)

    asyncio.run(record())
    store.tell("set_budget", "user:42", "day", 5)
    store.tell("set_fact", "statistics_since", "1.5")
    put_models(store, [_model("zeta"), _model("alpha")])
    store.tell("put_key", "k1", "shop", b"\x00\xff", "[]", "", 60, None, NOON, None, "owner")
    store.tell("take_rate", "key:k1", 29_921_040, 3, 500, 60, 10_000)
    plan = ("{}", "ab", "paused", "Ctrl-C", 3, None, "{}", "", NOON, NOON, 1.5)
    store.tell("add_library_job", "j1", "poems", "plan", *plan)
    places = ("a", "verse", "jazz", "Bb", "3", "", "é", "verse in Bb", "{}", "{}", "", 1, NOON)
    for position in (2, 10, 1):
        store.tell("put_library_item", "j1", position, "cd", "made", *places)
    store.tell("add_library_answer", "ef", "j1", 2, NOON)
    store.tell("put_library_signer", "poems", "00", NOON)
    reviews = Reviews(store, FrozenClock(NOON), lambda: "change-ü", plugins.task, reviewer="Zoë")
    reviews.reject("000000-é", tags=["ü"], note="no")
    vote = ("v1", NOON, "verse", "what?", "000001-é", "000002-é", "small", "alpha", "both", "Zoë")
    store.tell("put_copied_votes", *vote)
    taught = School(store, FrozenClock(NOON))
    taught.learners.add("42", name="Zoë", level=3)
    plan_kept = taught.curricula.save(curriculum(), "42")
    part = taught.curricula.show(plan_kept.id).curriculum.modules[0].lessons[0].exercises[0].id
    taught.learners.record("42", part=part, score=0.9, liked=True)
    store.close()


def _model(name: str) -> Model:
    price = Price(date(2026, 1, 1), Money.of(1), Money.of(2))
    return Model(id=name, engine="openai", tier="small", reach=4, prices=(price,))


def everything(place: Place) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables in the order of their keys."""
    store = open_store(place, CLOCK)
    found = {table.name: [tuple(r) for r in store.ask(table.read, *table.first, 10**9)] for table in TABLES}
    store.close()
    return found


def copied(pair: tuple[Place, Place]) -> CopyReport:
    source, target = pair
    return copy_database(database_at(source), database_at(target), CLOCK)


def test_every_row_of_every_table_is_copied(pair: tuple[Place, Place]) -> None:
    fill(pair[0])
    report = copied(pair)
    source, target = map(everything, pair)
    assert all(source.values()), "a table that is empty proves nothing"
    assert source == target
    assert {table.name: table.rows for table in report.tables} == {name: len(rows) for name, rows in source.items()}
    assert (report.resumed, report.changed_since) == (False, False)


def test_models_keep_their_order_and_new_ones_come_last(pair: tuple[Place, Place]) -> None:
    fill(pair[0], 3)
    copied(pair)
    store = open_store(pair[1], CLOCK)
    put_models(store, [_model("beta")])
    assert [model.id for model in list_models(store)] == ["zeta", "alpha", "beta"]
    store.close()


def test_a_copy_of_a_copy_is_the_first(pair: tuple[Place, Place], tmp_path: Path) -> None:
    fill(pair[0], 30)
    first = copied(pair)
    again = copied((pair[1], tmp_path / "back.db"))
    assert [table.checksum for table in first.tables] == [table.checksum for table in again.tables]
    assert everything(pair[0]) == everything(tmp_path / "back.db")


COPIER = """
import sys
from partimento.environment import SystemClock
from partimento.store.copying import copy_database
from partimento.store.opening import database_at

def told(done, of):
    print(done, flush=True)

copy_database(database_at(sys.argv[1]), database_at(sys.argv[2]), SystemClock(), told)
"""


@pytest.mark.parametrize("portions", [1, 3, 6, 9, 12])
def test_a_copy_that_is_killed_goes_on_where_it_stood(pair: tuple[Place, Place], portions: int) -> None:
    fill(pair[0])
    with subprocess.Popen(
        [sys.executable, "-c", COPIER, str(pair[0]), str(pair[1])], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        for _ in range(portions):
            assert child.stdout.readline()
        child.kill()
    with pytest.raises(StoreError, match="not whole"):
        open_store(pair[1], CLOCK)
    report = copied(pair)
    assert report.resumed
    assert sum(table.written for table in report.tables) < sum(table.rows for table in report.tables)
    assert everything(pair[0]) == everything(pair[1])


class Interrupted(Exception):
    """Somebody has pulled the plug."""


def interrupted(pair: tuple[Place, Place]) -> None:
    def told(done: int, of: int) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        copy_database(database_at(pair[0]), database_at(pair[1]), CLOCK, told)


def test_what_the_source_changed_in_between_is_made_good(pair: tuple[Place, Place]) -> None:
    fill(pair[0])
    interrupted(pair)
    store = open_store(pair[0], CLOCK)
    store.tell("mark_item", 5, 0, "000000-é")
    prune(store, NOON)
    store.tell("drop_rows_before", NOON + 10, 50)
    prune(store, NOON, "progression")
    store.tell("drop_model", "zeta")
    put_models(store, [_model("beta")])
    store.close()
    copied(pair)
    assert everything(pair[0]) == everything(pair[1])


def test_what_was_written_before_the_cut_is_there_and_what_came_later_is_told(pair: tuple[Place, Place]) -> None:
    fill(pair[0], 600)
    store = open_store(pair[0], CLOCK)
    answered: set[str] = set()
    at_cut: set[str] = set()
    stopped = threading.Event()

    async def write() -> None:
        number = 0
        while not stopped.is_set():
            number += 1
            await store.record(row(f"during {number}", at=NOON + number))
            answered.add(f"during {number}")

    class AtTheCut(SystemClock):
        def now(self) -> float:
            at_cut.update(answered)  # asked right after the source's moment was taken
            return super().now()

    writing = threading.Thread(target=lambda: asyncio.run(write()))
    writing.start()
    while len(answered) < 20:
        stopped.wait(0.001)
    before = set(answered)
    report = copy_database(database_at(pair[0]), database_at(pair[1]), AtTheCut())
    while not answered - at_cut:
        stopped.wait(0.001)
    stopped.set()
    writing.join()
    store.close()
    target = open_store(pair[1], CLOCK)
    kept = {found.id for found in target.rows(most=10**6)}
    target.close()
    assert before <= kept
    assert len(answered) > len(kept & answered)
    assert report.changed_since


def test_a_target_that_holds_other_data_is_left_alone(pair: tuple[Place, Place]) -> None:
    fill(pair[0], 5)
    fill(pair[1], 3)
    before = everything(pair[1])
    with pytest.raises(BadInput, match="data of its own"):
        copied(pair)
    assert everything(pair[1]) == before


def test_a_finished_copy_is_not_written_over(pair: tuple[Place, Place]) -> None:
    fill(pair[0], 5)
    copied(pair)
    with pytest.raises(BadInput, match="data of its own"):
        copied(pair)


def test_an_unfinished_copy_of_another_database_is_left_alone(pair: tuple[Place, Place], tmp_path: Path) -> None:
    fill(pair[0])
    interrupted(pair)
    fill(tmp_path / "other.db", 5)
    with pytest.raises(BadInput, match="unfinished copy"):
        copied((tmp_path / "other.db", pair[1]))
    with pytest.raises(StoreError, match="not whole"):
        copied((pair[1], tmp_path / "new.db"))


def test_who_writes_to_the_target_is_noticed(pair: tuple[Place, Place]) -> None:
    fill(pair[0], 600)
    target = open_store(pair[1], CLOCK)

    def told(done: int, of: int) -> None:
        target.tell("set_budget", "user:stranger", "day", done)

    with pytest.raises(StoreError, match="differs in budgets"):
        copy_database(database_at(pair[0]), database_at(pair[1]), CLOCK, told)
    target.close()
    copied(pair)
    assert everything(pair[0]) == everything(pair[1])


def test_a_source_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no database"):
        copied((tmp_path / "none.db", tmp_path / "target.db"))
    assert list(tmp_path.iterdir()) == []


def test_a_database_is_not_copied_into_itself(tmp_path: Path) -> None:
    fill(tmp_path / "p.db", 1)
    with pytest.raises(BadInput, match="itself"):
        copied((tmp_path / "p.db", tmp_path / "p.db"))


@pytest.mark.external
def test_a_servers_database_is_backed_up_to_a_file_and_brought_back(
    postgres_url: str, postgres_server: str, tmp_path: Path
) -> None:
    fill(postgres_url, 30)
    back_up_rows(database_at(postgres_url), tmp_path / "copy.db", CLOCK, lambda done, of: None)
    assert [file.name for file in tmp_path.iterdir()] == ["copy.db"]
    with pytest.raises(BadInput, match="never writes over"):
        back_up_rows(database_at(postgres_url), tmp_path / "copy.db", CLOCK, lambda done, of: None)
    with pytest.raises(BadInput, match="data of its own"):
        restore_rows(database_at(postgres_url), tmp_path / "copy.db", CLOCK, lambda done, of: None)
    name, empty = schema_of(postgres_server)
    restore_rows(database_at(empty), tmp_path / "copy.db", CLOCK, lambda done, of: None)
    assert everything(empty) == everything(postgres_url)
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(f'DROP SCHEMA "{name}" CASCADE'.encode())
