"""The coach's page: a talk that streams, the learner beside it, hostile words, an ended session, no scripts."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import THEMES, WIDTHS, Heard, Theme, flaws, looking, overflow
from partimento.testing.upstream import Upstream, said, stall
from serving import Served, serving, settings_for

HOSTILE = (
    'Play <img src=x onerror="document.title=1"> slowly. **Bold <b>x</b>** and [a link](javascript:alert(1)).\n\n'
    "1. First `{{7*7}}`\n2. Second\n\n<svg onload=alert(1)></svg> and \u202e backwards"
)
LONG_NAME = "Anna Überraschungsklavierspielerinnenvereinigung 日本語の名前"


@pytest.fixture(scope="module")
def school(house: Served) -> Served:
    """The house with a learner who has results."""
    goals = ["accompany a choir", '<script>alert(1)</script>"><img onerror=x>']
    told = {"id": "anna", "name": LONG_NAME, "level": 5, "genre": "jazz", "goals": goals}
    assert house.post("/api/v2/learners", told).status == 200
    for number, (concept, score) in enumerate((("triads", 0.9), ("two-five-one", 0.3), ("dorian", 0.8))):
        at = time.time() - 86_400 * (6 - number)
        body = {"id": f"r{number}", "concept": concept, "score": score, "level": 4, "at": at}
        assert house.post("/api/v2/learners/anna/results", body).status == 200
    return house


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream(otherwise=said(HOSTILE)) as running:
        yield running


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/coach", "/coach?learner=anna", "/coach?learner=nobody"])
def test_the_page_is_accessible_before_anything_is_said(
    browser: Browser, school: Served, path: str, width: int, theme: Theme
) -> None:
    with looking(browser, school.url, theme=theme, width=width) as (page, _):
        page.goto(path)
        assert flaws(page) == []
        assert overflow(page) <= 0


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_talk_is_accessible_and_fits(browser: Browser, school: Served, width: int, theme: Theme) -> None:
    with looking(browser, school.url, theme=theme, width=width) as (page, heard):
        page.goto("/coach?learner=anna")
        ask(page, f"Wie übe ich {'Donaudampfschifffahrtsgesellschaft' * 4}? 日本語で教えてください。")
        expect(page.locator(".turn.assistant .receipt")).to_contain_text("by the rules")
        assert flaws(page) == []
        assert overflow(page) <= 0
        assert heard.errors == []


def first_key(server: Served) -> str:
    """The owner's, made by command."""
    command = [sys.executable, "-m", "partimento", "keys", "create", "me", "--json"]
    made = subprocess.run(command, cwd=server.folder, capture_output=True, text=True, check=True)
    key: str = json.loads(made.stdout)["key"]
    return key


def sign_in(page: Page, key: str) -> None:
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Sign in").click()


def ask(page: Page, message: str) -> None:
    page.get_by_label("Your message").fill(message)
    page.get_by_role("button", name="Send").click()


def test_a_question_is_answered_by_rules_with_the_receipt_in_small_print(page: Page) -> None:
    page.goto("/coach")
    expect(page.locator("main")).to_contain_text("partimento models pull small")
    page.get_by_label("Your message").fill("What notes are in Ebmaj7?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn.assistant .words")).to_contain_text("Eb, G, Bb")
    expect(page.locator(".turn.assistant .receipt")).to_contain_text("by the rules · $0")
    expect(page.locator("#heard")).to_contain_text("Eb, G, Bb")
    expect(page.get_by_label("Your message")).to_be_focused()
    place = page.get_by_role("link", name="as made").get_attribute("href")
    assert place is not None
    assert place.startswith("/items/")


