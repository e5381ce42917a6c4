"""Roles of keys, by command and over HTTP: who may see and change everything, who may not, and who decides."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from serving import Served, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("roles")
    with serving(folder, f'require_key = true\npool_folder = "{folder / "pool"}"\n') as served:
        yield served


def told(server: Served, *arguments: str) -> Any:
    command = [sys.executable, "-m", "partimento", *arguments, "--json"]
    done = subprocess.run(command, cwd=server.folder, capture_output=True, text=True, check=True, env=os.environ)
    return json.loads(done.stdout)


def signed_in(server: Served, key: str) -> dict[str, str]:
    """The headers of a browser that showed this key."""
    form = server.get("/sign-in")
    mark = re.search(rb'name="csrf" value="([^"]+)"', form.body)
    assert mark is not None
    cookie = form.headers["set-cookie"].partition(";")[0]
    sent = urlencode({"csrf": mark[1].decode(), "key": key}).encode()
    kind = "application/x-www-form-urlencoded"
    answer = server.send("POST", "/sign-in", sent, cookie=cookie, content_type=kind)
    assert answer.status == 303, answer.body
    return {"cookie": answer.headers["set-cookie"].partition(";")[0]}


def status(server: Served, path: str, key: str) -> int:
    return server.get(path, **signed_in(server, key)).status


@pytest.mark.parametrize(
    ("options", "role", "owner"),
    [
        ((), "", True),
        (("--rpm", "60"), "", False),
        (("--budget", "5"), "", False),
        (("--models", "small"), "", False),
        (("--role", "app"), "app", False),
        (("--role", "owner", "--rpm", "600", "--budget", "5"), "owner", True),
    ],
)
def test_a_role_counts_and_without_one_the_limits(
    server: Served, options: tuple[str, ...], role: str, owner: bool
) -> None:
    made = told(server, "keys", "create", f"key {options}", *options)
    assert (made["role"], made["owner"]) == (role, owner)
    assert next(one for one in told(server, "keys", "list") if one["id"] == made["id"])["owner"] is owner
    assert status(server, "/settings/keys", made["key"]) == (200 if owner else 403)
    assert status(server, "/models", made["key"]) == 200


def test_an_app_sees_models_and_can_neither_load_nor_change_nor_look_at_settings(server: Served) -> None:
    app = signed_in(server, told(server, "keys", "create", "an app", "--role", "app")["key"])
    page = server.get("/models", **app)
    assert page.status == 200
    for act in (b"/models/load", b"/models/pull", b"/models/remove"):
        assert b'action="' + act not in page.body
    mark = re.search(rb'name="csrf" content="([^"]+)"', page.body)
    assert mark is not None
    from partimento.web.places import EVERY

    owned = [place for place in EVERY if place.owner and place.path.startswith(("/models", "/settings"))]
    assert len(owned) > 20
    for place in owned:
        headers = {**app, "x_csrf_token": mark[1].decode()}
        if place.method == "POST":
            headers["content_type"] = "application/x-www-form-urlencoded"
        answer = server.send(place.method, place.path, b"model=x" if place.method == "POST" else None, **headers)
        assert answer.status == 403, (place.path, answer.body[:300])
        assert b"this is for the owner" in answer.body.lower()


def test_a_cap_that_is_set_later_makes_an_app_of_a_key_without_a_role_within_seconds(server: Served) -> None:
    made = told(server, "keys", "create", "grows up", *())
    session = signed_in(server, made["key"])
    assert server.get("/settings", **session).status == 200
    told(server, "budgets", "set", "key:grows up", "1")
    answers = iter(lambda: server.get("/settings", **session).status, 403)  # ends with the first 403
    assert set(answers) <= {200}


def test_a_role_is_copied_and_an_unknown_one_refused(server: Served, tmp_path: Path) -> None:
    told(server, "keys", "create", "kept role", "--role", "owner", "--rpm", "7")
    told(server, "db", "backup", str(tmp_path / "copy.db"))
    command = [sys.executable, "-m", "partimento", "keys", "list", "--json"]
    environ = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'copy.db'}"}
    listed = json.loads(subprocess.run(command, capture_output=True, cwd=tmp_path, env=environ, check=True).stdout)
    assert next(one for one in listed if one["name"] == "kept role")["role"] == "owner"
    wrong = [sys.executable, "-m", "partimento", "keys", "create", "x", "--role", "king"]
    assert subprocess.run(wrong, cwd=server.folder, capture_output=True, check=False).returncode == 2
