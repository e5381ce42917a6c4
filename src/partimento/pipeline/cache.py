"""Never pay twice: fingerprints, look-up, one generation for identical requests in flight. Leaves storage to Memory.

The fingerprint takes in everything but a short deny-list: who asks (the scope stands for that), whether the cache is
used, how private the request is, and how long it may take. Peers' allow-lists missed fields and gave wrong hits.
"""

from __future__ import annotations

import asyncio
import hashlib
import unicodedata
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, EngineTimeout, PartimentoError
from partimento.core.model import Model
from partimento.core.ports import Ports, Remembered
from partimento.core.request import Request
from partimento.core.settings import Settings

_encoder = msgspec.json.Encoder(order="deterministic")
_DAY = 86_400.0


def fingerprint(request: Request[Any], chosen: Model | None = None) -> bytes:
    """SHA-256 of all that shapes the answer. `chosen`: the model of a manual request, whose adapter version counts."""
    inputs = request.inputs
    folded = request.task.folded
    fields = {}
    for name in inputs.__struct_fields__:
        value = getattr(inputs, name)
        if type(value) is str:
            value = _plain(value)
            fields[name] = value.casefold() if name in folded else value
        elif value is not None:
            fields[name] = value if type(value) in (int, float, bool) else _canonical(value)
    options = request.options
    if options.system is not None:
        options = msgspec.structs.replace(options, system=_canonical(options.system))
    everything = (
        request.task.name,
        request.task.version,
        fields,
        options,
        None if chosen is None else (chosen.id, chosen.adapter_version),
    )
    return hashlib.sha256(_encoder.encode(everything)).digest()


def scope_of(request: Request[Any]) -> str:
    """Who shares the answer: "" everybody, else "user:…" or "key:…". Raises BadInput for an account not named."""
    if request.scope == "global":
        return ""
    holder = request.caller.user if request.scope == "user" else request.caller.key
    if not holder:
        raise BadInput(
            f"the scope is {request.scope!r}, but the request names no {request.scope}",
            why="an answer kept for nobody would be served to anybody",
            mend=f"pass {request.scope}=…",
        )
    return f"{request.scope}:{holder}"


def expiry(request: Request[Any], settings: Settings, now: float) -> float | None:
    """When an answer given now stops being served (Unix seconds), or None for never."""
    days = settings.ttl.get(request.task.name)
    if days is not None:
        return now + days * _DAY
    ttl = request.task.ttl
    return None if ttl is None else now + ttl.total_seconds()


class Recorded(Protocol):
    """Knows whether its request has been answered and written down."""

    closed: bool


class Place(Struct, frozen=True):
    """Where an answer is kept: its fingerprint, who shares it, and until when (None: for ever)."""

    key: bytes
    scope: str
    expires_at: float | None

    def lives_at(self, now: float) -> bool:
        return self.expires_at is None or self.expires_at > now


def place_of(request: Request[Any], ports: Ports) -> Place:
    """The place of a redacted request's answer. Raises BadInput where its scope names no account."""
    chosen = None
    if request.options.selection_mode == "manual":
        chosen = next((m for m in ports.catalog.models() if request.options.model in (m.id, m.upstream)), None)
    expires_at = expiry(request, ports.settings, ports.clock.now())
    return Place(fingerprint(request, chosen), scope_of(request), expires_at)


def look_up(place: Place, request: Request[Any], ports: Ports) -> Remembered | None:
    """The remembered answer, where the request allows one."""
    if request.cache == "skip":
        return None
    return ports.memory.look_up(place.key, place.scope, ports.clock.now())


@asynccontextmanager
async def turn(
    place: Place, request: Request[Any], ports: Ports, deadline: float, entry: Recorded, *, skip: bool
) -> AsyncIterator[bool]:
    """Single flight. Yields True to the one who generates, False to those who waited for a good answer: look again.

    If the one fails, all who waited fail with it; if it is cancelled, the next one takes its place. `skip`: no turn
    is needed. Raises EngineTimeout when the wait outlasts the deadline.
    """
    if skip or request.cache == "skip" or not place.lives_at(ports.clock.now()):
        yield True
        return
    flight, in_flight = place.key + place.scope.encode(), ports.in_flight
    while (ahead := in_flight.get(flight)) is not None:
        try:
            async with asyncio.timeout(max(0.0, deadline - ports.clock.monotonic())):
                landed = await asyncio.shield(ahead)
        except TimeoutError as error:
            raise EngineTimeout(
                "an identical request has not been answered in time",
                why="this one waited for its answer up to the deadline",
                mend="raise deadline_s, or try again later",
            ) from error
        if isinstance(landed, PartimentoError):
            raise landed
        if landed:
            yield False
            return
    landing: asyncio.Future[bool | PartimentoError] = asyncio.get_running_loop().create_future()
    in_flight[flight] = landing
    failure: PartimentoError | None = None
    try:
        yield True
    except PartimentoError as error:
        failure = error
        raise
    finally:
        # a reader may close the stream at Done: what counts is whether the answer was recorded
        del in_flight[flight]
        landing.set_result(failure or entry.closed)


def _plain(text: str) -> str:
    """Outer white space and the Unicode form do not matter."""
    text = text.strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _canonical(value: Any) -> Any:
    """The same in plain parts: unset fields left out, texts in plain form, mappings in any order."""
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, Struct):
        return {
            name: _canonical(part) for name in value.__struct_fields__ if (part := getattr(value, name)) is not None
        }
    if isinstance(value, Mapping):
        return {str(name): _canonical(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(part) for part in value]
    if isinstance(value, set | frozenset):
        return sorted(map(_canonical, value), key=repr)
    return value
