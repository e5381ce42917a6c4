"""What the shipped catalog promises of every model in it."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from importlib.resources import files
from typing import get_args

import pytest

from partimento.catalog import price_list
from partimento.catalog.lookup import FILES, ModelCatalog, shipped
from partimento.catalog.vendors import VENDORS, key_variable, usual
from partimento.core.model import Capability, Model, meant
from partimento.core.money import Money
from partimento.core.usage import Usage

TODAY = date(2026, 11, 21)
MODELS = {model.id: model for model in shipped()}
CLOUD = [model for model in MODELS.values() if model.tier == "cloud"]
ENDING = [model for model in MODELS.values() if model.retired_on]
SEEDS = [
    "Phi-3.5-mini", "Qwen2.5-7B", "Llama-3.3-70B", "Gemma-3-12B-it", "Phi-4-multimodal", "Phi-4-reasoning-plus",
    "gemini-1.5-pro", "gemini-1.5-flash", "gpt-4o", "gemma-3n-E4B", "gpt-4o-mini", "gpt-4-turbo", "claude-3-haiku",
    "claude-3-5-sonnet", "eleven_multilingual_v2", "openai-tts", "google-tts", "phi-4-reasoning", "gemma-3-12b",
]  # fmt: skip


def million(model: str, day: date = TODAY, **tokens: int) -> Money:
    usage = Usage(**(tokens or {"input_tokens": 1_000_000, "output_tokens": 1_000_000}))
    return MODELS[model].cost(usage, day)


@pytest.mark.parametrize("name", SEEDS)
def test_a_name_of_the_seeds_still_means_a_model_that_is_offered(name: str) -> None:
    found = meant(name, MODELS.values(), TODAY)
    assert found is not None
    model, note = found
    assert model.status(TODAY) != "retired"
    known = meant(name, MODELS.values(), date(2024, 1, 1))
    assert known is not None
    assert bool(note) == (known[0].status(TODAY) == "retired")


@pytest.mark.parametrize("model", CLOUD, ids=lambda model: model.id)
def test_every_cloud_model_has_a_price_today_and_says_where_it_was_read(model: Model) -> None:
    price = model.price_on(TODAY)
    assert price is not None
    assert model.cost(Usage(1_000, 1_000, characters=1_000), TODAY)
    assert price.source


@pytest.mark.parametrize("model", ENDING, ids=lambda model: model.id)
def test_a_model_that_ends_says_what_replaces_it_and_that_one_lives_longer(model: Model) -> None:
    assert model.retired_on
    successor = MODELS[model.replaced_by]
    assert successor.status(model.retired_on) != "retired"
    assert successor.capabilities >= model.capabilities - {"audio"}


def test_every_successor_named_exists() -> None:
    assert {model.replaced_by for model in MODELS.values()} - {""} <= MODELS.keys()


def test_no_name_means_two_models() -> None:
    names = [name.lower() for m in MODELS.values() for name in {m.id, m.upstream, *m.aliases} - {""}]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.id)
def test_abilities_are_of_the_vocabulary_and_speakers_do_not_write(model: Model) -> None:
    assert model.capabilities <= set(get_args(Capability))
    assert model.capabilities
    for alone in ("speech", "embeddings"):
        if alone in model.capabilities:
            assert model.capabilities == {alone}


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.id)
def test_a_local_model_says_what_it_weighs_and_under_which_licence(model: Model) -> None:
    if model.tier in ("small", "medium", "large"):
        assert model.weights is not None
        assert model.weights.licence
        assert model.weights.disk_gb > 0
        assert model.weights.sources["original"].count("/") == 1
    else:
        assert model.weights is None


@pytest.mark.parametrize("model", CLOUD, ids=lambda model: model.id)
def test_a_cloud_model_is_at_its_vendor_and_its_key_has_a_name(model: Model) -> None:
    assert model.base_url.startswith("https://")
    assert key_variable(model)
    if model.provider in VENDORS:
        assert model.base_url == VENDORS[model.provider].base_url


def test_a_vendor_s_default_is_one_model_that_is_offered() -> None:
    for provider in ("openai", "anthropic", "gemini"):
        default = MODELS[usual(provider)]
        assert default.status(TODAY) == "current"


def test_prices_that_change_on_a_known_day_change_on_that_day() -> None:
    before, after = date(2026, 11, 30), date(2026, 12, 1)
    assert (million("gemini-4-argon", before), million("gemini-4-argon", after)) == (Money.of(12), Money.of(24))
    assert (million("gpt-4o", date(2024, 6, 1)), million("gpt-4o")) == (Money.of(20), Money.of("12.5"))


def test_a_long_prompt_is_billed_at_the_long_rate_as_a_whole() -> None:
    assert million("gpt-6-luna", input_tokens=272_000) == Money.of("0.0272")
    assert million("gpt-6-luna", input_tokens=272_001) == Money.of("0.0544002")
    assert million("claude-haiku-5-5", input_tokens=100_001, output_tokens=1_000_000) == Money.of("2.5500005")


def test_voices_are_billed_by_the_character() -> None:
    assert million("eleven_multilingual_v2", characters=1_000) == Money.of("0.1")
    assert million("tts-1", characters=1_000_000) == Money.of(15)


def test_a_vendor_that_bills_cache_writes_has_their_rate() -> None:
    assert million("claude-sonnet-5-5", input_tokens=1_000_000, cache_write_tokens=1_000_000) == Money.of("2.5")


def test_statuses_follow_the_day() -> None:
    sonnet = MODELS["claude-sonnet-4-5"]
    assert sonnet.retired_on
    assert sonnet.status(sonnet.retired_on - timedelta(days=1)) == "older"
    assert sonnet.status(sonnet.retired_on) == "retired"
    assert MODELS["gpt-6-luna"].status(TODAY) == "current"


def test_the_reference_writes_is_offered_and_is_the_cheapest_that_day() -> None:
    catalog = ModelCatalog(shipped())
    for complexity in range(1, 11):
        reference = catalog.reference(complexity, TODAY)
        assert reference is not None
        assert "text" in reference.capabilities
        assert reference.status(TODAY) != "retired"
    assert getattr(catalog.reference(4, TODAY), "id", "") == "gpt-6-luna"


def test_every_file_of_models_is_read() -> None:
    folder = files("partimento.catalog") / "models"
    assert {f"{name}.toml" for name in FILES} == {file.name for file in folder.iterdir()}
    count = sum(len(tomllib.loads(file.read_text())["models"]) for file in folder.iterdir())
    assert count == len(MODELS) == len(shipped())


def test_the_shipped_list_says_when_and_where_it_was_read_and_ages() -> None:
    listing = price_list.shipped()
    assert "genai-prices" in listing.source
    assert not listing.is_stale(listing.read_on + timedelta(days=90))
    assert listing.is_stale(listing.read_on + timedelta(days=91))
