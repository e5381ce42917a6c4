"""A plan in words, and what people write into its forms."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest

from partimento import plugins
from partimento.core.errors import BadInput, TooLarge
from partimento.library.plan import Known, Unfolded, read_plan
from partimento.music import genres
from partimento.web.planned import (
    EXAMPLE,
    MOST_ENTRIES,
    dollars,
    entries,
    fields_told,
    plan_in,
    plan_text,
    studio_link,
    word,
)
from partimento.web.visit import Form, Upload

KNOWN = Known(plugins.task, plugins.task_names, genres.names)


def test_the_example_is_a_plan_of_twenty_items() -> None:
    (entry,) = entries(Unfolded(read_plan(EXAMPLE), KNOWN))
    assert (entry.task, entry.size, entry.model) == ("exercise", 20, "rules")
    assert [(axis.name, axis.count) for axis in entry.axes] == [("genre", 2), ("kind", 2), ("level", 5)]


def test_a_plan_of_many_entries_is_told_in_part() -> None:
    text = "".join(f'[[items]]\ntask = "quiz"\nlevel = {1 + number % 9}\n' for number in range(MOST_ENTRIES + 5))
    assert len(entries(Unfolded(read_plan(text), KNOWN))) == MOST_ENTRIES


def test_what_is_dealt_out_is_told_so_and_long_lists_in_part() -> None:
    text = '[[items]]\ntask = "exercise"\nlevel = 3\nkey = "all"\nspread = ["key"]\n'
    by_name = {axis.name: axis for axis in entries(Unfolded(read_plan(text), KNOWN))[0].axes}
    assert (by_name["key"].spread, by_name["key"].count, len(by_name["key"].values)) == (True, 12, 6)
    assert not by_name["level"].spread


@pytest.mark.parametrize(("told", "usd"), [("2.50", "2.50"), (" $3 ", "3"), ("0", "0")])
def test_an_amount_is_read_as_people_write_it(told: str, usd: str) -> None:
    amount = dollars(told)
    assert amount is not None
    assert amount.usd == Decimal(usd)


def test_no_amount_is_no_cap() -> None:
    assert dollars("  ") is None


@pytest.mark.parametrize("told", ["1,000", "2,50", "-1", "NaN", "Infinity", "1e99", "five", "<script>", "9" * 5000])
def test_what_is_no_amount_is_refused_with_the_mend(told: str) -> None:
    with pytest.raises(BadInput, match=r"write 2\.50"):
        dollars(told)


def test_fields_are_told_as_people_say_them() -> None:
    assert fields_told('{"level":3,"genre":"jazz","kind":"lick","key":"Eb"}') == "jazz · lick · in Eb · level 3"
    assert fields_told({"max_words": 40}) == "max words 40"
    assert fields_told("{}") == "nothing said"


def test_a_value_is_a_short_word() -> None:
    assert word(["C", "F"]) == '["C","F"]'
    assert len(word("x" * 10_000)) == 60


def test_the_link_to_the_studio_holds_the_fields_whatever_they_are() -> None:
    link = studio_link("exercise", {"genre": "R&B", "topic": '"><script>', "chords": ["C7", "F7"], "level": 3})
    path, query = urlsplit(link).path, parse_qsl(urlsplit(link).query)
    assert path == "/studio/tasks/exercise"
    assert ("topic", '"><script>') in query
    assert query.count(("chords", "C7")) == 1
    assert ("level", "3") in query


def test_a_file_counts_more_than_what_is_written() -> None:
    form = Form({"plan": ("written",)}, {"file": Upload("plan.toml", EXAMPLE.encode())})
    assert plan_text(form) == EXAMPLE
    assert plan_text(Form({"plan": ("written",)})) == "written"


@pytest.mark.parametrize(
    ("content", "error"), [(b"\xff\xfe\x00", BadInput), (b"x" * 200_001, TooLarge)]
)  # fmt: skip
def test_a_file_that_is_no_plan_is_refused_by_name(content: bytes, error: type[BadInput]) -> None:
    with pytest.raises(error, match=r"odd\.toml"):
        plan_text(Form(files={"file": Upload("odd.toml", content)}))


def test_no_plan_says_what_to_do() -> None:
    with pytest.raises(BadInput, match="write one below"):
        plan_in("  \n ")
