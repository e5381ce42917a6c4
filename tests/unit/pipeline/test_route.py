from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from partimento.core.errors import ModelMissing, UnknownName
from partimento.core.model import Model
from partimento.core.request import Options, Request
from partimento.core.settings import Settings
from partimento.pipeline.route import complexity, route, tier_for
from verse import ALL, CLOUD, MEDIUM, RULES, SMALL, declare

DAY = date(2026, 1, 1)


def asked(about: str = "rain", lines: int = 2, **options: Any) -> Request[Any]:
    return declare()(about=about, lines=lines).with_(options=Options(**options))


def order(
    request: Request[Any], models: tuple[Model, ...] = ALL, unready: Any = lambda _: "", settings: Settings = Settings()
) -> list[str]:
    return [r.model.id for r in route(request, complexity(request), models, unready, settings, DAY)]


def test_what_the_rules_answer_exactly_is_put_to_no_model_unless_one_is_named() -> None:
    proven = declare(exact=True)(about="rain", lines=2)
    assert order(proven) == ["rules"]
    named = proven.with_(options=Options(model="cumulus", selection_mode="manual"))
    assert order(named) == ["cumulus"]
    assert order(proven, models=tuple(m for m in ALL if m.engine != "rules"))[0] == "little"


@pytest.mark.parametrize(
    ("words", "bars", "tier"),
    [
        ("simple C major jazz progression", 8, "small"),
        ("Create sophisticated jazz progression with altered dominants", 8, "medium"),
        ("sophisticated bebop progression with altered dominants and tritone substitutions", 32, "medium"),
        ("Experimental avant-garde fusion with unusual modulations", 8, "cloud"),
        (
            "experimental avant-garde jazz fusion with unusual modulations and innovative harmonic concepts",
            64,
            "cloud",
        ),
    ],
)
def test_the_words_and_the_bars_decide_the_tier(words: str, bars: int, tier: str) -> None:
    assert tier_for(complexity(asked(words, bars)), Settings()) == tier


def test_each_keyword_counts_once_and_the_case_of_letters_not_at_all() -> None:
    assert complexity(asked("Simple simple SIMPLE tune")) == 3
    assert complexity(asked("simple and easy and basic tune")) == 1
    assert complexity(asked("a simpleton's uneasy tune")) == 4


def test_long_pieces_and_long_descriptions_are_harder() -> None:
    assert complexity(asked(lines=16)) == 4
    assert complexity(asked(lines=17)) == 5
    assert complexity(asked(lines=33)) == 6
    assert complexity(asked("x" * 100)) == 4
    assert complexity(asked("x" * 101)) == 5


def test_complexity_stays_between_one_and_ten() -> None:
    assert complexity(asked("experimental avant-garde innovative sophisticated advanced detailed", 64)) == 10
    assert complexity(declare(complexity=1)(about="simple, easy, basic")) == 1


def test_a_stated_complexity_stands() -> None:
    assert complexity(asked("simple", complexity=9)) == 9


def test_the_cheapest_model_that_covers_comes_first_and_the_rules_last() -> None:
    assert order(asked()) == ["little", "middling", "cirrus", "cumulus", "rules"]


def test_a_model_short_of_reach_is_asked_after_those_that_cover() -> None:
    assert order(asked(complexity=6)) == ["middling", "cirrus", "cumulus", "little", "rules"]


def test_every_candidate_has_a_reason_in_words() -> None:
    ranked = route(asked(), 4, ALL, lambda _: "", Settings(), DAY)
    assert "covers complexity 4" in ranked[0].reason
    assert "free" in ranked[0].reason
    assert "$" in ranked[2].reason
    assert "rules" in ranked[-1].reason


def test_force_local_removes_cloud_models() -> None:
    assert order(asked(), settings=Settings(force_local=True)) == ["little", "middling", "rules"]


def test_local_models_can_be_switched_off() -> None:
    assert order(asked(), settings=Settings(local_llm_enabled=False)) == ["cirrus", "cumulus", "rules"]


def test_what_is_not_ready_is_not_asked() -> None:
    assert order(asked(), unready=lambda m: "asleep" if m.tier == "small" else "") == [
        "middling",
        "cirrus",
        "cumulus",
        "rules",
    ]


def test_quality_mode_asks_the_stronger_model_first() -> None:
    assert order(asked(), settings=Settings(budget_mode="quality"))[0] == "cumulus"


def test_a_tier_word_bounds_the_choice() -> None:
    assert order(asked(model="medium")) == ["middling"]
    assert order(asked(model="rules")) == ["rules"]
    assert order(asked(model="cloud")) == ["cirrus", "cumulus"]


def test_a_quality_word_bounds_the_reach_and_the_default_comes_first() -> None:
    assert order(asked(model="premium")) == ["cumulus", "cirrus", "middling", "little", "rules"]
    assert order(asked(model="normal"))[0] == "cumulus"
    assert order(asked(model="normal"), models=(RULES, MEDIUM, SMALL))[0] == "middling"


def test_manual_means_that_model_and_no_other() -> None:
    assert order(asked(selection_mode="manual", model="middling")) == ["middling"]


def test_a_provider_without_a_model_means_its_default() -> None:
    assert order(asked(selection_mode="manual", provider="sky")) == ["cumulus"]


def test_a_manual_choice_that_cannot_serve_says_why() -> None:
    with pytest.raises(ModelMissing) as caught:
        order(asked(selection_mode="manual", model="little"), unready=lambda _: "no server listens there")
    assert "no server listens there" in caught.value.why
    with pytest.raises(ModelMissing):
        order(asked(selection_mode="manual", model="cumulus"), settings=Settings(force_local=True))
    with pytest.raises(ModelMissing):
        order(asked(selection_mode="manual"))


def test_unknown_names_come_with_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        order(asked(selection_mode="manual", model="cumuls"))
    assert caught.value.nearest == CLOUD.id
    with pytest.raises(UnknownName):
        order(asked(selection_mode="manual", provider="ground"))
    with pytest.raises(UnknownName):
        order(asked(model="huge"))


def test_with_nothing_to_ask_the_route_is_empty() -> None:
    assert order(asked(), models=()) == []
