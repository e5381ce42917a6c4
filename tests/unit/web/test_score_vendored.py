"""Files of others that are served unchanged: each named with its version, licence and hash."""

from __future__ import annotations

import hashlib
import re

import pytest

from partimento.web.layout import static

ROW = re.compile(r"^(\S+\.js) +(\S+ [\d.]+) +(\S+) +(\S+\.txt) +([0-9a-f]{64})$", re.MULTILINE)
ROWS = ROW.findall(static()["THIRD-PARTY.txt"].decode())


def test_every_minified_script_is_listed() -> None:
    assert {name for name, *_ in ROWS} == {name for name in static() if re.search(r"[.-]min\.js$", name)}


@pytest.mark.parametrize(("name", "project", "licence", "text", "digest"), ROWS)
def test_a_file_is_what_was_published_and_its_licence_lies_beside_it(
    name: str, project: str, licence: str, text: str, digest: str
) -> None:
    assert hashlib.sha256(static()[name]).hexdigest() == digest
    words = static()[text].decode()
    assert "Permission" in words
    assert {"MIT": "Paul Rosen and Gregory Dyke", "0BSD": "Zero-Clause BSD"}[licence] in words
    assert project.split()[0] in ("abcjs", "htmx")


def test_the_scripts_of_a_score_stay_small() -> None:
    ours = {name: len(content) for name, content in static().items() if name.startswith("score/")}
    practice = {"score/practice.js", "score/judge.js", "score/keys.js", "score/midi.js"}
    assert sum(size for name, size in ours.items() if name not in practice) <= 40_960
    assert sum(ours[name] for name in practice) <= 26_000
