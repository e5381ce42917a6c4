"""A plan says what is to be made: read, counted before it is unfolded, refused where it contradicts itself."""

from __future__ import annotations

import tracemalloc
from datetime import date
from decimal import Decimal
from itertools import islice

import pytest

from partimento import plugins
from partimento.core.errors import BadInput, TooLarge, UnknownName
from partimento.core.model import Model, Price
from partimento.core.money import Money
from partimento.library.checking import checked, estimate
from partimento.library.plan import Known, Unfolded, encoded, read_plan
from partimento.music import genres

KNOWN = Known(plugins.task, plugins.task_names, genres.names)
DAY = date(2026, 11, 21)
PAID = Model("dear", "openai", "cloud", 10, provider="openai", prices=(Price(DAY, Money.of(1), Money.of(4)),))
LICKS = '[[items]]\ntask = "exercise"\nkind = "lick"\n'


def unfolded(text: str) -> Unfolded:
    return checked(read_plan(text), KNOWN, (PAID,), DAY)


def test_lists_multiply_and_count_repeats_them() -> None:
    plan = unfolded(LICKS + 'genre = ["jazz", "blues"]\nkey = ["C", "F", "Bb"]\ncount = 4')
    items = list(plan.items())
    assert plan.total == len(items) == 2 * 3 * 4
    assert [item.position for item in items] == list(range(24))
    assert items[0].fields == {"kind": "lick", "genre": "jazz", "key": "C"}
    assert items[-1].fields == {"kind": "lick", "genre": "blues", "key": "Bb"}


def test_all_and_ranges_stand_for_their_values() -> None:
    plan = unfolded(LICKS.replace('"lick"', '"all"') + 'genre = "all"\nkey = "all"\nlevel = "3-5"')
    assert plan.total == 5 * len(genres.names()) * 12 * 3
    assert {item.fields["level"] for item in plan.items()} == {3, 4, 5}
    assert unfolded(LICKS + 'key = "every"').total == 24
    assert unfolded(LICKS + 'key = ["minor", "C"]').total == 13


def test_a_topic_may_be_every_kind_the_theory_engine_knows() -> None:
    plan = Unfolded(read_plan(LICKS + 'topic = ["all scales", "all chords", "blues"]'), KNOWN)
    topics = {item.fields["topic"] for item in plan.items()}
    assert topics > {"C Dorian scale", "Cm7b5", "blues"}
    assert len(topics) > 100


def test_what_is_spread_is_dealt_out_and_does_not_multiply() -> None:
    plan = unfolded(LICKS + 'genre = ["jazz", "blues"]\nkey = ["C", "F", "Bb"]\nspread = ["key"]\ncount = 2')
    assert [item.fields["key"] for item in plan.items()] == ["C", "F", "Bb", "C"]
    assert {item.space for item in plan.items()} == {"exercise"}


def test_keys_that_are_asked_for_by_name_are_spaces_of_their_own() -> None:
    plan = unfolded(LICKS + 'key = ["C", "F"]')
    assert [item.space for item in plan.items()] == ["exercise in C", "exercise in F"]


def test_an_item_is_the_same_however_it_is_come_by() -> None:
    plan = unfolded('model = "rules"\n' + LICKS + 'level = "1-10"\ncount = 3\n' + LICKS + 'genre = "all"')
    items = list(plan.items())
    assert [plan.at(item.position) for item in items] == items
    assert list(plan.items(lambda position: position % 7 != 3)) == items[3::7]
    assert len({item.seed for item in items}) == len(items)


def test_a_field_with_the_name_of_a_plans_word_is_written_under_fields() -> None:
    plan = Unfolded(read_plan('[[items]]\ntask = "grading"\ncount = 2\n[items.fields]\ntask = "x"\ntake = "y"'), KNOWN)
    (first, _) = plan.items()
    assert first.fields == {"task": "x", "take": "y"}


def test_toml_and_json_say_the_same_and_the_kept_form_reads_back() -> None:
    toml = read_plan('name = "a"\ncost_cap_usd = 2.5\n' + LICKS)
    json = read_plan('{"name": "a", "cost_cap_usd": 2.5, "items": [{"task": "exercise", "kind": "lick"}]}')
    assert toml == json == read_plan(encoded(toml))
    assert toml.hash == json.hash
    assert toml.cost_cap_usd == Decimal("2.5")


