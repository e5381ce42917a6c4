"""Docs run: what the README and the docs show is executed, and what they link to is there."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from partimento.cli import main
from partimento.core.settings import configure, toml_layer

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS = [
    pytest.param(kind, text, id=f"{page.relative_to(ROOT)}:{number}")
    for page in PAGES
    for number, (kind, text) in enumerate(BLOCK.findall(page.read_text()))
]
NAMES = (
    "compose|analyze|make|usage|doctor|config|cache|providers (?:setup|list)|keys (?:create|list)|budgets (?:set|list)"
)
COMMAND = re.compile(rf"^    partimento ((?:{NAMES}) ?[^\n\[]*?)(?:  +\S.*)?$", re.MULTILINE)
GUIDES = [page for page in PAGES if page.parent.name not in ("reference", "decisions")]
COMMANDS = [
    pytest.param(line, id=line)
    for page in GUIDES
    for line in COMMAND.findall(page.read_text())
    if "--open" not in line  # what serves until it is stopped has tests of its own
]


@pytest.mark.parametrize(("kind", "text"), BLOCKS)
def test_an_example_runs(kind: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if kind == "python":
        exec(compile(text, "example", "exec"), {"__name__": "example"})
    elif kind == "toml":
        tomllib.loads(text)
        if "[project" not in text:
            configure([toml_layer(text, "example")])
    else:
        pytest.fail(f"no test knows how to run {kind}")


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_runs(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(shlex.split(line))
    assert ended.value.code in (0, None)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target
