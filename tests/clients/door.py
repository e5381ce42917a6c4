"""What every client's check shares: where the server is, what to ask, and steps that are counted one by one.

A check is a script that runs in an environment of its own, with the client it is about and nothing of ours.
"""

from __future__ import annotations

import os
import secrets
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

URL = os.environ["PARTIMENTO_CHECK_URL"]  # http://127.0.0.1:PORT
KEY = os.environ["PARTIMENTO_CHECK_KEY"]
V1 = f"{URL}/v1"
MODEL = "little"
EMBEDDER = "little-embedder"
QUESTION = f"Which chords make a ii-V-I in C? This is question {secrets.randbelow(10**6)}."  # never asked before
STREAMED = f"{QUESTION} Say it piece by piece."  # so that it is not answered from memory at once
ANSWER = "Dm7"  # stands in everything the model says
SCHEMA = {
    "type": "object",
    "properties": {"key": {"type": "string"}, "chords": {"type": "array", "items": {"type": "string"}}},
    "required": ["key", "chords"],
    "additionalProperties": False,
}
TOOL = "look_up_chord"
PARAMETERS = {
    "type": "object",
    "properties": {"symbol": {"type": "string"}},
    "required": ["symbol"],
    "additionalProperties": False,
}
_passed: list[str] = []
_failed: list[str] = []


@contextmanager
def step(name: str) -> Iterator[None]:
    """One thing that must work; the next is tried whatever comes of it."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a check reports whatever a client raises
        _failed.append(name)
        where = traceback.extract_tb(error.__traceback__)
        line = next((f"{frame.lineno}: {frame.line}" for frame in reversed(where) if "clients" in frame.filename), "")
        print(f"{name}: {type(error).__name__}: {str(error)[:600]} (line {line})", file=sys.stderr)
    else:
        _passed.append(name)


def expect(truth: object, got: object = None) -> None:
    """Fail the step with what was got."""
    if not truth:
        raise AssertionError(f"got {got!r}")


def done() -> None:
    """End the check: the count on stdout, non-zero where a step failed or none was taken."""
    told = f"; failed: {', '.join(_failed)}" if _failed else ""
    print(f"{len(_passed)} of {len(_passed) + len(_failed)} steps{told}")
    sys.exit(0 if _passed and not _failed else 1)
