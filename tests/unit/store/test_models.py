from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from partimento.core.model import Model, Price
from partimento.core.money import Money
from partimento.environment import SystemClock
from partimento.store.models import list_models, list_prices, put_models, put_price
from partimento.store.sqlite import SqliteStore

OLD = Price(date(2024, 5, 13), Money.of(5), Money.of(15))
NEW = Price(date(2024, 10, 2), Money.of("2.5"), Money.of(10), Money.of("1.25"), Money.of("0.001"))
MINE = Model(
    id="mine", engine="openai", tier="medium", reach=7, provider="house", upstream="mine-7b", base_url="http://x/v1",
    api_key_setting="openai_api_key", prices=(OLD, NEW), quality=0.75, context=4096, max_output_tokens=512,
    capabilities=frozenset({"text", "tools"}), default=True, active=False, adapter_version=3,
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "p.db", SystemClock())
    yield opened
    opened.close()


def test_a_model_comes_back_as_it_was_put(store: SqliteStore) -> None:
    other = Model(id="other", engine="openai", tier="small", reach=4)
    put_models(store, [MINE, other])
    assert list_models(store) == (MINE, other)


def test_a_model_put_again_takes_the_place_of_the_old(store: SqliteStore) -> None:
    put_models(store, [MINE])
    changed = Model(id="mine", engine="openai", tier="large", reach=9, prices=MINE.prices)
    put_models(store, [changed])
    assert list_models(store) == (changed,)


def test_a_shipped_model_may_have_a_price_of_the_owners(store: SqliteStore) -> None:
    put_price(store, "gpt-4o", NEW)
    put_price(store, "gpt-4o", OLD)
    assert list_prices(store) == {"gpt-4o": (OLD, NEW)}
    assert list_models(store) == ()


def test_a_price_since_the_same_day_is_replaced(store: SqliteStore) -> None:
    put_price(store, "m", OLD)
    put_price(store, "m", Price(OLD.since, Money.of(1)))
    assert list_prices(store) == {"m": (Price(OLD.since, Money.of(1)),)}
