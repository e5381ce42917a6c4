from collections.abc import Iterator
from datetime import date

import pytest

from databases import Place, by_hand
from partimento.core.model import Band, Model, Price, Weights
from partimento.core.money import Money
from partimento.environment import SystemClock
from partimento.store.models import drop_model, kept_models, list_models, list_prices, put_models, put_price
from partimento.store.opening import open_store
from partimento.store.store import Store

OLD = Price(date(2024, 5, 13), Money.of(5), Money.of(15))
NEW = Price(
    date(2024, 10, 2), Money.of("2.5"), Money.of(10), Money.of("1.25"), Money.of("0.001"), Money.of(3), Money.of(6),
    Money.of(15), (Band(128_000, Money.of(5), Money.of(20), Money.of("2.5")),),
)  # fmt: skip
MINE = Model(
    id="mine", engine="openai", tier="medium", reach=7, provider="house", upstream="mine-7b", base_url="http://x/v1",
    api_key_setting="openai_api_key", prices=(OLD, NEW), quality=0.75, context=4096, max_output_tokens=512,
    capabilities=frozenset({"text", "tools"}), default=True, active=False, adapter_version=3,
    aliases=("my-model", "mein"), retired_on=date(2027, 1, 6), replaced_by="other",
    weights=Weights("7B", 4.5, "MIT", 5.2, {"original": "me/mine"}),
)  # fmt: skip


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    opened = open_store(place, SystemClock())
    yield opened
    opened.close()


def test_a_model_comes_back_as_it_was_put(store: Store) -> None:
    other = Model(id="other", engine="openai", tier="small", reach=4)
    put_models(store, [MINE, other])
    assert list_models(store) == (MINE, other)


def test_a_model_put_again_takes_the_place_of_the_old(store: Store) -> None:
    put_models(store, [MINE])
    changed = Model(id="mine", engine="openai", tier="large", reach=9, prices=MINE.prices)
    put_models(store, [changed])
    assert list_models(store) == (changed,)


def test_a_shipped_model_may_have_a_price_of_the_owners(store: Store) -> None:
    put_price(store, "gpt-4o", NEW)
    put_price(store, "gpt-4o", OLD)
    assert list_prices(store) == {"gpt-4o": (OLD, NEW)}
    assert list_models(store) == ()


def test_a_price_since_the_same_day_is_replaced(store: Store) -> None:
    put_price(store, "m", OLD)
    put_price(store, "m", Price(OLD.since, Money.of(1)))
    assert list_prices(store) == {"m": (Price(OLD.since, Money.of(1)),)}


def test_a_row_as_a_set_up_wrote_it_is_not_the_owner_s_and_brings_no_prices(store: Store) -> None:
    whole = Model(id="whole", engine="openai", tier="small", reach=4, quality=1, prices=(OLD,))
    put_models(store, [MINE, whole], as_shipped=True)
    assert list_models(store) == ()
    assert list_prices(store) == {}
    assert [(row.model.id, row.mine) for row in kept_models(store)] == [("mine", False), ("whole", False)]


@pytest.mark.parametrize(
    "change", ["reach = 1", "active = 1", "base_url = ''", "quality = 0.1", "retired_on = NULL", "weights = NULL"]
)
def test_a_row_that_anybody_changed_is_the_owner_s(store: Store, change: str, place: Place) -> None:
    put_models(store, [MINE], as_shipped=True)
    by_hand(place, f"UPDATE models SET {change} WHERE id = 'mine'")
    assert [model.id for model in list_models(store)] == ["mine"]


def test_a_model_is_dropped_with_its_prices(store: Store) -> None:
    put_models(store, [MINE])
    put_price(store, "gpt-4o", OLD)
    assert drop_model(store, "mine")
    assert drop_model(store, "gpt-4o")
    assert not drop_model(store, "mine")
    assert list_models(store) == ()
    assert list_prices(store) == {}
