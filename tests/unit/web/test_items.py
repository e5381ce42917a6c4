"""The page of anything made: what it tells, what it saves, why this model; and that no text in it can do anything."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from partimento.client import AsyncPartimento
from partimento.core.errors import UnknownName
from partimento.core.ports import LedgerRow
from partimento.core.result import Attempt
from partimento.core.settings import Settings
from partimento.pipeline.outcomes import kept_attempts
from partimento.web.ask_again import ask_again
from partimento.web.downloads import downloads, filename_of, suffixes_of
from partimento.web.item import Item, item_of
from partimento.web.pages.items import item_file, item_page
from partimento.web.route_told import claims_told, route_told, row_of
from partimento.web.titles import title_of
from partimento.web.visit import Sent, Shown, Visit
from rows import SERVED
from visiting import HOSTILE, LONG, at_home, keep, look, made

ROUTED = msgspec.structs.replace(
    SERVED, complexity=4, decision="a4 p93:little c:cirrus r:rules +2 -u31k4 ~0.95",
    attempts=kept_attempts(
        ((Attempt("cirrus", "flawed"), "a chord is not in the key"), (Attempt("little", "served"), ""))
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsyncPartimento]:
    with at_home(tmp_path_factory.mktemp("items")) as opened:
        yield opened


@pytest.fixture(scope="module")
def piece(client: AsyncPartimento) -> str:
    return made(client, "arrangement", genre="gospel", description="slow worship", bars=4, key="Ab")


def html_of(client: AsyncPartimento, name: str) -> str:
    shown = look(client, item_page, {"id": name})
    assert isinstance(shown, Shown)
    return shown.html


def the_item(client: AsyncPartimento, name: str) -> Item:
    return item_of(Visit(client=client, caller=client.caller, method="GET", path="/"), name)


def file_of(client: AsyncPartimento, name: str, file: str, **query: str) -> Sent:
    sent = look(client, item_file, {"id": name, "name": file}, query=query)
    assert isinstance(sent, Sent)
    return sent


def test_an_item_tells_what_it_is_who_made_it_and_why(client: AsyncPartimento, piece: str) -> None:
    html = html_of(client, piece)
    assert "<h1>Gospel worship in Ab</h1>" in html
    assert "Made by <strong>rules</strong>" in html
    assert "Why this model" in html
    assert "the rules answer when no model does" in html


def test_an_item_that_is_not_there_says_what_helps(client: AsyncPartimento) -> None:
    with pytest.raises(UnknownName, match="make it again"):
        look(client, item_page, {"id": "0" * 64})


@pytest.mark.parametrize(
    ("file", "kind", "begins"),
    [
        ("a.mid", "audio/midi", b"MThd"),
        ("a.musicxml", "application/vnd.recordare.musicxml+xml", b"<?xml"),
        ("a.abc", "text/vnd.abc; charset=utf-8", b"%abc"),
        ("a.txt", "text/plain; charset=utf-8", b"Gospel worship in Ab"),
        ("a.cho", "text/plain; charset=utf-8", b"{title"),
        ("a.ireal", "text/plain; charset=utf-8", b"irealb"),
        ("a.JSON", "application/json", b"{"),
    ],
)
def test_a_piece_is_saved_in_every_format(
    client: AsyncPartimento, piece: str, file: str, kind: str, begins: bytes
) -> None:
    sent = file_of(client, piece, file)
    assert sent.content_type == kind
    assert sent.content.startswith(begins)
    assert sent.filename == "Gospel worship in Ab" + file[1:].lower()


def test_a_piece_is_heard_without_scripts(client: AsyncPartimento, piece: str) -> None:
    pytest.importorskip("numpy")
    html = html_of(client, piece)
    assert f'<audio controls preload="none" src="/items/{piece}/file/arrangement.wav?play=1"' in html
    sent = file_of(client, piece, "arrangement.wav", play="1")
    assert sent.content[:4] == b"RIFF"
    assert sent.filename == ""


def test_what_cannot_be_made_here_is_said_in_words(client: AsyncPartimento, piece: str) -> None:
    told = {one.words: one.why_not for one in downloads(the_item(client, piece))}
    assert told["MIDI"] == ""
    assert "WAV" in told["MP3"]
    assert "MP3: it is not made here" in html_of(client, piece)


def test_only_what_fits_is_offered(client: AsyncPartimento) -> None:
    chart = the_item(client, made(client, "progression", genre="jazz", bars=4))
    words = the_item(client, made(client, "report", subject="May", figures={"hours": 3}))
    talk = the_item(client, made(client, "coaching", message="What should I practise?"))
    assert ".mid" not in suffixes_of(chart)
    assert ".cho" in suffixes_of(chart)
    assert suffixes_of(words) == (".md", ".json")
    assert suffixes_of(talk) == (".md", ".json")
    with pytest.raises(UnknownName):
        file_of(client, chart.id, "x.mid")
    with pytest.raises(UnknownName):
        file_of(client, chart.id, "x.exe")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", ".. etc passwd.mid"),
        ("夜明けのボサノヴァ", "夜明けのボサノヴァ.mid"),
        ('a"b\r\nSet-Cookie: x', "a b Set-Cookie x.mid"),
        ("\u202etxt", "txt.mid"),
        ("   ", "Arrangement.mid"),
    ],
)
def test_a_file_is_named_by_the_title_in_any_language_and_never_by_a_path(
    client: AsyncPartimento, piece: str, title: str, name: str
) -> None:
    item = the_item(client, piece)
    item = msgspec.structs.replace(item, value=msgspec.structs.replace(item.value, title=title))
    found = filename_of(item, ".mid")
    assert found.lstrip(". ") == name.lstrip(". ") or title.strip() == ""
    assert not set(found) & set('/\\:"\r\n\u202e')
    assert len(filename_of(msgspec.structs.replace(item, value={"title": LONG}), ".mid")) < 100


def test_the_route_is_told_in_words() -> None:
    told = route_told(ROUTED, Settings())
    assert told.asked == "The route chose, for complexity 4 of 10, which asks for a small model."
    assert [one.model for one in told.candidates] == ["little", "cirrus", "rules"]
    assert "proven" in told.candidates[0].words
    assert told.remarks[0] == "and 2 more after them"
    assert "31 not ready" in told.remarks[1]
    assert [(one.model, one.outcome) for one in told.turns] == [
        ("cirrus", "its draft did not pass the checks"), ("little", "answered"),
    ]  # fmt: skip
    assert told.turns[0].words == "a chord is not in the key"
    assert told.cost == Decimal("0.000018")
    assert told.saved_because == "made here, not in the cloud"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"selection_mode": "manual", "decision": "m n:little"}, "A model was named"),
        ({"decision": "e r:rules"}, "The rules have the one right answer"),
        ({"decision": ""}, "Complexity 4 of 10"),
        ({"decision": "", "complexity": 0}, "Nothing was weighed"),
        ({"decision": "q6 c:little"}, "A quality was asked for, reach 6"),
        ({"decision": "nonsense of another version"}, "Nonsense"),
    ],
)
def test_each_way_of_choosing_has_its_sentence(changes: dict[str, Any], said: str) -> None:
    row: LedgerRow = msgspec.structs.replace(ROUTED, **changes)
    assert route_told(row, Settings()).asked.startswith(said)


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("", ""),
        ("0,0,0", "Its prose makes no musical claim that would need proof."),
        ("1,0,0", "1 musical claim in its prose: 1 proven."),
        ("5,1,2", "8 musical claims in its prose: 5 proven, 1 put right, 2 beyond what the theory engine reads."),
    ],
)
def test_claims_are_told_in_a_sentence(kept: str, said: str) -> None:
    assert claims_told(kept) == said


def test_the_request_of_an_item_is_found_and_no_other(client: AsyncPartimento, piece: str) -> None:
    row = row_of(client.store, the_item(client, piece).row)
    assert row is not None
    assert (row.memory_id, row.ending, row.task) == (piece, "served", "arrangement")


def test_an_item_from_a_pack_says_that_the_ledger_does_not_know_it(client: AsyncPartimento) -> None:
    name = keep(client.store, "text", "Carried here.")
    assert "The ledger does not tell" in html_of(client, name)


def test_asking_again_fills_the_form_with_what_is_known(client: AsyncPartimento, piece: str) -> None:
    link = ask_again(the_item(client, piece))
    assert link.startswith("/studio?")
    assert "key=Ab" in link
    assert "bars=4" in link
    voiced = the_item(client, made(client, "voicing", chords="Dm7 G7", kind="rootless"))
    assert "chords=Dm7+G7" in ask_again(voiced)
    assert "kind=rootless" in ask_again(voiced)
    quiz = the_item(client, made(client, "quiz", topic="scales", questions=3))
    assert "questions=3" in ask_again(quiz)
    assert "topic=scales" in ask_again(quiz)
    text = the_item(client, keep(client.store, "text", "Blue.", prompt="A haiku & more"))
    assert ask_again(text) == "/studio/tasks/text?prompt=A+haiku+%26+more"
    gone = the_item(client, keep(client.store, "gone_task", {"a": 1}))
    assert ask_again(gone) == "/studio/tasks/gone_task"


@pytest.mark.parametrize(
    ("task", "value", "prompt", "title"),
    [
        ("arrangement", {"title": "Dawn"}, "", "Dawn"),
        ("email", {"subject": "The recital"}, "x", "The recital"),
        ("grading", {"score": 77}, "", "A take graded: 77 of 100"),
        ("voicing", {"chords": [{"symbol": "Dm7"}, {"symbol": "G7"}]}, "x", "Voicing: Dm7 G7"),
        ("reharmonization", {"original": ["C", "Am"]}, "x", "Reharmonization: C | Am"),
        ("coaching", "Play.", "Answer: <message>Why\n so slow?</message> <context>x</context>", "Why so slow?"),
        ("text", "Blue.", "A  haiku\nabout rain", "A haiku about rain"),
        ("text", "Blue.", "", "Text"),
        ("text", "Blue.", "long " * 50, ("long " * 16)[:79] + "…"),
    ],
)
def test_an_item_is_called_by_itself_or_by_what_was_asked(task: str, value: Any, prompt: str, title: str) -> None:
    assert title_of(task, value, prompt) == title


@pytest.mark.parametrize("poison", [HOSTILE, LONG])
def test_hostile_titles_prompts_and_values_are_shown_as_text(client: AsyncPartimento, poison: str) -> None:
    plain = {
        "title": poison,
        poison[:60]: poison,
        "rows": [{"a": poison, "b": 1}, {"a": "x", "b": 2}],
        "list": [poison],
    }
    for name in (
        keep(client.store, "gone_task", plain, prompt=poison),
        keep(client.store, "text", poison, prompt=poison),
        keep(client.store, "gone_too", [poison, {poison: [[poison]]}], prompt=poison),
    ):
        html = html_of(client, name)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert ("{{7*7}}" in html) == (poison == HOSTILE)


def test_an_item_of_a_task_that_is_gone_is_shown_as_it_was_stored(client: AsyncPartimento) -> None:
    html = html_of(client, keep(client.store, "gone_task", {"title": "Old", "verses": ["one", "two"]}))
    assert "is not installed here, or has changed since" in html
    assert "Verses" in html


def test_a_value_of_an_older_version_is_shown_as_it_was_stored(client: AsyncPartimento) -> None:
    html = html_of(client, keep(client.store, "tutorial", {"title": "Of old", "steps": []}))
    assert "Of old" in html
