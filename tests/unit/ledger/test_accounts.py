import asyncio
import hashlib
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from databases import Place
from partimento.core.errors import BadInput, KeyNeeded, UnknownName
from partimento.core.money import Money
from partimento.core.ports import Cap
from partimento.environment import SystemClock
from partimento.ledger.accounts import (
    FRESH_S,
    KeyRing,
    NewKey,
    check_models,
    create_key,
    find_key,
    list_keys,
    named_key,
    revoke_key,
)
from partimento.ledger.budgets import list_budgets
from partimento.ledger.overview import overview
from partimento.ledger.sessions import Sessions, is_owner, open_session
from partimento.store.opening import open_store
from partimento.store.store import Store
from partimento.testing.store_suite import DAY, NOON, reservation, row

_numbers = count()


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = open_store(place, SystemClock())
    yield opened
    opened.close()


def made(store: Store, name: str = "phone", **options: Any) -> NewKey:
    return create_key(store, name, now=NOON, new_secret=lambda: f"secret {next(_numbers)}", **options)


def test_a_key_opens_the_door_with_what_it_was_given(store: Store) -> None:
    new = made(store, models=["small"], privacy="off", requests_per_minute=5, tokens_per_minute=7, expires_at=NOON + 9)
    key = KeyRing(store).admit(new.secret.value, NOON)
    assert key == new.key
    assert (key.models, key.privacy, key.requests_per_minute, key.tokens_per_minute) == (("small",), "off", 5, 7)


def test_a_secret_is_kept_nowhere_and_not_shown(tmp_path: Path) -> None:
    store = open_store(tmp_path / "p.db", SystemClock())
    new = made(store)
    store.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert new.secret.value.encode() not in kept
    assert hashlib.sha256(new.secret.value.encode()).digest() in kept
    assert new.secret.value not in repr(new)


def test_the_caps_of_a_key_are_there_before_it_lives(store: Store) -> None:
    new = made(store, budgets=[(Money.of(5), "month"), (Money.of(1), "day")])
    holder = f"key:{new.key.id}"
    assert set(asyncio.run(store.caps([holder]))) == {
        Cap(holder, "month", Money.of(5)),
        Cap(holder, "day", Money.of(1)),
    }


def test_a_name_is_one_living_keys(store: Store) -> None:
    first = made(store)
    with pytest.raises(BadInput, match="phone"):
        made(store, budgets=[(Money.of(5), "day")])
    assert list_budgets(store) == ()
    revoke_key(store, "phone", NOON + 1)
    second = made(store)
    assert named_key(store, "phone") == second.key
    assert named_key(store, first.key.id).revoked_at == NOON + 1


