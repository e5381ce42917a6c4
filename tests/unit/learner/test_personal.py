import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from databases import Place, by_hand
from learning import School, planned, school
from partimento.core.errors import UnknownName
from partimento.core.money import Money
from partimento.core.ports import CacheEntry
from partimento.learner.personal import KNOWN
from partimento.ledger.sums import sum_days
from partimento.testing.store_suite import DAY, NOON, item, reservation, row

WHO, NAME = "learner-lena-4711", "Lena Zauberflöte"


@pytest.fixture
def house(place: Place) -> Iterator[School]:
    with school(place) as opened:
        yield opened


def live(house: School, who: str = WHO, holder: str = "") -> None:
    """Something of one in every table that may hold anything of one."""
    learners, curricula = house.learners.of(holder), house.curricula.of(holder)
    learners.add(who, name=NAME, level=3, genre="jazz", goals=[f"goal of {NAME}"])
    plan = asyncio.run(curricula.activate("jazz-beginner-12w", who)).row
    part = curricula.show(plan.id).curriculum.modules[0].lessons[0].exercises[0].id
    learners.record(who, id=f"result of {who}", part=part, score=0.9, liked=True, exercise=planned(f"for {NAME}"))
    document = msgspec.json.decode(msgspec.json.encode(curricula.show(plan.id).curriculum))
    document["title"] = f"A plan for {NAME}"
    curricula.edit(plan.id, document)

    async def asked() -> None:
        private, public = (f"{kind}-{len(who)}{holder}" for kind in ("private", "public"))
        for name, entry in (
            (private, CacheEntry(private.encode(), f"user:{who}", private, None)),
            (public, CacheEntry(public.encode(), "", public, None)),
        ):
            made = msgspec.structs.replace(item(name), user=who, prompt=f"hello, {NAME}" if name == private else "hi")
            told = row(f"row of {name}", at=NOON - 2 * DAY, user=who, key=holder, memory_id=name)
            told = msgspec.structs.replace(told, endpoint=f"/api/v2/learners/{who}/next")
            await house.store.record(told, made, entry)
        paid = reservation(f"paid-{len(who)}{holder}", 40, user=who, key=holder, at=NOON - 2 * DAY)
        await house.store.reserve(paid, NOON)
        await house.store.settle(f"paid-{len(who)}{holder}", Money(40), NOON)

    asyncio.run(asked())
    house.store.tell("set_budget", f"user:{who}", "day", 5)
    assert sum(sum_days(house.store, NOON, 0)) >= 1


def found(place: Place, *words: str) -> list[str]:
    """Where in the whole database any of these words stands."""
    if isinstance(place, Path):
        db = sqlite3.connect(place)
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: db.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}
        db.close()
    else:
        with psycopg.connect(place) as server:
            asked = server.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
            )
            rows = {name: server.execute(f'SELECT * FROM "{name}"'.encode()).fetchall() for (name,) in asked.fetchall()}
    return sorted({name for name, many in rows.items() for one in many for word in words if word in _text(one)})


def _text(values: Any) -> str:
    return " ".join(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in values)


EVERYWHERE = [
    "budgets", "cache_entries", "curricula", "curriculum_parts", "curriculum_versions", "learner_results", "learners",
    "ledger", "memory", "spending", "usage_days",
]  # fmt: skip


def test_a_learner_is_found_in_all_these_tables_before(house: School, place: Place) -> None:
    live(house)
    there = found(place, WHO, NAME, house.learners.find(WHO).uid)
    assert set(EVERYWHERE) - {"curriculum_parts"} <= set(there)
    assert {"learner_skills", "learner_reviews", "learner_preferences", "learner_progress"} <= set(there)


def test_after_a_deletion_nothing_names_the_learner(house: School, place: Place) -> None:
    live(house)
    uid = house.learners.find(WHO).uid
    gone = house.learners.delete(WHO)
    assert found(place, WHO, NAME, uid) == []
    assert (gone.curricula, gone.items, gone.items_unnamed, gone.requests_unnamed, gone.shared) == (1, 1, 1, 3, False)
    assert gone.rows >= 5
    with pytest.raises(UnknownName):
        house.learners.find(WHO)
    assert by_hand(place, "SELECT count(*) FROM ledger") == [(3,)], "what was spent stays in the books"
    assert by_hand(place, "SELECT spent_pico FROM spending WHERE holder = '' AND period LIKE '%-%-%'") == [(40,)]


