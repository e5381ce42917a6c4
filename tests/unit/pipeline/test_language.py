"""The language that was asked for: a draft surely in another one is flawed; rules say that they write English."""

from __future__ import annotations

import pytest

from partimento.core.errors import BadInput
from partimento.core.ports import Drafted
from partimento.core.request import Options
from partimento.pipeline.prepare import prepare
from partimento.pipeline.validate import Flawed, Sound, validate
from partimento.tasks import email
from verse import declare
from wholes import House

ENGLISH = ("the rain that falls upon the street", "and nobody is there to hear it")
GERMAN = ("der Regen fällt auf die Straße", "und niemand ist da, der ihn hört")


def asked(language: str | None) -> object:
    return declare()(about="rain").with_(options=Options(language=language))


def verdict(language: str | None, lines: tuple[str, ...], method: str = "little") -> Sound | Flawed:
    text = '{{"lines": ["{}", "{}"]}}'.format(*lines)
    return validate(asked(language), Drafted(text=text), method)  # type: ignore[arg-type]


def test_a_draft_in_the_language_asked_for_is_sound() -> None:
    assert isinstance(verdict("de", GERMAN), Sound)
    assert isinstance(verdict("German", GERMAN), Sound)


def test_a_draft_surely_in_another_language_is_flawed_in_words_a_model_can_act_on() -> None:
    flawed = verdict("de", ENGLISH)
    assert isinstance(flawed, Flawed)
    assert "must be in German" in flawed.reasons[0]


def test_where_no_language_is_asked_for_none_is_missed() -> None:
    assert isinstance(verdict(None, GERMAN), Sound)


def test_rules_write_english_and_say_so() -> None:
    sound = verdict("ja", ENGLISH, "rules")
    assert isinstance(sound, Sound)
    assert "the rules write English" in sound.notes[0]
    english = verdict("en-GB", ENGLISH, "rules")
    assert isinstance(english, Sound)
    assert english.notes == ()


def test_a_task_with_a_language_of_its_own_takes_that_of_the_options() -> None:
    asked_of_options = email(purpose="thank a pupil", points=("well played",)).with_(options=Options(language="German"))
    ready = prepare(asked_of_options, House().ports)
    assert ready.request.inputs.language == "de"
    told = email(purpose="thank a pupil", points=("well played",), language="fr")
    assert prepare(told.with_(options=Options(language="de")), House().ports).request.inputs.language == "fr"


def test_a_language_has_one_spelling_and_what_names_none_is_refused() -> None:
    asked_twice = [declare()(about="rain").with_(options=Options(language=word)) for word in ("German", "de-AT")]
    keys = {prepare(one, House().ports).key for one in asked_twice}
    assert len(keys) == 1
    with pytest.raises(BadInput, match="language"):
        prepare(declare()(about="rain").with_(options=Options(language="a\r\nb: c")), House().ports)
