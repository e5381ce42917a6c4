"""Packs in a browser: given away, looked at, agreed to, taken in; another signer is told; what is no pack is refused.
And a key of an app, which sees its own jobs and no packs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import THEMES, WIDTHS, Theme, flaws, looking, overflow
from serving import Served, serving

PLAN = {"name": "給 practice", "model": "rules", "items": [
    {"task": "exercise", "genre": ["jazz", "blues"], "kind": "lick", "level": "1-2"}
]}  # fmt: skip


def _built(served: Served, **headers: str) -> str:
    job = served.post("/api/v2/library/jobs", {"plan": PLAN}, **headers).json["job"]
    assert served.get(f"/api/v2/library/jobs/{job}/events", **headers).status == 200  # ends when the job does
    return str(job)


def _pack(browser: Browser, served: Served, folder: Path, name: str) -> Path:
    """A pack, downloaded from the page of a library with a few items."""
    _built(served)
    with looking(browser, served.url) as (page, _):
        page.goto("/library/packs")
        page.get_by_label("What it is called").fill(name)
        page.get_by_label("Licence").fill("CC-BY-4.0")
        with page.expect_download() as coming:
            page.get_by_role("button", name="Download").click()
        path = folder / coming.value.suggested_filename
        coming.value.save_as(path)
        return path


def _send(page: Page, path: Path) -> None:
    page.goto("/library/packs")
    page.get_by_label("Pack", exact=True).set_input_files(path)
    page.get_by_role("button", name="Look at it").click()


@pytest.fixture(scope="module")
def packs(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two packs of one name by two makers."""
    made = []
    for maker in ("one", "other"):
        folder = tmp_path_factory.mktemp(maker)
        with serving(folder) as served:
            made.append(_pack(browser, served, folder, "Lieder <b>"))
    return made[0], made[1]


def test_a_pack_is_looked_at_agreed_to_and_served(page: Page, packs: tuple[Path, Path]) -> None:
    _send(page, packs[0])
    expect(page.locator("h1")).to_have_text("Lieder <b>")
    expect(page.get_by_text("Seen for the first time.")).to_be_visible()
    expect(page.locator("dl.about")).to_contain_text("CC-BY-4.0")
    page.get_by_role("button", name="Trust and take it in").click()
    page.wait_for_url("**/library/jobs/*")
    expect(page.get_by_role("status").first).to_contain_text("4 items of Lieder <b> are served from now on")
    expect(page.locator("table.items tbody tr")).to_have_count(4)
    _send(page, packs[0])
    expect(page.get_by_text("Trusted since")).to_be_visible()


def test_another_signer_is_told_and_must_be_agreed_to(
    browser: Browser, packs: tuple[Path, Path], tmp_path: Path
) -> None:
    with serving(tmp_path) as served, looking(browser, served.url, scripts=False) as (page, _):
        _send(page, packs[0])
        page.get_by_role("button", name="Trust and take it in").click()
        _send(page, packs[1])
        expect(page.get_by_text("This is somebody else than before.")).to_be_visible()
        page.get_by_role("button", name="Trust and take it in").click()
        expect(page.get_by_role("alert")).to_contain_text("compare the fingerprints first")
        page.get_by_label("I compared it, and trust this signer from now on").check()
        page.get_by_role("button", name="Trust and take it in").click()
        page.wait_for_url("**/library/jobs/*")


def test_what_is_no_pack_is_refused_and_nothing_is_taken_in(
    browser: Browser, packs: tuple[Path, Path], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pack"
    broken.write_bytes(packs[0].read_bytes()[:-200])
    with serving(tmp_path / "house") as served, looking(browser, served.url) as (page, _):
        _send(page, broken)
        expect(page.get_by_role("alert")).to_be_visible()
        assert served.get("/api/v2/library/items").json["items"] == []
        page.goto("/library/packs/" + "0" * 64)
        expect(page.locator("h1")).to_contain_text("Unknown pack")
        page.goto("/library/pack?name=none")
        expect(page.get_by_role("alert")).to_contain_text("there is nothing to pack")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_packs_are_accessible(
    browser: Browser, house: Served, packs: tuple[Path, Path], width: int, theme: Theme
) -> None:
    with looking(browser, house.url, theme=theme, width=width) as (page, _):
        for path in packs:
            _send(page, path)
            assert flaws(page) == []
            assert overflow(page) <= 0


def test_an_apps_key_sees_its_own_jobs_and_no_packs(browser: Browser, tmp_path: Path) -> None:
    with serving(tmp_path, "require_key = true\n") as served:
        owner, app = (_key(tmp_path, name, *more) for name, more in (("owner", ()), ("app", ("--rpm", "6000"))))
        theirs = _built(served, x_api_key=owner)
        own = _built(served, x_api_key=app)
        with looking(browser, served.url) as (page, _):
            page.goto("/library/jobs")
            page.get_by_label("Key").fill(app)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/library/jobs")
            assert page.locator("table.jobs tbody a").evaluate_all("all => all.map(a => a.getAttribute('href'))") == [
                f"/library/jobs/{own}"
            ]
            expect(page.get_by_role("link", name="Packs")).to_have_count(0)
            assert flaws(page) == []
            page.goto(f"/library/jobs/{theirs}")
            expect(page.locator("h1")).to_contain_text("Unknown library job")
            page.goto("/library/packs")
            expect(page.locator("h1")).to_contain_text("for the owner")
            page.goto("/library/items")
            expect(page.get_by_text("4 items", exact=True)).to_be_visible()
        with looking(browser, served.url) as (page, _):
            page.goto(f"/library/jobs/{own}")
            page.get_by_label("Key").fill(owner)
            page.get_by_role("button", name="Sign in").click()
            expect(page.locator("h1")).to_have_text("給 practice")


def _key(folder: Path, name: str, *more: str) -> str:
    command = [sys.executable, "-m", "partimento", "keys", "create", name, "--json", *more]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    return str(told.get("key") or told.get("secret"))
