"""GGUF files run by llama.cpp: its server in a child of ours, or a llama-server program of the owner's. Knows how either is
started and whether it can be; leaves what their output tells to `output`, and llama.cpp itself to `worker`.
"""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from typing import Final

from partimento.core.local import Door, Format, Heard, Launch, Plan
from partimento.engines.llamacpp.output import heard
from partimento.worker.start import launch

PROGRAM: Final = "program"
"""The plan's option that names a llama-server of the owner's."""
_QUIET: Final = {"OMP_WAIT_POLICY": "passive"}
"""Threads that wait must not spin: on a machine that others use too, spinning made answers seven times slower."""


class LlamaCpp:
    """One child a model; as many texts at once as it has slots, each with a context of its own."""

    name = "llamacpp"
    formats: frozenset[Format] = frozenset({"gguf"})
    sleeps = False

    def unready(self) -> str:
        """Without importing anything of it."""
        if find_spec("xllamacpp") is not None or _program_here():
            return ""
        return "llama.cpp is not installed; pip install 'partimento[llama]', or set llama_server to a program of yours"

    def launch(self, plan: Plan, door: Door) -> Launch:
        """The owner's program where the plan names one, or where nothing else is installed."""
        program = plan.options.get(PROGRAM) or ("" if find_spec("xllamacpp") else _program_here())
        if program:
            return Launch((program, *_flags(plan, door)), {**_QUIET, "LLAMA_API_KEY": door.secret})
        return launch("partimento.engines.llamacpp.worker", plan, door, _QUIET)

    def heard(self, line: str) -> Heard | None:
        return heard(line)


def _program_here() -> str:
    return os.environ.get("PARTIMENTO_LLAMA_SERVER", "") or shutil.which("llama-server") or ""


def _flags(plan: Plan, door: Door) -> list[str]:
    """The same settings as the worker's; why each is so stands there."""
    flags = ["--model", plan.files.path, "--alias", plan.model, "--host", "127.0.0.1", "--port", str(door.port)]
    flags += ["--ctx-size", str(plan.context * plan.slots), "--parallel", str(plan.slots), "--jinja", "--slots"]
    flags += ["--no-webui", "--no-mmap", "--cache-ram", "0", "--no-context-shift"]
    flags += ["--n-gpu-layers", "0" if plan.device == "cpu" else "999"]
    if plan.threads:
        flags += ["--threads", str(plan.threads)]
    if plan.embeds:
        flags.append("--embeddings")
    if plan.files.projector:
        flags += ["--mmproj", plan.files.projector]
    for adapter in plan.files.adapters:
        flags += ["--lora", adapter.path]
    return flags if not plan.files.adapters else [*flags, "--lora-init-without-apply"]


local_engine = LlamaCpp()
