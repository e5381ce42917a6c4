"""Blind comparison: nothing tells who made what before the vote, one vote counts, the page works on a fresh install."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import THEMES, WIDTHS, Heard, Theme, flaws, looking, overflow
from partimento.testing.upstream import Upstream, said
from serving import Served, serving, settings_for

HOSTILE = 'Play **slowly**. <img src=x onerror="document.title=1"> and [a link](javascript:alert(1)), {{7*7}}.'
ASKED = '"><img src=x onerror=alert(1)> Überraschungsklavierspielerinnenvereinigung 日本語 \u202e'


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream(otherwise=said(HOSTILE)) as running:
        yield running


@pytest.fixture(scope="module")
def school(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a model beside the rules."""
    with serving(tmp_path_factory.mktemp("school"), settings_for(upstream.base_url)) as served:
        yield served


def coaching(page: Page, message: str, one: str = "rules", other: str = "little") -> None:
    """A comparison of the coach by rules and by the model."""
    page.goto("/compare?task=coaching")
    page.get_by_label("Message").fill(message)
    page.get_by_label("One", exact=True).select_option(one)
    page.get_by_label("The other").select_option(other)
    page.get_by_role("button", name="Make both").click()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_accessible_empty_and_with_content(
    browser: Browser, house: Served, school: Served, width: int, theme: Theme
) -> None:
    with looking(browser, house.url, theme=theme, width=width) as (page, _):
        page.goto("/compare")
        assert flaws(page) == []
        assert overflow(page) <= 0
    with looking(browser, school.url, theme=theme, width=width) as (page, heard):
        coaching(page, f"{ASKED} {width} {theme}")
        expect(page.get_by_role("heading", name="Which is better?")).to_be_visible()
        assert flaws(page) == []
        assert overflow(page) <= 0
        page.get_by_role("button", name="A is better").click()
        expect(page.get_by_role("heading", name="You preferred")).to_be_visible()
        assert flaws(page) == []
        assert overflow(page) <= 0
        page.goto("/compare?task=text")
        expect(page.get_by_role("table").first).to_be_visible()
        assert flaws(page) == []
        assert overflow(page) <= 0
        assert heard.errors == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_two_scores_side_by_side_are_accessible(browser: Browser, house: Served, width: int, theme: Theme) -> None:
    with looking(browser, house.url, theme=theme, width=width) as (page, heard):
        page.goto("/compare?task=arrangement&genre=gospel&bars=4")
        page.get_by_role("button", name="Make both").click()
        expect(page.get_by_role("button", name="Play")).to_have_count(2)
        expect(page.locator("pm-score svg[role=img], pm-score .paper svg").first).to_be_visible()
        assert flaws(page) == []
        assert overflow(page) <= 0
        assert heard.errors == []


def test_on_a_fresh_install_the_rules_answer_twice_and_a_vote_is_final(page: Page) -> None:
    page.goto("/compare")
    expect(page.locator("main")).to_contain_text("Only the rules are ready here")
    page.get_by_label("Genre").select_option("jazz")
    page.get_by_role("button", name="Make both").click()
    expect(page).to_have_url(re.compile(r"/compare/[0-9a-f]{32}$"))
    expect(page.get_by_role("button", name="Play")).to_have_count(2)
    page.get_by_role("button", name="B is better").click()
    expect(page.get_by_role("heading", name="You preferred B; the rules made both")).to_be_visible()
    expect(page.get_by_role("button", name="A is better")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="You preferred B; the rules made both")).to_be_visible()
    page.get_by_role("link", name="the answer's page of A").click()
    expect(page).to_have_url(re.compile("/items/"))


def test_before_the_vote_the_page_tells_nobodys_name_cost_time_or_item(browser: Browser, school: Served) -> None:
    with looking(browser, school.url) as (page, _):
        coaching(page, "How do I begin with swing?")
        expect(page.get_by_role("button", name="A is better")).to_be_visible()
        first = page.locator(".answer").first.inner_text()
        blind = page.content()
        for word in ("little", "rules", "/items/", "generation", " ms", "$0", "openai"):
            assert word not in blind
        page.reload()
        assert page.locator(".answer").first.inner_text() == first
        page.get_by_role("button", name="B is better").click()
        shown = page.locator(".reveal")
        expect(shown).to_contain_text("little")
        expect(shown).to_contain_text("the rules")
        expect(shown).to_contain_text("$0")


