"""What llama.cpp's engine says before there is a child, what it hears of one, and how it starts a program of the
owner's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from partimento.core.local import Adapter, Door, Files, Heard, Plan
from partimento.engines.llamacpp import local_engine, worker
from partimento.engines.llamacpp.output import heard

PLAN = Plan(model="little", files=Files("/models/little.gguf", "gguf"), context=2048, slots=4)
DOOR = Door(4321, "a secret")


def test_its_engine_costs_nothing_to_ask() -> None:
    program = """
import sys
from partimento.engines.llamacpp import local_engine
local_engine.unready()
print([name for name in ("xllamacpp", "numpy", "uvicorn", "ctypes") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_what_is_missing_is_told_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partimento.engines.llamacpp.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "/nowhere")
    assert "pip install 'partimento[llama]'" in local_engine.unready()


def test_a_program_in_the_path_is_enough_where_nothing_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "llama-server").write_text("#!/bin/sh\n")
    (tmp_path / "llama-server").chmod(0o755)
    monkeypatch.setattr("partimento.engines.llamacpp.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert local_engine.unready() == ""
    assert local_engine.launch(PLAN, DOOR).argv[0] == str(tmp_path / "llama-server")


def test_what_is_installed_goes_before_a_program_that_only_lies_in_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "llama-server").write_text("#!/bin/sh\n")
    (tmp_path / "llama-server").chmod(0o755)
    monkeypatch.setattr("partimento.engines.llamacpp.find_spec", lambda name: object())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert local_engine.launch(PLAN, DOOR).argv[0] == sys.executable
    monkeypatch.setenv("PARTIMENTO_LLAMA_SERVER", "/opt/llama-server")
    assert local_engine.launch(PLAN, DOOR).argv[0] == "/opt/llama-server"


@pytest.mark.parametrize("options", [{}, {"program": "/opt/llama-server"}])
def test_a_launch_shows_no_secret_and_lets_no_thread_spin(options: dict[str, str]) -> None:
    launch = local_engine.launch(Plan(**_fields() | {"options": options}), DOOR)
    assert "a secret" not in " ".join(launch.argv)
    assert any("a secret" in value for value in launch.environment.values())
    assert launch.environment["OMP_WAIT_POLICY"] == "passive"


def test_a_program_is_told_the_whole_plan() -> None:
    files = Files("/m/a.gguf", "gguf", "/m/eyes.gguf", (Adapter("odd", "/m/odd.gguf"), Adapter("even", "/m/even.gguf")))
    fields = _fields() | {"files": files, "device": "cuda:1", "threads": 3, "embeds": True}
    launch = local_engine.launch(Plan(**fields | {"options": {"program": "/opt/llama-server"}}), DOOR)
    told = " ".join(launch.argv)
    for words in (
        "--model /m/a.gguf", "--alias little", "--host 127.0.0.1", "--port 4321", "--ctx-size 8192", "--parallel 4",
        "--n-gpu-layers 999", "--threads 3", "--embeddings", "--ubatch-size 2048", "--mmproj /m/eyes.gguf",
        "--lora /m/odd.gguf --lora /m/even.gguf --lora-init-without-apply",
    ):  # fmt: skip
        assert words in told
    assert launch.environment["CUDA_VISIBLE_DEVICES"] == "1"


def test_context_is_each_slots_own_and_an_adapter_is_off_until_it_is_named() -> None:
    llama: Any = SimpleNamespace(
        CommonParams=lambda: SimpleNamespace(
            model=SimpleNamespace(), cpuparams=SimpleNamespace(), cpuparams_batch=SimpleNamespace(),
            mmproj=SimpleNamespace(),
        ),
        llama_load_mode=SimpleNamespace(LLAMA_LOAD_MODE_NONE=0),
        CommonAdapterLoraInfo=lambda path, scale: (path, scale),
    )  # fmt: skip
    files = Files("/m/a.gguf", "gguf", adapters=(Adapter("odd", "/m/odd.gguf"),))
    params = worker.params_for(Plan(**_fields() | {"files": files}), DOOR, llama)
    assert (params.n_ctx, params.n_parallel) == (8192, 4)
    assert params.lora_adapters == [("/m/odd.gguf", 0.0)]
    assert params.cpuparams.n_threads == worker.usable_threads()
    assert (params.n_gpu_layers, params.ctx_shift, params.fit_params) == (0, False, False)


@pytest.mark.parametrize(
    ("quota", "threads"), [("max 100000", 8), ("200000 100000", 2), ("50000 100000", 1), ("9900000 100000", 8), ("", 8)]
)
def test_threads_are_as_many_as_a_container_may_use(
    quota: str, threads: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cpu.max").write_text(quota)
    monkeypatch.setattr(worker, "_QUOTA", tmp_path / "cpu.max")
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert worker.usable_threads() == threads


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("0.00.021.157 I load_tensors:   CPU_Mapped model buffer size =     1.50 MiB", Heard(buffer_bytes=1_572_864)),
        ("llama_kv_cache:      CUDA0 KV buffer size =   256.00 MiB", Heard(buffer_bytes=268_435_456)),
        ("..................................................", Heard(stage="weights", fraction=0.475)),
        ("0.00.027.005 I cmn  common_init_: warming up the model", Heard(stage="warming", fraction=0.95)),
        (
            "0.00.003 E llama_model_load: error loading model: tensor 'a' data is not within the file bounds",
            Heard(reason="tensor 'a' data is not within the file bounds"),
        ),
        (
            "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 9 MiB: cudaMalloc failed: out of memory",
            Heard(
                out_of_memory=True,
                reason="ggml_backend_cuda_buffer_type_alloc_buffer: allocating 9 MiB: "
                "cudaMalloc failed: out of memory",
            ),
        ),
        ('{"stage":"starting","fraction":0.0}', Heard(stage="starting", fraction=0.0)),
        ("0.00.003.641 E cmn  common_init_: failed to load model '/m/a.gguf'", None),
        ("0.03.096.116 I slot launch_slot_: id  1 | task 1 | processing task, is_child = 0", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_line_of_its_log_is_understood(line: str, told: Heard | None) -> None:
    assert heard(line) == told


def _fields() -> dict[str, Any]:
    return {"model": PLAN.model, "files": PLAN.files, "context": PLAN.context, "slots": PLAN.slots}
