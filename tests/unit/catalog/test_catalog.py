from __future__ import annotations

from datetime import date

import pytest

from partimento.catalog.lookup import ModelCatalog, fold, owned, shipped
from partimento.core.errors import SettingsError
from partimento.core.model import Model, Price
from partimento.core.money import Money
from partimento.core.settings import ModelSetting, Settings, configure, toml_layer
from partimento.core.usage import Usage

DAY = date(2026, 1, 1)
MILLION = Usage(1_000_000, 1_000_000)


def by_id(models: tuple[Model, ...]) -> dict[str, Model]:
    return {model.id: model for model in models}


def folded(toml: str) -> dict[str, Model]:
    settings = configure([toml_layer(toml, "partimento.toml")]).settings
    return by_id(fold(shipped(), settings.models, settings))


def test_the_rules_are_a_model_like_any_other() -> None:
    rules = by_id(shipped())["rules"]
    assert (rules.tier, rules.reach) == ("rules", 10)
    assert not rules.cost(MILLION, DAY)


def test_shipped_prices_are_exact_and_dated() -> None:
    model = by_id(shipped())["gpt-4o"]
    assert model.cost(MILLION, date(2024, 6, 1)) == Money.of(20)
    assert model.cost(MILLION, DAY) == Money.of("12.5")


def test_a_model_of_your_own_needs_little() -> None:
    mine = folded('[[models]]\nid = "qwen"\nbase_url = "http://127.0.0.1:1/v1"\ntier = "cheap"')["qwen"]
    assert (mine.tier, mine.reach, mine.engine, mine.upstream) == ("small", 4, "openai", "qwen")


def test_a_model_without_a_place_is_refused_with_the_mend() -> None:
    with pytest.raises(SettingsError) as caught:
        folded('[[models]]\nid = "qwen"')
    assert "base_url" in caught.value.mend


def test_a_shipped_model_may_be_changed_and_priced_anew_from_a_day_on() -> None:
    mini = folded(
        '[[models]]\nid = "gpt-4o-mini"\nreach = 9\ninput_usd_per_million = "1"\noutput_usd_per_million = "1"\n'
        'since = "2026-06-01"'
    )["gpt-4o-mini"]
    assert mini.reach == 9
    assert mini.cost(MILLION, DAY) == Money.of("0.75")
    assert mini.cost(MILLION, date(2026, 6, 1)) == Money.of(2)


@pytest.mark.parametrize("line", ['tier = "huge"', 'since = "tomorrow"\ninput_usd_per_million = "1"'])
def test_what_cannot_be_is_refused(line: str) -> None:
    with pytest.raises(SettingsError):
        folded(f'[[models]]\nid = "gpt-4o"\n{line}')


def test_a_base_url_of_the_settings_moves_the_provider_s_models() -> None:
    moved = by_id(fold(shipped(), (), Settings(openai_base_url="http://127.0.0.1:1/v1")))
    assert moved["gpt-4o"].base_url == "http://127.0.0.1:1/v1"
    assert moved["rules"].base_url == ""


def test_rows_of_the_owner_stand_over_what_is_shipped() -> None:
    row = Model(id="gpt-4o", engine="openai", tier="cloud", reach=3, prices=())
    price = Price(date(2025, 1, 1), Money.of(1), Money.of(1))
    models = by_id(owned(shipped(), [row], {"gpt-4o": (price,), "nobody": (price,)}))
    assert models["gpt-4o"].reach == 3
    assert models["gpt-4o"].cost(MILLION, DAY) == Money.of(2)
    assert models["gpt-4o"].cost(MILLION, date(2024, 6, 1)) == Money.of(20)


def test_the_reference_is_the_cheapest_active_cloud_model_that_covers() -> None:
    catalog = ModelCatalog(shipped())
    small, able = catalog.reference(4, DAY), catalog.reference(9, DAY)
    assert small is not None
    assert able is not None
    assert (small.id, able.id) == ("gpt-4o-mini", "gpt-4o")
    off = ModelCatalog(fold(shipped(), (ModelSetting(id="gpt-4o-mini", active=False),), Settings()))
    reference = off.reference(4, DAY)
    assert reference is not None
    assert reference.id == "gpt-4o"
    assert ModelCatalog(()).reference(4, DAY) is None
