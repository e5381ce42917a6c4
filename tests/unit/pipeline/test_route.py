from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from partimento.core.conversation import Audio, Conversation, Image, Message, Text
from partimento.core.errors import BadInput, ModelMissing, NotAllowed, NotConfigured, UnknownName
from partimento.core.model import Model
from partimento.core.ports import Tally
from partimento.core.request import Caller, Options, Request
from partimento.core.settings import Settings
from partimento.core.task import Prompt, task
from partimento.pipeline.route import (
    ASKED_AT_MOST,
    Routed,
    Router,
    complexity,
    nothing_to_ask,
    prompt_tokens,
    tier_for,
)
from verse import ALL, CHEAP_CLOUD, CLOUD, MEDIUM, RULES, SMALL, Verse, VerseInputs, declare, model

DAY = date(2026, 1, 1)


def asked(about: str = "rain", lines: int = 2, **options: Any) -> Request[Any]:
    return declare()(about=about, lines=lines).with_(options=Options(**options))


def routed(
    request: Request[Any],
    models: tuple[Model, ...] = ALL,
    unready: Any = lambda _: "",
    settings: Settings = Settings(),
    evidence: tuple[Tally, ...] = (),
    size: int = 0,
    request_id: str = "",
) -> Routed:
    router = Router(models, settings, DAY, evidence)
    return router.route(request, complexity(request), unready, size, request_id)


def order(request: Request[Any], **how: Any) -> list[str]:
    return [ranked.model.id for ranked in routed(request, **how).ranked]


def left_out(request: Request[Any], **how: Any) -> dict[str, str]:
    return {left.model: left.reason for left in routed(request, **how).left_out}


def drafts(model: str, sound: float, unsound: float, complexity: int = 4) -> Tally:
    return Tally("verse", model, complexity, sound, unsound, 0.0)


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
    candidates = routed(asked()).candidates
    assert "covers complexity 4" in candidates[0].reason
    assert "free" in candidates[0].reason
    assert "$" in candidates[2].reason
    assert "rules" in candidates[-1].reason
    assert [bool(one.expected_cost_usd) for one in candidates] == [False, False, True, True, False]


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
    assert isinstance(nothing_to_ask(routed(asked(), models=()), asked()), NotConfigured)


# ---- who is left out, and why ------------------------------------------------------------------------------------


def test_every_model_left_out_is_told_with_its_reason() -> None:
    told = left_out(asked(model="medium"), unready=lambda m: "asleep" if m.id == "middling" else "")
    assert told == {
        "cumulus": "of another tier than was asked for", "cirrus": "of another tier than was asked for",
        "little": "of another tier than was asked for", "rules": "of another tier than was asked for",
        "middling": "asleep",
    }  # fmt: skip


def test_a_prompt_and_its_answer_must_fit_the_context() -> None:
    short = model("little", "small", 4, context=4096, max_output_tokens=1000)
    models = (short, MEDIUM)
    assert order(asked(max_tokens=1000), models=models, size=3096) == ["little", "middling"]
    assert order(asked(max_tokens=1000), models=models, size=3097) == ["middling"]
    assert "context of 4096" in left_out(asked(max_tokens=1000), models=models, size=3097)["little"]
    # it writes at most a thousand, whatever is asked for
    assert order(asked(max_tokens=9000), models=models, size=3096) == ["little", "middling"]
    nobody = routed(asked(), models=models, size=9000)
    assert isinstance(error := nothing_to_ask(nobody, asked()), BadInput)
    assert "too long" in error.what


def test_the_length_of_a_prompt_is_estimated_from_all_its_parts() -> None:
    said = Message(role="user", parts=(Text("x" * 400), Image(b"https://example.org/a.png"), Audio(b"x" * 2560, "wav")))
    talk = Prompt("s" * 40, "", conversation=Conversation(messages=(said,)))
    assert prompt_tokens(talk, Options(system="t" * 40)) == 1024 + 10 + (400 + 40 + 40) // 4
    assert prompt_tokens(Prompt("", "日本語の歌" * 4), Options()) == 15  # three bytes a sign
    assert prompt_tokens(Prompt("", "", texts=("x" * 40, "x" * 400)), Options()) == 100


def seeing(*needs: str) -> Request[Any]:
    looks = task(
        name="looks", summary="", version=1, complexity=4, inputs=VerseInputs, draft=Verse, output=Verse,
        prompt=lambda _: Prompt("", ""), finish=lambda inputs, draft, method: draft,
        needs=lambda _: frozenset({"text", *needs}),
    )  # fmt: skip
    return looks(about="a picture")


def test_only_a_model_with_the_abilities_is_asked() -> None:
    sees = model("sees", "small", 4, capabilities=frozenset({"text", "image", "tools"}))
    assert order(seeing("image"), models=(SMALL, sees)) == ["sees"]
    assert order(seeing("image", "audio"), models=(SMALL, sees)) == []
    assert left_out(seeing("image"), models=(SMALL, sees)) == {"little": "lacks an ability that is needed"}


