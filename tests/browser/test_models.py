"""The page of models: loaded, watched, pinned, unloaded, measured, by script and without; what it tells of memory."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browsing import THEMES, WIDTHS, Heard, Theme, flaws, looking, overflow
from model_files import gguf_bytes
from partimento.testing.hub import Hub, Repository
from serving import Served, serving

SOURCE, FILE = "bartowski/Phi-3.5-mini-instruct-GGUF", "Phi-3.5-mini-instruct-Q4_K_M.gguf"
HOSTILE = '"><img src=x onerror=alert(1)>{{7*7}}\u202e<script>alert(2)</script>'


def scripted(folder: Path, name: str, megabytes: int, **script: str) -> str:
    """A real child process of a model without weights; the lines of its settings."""
    place = folder / name
    place.mkdir()
    told = {
        "say": "word " * 40,
        "bytes": str(megabytes * 1_000_000),
        "load_s": "0.3",
        "stages": "weights,cache",
    } | script
    (place / "script.json").write_text(json.dumps(told))
    return f'[[models]]\nid = "{name}"\nengine = "scripted"\npath = "{place}"\nreach = 3\n'


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with models of its own, and room for one and a half of them."""
    folder = tmp_path_factory.mktemp("models")
    settings = f'pool_folder = "{folder / "pool"}"\nmodels_folder = "{folder / "pulled"}"\npool_memory_gb = 1.0\n'
    settings += 'openai_base_url = "http://me:hidden-word@127.0.0.1:9/v1"\n'
    settings += scripted(folder, "little", 300) + scripted(folder, "kept", 700) + scripted(folder, "large", 600)
    settings += scripted(folder, "broken", 100, crash_at="load")
    settings += f'[[models]]\nid = {json.dumps(HOSTILE)}\nbase_url = "http://127.0.0.1:9/v1"\n'
    with serving(folder / "served", settings) as served:
        yield served
    environ = {**os.environ, "PARTIMENTO_POOL_FOLDER": str(folder / "pool")}
    subprocess.run([sys.executable, "-m", "partimento", "pool", "stop", "--force"], env=environ, check=False)


@pytest.fixture(autouse=True)
def nothing_in_memory(house: Served) -> None:
    assert house.post("/api/v2/models/unload", {"force": True}).status == 200


def card(page: Page, name: str) -> Locator:
    return page.locator("li.model").filter(has=page.get_by_role("link", name=name, exact=True))


def test_a_model_is_loaded_watched_and_unloaded_without_leaving_the_page(page: Page) -> None:
    page.goto("/models")
    expect(card(page, "little")).to_contain_text("on disk")
    expect(card(page, "little")).to_contain_text("300 MB")
    expect(page.get_by_text("No model is in memory.", exact=False)).to_be_visible()
    card(page, "little").get_by_role("button", name="Load", exact=True).click()
    expect(card(page, "little").locator(".chip").first).to_have_text("in memory")
    expect(page.get_by_role("img", name=re.compile("little 0?.?3"))).to_have_count(1)
    expect(page.locator(".legend")).to_contain_text("little")
    card(page, "little").get_by_role("button", name="Unload").click()
    expect(page.get_by_role("status")).to_contain_text("little is out of memory")
    expect(page.locator(".legend")).not_to_contain_text("little")


def test_what_happens_elsewhere_is_seen_and_the_focus_stays(page: Page, house: Served) -> None:
    page.goto("/models")
    expect(card(page, "little")).to_contain_text("on disk")
    card(page, "little").get_by_role("button", name="Load", exact=True).focus()
    assert house.post("/api/v2/models/load", {"model_type": "little"}).status == 200
    expect(card(page, "little").locator(".chip").first).to_have_text("in memory")
    expect(card(page, "little").get_by_role("button", name="Unload")).to_be_focused()


