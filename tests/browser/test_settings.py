"""The pages of settings: keys made and ended, caps, prices, providers, what is kept; by script and without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browsing import THEMES, WIDTHS, Heard, Theme, flaws, looking, overflow
from serving import Served, serving

SECRET = "sk-this-must-never-be-seen-anywhere"
HOSTILE = '"><img src=x onerror=alert(1)>{{7*7}}<script>alert(2)</script>'
PATHS = (
    "/settings", "/settings/providers?look=yes", "/settings/prices", "/settings/budgets", "/settings/keys",
    "/settings/data", "/settings/routing", "/settings/all", "/settings/doctor", "/settings/doctor?run=yes",
)  # fmt: skip
SECRETS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "ELEVENLABS_API_KEY", "HF_TOKEN")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose vendors all have a key, the same one, which no page may show."""
    folder = tmp_path_factory.mktemp("settings")
    settings = f'pool_folder = "{folder / "pool"}"\nmodels_folder = "{folder / "pulled"}"\nmonthly_budget_usd = 50\n'
    settings += f'openai_base_url = "http://me:{SECRET}@127.0.0.1:9/v1"\n'
    settings += f'[[models]]\nid = {json.dumps(HOSTILE)}\nbase_url = "http://me:{SECRET}@127.0.0.1:9/v2"\n'
    environ = {**dict.fromkeys(SECRETS, SECRET), "PARTIMENTO_BASIC_AUTH": f"me:{SECRET}"}
    with serving(folder / "served", settings, **environ) as served:
        yield served


@pytest.fixture(scope="module")
def bare_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("bare")
    with serving(folder, f'pool_folder = "{folder / "pool"}"\n') as served:
        yield served


def made(page: Page, name: str, **choices: str) -> str:
    """Make a key by the form; its secret."""
    page.goto("/settings/keys")
    page.get_by_label("Name", exact=True).fill(name)
    for label, value in choices.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)
    page.get_by_role("button", name="Make the key").click()
    return page.locator("#secret").inner_text()


def line(page: Page, label: str, text: str) -> Locator:
    return page.get_by_role("region", name=label).get_by_role("row").filter(has_text=text)


def test_a_key_is_made_seen_once_and_gone_when_the_page_is_read_again(page: Page, house: Served) -> None:
    secret = made(page, "phone", Budget_in_dollars="5", Requests_a_minute="60")
    assert secret.startswith("pk-")
    assert secret not in page.url
    assert not any(secret in cookie["value"] for cookie in page.context.cookies())
    expect(line(page, "Keys in use", "phone")).to_contain_text("$5.00")
    expect(line(page, "Keys in use", "phone").locator(".chip")).to_have_text("app")
    page.reload()
    expect(page.locator("#secret")).to_have_count(0)
    assert secret not in page.content()
    expect(line(page, "Keys in use", "phone")).to_have_count(1)
    assert house.get("/v1/models", authorization=f"Bearer {secret}").status == 200


def test_a_key_is_revoked_and_opens_nothing_any_more(page: Page, house: Served) -> None:
    secret = made(page, "lost-tablet")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Revoke lost-tablet").click()
    expect(line(page, "Keys in use", "lost-tablet")).to_have_count(1)  # it was asked, and not wanted
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke lost-tablet").click()
    expect(page.get_by_role("status")).to_contain_text("lost-tablet is revoked")
    expect(line(page, "Keys in use", "lost-tablet")).to_have_count(0)
    assert house.get("/v1/models", authorization=f"Bearer {secret}").status == 401


def test_what_is_wrong_with_a_key_is_told_beside_what_was_typed(page: Page, heard: Heard) -> None:
    page.goto("/settings/keys")
    page.get_by_label("Name", exact=True).fill("guest")
    page.get_by_label("Models or tiers").fill("smal")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("alert")).to_contain_text("small")
    expect(page.get_by_label("Name", exact=True)).to_have_value("guest")
    expect(page.get_by_label("Models or tiers")).to_have_value("smal")
    assert len(heard.errors) == 1  # the browser logs the 404 of the form
    heard.errors.clear()


def test_the_role_that_is_chosen_counts_more_than_the_limits(page: Page) -> None:
    page.goto("/settings/keys")
    page.get_by_label("Name", exact=True).fill("second-owner")
    page.get_by_label("Requests a minute").fill("600")
    page.get_by_label("Role").select_option("owner")
    page.get_by_role("button", name="Make the key").click()
    expect(line(page, "Keys in use", "second-owner").locator(".chip")).to_have_text("owner")


def test_without_scripts_a_key_is_made_and_revoked_and_a_cap_set_and_removed(browser: Browser, house: Served) -> None:
    with looking(browser, house.url, scripts=False) as (page, heard):
        assert made(page, "plain").startswith("pk-")
        page.goto("/settings/keys")
        page.get_by_role("button", name="Revoke plain").click()
        expect(page.get_by_role("status")).to_contain_text("plain is revoked")
        page.goto("/settings/budgets")
        page.get_by_label("Whose").select_option("user")
        page.get_by_label("Name of the key or user").fill("anna")
        page.get_by_label("US dollars").fill("2.50")
        page.get_by_role("button", name="Set the cap").click()
        expect(line(page, "Caps set by hand", "user anna")).to_contain_text("$2.50")
        page.get_by_role("button", name="Remove the cap of user anna").click()
        expect(page.get_by_role("status")).to_contain_text("The cap is gone")
        assert heard.errors == []


