"""Practising in a real browser: keys judged as they come, takes graded in the end, with and without MIDI keyboards."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import THEMES, WIDTHS, Heard, Theme, flaws, looking, overflow
from partimento.music.formats import midi
from partimento.music.score import Note, Score
from serving import Served

STATE = "document.querySelector('pm-practice')"

# A keyboard that is not there: `fakeKeys.send(bytes, time stamp)`, `plug()`, `unplug()`.
KEYBOARD = """
(() => {
  const input = { id: "one", name: "Stage Piano", state: "connected", onmidimessage: null };
  const access = { inputs: new Map([["one", input]]), onstatechange: null };
  window.fakeKeys = {
    send: (data, timeStamp = performance.now()) => input.onmidimessage?.({ data: new Uint8Array(data), timeStamp }),
    plug: () => { access.inputs.set("one", input); access.onstatechange(); },
    unplug: () => { access.inputs.delete("one"); access.onstatechange(); },
  };
  navigator.requestMIDIAccess = async () => access;
})();
"""
DENIED = """navigator.requestMIDIAccess = async () => { throw new DOMException("no", "SecurityError"); };"""
ABSENT = "delete Navigator.prototype.requestMIDIAccess;"

# Plays what is asked, each message with the moment it should have come: a busy machine may send it late.
# `change`: every third key this many semitones off; `late`: seconds.
PLAYER = """async ({ change, late }) => {
  const practice = document.querySelector('pm-practice'), { transport, data } = practice.score;
  const pace = 60 / practice.tempo, told = [], rests = [];
  const stampOf = (at) => performance.now() + (practice.zero + at - transport.context.currentTime
    + (transport.context.outputLatency || 0)) * 1000;
  let nth = 0;
  const within = practice.within ?? { from: 0, to: Infinity };
  const todo = data.events.filter((one) => (practice.wanted === 'both' || one.hand === practice.wanted)
    && one.start_beat - 1 >= within.from && one.start_beat - 1 < within.to);
  while (nth < todo.length && practice.state) {
    const now = transport.context.currentTime - practice.zero;
    for (const end of rests.splice(0)) end.at <= now ? fakeKeys.send([0x80, end.key, 0]) : rests.push(end);
    while (nth < todo.length && (todo[nth].start_beat - 1) * pace + late <= now) {
      const one = todo[nth++], at = (one.start_beat - 1) * pace + late, key = one.midi + (nth % 3 ? 0 : change);
      fakeKeys.send([0x90, key, one.velocity], stampOf(at));
      rests.push({ at: at + one.beats * pace * 0.9, key });
      told.push(practice.live.dataset.kind);
    }
    await new Promise((done) => setTimeout(done, 5));
  }
  for (const end of rests) fakeKeys.send([0x80, end.key, 0]);
  return told;
}"""


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


def made(house: Served, **fields: Any) -> str:
    answer = house.post("/api/v2/tasks/exercise", fields)
    assert answer.status == 200, answer.body
    return f"/items/{answer.json['receipt']['memory_id']}"


@pytest.fixture(scope="module")
def lick(house: Served) -> str:
    return made(house, kind="lick", genre="jazz", key="F", bars=4, tempo=120)


@pytest.fixture(scope="module")
def chords(house: Served) -> str:
    return made(house, kind="progression", genre="gospel", key="C", bars=4, tempo=120)


def opened(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_selector("pm-practice .pm-keys")
    page.wait_for_selector("pm-score .pm-cursor", state="attached")


def connected(page: Page, path: str) -> None:
    page.add_init_script(KEYBOARD)
    opened(page, path)
    page.get_by_role("button", name="Connect a MIDI keyboard").click()
    expect(page.get_by_text("Connected: Stage Piano")).to_be_visible()


def played(page: Page, change: int = 0, late: float = 0.0, tempo: int = 200) -> tuple[list[str], int]:
    """A whole take: the verdict on each key as it came, and the score in the end."""
    page.evaluate(f"{STATE}.score.setTempo({tempo})")
    page.get_by_role("button", name="Start").click()
    until(page, f"{STATE}.state")
    told = page.evaluate(PLAYER, {"change": change, "late": late})
    expect(page.locator(".pm-verdict")).to_have_text(re.compile(r"^\d+ of 100\.$"), timeout=15_000)
    return told, int(page.locator("#graded").get_attribute("data-score") or -1)


def test_a_perfect_take_is_right_key_by_key_and_has_full_marks(page: Page, lick: str) -> None:
    connected(page, lick)
    told, score = played(page)
    assert told
    assert set(told) == {"right"}
    assert score >= 90
    assert page.locator(".abcjs-notehead.note-right").count() >= len(told)
    expect(page.locator(".pm-takes li")).to_have_text(f"{score} of 100 at 200")


def test_wrong_keys_are_named_at_once_and_cost_marks(page: Page, lick: str) -> None:
    connected(page, lick)
    told, score = played(page, change=1)
    assert told.count("wrong") >= len(told) // 4
    assert score < 88
    assert page.locator(".abcjs-notehead.note-missed").count() > 0
    expect(page.locator("#graded")).to_contain_text("What to practise")
    expect(page.locator("#graded")).to_contain_text("wrong")
    again, better = played(page)
    assert set(again) == {"right"}
    assert better > score
    expect(page.locator(".pm-takes li")).to_have_count(2)


def test_what_the_grader_advises_is_set_up_and_graded_by_itself(page: Page, house: Served) -> None:
    connected(page, made(house, kind="scale", genre="jazz", key="D", tempo=120))
    played(page, change=1)
    advice = page.locator(".pm-advice li").first
    first, last, tempo = (int(advice.get_attribute(f"data-{name}") or 0) for name in ("first", "last", "tempo"))
    advice.get_by_role("button", name="Practise this").click()
    begin = page.get_by_role("button", name=f"Start bars {first}–{last}")
    expect(begin).to_be_focused()
    expect(page.get_by_label("Tempo in quarter notes a minute")).to_have_value(str(tempo))
    told, score = played(page)
    asked = page.evaluate(f"{STATE}.tones.filter((one) => one.bar >= {first} && one.bar <= {last}).length")
    assert told == ["right"] * asked
    assert score >= 90
    expect(page.locator(".pm-takes li").nth(1)).to_contain_text(f"bars {first}–{last}")


def test_late_keys_are_called_late(page: Page, lick: str) -> None:
    connected(page, lick)
    told, _ = played(page, late=0.12, tempo=100)
    assert told.count("late") > len(told) // 2


def test_chords_may_be_played_in_any_octave(page: Page, chords: str) -> None:
    connected(page, chords)
    page.evaluate(f"{STATE}.score.data.events.forEach((one) => {{ if (one.midi < 96) one.midi += 12; }})")
    told, score = played(page)
    assert "wrong" not in told
    assert score >= 90


def test_one_hand_is_graded_alone(page: Page, chords: str) -> None:
    connected(page, chords)
    page.get_by_label("Hands").select_option("left")
    told, score = played(page)
    assert set(told) == {"right"}
    assert score >= 90
    expect(page.locator(".pm-takes li")).to_contain_text("left hand")


def test_a_keyboard_may_come_and_go(page: Page, lick: str) -> None:
    connected(page, lick)
    page.evaluate("fakeKeys.unplug()")
    expect(page.get_by_text("Allowed, but no keyboard is there")).to_be_visible()
    page.evaluate("fakeKeys.plug()")
    expect(page.get_by_text("Connected: Stage Piano")).to_be_visible()


@pytest.mark.parametrize(
    ("script", "words"), [(DENIED, "told not to let this page use MIDI"), (ABSENT, "knows no MIDI keyboards")]
)
def test_what_is_wrong_with_midi_is_said_with_the_way_round(page: Page, lick: str, script: str, words: str) -> None:
    page.add_init_script(script)
    opened(page, lick)
    page.get_by_role("button", name="Connect a MIDI keyboard").click()
    told = page.get_by_text(words)
    expect(told).to_be_visible()
    expect(told).to_contain_text("on the keys below")


def test_the_pedal_holds_a_key_and_the_note_is_as_long_as_it_sounds(page: Page, lick: str) -> None:
    connected(page, lick)
    page.get_by_role("button", name="Start").click()
    until(page, f"{STATE}.state")
    until(page, f"{STATE}.score.transport.context.currentTime > {STATE}.zero")
    page.evaluate("fakeKeys.send([0xb0, 64, 127]); fakeKeys.send([0x90, 65, 77])")
    until(page, f"{STATE}.take.length === 1")
    page.evaluate("fakeKeys.send([0x80, 65, 0])")
    assert page.evaluate(f"[{STATE}.held.has(65), {STATE}.take[0].duration === undefined]") == [True, True]
    page.evaluate("fakeKeys.send([0xb0, 64, 0])")
    note = page.evaluate(f"{STATE}.take[0]")
    assert note["velocity"] == 77
    assert note["duration"] > 0
    assert not page.evaluate(f"{STATE}.held.has(65)")


def test_the_keys_on_the_page_are_played_by_mouse_and_letters(page: Page, lick: str) -> None:
    opened(page, lick)
    key = page.locator('.pm-key[data-midi="64"]')
    key.scroll_into_view_if_needed()
    box = key.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 8)
    page.mouse.down()
    expect(key).to_have_class(re.compile(r"\bdown\b"))
    velocity = page.evaluate(f"{STATE}.held.get(64).note.velocity")
    page.mouse.up()
    expect(key).not_to_have_class(re.compile(r"\bdown\b"))
    assert velocity > 95  # near the edge of the key, where it is struck harder
    page.locator(".pm-keys").focus()
    base = page.evaluate(f"{STATE}.keys.base")
    page.keyboard.down("d")
    expect(page.locator(f'.pm-key[data-midi="{base + 4}"]')).to_have_class(re.compile(r"\bdown\b"))
    page.keyboard.up("d")
    expect(page.locator(f'.pm-key[data-midi="{base + 4}"]')).not_to_have_class(re.compile(r"\bdown\b"))


def test_what_is_due_is_lit_on_the_keys_and_in_the_score(page: Page, lick: str) -> None:
    opened(page, lick)
    due = page.evaluate(f"{STATE}.lit.map((tone) => {STATE}.tones[tone].midi)")
    lit = page.evaluate("[...document.querySelectorAll('.pm-key.expected')].map((key) => Number(key.dataset.midi))")
    assert sorted(lit) == sorted(due)
    assert page.locator(".abcjs-notehead.expected").count() == len(due)


def test_nothing_played_is_nothing_graded(page: Page, lick: str) -> None:
    opened(page, lick)
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Stop and grade").click()
    expect(page.get_by_text("Nothing was played, so nothing is graded.")).to_be_visible()
    assert page.locator("#graded").count() == 0


def test_practising_leaves_the_player_as_it_was(page: Page, lick: str) -> None:
    opened(page, lick)
    before = page.evaluate(f"(({{ parts, countIn, loop }}) => [parts, countIn, loop])({STATE}.score.transport)")
    page.get_by_role("button", name="Start").click()
    until(page, f"{STATE}.state")
    page.get_by_role("button", name="Stop and grade").click()
    until(page, f"!{STATE}.state")
    after = page.evaluate(f"(({{ parts, countIn, loop }}) => [parts, countIn, loop])({STATE}.score.transport)")
    assert before == after


JUDGED = """async ([mode, tones, tempo, keys]) => {
  const url = document.querySelector('script[src*="score/practice.js"]').src.replace('practice.js', 'judge.js');
  const { judging, judge, missed, expected, standing } = await import(url);
  const state = judging({ mode, tones }, tempo);
  const verdicts = keys.map(([midi, at]) => Object.values(judge(state, midi, at)));
  return { verdicts, next: expected(state), missed: missed(state, 99), standing: standing(state) };
}"""


def tone(midi: int, start_beat: float, any_octave: bool = False, free: tuple[int, ...] = ()) -> dict[str, Any]:
    key = midi % 12 if any_octave else midi
    return {"key": key, "midi": midi, "hand": "right", "start_beat": start_beat, "beats": 1, "free": list(free)}


@pytest.mark.parametrize(
    ("keys", "verdicts"),
    [
        ([[60, 0.0], [64, 0.5]], [["right", 0, 0], ["right", 1, 0]]),
        ([[60, 0.072]], [["right", 0, 72]]),
        ([[60, 0.1]], [["late", 0, 100]]),
        ([[64, 0.38]], [["early", 1, -120]]),
        ([[61, 0.0]], [["wrong", 0, 0]]),  # the key beside what was due
        ([[60, 0.0], [60, 0.05]], [["right", 0, 0], ["wrong", None, 0]]),  # struck twice
        ([[72, 0.0]], [["wrong", 0, 0]]),  # an octave off is another key
        ([[90, 5.0]], [["wrong", None, 0]]),  # when nothing was due
    ],
)
def test_single_keys_are_judged_by_key_and_time(
    page: Page, lick: str, keys: list[list[float]], verdicts: list[list[Any]]
) -> None:
    opened(page, lick)
    told = page.evaluate(JUDGED, ["notes", [tone(60, 1), tone(64, 2)], 120, keys])
    assert told["verdicts"] == verdicts
    met = sum(kind != "wrong" for kind, *_ in verdicts)
    assert len(told["missed"]) == 2 - met
    assert told["standing"]["asked"] == 2


def test_chords_are_judged_in_any_octave_and_their_colours_are_free(page: Page, lick: str) -> None:
    opened(page, lick)
    tones = [tone(48, 1, True, (0, 2, 4, 7)), tone(52, 1, True, (0, 2, 4, 7))]
    told = page.evaluate(JUDGED, ["chords", tones, 120, [[76, 0.0], [62, 0.1], [60, 0.02], [61, 0.2]]])
    assert [kind for kind, *_ in told["verdicts"]] == ["right", "right", "right", "wrong"]
    assert told["missed"] == []
    assert told["standing"]["wrong"] == 1


def test_what_comes_next_is_told_chord_by_chord(page: Page, lick: str) -> None:
    opened(page, lick)
    tones = [tone(60, 1), tone(64, 1), tone(65, 2)]
    assert page.evaluate(JUDGED, ["notes", tones, 120, []])["next"] == [0, 1]
    assert page.evaluate(JUDGED, ["notes", tones, 120, [[60, 0], [64, 0]]])["next"] == [2]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_practising_is_accessible_before_and_after(
    browser: Browser, house: Served, lick: str, width: int, theme: Theme
) -> None:
    with looking(browser, house.url, theme=theme, width=width) as (page, heard):
        connected(page, lick)
        page.get_by_text("What you play sounds or counts too late?").click()
        assert flaws(page) == []
        played(page, change=1, tempo=240)
        assert flaws(page) == []
        assert overflow(page) <= 0
        assert heard.errors == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_recording_is_graded_with_and_without_scripts(
    browser: Browser, house: Served, lick: str, scripts: bool
) -> None:
    data = house.get(f"{lick}/score").json
    notes = tuple(
        Note(one["start_beat"], one["beats"], one["midi"], one["velocity"], one["hand"]) for one in data["events"]
    )
    file = midi.write(Score("Take", "F", data["tempo"], data["meter"], data["bars"], (), (), notes))
    with looking(browser, house.url, scripts=scripts, width=375) as (page, _):
        page.goto(lick)
        page.get_by_label("Or grade a recording").set_input_files(
            {"name": "take.mid", "mimeType": "audio/midi", "buffer": file}
        )
        page.get_by_role("button", name="Grade it").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("graded")
        assert int(page.locator("#graded").get_attribute("data-score") or 0) >= 90
        if scripts:
            assert flaws(page) == []
            assert overflow(page) <= 0


def test_a_take_that_is_none_is_refused_in_words(page: Page, heard: Heard, lick: str) -> None:
    opened(page, lick)
    told = page.evaluate(
        """async (path) => {
          const headers = { 'x-csrf-token': document.querySelector('meta[name=csrf]').content };
          const sent = (fields) =>
            fetch(`${path}/grade`, { method: 'POST', headers, body: new URLSearchParams(fields) });
          const replies = [await sent({}), await sent({ take: '{{7*7}}<script>' }), await sent({ take: '[]' }),
            await sent({ take: '[{"midi": 60, "start": 0}]', tempo: '9' }), await sent({ take: '[]', hand: 'third' })];
          return Promise.all(replies.map(async (reply) => [reply.status, (await reply.text()).includes('<script>"')]));
        }""",
        lick,
    )
    assert [status for status, _ in told] == [400, 400, 400, 400, 404]
    heard.errors.clear()  # the browser tells of every 400
