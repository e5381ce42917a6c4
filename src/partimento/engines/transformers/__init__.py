"""Checkpoints run by PyTorch: what llama.cpp and MLX cannot run, such as a model that sees and hears, on CUDA, Metal or
the CPU. Knows how its child is started and whether it can be; leaves weights and tokens to `worker`, which alone
imports torch and transformers.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from partimento.core.local import Door, Format, Heard, Launch, Plan
from partimento.worker.progress import hear
from partimento.worker.start import launch

_FORMATS: Final = frozenset[Format](("safetensors",))
_PARTS = ("torch", "transformers", "llguidance")
_ENVIRONMENT: Final = {
    "OMP_WAIT_POLICY": "passive",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",  # a child never downloads
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "PYTORCH_CUDA_ALLOC_CONF": "expandable_segments:True",  # texts that grow would else leave gaps nobody fits in
    "PYTORCH_ENABLE_MPS_FALLBACK": "1",
}


class TransformersEngine:
    """One child a model; several texts at once."""

    name = "transformers"
    formats = _FORMATS
    sleeps = True

    def unready(self) -> str:
        """Without importing anything of it."""
        missing = [name for name in _PARTS if find_spec(name) is None]
        return f"{missing[0]} is not installed; pip install 'partimento[transformers]'" if missing else ""

    def launch(self, plan: Plan, door: Door) -> Launch:
        """A GPU is chosen in the child by its number, as the plan has it."""
        threads = {"OMP_NUM_THREADS": str(plan.threads)} if plan.threads else {}
        return launch("partimento.engines.transformers.worker", plan, door, _ENVIRONMENT | threads)

    def heard(self, line: str) -> Heard | None:
        return hear(line)


local_engine = TransformersEngine()
