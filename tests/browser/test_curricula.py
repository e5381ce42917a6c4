"""Curricula in a browser: a template activated with one press, for all or for somebody new; marked, planned again,
renamed, archived.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import THEMES, WIDTHS, Heard, Theme, flaws, looking, overflow
from serving import Served, serving

HOSTILE = """<script>alert(1)</script>"><img src=x onerror=alert(2)>{{7*7}} Liedbegleitungsunterrichtsstunde"""


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str, str]]:
    """Somebody with a hostile name who follows a curriculum, and one for everybody."""
    with serving(tmp_path_factory.mktemp("school")) as served:
        served.post("/api/v2/learners", {"id": "x&y=1", "name": HOSTILE, "level": 3, "genre": "jazz"})
        own = served.post("/api/v2/curricula/jazz-beginner-12w/activate", {"learner": "x&y=1"}).json["row"]["id"]
        every = served.post("/api/v2/curricula/blues-beginner-8w/activate", {}).json["row"]["id"]
        yield served, own, every


def test_a_template_is_activated_with_one_press(page: Page) -> None:
    page.goto("/library")
    page.get_by_role("link", name="Choose a curriculum").click()
    expect(page.locator("li.template")).to_have_count(11)
    card = page.locator("li.template").filter(has_text="The blues in eight weeks")
    expect(card).to_contain_text("8 weeks")
    card.get_by_role("button", name="Activate").click()
    page.wait_for_url("**/curricula/*")
    expect(page.locator("h1")).to_have_text("The blues in eight weeks")
    expect(page.get_by_role("status").first).to_contain_text("now followed by everybody")
    expect(page.locator("details.module")).to_have_count(3)
    page.goto("/curricula")
    expect(card.get_by_text("followed")).to_be_visible()
    expect(card.get_by_role("button", name="Activate")).to_have_count(0)


def test_somebody_new_gets_their_own_without_scripts(browser: Browser, house: Served) -> None:
    with looking(browser, house.url, scripts=False) as (page, _):
        page.goto("/curricula")
        page.get_by_label("Somebody new").fill("Zoë Müller")
        page.get_by_role("button", name="Add").click()
        expect(page.locator("#whom")).to_have_text("For Zoë Müller")
        card = page.locator("li.template").filter(has_text="Reggae")
        card.get_by_role("button", name="Activate").click()
        expect(page.locator(".head")).to_contain_text("for Zoë Müller")
        expect(page.locator("#next")).to_have_text("What Zoë Müller practises next")
        assert "/studio/tasks/exercise?" in (
            page.get_by_role("link", name="Make this exercise").get_attribute("href") or ""
        )
        coming = page.locator(".lessons > .coming")
        many = coming.locator("li").count()
        for _ in range(many):
            coming.get_by_role("button", name="Done").first.click()
            page.wait_for_load_state()
        expect(page.locator("details.module").first).to_contain_text("1 of 4 done")
        page.get_by_role("button", name="Plan again from results").click()
        expect(page.get_by_role("status").first).to_contain_text("Nothing has to change")


def test_a_title_is_another_version_and_the_old_one_stays(page: Page) -> None:
    page.goto("/curricula")
    page.locator("li.template").filter(has_text="R&B").get_by_role("button", name="Activate").click()
    page.get_by_text("Call it something else").click()
    page.get_by_label("Title").fill("Soul am Dienstag")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("h1")).to_have_text("Soul am Dienstag")
    page.get_by_role("link", name="Version 1").click()
    expect(page.locator("h1")).to_have_text("R&B: ballads and grooves")
    expect(page.get_by_text("This is version 1.")).to_be_visible()


def test_a_title_from_an_old_page_overwrites_nothing(page: Page, heard: Heard) -> None:
    page.goto("/curricula")
    page.locator("li.template").filter(has_text="Latin").get_by_role("button", name="Activate").click()
    page.wait_for_url("**/curricula/*")
    page.evaluate("document.querySelector('input[name=version]').value = '9'")
    page.get_by_text("Call it something else").click()
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("h1")).not_to_have_text("Soul am Dienstag")
    heard.errors.clear()  # the browser tells of the status


def test_what_is_archived_is_kept_and_followed_again(page: Page) -> None:
    page.goto("/curricula")
    page.locator("li.template").filter(has_text="Neo-soul").get_by_role("button", name="Activate").click()
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Archive").click()
    expect(page.locator(".head .chip")).to_have_text("archived")
    page.get_by_role("button", name="Follow it").click()
    expect(page.locator(".head .chip")).to_have_text("active")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_curricula_are_accessible(
    browser: Browser, school: tuple[Served, str, str], width: int, theme: Theme
) -> None:
    served, own, every = school
    with looking(browser, served.url, theme=theme, width=width) as (page, heard):
        paths = ("/curricula", "/curricula?learner=x%26y%3D1", f"/curricula/{own}", f"/curricula/{every}")
        for path in (*paths, f"/curricula/{every}?learner=x%26y%3D1"):
            page.goto(path)
            assert (path, flaws(page), max(0, overflow(page))) == (path, [], 0)
        assert heard.errors == []


def test_a_hostile_name_is_shown_as_text(browser: Browser, school: tuple[Served, str, str]) -> None:
    served, own, _ = school
    with looking(browser, served.url) as (page, heard):
        for path in ("/curricula", "/curricula?learner=x%26y%3D1", f"/curricula/{own}"):
            page.goto(path)
            assert page.locator("main script, main img").count() == 0
            expect(page.locator("main")).to_contain_text("<script>alert(1)</script>")
        assert heard.errors == []


def test_a_curriculum_that_is_not_there_helps(page: Page, heard: Heard) -> None:
    page.goto("/curricula/nothing")
    expect(page.locator("h1")).to_contain_text("nothing")
    heard.errors.clear()
