"""What every test stands on: no settings of this machine, and under CI no silent skip."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from databases import own_server, place, postgres_server, postgres_url  # noqa: F401  # fixtures

os.environ.pop("COVERAGE_PROCESS_START", None)  # this process may be measured; what it starts would be slow to no gain

# an example found by chance is found on a developer's machine, not on somebody's landing; and no test is timed
settings.register_profile("house", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("house")

OTHERS = (
    "OPENAI_",
    "ANTHROPIC_",
    "GEMINI_",
    "GOOGLE_",
    "ELEVENLABS_",
    "OLLAMA_",
    "HF_",
)  # whose keys and places we also read
OTHER_NAMES = ("DATABASE_URL", "FORCE_LOCAL_LLM", "LOCAL_LLM_ENABLED", "GEMMA_MODEL_PATH")


@pytest.fixture(autouse=True)
def own_surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's settings, keys and data must neither steer a test nor be touched by one."""
    home: Path = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith((*OTHERS, "PARTIMENTO_", "XDG_")) or name in OTHER_NAMES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """On a user's machine a part that is not installed skips its tests; under CI=true a skip is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
