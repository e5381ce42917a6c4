"""A pull in a process of its own: ended by force and by hand, taken up again, watched from another; the model then used
where it lies."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from model_files import gguf_bytes
from partimento.catalog.lookup import shipped
from partimento.cli import main
from partimento.core.local import Door, Format, Heard, Launch, Plan
from partimento.core.settings import Settings
from partimento.environment import SystemClock
from partimento.pool.files.choose import devices_of, machine, order
from partimento.pool.files.download import pull
from partimento.pool.files.remove import remove
from partimento.pool.files.shelf import Shelf, shelf
from partimento.pool.files.wish import Wish, wished
from partimento.pool.values import Device, PoolSettings
from partimento.testing.hub import Hub, Repository

pytest.importorskip("huggingface_hub")

SOURCE = "bartowski/Phi-3.5-mini-instruct-GGUF"
FILE = "Phi-3.5-mini-instruct-Q4_K_M.gguf"
CONTENT = gguf_bytes("phi3", filling=4_000_000)
PROGRAM = """
import sys
import time
from pathlib import Path
from partimento.environment import SystemClock
from partimento.pool.files.download import pull
from partimento.pool.files.wish import Wish
print("began", flush=True)
pull(Wish(repository=sys.argv[1]), Path(sys.argv[2]), SystemClock())
"""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with Hub({SOURCE: Repository(files={FILE: CONTENT, "README.md": b"phi"})}) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.base_url)
        yield running


def pulling(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, SOURCE, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def on(folder: Path) -> Shelf:
    return shelf(Settings(), folder, {"llamacpp": Ready()}, SystemClock(), {}, lambda: folder / "home")


class Ready:
    """An engine that runs GGUF files, as far as this test goes."""

    name, sleeps = "llamacpp", False
    formats = frozenset[Format](("gguf",))

    def unready(self) -> str:
        return ""

    def launch(self, plan: Plan, door: Door) -> Launch:
        raise AssertionError

    def heard(self, line: str) -> Heard | None:
        raise AssertionError


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_pull_that_was_ended_goes_on_where_it_was(hub: Hub, tmp_path: Path, end: signal.Signals) -> None:
    phi = next(one for one in shipped() if one.id == "phi-3.5-mini")
    hub.holds_after = 2_500_000
    with pulling(tmp_path) as first:
        try:
            while not any(path.stat().st_size > 1_500_000 for path in tmp_path.rglob("*.part")):
                assert first.poll() is None, first.stderr and first.stderr.read()
                time.sleep(0.01)
            assert on(tmp_path).standing(phi).state == "downloading"
            first.send_signal(end)
            first.wait(10)
        finally:
            first.kill()
    assert first.returncode != 0
    assert on(tmp_path).standing(phi).state == "absent"
    hub.holds_after = None
    sent = hub.sent_bytes
    with pulling(tmp_path) as second:
        assert second.wait(60) == 0, second.stderr and second.stderr.read()
    assert hub.sent_bytes - sent < len(CONTENT) - 1_000_000
    standing = on(tmp_path).standing(phi)
    assert standing.state == "cold"
    assert Path(standing.path).read_bytes() == CONTENT


def test_a_pull_under_way_stands_in_the_status_with_how_far_it_is(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "HF_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("PARTIMENTO_MODELS_FOLDER", str(tmp_path / "models"))

    def said(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(["models", "status", *arguments])
        assert ended.value.code in (0, None)
        return capsys.readouterr().out

    hub.holds_after = 2_500_000
    with pulling(tmp_path / "models") as other:
        try:
            assert hub.held.wait(30)
            (row,) = json.loads(said("--json"))["downloading"]
            assert (row["model"], row["state"]) == ("phi-3.5-mini", "downloading")
            assert 0 <= row["fraction"] < 1
            assert "phi-3.5-mini: it is being pulled: " in said()
        finally:
            other.kill()
    assert json.loads(said("--json"))["downloading"] == []


def test_from_a_tier_to_a_model_that_can_be_asked_for_and_away_again(hub: Hub, tmp_path: Path) -> None:
    memory = Device(name="cpu", total_bytes=24 * 10**9, free_bytes=24 * 10**9)
    here = machine([memory], PoolSettings(), order(apple=False), {"llamacpp"}, devices_of(llama_server=False))
    wish = wished("small", shipped(), here, date(2026, 11, 21))
    assert isinstance(wish, Wish)
    assert wish.model is not None
    name = f"{wish.repository.rpartition('/')[2].removesuffix('-GGUF')}-Q4_K_M.gguf"
    hub.repositories[wish.repository] = Repository(files={name: CONTENT})
    got = pull(wish, tmp_path, SystemClock())
    found = on(tmp_path)
    assert found.wanted(wish.model).files.path == got.path
    remove(tmp_path, wish.model.id, shipped())
    found.forget()
    assert found.standing(wish.model).state == "absent"
    assert not list(tmp_path.iterdir())