def test_ten_million_combinations_are_counted_and_refused_without_being_unfolded() -> None:
    tracemalloc.start()
    with pytest.raises(TooLarge, match="10,000,000") as refused:
        unfolded(LICKS + 'level = "1-1000000"\ncount = 10')
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert "1000000 × 10" in refused.value.why


def test_a_large_plan_is_unfolded_as_it_is_read() -> None:
    plan = Unfolded(read_plan(LICKS + 'level = "1-10"\ncount = 10000'), KNOWN)
    tracemalloc.start()
    assert len(list(islice(plan.items(), 5))) == 5
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LICKS + 'genre = ["jazz", "jaz"]', "unknown genre 'jaz'"),
        (LICKS + 'key = ["C", "H"]', "unknown key 'H'"),
        (LICKS + "level = [3, 12]", "unknown level 12"),
        (LICKS + "genre = []", "no genre"),
        (LICKS + 'level = "7-2"', "from 7 to 2"),
        (LICKS + 'spread = ["key"]', "spreads key"),
        (LICKS.replace("lick", "loop"), "kind of exercise cannot be used"),
        ("", "asks for nothing"),
        ("items = 3", "asks for nothing"),
        ("[[items]]\ncount = 2", "cannot use the plan"),
        ("parallel = 0\n" + LICKS, "cannot use the plan"),
        ("cap = 3\n" + LICKS, "cannot use the plan"),
        ("cost_cap_usd = -1\n" + LICKS, "cost cap"),
        ("cost_cap_usd = nan\n" + LICKS, "cost cap"),
        ('cost_cap_usd = 0\nmodel = "dear"\n' + LICKS, "contradict"),
        ('cost_cap_usd = 0\nmodel = "cloud"\n' + LICKS, "contradict"),
        ("max_items = 3\ncomplete = true\n" + LICKS + 'level = "1-10"', "contradict"),
        ('model = "rules"\n[[items]]\ntask = "text"\nprompt = "a"', "no rules"),
        ('name = "\\u001b[2J"\n' + LICKS, "printable"),
        ("{", "cannot read"),
        ("a = [", "cannot read"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused_with_its_reason(text: str, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        unfolded(text)
    assert told in str(refused.value)
    assert refused.value.why
    assert refused.value.mend


@pytest.mark.parametrize("text", ['[[items]]\ntask = "exercize"', LICKS + 'gnre = "jazz"', 'model = "dere"\n' + LICKS])
def test_an_unknown_name_comes_with_the_nearest(text: str) -> None:
    with pytest.raises(UnknownName) as refused:
        unfolded(text)
    assert refused.value.nearest in ("exercise", "genre", "dear")


def test_values_that_do_not_all_go_together_are_no_reason_to_refuse_the_plan() -> None:
    told = unfolded('[[items]]\ntask = "exercise"\nkind = ["lick", "scale"]\nchords = ["", "Dm7 G7"]')
    found = estimate(told, KNOWN, (PAID,), DAY)
    assert (found.total, found.refused) == (4, 1)
    assert "takes no chords" in found.first_refusal


def test_max_items_cuts_what_is_made() -> None:
    plan = unfolded("max_items = 7\n" + LICKS + 'level = "1-10"')
    assert (plan.combined, plan.total, len(list(plan.items()))) == (10, 7, 7)


def test_an_estimate_counts_what_a_model_would_cost_and_spends_nothing() -> None:
    by_rules = estimate(unfolded('model = "rules"\n' + LICKS), KNOWN, (PAID,), DAY)
    assert by_rules.most_usd == 0
    paid = estimate(unfolded('model = "dear"\n' + LICKS + 'level = "1-10"'), KNOWN, (PAID,), DAY)
    assert paid.expected_usd is not None
    assert paid.most_usd is not None
    assert 0 < paid.expected_usd < paid.most_usd < 1
    assert estimate(unfolded(LICKS), KNOWN, (PAID,), DAY).most_usd is None


def test_a_plan_of_too_many_words_is_refused() -> None:
    with pytest.raises(TooLarge):
        read_plan(LICKS + f'topic = ["{"a" * 5_000_000}"]')
    with pytest.raises(TooLarge):
        read_plan("a" * 20_000_000)
