"""Forms that nobody should send, at every place of the web page that takes one: each is answered by a page, none with
500, and what was sent stands in no page as anything but text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

import partimento.web
from partimento import plugins
from partimento.web.places import EVERY
from partimento.web.visit import Place
from serving import Served, serving

SOURCES = Path(partimento.web.__file__).parent.rglob("*.py")
READ = {name for path in SOURCES for name in re.findall(r'(?:form|query)\.get\(\s*"([\w-]+)"', path.read_text())}
INPUTS: list[Any] = [plugins.task(name).inputs for name in plugins.task_names()]
ASKED = {name for inputs in INPUTS for name in inputs.__struct_fields__}
NAMES = sorted(READ | ASKED)
"""Every field that some page reads, by its name or from a task's schema."""
SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    "", SCRIPT, '"><img src=x onerror=alert(1)>', "{{7*7}}", "../../etc/passwd", "\x00", "a\r\nset-cookie: b=c", "-1",
    "9" * 400, "1e9999", "nan", "x" * 10_000, "'; DROP TABLE ledger; --", "\u202eabc\u2066", "𝄞♭雨" * 50,
    "[[[[", '{"a": [1',
)  # fmt: skip
WRITES = [place for place in EVERY if place.method == "POST" and place.path != "/sign-out"]
LOOKS = [place for place in EVERY if place.method == "GET" and not place.path.endswith("/events")]


class Browser:
    """A session on one connection."""

    def __init__(self, served: Served) -> None:
        self._connection = HTTPConnection(served.address, timeout=60)
        self._headers = {"accept": "text/html", "origin": served.url}
        status, headers, _ = self.send("GET", "/sign-in")
        assert status == 200
        self._headers["cookie"] = headers["set-cookie"].partition(";")[0]
        found = re.search(r'name="csrf" content="(\w+)"', self.send("GET", "/sign-in")[2])
        assert found
        self.mark = found[1]

    def send(self, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], str]:
        headers = dict(self._headers)
        if body is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        reply = self._connection.getresponse()
        return reply.status, dict(reply.getheaders()), reply.read().decode(errors="replace")

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with serving(tmp_path_factory.mktemp("forms")) as served:
        one = Browser(served)
        yield one
        one.close()


def opened(place: Place, name: str) -> str:
    """The path with that in its open parts."""
    return re.sub(r"\{\w+(?::rest)?\}", lambda _: quote(name, safe="") or "x", place.path)


def judge(status: int, headers: dict[str, str], page: str) -> None:
    """What every answer must be."""
    assert status < 500 or status in (501, 502, 503, 504), page[-3_000:]
    assert "something unexpected" not in page
    assert SCRIPT not in page
    assert "<img src=x" not in page
    assert "b=c" not in headers.get("set-cookie", "")
    if headers.get("content-type", "").startswith("text/html") and status != 303:
        assert "<h1" in page


def test_fields_are_known() -> None:
    assert {"genre", "description", "key", "plan", "learner", "message"} <= set(NAMES)


@pytest.mark.parametrize("place", WRITES, ids=lambda place: place.path)
def test_a_hostile_form_is_answered_by_a_page(browser: Browser, place: Place) -> None:
    for value in HOSTILE:
        fields = {name: value for name in NAMES if name != "csrf"}
        body = urlencode({"csrf": browser.mark, **fields}).encode()
        judge(*browser.send("POST", opened(place, "progression"), body))


@pytest.mark.parametrize("place", LOOKS, ids=lambda place: place.path)
def test_a_hostile_address_is_answered_by_a_page(browser: Browser, place: Place) -> None:
    for value in HOSTILE:
        if len(value) > 1_000:
            continue
        query = urlencode(dict.fromkeys(NAMES, value))
        judge(*browser.send("GET", f"{opened(place, 'progression')}?{query}"))
        if "{" in place.path and value and "\x00" not in value:
            judge(*browser.send("GET", opened(place, value)))
