"""A server that is killed in the middle of a reply: the page says so, waits, and finishes the answer."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import looking
from partimento.testing.upstream import Upstream, said, stall
from serving import serving, settings_for

BEGUN = "Begin with the left hand alone. Then add the right hand. " * 4
WHOLE = "Begin with the left hand alone. Then play it with both."


@pytest.fixture
def port() -> str:
    """One that is free now, so that a server can come back to the same address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def ask(page: Page, message: str) -> None:
    page.get_by_label("Your message").fill(message)
    page.get_by_role("button", name="Send").click()


def test_a_killed_server_is_told_and_the_answer_goes_on_when_it_is_back(
    browser: Browser, tmp_path: Path, port: str
) -> None:
    with Upstream(stall(BEGUN, after=20), otherwise=said(WHOLE)) as upstream:
        settings = settings_for(upstream.base_url)
        with serving(tmp_path, settings, "--port", port) as server, looking(browser, server.url) as (page, _):
            page.goto("/coach")
            ask(page, "How do I practise this?")
            words = page.locator(".turn.assistant .words")
            expect(words).to_contain_text("Begin with the left hand alone.")
            page.get_by_label("Your message").fill("and what I type meanwhile")
            server.process.kill()
            server.process.wait()
            expect(page.locator(".turn.assistant")).to_contain_text("The server is away.")
            expect(page.locator("#heard")).to_contain_text("The server is away.")
            with serving(tmp_path, settings, "--port", port):
                expect(page.locator(".turn.assistant .receipt")).to_contain_text("little", timeout=20_000)
                expect(words).to_have_text(WHOLE)
                expect(page.get_by_label("Your message")).to_have_value("and what I type meanwhile")
                page.get_by_role("button", name="Send").click()
                expect(page.locator(".turn.assistant .receipt")).to_have_count(2)


def test_a_message_sent_while_the_server_is_away_is_answered_when_it_comes(
    browser: Browser, tmp_path: Path, port: str
) -> None:
    with looking(browser, f"http://127.0.0.1:{port}") as (page, _):
        with serving(tmp_path, "", "--port", port) as server:
            page.goto("/coach")
            server.process.kill()
            server.process.wait()
        ask(page, "What notes are in Cmaj7?")
        expect(page.locator(".turn.assistant")).to_contain_text("The server is away.")
        with serving(tmp_path, "", "--port", port):
            expect(page.locator(".turn.assistant .words")).to_contain_text("C, E, G and B", timeout=20_000)


def test_waiting_for_a_server_can_be_stopped(browser: Browser, tmp_path: Path, port: str) -> None:
    with looking(browser, f"http://127.0.0.1:{port}") as (page, _):
        with serving(tmp_path, "", "--port", port) as server:
            page.goto("/coach")
            server.process.kill()
            server.process.wait()
        ask(page, "What notes are in Cmaj7?")
        expect(page.locator(".turn.assistant")).to_contain_text("The server is away.")
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".turn.assistant")).to_contain_text("Stopped.")


def test_a_stream_that_breaks_off_each_time_ends_with_an_error(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path) as server, looking(browser, server.url) as (page, _):
        page.goto("/coach")
        told = page.evaluate(
            """async () => {
                const source = [...document.scripts].find((one) => one.src.includes("coach.js")).src;
                const { steady } = await import(source.replace("coach.js", "steady.js"));
                const names = [];
                try {
                    const never = steady("/api/v2/coach", { message: "hi" }, { ends: ["never"] });
                    for await (const { event } of never) names.push(event);
                } catch (error) { names.push(error.message); }
                return names;
            }"""
        )
    assert told.count("done") == 3
    assert told.count("back") == 2
    assert "breaks off each time" in told[-1]
