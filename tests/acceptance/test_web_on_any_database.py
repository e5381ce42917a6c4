"""Every page in a lived-in house, on both databases: what is shown is read there, what is pressed is kept there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from msgspec import Struct

from databases import Place
from furnishing import Furnished, furnish
from partimento.web.places import EVERY
from serving import Answer, Served, serving

PAGES = sorted(place.path for place in EVERY if place.method == "GET" and "{" not in place.path)
NO_PAGES = {"/", "/favicon.ico", "/library/pack", "/models/events"}


class Lived(Struct, frozen=True):
    """A served house, what is in it, and a session there."""

    served: Served
    things: Furnished
    cookie: str
    mark: str

    def get(self, path: str) -> tuple[int, str]:
        answer = self.served.get(path, accept="text/html", cookie=self.cookie)
        return answer.status, answer.body.decode()

    def press(self, path: str, **fields: str) -> Answer:
        body = urlencode({"csrf": self.mark, **fields}).encode()
        form = "application/x-www-form-urlencoded"
        return self.served.post(path, body, content_type=form, accept="text/html", cookie=self.cookie)


@pytest.fixture
def lived(place: Place, tmp_path: Path) -> Iterator[Lived]:
    url = str(place) if str(place).startswith("postgresql") else f"sqlite:///{place}"
    with serving(tmp_path, f'database_url = "{url}"\n') as served:
        things = furnish(tmp_path, requests=200, database_url=url)
        answer = served.get("/sign-in", accept="text/html")
        mark = re.search(rb'name="csrf" content="(\w+)"', answer.body)
        assert mark
        cookie = answer.headers["set-cookie"].partition(";")[0]
        again = served.get("/sign-in", accept="text/html", cookie=cookie)
        mark = re.search(rb'name="csrf" content="(\w+)"', again.body)
        assert mark
        yield Lived(served, things, cookie, mark[1].decode())


def test_every_page_is_whole(lived: Lived) -> None:
    for path in PAGES:
        if path not in NO_PAGES:
            assert lived.get(path)[0] == 200, path
    for item in set(lived.things.items.values()):
        status, page = lived.get(f"/items/{item}")
        assert status == 200, page
        assert "Why this model" in page
    for path in (
        f"/library/jobs/{lived.things.job}", f"/curricula/{lived.things.curriculum}",
        f"/coach?learner={lived.things.learner}", "/overview?days=7", "/overview?days=90", "/overview.csv?by=model",
        "/review?state=all&order=oldest", "/review?state=all&order=doubtful", "/review?state=all&text=worship",
        "/library/items?task=exercise", "/settings/keys", "/models/about/rules",
    ):  # fmt: skip
        status, page = lived.get(path)
        assert status == 200, (path, page[-2_000:])


def test_a_verdict_is_kept_and_taken_back(lived: Lived) -> None:
    item = lived.things.items["gospel"]
    assert lived.press(f"/review/{item}/verify", back="item").status == 303
    assert "verified" in lived.get(f"/items/{item}")[1].lower()
    assert lived.served.get(f"/api/v2/memory/{item}").json["review"]["state"] == "verified"
    assert lived.press(f"/review/{item}/undo", back="item").status == 303
    assert lived.served.get(f"/api/v2/memory/{item}").json["review"]["state"] == "open"


def test_two_answers_are_compared_and_the_vote_counts(lived: Lived) -> None:
    page = lived.get("/compare?task=progression")[1]
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
    fields = {"task": "progression", "genre": "jazz", "key": "C", "one": "rules", "other": "rules"}
    made = lived.press("/compare", **{**hidden, **fields})
    assert made.status == 303, made.body[-3_000:]
    place = made.headers["location"]
    assert "A is better" in lived.get(place)[1]
    assert lived.press(place, choice="second").status == 303
    assert "A is better" not in lived.get(place)[1]
    assert place in lived.get("/compare")[1]