def test_an_entry_that_does_not_say_it_writes_writes_all_the_same_unless_it_embeds_or_speaks() -> None:
    quiet = model("quiet", "small", 4, capabilities=frozenset({"json_schema"}))
    embeds = model("embeds", "small", 4, capabilities=frozenset({"embeddings"}))
    assert order(asked(), models=(quiet, embeds)) == ["quiet"]
    assert left_out(asked(), models=(quiet, embeds)) == {"embeds": "lacks an ability that is needed"}


def test_what_stays_on_the_owner_s_machines_is_put_to_no_cloud_model() -> None:
    assert order(asked(), settings=Settings(local_tasks=("verse",))) == ["little", "middling", "rules"]
    assert order(asked(), settings=Settings(local_tasks=("elegy",)))[:3] == ["little", "middling", "cirrus"]
    assert "stays on your machines" in left_out(asked(), settings=Settings(local_tasks=("verse",)))["cumulus"]
    with pytest.raises(ModelMissing) as caught:
        order(asked(selection_mode="manual", model="cumulus"), settings=Settings(local_tasks=("verse",)))
    assert "stays on your machines" in caught.value.why


def held_to(*models: str, **options: Any) -> Request[Any]:
    return asked(**options).with_(caller=Caller(models=models))


def test_a_caller_is_answered_by_its_own_models_only() -> None:
    assert order(held_to("little", "cirrus")) == ["little", "cirrus"]
    assert order(held_to("cheap")) == ["little", "rules"]
    assert order(held_to("cloud")) == ["cirrus", "cumulus"]
    assert order(held_to("medium", model="cloud")) == []


def test_a_model_outside_its_own_is_refused_to_a_caller_by_name_and_where_none_is_left() -> None:
    with pytest.raises(NotAllowed) as caught:
        order(held_to("little", selection_mode="manual", model="cumulus"))
    assert "little" in caught.value.why
    assert order(held_to("little", selection_mode="manual", model="little")) == ["little"]
    request = held_to("nimbus")
    assert isinstance(nothing_to_ask(routed(request), request), NotAllowed)


def test_even_what_the_rules_prove_is_not_for_a_caller_held_to_others() -> None:
    proven = declare(exact=True)(about="rain").with_(caller=Caller(models=("middling",)))
    assert order(proven) == ["middling"]


def test_no_more_than_a_few_models_are_asked_for_one_request() -> None:
    many = tuple(model(f"m{n}", "small", 4 + n % 3) for n in range(12))
    assert len(order(asked(), models=(*many, RULES))) == ASKED_AT_MOST + 1
    assert list(left_out(asked(), models=(*many, RULES)).values()) == ["enough others come before it"] * 7


def test_a_retired_model_is_no_candidate_and_its_name_means_its_successor() -> None:
    old = model("old", "small", 4, retired_on=date(2025, 1, 1), replaced_by="little", aliases=("older-still",))
    assert order(asked(), models=(old, SMALL)) == ["little"]
    by_name = routed(asked(selection_mode="manual", model="older-still"), models=(old, SMALL))
    assert [one.model.id for one in by_name.ranked] == ["little"]
    assert "retired" in by_name.note


# ---- evidence ----------------------------------------------------------------------------------------------------


def test_a_model_short_of_reach_moves_up_once_its_drafts_prove_it() -> None:
    request = asked(complexity=6)
    assert order(request)[:2] == ["middling", "cirrus"]
    assert order(request, evidence=(drafts("little", 7, 0, 6),))[0] == "middling"
    assert order(request, evidence=(drafts("little", 30, 1, 6),))[0] == "little"
    reason = routed(request, evidence=(drafts("little", 30, 1, 6),)).candidates[0].reason
    assert "proven" in reason
    assert "31.0 drafts" in reason


def test_proven_at_something_hard_is_proven_at_what_is_easier() -> None:
    assert order(asked(complexity=5), evidence=(drafts("little", 40, 1, 7),))[0] == "little"
    assert order(asked(complexity=8), evidence=(drafts("little", 40, 1, 7),))[0] == "cirrus"


def test_an_able_model_whose_drafts_are_unsound_falls_behind() -> None:
    bad = (drafts("little", 2, 14),)
    assert order(asked(), evidence=bad) == ["middling", "cirrus", "cumulus", "little", "rules"]
    assert order(asked(complexity=3), evidence=bad)[0] == "little"  # nothing is known of easier requests
    assert "falls behind" in routed(asked(), evidence=bad).candidates[3].reason


def test_evidence_of_one_task_says_nothing_of_another() -> None:
    other = Tally("elegy", "little", 4, 0, 50, 0.0)
    assert order(asked(), evidence=(other,))[0] == "little"