def test_before_the_vote_the_score_tells_nobodys_name(house: Served, browser: Browser) -> None:
    with looking(browser, house.url) as (page, _):
        page.goto("/compare?task=arrangement&genre=blues&bars=4")
        page.get_by_role("button", name="Make both").click()
        expect(page.get_by_role("button", name="A is better")).to_be_visible()
        place = urlsplit(page.url).path
        told = house.get(f"{place}/a/score")
        assert told.status == 200
        assert b"rules" not in told.body
        assert b"generation_method" not in told.body
        assert house.get(f"{place}/c/score").status == 404
        assert "/items/" not in page.content()


def test_votes_add_up_by_task_and_pair(browser: Browser, school: Served) -> None:
    with looking(browser, school.url) as (page, _):
        for number in range(2):
            coaching(page, f"Is the {number + 7}th bar too fast?")
            little = page.locator(".answer", has_text="a link").locator(".letter").inner_text()
            page.get_by_role("button", name=f"{little} is better").click()
            expect(page.get_by_role("heading", name="You preferred little")).to_be_visible()
        page.goto("/compare")
        row = page.get_by_role("table", name="").first.locator("tbody tr", has_text="Coaching")
        expect(row).to_contain_text("little")
        expect(row).to_contain_text("%")


def test_an_answer_that_fails_is_told_and_the_form_stays_filled(browser: Browser, school: Served, heard: Heard) -> None:
    with looking(browser, school.url) as (page, _):
        page.goto("/compare?task=text")
        page.get_by_label("Prompt").fill(ASKED)
        page.get_by_label("One", exact=True).select_option("rules")
        page.get_by_label("The other").select_option("little")
        page.get_by_role("button", name="Make both").click()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("Only one answer came")
        expect(alert).to_contain_text("the rules: no model of tier rules can make text now")
        expect(alert.get_by_role("link")).to_have_attribute("href", re.compile("^/items/"))
        expect(page.get_by_label("Prompt")).to_have_value(ASKED.strip())
        expect(page.get_by_label("One", exact=True)).to_have_value("rules")


def test_two_answers_that_are_the_same_are_told(browser: Browser, school: Served) -> None:
    with looking(browser, school.url) as (page, _):
        page.goto("/compare?task=text&prompt=Hello&one=auto&other=little")
        page.get_by_role("button", name="Make both").click()
        expect(page.get_by_role("alert")).to_contain_text("Both made the very same answer")


def test_what_cannot_be_asked_is_refused_where_it_stands(browser: Browser, house: Served) -> None:
    with looking(browser, house.url, scripts=False) as (page, _):
        page.goto("/compare?task=arrangement&genre=jazz&key=H%23%23")
        page.get_by_role("button", name="Make both").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_label("Key", exact=True)).to_have_value("H##")


def test_without_scripts_two_are_made_voted_on_and_told(browser: Browser, school: Served) -> None:
    with looking(browser, school.url, scripts=False) as (page, _):
        coaching(page, "Which finger on the thumb's note?")
        expect(page.locator(".answer")).to_have_count(2)
        words = page.locator(".answer", has_text="a link")
        expect(words).to_contain_text(
            '<img src=x onerror="document.title=1"> and [a link](javascript:alert(1)), {{7*7}}.'
        )
        assert words.locator("img, a").count() == 0
        page.get_by_role("button", name="Neither").click()
        expect(page.locator("#said")).to_have_text("Your vote is kept.")
        expect(page.get_by_role("heading", name="Neither was good")).to_be_visible()


def test_a_form_that_is_sent_twice_makes_one_comparison(browser: Browser, house: Served) -> None:
    with looking(browser, house.url, scripts=False) as (page, _):
        page.goto("/compare?task=exercise")
        name = page.locator(".compare-form input[name=id]").get_attribute("value")
        page.get_by_role("button", name="Make both").click()
        expect(page).to_have_url(re.compile(f"/compare/{name}$"))
        page.go_back()
        page.evaluate("name => { document.querySelector('input[name=id]').value = name; }", name)
        page.get_by_role("button", name="Make both").click()
        expect(page).to_have_url(re.compile(f"/compare/{name}$"))


def test_an_unknown_comparison_and_task_are_told(house: Served) -> None:
    assert house.get("/compare/nothing").status == 404
    assert house.get("/compare?task=embedding").status == 404
    assert json.loads(house.get("/healthz").body)["status"] == "ok"