def test_who_would_be_pushed_out_is_told_before_and_what_is_pinned_only_goes_by_force(
    page: Page, house: Served
) -> None:
    house.post("/api/v2/models/load", {"model_type": "kept"})
    page.goto("/models")
    expect(card(page, "large")).to_contain_text("would push out kept")
    card(page, "kept").get_by_role("button", name="Pin", exact=True).click()
    expect(card(page, "kept")).to_contain_text("pinned")
    expect(card(page, "large")).to_contain_text("In its way: kept")
    card(page, "large").get_by_role("button", name="Load", exact=True).click()
    works = page.get_by_role("region", name="Under way")
    expect(works).to_contain_text("It would push out: kept")
    works.get_by_role("button", name="Load it anyway").click()
    expect(card(page, "large").locator(".chip").first).to_have_text("in memory")
    expect(card(page, "kept").locator(".chip").first).not_to_have_text("in memory")


def test_a_pinned_model_is_let_go_again(page: Page) -> None:
    page.goto("/models")
    card(page, "little").get_by_role("button", name="Load and pin").click()
    expect(card(page, "little")).to_contain_text("pinned")
    card(page, "little").get_by_role("button", name="Unpin").click()
    expect(card(page, "little").get_by_role("button", name="Pin", exact=True)).to_be_visible()


def test_a_model_is_measured_and_its_speed_stands_there_afterwards(page: Page) -> None:
    page.goto("/models")
    expect(card(page, "little")).to_contain_text("not measured")
    card(page, "little").get_by_role("button", name="Measure").click()
    expect(card(page, "little")).to_contain_text("tokens/s", timeout=60_000)


def test_a_model_that_cannot_be_loaded_says_why_and_can_be_dismissed(page: Page) -> None:
    page.goto("/models")
    card(page, "broken").get_by_role("button", name="Load", exact=True).click()
    works = page.get_by_role("region", name="Under way")
    failed = works.locator("li").filter(has_text="broken crashed too often")
    expect(failed).to_be_visible(timeout=60_000)
    failed.get_by_role("button", name="Dismiss").click()
    expect(failed).to_have_count(0)


def test_without_scripts_a_model_is_loaded_and_unloaded_too(browser: Browser, house: Served) -> None:
    with looking(browser, house.url, scripts=False) as (page, heard):
        page.goto("/models")
        card(page, "little").get_by_role("button", name="Load", exact=True).click()
        expect(page.get_by_role("status")).to_have_text("little is in memory.")
        expect(card(page, "little").locator(".chip").first).to_have_text("in memory")
        card(page, "little").get_by_role("button", name="Unload").click()
        expect(card(page, "little").locator(".chip").first).to_have_text("on disk")
        assert heard.errors == []


def test_what_cannot_be_fetched_is_told_on_the_page_one_comes_back_to(page: Page, heard: Heard) -> None:
    page.goto("/models")
    page.get_by_label("Name").fill("no model of that name")
    page.get_by_role("button", name="Fetch", exact=True).click()
    expect(page.get_by_role("region", name="Under way")).to_contain_text("failed")
    failed = page.get_by_role("region", name="Under way").locator("li").filter(has_text="no model of that name")
    failed.get_by_role("button", name="Dismiss").click()
    expect(failed).to_have_count(0)