def test_where_no_check_can_tell_a_model_can_fall_but_not_rise() -> None:
    free = task(
        name="verse", summary="", version=1, complexity=6, inputs=VerseInputs, draft=Verse, output=Verse,
        prompt=lambda _: Prompt("", ""), finish=lambda inputs, draft, method: draft,
    )(about="rain")  # fmt: skip
    assert order(free, evidence=(drafts("little", 90, 0, 6),))[0] == "middling"
    assert order(free, evidence=(drafts("middling", 0, 30, 6),))[0] == "cirrus"


# ---- trials ------------------------------------------------------------------------------------------------------


def firsts(count: int = 2000, **how: Any) -> list[Routed]:
    request = asked(complexity=8)
    router = Router(how.pop("models", ALL), Settings(**how), DAY)
    return [router.route(request, 8, lambda _: "", 0, f"request-{n}") for n in range(count)]


def test_now_and_then_a_cheaper_unproven_model_is_tried_before_a_paid_one() -> None:
    found = firsts()
    tried = [one for one in found if one.ranked[0].code == "x"]
    assert 0.03 < len(tried) / len(found) < 0.07
    assert {one.ranked[0].model.id for one in tried} == {"little", "middling"}
    assert all(one.propensity == pytest.approx(0.025) for one in tried)
    assert all(one.propensity == pytest.approx(0.95) for one in found if one.ranked[0].code != "x")
    for one in tried:
        ids = [ranked.model.id for ranked in one.ranked]
        assert ids[1] == "cirrus"
        assert len(ids) == len(set(ids))


def test_the_same_request_is_routed_the_same() -> None:
    assert [one.decision for one in firsts(300)] == [one.decision for one in firsts(300)]


def test_nobody_is_tried_where_it_is_switched_off_or_the_first_is_free_or_nobody_is_cheaper() -> None:
    assert {one.ranked[0].model.id for one in firsts(300, trial_share=0)} == {"cirrus"}
    local = (model("large", "large", 9), SMALL)
    assert {one.propensity for one in firsts(300, models=local)} == {1.0}
    dear = (CHEAP_CLOUD, model("weak", "cloud", 3, "9"))
    assert {one.propensity for one in firsts(300, models=dear)} == {1.0}


def test_nobody_is_tried_where_no_check_can_tell() -> None:
    request = seeing().with_(options=Options(complexity=8))
    router = Router(ALL, Settings(trial_share=0.5), DAY)
    found = {router.route(request, 8, lambda _: "", 0, f"r{n}").ranked[0].model.id for n in range(100)}
    assert found == {"cirrus"}


def test_where_checks_see_the_form_alone_nobody_is_tried_or_proven() -> None:
    formal = task(
        name="verse", summary="", version=1, complexity=8, inputs=VerseInputs, draft=Verse, output=Verse,
        prompt=lambda _: Prompt("", ""), finish=lambda inputs, draft, method: draft,
        checks=(lambda inputs, draft: (),), proves=False,
    )(about="rain")  # fmt: skip
    router = Router(ALL, Settings(trial_share=0.5), DAY, (drafts("little", 90, 0, 8),))
    found = {router.route(formal, 8, lambda _: "", 0, f"r{n}").ranked[0].model.id for n in range(100)}
    assert found == {"cirrus"}


def test_who_was_found_unsound_is_tried_no_more() -> None:
    bad = (drafts("little", 0, 12, 8), drafts("middling", 0, 12, 8))
    router = Router(ALL, Settings(trial_share=0.5), DAY, bad)
    found = {router.route(asked(), 8, lambda _: "", 0, f"r{n}").ranked[0].model.id for n in range(100)}
    assert found == {"cirrus"}


# ---- what holds for many requests ----------------------------------------------------------------------------------


def test_a_router_serves_requests_of_any_size_in_the_order_a_fresh_one_gives() -> None:
    flat = model("flat", "cloud", 9, "4", provider="sky")
    models = (*ALL, flat)
    kept = Router(models, Settings(), DAY)
    for size in (0, 10, 90, 100, 1000, 1023, 1024, 4000):
        for limit in (None, 1, 64, 1000):
            request = asked(max_tokens=limit, complexity=8)
            fresh = Router(models, Settings(), DAY).route(request, 8, lambda _: "", size)
            assert kept.route(request, 8, lambda _: "", size).decision == fresh.decision


def test_a_router_no_longer_holds_when_any_of_its_grounds_changes() -> None:
    settings, tallies = Settings(), (drafts("little", 1, 0),)
    router = Router(ALL, settings, DAY, tallies)
    assert router.holds(ALL, settings, DAY, tallies)
    assert router.holds(tuple(ALL), settings, DAY, tallies)
    assert not router.holds(ALL[1:], settings, DAY, tallies)
    assert not router.holds(ALL, Settings(), DAY, tallies)
    assert not router.holds(ALL, settings, date(2026, 1, 2), tallies)
    assert not router.holds(ALL, settings, DAY, (drafts("little", 1, 0),))
