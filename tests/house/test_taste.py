"""The house rules that a machine can see: sizes, first lines, names, the public surface, what an import costs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import partimento
from partimento.core.settings import Settings

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "partimento"
FILES = sorted(SOURCE.rglob("*.py"))
BANNED_NAMES = re.compile(r"Manager|Service|Helper|Util|Handler|Processor|Orchestrator|Mixin|^Base|^AI[A-Z]")


def _named(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_a_file_says_one_thing(path: Path) -> None:
    assert path.read_text().count("\n") <= 500


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_a_function_fits_a_screen(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_a_module_opens_by_saying_what_it_knows(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_no_class_is_named_after_nothing(path: Path) -> None:
    names = [node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]
    assert not [name for name in names if BANNED_NAMES.search(name)]


def test_the_public_surface_is_at_most_forty_names_and_all_of_them_exist() -> None:
    assert len(partimento.__all__) <= 40
    assert all(getattr(partimento, name) is not None for name in partimento.__all__)


def test_what_type_checkers_see_is_what_there_is() -> None:
    tree = ast.parse((SOURCE / "__init__.py").read_text())
    seen = {alias.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen - {None} == set(partimento.__all__) - {"__version__"}


@pytest.mark.parametrize("statement", ["import partimento", "import partimento.cli; partimento.cli.main(['--help'])"])
def test_an_import_loads_nothing_heavy(statement: str) -> None:
    heavy = (
        "numpy",
        "starlette",
        "uvicorn",
        "openai",
        "torch",
        "rich",
        "mido",
        "pyreqwest",
        "asyncio",
        "sqlite3",
        "jinja2",
    )
    program = f"""
import sys
try:
    {statement}
except SystemExit:
    pass
print("loaded:", *[name for name in {heavy!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].strip() == "loaded:"


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_every_setting_is_in_the_sample_and_in_the_docs(name: str) -> None:
    assert re.search(rf"\b{name}\b", (SOURCE / "cli" / "sample.toml").read_text())
    assert f"`{name}`" in (ROOT / "docs" / "reference" / "settings.md").read_text()


def test_the_readme_is_short_and_glosses_every_folder() -> None:
    readme = (ROOT / "README.md").read_text()
    assert readme.count("\n") <= 150
    for folder in sorted(p for p in SOURCE.iterdir() if p.is_dir() and p.name != "__pycache__"):
        assert re.search(rf"^\s+{folder.name}/\s+\S", readme, re.MULTILINE), folder.name


def test_every_command_is_in_the_command_reference() -> None:
    from partimento.cli import COMMANDS

    reference = (ROOT / "docs" / "reference" / "commands.md").read_text()
    for name in COMMANDS:
        assert f"## partimento {name}" in reference