def test_the_file_itself_keeps_no_trace(tmp_path: Path) -> None:
    def careful(db: Any) -> None:
        db._db.execute("PRAGMA secure_delete = ON")

    def careless(db: Any) -> None:
        db._db.execute("PRAGMA secure_delete = OFF")

    place = tmp_path / "p.db"
    with school(place) as house:
        house.store.write(careful)  # builds of SQLite differ in this: earlier changes are not what is tried here
        live(house)
        house.store.write(careless)
        house.learners.delete(WHO)
        kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.suffix != "-shm")
        assert WHO.encode() not in kept
        assert NAME.encode() not in kept
    assert WHO.encode() not in place.read_bytes()


def test_reports_stay_true_after_a_deletion(house: School) -> None:
    from partimento.ledger.report import usage

    live(house)
    before = usage(house.store, NOON, 30, "task").total
    assert [line.name for line in usage(house.store, NOON, 30, "user").lines] == [WHO]
    house.learners.delete(WHO)
    assert usage(house.store, NOON, 30, "task").total == before
    assert [line.name for line in usage(house.store, NOON, 30, "user").lines] == [""]
    assert sum(sum_days(house.store, NOON, 0)) >= 1, "the day is summed anew"
    assert [line.name for line in usage(house.store, NOON, 30, "user").lines] == [""]


def test_others_keep_what_is_theirs(house: School, place: Place) -> None:
    live(house)
    live(house, "learner-otto")
    before = house.learners.export("learner-otto")
    house.learners.delete(WHO)
    assert house.learners.export("learner-otto") == before


def test_a_key_with_a_learner_of_the_same_id_keeps_its_own(house: School, place: Place) -> None:
    live(house, holder="key_a")
    live(house, holder="key_b")
    yours = house.learners.of("key_b").export(WHO)
    gone = house.learners.of("key_a").delete(WHO)
    assert gone.shared
    assert house.learners.of("key_b").export(WHO) == yours
    assert by_hand(place, "SELECT count(*) FROM ledger WHERE \"key\" = 'key_a' AND \"user\" <> ''") == [(0,)]
    assert not house.learners.of("key_b").delete(WHO).shared
    assert found(place, WHO, NAME) == []


def test_what_the_owner_rated_stays_without_the_name(house: School, place: Place) -> None:
    live(house)
    assert house.store.tell("mark_item", 5, 0, f"private-{len(WHO)}") == 1
    house.learners.delete(WHO)
    assert by_hand(place, 'SELECT "user", rating FROM memory WHERE rating IS NOT NULL') == [("", 5)]


def test_all_of_one_is_exported(house: School) -> None:
    live(house)
    live(house, "somebody else")
    data = house.learners.export(WHO)
    assert data.learner == house.learners.find(WHO)
    assert {one.concept for one in data.skills} >= {"", "triads"}
    assert [one.concept for one in data.reviews] == ["triads"]
    assert [one.id for one in data.results] == [f"result of {WHO}"]
    assert {one.aspect for one in data.preferences} == {"genre", "key", "kind"}
    assert [one.state for one in data.progress] == ["done"]
    (plan,) = data.curricula
    assert [one.version for one in plan.versions] == [1, 2]
    assert [one.title for one in plan.curricula] == ["Jazz from the first sevenths", f"A plan for {NAME}"]
    assert {one.memory_id for one in data.requests} >= {f"private-{len(WHO)}", f"public-{len(WHO)}"}
    assert [one.prompt for one in data.items] == [f"hello, {NAME}", "hi"]
    assert data.items[0].value == {"chords": ["Dm7", "G7", "Cmaj7"]}
    assert b"somebody else" not in msgspec.json.encode(data, enc_hook=str)


@pytest.mark.parametrize("what", KNOWN)
def test_a_part_of_what_is_known_may_be_forgotten(house: School, what: str) -> None:
    live(house)
    before = msgspec.structs.asdict(house.learners.export(WHO))
    assert house.learners.reset(WHO, what) > 0
    after = msgspec.structs.asdict(house.learners.export(WHO))
    assert after[what] == ()
    assert {name: value for name, value in after.items() if name != what} == {
        name: value for name, value in before.items() if name != what
    }


def test_all_that_was_learnt_may_be_forgotten(house: School) -> None:
    live(house)
    house.learners.reset(WHO, "all")
    data = house.learners.export(WHO)
    assert (data.skills, data.reviews, data.results, data.preferences, data.progress) == ((), (), (), (), ())
    assert data.learner.name == NAME
    assert len(data.curricula) == 1
    with pytest.raises(UnknownName, match="part of what is known"):
        house.learners.reset(WHO, "soul")


def test_a_deleted_learner_may_come_again(house: School) -> None:
    live(house)
    house.learners.delete(WHO)
    house.learners.add(WHO)
    data = house.learners.export(WHO)
    assert (data.skills, data.results, data.curricula, data.requests, data.items) == ((), (), (), (), ())
