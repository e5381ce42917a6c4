"""Everything that can be made, by its form in a browser: with scripts and without, by keyboard, with mistakes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import THEMES, WIDTHS, Heard, Theme, flaws, looking, overflow
from partimento import plugins
from partimento.music.formats import midi
from partimento.music.score import Note, Score
from serving import Served
from visiting import HOSTILE, LONG

GERMAN = "Donaudampfschifffahrtsgesellschaftskapitänsklavierunterricht"
JAPANESE = "左手がジャズの練習で揃わないのですが、どうすればいいですか"


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 375)])
def test_every_form_is_accessible_and_fits(browser: Browser, house: Served, theme: Theme, width: int) -> None:
    with looking(browser, house.url, theme=theme, width=width) as (page, heard):
        for task in plugins.task_names():
            page.goto(f"/studio/tasks/{task}")
            page.locator("summary").first.click()
            assert flaws(page) == [], task
            assert overflow(page) <= 0, task
        assert heard.errors == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_form_that_is_wrong_is_accessible_and_points_to_the_field(
    browser: Browser, house: Served, width: int, theme: Theme
) -> None:
    with looking(browser, house.url, theme=theme, width=width) as (page, _):
        page.goto("/studio/tasks/voicing")
        page.get_by_label("Chords").fill("Dm7 Hx7")
        page.get_by_label("Kind").fill(GERMAN)
        page.get_by_role("button", name="Make it").click()
        expect(page.get_by_role("alert")).to_contain_text("Hx7")
        field = page.get_by_label("Chords")
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_value("Dm7 Hx7")
        expect(page.get_by_label("Kind")).to_have_value(GERMAN)
        assert flaws(page) == []
        assert overflow(page) <= 0


@pytest.mark.parametrize("scripts", [True, False])
def test_a_form_makes_what_it_says_and_shows_it(browser: Browser, house: Served, scripts: bool) -> None:
    with looking(browser, house.url, scripts=scripts) as (page, heard):
        page.goto("/studio/tasks")
        page.get_by_role("link", name="Voicing").click()
        page.get_by_label("Chords").fill(f"Em7b5 A7 Dm7 {'G7' if scripts else 'Db7'}")
        page.get_by_label("Kind").fill("rootless")
        page.get_by_role("button", name="Make it").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Voicing: Em7b5 A7 Dm7")
        expect(page.locator("#said")).to_contain_text("Made by rules")
        assert re.search(r"/items/[0-9a-f]{64}$", page.url)
        assert heard.errors == []


def test_a_form_is_filled_and_sent_by_keyboard(page: Page) -> None:
    page.goto("/studio/tasks/look_up")
    page.get_by_label("Topic").focus()
    page.keyboard.type("Dm7b5")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Key", exact=True)).to_be_focused()
    page.keyboard.type("Bb")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("half-diminished")


def test_asking_again_comes_back_to_the_form_as_it_was(page: Page) -> None:
    page.goto("/studio/tasks/reharmonization?chords=C+%7C+Am+%7C+F+%7C+G7&level=6")
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("link", name="Ask again").click()
    expect(page.get_by_label("Chords")).to_have_value("C | Am | F | G7")
    expect(page.get_by_label("Level")).to_have_value("6")


def test_the_options_hold_who_is_asked_and_whether_it_is_made_anew(page: Page) -> None:
    page.goto("/studio/tasks/look_up?topic=E7sus4")
    for said in ("Made by rules", "Remembered", "Made by rules"):
        if page.locator("#said p").count() and "Remembered" in page.locator("#said").inner_text():
            page.goto("/studio/tasks/look_up?topic=E7sus4&o-anew=yes&o-model=rules")
            expect(page.get_by_label("Model")).to_have_value("rules")
            expect(page.get_by_label("Make anew")).to_be_checked()
        else:
            page.goto("/studio/tasks/look_up?topic=E7sus4")
        page.get_by_role("button", name="Make it").click()
        expect(page.locator("#said")).to_contain_text(said)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_recording_is_graded(browser: Browser, house: Served, scripts: bool, tmp_path: Path) -> None:
    chord = tuple(Note(1, 4, key, 80, "right") for key in (59, 62, 65, 67))
    take = tmp_path / "take.mid"
    take.write_bytes(midi.write(Score("A take", "C", 90, "4/4", 1, (), (), chord)))
    with looking(browser, house.url, scripts=scripts) as (page, _):
        page.goto("/studio/tasks/grading?criterion=play+G7+in+first+inversion")
        page.get_by_label("Take as a MIDI file").set_input_files(take)
        page.get_by_role("button", name="Make it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("A take graded: 100 of 100")


@pytest.mark.parametrize(
    "words", [HOSTILE, LONG, JAPANESE, "\u202eabc \u200f"], ids=("markup", "long", "japanese", "marks")
)
def test_whatever_is_typed_comes_back_as_it_was(page: Page, heard: Heard, words: str) -> None:
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto("/studio/tasks/theory")
    page.get_by_label("Chords").fill(words)
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Chords")).to_have_value(words.strip())
    assert overflow(page) <= 0
    heard.errors.clear()  # the browser logs the 400


def test_a_task_that_needs_a_model_says_so_before_and_after(page: Page, heard: Heard) -> None:
    page.goto("/studio/tasks/text")
    expect(page.get_by_text("A model has to.")).to_be_visible()
    page.get_by_label("Prompt").fill("A haiku about rain")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_contain_text("partimento")
    expect(page.get_by_label("Prompt")).to_have_value("A haiku about rain")
    heard.errors.clear()  # the browser logs the 409


def test_a_form_that_is_at_work_says_so(page: Page) -> None:
    page.goto("/studio/tasks/look_up?topic=Dm7")
    seen = page.evaluate(
        """() => new Promise((done) => {
          const form = document.querySelector(".task-form");
          form.addEventListener("submit", (event) => {
            event.preventDefault();
            const told = form.querySelector(".working");
            done([form.getAttribute("aria-busy"), getComputedStyle(told).display !== "none"]);
          });
          form.requestSubmit();
        })"""
    )
    assert seen == ["true", True]
