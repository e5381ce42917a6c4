"""Readable views: every task's answers are read, whatever a model writes into them stays text, prose keeps its form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import msgspec
import pytest

from making import LEAST
from partimento import plugins
from partimento.client import AsyncPartimento
from partimento.web.keyboard import keyboard, octaves
from partimento.web.pages.items import item_page
from partimento.web.pages.tasks import task_made
from partimento.web.prose import inline, prose
from partimento.web.reading import MOST_ROWS, read
from partimento.web.views.registry import GENERIC, view_of
from partimento.web.visit import Moved, Shown
from visiting import HOSTILE, LONG, at_home, keep, look, poisoned


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsyncPartimento]:
    with at_home(tmp_path_factory.mktemp("views")) as opened:
        yield opened


class Elements(HTMLParser):
    """The elements that a browser would make, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.headings: list[int] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))


def html_of(client: AsyncPartimento, name: str) -> str:
    shown = look(client, item_page, {"id": name})
    assert isinstance(shown, Shown)
    return shown.html


def of_rules(client: AsyncPartimento, task: str) -> str:
    answer = look(client, task_made, {"name": task}, fields=LEAST[task])
    assert isinstance(answer, Moved)
    return answer.to.removeprefix("/items/")


@pytest.mark.parametrize("task", LEAST)
def test_whatever_a_model_writes_into_an_answer_is_shown_as_text(client: AsyncPartimento, task: str) -> None:
    value = msgspec.json.decode(client.store.ask("memory_item", of_rules(client, task))[0][3])
    clean = Elements(html_of(client, keep(client.store, task, value)))
    for poison in (HOSTILE, LONG):
        html = html_of(client, keep(client.store, task, poisoned(task, value, poison), prompt=poison))
        found = Elements(html)
        assert poison[:20].replace("<", "&lt;").replace(">", "&gt;") in html
        assert "img" not in set(found.tags) - set(clean.tags)
        assert found.tags.count("script") <= clean.tags.count("script")
        assert not {name for name in found.attributes if name.startswith("on") or name == "style"}


@pytest.mark.parametrize("task", LEAST)
def test_headings_of_an_answer_leave_no_level_out(client: AsyncPartimento, task: str) -> None:
    levels = Elements(html_of(client, of_rules(client, task))).headings
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False)), levels


def test_a_view_is_found_by_its_task_and_the_generic_one_reads_the_rest() -> None:
    assert view_of("quiz").template == "views/questions.html"
    assert view_of("arrangement").template == "views/piece.html"
    assert view_of("of_a_plug_in") is GENERIC


def test_every_task_of_ours_that_needs_more_than_fields_has_a_view_of_its_own() -> None:
    generic = {name for name in plugins.task_names() if view_of(name) is GENERIC}
    assert generic == {"look_up", "structured"}


def test_a_script_tells_what_one_speaker_says_at_a_stretch_once(client: AsyncPartimento) -> None:
    html = html_of(client, of_rules(client, "lesson_script"))
    segments = html.count('<dl class="spoken">')
    assert html.count("<dt>Teacher</dt>") == segments > 1


def test_answers_of_a_quiz_are_hidden_until_opened_and_can_be_given(client: AsyncPartimento) -> None:
    quiz = of_rules(client, "quiz")
    html = html_of(client, quiz)
    assert html.count("<summary>The answer</summary>") == 3
    fields = {"assessment": quiz, "answers.q1": "0", "answers.q2": "true"}
    answer = look(client, task_made, {"name": "feedback"}, fields=fields)
    assert isinstance(answer, Moved)
    assert "Question by question" in html_of(client, answer.to.removeprefix("/items/"))


def test_chords_under_the_hands_are_drawn_on_keyboards_of_one_range(client: AsyncPartimento) -> None:
    html = html_of(client, of_rules(client, "voicing"))
    assert html.count('<svg class="keyboard"') == 3
    assert len(set(re.findall(r'<svg class="keyboard" viewBox="([^"]+)"', html))) == 1


