"""The library in a browser: a plan foreseen and built, watched live, paused, broken off by a killed server and gone on
with; coverage; bad plans; hostile names.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import THEMES, WIDTHS, Heard, Theme, flaws, looking, overflow
from serving import Served, serving, settings_for

SMALL = """
name = "Übungsbibliothek für Fortgeschrittenenklassen"
model = "rules"
[[items]]
task = "exercise"
genre = ["jazz", "blues"]
kind = ["lick", "voicing"]
level = "1-3"
"""
SLOW = """
name = "slow"
model = "rules"
parallel = 1
[[items]]
task = "exercise"
genre = "all"
kind = ["progression", "voicing", "lick", "rhythm"]
level = "1-10"
key = "all"
"""
HOSTILE = """<script>alert(1)</script>"><img src=x onerror=alert(2)>{{7*7}} שלום"""
EMPTY = ("/library", "/library/items", "/library/jobs", "/library/plan", "/library/plan?plan=default", "/library/packs")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server in whose library nothing is ever made."""
    with serving(tmp_path_factory.mktemp("bare")) as served:
        yield served


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, list[str]]]:
    """A library with a whole job, and one whose name is hostile; and their pages."""
    with serving(tmp_path_factory.mktemp("full")) as served:
        plans: list[Any] = [
            {"name": "練習ライブラリ", "model": "rules", "items": [
                {"task": "exercise", "genre": ["jazz", "blues"], "kind": ["lick", "voicing"], "level": "1-3",
                 "key": ["C", "F"]},
                {"task": "quiz", "genre": "jazz", "level": "1-2"},
            ]},
            {"name": HOSTILE[:100], "model": "rules", "items": [{"task": "quiz", "genre": "blues", "level": 4}]},
        ]  # fmt: skip
        jobs = [served.post("/api/v2/library/jobs", {"plan": plan}).json.get("job") for plan in plans]
        for job in filter(None, jobs):
            assert served.get(f"/api/v2/library/jobs/{job}/events").status == 200  # ends when the job does
        yield served, [f"/library/jobs/{job}" for job in jobs if job]


def _build(page: Page, plan: str, cap: str = "") -> None:
    """Write a plan, see what it comes to, begin."""
    page.goto("/library/plan")
    page.get_by_label("Plan", exact=True).fill(plan)
    page.get_by_role("button", name="See what it comes to").click()
    if cap:
        page.get_by_label("Cost cap in dollars").fill(cap)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/library/jobs/*")


def _state(page: Page, word: str) -> None:
    expect(page.locator("#far .chip")).to_have_text(word, timeout=60_000)


def test_a_plan_is_foreseen_built_and_watched_to_its_end_without_a_reload(page: Page) -> None:
    page.goto("/library/plan")
    page.get_by_label("Plan", exact=True).fill(SMALL)
    page.get_by_role("button", name="See what it comes to").click()
    expect(page.locator("h1")).to_have_text("What the plan comes to")
    expect(page.locator(".figure").nth(0)).to_contain_text("12")
    expect(page.locator(".figure").nth(1)).to_contain_text("$0")
    expect(page.locator("table.entries")).to_contain_text("jazz, blues")
    page.get_by_label("Cost cap in dollars").fill("1.50")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/library/jobs/*")
    page.evaluate("window.still = true")
    _state(page, "done")
    assert page.evaluate("window.still") is True
    expect(page.locator('[data-told="made"]')).to_have_text("12")
    expect(page.get_by_text("of a cap of $1.50")).to_be_visible()
    cells = page.locator("table.grid td")
    assert cells.evaluate_all("found => found.map(one => one.className)") == ["full"] * 6
    assert page.locator("table.grid thead th[scope=col]").count() == 4
    assert page.locator("table.grid tbody th[scope=row]").all_inner_texts() == ["jazz", "blues"]
    expect(page.get_by_text("No holes: all of it is there.")).to_be_visible()
    page.get_by_role("link", name="All that it made").click()
    expect(page.get_by_role("status").last).to_have_text("12 items")
    page.locator("table.items a").first.click()
    page.wait_for_url("**/items/*")


def test_a_job_is_paused_and_goes_on(page: Page) -> None:
    _build(page, SLOW)
    expect(page.locator('[data-told="made"]')).not_to_have_text("0")
    page.get_by_role("button", name="Pause").click()
    _state(page, "paused")
    made = int(page.locator('[data-told="made"]').inner_text().replace(",", ""))
    assert 0 < made < 3840
    page.get_by_role("button", name="Resume").click()
    page.wait_for_function(
        "was => Number(document.querySelector('[data-told=made]').textContent.replace(',', '')) > was", arg=made
    )
    _state(page, "running")
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="End it").click()
    _state(page, "cancelled")
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)


def test_a_plan_is_begun_and_paused_without_scripts(browser: Browser, house: Served) -> None:
    with looking(browser, house.url, scripts=False) as (page, _):
        _build(page, SLOW.replace('"slow"', '"by hand"').replace("parallel", "seed = 3\nparallel"), cap="2")
        expect(page.get_by_role("link", name="Refresh")).to_be_visible()
        page.get_by_role("button", name="Pause").click()
        for _ in range(100):
            page.goto(page.url)
            if page.locator("#far .chip").inner_text() == "paused":
                break
        _state(page, "paused")
        page.get_by_role("button", name="Resume").click()
        page.get_by_role("button", name="End it").click()
        expect(page.get_by_role("status").first).to_contain_text("what was made stays")


def test_the_same_plan_begun_twice_is_one_job(page: Page) -> None:
    plan = SLOW.replace('"slow"', '"twice"').replace("parallel", "seed = 4\nparallel")
    _build(page, plan)
    first = page.url
    _build(page, plan)
    assert page.url == first
    expect(page.get_by_role("status").first).to_contain_text("at work already")
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="End it").click()


def test_a_lost_server_is_said_and_what_became_of_the_job_is_told_when_it_is_back(
    browser: Browser, tmp_path: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with serving(tmp_path, "", "--port", port) as served, looking(browser, served.url) as (page, heard):
        _build(page, SLOW)
        expect(page.locator('[data-told="made"]')).not_to_have_text("0")
        served.process.kill()
        served.process.wait()
        expect(page.locator("#away")).to_have_text("The server is away; trying again. What was made is not lost.")
        expect(page.locator("#away")).to_have_attribute("aria-live", "polite")
        with serving(tmp_path, "", "--port", port):
            _state(page, "interrupted")
            expect(page.locator("#away")).to_be_hidden()
            expect(page.get_by_text("It broke off: the process that worked at it is gone.")).to_be_visible()
            made = int(page.locator('[data-told="made"]').inner_text().replace(",", ""))
            page.get_by_role("button", name="Resume").click()
            page.wait_for_function(
                "was => Number(document.querySelector('[data-told=made]').textContent.replace(',', '')) > was", arg=made
            )
            _state(page, "running")
        assert [told for told in heard.errors if "ERR_CONNECTION" not in told and "ERR_INCOMPLETE" not in told] == []


def test_a_server_that_is_stopped_puts_the_job_down_and_it_goes_on(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path) as served, looking(browser, served.url) as (page, _):
        _build(page, SLOW)
        expect(page.locator('[data-told="made"]')).not_to_have_text("0")
        path = re.sub(r"^.*?(/library/)", r"\1", page.url)
        served.stop()
    with serving(tmp_path) as served, looking(browser, served.url) as (page, _):
        page.goto(path)
        _state(page, "paused")
        expect(page.get_by_text("Interrupted; resume goes on where it stood.")).to_be_visible()
        page.get_by_role("button", name="Resume").click()
        _state(page, "running")


def test_why_items_failed_is_told_and_they_alone_are_tried_again(browser: Browser, tmp_path: Path) -> None:
    with socket.socket() as closed:  # bound and not listening: whoever asks is refused
        closed.bind(("127.0.0.1", 0))
        settings = settings_for(f"http://127.0.0.1:{closed.getsockname()[1]}/v1")
        with serving(tmp_path, settings) as served, looking(browser, served.url) as (page, heard):
            _build(page, 'name = "vain"\nmodel = "little"\n[[items]]\ntask = "tutorial"\ntopic = ["swing", "shuffle"]')
            _state(page, "failed")
            expect(page.get_by_role("heading", name="Why some were not made")).to_be_visible()
            expect(page.locator(".reasons")).to_contain_text("cannot reach")
            assert flaws(page) == []
            page.get_by_label("New cost cap in dollars").fill("3")
            page.get_by_role("button", name="Only what failed, again").click()
            expect(page.get_by_role("status").first).to_contain_text("tried once more")
            expect(page.get_by_text("of a cap of $3.00")).to_be_visible()
            assert heard.errors == []


def test_the_shipped_plan_is_built_with_one_press(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path) as served, looking(browser, served.url) as (page, heard):
        page.set_default_timeout(60_000)  # 1,382 items are checked before the first is made
        page.goto("/library")
        expect(page.locator(".figure").nth(0)).to_contain_text(re.compile(r"1,\d\d\d"))
        page.get_by_role("button", name="Build it").click()
        page.wait_for_url("**/library/jobs/*")
        expect(page.locator("h1")).to_have_text("default")
        expect(page.locator('[data-told="made"]')).not_to_have_text("0")
        page.goto("/library")
        expect(page.get_by_role("link", name="Watch it")).to_be_visible()
        assert heard.errors == []


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ("", "there is no plan yet"),
        ("[[items", "cannot read the plan"),
        ('name = "x"', "asks for nothing"),
        ('[[items]]\ntask = "exercize"', "did you mean 'exercise'"),
        ('[[items]]\ntask = "exercise"\nlevel = "1-999999"', "comes to"),
        ('[[items]]\ntask = "exercise"\ngenre = "<script>alert(1)</script>"', "<script>"),
        ('cost_cap_usd = -1\n[[items]]\ntask = "quiz"', "cost cap"),
        ("x" * 10_000, "cannot read the plan"),
    ],
)
def test_a_bad_plan_is_told_with_the_mend_and_its_text_is_kept(page: Page, heard: Heard, plan: str, told: str) -> None:
    page.goto("/library/plan")
    page.get_by_label("Plan", exact=True).fill(plan)
    page.get_by_role("button", name="See what it comes to").click()
    expect(page.get_by_role("alert")).to_contain_text(told)
    assert page.get_by_label("Plan", exact=True).input_value() == plan
    assert overflow(page) <= 0
    heard.errors.clear()  # the browser tells of the status 400


def test_a_bad_cap_is_told_and_the_plan_is_kept(page: Page, heard: Heard) -> None:
    page.goto("/library/plan")
    page.get_by_label("Plan", exact=True).fill(SMALL)
    page.get_by_role("button", name="See what it comes to").click()
    page.get_by_label("Cost cap in dollars").fill("a lot")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("alert")).to_contain_text("write 2.50")
    assert page.get_by_label("Plan", exact=True).input_value().strip() == SMALL.strip()
    heard.errors.clear()


def test_a_file_is_taken_for_a_plan(page: Page) -> None:
    page.goto("/library/plan")
    page.get_by_label("or a file").set_input_files({"name": "plan.toml", "mimeType": "", "buffer": SMALL.encode()})
    page.get_by_role("button", name="See what it comes to").click()
    expect(page.locator("h2").first).to_have_text("Übungsbibliothek für Fortgeschrittenenklassen")
    assert page.get_by_label("Plan", exact=True).input_value().strip() == SMALL.strip()


def test_the_grid_is_turned_and_narrowed(browser: Browser, full: tuple[Served, list[str]]) -> None:
    served, jobs = full
    with looking(browser, served.url) as (page, heard):
        page.goto(jobs[0] + "?task=exercise&rows=kind&columns=key")
        assert page.locator("table.grid tbody th").all_inner_texts() == ["lick", "voicing"]
        page.get_by_label("Rows").select_option("genre")
        page.get_by_role("button", name="Show").click()
        page.get_by_label("Only kind").select_option("lick")
        page.get_by_role("button", name="Show").click()
        assert page.locator("table.grid td").all_inner_texts() == ["3", "3", "3", "3"]
        assert heard.errors == []


def test_a_hole_of_the_grid_leads_to_what_is_missing(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path) as served, looking(browser, served.url) as (page, heard):
        _build(page, "max_items = 12\n" + SLOW.replace("parallel = 1", "parallel = 8"))
        _state(page, "done")
        _build(page, SLOW)
        expect(page.locator('[data-told="made"]')).not_to_have_text("0")
        page.get_by_role("button", name="Pause").click()
        _state(page, "paused")
        holes = page.locator("table.grid td.hole a")
        expect(holes.last).to_contain_text("0/")
        holes.last.click()
        page.wait_for_url("**#missing")
        expect(page.locator("#missing summary")).to_contain_text("rnb")
        first = page.locator("#missing tbody tr").first
        expect(first).to_contain_text("not made yet")
        assert "genre=rnb" in (first.get_by_role("link").get_attribute("href") or "")
        assert flaws(page) == []
        assert heard.errors == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_an_empty_library_are_accessible(browser: Browser, bare: Served, width: int, theme: Theme) -> None:
    with looking(browser, bare.url, theme=theme, width=width) as (page, _):
        for path in EMPTY:
            page.goto(path)
            assert (path, flaws(page), max(0, overflow(page))) == (path, [], 0)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_of_a_full_library_are_accessible(
    browser: Browser, full: tuple[Served, list[str]], width: int, theme: Theme
) -> None:
    served, jobs = full
    with looking(browser, served.url, theme=theme, width=width) as (page, heard):
        cell = f"{jobs[0]}?task=exercise&rows=kind&columns=key&row=lick&column=C"
        for path in ("/library", "/library/items?task=quiz&level=2", "/library/jobs", "/library/packs", *jobs, cell):
            page.goto(path)
            assert (path, flaws(page), max(0, overflow(page))) == (path, [], 0)
        assert heard.errors == []


def test_hostile_names_are_shown_as_text(browser: Browser, full: tuple[Served, list[str]]) -> None:
    served, jobs = full
    with looking(browser, served.url) as (page, heard):
        items = f"/library/items?job={jobs[-1].split('/')[-1]}"
        for path in ("/library", "/library/jobs", "/library/packs", jobs[-1], items):
            page.goto(path)
            assert page.locator("main script, main img").count() == 0
            expect(page.locator("main")).to_contain_text("<script>alert(1)</script>")
            expect(page.locator("main")).not_to_contain_text("49")
        assert heard.errors == []


def test_a_job_that_is_not_there_helps(page: Page, heard: Heard) -> None:
    page.goto("/library/jobs/nothing")
    expect(page.locator("h1")).to_contain_text("nothing")
    heard.errors.clear()