def test_what_a_model_says_is_shown_as_text_whatever_it_is(
    browser: Browser, upstream: Upstream, tmp_path: Path
) -> None:
    with (
        serving(tmp_path, settings_for(upstream.base_url)) as server,
        looking(browser, server.url) as (page, heard),
    ):
        page.goto("/coach")
        assert page.get_by_text("No language model is connected").count() == 0
        ask(page, '"><img src=x onerror=alert(1)> {{7*7}} \u202e how?')
        words = page.locator(".turn.assistant .words")
        expect(page.locator(".turn.assistant .receipt")).to_contain_text("little")
        expect(words).to_contain_text('<img src=x onerror="document.title=1">')
        expect(words).to_contain_text("[a link](javascript:alert(1))")
        expect(words).to_contain_text("<svg onload=alert(1)></svg> and \u202e backwards")
        expect(words.locator("strong")).to_have_text("Bold <b>x</b>")
        expect(words.locator("ol li")).to_have_count(2)
        expect(words.locator("code")).to_have_text("{{7*7}}")
        expect(page.locator(".turn.user .words")).to_contain_text("<img src=x onerror=alert(1)> {{7*7}}")
        assert words.locator("img, svg, a").count() == 0
        expect(page).to_have_title("Coach · Partimento")
        assert heard.errors == []


def test_the_coach_is_told_what_was_said_before_and_who_learns(
    browser: Browser, upstream: Upstream, tmp_path: Path
) -> None:
    with serving(tmp_path, settings_for(upstream.base_url)) as server, looking(browser, server.url) as (page, _):
        page.goto("/coach")
        page.get_by_label("Level", exact=True).first.select_option("7")
        page.get_by_label("Goals, one to a line").first.fill("play in a church")
        ask(page, "Is my wrist too stiff?")
        expect(page.locator(".turn.assistant .receipt")).to_contain_text("little")
        ask(page, "And the elbow?")
        expect(page.locator(".turn.assistant .receipt")).to_have_count(2)
        expect(page.locator(".turn.assistant .receipt").last).to_contain_text("little")
    prompt = json.dumps(upstream.requests[-1].body)
    assert "level: 7 of 10" in prompt
    assert "play in a church" in prompt
    assert "Is my wrist too stiff?" in prompt


def test_a_reply_can_be_stopped_and_asked_for_again(browser: Browser, upstream: Upstream, tmp_path: Path) -> None:
    upstream.then(stall("Begin with the left hand. " + "Then play on and on. " * 9, after=30))
    upstream.then(said("This is the whole answer."))
    with serving(tmp_path, settings_for(upstream.base_url)) as server, looking(browser, server.url) as (page, heard):
        page.goto("/coach")
        ask(page, "How do I play this?")
        expect(page.locator(".turn.assistant .words")).to_contain_text("Begin with the left hand.")
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".turn.assistant")).to_contain_text("Stopped.")
        page.get_by_role("button", name="Ask again").click()
        expect(page.locator(".turn.assistant .words")).to_have_text("This is the whole answer.")
        expect(page.locator(".turn")).to_have_count(2)
        assert heard.errors == []


def test_a_talk_outlives_a_reload_and_ends_when_a_new_one_begins(page: Page) -> None:
    page.goto("/coach")
    ask(page, "What notes are in Cmaj7?")
    expect(page.locator(".turn.assistant .receipt")).to_contain_text("by the rules")
    page.get_by_label("Your message").fill("half a thou")
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.get_by_role("link", name="as made")).to_have_count(1)
    expect(page.get_by_label("Your message")).to_have_value("half a thou")
    page.get_by_role("button", name="New talk").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.get_by_role("heading", name="What shall we work on?")).to_be_visible()
    page.reload()
    expect(page.locator(".turn")).to_have_count(0)


def test_a_message_too_long_is_refused_and_stays_in_its_field(page: Page, heard: Heard) -> None:
    page.goto("/coach")
    page.get_by_label("Your message").fill("ab " * 3_334)
    expect(page.locator("#message-hint")).to_contain_text("of 8,000 characters: too long")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("send it in parts")
    assert len(page.get_by_label("Your message").input_value()) > 10_000
    expect(page.locator(".turn")).to_have_count(0)
    heard.errors.clear()  # the browser tells of the 413


