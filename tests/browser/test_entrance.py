"""Getting in: a key for a session, the session's end, forged forms, pages that help where nothing is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from browsing import THEMES, WIDTHS, Theme, flaws, looking, overflow
from serving import Served


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/sign-in", "/nowhere"])
def test_the_entrance_and_a_lost_page_are_accessible(
    browser: Browser, house: Served, path: str, width: int, theme: Theme
) -> None:
    with looking(browser, house.url, theme=theme, width=width) as (page, _):
        page.goto(path)
        assert flaws(page) == []
        assert overflow(page) <= 0
