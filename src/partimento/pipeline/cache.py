"""Never pay twice: fingerprints and look-up. Leaves storage to Memory, identical requests under way to `flight`.

The fingerprint takes in everything but a short deny-list: who asks (the scope stands for that), whether the cache is
used, how private the request is, and how long it may take. Peers' allow-lists missed fields and gave wrong hits.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
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


class Place(Struct, frozen=True):
    """Where an answer is kept: its fingerprint, who shares it, and until when (None: for ever)."""

    key: bytes
    scope: str
    expires_at: float | None

    def lives_at(self, now: float) -> bool:
        return self.expires_at is None or self.expires_at > now


def key_of(request: Request[Any], ports: Ports) -> bytes:
    """The fingerprint of a redacted request."""
    if request.options.selection_mode != "manual":
        return fingerprint(request)
    models = ports.catalog.models()
    found = ports.routes.get("by name")
    if found is None or found[0] is not models:  # the catalog gives the same tuple until it changes
        named = {m.upstream: m for m in reversed(models)} | {m.id: m for m in reversed(models)}
        found = ports.routes["by name"] = (models, named)
    return fingerprint(request, found[1].get(request.options.model or ""))


def place_of(request: Request[Any], key: bytes, scope: str, ports: Ports) -> Place:
    """The place of its answer from now on; what is not remembered has none to be found in."""
    if request.cache == "off":
        return Place(b"", "", 0.0)
    return Place(key, scope, expiry(request, ports.settings, ports.clock.now()))


async def look_up(place: Place, request: Request[Any], ports: Ports) -> Remembered | None:
    """The remembered answer, where the request allows one."""
    if request.cache != "use":
        return None
    return await ports.memory.look_up(place.key, place.scope, ports.clock.now())


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