@pytest.mark.parametrize(
    "options",
    [
        {"name": ""},
        {"name": " "},
        {"name": "a\nb"},
        {"name": "x" * 101},
        {"name": "key_abc"},
        {"requests_per_minute": 0},
        {"tokens_per_minute": -1},
        {"tokens_per_minute": 10**12},
        {"expires_at": NOON},
        {"expires_at": float("nan")},
        {"privacy": "some"},
    ],
    ids=str,
)
def test_a_key_that_could_not_be_used_is_refused(store: Store, options: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        made(store, **options)
    assert list_keys(store) == ()


def refusal(ring: KeyRing, secret: str, now: float) -> str:
    with pytest.raises(KeyNeeded) as told:
        ring.admit(secret, now)
    return str(told.value)


def test_a_refusal_does_not_tell_whether_the_key_ever_was(store: Store) -> None:
    ring = KeyRing(store)
    gone, short = made(store, "gone"), made(store, "short", expires_at=NOON + 1)
    revoke_key(store, "gone", NOON)
    refused = {refusal(ring, secret, NOON + 1) for secret in (gone.secret.value, short.secret.value, "pk-guess", "ü")}
    assert len(refused) == 1


def test_a_key_expires_to_the_moment_also_when_it_is_known(store: Store) -> None:
    ring, new = KeyRing(store), made(store, expires_at=NOON + 1)
    assert ring.admit(new.secret.value, NOON + 0.999).name == "phone"
    refusal(ring, new.secret.value, NOON + 1)


def test_a_revocation_by_another_process_counts_within_seconds(store: Store, place: Place) -> None:
    other = open_store(place, SystemClock())
    try:
        ring, new = KeyRing(store), made(other)
        ring.admit(new.secret.value, NOON)
        revoke_key(other, "phone", NOON)
        assert FRESH_S < 5
        refusal(ring, new.secret.value, NOON + FRESH_S)
    finally:
        other.close()


def test_a_clock_set_back_keeps_no_revoked_key_alive(store: Store) -> None:
    ring, new = KeyRing(store), made(store)
    ring.admit(new.secret.value, NOON)
    revoke_key(store, "phone", NOON)
    refusal(ring, new.secret.value, NOON - DAY)


def test_guesses_are_not_remembered(store: Store) -> None:
    ring, new = KeyRing(store), made(store)
    for guess in range(50):
        refusal(ring, f"pk-{guess}", NOON)
    assert ring.held == 0
    ring.admit(new.secret.value, NOON)
    assert ring.held == 1


def test_revoking_twice_keeps_the_first_moment_and_an_unknown_name_gets_the_nearest(store: Store) -> None:
    made(store)
    revoke_key(store, "phone", NOON)
    with pytest.raises(UnknownName):
        revoke_key(store, "phone", NOON + 1)
    made(store, "tablet")
    with pytest.raises(UnknownName, match="tablet"):
        revoke_key(store, "tablett", NOON)
    assert find_key(store, b"nothing") is None


def test_the_overview_tells_spending_caps_and_last_use(store: Store) -> None:
    new = made(store, budgets=[(Money.of(5), "month")])
    expired = made(store, "guest", expires_at=NOON + 1)

    async def spend() -> None:
        paid = reservation("r", 100, key=new.key.id)
        await store.reserve(paid, NOON - 2 * DAY)
        await store.settle("r", Money.of("0.25"), NOON)
        await store.record(row("1", key=new.key.id, at=NOON - 7))

    asyncio.run(spend())
    lines = {line.name: line for line in overview(store, NOON + 2)}
    phone, guest = lines["phone"], lines["guest"]
    assert phone.id == new.key.id
    assert phone.state == "active"
    assert (phone.monthly_budget_usd, phone.daily_budget_usd) == (Decimal(5), None)
    assert (phone.spent_this_month_usd, phone.spent_today_usd) == (Decimal("0.25"), Decimal(0))
    assert phone.last_used_at == NOON
    assert guest.id == expired.key.id
    assert guest.state == "expired"
    assert guest.last_used_at is None


@pytest.mark.parametrize(
    ("options", "owner"),
    [
        ({}, True),
        ({"requests_per_minute": 5}, False),
        ({"tokens_per_minute": 5}, False),
        ({"models": ["small"]}, False),
        ({"budgets": [(Money.of(5), "month")]}, False),
        ({"role": "app"}, False),
        ({"role": "owner", "requests_per_minute": 5, "budgets": [(Money.of(5), "month")]}, True),
    ],
)
def test_a_key_is_the_owner_s_by_its_role_and_without_one_by_having_no_limit(
    store: Store, options: dict[str, Any], owner: bool
) -> None:
    new = made(store, **options)
    assert is_owner(store, new.key) is owner
    (line,) = overview(store, NOON)
    assert (line.role, line.owner) == (options.get("role", ""), owner)
    assert KeyRing(store).admit(new.secret.value, NOON).role == options.get("role", "")


def test_a_role_that_does_not_exist_is_refused_and_no_key_made(store: Store) -> None:
    with pytest.raises(UnknownName, match="king"):
        made(store, role="king")
    assert list_keys(store) == ()


def test_a_revoked_key_takes_its_sessions_along(store: Store) -> None:
    new, other = made(store, "one"), made(store, "two")
    token = open_session(store, new.key, NOON, lambda: "token one")
    stays = open_session(store, other.key, NOON, lambda: "token two")
    revoke_key(store, "one", NOON)
    sessions = Sessions(store)
    assert sessions.admit(token, NOON) is None
    assert sessions.admit(stays, NOON) is not None


@pytest.mark.parametrize(("names", "wrong"), [(["smal"], "small"), (["auto"], "auto"), (["gpt-4x"], "gpt-4o")])
def test_models_of_a_key_that_do_not_exist_are_refused_with_the_nearest(names: list[str], wrong: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_models(names, {"gpt-4o"})
    assert wrong in str(refused.value)


def test_models_and_tiers_that_exist_are_taken() -> None:
    check_models(["gpt-4o", "small", "cheap"], {"gpt-4o"})
