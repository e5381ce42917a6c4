"""What the pool asks its children over HTTP: whether they answer, a first word, how far each answer is, to sleep and to
wake. Knows llama-server's routes and counters; leaves what follows to `children` and `watchdog`.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento.core.errors import EngineError, EngineFault
from partimento.core.local import Door, Plan
from partimento.wire.http import Fetched, HttpTransport

FIRST_PAUSE_S: Final = 0.01
LONGEST_PAUSE_S: Final = 0.25
GLANCE_S: Final = 5.0
"""How long a child may take to say how it is."""
_SHOWN: Final = 300


class Counter(Struct, frozen=True):
    """How far one slot is with what it is at."""

    slot: int
    is_processing: bool
    read: int
    """Tokens of the prompt."""
    written: int


class Questions:
    """Asks children, over connections that are kept."""

    def __init__(self) -> None:
        self._http = HttpTransport()

    async def close(self) -> None:
        await self._http.close()

    async def answers(self, door: Door) -> None:
        """Until the child says that it is ready: for ever, if need be."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                reply = await self._http.fetch("GET", f"{door.base_url}/health", (), b"", GLANCE_S)
                if reply.status == 200:
                    return
            except EngineError:
                pass  # nobody listens yet
            await asyncio.sleep(pause_s)
            pause_s = min(LONGEST_PAUSE_S, pause_s * 1.5)

    async def first_word(self, plan: Plan, door: Door, within_s: float) -> None:
        """One token, or one vector: what is slow the first time only is over then. Raises EngineError."""
        if plan.embeds:
            await self._post(door, "/v1/embeddings", {"model": plan.model, "input": "a"}, within_s)
            return
        body = {
            "model": plan.model, "messages": [{"role": "user", "content": "a"}], "max_tokens": 1, "temperature": 0,
            "stream": False,
        }  # fmt: skip
        await self._post(door, "/v1/chat/completions", body, within_s)

    async def counters(self, door: Door) -> tuple[Counter, ...]:
        """All slots, now. Raises EngineError."""
        reply = await self._http.fetch("GET", f"{door.base_url}/slots", _headers(door), b"", GLANCE_S)
        _check(reply, door)
        return counters(reply.body)

    async def sleep(self, door: Door, within_s: float) -> None:
        await self._post(door, "/sleep", {}, within_s)

    async def wake(self, door: Door, within_s: float) -> None:
        await self._post(door, "/wake_up", {}, within_s)

    async def _post(self, door: Door, path: str, body: dict[str, Any], within_s: float) -> None:
        headers = (*_headers(door), ("content-type", "application/json"))
        reply = await self._http.fetch("POST", door.base_url + path, headers, msgspec.json.encode(body), within_s)
        _check(reply, door)


def counters(body: bytes) -> tuple[Counter, ...]:
    """What /slots tells, by our own workers or any llama-server of late. Raises EngineFault."""
    try:
        slots = msgspec.json.decode(body, type=list[dict[str, Any]])
    except msgspec.DecodeError as error:
        raise EngineFault("a child's /slots cannot be read", why=str(error)) from error
    return tuple(_counter(number, slot) for number, slot in enumerate(slots))


def _counter(number: int, slot: dict[str, Any]) -> Counter:
    following = slot.get("next_token")
    if isinstance(following, list):  # llama-server's later form
        following = following[0] if following else None
    written = following.get("n_decoded") if isinstance(following, dict) else None
    read = slot.get("n_prompt_tokens_processed", slot.get("n_past"))
    return Counter(
        slot=_whole(slot.get("id"), number),
        is_processing=bool(slot.get("is_processing", slot.get("state") not in (None, 0))),
        read=_whole(read),
        written=_whole(slot.get("n_decoded", written)),
    )


def _whole(value: Any, otherwise: int = 0) -> int:
    return value if isinstance(value, int) else otherwise


def _headers(door: Door) -> tuple[tuple[str, str], ...]:
    return (("authorization", f"Bearer {door.secret}"),)


def _check(reply: Fetched, door: Door) -> None:
    if reply.status != 200:
        said = reply.body[:_SHOWN].decode("utf-8", "replace").replace(door.secret, "***")
        raise EngineFault(f"the child answered with status {reply.status}", why=said)