def test_a_cap_for_everybody_is_set_beside_that_of_the_file(page: Page) -> None:
    page.goto("/settings/budgets")
    page.get_by_label("US dollars").fill("12")
    page.get_by_role("button", name="Set the cap").click()
    expect(page.get_by_role("status")).to_contain_text("All together may spend $12 a month")
    expect(line(page, "Caps set by hand", "everybody together")).to_contain_text("$12.00")
    expect(line(page, "Caps of the settings", "monthly_budget_usd")).to_contain_text("$50.00")


def test_a_cap_that_cannot_be_read_is_told_and_nothing_is_set(page: Page, heard: Heard) -> None:
    page.goto("/settings/budgets")
    page.get_by_label("Whose").select_option("key")
    page.get_by_label("Name of the key or user").fill(HOSTILE)
    page.get_by_label("US dollars").fill("3")
    page.get_by_role("button", name="Set the cap").click()
    expect(page.get_by_role("alert")).to_contain_text("unknown key")
    expect(page.get_by_label("Name of the key or user")).to_have_value(HOSTILE)
    heard.errors.clear()


def test_a_key_that_is_there_is_told_with_where_it_came_from_and_a_vendor_that_is_away_with_why(page: Page) -> None:
    page.goto("/settings/providers")
    openai = page.locator("li.card").filter(has=page.get_by_role("heading", name="OpenAI"))
    expect(openai).to_contain_text("present, from environment")
    expect(openai).to_contain_text("http://127.0.0.1:9/v1")
    openai.get_by_role("button", name="Test OpenAI").click()
    expect(openai.get_by_role("alert")).to_be_visible()
    assert SECRET not in page.content()


def test_a_price_list_that_is_none_is_refused_in_words(page: Page, heard: Heard, tmp_path: Path) -> None:
    page.goto("/settings/prices")
    wrong = tmp_path / "data.json"
    wrong.write_text('{"not": "prices"}')
    page.get_by_label("A data.json of genai-prices").set_input_files(wrong)
    page.get_by_role("button", name="Read a newer list").click()
    expect(page.get_by_role("alert")).to_contain_text("this is no price list")
    heard.errors.clear()


def test_a_price_list_that_is_sent_is_in_force(page: Page, tmp_path: Path) -> None:
    listed = [
        {"id": vendor, "models": [{"id": model, "prices": {"input_mtok": 123.5, "output_mtok": 1}}]}
        for vendor, model in (("openai", "gpt-6-luna"), ("anthropic", "claude-x"), ("google", "gemini-x"))
    ]
    file = tmp_path / "data.json"
    file.write_text(json.dumps(listed))
    page.goto("/settings/prices")
    page.get_by_label("A data.json of genai-prices").set_input_files(file)
    page.get_by_role("button", name="Read a newer list").click()
    expect(page.get_by_role("status")).to_contain_text("in force")
    expect(line(page, "Prices", "gpt-6-luna").first).to_contain_text("123.50")


def test_the_cache_is_pruned_by_task(page: Page, house: Served) -> None:
    page.goto("/settings/data")
    page.get_by_label("Remove").select_option("quiz")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Prune").click()
    expect(page.get_by_role("status")).to_contain_text("Removed 0 cache entries")


def test_the_doctor_looks_when_it_is_asked(page: Page) -> None:
    page.goto("/settings/doctor")
    page.get_by_role("link", name="Look now").click()
    expect(page.get_by_role("heading", name="Nothing to mend")).to_be_visible()
    expect(page.locator(".findings")).to_contain_text("ANTHROPIC_API_KEY present")


def test_every_setting_stands_there_with_its_origin_and_no_secret(page: Page) -> None:
    page.goto("/settings/all")
    expect(line(page, "Every setting", "openai_api_key")).to_contain_text("set")
    expect(line(page, "Every setting", "hf_token")).to_contain_text("environment")
    expect(line(page, "Every setting", "monthly_budget_usd").first).to_contain_text("partimento.toml")


@pytest.mark.parametrize("path", [*PATHS, "/models", "/models/about/gpt-6-luna"])
def test_no_page_shows_a_secret_in_its_text_its_source_or_its_headers(house: Served, path: str) -> None:
    answer = house.get(path)
    assert answer.status == 200
    assert SECRET not in answer.body.decode()
    assert SECRET not in str(answer.headers)
    assert "alert(2)</script>" not in answer.body.decode()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_accessible_with_content(browser: Browser, house: Served, width: int, theme: Theme) -> None:
    with looking(browser, house.url, theme=theme, width=width) as (page, heard):
        made(
            page,
            f"Tastenlöwe mit sehr langem Namen {theme} {width}",
            Budget_in_dollars="3",
            Models_or_tiers="small,rules",
        )
        assert flaws(page) == []
        assert overflow(page) <= 0
        for path in PATHS:
            page.goto(path)
            for details in page.locator("details").all():
                details.evaluate("one => { one.open = true }")
            assert flaws(page) == [], path
            assert overflow(page) <= 0, path
        assert heard.errors == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_are_accessible_in_an_empty_house(
    browser: Browser, bare_house: Served, width: int, theme: Theme
) -> None:
    with looking(browser, bare_house.url, theme=theme, width=width) as (page, heard):
        for path in (*PATHS, "/models"):
            page.goto(path)
            assert flaws(page) == [], path
            assert overflow(page) <= 0, path
        assert heard.errors == []
