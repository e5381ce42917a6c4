"""Getting in as a person does: by key, with and without scripts; colours; pages in foreign frames; where nothing is."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import THEMES, WIDTHS, Heard, Theme, flaws, looking, overflow
from serving import Served, serving


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that asks everybody for a key."""
    with serving(tmp_path_factory.mktemp("closed"), "require_key = true\n") as served:
        yield served


def new_key(served: Served, name: str) -> str:
    command = [sys.executable, "-m", "partimento", "keys", "create", name, "--json"]
    done = subprocess.run(command, cwd=served.folder, capture_output=True, check=True)
    return str(json.loads(done.stdout)["key"])


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


@pytest.mark.parametrize("scripts", [True, False])
def test_a_key_leads_to_where_one_wanted_to_go(browser: Browser, closed: Served, scripts: bool) -> None:
    with looking(browser, closed.url, scripts=scripts) as (page, heard):
        page.goto("/overview?days=7")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.get_by_label("Key").fill("pk-wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("this key is not valid")
        heard.errors.clear()  # Chromium logs the 401
        page.get_by_label("Key").fill(new_key(closed, f"teacher-{scripts}"))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/overview?days=7")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("status")).to_have_text("You are signed out.")
        assert heard.errors == []


def test_the_session_is_nothing_that_a_script_can_read(browser: Browser, closed: Served) -> None:
    with looking(browser, closed.url) as (page, _):
        page.goto("/sign-in")
        page.get_by_label("Key").fill(new_key(closed, "reader"))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/studio")
        assert page.evaluate("document.cookie") == ""


def test_colours_are_as_one_likes_them(page: Page) -> None:
    page.goto("/sign-in")
    light = page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
    page.get_by_role("button", name="Colours").click()
    page.get_by_role("button", name="Colours: light").click()
    expect(page.get_by_role("button", name="Colours: dark")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor") != light
    page.get_by_role("button", name="Colours: dark").click()


def test_a_lost_page_shows_hostile_words_as_words(page: Page, heard: Heard) -> None:
    page.goto("/<img src=x onerror=document.title='taken'>{{7*7}}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("<img src=x onerror")
    assert "taken" not in page.title().split(" ")[0]
    assert "49" not in page.content()
    assert all("404" in told for told in heard.errors)
    heard.errors.clear()


@contextmanager
def foreign_site(html: str) -> Iterator[str]:
    """Another origin that serves one page."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *told: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_no_other_site_can_put_a_page_into_its_frame(browser: Browser, house: Served) -> None:
    with (
        foreign_site(f'<iframe src="{house.url}/sign-in"></iframe>') as site,
        looking(browser, house.url) as (page, heard),
    ):
        page.goto(site)
        page.wait_for_function("window.frames.length === 1")
        page.wait_for_timeout(300)  # what is refused never comes, so there is nothing else to wait for
        assert all("Sign in" not in (frame.content() if frame != page.main_frame else "") for frame in page.frames)
        assert any("frame" in told.lower() for told in heard.errors)


def test_a_form_of_another_site_does_nothing(browser: Browser, house: Served) -> None:
    form = (
        f'<form method="post" action="{house.url}/theme"><input name="theme" value="dark"><button>Win</button></form>'
    )
    with foreign_site(form) as site, looking(browser, house.url) as (page, _):
        page.goto(f"{house.url}/sign-in")
        page.goto(site)
        page.get_by_role("button").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("refused")
        assert not [cookie for cookie in page.context.cookies() if cookie.get("name") == "partimento_theme"]
