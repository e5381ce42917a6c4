"""The page of anything made, in a browser: read in every light and width, saved, heard, answered. Hostile texts do
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import THEMES, WIDTHS, Heard, Theme, flaws, looking, overflow
from making import LEAST
from partimento.client import AsyncPartimento
from serving import Served
from visiting import HOSTILE, LONG, keep, poisoned

RULES = {
    name: fields for name, fields in LEAST.items() if name not in ("feedback", "grading", "report", "rearrangement")
}
"""What native doors make of the same fields."""
TEXTS = (HOSTILE, LONG, "夜明けのボサノヴァを左手だけで練習する" * 20)


@pytest.fixture(scope="module")
def items(house: Served) -> dict[str, str]:
    """What the rules made, by task."""
    found = {}
    for task, fields in RULES.items():
        answer = house.post(f"/api/v2/tasks/{task}", {"inputs": fields})
        assert answer.status == 200, (task, answer.body)
        found[task] = answer.json["receipt"]["memory_id"]
    return found


@pytest.fixture(scope="module")
def strange(house: Served, items: dict[str, str]) -> Iterator[list[str]]:
    """Items whose every text is hostile, endless or without blanks, as a model could write them."""
    client = AsyncPartimento(folder=house.folder)
    try:
        found = [keep(client.store, "gone_task", {"title": text, "list": [text, {text[:90]: text}]}) for text in TEXTS]
        for task, name in items.items():
            value = house.get(f"/items/{name}/file/value.json").json
            found += [keep(client.store, task, poisoned(task, value, text), prompt=text) for text in TEXTS]
        yield found
    finally:
        client.store.close()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_view_is_accessible_and_fits(
    browser: Browser, house: Served, items: dict[str, str], width: int, theme: Theme
) -> None:
    with looking(browser, house.url, theme=theme, width=width) as (page, heard):
        for task, name in items.items():
            page.goto(f"/items/{name}")
            page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
            assert flaws(page) == [], task
            assert overflow(page) <= 0, task
            assert heard.errors == [], task


@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_of_a_model_does_anything_or_breaks_the_page(
    browser: Browser, house: Served, strange: list[str], width: int
) -> None:
    with looking(browser, house.url, width=width) as (page, heard):
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        for name in strange:
            page.goto(f"/items/{name}", wait_until="domcontentloaded")
            assert page.locator("main img").count() == 0
            assert page.locator("main h1").count() == 1
            assert overflow(page) <= 0, page.locator("main h1").inner_text()[:60]
        assert not [told for told in heard.errors if "policy" in told.lower()]


def test_a_piece_is_saved_and_named(page: Page, items: dict[str, str], tmp_path: Path) -> None:
    page.goto(f"/items/{items['arrangement']}")
    with page.expect_download() as started:
        page.get_by_role("link", name="MIDI", exact=True).click()
    saved = started.value
    assert saved.suggested_filename.endswith(".mid")
    saved.save_as(tmp_path / "piece.mid")
    assert (tmp_path / "piece.mid").read_bytes().startswith(b"MThd")


def test_a_piece_is_heard_from_its_page(page: Page, items: dict[str, str]) -> None:
    page.goto(f"/items/{items['arrangement']}")
    assert page.locator("audio").get_attribute("preload") == "none"
    seconds = page.evaluate(
        """() => new Promise((done, failed) => {
          const sound = document.querySelector("audio");
          sound.addEventListener("loadedmetadata", () => done(sound.duration));
          sound.addEventListener("error", () => failed(new Error("it cannot be played")));
          sound.load();
        })"""
    )
    assert seconds > 3


@pytest.mark.parametrize("scripts", [True, False])
def test_a_quiz_is_answered_on_its_page(browser: Browser, house: Served, items: dict[str, str], scripts: bool) -> None:
    with looking(browser, house.url, scripts=scripts) as (page, heard):
        page.goto(f"/items/{items['quiz']}")
        for question in page.locator(".questions > li").all():
            choice = question.get_by_role("radio")
            if choice.count():
                choice.first.check()
            else:
                question.get_by_role("textbox").fill("C")
        page.get_by_role("button", name="Mark my answers").click()
        expect(page.get_by_role("heading", name="Question by question")).to_be_visible()
        assert flaws(page) == [] if scripts else page.locator("h1").count() == 1
        assert heard.errors == []


def test_why_this_model_and_the_raw_value_are_read_without_scripts(
    browser: Browser, house: Served, items: dict[str, str]
) -> None:
    with looking(browser, house.url, scripts=False) as (page, _):
        page.goto(f"/items/{items['tutorial']}")
        expect(page.get_by_role("heading", name="Why this model")).to_be_visible()
        expect(page.get_by_text("the rules answer when no model does")).to_be_visible()
        page.get_by_text("The raw value").click()
        expect(page.locator(".raw pre")).to_contain_text('"practice_guide"')


def test_an_exercise_of_a_lesson_is_one_press_from_being_made(page: Page, items: dict[str, str]) -> None:
    page.goto(f"/items/{items['tutorial']}")
    title = page.locator(".exercise strong").first.inner_text()
    page.get_by_role("button", name=f"Make it: {title}").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Exercise")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Practise it")).to_be_visible()


def test_an_item_that_is_gone_says_what_helps(page: Page, heard: Heard) -> None:
    page.goto(f"/items/{'0' * 64}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Unknown item")
    expect(page.get_by_text("make it again in the Studio")).to_be_visible()
    assert flaws(page) == []
    heard.errors.clear()  # the browser logs the 404
