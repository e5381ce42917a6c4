"""Every page of a lived-in house, filled without a server: with content, and for a form that was sent empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec import Struct

from furnishing import Furnished, furnish
from partimento.client import AsyncPartimento
from partimento.core.errors import PartimentoError
from partimento.web.places import EVERY
from partimento.web.visit import Answer, Moved, Place, Shown
from visiting import at_home, look

LIVE = ("/models/events", "/library/pack")
"""What tells news as long as somebody listens, and a file."""
PAGES = [place for place in EVERY if place.method == "GET" and "{" not in place.path and place.path not in LIVE]
FORMS = [place for place in EVERY if place.method == "POST" and not place.path.startswith("/models/")]


class Home(Struct, frozen=True):
    """A client, and what is in its house."""

    client: AsyncPartimento
    things: Furnished


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("home")
    things = furnish(folder, requests=60)
    with at_home(folder) as client:
        yield Home(client, things)


@pytest.mark.parametrize("place", PAGES, ids=lambda place: place.path)
def test_a_page_is_filled(home: Home, place: Place) -> None:
    answer = look(home.client, place.opened, {})
    if isinstance(answer, Shown):
        assert answer.status == 200
        assert answer.html.count("<h1") == 1


@pytest.mark.parametrize(
    ("path", "thing"),
    [
        ("/library/jobs/{id}", "job"),
        ("/curricula/{id}", "curriculum"),
        ("/items/{id}", "gospel"),
        ("/items/{id}", "quiz"),
    ],
)
def test_the_page_of_a_thing_is_filled(home: Home, path: str, thing: str) -> None:
    name = home.things.items.get(thing) or getattr(home.things, thing)
    place = next(place for place in EVERY if place.path == path and place.method == "GET")
    answer = look(home.client, place.opened, {"id": name})
    assert isinstance(answer, Shown)
    assert answer.status == 200


@pytest.mark.parametrize("place", FORMS, ids=lambda place: place.path)
def test_an_empty_form_is_answered_or_refused_with_the_mend(home: Home, place: Place) -> None:
    came = _came_of(home, place)
    if isinstance(came, PartimentoError):
        assert came.mend or came.why
    elif isinstance(came, Shown) and came.status >= 400:
        assert 'role="alert"' in came.html
    else:
        assert isinstance(came, Shown | Moved)


def _came_of(home: Home, place: Place) -> Answer | PartimentoError:
    names = {"id": "nothing", "name": "tutorial", "action": "verify", "side": "a"}
    try:
        return look(home.client, place.opened, names, fields={})
    except PartimentoError as error:
        return error
