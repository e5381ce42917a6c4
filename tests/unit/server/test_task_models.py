"""A task as a model: words become its inputs, a JSON object its fields."""

from __future__ import annotations

import pytest

from partimento.core.conversation import Conversation, said
from partimento.core.errors import BadInput, UnknownName
from partimento.server.task_models import task_request


def conversation(words: str) -> Conversation:
    return Conversation(messages=(said("system", "Be brief."), said("user", words)))


def test_words_are_a_description_and_the_genre_is_found_in_them() -> None:
    request = task_request("progression", conversation("a slow Gospel ballad in Ab"))
    assert request.inputs.genre == "gospel"
    assert "ballad" in request.inputs.description


def test_a_json_object_is_taken_field_by_field() -> None:
    request = task_request("theory", conversation('{"chords": ["Dm7", "G7"], "key": "C"}'))
    assert request.inputs.key == "C"


def test_chords_are_words_of_the_task_that_reads_chords() -> None:
    assert task_request("theory", conversation("Dm7 G7 Cmaj7")).task.name == "theory"


def test_words_without_a_genre_say_what_is_missing() -> None:
    with pytest.raises(BadInput, match="genre"):
        task_request("progression", conversation("something nice"))


@pytest.mark.parametrize("name", ["chat", "structured", "embedding"])
def test_what_a_chat_is_itself_is_no_model(name: str) -> None:
    with pytest.raises(BadInput, match="no model"):
        task_request(name, conversation("x"))


def test_an_unknown_task_is_told() -> None:
    with pytest.raises(UnknownName):
        task_request("symphony", conversation("x"))


def test_a_task_that_words_alone_cannot_ask_says_what_it_takes() -> None:
    with pytest.raises(BadInput, match="grading") as caught:
        task_request("grading", conversation("play G7 in first inversion"))
    assert "take" in caught.value.mend
