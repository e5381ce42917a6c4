"""A headless Chromium that looks at our pages: opened, listened to, judged by axe-core. Knows no test.

Debian's Chromium is driven by playwright; whatever a page logs as an error, and whatever its policy forbade, is kept
and must be nothing in the end.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from playwright.sync_api import Browser, Page, sync_playwright

Theme = Literal["light", "dark"]
WIDTHS = (375, 1280)
THEMES: tuple[Theme, ...] = ("light", "dark")
AXE = Path(__file__).parent / "browser" / "axe.min.js"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--font-render-hinting=none")


class Heard(Struct):
    """What a page complained of."""

    errors: list[str]


def chromium_program() -> str | None:
    """Where Chromium is; None where it is not installed."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@contextmanager
def chromium(program: str) -> Iterator[Browser]:
    """A browser, until the block ends. While it lives no event loop can be run in this thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def looking(
    browser: Browser, url: str, *, theme: Theme = "light", width: int = 1280, scripts: bool = True, **more: Any
) -> Iterator[tuple[Page, Heard]]:
    """A page of its own, with cookies of its own; paths are relative to `url`. `scripts=False`: JavaScript is off."""
    context = browser.new_context(
        base_url=url, color_scheme=theme, viewport={"width": width, "height": 900}, java_script_enabled=scripts,
        reduced_motion="reduce", **more,
    )  # fmt: skip
    context.set_default_timeout(15_000)
    page, heard = context.new_page(), Heard([])
    page.on("console", lambda told: heard.errors.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.errors.append(str(error)))
    try:
        yield page, heard
    finally:
        context.close()


def flaws(page: Page) -> list[str]:
    """What axe-core has against the page as it stands: WCAG 2.0 to 2.2, A and AA, and best practices."""
    with_axe = page.evaluate("typeof window.axe !== 'undefined'")
    if not with_axe:
        page.evaluate(AXE.read_text())  # not a script element: the page's own policy would forbid it
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate(f"axe.run({{runOnly: {tags}, resultTypes: ['violations']}})")
    return [
        f"{one['id']}: {node['html'][:200]} | {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
