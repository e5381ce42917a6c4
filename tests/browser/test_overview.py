"""The Overview: what it says of what was asked, spent and saved; accessible, in every width, hostile text and all."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import THEMES, WIDTHS, Heard, Theme, flaws, looking, overflow
from partimento.core.money import Money
from partimento.core.ports import LedgerRow
from partimento.environment import SystemClock
from partimento.ledger.sums import DAY
from partimento.store.opening import open_store
from partimento.testing.store_suite import row
from serving import Served, serving

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "\u202egnihton si siht",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "夜明けのボサノヴァ伴奏練習曲集第三巻",
    "x" * 10_000,
)


def rows(now: float) -> Iterator[LedgerRow]:
    """Figures that are easy to add up: today ten requests, $3 spent, $9 saved; and before that what is hostile."""
    dollar = Money.of(1).pico
    paid = {"model": "gpt", "tier": "cloud", "provider": "openai", "cost_pico": dollar, "latency_ms": 2_400.0}
    for number in range(3):
        yield row(f"paid {number}", at=now - number, endpoint="/v1/chat/completions", user="anna", **paid)
    for number, saver in enumerate(("cache", "cache", "local", "flight", "cache", "cache")):
        ending = "served" if saver == "local" else "hit"
        saved = {"ending": ending, "saved_by": saver, "saved_pico": dollar * 3 // 2, "latency_ms": 4.0}
        yield row(f"saved {number}", at=now - 10 - number, user="bruno", **saved)
    lost = {"ending": "failed", "error": "EngineUnreachable: nobody is there", "model": "gpt"}
    yield row("lost", at=now - 20, endpoint="/v1/chat/completions", **lost)
    for number, text in enumerate(HOSTILE):
        named: dict[str, Any] = {"task": text, "user": text, "endpoint": text, "model": text, "provider": text}
        error = {"ending": "failed", "error": f"{text}: {text}"} if number % 2 else {}
        yield row(f"hostile {number}", at=now - 40 * DAY - number, genre=text, memory_id=text[:64], **named, **error)


def fill(place: Path, made: Callable[[float], Iterable[LedgerRow]] = rows) -> None:
    """Write the rows; on a thread of its own, since a browser's thread runs no event loop."""

    def work() -> None:
        clock = SystemClock()
        store = open_store(place, clock)

        async def record() -> None:
            await asyncio.gather(*map(store.record, made(clock.now())))

        asyncio.run(record())
        store.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose ledger has these rows."""
    folder = tmp_path_factory.mktemp("lived-in")
    (folder / "data").mkdir()
    fill(folder / "data" / "partimento.db")
    with serving(folder) as served:
        yield served


@pytest.fixture
def glance(browser: Browser, lived_in: Served, heard: Heard) -> Iterator[Page]:
    """A light page of 1280 pixels on it."""
    with looking(browser, lived_in.url) as (page, told):
        yield page
        assert not told.errors


def figure(page: Page, name: str) -> str:
    """What stands under a name."""
    term = page.locator("dt", has_text=name).first
    return term.locator("xpath=following-sibling::dd[1]").inner_text().strip()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("days", [7, 90])
def test_the_overview_is_accessible_with_content(
    browser: Browser, lived_in: Served, width: int, theme: Theme, days: int
) -> None:
    with looking(browser, lived_in.url, theme=theme, width=width) as (page, told):
        page.goto(f"/overview?days={days}")
        page.get_by_text("Show as a table").click()
        assert flaws(page) == []
        assert overflow(page) <= 0
        assert told.errors == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_overview_is_accessible_empty(browser: Browser, house: Served, width: int, theme: Theme) -> None:
    with looking(browser, house.url, theme=theme, width=width) as (page, told):
        page.goto("/overview")
        assert flaws(page) == []
        assert overflow(page) <= 0
        assert told.errors == []


def test_it_says_at_once_what_was_asked_spent_and_saved(glance: Page) -> None:
    glance.goto("/overview?days=7")
    assert [figure(glance, name) for name in ("Asked", "Spent", "Saved")] == ["10", "$3.00", "$9.00"]
    expect(glance.get_by_text("75 % of what it would have cost")).to_be_visible()
    told = glance.locator(".owed li").all_inner_texts()
    assert [line.split()[0] for line in told] == ["$6.00", "$1.50", "$1.50"]
    assert figure(glance, "From memory") == "50 %"
    assert figure(glance, "Answer time") == "4.0 ms"
    assert figure(glance, "Failed") == "1"
    expect(glance.locator("#now").get_by_text("EngineUnreachable")).to_be_visible()


def test_tables_name_who_asked_and_who_answered(glance: Page) -> None:
    glance.goto("/overview?days=7")
    line = glance.get_by_role("region", name="Models").get_by_role("row", name="gpt cloud · openai")
    expect(line).to_contain_text("$3.00")
    users = glance.get_by_role("region", name="Users")
    expect(users.get_by_role("row", name="bruno")).to_contain_text("$9.00")
    expect(users).to_contain_text("no user named")


def test_the_chart_tells_each_day_in_words_and_as_a_table_by_keyboard(glance: Page) -> None:
    glance.goto("/overview?days=7")
    chart = glance.get_by_role("img", name="Spent and saved, day by day")
    assert chart.locator("g > title").count() == 7
    words = chart.locator("title, desc").all_text_contents()
    assert words[-1].endswith("10 requests, spent $3.00, saved $9.00")
    assert "Most was spent on" in words[1]
    table = glance.get_by_role("table").filter(has_text="Day (UTC)")
    expect(table).to_be_hidden()
    glance.get_by_text("Show as a table").focus()
    glance.keyboard.press("Enter")
    expect(table).to_be_visible()
    assert table.get_by_role("row").count() == 8


def test_the_time_is_in_the_address_and_chosen_by_links(glance: Page) -> None:
    glance.goto("/overview")
    choices = glance.get_by_role("navigation", name="Time")
    expect(choices.locator("[aria-current]")).to_have_text("30 days")
    choices.get_by_role("link", name="90 days").click()
    glance.wait_for_url("**/overview?days=90")
    assert figure(glance, "Asked") == "17"


def test_hostile_names_are_shown_as_text(glance: Page) -> None:
    glance.goto("/overview?days=90")
    newest = glance.get_by_role("region", name="Newest requests")
    for text in HOSTILE[:4]:
        expect(newest).to_contain_text(text)
    assert glance.evaluate("document.querySelectorAll('main script, main img, main [onerror]').length") == 0
    assert "49" not in newest.inner_text().split()
    cells = "[...document.querySelectorAll('main td, main th, main li')]"
    longest = glance.evaluate(f"Math.max(...{cells}.map((cell) => cell.textContent.length))")
    assert longest < 1_000


def test_without_scripts_all_of_it_is_there(browser: Browser, lived_in: Served) -> None:
    with looking(browser, lived_in.url, scripts=False) as (page, _):
        page.goto("/overview?days=7")
        expect(page.get_by_role("heading", name="Newest requests")).to_be_visible()
        page.get_by_text("Show as a table").click()
        expect(page.get_by_role("table").filter(has_text="Day (UTC)")).to_be_visible()


def test_every_table_is_a_file_and_the_whole_is_json(glance: Page) -> None:
    glance.goto("/overview?days=7")
    with glance.expect_download() as download:
        glance.get_by_role("link", name="user", exact=True).click()
    assert download.value.suggested_filename == "partimento-by-user-7-days.csv"
    assert "bruno,6,5,1" in Path(download.value.path()).read_text()
    told = glance.request.get("/overview.json?days=7").json()
    assert (told["total"]["requests"], told["total"]["saved_usd"]) == (10, 9)


def test_a_job_that_runs_is_shown_and_renews_itself_without_taking_the_focus(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        job = served.post("/api/v2/library/jobs", {"plan": "default"}).json["job"]
        with looking(browser, served.url) as (page, told):
            page.goto("/overview")
            link = page.locator("#now").get_by_role("link", name="default")
            expect(link).to_have_attribute("href", f"/library/jobs/{job}")
            link.focus()
            progress = page.get_by_role("progressbar", name="default")
            expect(progress).not_to_have_attribute("value", str(progress.get_attribute("value")), timeout=30_000)
            expect(link).to_be_focused()
            served.post(f"/api/v2/library/jobs/{job}/cancel", {})
            assert told.errors == []


def test_a_new_house_says_how_to_begin(page: Page, house: Served) -> None:
    page.goto("/overview")
    expect(page.get_by_role("heading", name="Nothing was asked yet")).to_be_visible()
    expect(page.get_by_text(f"curl {house.url}/v1/chat/completions")).to_be_visible()
    expect(page.get_by_text("partimento library build default")).to_be_visible()
    page.get_by_role("link", name="To the Studio").click()
    page.wait_for_url("**/studio")


def test_a_quiet_time_leads_to_a_longer_one(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()

    def before(now: float) -> Iterator[LedgerRow]:
        yield row("old", at=now - 20 * DAY)

    fill(tmp_path / "data" / "partimento.db", before)
    with serving(tmp_path) as served, looking(browser, served.url) as (page, told):
        page.goto("/overview?days=7")
        expect(page.get_by_role("heading", name="Nothing was asked in the last 7 days")).to_be_visible()
        assert flaws(page) == []
        page.get_by_role("link", name="Look at 90 days").click()
        page.wait_for_url("**/overview?days=90")
        assert figure(page, "Asked") == "1"
        assert told.errors == []
