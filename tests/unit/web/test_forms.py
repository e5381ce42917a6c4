"""Forms of tasks: every task has one, every one that the rules can make is made through it, and errors name fields."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from making import LEAST, NOTES
from partimento import plugins
from partimento.client import AsyncPartimento
from partimento.core.errors import BadInput, UnknownName
from partimento.music.formats import midi
from partimento.web.forms.field import Field, fields_of, hint_in, known_lists
from partimento.web.forms.filled import field_meant, first_values, inputs_of
from partimento.web.pages.items import item_page
from partimento.web.pages.tasks import list_tasks, task_form, task_made
from partimento.web.visit import Form, Moved, Shown
from visiting import HOSTILE, at_home, look, made

WITH_RULES = [name for name in plugins.task_names() if plugins.task(name).rules]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsyncPartimento]:
    with at_home(tmp_path_factory.mktemp("forms")) as opened:
        yield opened


def the(task: str, name: str) -> Field:
    return next(field for field in fields_of(plugins.task(task)) if field.name == name)


@pytest.mark.parametrize("task", plugins.task_names())
def test_every_task_has_a_form_with_all_its_fields(client: AsyncPartimento, task: str) -> None:
    shown = look(client, task_form, {"name": task})
    assert isinstance(shown, Shown)
    for field in fields_of(plugins.task(task)):
        assert f'id="f-{field.name}"' in shown.html


@pytest.mark.parametrize("task", WITH_RULES)
def test_what_the_rules_can_make_is_made_through_its_form_and_shown(client: AsyncPartimento, task: str) -> None:
    answer = look(client, task_made, {"name": task}, fields=LEAST[task])
    assert isinstance(answer, Moved), answer
    assert answer.said.startswith("Made by rules")
    page = look(client, item_page, {"id": answer.to.removeprefix("/items/")})
    assert isinstance(page, Shown)
    assert "Why this model" in page.html


def test_asking_the_same_again_tells_that_it_was_remembered_unless_it_is_made_anew(client: AsyncPartimento) -> None:
    asked = {"topic": "tritone substitution"}
    look(client, task_made, {"name": "look_up"}, fields=asked)
    again = look(client, task_made, {"name": "look_up"}, fields=asked)
    anew = look(client, task_made, {"name": "look_up"}, fields=asked | {"o-anew": "yes"})
    assert isinstance(again, Moved)
    assert isinstance(anew, Moved)
    assert again.said.startswith("Remembered")
    assert anew.said.startswith("Made by")


def test_a_field_that_is_needed_and_left_empty_is_named_and_nothing_typed_is_lost(client: AsyncPartimento) -> None:
    answer = look(client, task_made, {"name": "email"}, fields={"purpose": " ", "sender": "Anna & Ben"})
    assert isinstance(answer, Shown)
    assert answer.status == 400
    assert "Purpose is needed" in answer.html
    assert "Anna &amp; Ben" in answer.html
    assert answer.html.count("autofocus") == 1


@pytest.mark.parametrize(
    ("task", "fields", "at", "said"),
    [
        ("theory", {"chords": "Dm7 Hx7"}, "chords", "Hx7"),
        ("exercise", {"genre": "polka"}, "genre", "polka"),
        ("voicing", {"chords": "C", "key": "H"}, "key", "H"),
        ("curriculum", {"weeks": "many"}, "weeks", "many"),
        ("grading", {"take": "[1, 2"}, "take", "JSON"),
        ("coaching", {"message": "Hello", "context": "level 3"}, "context", "JSON"),
        ("theory", {"chords": "C", "o-seed": "seven"}, "o-seed", "whole number"),
    ],
)
def test_an_error_names_its_field_and_says_what_was_wrong(
    client: AsyncPartimento, task: str, fields: dict[str, str], at: str, said: str
) -> None:
    answer = look(client, task_made, {"name": task}, fields=fields)
    assert isinstance(answer, Shown)
    assert answer.status in (400, 404)
    assert f'href="#f-{at}"' in answer.html
    assert said in answer.html


def test_a_task_without_a_model_says_what_would_help_in_its_form(client: AsyncPartimento) -> None:
    answer = look(client, task_made, {"name": "text"}, fields={"prompt": "A haiku"})
    assert isinstance(answer, Shown)
    assert answer.status >= 400
    assert 'role="alert"' in answer.html
    assert "A haiku" in answer.html


def test_what_is_hostile_in_fields_and_in_the_address_is_shown_as_text(client: AsyncPartimento) -> None:
    named = {"name": "exercise"}
    sent = {"genre": HOSTILE, "topic": HOSTILE, "chords": HOSTILE, "o-model": HOSTILE}
    for answer in (look(client, task_form, named, query=sent), look(client, task_made, named, fields=sent)):
        assert isinstance(answer, Shown)
        assert "<script>alert" not in answer.html
        assert "<img src=x" not in answer.html
        assert "{{7*7}}" in answer.html


def test_a_link_fills_the_form(client: AsyncPartimento) -> None:
    answer = look(client, task_form, {"name": "voicing"}, query={"chords": "Ebmaj7 Ab7", "o-model": "rules"})
    assert isinstance(answer, Shown)
    assert "Ebmaj7 Ab7" in answer.html
    assert '<option value="rules" selected>' in answer.html


def test_a_take_comes_as_a_midi_file(client: AsyncPartimento) -> None:
    exercise = made(client, "exercise", genre="jazz", kind="scale", key="C")
    answer = look(
        client, task_made, {"name": "grading"}, fields={"task": f"http://127.0.0.1:8765/items/{exercise}"},
        files={"take": _played(client, exercise)},
    )  # fmt: skip
    assert isinstance(answer, Moved)
    page = look(client, item_page, {"id": answer.to.removeprefix("/items/")})
    assert isinstance(page, Shown)
    assert "A take graded: 100 of 100" in page.html


def _played(client: AsyncPartimento, name: str) -> bytes:
    """The exercise, played by a machine."""
    value = client.store.ask("memory_item", name)[0][3]
    return midi.write(msgspec.json.decode(value, type=plugins.task("exercise").output).score)


def test_the_list_of_tasks_names_every_one(client: AsyncPartimento) -> None:
    shown = look(client, list_tasks, {})
    assert isinstance(shown, Shown)
    for name in plugins.task_names():
        assert f'"/studio/tasks/{name}"' in shown.html


def test_types_become_the_inputs_that_fit_them() -> None:
    assert the("exercise", "kind").kind == "choice"
    assert ("lick", "lick") in the("exercise", "kind").options
    assert the("exercise", "hand").options[0] == ("", "as it fits")
    assert the("curriculum", "weeks").kind == "number"
    assert the("curriculum", "weeks").default == "8"
    assert the("curriculum", "goals").kind == "lines"
    assert the("voicing", "colours").kind == "tick"
    assert the("voice_leading", "start").kind == "numbers"
    assert the("coaching", "context").kind == "json"
    assert the("grading", "take").kind == "take"
    assert the("feedback", "assessment").kind == "document"
    assert the("podcast_script", "hosts").default == "Mara\nTheo"
    assert fields_of(plugins.task("email"))[0].needed


def test_fields_suggest_what_the_house_knows() -> None:
    lists = known_lists(fields_of(plugins.task("exercise")))
    assert set(lists) == {"keys", "levels", "topics", "voicings", "scales"}
    assert "Bb" in lists["keys"]
    assert "rootless" in lists["voicings"]
    assert "Dorian" in lists["scales"]
    assert the("voicing", "kind").known == ""
    assert the("voice_leading", "kind").known == "voicings"
    assert known_lists(fields_of(plugins.task("text"))) == {}


def test_what_is_filled_in_becomes_what_the_task_is_asked_with() -> None:
    form = Form({
        "chords": ("Dm7 G7\nCmaj7",), "start": ("60, 64 67",), "language": ("",), "top": ("E5 -",)
    })  # fmt: skip
    filled = inputs_of(fields_of(plugins.task("voice_leading")), form, _nothing)
    assert filled.error is None
    assert filled.inputs == {"chords": "Dm7 G7 Cmaj7", "start": [60, 64, 67], "top": "E5 -"}


def test_a_box_that_is_not_ticked_says_no() -> None:
    fields = fields_of(plugins.task("voicing"))
    assert inputs_of(fields, Form({"chords": ("C",)}), _nothing).inputs["colours"] is False
    assert inputs_of(fields, Form({"chords": ("C",), "colours": ("yes",)}), _nothing).inputs["colours"] is True


def test_answers_given_question_by_question_are_put_together() -> None:
    form = Form({"assessment": (NOTES,), "answers.q1": ("2",), "answers.q2": ("Bb7",), "answers.q3": ("",)})
    filled = inputs_of(fields_of(plugins.task("feedback")), form, _nothing)
    assert filled.inputs["answers"] == {"q1": 2, "q2": "Bb7"}


def test_a_message_alone_is_a_conversation() -> None:
    form = Form({"messages": ("Hello: how are you?",)})
    filled = inputs_of(fields_of(plugins.task("chat")), form, _nothing)
    assert plugins.task("chat").ask(filled.inputs).inputs.messages[0].text == "Hello: how are you?"


def test_an_item_stands_for_its_value() -> None:
    name = "0" * 64
    form = Form({"assessment": (f"/items/{name}",), "answers": ("q1: true",)})
    filled = inputs_of(fields_of(plugins.task("feedback")), form, lambda asked: {"id": asked})
    assert filled.inputs == {"assessment": {"id": name}, "answers": {"q1": True}}


def test_an_item_that_is_not_there_is_an_error_of_its_field() -> None:
    form = Form({"assessment": ("1" * 64,), "answers": ("q1: true",)})
    filled = inputs_of(fields_of(plugins.task("feedback")), form, _nothing)
    assert isinstance(filled.error, UnknownName)
    assert filled.at == "assessment"


def test_the_field_an_error_means_is_found_in_its_words() -> None:
    fields = fields_of(plugins.task("assessment"))
    assert field_meant(BadInput("no", why="Expected `int` - at `$.minutes`"), fields) == "minutes"
    assert field_meant(BadInput("at most 40 questions are asked"), fields) == "questions"
    assert field_meant(BadInput("something else"), fields) == ""


def test_a_hint_is_what_the_docstring_says_of_the_field() -> None:
    doc = "A genre. `tempo` in BPM, `level` 1-10 or a word; `style`: a use\n    of the genre. `a` and `b` bound it."
    assert hint_in(doc, "level") == "1-10 or a word"
    assert hint_in(doc, "style") == "A use of the genre"
    assert hint_in(doc, "tempo") == "In BPM"
    assert hint_in(doc, "a") == ""
    assert hint_in(doc, "nowhere") == ""


def test_an_untouched_form_holds_the_defaults() -> None:
    values = first_values(fields_of(plugins.task("lesson")), {"topic": "ii-V-I", "strange": "x"})
    assert values["minutes"] == "30"
    assert values["topic"] == "ii-V-I"
    assert "strange" not in values


def _nothing(name: str) -> object:
    raise UnknownName("item", name, ())
