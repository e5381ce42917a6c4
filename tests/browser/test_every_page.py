"""Every page, in a house nobody has used and in one that is lived in: light and dark, narrow and wide. axe-core finds
nothing, nothing sticks out, nothing is logged, and the keyboard reaches and shows what it reaches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct
from playwright.sync_api import Browser, Page

from browsing import THEMES, WIDTHS, Theme, flaws, looking, overflow
from furnishing import Furnished, furnish
from partimento.web.places import EVERY
from serving import Served, serving

NO_PAGES = ("/", "/favicon.ico", "/library/pack", "/models/events", "/sign-in")
"""What leads on, is no page, or has a test of its own."""
PAGES = sorted({place.path for place in EVERY if place.method == "GET"} - set(NO_PAGES))
PLAIN = [path for path in PAGES if "{" not in path and "." not in path]


class Lived(Struct, frozen=True):
    """A served house and what is in it."""

    served: Served
    things: Furnished


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("lived")
    with serving(folder) as served:  # whose settings the furnishing reads
        things = furnish(folder, requests=300)
        yield Lived(served, things)


def judged(page: Page, path: str) -> list[str]:
    """What is wrong with a page: rules of axe-core, width, headings."""
    answer = page.goto(path)
    assert answer is not None
    if "text/html" not in answer.headers.get("content-type", ""):
        return []
    found = flaws(page)
    if overflow(page) > 0:
        found.append(f"the page sticks out by {overflow(page)} px")
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} first headings")
    if answer.status >= 400:
        found.append(f"status {answer.status}")
    return found


@pytest.mark.parametrize("path", PLAIN)
def test_an_empty_house_is_accessible(browser: Browser, house: Served, path: str) -> None:
    for theme, width in _looks():
        with looking(browser, house.url, theme=theme, width=width) as (page, heard):
            assert judged(page, path) == [], (theme, width)
            assert heard.errors == []


@pytest.mark.parametrize("path", PLAIN)
def test_a_house_that_is_lived_in_is_accessible(browser: Browser, lived: Lived, path: str) -> None:
    for theme, width in _looks():
        with looking(browser, lived.served.url, theme=theme, width=width) as (page, heard):
            assert judged(page, path) == [], (theme, width)
            assert heard.errors == []


@pytest.mark.parametrize(
    "thing", ["arrangement", "latin", "tutorial", "exercise", "quiz", "theory", "reharmonization", "practice_tips"]
)
def test_whatever_was_made_is_accessible(browser: Browser, lived: Lived, thing: str) -> None:
    for theme, width in _looks():
        with looking(browser, lived.served.url, theme=theme, width=width) as (page, heard):
            assert judged(page, f"/items/{lived.things.items[thing]}") == [], (theme, width)
            assert heard.errors == []


def test_a_job_and_a_curriculum_are_accessible(browser: Browser, lived: Lived) -> None:
    for theme, width in _looks():
        with looking(browser, lived.served.url, theme=theme, width=width) as (page, heard):
            assert judged(page, f"/library/jobs/{lived.things.job}") == [], (theme, width)
            assert judged(page, f"/curricula/{lived.things.curriculum}") == [], (theme, width)
            assert judged(page, f"/coach?learner={lived.things.learner}") == [], (theme, width)
            assert heard.errors == []


@pytest.mark.parametrize("path", PLAIN)
def test_a_page_can_be_walked_through_by_keyboard(browser: Browser, lived: Lived, path: str) -> None:
    """Tab comes to the skip link first, shows where it is at every step, and is never caught."""
    with looking(browser, lived.served.url) as (page, _):
        answer = page.goto(path)
        assert answer is not None
        if "text/html" not in answer.headers.get("content-type", ""):
            return
        page.evaluate("document.activeElement.blur()")
        seen: list[str] = []
        for _step in range(60):
            page.keyboard.press("Tab")
            told = page.evaluate(_FOCUSED)
            if told is None:
                break
            assert told["shown"], told["what"]
            seen.append(told["what"])
        assert re.search(r"Skip to the content", seen[0])
        assert len(set(seen)) > 8


def test_a_page_is_whole_without_scripts(browser: Browser, lived: Lived, tmp_path: Path) -> None:
    with looking(browser, lived.served.url, scripts=False) as (page, _):
        for path in PLAIN:
            answer = page.goto(path)
            assert answer is not None
            if "text/html" in answer.headers.get("content-type", ""):
                assert page.locator("main h1").count() == 1, path


def _looks() -> list[tuple[Theme, int]]:
    """Each theme and each width once; tests of the single pages look at all four."""
    return list(zip(THEMES, reversed(WIDTHS), strict=True))


_FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const lined = (part) => {  // the link of a card may light up the card
    const style = getComputedStyle(part);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  };
  const around = [one, one.parentElement, one.parentElement?.parentElement].filter(Boolean);
  return { what: one.outerHTML.slice(0, 120), shown: around.some(lined) };
}"""
