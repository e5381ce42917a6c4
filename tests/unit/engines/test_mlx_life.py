"""An MLX child's beginning and end, and what its engine says before there is one."""

from __future__ import annotations

import importlib.util
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from safetensors.numpy import load_file

from checkpoints import hf
from living import Child, living
from partimento.core.local import Door, Files, Launch, Plan
from partimento.engines.mlx import local_engine

needs_mlx = pytest.mark.skipif(local_engine.unready() != "", reason="needs pip install 'partimento[mlx]'")


def _plan(folder: Path, **fields: Any) -> Plan:
    return Plan(model="little", files=Files(str(folder), "safetensors"), **{"context": 256, "slots": 2, **fields})


def test_its_engine_costs_nothing_to_ask() -> None:
    program = """
import sys
from partimento.engines.mlx import local_engine
local_engine.unready()
print([name for name in ("mlx", "mlx_lm", "transformers", "numpy", "llguidance", "uvicorn") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_what_is_missing_is_told_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr("partimento.engines.mlx.find_spec", lambda name: None)
    assert "pip install 'partimento[mlx]'" in local_engine.unready()


def test_a_launch_shows_no_secret_and_keeps_to_its_own_machine() -> None:
    launch = local_engine.launch(_plan(Path("/nowhere"), threads=2), Door(1, "a secret"))
    assert "a secret" not in " ".join(launch.argv)
    assert launch.environment["HF_HUB_OFFLINE"] == "1"
    assert launch.environment["OMP_NUM_THREADS"] == "2"


@needs_mlx
def test_a_child_tells_how_far_it_is_sleeps_wakes_and_ends_with_its_input(tmp_path: Path) -> None:
    with living(local_engine, _plan(hf("llama", tmp_path / "llama"))) as child:
        said = child.ready().chat("Hello", max_tokens=8).text
        _check_progress(child)
        _check_secret(child)
        assert child.send("POST", "/sleep").status == 200
        assert child.send("GET", "/health").status == 503
        assert child.chat("Hello").status == 503
        assert child.send("POST", "/wake_up").status == 200
        assert child.chat("Hello", max_tokens=8).text == said
        assert child.process.stdin is not None
        connection = child.begun("Hello")  # even in the middle of an answer
        child.process.stdin.close()
        assert child.ended() == 0
        connection.close()


def _check_progress(child: Child) -> None:
    stages = list(dict.fromkeys(heard.stage for heard in child.heard))
    assert stages == ["libraries", "weights", "warming"]
    fractions = [heard.fraction for heard in child.heard if heard.fraction is not None]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert max(heard.buffer_bytes for heard in child.heard) > 1_000_000


def _check_secret(child: Child) -> None:
    assert child.send("GET", "/v1/models", secret="another").status == 401
    assert child.send("POST", "/v1/chat/completions", {}, secret="").status == 401


@needs_mlx
@pytest.mark.parametrize("broken", ["nothing", "config.json", "model.safetensors", "tokenizer.json"])
def test_a_broken_checkpoint_ends_the_child_with_a_reason(broken: str, tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    if broken != "nothing":
        folder = hf("llama", tmp_path / "llama")
        whole = (folder / broken).read_bytes()
        (folder / broken).write_bytes(whole[: len(whole) // 2])
    with living(local_engine, _plan(folder)) as child:
        assert child.ended() == 1
        assert child.heard[-1].reason
        assert not child.heard[-1].out_of_memory


@needs_mlx
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere MLX keeps the limit itself")
def test_a_child_that_needs_more_than_its_memory_fails_alone_and_says_so(tmp_path: Path) -> None:
    folder = _swollen(hf("llama", tmp_path / "llama"), rows=800_000)
    with living(local_engine, _plan(folder, memory_bytes=1_000_000)) as child:
        assert child.ended() == 1
        assert child.heard[-1].out_of_memory
        assert "bytes" in child.heard[-1].reason


BREAKS = """
from partimento.engines.mlx import batch, worker

def breaks(self):
    raise ZeroDivisionError("as a bug of any library would")

batch.Batch.turn = breaks
worker.main()
"""


class Breaks:
    """The engine, with a fault in the middle of its child's work."""

    name, formats, sleeps = local_engine.name, local_engine.formats, local_engine.sleeps
    unready, heard = local_engine.unready, local_engine.heard

    def launch(self, plan: Plan, door: Door) -> Launch:
        launch = local_engine.launch(plan, door)
        return msgspec.structs.replace(launch, argv=(sys.executable, "-c", BREAKS))


@needs_mlx
def test_a_model_thread_that_dies_takes_its_door_with_it(tmp_path: Path) -> None:
    with living(Breaks(), _plan(hf("llama", tmp_path / "llama"))) as child:
        child.ready()
        with pytest.raises(OSError):
            child.chat("Hello")
        assert child.ended() == 1
        assert "ZeroDivisionError" in child.heard[-1].reason


def _swollen(folder: Path, rows: int) -> Path:
    """The checkpoint with so large a vocabulary, in a file of holes: it takes memory, and next to nothing of a disk."""
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "vocab_size": rows, "tie_word_embeddings": True}))
    told: dict[str, Any] = {}
    place = 0
    for name, weight in load_file(folder / "model.safetensors").items():
        form = [rows, weight.shape[1]] if name == "model.embed_tokens.weight" else list(weight.shape)
        if name != "lm_head.weight":
            size = 4 * math.prod(form)
            told[name] = {"dtype": "F32", "shape": form, "data_offsets": [place, place + size]}
            place += size
    written = json.dumps(told).encode()
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(written).to_bytes(8, "little") + written)
        file.truncate(8 + len(written) + place)
    return folder
