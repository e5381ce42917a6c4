"""The scripted engine as a child process: what the pool must know of it. A real process that loads, takes memory,
answers, crashes and hangs as it is told; what it is told stands in `worker`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from partimento.core.errors import ModelMissing, NotConfigured
from partimento.core.local import Door, Files, Format, Heard, Launch, Plan
from partimento.worker.progress import hear
from partimento.worker.start import launch

SCRIPT: Final = "script.json"


class ScriptedChild:
    """A LocalEngine. A model of it is a folder with `script.json`, or such a file: an object of options, all strings,
    which those of the plan go over."""

    name = "scripted"
    formats: frozenset[Format] = frozenset()
    sleeps = True

    def unready(self) -> str:
        return ""

    def launch(self, plan: Plan, door: Door) -> Launch:
        return launch("partimento.engines.scripted.worker", plan, door, {})

    def heard(self, line: str) -> Heard | None:
        return hear(line)

    def weighed(self, files: Files, options: Mapping[str, str]) -> tuple[int, int]:
        """What it takes, by its own account: bytes, and bytes for a token of context. Raises ModelMissing,
        NotConfigured."""
        told = script(files, options)
        try:
            return int(told.get("bytes", "0")), int(told.get("token_bytes", "0"))
        except ValueError as error:
            raise NotConfigured(f"the script {files.path} tells no size", why=str(error)) from error


def script(files: Files, options: Mapping[str, str]) -> dict[str, str]:
    """A model's options. Raises ModelMissing, NotConfigured."""
    path = Path(files.path)
    path = path / SCRIPT if path.is_dir() else path
    try:
        told = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except OSError as error:
        raise ModelMissing(f"there is no script {path}", why=error.strerror or "") from error
    except msgspec.DecodeError as error:
        raise NotConfigured(f"the script {path} cannot be read", why=str(error)) from error
    return {**told, **options}


local_engine = ScriptedChild()
