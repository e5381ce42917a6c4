"""Composing in the browser: a piece asked for, read, changed by a bar, gone on with; with scripts and without."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import THEMES, WIDTHS, Heard, Theme, flaws, looking, overflow
from partimento.testing.upstream import Upstream, said, stall
from serving import Served, serving, settings_for

WORSHIP = {"genre": "gospel", "description": "slow worship ballad, 2-5-1 into the chorus", "key": "Ab", "bars": 16}
HOSTILE = '"><img src=x onerror="document.title=1"> <script>document.title=2</script> {{7*7}} \u202e </textarea> over'
GERMAN = "Ein ruhiges Stück für die Klavierspielerinnenvereinigungsjubiläumsfeierlichkeiten am Sonntagnachmittag"
JAPANESE = "雨の夜に静かに弾くゆっくりとしたバラード。左手はやさしく、右手は歌うように。"
CROWDED = "C Am Dm G7 | Ebmaj7#11 Abm7b5/Gb Dbmaj7 G7b9b13 | C | G7 | Cmaj7"


def composed(house: Served, **fields: object) -> str:
    """Where a piece made by the API stands."""
    answer = house.post("/api/v2/compose", {"inputs": {**WORSHIP, **fields}, "seed": 7})
    assert answer.status == 200, answer.body
    return f"/items/{answer.json['receipt']['memory_id']}"


def compose(page: Page, description: str = "") -> None:
    """Fill the wish in, and press the button."""
    page.get_by_label("What should it be?").fill(description)
    page.get_by_role("button", name="Compose").click()


@pytest.fixture(scope="module")
def piece(house: Served) -> str:
    return composed(house)


@pytest.fixture
def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


# ---- asking ----------------------------------------------------------------------------------------------------


def test_a_piece_is_composed_read_explained_changed_and_gone_on_with(page: Page) -> None:
    page.goto("/studio?genre=gospel&description=slow+worship+ballad,+2-5-1+into+the+chorus&key=Ab&bars=16&seed=7")
    page.get_by_role("button", name="Compose").click()
    page.wait_for_url(re.compile("/items/"))
    expect(page.locator(".bar-cell")).to_have_count(16)
    expect(page.get_by_role("heading", name="Gospel worship in Ab")).to_be_visible()
    first = page.locator("#chord-1")
    expect(first).to_contain_text("A♭")
    expect(first.locator(".roman")).to_contain_text("I")
    expect(first.locator(".function")).to_contain_text("tonic")
    page.locator("#bar-5").click()
    expect(page.locator("#panel-title")).to_contain_text("Bar 5")
    offer = page.locator(".offers li").first
    new = offer.locator("strong").all_inner_texts()
    offer.get_by_role("button", name="Put it in").click()
    expect(page.locator("#said")).to_contain_text("Made anew, bar 5")
    expect(page.locator(".origin")).to_contain_text("bar 5")
    fifth = page.locator(".bar-cell").nth(4)
    for symbol in new:
        expect(page.locator(".bar-cell .symbol", has_text=symbol).first).to_be_visible()
    expect(fifth.locator(".bar-number")).to_have_class(re.compile("changed"))
    page.get_by_role("link", name="Go back to the earlier one").click()
    expect(page.locator(".origin")).to_have_count(0)
    page.get_by_role("button", name="Go on with it").first.click()
    expect(page.locator(".bar-cell")).to_have_count(17)
    expect(page.locator(".origin")).to_contain_text("bar 17 is new")


def test_the_same_works_without_scripts(browser: Browser, house: Served) -> None:
    with looking(browser, house.url, scripts=False) as (page, heard):
        page.goto("/studio?genre=jazz&key=Bb&bars=8&seed=3")
        compose(page, "bebop with tritone substitutions")
        expect(page.locator(".bar-cell")).to_have_count(8)
        page.locator("#chord-2").click()
        expect(page.locator("#panel")).to_contain_text("Its tones")
        page.locator("#bar-2").click()
        page.get_by_label("Your own chords").fill("Cm7 F7")
        page.get_by_role("button", name="Try").click()
        expect(page.locator(".tried")).to_contain_text("It holds")
        page.get_by_role("button", name="Make this version").click()
        expect(page.locator(".origin")).to_contain_text("bar 2")
        expect(page.locator(".bar-cell").nth(1)).to_contain_text("Cm7")
        page.goto("/studio")
        expect(page.get_by_role("link", name="Jazz bebop in Bb").first).to_be_visible()
        assert heard.errors == []


def test_what_was_typed_stays_where_the_form_is_refused(browser: Browser, house: Served) -> None:
    with looking(browser, house.url, scripts=False) as (page, _):
        page.goto("/studio?genre=gospel&key=Ab&level=advanced&tracks=bass,drums")
        page.get_by_label("Bars").fill("a lot")
        compose(page, "slow and warm")
        expect(page.get_by_role("alert")).to_contain_text("bars is no number")
        expect(page.get_by_label("What should it be?")).to_have_value("slow and warm")
        expect(page.get_by_label("Bars")).to_have_value("a lot")
        expect(page.get_by_label("Key")).to_have_value("Ab")
        expect(page.get_by_label("Level")).to_have_value("advanced")
        expect(page.get_by_label("bass")).to_be_checked()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_wish_of_ten_thousand_characters_is_refused_and_kept(browser: Browser, house: Served, scripts: bool) -> None:
    wish = "slow " * 2_000
    with looking(browser, house.url, scripts=scripts) as (page, _):
        page.goto("/studio")
        compose(page, wish.strip())
        expect(page.locator(".notice.bad")).to_contain_text("the description has 9,999 characters")
        expect(page.get_by_label("What should it be?")).to_have_value(wish.strip())
        assert overflow(page) <= 0


@pytest.mark.parametrize("wish", [HOSTILE, GERMAN, JAPANESE])
def test_any_wish_is_shown_as_text_and_breaks_nothing(browser: Browser, house: Served, wish: str) -> None:
    with looking(browser, house.url, width=375) as (page, heard):
        page.goto("/studio?genre=neosoul&bars=4")
        compose(page, wish)
        page.wait_for_url(re.compile("/items/"))
        shown = wish.replace("<", "‹").replace(">", "›")
        expect(page.locator(".wish")).to_have_text(shown)
        assert "document.title" not in page.title() or page.title().endswith("· Partimento")
        assert overflow(page) <= 0
        page.goto("/studio")
        expect(page.locator(".made-wish").first).to_contain_text(shown[:40])
        assert page.locator(".made-list img, .made-list script").count() == 0
        assert overflow(page) <= 0
        assert heard.errors == []


def test_examples_fill_the_form_and_uses_follow_the_genre(page: Page) -> None:
    page.goto("/studio")
    page.get_by_role("link", name="A minuet in three").click()
    expect(page.get_by_label("Genre")).to_have_value("classical")
    expect(page.get_by_label("Meter")).to_have_value("3/4")
    expect(page.get_by_label("Use").locator("optgroup:not([hidden])")).to_have_count(1)
    page.get_by_label("Genre").select_option("latin")
    expect(page.get_by_label("Use").locator("optgroup:not([hidden])")).to_have_attribute("label", "Latin")


def test_a_link_cannot_bring_anything_but_text_into_the_form(page: Page) -> None:
    page.goto('/studio?genre="><script>document.title=1</script>&key=<b>&model="onfocus=alert(1)&tempo=<i>&seed=<u>')
    assert page.title() == "Studio · Partimento"
    assert page.locator("#ask b, #ask i, #ask u, #ask script").count() == 0
    assert flaws(page) == []


def test_a_new_house_says_how_to_begin(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path) as served, looking(browser, served.url) as (page, _):
        page.goto("/studio")
        expect(page.get_by_role("heading", name="No piece yet")).to_be_visible()
        expect(page.get_by_text("partimento compose gospel")).to_be_visible()


# ---- what goes on ----------------------------------------------------------------------------------------------


REMEMBERS = """
    addEventListener("DOMContentLoaded", () => {
        const events = document.getElementById("events");
        if (events) new MutationObserver(() => sessionStorage.setItem("told", events.innerText))
            .observe(events, { childList: true, subtree: true, characterData: true });
    });
