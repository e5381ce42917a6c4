"""Checkpoints run by MLX: on Apple Silicon's GPU, and slowly on Linux's CPU. Knows how its child is started and whether
it can be; leaves weights and tokens to `worker`, which alone imports MLX.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Final

from partimento.core.local import Door, Format, Heard, Launch, Plan
from partimento.worker.progress import hear
from partimento.worker.start import launch

_FORMATS: Final = frozenset[Format](("mlx", "safetensors"))
_PARTS = ("mlx_lm", "mlx", "llguidance")


class MlxEngine:
    """One child a model; several texts at once, one adapter at a time."""

    name = "mlx"
    formats = _FORMATS
    sleeps = True

    def unready(self) -> str:
        """Without importing anything of it."""
        if sys.platform not in ("darwin", "linux"):
            return "MLX runs on macOS and Linux only; use a GGUF file with llamacpp"
        missing = [name for name in _PARTS if find_spec(name) is None]
        return f"{missing[0]} is not installed; pip install 'partimento[mlx]'" if missing else ""

    def launch(self, plan: Plan, door: Door) -> Launch:
        """Compilation at run time is off on Linux: it would load shared objects from a folder that others can guess."""
        environment = {"OMP_WAIT_POLICY": "passive", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1"}
        if sys.platform == "linux":
            environment["MLX_DISABLE_COMPILE"] = "1"
        if plan.threads:
            environment["OMP_NUM_THREADS"] = str(plan.threads)
        return launch("partimento.engines.mlx.worker", plan, door, environment)

    def heard(self, line: str) -> Heard | None:
        return hear(line)


local_engine = MlxEngine()
