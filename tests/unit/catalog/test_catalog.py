from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from partimento.catalog import price_list
from partimento.catalog.lookup import ModelCatalog, catalog, fold, owned, shipped
from partimento.core.errors import SettingsError
from partimento.core.model import Model, Price, meant
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


def of_old(*changes: ModelSetting) -> ModelCatalog:
    """A catalog of two models."""
    old = [model for model in shipped() if model.id in ("gpt-4o", "gpt-4o-mini", "tts-1", "gpt-4-turbo")]
    return ModelCatalog(fold(old, changes, Settings()))


def test_the_reference_is_the_cheapest_active_cloud_model_that_covers() -> None:
    catalog = of_old()
    small, able = catalog.reference(4, DAY), catalog.reference(9, DAY)
    assert small is not None
    assert able is not None
    assert (small.id, able.id) == ("gpt-4o-mini", "gpt-4o")
    reference = of_old(ModelSetting(id="gpt-4o-mini", active=False)).reference(4, DAY)
    assert reference is not None
    assert reference.id == "gpt-4o"
    assert ModelCatalog(()).reference(4, DAY) is None


def test_the_reference_follows_the_day() -> None:
    dear = ModelSetting(id="gpt-4o-mini", input_usd_per_million=Decimal(50), since="2026-06-01")
    catalog = of_old(dear)
    assert [getattr(catalog.reference(4, day), "id", "") for day in (DAY, date(2026, 6, 1), DAY)] == [
        "gpt-4o-mini",
        "gpt-4o",
        "gpt-4o-mini",
    ]


def test_a_vendor_s_base_url_moves_his_models_but_none_that_the_owner_put_elsewhere() -> None:
    settings = Settings(
        anthropic_base_url="http://127.0.0.1:1",
        gemini_base_url="http://127.0.0.1:2",
        models=(ModelSetting(id="claude-opus-5-5", base_url="https://elsewhere.example"),),
    )
    models = by_id(fold(shipped(), settings.models, settings))
    assert models["claude-haiku-5-5"].base_url == "http://127.0.0.1:1"
    assert models["gemini-4-argon"].base_url == "http://127.0.0.1:2"
    assert models["claude-opus-5-5"].base_url == "https://elsewhere.example"
    assert models["gpt-4o"].base_url == "https://api.openai.com/v1"


def test_a_model_that_somebody_else_serves_is_not_retired() -> None:
    moved = by_id(fold(shipped(), (), Settings(openai_base_url="http://127.0.0.1:1/v1")))["gpt-4-turbo"]
    assert moved.status(date(2027, 1, 1)) == "older"


def test_a_listed_local_model_runs_where_the_owner_has_it() -> None:
    mine = folded('[[models]]\nid = "qwen2.5-7b"\nbase_url = "http://127.0.0.1:1/v1"')["qwen2.5-7b"]
    assert (mine.engine, mine.upstream, mine.tier, mine.reach) == ("openai", "qwen2.5-7b", "medium", 6)


def test_a_further_model_of_a_known_vendor_needs_no_place_and_has_his_price() -> None:
    settings = configure(
        [toml_layer('[[models]]\nid = "gpt-4.1"\nprovider = "openai"\ntier = "premium"', "t")]
    ).settings
    models = by_id(catalog((), {}, settings, price_list.shipped()))
    assert models["gpt-4.1"].base_url == "https://api.openai.com/v1"
    assert models["gpt-4.1"].cost(MILLION, DAY) == Money.of(10)


def test_a_model_of_the_owner_s_own_stays_free_until_he_says_otherwise() -> None:
    table = '[[models]]\nid = "gpt-4.1"\nbase_url = "http://127.0.0.1:1/v1"\ntier = "small"'
    settings = configure([toml_layer(table, "t")]).settings
    assert not by_id(catalog((), {}, settings, price_list.shipped()))["gpt-4.1"].prices


def test_names_are_found_by_id_alias_and_upstream_in_any_case() -> None:
    models = shipped()
    for name in ("gpt-4o", "GPT-4o", "claude-sonnet-4-5-20250929", "phi-4-reasoning", "Gemma-3n-E4B"):
        assert meant(name, models, DAY) is not None
    assert meant("gpt-9", models, DAY) is None
    assert meant("gpt", models, DAY) is None


def test_a_chain_of_successors_is_followed_and_told() -> None:
    day = date(2026, 1, 1)
    first = Model("a", "e", "cloud", 5, retired_on=day, replaced_by="b")
    second = Model("b", "e", "cloud", 5, retired_on=day, replaced_by="c")
    third = Model("c", "e", "cloud", 5)
    found = meant("a", (first, second, third), day)
    assert found is not None
    assert found[0] is third
    assert "a was retired on 2026-01-01; b stands in for it." in found[1]
    assert meant("a", (first, second, third), date(2025, 1, 1)) == (first, "")
    assert meant("a", (first,), day) == (first, "")
