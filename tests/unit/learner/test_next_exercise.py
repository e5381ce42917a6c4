from typing import Any

import pytest

from learning import KNOWLEDGE
from partimento.core.errors import BadInput
from partimento.learner.aim import Situation
from partimento.learner.kept import Items, Skills
from partimento.learner.knowledge import Knowledge, shipped
from partimento.learner.next_exercise import next_exercise
from partimento.learner.preference import Preference
from partimento.learner.skill import stated
from partimento.music import genres
from partimento.tasks import exercise

NOON = 1_795_262_400.0


def where(level: int, genre: str, knowledge: Knowledge | None = None, **known: Any) -> Situation:
    return Situation(
        skills=Skills(stated(level, NOON), {}), items=Items({}), knowledge=knowledge or shipped(), now=NOON,
        genre=genre, **known,
    )  # fmt: skip


@pytest.mark.parametrize("genre", genres.names())
@pytest.mark.parametrize("level", [1, 2, 4, 6, 8, 10])
def test_what_comes_next_can_be_made_in_every_genre_at_every_level(genre: str, level: int) -> None:
    chosen = next_exercise(where(level, genre), [], "seed")
    request = exercise.ask(chosen.fields)
    draft = exercise.rules(request.inputs, 1) if exercise.rules else None
    assert not list(exercise.checks[0](request.inputs, draft))
    made = exercise.finish(request.inputs, draft, "rules")
    assert made.notes
    assert (made.type, made.level, made.genre) == (chosen.exercise.type, chosen.level, genre)
    assert chosen.chance.low < chosen.chance.value < chosen.chance.high


def test_the_same_seed_chooses_the_same() -> None:
    assert next_exercise(where(4, "jazz"), [], "a") == next_exercise(where(4, "jazz"), [], "a")


def test_taste_chooses_among_what_is_equally_right() -> None:
    plain = next_exercise(where(4, "jazz"), [], "a")
    disliked = [
        Preference(aspect="kind", value=plain.exercise.type, disliked=50, at=NOON),
        Preference(aspect="key", value=plain.exercise.key, disliked=50, at=NOON),
    ]
    other = next_exercise(where(4, "jazz"), disliked, "a")
    assert (other.exercise.type, other.exercise.key) != (plain.exercise.type, plain.exercise.key)
    assert other.why == plain.why


def test_taste_is_given_as_a_reason() -> None:
    plain = next_exercise(where(4, "jazz"), [], "a")
    liked = [Preference(aspect="key", value=plain.exercise.key, liked=50, at=NOON)]
    chosen = next_exercise(where(4, "jazz"), liked, "a")
    assert chosen.exercise.key == plain.exercise.key
    assert f"key {plain.exercise.key}" in chosen.reasons[-1]


def test_where_nothing_is_taught_it_says_so() -> None:
    with pytest.raises(BadInput, match="nothing to practise"):
        next_exercise(where(4, "jazz", Knowledge(())), [], "a")


def test_small_graphs_do_too() -> None:
    assert next_exercise(where(4, "jazz", KNOWLEDGE), [], "a").concept in KNOWLEDGE.by_id