def test_an_ended_session_is_told_with_the_way_back_and_nothing_typed_is_lost(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path, "require_key = true\n") as server, looking(browser, server.url) as (page, _):
        key = first_key(server)
        page.goto("/coach?learner=")
        sign_in(page, key)
        other = page.context.new_page()
        other.goto("/coach")
        other.get_by_role("button", name="Sign out").click()
        ask(page, "Is anybody there?")
        expect(page.get_by_role("alert")).to_contain_text("Your session has ended")
        expect(page.get_by_label("Your message")).to_have_value("Is anybody there?")
        page.get_by_role("link", name="Sign in").click()
        sign_in(page, key)
        expect(page).to_have_url(f"{server.url}/coach?learner=")
        expect(page.get_by_label("Your message")).to_have_value("Is anybody there?")
        page.get_by_role("button", name="Send").click()
        expect(page.locator(".turn.assistant .receipt")).to_contain_text("by the rules")


def test_the_learner_stands_beside_the_talk(page: Page, school: Served) -> None:
    page.goto("/coach")
    page.locator("#f-learner").select_option("anna")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name=LONG_NAME, exact=True)).to_be_visible()
    aside = page.get_by_role("complementary")
    expect(aside).to_contain_text('<script>alert(1)</script>"><img onerror=x>')
    for part in ("Next exercise", "Reviews", "Skills", "Lately"):
        expect(aside.get_by_role("heading", name=part)).to_be_visible()
    way = aside.get_by_role("link", name="Make the exercise").get_attribute("href")
    assert way is not None
    assert way.startswith("/studio/tasks/exercise?")
    assert "genre=jazz" in way


@pytest.mark.parametrize("scripts", [True, False])
def test_a_learner_is_made_and_changed_by_forms(browser: Browser, house: Served, scripts: bool) -> None:
    with looking(browser, house.url, scripts=scripts) as (page, _):
        page.goto("/coach")
        form = page.locator(".newcomer")
        if not form.get_by_label("Name").is_visible():
            form.locator("summary").click()
        form.get_by_label("Name").fill("Ben")
        form.get_by_label("Id").fill(f"ben {scripts}/ü?")
        form.get_by_label("Level").select_option("3")
        form.get_by_role("button", name="Add").click()
        expect(page.locator("#said")).to_have_text("Ben is kept.")
        page.get_by_text("Change goals and profile").click()
        own = page.locator(".profile form")
        own.get_by_label("Goals, one to a line").fill("swing\nsing")
        own.get_by_role("button", name="Save").click()
        expect(page.locator("#said")).to_have_text("Ben is changed.")
        expect(page.locator(".profile .goals li")).to_have_text(["swing", "sing"])
        expect(page.get_by_role("heading", name="No results yet")).to_be_visible()


def test_a_learner_of_the_same_id_is_refused_and_the_form_stays_filled(browser: Browser, school: Served) -> None:
    with looking(browser, school.url) as (page, _):
        page.goto("/coach")
        form = page.locator(".newcomer")
        form.locator("summary").click()
        form.get_by_label("Name").fill("Another Anna")
        form.get_by_label("Id").fill("anna")
        form.get_by_role("button", name="Add").click()
        expect(page.get_by_role("alert")).to_contain_text("there is a learner 'anna' already")
        expect(page.locator(".newcomer").get_by_label("Name")).to_have_value("Another Anna")


def test_without_scripts_a_form_carries_the_talk(browser: Browser, school: Served) -> None:
    with looking(browser, school.url, scripts=False) as (page, _):
        page.goto("/coach?learner=anna")
        page.get_by_role("button", name="Quiz me on").click()
        expect(page.locator(".turn")).to_have_count(2)
        ask(page, "What notes are in Cmaj7?")
        expect(page.locator(".turn")).to_have_count(4)
        expect(page.locator(".turn.assistant .words").last).to_contain_text("C, E, G and B")
        expect(page.locator(".turn.assistant .receipt").last).to_contain_text("by the rules")
        ask(page, "x" * 10_000)
        expect(page.get_by_role("alert")).to_contain_text("10,000 characters")
        expect(page.locator(".turn")).to_have_count(4)
        assert len(page.get_by_label("Your message").input_value()) == 10_000