"""
"""What was told while a piece was made, to be read when its page has come."""


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    wrong = json.dumps({"key": "Ab", "bars": [["Ab"], ["H7"], ["Eb7"], ["Ab"]]})
    with Upstream(otherwise=said(wrong)) as running:
        yield running


def test_it_is_told_who_was_asked_and_what_was_wrong(browser: Browser, upstream: Upstream, tmp_path: Path) -> None:
    with serving(tmp_path, settings_for(upstream.base_url)) as served, looking(browser, served.url) as (page, heard):
        page.add_init_script(REMEMBERS)
        page.goto("/studio?genre=gospel&key=Ab&bars=4")
        compose(page, "a warm vamp")
        page.wait_for_url(re.compile("/items/"))
        told = page.evaluate("sessionStorage.getItem('told')")
        assert "Asking little" in told
        assert "The draft of little did not pass" in told
        assert "H7" in told
        assert "Asking the rules" in told
        assert "The rules wrote it, and every chord holds." in told
        expect(page.locator(".piece-facts")).to_contain_text("the rules")
        assert heard.errors == []


def test_it_can_be_stopped_and_asked_again(browser: Browser, upstream: Upstream, tmp_path: Path) -> None:
    upstream.then(stall('{"key": "Ab", "bars": [["Ab"], ["Db"], ', after=3))
    with serving(tmp_path, settings_for(upstream.base_url)) as served, looking(browser, served.url) as (page, heard):
        page.goto("/studio?genre=gospel&key=Ab&bars=4")
        compose(page, "a warm vamp")
        expect(page.locator("#events")).to_contain_text("Asking little")
        assert flaws(page) == []
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#events")).to_contain_text("Stopped. Nothing you typed is lost.")
        expect(page.get_by_label("What should it be?")).to_have_value("a warm vamp")
        page.get_by_role("button", name="Compose").click()
        page.wait_for_url(re.compile("/items/"))
        assert heard.errors == []


def test_a_lost_server_is_told_and_the_piece_comes_when_it_is_back(
    browser: Browser, upstream: Upstream, tmp_path: Path, free_port: str
) -> None:
    upstream.then(stall('{"key": "Ab", "bars": [["Ab"], ', after=3))
    settings = settings_for(upstream.base_url)
    with serving(tmp_path, settings, "--port", free_port) as served, looking(browser, served.url) as (page, _):
        page.goto("/studio?genre=gospel&key=Ab&bars=4")
        compose(page, "a warm vamp")
        expect(page.locator("#events")).to_contain_text("Asking little")
        served.process.kill()
        served.process.wait()
        expect(page.locator("#events")).to_contain_text("The server is away.")
        with serving(tmp_path, settings, "--port", free_port):
            page.wait_for_url(re.compile("/items/"), timeout=30_000)
            expect(page.locator(".bar-cell")).to_have_count(4)


# ---- reading ---------------------------------------------------------------------------------------------------


def test_why_a_chord_is_there_is_told_by_keyboard_alone(page: Page, piece: str) -> None:
    page.goto(piece)
    chord = page.locator("#chord-3")
    chord.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#tip-3")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#tip-3")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    panel = page.locator("#panel")
    expect(panel).to_contain_text("Its tones")
    expect(panel.locator(".keyboard")).to_have_attribute("aria-label", re.compile("Left hand .*right hand"))
    expect(panel.locator(".odds li")).to_have_count(5)
    assert page.url.endswith("?chord=3")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(chord).to_be_focused()
    assert page.url.endswith(piece)


def test_a_hint_shows_under_the_mouse(page: Page, piece: str) -> None:
    page.goto(piece)
    page.locator("#chord-1").hover()
    expect(page.locator("#tip-1")).to_be_visible()
    expect(page.locator("#tip-1")).to_contain_text("tonic")
    page.get_by_role("heading", name="Lead sheet").hover()
    expect(page.locator("#tip-1")).to_be_hidden()


def test_chords_of_ones_own_are_read_before_they_are_made(page: Page, piece: str) -> None:
    page.goto(f"{piece}?bar=9")
    page.get_by_label("Your own chords").fill("Ab H7")
    page.get_by_role("button", name="Try").click()
    expect(page.locator(".tried")).to_contain_text("German H is B")
    expect(page.get_by_label("Your own chords")).to_have_value("Ab H7")
    page.get_by_label("Your own chords").fill("Ab Ab7")
    page.get_by_role("button", name="Try").click()
    expect(page.locator(".tried")).to_contain_text("It holds")
    expect(page.locator(".tried")).to_contain_text("I7, tonic")
    page.reload()
    expect(page.locator(".tried")).to_contain_text("It holds")


def test_a_chord_of_the_middle_may_be_followed_by_another(page: Page, piece: str) -> None:
    page.goto(f"{piece}?chord=1")
    page.get_by_role("button", name="Put it there").first.click()
    expect(page.locator(".origin")).to_contain_text("→")
    expect(page.locator(".bar-cell")).to_have_count(16)


def test_a_forged_change_is_refused(page: Page, piece: str, heard: Heard) -> None:
    page.goto(f"{piece}?bar=5")
    page.locator(".offers input[name=after]").first.evaluate("one => one.value = 'C7 <script>'")
    page.locator(".offers button").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is not suggested for bar 5")
    heard.errors.clear()  # the browser logs the status


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_state_is_accessible(browser: Browser, house: Served, piece: str, width: int, theme: Theme) -> None:
    fields = {"genre": "jazz", "key": "C", "chords": CROWDED}
    crowded = house.post("/api/v2/tasks/rearrangement", fields)
    chords = house.post("/api/v2/tasks/progression", {"genre": "latin", "bars": 8}).json["receipt"]["memory_id"]
    places = (
        "/studio", "/studio?genre=jazz&level=8&model=nothing", piece, f"{piece}?chord=3", f"{piece}?bar=5",
        f"{piece}?bar=5&own=Ab+H7", f"{piece}?bar=5&own=Fm7", f"/items/{crowded.json['receipt']['memory_id']}?chord=5",
        f"/items/{chords}?chord=2",
    )  # fmt: skip
    with looking(browser, house.url, theme=theme, width=width) as (page, heard):
        for place in places:
            page.goto(place)
            assert flaws(page) == [], place
            assert overflow(page) <= 0, place
        assert heard.errors == []


@pytest.mark.parametrize("width", WIDTHS)
def test_an_empty_studio_is_accessible(browser: Browser, tmp_path: Path, width: int) -> None:
    with serving(tmp_path) as served:
        for theme in THEMES:
            with looking(browser, served.url, theme=theme, width=width) as (page, _):
                page.goto("/studio")
                assert flaws(page) == []
                assert overflow(page) <= 0
