"""A llama-server program of the owner's: where it is found and how it is started. Knows its flags; what is younger than
some programs goes into its environment, where one that does not know it passes over it. Pure but for the search.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from typing import Final

from partimento.core.local import Door, Launch, Plan

VARIABLE: Final = "PARTIMENTO_LLAMA_SERVER"
_ENVIRONMENT: Final = {  # each as the worker has it; why it is so stands there
    "LLAMA_ARG_JINJA": "1",
    "LLAMA_ARG_ENDPOINT_SLOTS": "1",
    "LLAMA_ARG_ENDPOINT_METRICS": "1",
    "LLAMA_ARG_LOAD_MODE": "none",
    "LLAMA_ARG_NO_MMAP": "1",  # what older ones call it
    "LLAMA_ARG_CACHE_RAM": "0",
    "LLAMA_ARG_CTX_CHECKPOINTS": "1",
    "LLAMA_ARG_CONTEXT_SHIFT": "0",
    "LLAMA_ARG_KV_UNIFIED": "0",
    "LLAMA_ARG_FIT": "off",
    "LLAMA_ARG_LOG_VERBOSITY": "4",  # in older programs, which tell of buffers anyway, it has another name
}


def here(*, in_path: bool = True) -> str:
    """The program that the environment names, or that lies in the path; "" where there is none."""
    return os.environ.get(VARIABLE, "") or (shutil.which("llama-server") or "" if in_path else "")


def launched(program: str, plan: Plan, door: Door, environment: Mapping[str, str]) -> Launch:
    """The secret travels in the environment: others can read a list of processes."""
    wishes = {"LLAMA_ARG_CACHE_PROMPT": "0"} if plan.files.adapters else {}
    told = {**environment, **_ENVIRONMENT, **wishes, "LLAMA_API_KEY": door.secret}
    return Launch((program, *flags(plan, door)), told)


def flags(plan: Plan, door: Door) -> list[str]:
    """What every llama-server takes."""
    told = ["--model", plan.files.path, "--alias", plan.model, "--host", "127.0.0.1", "--port", str(door.port)]
    told += ["--ctx-size", str(plan.context * plan.slots), "--parallel", str(plan.slots)]
    told += ["--n-gpu-layers", "0" if plan.device == "cpu" else "999"]
    if plan.threads:
        told += ["--threads", str(plan.threads)]
    if plan.embeds:
        batch = str(max(512, min(plan.context, 8192)))
        told += ["--embeddings", "--batch-size", batch, "--ubatch-size", batch]
    if plan.files.projector:
        told += ["--mmproj", plan.files.projector]
    for adapter in plan.files.adapters:
        told += ["--lora", adapter.path]
    return [*told, "--lora-init-without-apply"] if plan.files.adapters else told
