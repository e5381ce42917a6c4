"""The score in a real browser: drawn in two coloured staves, played on the audio clock, followed, looped, sought."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import THEMES, WIDTHS, Theme, flaws, looking, overflow
from serving import Served

HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(2)> {{7*7}} ‮abc'
DRAWN = "pm-score .pm-cursor"
STATE = "document.querySelector('pm-score')"


def made(house: Served, path: str = "compose", **fields: Any) -> str:
    """The page of something made by the rules."""
    answer = house.post(f"/api/v2/{path}", fields)
    assert answer.status == 200, answer.body
    return f"/items/{answer.json['receipt']['memory_id']}"


@pytest.fixture(scope="module")
def piece(house: Served) -> str:
    return made(house, genre="jazz", key="Eb", bars=8, tempo=120)


@pytest.fixture(scope="module")
def band(house: Served) -> str:
    return made(house, genre="latin", bars=8, tracks=["bass", "drums"])


def opened(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_selector(DRAWN, state="attached")


def until(page: Page, what: str) -> None:
    """Waits for an expression to hold; Playwright's own waiting evaluates text in the page, and no policy allows it."""
    held = page.evaluate(
        f"""async () => {{
          const end = performance.now() + 15000;
          while (!({what}) && performance.now() < end) await new Promise((done) => setTimeout(done, 10));
          return Boolean({what});
        }}"""
    )
    assert held, what


def as_told(house: Served, path: str) -> Any:
    return house.get(f"{path}/score").json


def test_every_note_of_a_piece_is_drawn_on_two_staves(page: Page, house: Served, piece: str) -> None:
    opened(page, piece)
    data = as_told(house, piece)
    drawn = page.evaluate(
        """() => {
          const { drawing } = document.querySelector('pm-score');
          return {
            events: drawing.heads.length, undrawn: drawing.heads.filter((heads) => !heads.length).length,
            heads: document.querySelectorAll('pm-score .abcjs-notehead').length,
            linked: new Set(drawing.heads.flat()).size, signs: drawing.signs.filter(Boolean).length,
            bars: document.querySelectorAll('.pm-bar-box').length,
            systems: document.querySelectorAll('.abcjs-staff-wrapper').length,
            staves: document.querySelectorAll('.abcjs-staff-wrapper .abcjs-staff').length,
          };
        }"""
    )
    assert drawn["events"] == len(data["events"])
    assert drawn["undrawn"] == 0
    assert drawn["linked"] == drawn["heads"] >= drawn["events"]
    assert drawn["signs"] == len(data["chords"])
    assert drawn["bars"] == data["bars"] == 8
    assert drawn["staves"] == 2 * drawn["systems"]


def test_hands_have_their_colours_and_strange_notes_another_look(page: Page, house: Served) -> None:
    path = made(house, "tasks/exercise", kind="scale", genre="jazz", key="D")
    opened(page, path)
    piece = made(house, genre="jazz", bars=8, level=7)
    looks = page.evaluate(
        """() => Object.fromEntries(['chord', 'passing'].map((kind) => {
          const head = document.querySelector(`.abcjs-notehead.is-${kind}`), look = getComputedStyle(head);
          return [kind, [look.fill, look.strokeDasharray]];
        }))"""
    )
    assert looks["chord"][0] != looks["passing"][0]
    assert looks["passing"][1] != "none"  # nothing by colour alone
    expect(page.locator(".pm-legend")).to_contain_text("Not in the chord")
    opened(page, piece)
    fills = page.evaluate(
        """() => ['right', 'left'].map((hand) =>
          getComputedStyle(document.querySelector(`.hand-${hand} .abcjs-notehead.is-chord`)).fill)"""
    )
    assert fills == ["rgb(36, 80, 176)", "rgb(154, 74, 18)"]  # --right-hand, --left-hand of the light colours


def test_the_engraver_comes_only_with_a_score(page: Page, house: Served, piece: str) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/settings")
    assert not [url for url in fetched if "abcjs" in url or "/score/" in url]
    opened(page, piece)
    assert len([url for url in fetched if "abcjs" in url]) == 1


def test_no_style_block_is_brought_and_none_is_allowed(page: Page, house: Served, piece: str) -> None:
    opened(page, piece)
    assert page.evaluate("document.querySelectorAll('svg style, body style').length") == 0
    assert "sha256" not in house.get(piece).headers["content-security-policy"]


def test_nothing_sounds_or_is_made_to_sound_before_play(page: Page, piece: str) -> None:
    opened(page, piece)
    assert page.evaluate(f"{STATE}.transport.context === undefined")


