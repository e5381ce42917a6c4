"""GGUF files run by llama.cpp: its server in a child of ours, or a llama-server program of the owner's. Knows whether
either can be started; leaves the program's flags to `program`, what their output tells to `output`, and llama.cpp
itself to `worker`, which alone imports it.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from partimento.core.local import Door, Format, Heard, Launch, Plan
from partimento.engines.llamacpp.output import heard
from partimento.engines.llamacpp.program import here, launched
from partimento.worker.start import launch

PROGRAM: Final = "program"
"""The plan's option that names a llama-server of the owner's."""
_FORMATS: Final = frozenset[Format](("gguf",))


class LlamaCpp:
    """One child a model; as many texts at once as it has slots, each with a context of its own."""

    name = "llamacpp"
    formats = _FORMATS
    sleeps = False

    def unready(self) -> str:
        """Without importing anything of it."""
        if find_spec("xllamacpp") is not None or here():
            return ""
        return "llama.cpp is not installed; pip install 'partimento[llama]', or set llama_server to a program of yours"

    def launch(self, plan: Plan, door: Door) -> Launch:
        """The owner's program where the plan or the environment names one, or where nothing else is installed. A GPU is
        chosen by what the child can see, and is its first one then."""
        environment = {"OMP_WAIT_POLICY": "passive"}  # threads that spin while they wait starve all others, and ours
        if plan.device.startswith("cuda:"):
            environment["CUDA_VISIBLE_DEVICES"] = plan.device.removeprefix("cuda:")
        program = plan.options.get(PROGRAM) or here(in_path=find_spec("xllamacpp") is None)
        if program:
            return launched(program, plan, door, environment)
        return launch("partimento.engines.llamacpp.worker", plan, door, environment)

    def heard(self, line: str) -> Heard | None:
        return heard(line)


local_engine = LlamaCpp()