def test_a_hostile_name_is_text_and_has_a_page(page: Page) -> None:
    page.goto("/models")
    page.get_by_role("link", name=HOSTILE, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    assert page.locator("img[src='x']").count() == 0


def test_reach_and_price_of_a_model_are_changed_and_taken_back(page: Page) -> None:
    page.goto("/models/about/gpt-6-luna")
    page.get_by_label("Reach").fill("3")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("is changed")
    expect(page.get_by_label("Reach")).to_have_value("3")
    page.get_by_label("Dollars per million in").fill("7.25")
    page.get_by_label("Dollars per million out").fill("9")
    page.get_by_role("button", name="Set the price").click()
    expect(page.get_by_role("region", name="Prices")).to_contain_text("$7.25")
    expect(page.get_by_text("changed by you")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="As it is shipped").click()
    expect(page.get_by_role("status")).to_contain_text("are gone")
    expect(page.get_by_label("Reach")).to_have_value("8")
    expect(page.get_by_role("region", name="Prices")).not_to_contain_text("$7.25")


def test_a_model_that_answers_nobody_says_so_when_it_is_tried(page: Page) -> None:
    page.goto(f"/models/about/{quote(HOSTILE, safe='')}")
    page.get_by_role("button", name="Ask it for one word").click()
    expect(page.get_by_role("alert")).to_be_visible()


@pytest.fixture
def hub() -> Iterator[Hub]:
    """One that stops giving after some bytes, until it is released."""
    pytest.importorskip("huggingface_hub")
    with Hub({SOURCE: Repository(files={FILE: gguf_bytes("phi3", filling=3_000_000)})}) as running:
        running.holds_after = 1_000_000
        yield running


def test_fetching_goes_on_when_the_page_is_left_and_ends_with_the_model_on_this_machine(
    browser: Browser, tmp_path: Path, hub: Hub
) -> None:
    settings = f'pool_folder = "{tmp_path / "pool"}"\nmodels_folder = "{tmp_path / "pulled"}"\n'
    with (
        serving(tmp_path / "served", settings, HF_ENDPOINT=hub.base_url) as served,
        looking(browser, served.url) as (page, heard),
    ):
        page.goto("/models")
        expect(page.get_by_role("heading", name="No model is on this machine yet")).to_be_visible()
        page.get_by_label("Name").fill(SOURCE)
        page.get_by_role("button", name="Fetch", exact=True).click()
        bar = page.get_by_role("progressbar", name=f"Fetching {SOURCE}")
        expect(bar).to_be_visible()
        page.goto("/settings")
        page.goto("/models")
        expect(bar).to_be_visible()
        hub.release.set()
        expect(page.get_by_role("region", name="On this machine").locator("li.model")).to_have_count(1, timeout=30_000)
        expect(page.get_by_role("region", name="Under way")).to_contain_text("checked, in")
        assert heard.errors == []


def test_fetching_is_stopped_and_what_came_is_kept(browser: Browser, tmp_path: Path, hub: Hub) -> None:
    settings = f'pool_folder = "{tmp_path / "pool"}"\nmodels_folder = "{tmp_path / "pulled"}"\n'
    hub.holds_after, hub.gap_s = None, 0.3
    with (
        serving(tmp_path / "served", settings, HF_ENDPOINT=hub.base_url) as served,
        looking(browser, served.url) as (page, _),
    ):
        page.goto("/models")
        page.get_by_label("Name").fill(SOURCE)
        page.get_by_role("button", name="Fetch", exact=True).click()
        page.get_by_role("button", name=f"Stop fetching {SOURCE}").click()
        expect(page.get_by_role("region", name="Under way")).to_contain_text("stopped")
        assert [*(tmp_path / "pulled").rglob("*.part")]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_with_models_in_memory_it_is_accessible(browser: Browser, house: Served, width: int, theme: Theme) -> None:
    house.post("/api/v2/models/load", {"model_type": "little"})
    with looking(browser, house.url, theme=theme, width=width) as (page, heard):
        for path in ("/models", "/models/about/little", "/models/about/gpt-6-luna"):
            page.goto(path)
            for details in page.locator("details").all():
                details.evaluate("one => { one.open = true }")
            assert flaws(page) == [], path
            assert overflow(page) <= 0, path
            assert "hidden-word" not in page.content()
        assert heard.errors == []


def test_a_lost_server_is_told_and_the_page_goes_on_when_it_is_back(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path, f'pool_folder = "{tmp_path / "pool"}"\n') as served:
        port = served.address.rpartition(":")[2]
        with looking(browser, served.url) as (page, _):
            page.goto("/models")
            expect(page.get_by_role("heading", name="Memory")).to_be_visible()
            served.process.kill()
            served.process.wait()
            expect(page.get_by_role("status")).to_contain_text("The server is away")
            again = tmp_path / "again"
            with serving(again, f'pool_folder = "{tmp_path / "pool"}"\n', "--port", port):
                expect(page.get_by_role("status")).to_contain_text("The server is back")