def test_playing_moves_the_line_lights_notes_and_tells_where_it_is(page: Page, piece: str) -> None:
    opened(page, piece)
    page.evaluate("""() => {
      window.told = [];
      document.addEventListener('pm-position', (event) => window.told.push(event.detail));
    }""")
    before = page.locator(DRAWN).get_attribute("x")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator(".abcjs-notehead.sounding").first).to_be_attached()
    until(page, f"document.querySelector('{DRAWN}').getAttribute('x') !== '{before}'")
    until(page, "window.told.some((one) => one.playing && one.bar >= 2)")
    chords = page.evaluate("window.told.map((one) => one.chord)")
    assert chords == sorted(chords)
    expect(page.locator("#chord-2.sounding, #chord-3.sounding, #chord-4.sounding").first).to_be_attached()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert page.evaluate(f"{STATE}.transport.position()") > 3
    page.get_by_role("button", name="Stop and go back").click()
    assert page.evaluate(f"{STATE}.transport.position()") == 0
    assert page.locator(".abcjs-notehead.sounding").count() == 0


def test_a_piece_ends_by_itself_at_its_beginning(page: Page, piece: str) -> None:
    opened(page, piece)
    page.evaluate(f"{STATE}.setTempo(240); {STATE}.transport.seek(28)")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator("pm-score > [role=status]")).to_have_text("The end.")
    assert page.evaluate(f"[{STATE}.transport.playing, {STATE}.transport.position()]") == [False, 0]


def test_the_tempo_changes_where_it_is_and_stays_within_its_limits(page: Page, piece: str) -> None:
    opened(page, piece)
    number, slide = page.get_by_label("Tempo in quarter notes a minute"), page.get_by_label("Tempo, as a slider")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, f"{STATE}.transport.position() > 1")
    number.fill("999")
    number.press("Enter")
    expect(slide).to_have_value("240")
    paces = page.evaluate(
        f"""async () => {{
          const {{ transport }} = {STATE}, from = [transport.position(), transport.context.currentTime];
          while (transport.context.currentTime < from[1] + 0.4) await new Promise((done) => setTimeout(done, 20));
          return (transport.position() - from[0]) / (transport.context.currentTime - from[1]);
        }}"""
    )
    assert paces == pytest.approx(4, rel=0.1)  # 240 a minute
    slide.fill("40")
    expect(number).to_have_value("40")


def test_a_loop_comes_back_and_is_shaded(page: Page, piece: str) -> None:
    opened(page, piece)
    page.evaluate(f"{STATE}.setTempo(240)")
    page.get_by_role("button", name="More controls").click()
    page.get_by_label("Loop").select_option("bars")
    page.get_by_label("First bar").fill("3")
    page.get_by_label("Last bar").fill("3")
    page.get_by_label("Last bar").press("Enter")
    assert page.evaluate("[...document.querySelectorAll('.in-loop')].map((box) => box.dataset.bar)") == ["3"]
    page.evaluate(f"""() => {{
      window.places = [];
      const look = () => {{ window.places.push({STATE}.transport.position()); window.looking = setTimeout(look, 10); }};
      look();
    }}""")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "window.places.filter((place, nth) => nth && place < window.places[nth - 1] - 2).length >= 2")
    places = page.evaluate("window.places")
    assert min(places) >= 8 - 0.01
    assert max(places) <= 12.2
    page.get_by_label("Loop").select_option("")
    assert page.locator(".in-loop").count() == 0


def test_a_bar_is_sought_by_pointer_keys_and_list(page: Page, piece: str) -> None:
    opened(page, piece)
    box = page.locator('.pm-bar-box[data-bar="3"]').bounding_box()
    assert box is not None
    page.locator(".pm-paper").scroll_into_view_if_needed()
    box = page.locator('.pm-bar-box[data-bar="3"]').bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".pm-where")).to_contain_text("Bar 3 of 8")
    sign = page.locator(".abcjs-chord").nth(1)
    sign.click()
    second = page.evaluate(f"{STATE}.data.chords[1].start_beat - 1")
    assert page.evaluate(f"{STATE}.transport.position()") == second
    page.evaluate(f"{STATE}.go(3)")
    page.locator(".pm-paper").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".pm-where")).to_contain_text("Bar 4 of 8")
    page.get_by_text("Chords bar by bar").click()
    page.get_by_role("button", name=re.compile(r"^Bar 7\b")).press("Enter")
    expect(page.locator(".pm-where")).to_contain_text("Bar 7 of 8")
    expect(page.get_by_role("button", name=re.compile(r"^Bar 7\b"))).to_have_attribute("aria-current", "true")


def test_space_plays_and_pauses_within_the_player_only(page: Page, piece: str) -> None:
    opened(page, piece)
    page.locator(".pm-paper").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.locator(".pm-paper").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.locator("#main").focus()
    page.keyboard.press("Space")
    assert not page.evaluate(f"{STATE}.transport.playing")


def test_hands_and_band_can_be_left_out(page: Page, band: str) -> None:
    opened(page, band)
    for name, part in (("Right hand", "right"), ("Left hand", "left"), ("Band", "band")):
        button = page.get_by_role("button", name=name)
        expect(button).to_have_attribute("aria-pressed", "true")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "false")
        assert page.evaluate(f"{STATE}.transport.parts.{part}") is False


