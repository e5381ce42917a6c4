"""Reviewing in a browser: by keys, by forms alone, in two tabs, with text that would like to be more than text."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import THEMES, WIDTHS, Theme, flaws, looking, overflow
from partimento.environment import SystemClock
from partimento.store.opening import open_store
from partimento.testing.store_suite import item
from serving import Served, serving

HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(2)> {{7*7}} \u202eevil ' + "Donaudampfschifffahrt" * 40
JAPANESE = "夜明けのボサノヴァを左手だけでゆっくり練習するための長い説明文です。" * 8


@pytest.fixture
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Five items, one after another: the newest is Item 0."""
    with serving(tmp_path_factory.mktemp("full")) as served:
        put(served, *(f"Item {number}" for number in range(5)))
        yield served


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A tutorial, and items that would break a careless page."""
    with serving(tmp_path_factory.mktemp("hostile")) as served:
        put(served, HOSTILE, JAPANESE, "x" * 10_000)
        served.post("/api/v2/tasks/tutorial", {"topic": "ii-V-I", "key": "C"})
        yield served


def put(served: Served, *titles: str) -> None:
    """Items of a task that is not installed, as plain JSON."""
    store = open_store(served.folder / "data" / "partimento.db", SystemClock())
    now = SystemClock().now()
    for number, title in enumerate(titles):
        name = f"{number:064x}"
        value = msgspec.json.encode({"title": title, "text": f"In C major, the V7 is G7. {title}"})
        made = msgspec.structs.replace(
            item(name), created_at=now - number, value=value, prompt=f"Please: {title}", task="look_around"
        )
        store.tell("record_item", *msgspec.structs.astuple(made))
    store.close()


def state(served: Served, number: int) -> str:
    return str(served.get(f"/api/v2/memory/{number:064x}").json["review"]["state"])


# ---- how it looks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_an_empty_queue_teaches_the_next_step(browser: Browser, house: Served, width: int, theme: Theme) -> None:
    with looking(browser, house.url, theme=theme, width=width) as (page, heard):
        page.goto("/review")
        expect(page.get_by_role("link", name="Open the Studio")).to_be_visible()
        assert flaws(page) == []
        assert overflow(page) <= 0
        assert not heard.errors


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_items_of_any_text_are_accessible_and_stay_text(
    browser: Browser, hostile: Served, width: int, theme: Theme
) -> None:
    with looking(browser, hostile.url, theme=theme, width=width) as (page, heard):
        for number in range(3):
            for more in ("", "&edit=1", "&edit=json"):
                page.goto(f"/review?at={number:064x}{more}")
                assert flaws(page) == []
                assert overflow(page) <= 0
        page.goto(f"/review?at={0:064x}")
        assert "{{7*7}}" in page.inner_text("h1")
        assert page.locator("main img, main script:not([src])").count() == 0
        assert not heard.errors


@pytest.mark.parametrize("theme", THEMES)
def test_all_that_opens_is_accessible(browser: Browser, hostile: Served, theme: Theme) -> None:
    hostile.post(f"/api/v2/memory/{1:064x}/edit", {"value": {"title": "短い", "text": "In C major, the V7 is G7."}})
    for width in WIDTHS:
        with looking(browser, hostile.url, theme=theme, width=width) as (page, heard):
            page.goto(f"/review?at={1:064x}&done={1:064x}&easiest=0&text=Please")
            expect(page.locator(".diff ins").first).to_be_visible()
            page.get_by_text("Filter", exact=True).click()
            assert flaws(page) == []
            assert overflow(page) <= 0
            page.keyboard.press("Escape")
            page.locator("#keys-open").click()
            expect(page.get_by_role("dialog")).to_be_visible()
            assert flaws(page) == []
            assert not heard.errors


# ---- by keys ---------------------------------------------------------------------------------------------------------


def test_a_queue_is_reviewed_by_keys_alone(browser: Browser, full: Served) -> None:
    with looking(browser, full.url) as (page, heard):
        page.goto("/review")
        title = page.locator("#title")
        expect(title).to_have_text("Item 0")
        page.evaluate("window.still = 'the same page'")
        page.keyboard.press("5")
        expect(page.locator(".marks")).to_contain_text("rated 5 of 5")
        page.keyboard.press("v")
        expect(title).to_have_text("Item 1")
        expect(title).to_be_focused()
        expect(page.locator("#toast")).to_contain_text("You verified it: Item 0")
        expect(page.locator(".standing")).to_contain_text("1 of 5 reviewed")
        page.keyboard.press("u")
        expect(title).to_have_text("Item 0")
        expect(page.locator("#said")).to_contain_text("Taken back")
        expect(page.locator(".marks")).to_contain_text("open")
        page.keyboard.press("v")
        expect(title).to_have_text("Item 1")
        page.keyboard.press("x")
        expect(title).to_have_text("Item 2")
        page.keyboard.press("j")
        expect(title).to_have_text("Item 3")
        page.keyboard.press("k")
        expect(title).to_have_text("Item 2")
        page.go_back()
        expect(title).to_have_text("Item 3")
        assert page.evaluate("window.still") == "the same page"
        assert [state(full, number) for number in range(4)] == ["verified", "rejected", "open", "open"]
        assert not heard.errors


def test_keys_rest_in_fields_and_can_be_switched_off(browser: Browser, full: Served) -> None:
    with looking(browser, full.url) as (page, _):
        page.goto("/review")
        page.keyboard.press("t")
        expect(page.locator("#f-tags")).to_be_focused()
        page.keyboard.type("vex, jazz")
        page.keyboard.press("Enter")
        expect(page.locator(".marks")).to_contain_text("vex")
        expect(page.locator("#title")).to_have_text("Item 0")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.get_by_label("Use single keys on this page").uncheck()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        page.reload()
        expect(page.locator("#title")).to_have_text("Item 0")
        page.keyboard.press("v")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_hidden()
        assert state(full, 0) == "open"


def test_the_last_item_leads_to_a_quiet_end(browser: Browser, full: Served) -> None:
    with looking(browser, full.url) as (page, heard):
        page.goto("/review")
        for number in range(5):
            expect(page.locator("#title")).to_have_text(f"Item {number}")
            page.keyboard.press("v")
        expect(page.get_by_text("All reviewed")).to_be_visible()
        expect(page.get_by_role("link", name="Make more in the Library")).to_be_visible()
        page.keyboard.press("z")
        expect(page.locator("#title")).to_have_text("Item 4")
        assert not heard.errors


def test_who_passed_over_some_is_told(browser: Browser, full: Served) -> None:
    with looking(browser, full.url) as (page, _):
        page.goto(f"/review?after={4:064x}")
        page.get_by_role("link", name="Begin again at the first").click()
        expect(page.locator("#title")).to_have_text("Item 0")


# ---- without scripts -------------------------------------------------------------------------------------------------


def test_forms_alone_are_enough(browser: Browser, full: Served) -> None:
    with looking(browser, full.url, scripts=False) as (page, _):
        page.goto("/review?order=oldest&text=please")
        assert page.inner_text("#title") == "Item 4"
        page.fill("#f-tags", "slow, blue")
        page.fill("#f-difficulty", "3")
        page.get_by_role("button", name="Rate 4 of 5").click()
        assert "slow" in page.inner_text(".marks")
        assert "text=please" in page.url, "filters stay"
        page.get_by_role("button", name="Verify").click()
        assert page.inner_text("#title") == "Item 3"
        page.locator("#toast button").click()
        assert page.inner_text("#title") == "Item 4"
        assert "open" in page.inner_text(".marks")
        assert page.input_value("#f-difficulty") == "3"
        page.get_by_role("link", name="Edit").click()
        page.get_by_label("Text", exact=True).fill("In F major, the V7 is C7.")
        page.get_by_role("button", name="Save and verify").click()
        assert "Removed" in page.inner_text(".diff")
        assert full.get(f"/api/v2/memory/{4:064x}").json["review"]["edited"]["text"] == "In F major, the V7 is C7."
        page.locator("details.filters summary").click()
        page.select_option("#f-tag", "blue")
        page.get_by_role("button", name="Show these").click()
        assert "tag=blue" in page.url
        assert "No" not in page.inner_text("#title")


def test_the_bar_of_an_item_judges_it_where_it_stands(browser: Browser, full: Served) -> None:
    with looking(browser, full.url, scripts=False) as (page, _):
        page.goto(f"/items/{2:064x}")
        page.get_by_role("button", name="Rate 5 of 5").click()
        assert "Rated 5 of 5." in page.inner_text("#said")
        page.get_by_role("button", name="Verify").click()
        assert page.url.endswith(f"/items/{2:064x}")
        assert state(full, 2) == "verified"
        page.get_by_role("button", name="Verified: take it back").click()
        assert state(full, 2) == "open"
        page.get_by_role("button", name="Keep").click()
        assert "Kept" in page.inner_text("#said")


# ---- what goes wrong -------------------------------------------------------------------------------------------------


def second(page: Page) -> Page:
    other = page.context.new_page()
    other.goto("/review")
    return other


@pytest.mark.parametrize("scripts", [True, False])
def test_the_second_of_two_tabs_is_told_and_loses_nothing(browser: Browser, full: Served, scripts: bool) -> None:
    with looking(browser, full.url, scripts=scripts) as (page, heard):
        page.goto("/review")
        other = second(page)
        other.fill("#f-tags", "theirs")
        other.get_by_role("button", name="Verify").click()
        expect(other.locator("#title")).to_have_text("Item 1")
        page.fill("#f-note", "I typed this for a while")
        page.get_by_role("button", name="Reject").click()
        told = page.locator("#refused")
        expect(told).to_contain_text("changed meanwhile")
        expect(told).to_contain_text("verified it")
        expect(told).to_contain_text("tags theirs")
        assert page.input_value("#f-note") == "I typed this for a while"
        assert state(full, 0) == "verified"
        page.get_by_role("button", name="Reject").click()
        expect(page.locator("#title")).to_have_text("Item 1")
        review = full.get(f"/api/v2/memory/{0:064x}").json["review"]
        assert (review["state"], review["note"]) == ("rejected", "I typed this for a while")
        assert all("409" in error for error in heard.errors)


def test_an_edit_that_is_not_so_is_told_and_may_be_insisted_on(browser: Browser, full: Served) -> None:
    with looking(browser, full.url) as (page, heard):
        page.goto("/review")
        page.keyboard.press("e")
        page.get_by_label("Text", exact=True).fill("In C major, the V7 is D7.")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#refused")).to_contain_text("D7")
        assert page.get_by_label("Text", exact=True).input_value() == "In C major, the V7 is D7."
        assert flaws(page) == []
        page.get_by_label("I know better").check()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".diff")).to_contain_text("G7")
        assert all("422" in error for error in heard.errors)


def test_json_that_breaks_off_is_told_where(browser: Browser, full: Served) -> None:
    with looking(browser, full.url, scripts=False) as (page, _):
        page.goto(f"/review?at={0:064x}&edit=json")
        page.fill("#f-value", '{\n "title": "x",\n}')
        page.get_by_role("button", name="Save", exact=True).click()
        assert "line 3" in page.inner_text("#refused")
        assert page.input_value("#f-value") == '{\n "title": "x",\n}'


def test_a_lost_server_loses_nothing_typed(browser: Browser, full: Served) -> None:
    with looking(browser, full.url) as (page, _):
        page.goto("/review")
        page.fill("#f-note", "still here")
        full.stop()
        page.get_by_role("button", name="Verify").click()
        expect(page.locator("#said")).to_contain_text("does not answer")
        assert page.input_value("#f-note") == "still here"


def test_an_item_that_went_makes_room_for_the_next(browser: Browser, full: Served) -> None:
    with looking(browser, full.url) as (page, _):
        page.goto("/review?at=nothing&done=nothing")
        expect(page.locator("#title")).to_have_text("Item 0")
