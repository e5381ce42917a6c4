"""`partimento text` as typed: words, JSON of a schema, a stream, and what happens without a model."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from partimento.testing.upstream import Upstream, said
from serving import settings_for


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream(otherwise=said("A ii-V-I comes home.")) as running:
        yield running


def partimento(folder: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "partimento", *arguments],
        cwd=folder, input=typed, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_prompt_is_answered_and_remembered(tmp_path: Path, upstream: Upstream) -> None:
    (tmp_path / "partimento.toml").write_text(settings_for(upstream.base_url))
    first = partimento(tmp_path, "text", "One sentence on the ii-V-I")
    assert first.stdout.strip() == "A ii-V-I comes home."
    assert "by little (small)" in first.stderr
    again = partimento(tmp_path, "text", "-", "--json", typed="One sentence on the ii-V-I")
    assert json.loads(again.stdout)["receipt"]["cached"]
    anew = partimento(tmp_path, "text", "One sentence on the ii-V-I", "--no-cache", "--stream", "--explain")
    assert anew.stdout.strip() == "A ii-V-I comes home."
    assert "candidates in order" in anew.stderr
    assert len(upstream.requests) == 2


def test_a_schema_is_followed(tmp_path: Path, upstream: Upstream) -> None:
    (tmp_path / "partimento.toml").write_text(settings_for(upstream.base_url))
    (tmp_path / "tunes.json").write_text(json.dumps({"type": "object", "required": ["tunes"]}))
    upstream.then(said('{"tunes": ["Autumn Leaves"]}'))
    made = partimento(tmp_path, "text", "Name a standard", "--schema", "tunes.json")
    assert json.loads(made.stdout) == {"tunes": ["Autumn Leaves"]}
    missing = partimento(tmp_path, "text", "Name a standard", "--schema", "nowhere.json")
    assert missing.returncode == 2


def test_without_a_model_it_says_how_to_get_one(tmp_path: Path) -> None:
    done = partimento(tmp_path, "text", "Say hello")
    assert done.returncode == 3
    assert "mend:" in done.stderr