def test_the_count_in_lasts_a_bar(page: Page, piece: str) -> None:
    opened(page, piece)
    page.get_by_role("button", name="More controls").click()
    page.get_by_role("button", name="Count-in").click()
    page.get_by_role("button", name="Metronome").click()
    waits = page.evaluate(
        f"""async () => {{
          const {{ transport }} = {STATE};
          await transport.play();
          return transport.anchors[0].time - transport.context.currentTime;
        }}"""
    )
    assert waits == pytest.approx(2.06, abs=0.1)  # four beats at 120
    expect(page.locator(".pm-where")).to_contain_text("Count-in")


RENDERED = """async ([events, seconds]) => {
  const url = document.querySelector('script[src*="score/score.js"]').src.replace('score.js', 'sound.js');
  const { renderOffline } = await import(url);
  const samples = (await renderOffline(events, seconds)).getChannelData(0);
  let peak = 0, sum = 0, first = -1;
  samples.forEach((one, nth) => {
    peak = Math.max(peak, Math.abs(one)); sum += one * one;
    if (first < 0 && Math.abs(one) > 0.003) first = nth / 44100;
  });
  return { peak, rms: Math.sqrt(sum / samples.length), first };
}"""


@pytest.mark.parametrize(
    "events",
    [
        [{"at": 0.5, "held": 1.0, "midi": 60, "velocity": 90}],
        [
            {"at": 0.5 + beat / 2, "held": 0.5, "midi": 40 + 4 * n, "velocity": 127}
            for beat in range(4)
            for n in range(10)
        ],
        [{"player": "bass", "at": 0.5, "held": 0.5, "midi": 36, "velocity": 100}],
        [{"player": "drums", "at": 0.5, "midi": midi, "velocity": 127} for midi in (36, 38, 42, 49, 51, 63, 75)],
        [{"player": "click", "at": 0.5, "midi": 1}],
    ],
    ids=["one key", "ten keys as hard as can be", "bass", "drums", "click"],
)
def test_it_sounds_in_time_and_never_clips(page: Page, piece: str, events: list[dict[str, Any]]) -> None:
    opened(page, piece)
    heard = page.evaluate(RENDERED, [events, 3])
    assert heard["rms"] > 0.001
    assert 0.02 < heard["peak"] < 1
    assert heard["first"] == pytest.approx(0.5, abs=0.02)


def test_a_harder_stroke_is_louder_and_a_longer_one_lasts(page: Page, piece: str) -> None:
    opened(page, piece)
    soft, hard = (
        page.evaluate(RENDERED, [[{"at": 0.1, "held": 0.5, "midi": 60, "velocity": velocity}], 2])["peak"]
        for velocity in (30, 110)
    )
    assert hard > 2 * soft
    short, long = (
        page.evaluate(RENDERED, [[{"at": 0.1, "held": held, "midi": 60, "velocity": 90}], 3])["rms"]
        for held in (0.1, 2)
    )
    assert long > 1.5 * short


def test_lines_are_laid_out_anew_when_the_page_gets_narrow(page: Page, house: Served) -> None:
    opened(page, made(house, "tasks/exercise", kind="scale", genre="jazz", key="D"))
    wide = page.locator(".abcjs-staff-wrapper").count()
    page.set_viewport_size({"width": 375, "height": 800})
    until(page, f"document.querySelectorAll('.abcjs-staff-wrapper').length > {wide}")
    assert overflow(page) <= 0
    low = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll('.abcjs-notehead')]
          .map((head) => head.getBoundingClientRect().height))"""
    )
    assert low >= 4.5  # pixels of a head: about what print has


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_score_and_player_are_accessible(browser: Browser, house: Served, band: str, width: int, theme: Theme) -> None:
    with looking(browser, house.url, theme=theme, width=width) as (page, heard):
        opened(page, band)
        page.get_by_role("button", name="More controls").click()
        page.get_by_label("Loop").select_option("bars")
        page.get_by_text("Chords bar by bar").click()
        assert flaws(page) == []
        assert overflow(page) <= 0
        assert heard.errors == []


def test_a_hostile_title_is_text(page: Page, house: Served) -> None:
    path = made(house, genre="jazz", bars=4, description=HOSTILE)
    opened(page, path)
    assert page.locator("pm-score img, pm-score script").count() == 0


def test_without_scripts_the_page_says_where_the_notes_are(browser: Browser, house: Served, piece: str) -> None:
    with looking(browser, house.url, scripts=False) as (page, _):
        page.goto(piece)
        told = page.locator("pm-score noscript p")
        expect(told).to_be_visible()
        assert "JavaScript, which is off" in (told.text_content() or "")


def test_what_has_no_score_is_told(page: Page, house: Served, heard: Any) -> None:
    path = made(house, "tasks/quiz", topic="intervals")
    assert house.get(f"{path}/score").status == 400
    assert house.get("/items/" + "0" * 64 + "/score").status == 404
