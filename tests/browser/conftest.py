"""What browser tests stand on: a Chromium and a server for each module, a page for each test that must not complain."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from browsing import Heard, chromium, chromium_program, looking
from serving import Served, serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.external)
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For one module: a running browser keeps other tests of this thread from running event loops."""
    program = chromium_program()
    if program is None:
        pytest.skip("Chromium is not installed")
    with chromium(program) as opened:
        yield opened


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with rules only and nothing made yet."""
    with serving(tmp_path_factory.mktemp("house")) as served:
        yield served


@pytest.fixture
def heard() -> Heard:
    """What the page of this test complained of; a test that provokes complaints clears it."""
    return Heard([])


@pytest.fixture
def page(browser: Browser, house: Served, heard: Heard) -> Iterator[Page]:
    """A light page of 1280 pixels on the server, with scripts. At the end nothing may have gone wrong in it."""
    with looking(browser, house.url) as (opened, told):
        heard.errors = told.errors
        yield opened
        assert not heard.errors
