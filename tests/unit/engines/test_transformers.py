"""The engine on PyTorch as the pool sees it, which needs no PyTorch: what runs inside is tried by tests/pytorch/run."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from partimento.core.local import Door, Files, Heard, Plan
from partimento.engines.transformers import local_engine
from partimento.worker.progress import hear

PLAN = Plan(model="phi-4-multimodal", files=Files("/models/phi", "safetensors"), context=4096, slots=2, threads=3)


def test_it_says_what_is_missing_and_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "partimento.engines.transformers.find_spec", lambda name: None if name == "torch" else find_spec("json")
    )
    assert local_engine.unready() == "torch is not installed; pip install 'partimento[transformers]'"


def test_it_is_ready_where_all_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partimento.engines.transformers.find_spec", lambda name: find_spec("json"))
    assert local_engine.unready() == ""


def test_its_child_never_downloads_and_its_secret_is_in_no_list_of_processes() -> None:
    launch = local_engine.launch(PLAN, Door(4711, "hidden"))
    assert launch.environment["HF_HUB_OFFLINE"] == launch.environment["TRANSFORMERS_OFFLINE"] == "1"
    assert launch.environment["OMP_NUM_THREADS"] == "3"
    assert not any("hidden" in argument for argument in launch.argv)
    assert launch.argv[-2:] == ("partimento.engines.transformers.worker", "phi-4-multimodal")


def test_it_hears_its_child_and_nothing_else() -> None:
    assert local_engine.heard('{"stage": "weights", "fraction": 0.5}') == Heard(stage="weights", fraction=0.5)
    assert local_engine.heard("Loading weights: 50%") is hear("Loading weights: 50%") is None