def test_a_keyboard_holds_the_keys_that_are_held() -> None:
    first, last = octaves((47, 64))
    drawn = keyboard(first, last, (47, 49), (64,))
    assert (first, last) == (36, 71)
    assert len(drawn.keys) == 36
    assert [key.black for key in drawn.keys if key.held == "left"] == [False, True]
    assert [key.x for key in drawn.keys if key.held == "right"] == [(7 * 2 + 2) * 12]
    assert octaves((-5, 900)) == (60, 71)


# ---- any value --------------------------------------------------------------------------------------------------


def test_small_values_are_facts_and_long_ones_paragraphs() -> None:
    facts, part = read({"key": "F", "level": 3, "idea": "A " * 60, "nothing": None, "generation_method": "rules"})
    assert [name.text for name, _ in facts.rows] == ["Key", "Level"]
    assert (part.kind, part.title) == ("part", "Idea")


def test_flat_records_are_a_table_and_rich_ones_parts() -> None:
    (table,) = read([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}])
    assert (table.kind, table.columns) == ("table", ("A", "B"))
    parts = read([{"title": "One", "text": "word " * 40}, {"title": "Two", "text": "word " * 40}])
    assert [part.title for part in parts] == ["One", "Two"]


def test_short_words_are_chips_and_sentences_a_list() -> None:
    assert read(["Dm7", "G7"])[0].kind == "chips"
    assert read(["This is the first sentence.", "This is the second."])[0].kind == "list"


def test_what_is_endless_is_cut_and_says_so() -> None:
    (table,) = read([{"a": number, "b": number} for number in range(MOST_ROWS + 7)])
    assert (len(table.rows), table.left_out) == (MOST_ROWS, 7)


def test_what_is_bottomless_ends_as_json() -> None:
    value: object = "deep"
    for _ in range(40):
        value = {"within": value, "list": [{"x": [1]}]}
    (block,) = read({"top": value})
    depth = 0
    while block.blocks:
        block, depth = block.blocks[0], depth + 1
    assert depth < 12


def test_bytes_dates_and_oddities_are_told() -> None:
    (facts,) = read({"sound": b"\x00" * 2_048, "yes": True, "share": 0.123456})
    assert [cell.text for _, cell in facts.rows] == ["2,048 bytes", "yes", "0.1235"]
    assert read(None) == ()


# ---- prose ------------------------------------------------------------------------------------------------------


def test_prose_keeps_paragraphs_lists_headings_emphasis_and_code() -> None:
    told = prose("# One\n\nA **bold** and *slanted* `C*E*G`\nline.\n\n- a\n- b\n\n2. c\n\n```\nx < y\n```", 2)
    assert told == (
        "<h2>One</h2><p>A <strong>bold</strong> and <em>slanted</em> <code>C*E*G</code><br>line.</p>"
        '<ul><li>a</li><li>b</li></ul><ol start="2"><li>c</li></ol><pre tabindex="0">x &lt; y</pre>'
    )


def test_headings_of_prose_follow_each_other_without_a_gap() -> None:
    found = Elements(str(prose("### A\n# B\n#### C\n## D\n###### E", 2)))
    assert found.headings == [2, 2, 3, 3, 4]


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "[x](javascript:alert(1))",
        "**<b>**",
        "`</code><script>`",
        "# <img src=x onerror=alert(1)>",
        "- <svg onload=alert(1)>",
        "```\n</pre><script>alert(1)</script>\n```",
        "*" * 4_000 + "`" * 4_000,
        "**a*b**c*" * 500,
    ],
)
def test_no_text_becomes_markup_that_is_not_ours(text: str) -> None:
    found = Elements(str(prose(text)) + str(inline(text)))
    assert set(found.tags) <= {"p", "br", "ul", "ol", "li", "strong", "em", "code", "pre", "h3"}
    assert found.attributes <= {"start", "tabindex"}
