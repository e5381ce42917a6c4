"""Who gets into the web page and how: sessions by key, forged forms, policies, errors that help. Over the wire."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from partimento.web.places import EVERY
from serving import Answer, Served, serving

FORM = "application/x-www-form-urlencoded"
HTML = "text/html,application/xhtml+xml"


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("open")) as served:
        yield served


@pytest.fixture(scope="module")
def closed_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("closed"), "require_key = true\n") as served:
        yield served


class Visitor:
    """A browser without a window: keeps cookies, sends forms with the mark of the page it saw last."""

    def __init__(self, served: Served) -> None:
        self.served, self.cookies, self.mark = served, dict[str, str](), ""

    def get(self, path: str, **headers: str) -> Answer:
        return self._went(self.served.get(path, accept=HTML, **self._shown(), **headers))

    def post(self, path: str, mark: str | None = None, headers: dict[str, str] | None = None, **fields: str) -> Answer:
        body = urlencode({"csrf": self.mark if mark is None else mark, **fields}).encode()
        sent = {"content_type": FORM, "accept": HTML, "origin": self.served.url, **self._shown(), **(headers or {})}
        return self._went(self.served.post(path, body, **sent))

    def _shown(self) -> dict[str, str]:
        told = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"cookie": told} if told else {}

    def _went(self, answer: Answer) -> Answer:
        if "set-cookie" in answer.headers:
            name, _, rest = answer.headers["set-cookie"].partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if found := re.search(rb'name="csrf" content="(\w+)"', answer.body):
            self.mark = found[1].decode()
        return answer


def new_key(served: Served, name: str, *options: str) -> str:
    command = [sys.executable, "-m", "partimento", "keys", "create", name, "--json", *options]
    done = subprocess.run(command, cwd=served.folder, capture_output=True, check=True)
    return str(json.loads(done.stdout)["key"])


def signed_in(served: Served, name: str, *options: str) -> Visitor:
    visitor = Visitor(served)
    visitor.get("/sign-in")
    answer = visitor.post("/sign-in", key=new_key(served, name, *options), next="/coach")
    assert (answer.status, answer.headers["location"]) == (303, "/coach")
    return visitor


def test_who_shows_no_key_is_led_to_the_entrance_and_back(closed_house: Served) -> None:
    answer = Visitor(closed_house).get("/overview?days=7")
    assert answer.status == 303
    assert answer.headers["location"] == "/sign-in?next=/overview%3Fdays%3D7"


def test_a_key_opens_a_session_that_no_script_can_read(closed_house: Served) -> None:
    visitor = Visitor(closed_house)
    assert visitor.get("/sign-in").status == 200
    answer = visitor.post("/sign-in", key=new_key(closed_house, "teacher"), next="/coach")
    told = answer.headers["set-cookie"]
    assert all(part in told for part in ("HttpOnly", "SameSite=Strict", "Path=/"))
    assert visitor.get("/coach").status == 200
    assert b"Sign out" in visitor.get("/coach").body


def test_a_wrong_key_is_told_and_opens_nothing(closed_house: Served) -> None:
    visitor = Visitor(closed_house)
    visitor.get("/sign-in")
    answer = visitor.post("/sign-in", key="pk-<script>alert(1)</script>")
    assert answer.status == 401
    assert b"this key is not valid" in answer.body
    assert b"<script>alert" not in answer.body
    assert visitor.get("/coach").status == 303


def test_signing_out_ends_the_session_also_for_who_kept_the_cookie(closed_house: Served) -> None:
    visitor = signed_in(closed_house, "leaver")
    visitor.get("/coach")
    kept = dict(visitor.cookies)
    assert visitor.post("/sign-out").status == 303
    visitor.cookies = kept
    assert visitor.get("/coach").status == 303


def test_a_session_ends_with_its_key(closed_house: Served) -> None:
    visitor = signed_in(closed_house, "gone")
    command = [sys.executable, "-m", "partimento", "keys", "revoke", "gone"]
    subprocess.run(command, cwd=closed_house.folder, check=True, capture_output=True)
    with serving(closed_house.folder, "require_key = true\n") as later:  # one that has not read the key yet
        visitor.served = later
        assert visitor.get("/coach").status == 303


def test_a_session_opens_the_api_too_but_writes_only_with_the_page_s_mark(closed_house: Served) -> None:
    visitor = signed_in(closed_house, "scripted")
    visitor.get("/coach")
    shown = visitor._shown()
    assert closed_house.get("/api/v2/tasks", **shown).status == 200
    body = {"inputs": {"chords": "C G"}}
    assert closed_house.post("/api/v2/tasks/theory", body, **shown).status == 403
    assert closed_house.post("/api/v2/tasks/theory", body, **shown, x_csrf_token="0" * 40).status == 403
    assert closed_house.post("/api/v2/tasks/theory", body, **shown, x_csrf_token=visitor.mark).status == 200
    assert closed_house.post("/api/v2/tasks/theory", body).status == 401


def test_an_app_s_key_does_not_reach_what_is_the_owner_s(closed_house: Served) -> None:
    visitor = signed_in(closed_house, "app", "--budget", "5")
    for place in EVERY:
        if place.owner and "{" not in place.path:
            answer = visitor.get(place.path) if place.method == "GET" else visitor.post(place.path)
            assert answer.status == 403, place.path
    assert visitor.get("/coach").status == 200


@pytest.mark.parametrize("mark", ["", "0" * 40])
def test_a_form_without_the_page_s_mark_does_nothing(open_house: Served, mark: str) -> None:
    visitor = Visitor(open_house)
    visitor.get("/sign-in")
    answer = visitor.post("/theme", mark=mark, theme="dark")
    assert answer.status == 403
    assert b"nothing was done" in answer.body
    assert "partimento_theme" not in visitor.cookies


def test_every_form_is_refused_without_its_mark(open_house: Served) -> None:
    visitor = Visitor(open_house)
    visitor.get("/sign-in")
    for place in EVERY:
        if place.method == "POST":
            path = re.sub(r"\{\w+(:rest)?\}", "x", place.path)
            assert visitor.post(path, mark="forged").status == 403, path


def test_a_form_of_another_site_is_refused(open_house: Served) -> None:
    visitor = Visitor(open_house)
    visitor.get("/sign-in")
    assert visitor.post("/theme", theme="dark", headers={"origin": "https://evil.example"}).status == 403
    assert visitor.post("/theme", theme="dark", headers={"sec_fetch_site": "cross-site"}).status == 403
    assert visitor.post("/theme", theme="dark", headers={"host": "evil.example"}).status == 403
    assert visitor.post("/theme", theme="dark", next="/coach").status == 303


def test_the_mark_of_one_session_is_nothing_in_another(open_house: Served) -> None:
    one, other = Visitor(open_house), Visitor(open_house)
    one.get("/sign-in")
    other.get("/sign-in")
    assert one.mark != other.mark
    assert one.post("/theme", mark=other.mark).status == 403


@pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nx: y", ""])
def test_nobody_is_sent_elsewhere_after_signing_in(open_house: Served, path: str) -> None:
    visitor = Visitor(open_house)
    visitor.get("/sign-in")
    assert visitor.post("/theme", theme="dark", next=path).headers["location"] == "/studio"


def test_every_page_has_the_strict_policy_and_no_script_within(open_house: Served) -> None:
    visitor = Visitor(open_house)
    for place in EVERY:
        if place.method != "GET" or "{" in place.path:
            continue
        answer = visitor.get(place.path)
        if answer.status == 303:
            continue
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        page = answer.body.decode()
        for script in re.findall(r"<script\b([^>]*)>", page):
            assert "src=" in script or 'type="application/json"' in script, (place.path, script)
        assert not re.search(r"<[^>]+\son\w+\s*=", page), place.path
        assert not re.search(r"<[^>]+\sstyle\s*=", page), place.path
        assert "<style" not in page, place.path
        assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", page), place.path


def test_a_lost_path_helps_a_person_and_tells_a_program(open_house: Served) -> None:
    page = Visitor(open_house).get("/studoi<script>")
    assert page.status == 404
    assert b"What helps" in page.body
    assert b"<script>'" not in page.body
    assert open_house.get("/studoi").json["error"] == "unknown path '/studoi'"
    wrong = Visitor(open_house).post("/overview")
    assert wrong.status in (403, 405)


def test_a_static_file_may_be_kept_for_ever_and_comes_packed(open_house: Served) -> None:
    page = Visitor(open_house).get("/sign-in").body.decode()
    style = re.search(r'href="(/static/\w+/app.css)"', page)
    assert style
    packed = open_house.get(style[1], accept_encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert "immutable" in packed.headers["cache-control"]
    assert len(packed.body) < len(open_house.get(style[1]).body) / 2
    for path in ("/static/x/../visit.py", "/static/x/%2e%2e/visit.py", "/static/x//etc/passwd", "/static/x/nothing.js"):
        assert open_house.get(path, accept=HTML).status == 404


def test_what_an_action_tells_is_told_once(open_house: Served) -> None:
    visitor = Visitor(open_house)
    visitor.get("/sign-in")
    visitor.post("/sign-out")
    assert b"You are signed out." in visitor.get("/sign-in").body
    assert b"You are signed out." not in visitor.get("/sign-in").body


def test_two_servers_on_one_host_do_not_mix_their_sessions(open_house: Served, closed_house: Served) -> None:
    one, other = Visitor(open_house), Visitor(closed_house)
    one.get("/sign-in")
    other.get("/sign-in")
    assert set(one.cookies) != set(other.cookies)


def test_the_largest_form_is_refused_with_a_page(tmp_path: Path) -> None:
    with serving(tmp_path, "largest_request = 5000\n") as served:
        visitor = Visitor(served)
        visitor.get("/sign-in")
        answer = visitor.post("/theme", theme="x" * 10_000)
        assert answer.status == 413
        assert b"largest_request" in answer.body
        assert answer.headers["content-type"].startswith("text/html")


def test_a_key_in_the_header_opens_pages_too(closed_house: Served) -> None:
    key = new_key(closed_house, "curl")
    assert closed_house.get("/coach", authorization=f"Bearer {key}").status == 200
    assert closed_house.get("/coach", authorization="Bearer pk-wrong").status == 303


def test_head_and_unknown_methods_do_not_break_a_page(open_house: Served) -> None:
    connection = HTTPConnection(open_house.address, timeout=10)
    connection.request("DELETE", "/sign-in", headers={"accept": HTML})
    assert connection.getresponse().status == 405
    connection.close()
