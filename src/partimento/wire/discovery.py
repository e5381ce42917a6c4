"""Which model servers run here. Knows where they listen and how each tells its models; leaves what becomes of them to
whoever asks.

Ollama is told by `/api/tags`, LM Studio by `/api/v0/models`, llama-server and vLLM by `owned_by` in `/v1/models`; any
other server with that list is found as "server". Partimento's own server lists the rules, and is not found.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from partimento.core.errors import EngineError
from partimento.core.model import Capability
from partimento.wire.http import Transport

Kind = Literal["ollama", "lmstudio", "llama-server", "vllm", "server"]
NAMES: Final[dict[Kind, str]] = {
    "ollama": "Ollama",
    "lmstudio": "LM Studio",
    "llama-server": "llama-server",
    "vllm": "vLLM",
    "server": "a server",
}
PROBE_S = 0.25
OLLAMA_PORT = 11434
UNTOLD_CONTEXT = 4096  # what Ollama may cut a prompt to, whatever the model was trained for
_PORTS: Final = (1234, 8080, 8000)  # LM Studio, llama-server, vLLM
_OWNERS: Final[dict[str, Kind]] = {"llamacpp": "llama-server", "vllm": "vllm"}
_SIZE: Final = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)([bm])(?![a-z0-9])")
_SEES: Final[dict[str, Capability]] = {"tools": "tools", "vision": "image", "audio": "audio"}


class FoundModel(Struct, frozen=True):
    """A model of a running server. `context` and `parameters` (billions) are 0 where it does not tell."""

    name: str
    context: int = 0
    parameters: float = 0.0
    capabilities: frozenset[Capability] = frozenset({"text", "json_schema"})


class Found(Struct, frozen=True):
    """A running server; `base_url` is where it speaks OpenAI's protocol."""

    kind: Kind
    base_url: str
    models: tuple[FoundModel, ...]
    version: str = ""

    @property
    def name(self) -> str:
        return NAMES[self.kind]


def ollama_url(host: str) -> str:
    """Where Ollama answers by the rules it reads OLLAMA_HOST by: host, host:port, :port, 0.0.0.0, [::1], a URL.

    An address that means "every interface" is asked on loopback.
    """
    text = host.strip().strip("\"'")
    scheme, told, rest = text.partition("://")
    if not told:
        scheme, rest = "http", text
    port = {"http": OLLAMA_PORT if not told else 80, "https": 443}.get(scheme, OLLAMA_PORT)
    place, _, path = rest.partition("/")
    name, named_port = _split(place)
    if named_port.isdigit() and int(named_port) <= 65535:
        port = int(named_port)
    with suppress(ValueError):
        address = ip_address(name)
        if address.is_unspecified:
            name = "127.0.0.1" if address.version == 4 else "::1"
    name = f"[{name}]" if ":" in name else name or "127.0.0.1"
    return f"{scheme}://{name}:{port}/{path}".rstrip("/")


def places(ollama_host: str = "", besides: Iterable[str] = ()) -> tuple[str, ...]:
    """Where servers may listen: root URLs, Ollama's first. `besides`: URLs that are known already and need no look."""
    known = {_root(url) for url in besides}
    roots = [ollama_url(ollama_host), *(f"http://127.0.0.1:{port}" for port in _PORTS)]
    return tuple(root for root in dict.fromkeys(roots) if root not in known)


async def find(transport: Transport, roots: Sequence[str], timeout_s: float = PROBE_S) -> tuple[Found, ...]:
    """The servers that answer within the time, all asked at once; what is nobody's or answers strangely is left out."""
    found = await asyncio.gather(*(_found(_Asker(transport, root, timeout_s)) for root in roots))
    return tuple(server for server in found if server is not None)


class _Asker:
    """One server, asked politely: a question that fails in any way has no answer."""

    def __init__(self, transport: Transport, root: str, timeout_s: float) -> None:
        self.root = root
        self._transport, self._timeout_s = transport, timeout_s

    async def told(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """A JSON object, or {}."""
        method, content = ("POST", msgspec.json.encode(body)) if body else ("GET", b"")
        headers = (("accept", "application/json"), *([("content-type", "application/json")] if body else []))
        try:
            # the inner limit is the transport's own; the outer one holds for whatever transport it is
            async with asyncio.timeout(self._timeout_s):
                reply = await self._transport.fetch(method, self.root + path, headers, content, self._timeout_s)
            answer = msgspec.json.decode(reply.body) if reply.status == 200 else {}
        except (EngineError, TimeoutError, msgspec.DecodeError):
            return {}
        return answer if isinstance(answer, dict) else {}


async def _found(server: _Asker) -> Found | None:
    base_url = f"{server.root}/v1"
    tags, studio, plain = await asyncio.gather(
        server.told("/api/tags"), server.told("/api/v0/models"), server.told("/v1/models")
    )
    listed = _rows(plain, "data")
    owners = {str(row.get("owned_by")) for row in listed}
    if any(row.get("id") == "rules" for row in listed):
        return None
    if studio_rows := _rows(studio, "data"):
        return Found("lmstudio", base_url, tuple(_of_studio(row) for row in studio_rows))
    kind = next((_OWNERS[owner] for owner in sorted(owners) if owner in _OWNERS), None)
    if kind is None and isinstance(tags.get("models"), list):  # llama-server has that list too
        return await _ollama(server, base_url, _rows(tags, "models", "name"))
    if not listed:
        return None
    props = await server.told("/props") if kind == "llama-server" else {}
    return Found(kind or "server", base_url, tuple(_of_openai(row, props) for row in listed))


async def _ollama(server: _Asker, base_url: str, rows: Sequence[dict[str, Any]]) -> Found:
    version, running, *shown = await asyncio.gather(
        server.told("/api/version"),
        server.told("/api/ps"),
        *(server.told("/api/show", {"model": row["name"]}) for row in rows),
    )
    loaded = {row["name"]: row for row in _rows(running, "models", "name")}
    models = [_of_ollama(row, shown[n], loaded.get(row["name"], {})) for n, row in enumerate(rows)]
    return Found("ollama", base_url, tuple(models), str(version.get("version", "")))


def _of_ollama(row: dict[str, Any], shown: dict[str, Any], loaded: dict[str, Any]) -> FoundModel:
    details = row.get("details") or {}
    info = shown.get("model_info") or {}
    trained = next((value for key, value in info.items() if key.endswith(".context_length")), UNTOLD_CONTEXT)
    context = _number(loaded.get("context_length")) or min(_number(trained), UNTOLD_CONTEXT)
    told = (
        shown.get("capabilities") or row.get("capabilities") or ["embedding" if _embeds(row["name"]) else "completion"]
    )
    return FoundModel(row["name"], int(context), _billions(details.get("parameter_size")), _capabilities(told))


def _of_studio(row: dict[str, Any]) -> FoundModel:
    kind = row.get("type")
    told = ["embedding"] if kind == "embeddings" else ["completion", *(["vision"] if kind == "vlm" else [])]
    if "tool_use" in (row.get("capabilities") or ()):
        told.append("tools")
    context = _number(row.get("loaded_context_length")) or min(_number(row.get("max_context_length")), UNTOLD_CONTEXT)
    return FoundModel(row["id"], int(context), _billions(row["id"]), _capabilities(told))


def _of_openai(row: dict[str, Any], props: dict[str, Any]) -> FoundModel:
    meta = row.get("meta") or {}
    settings = props.get("default_generation_settings") or {}
    context = _number(row.get("max_model_len")) or _number(meta.get("n_ctx")) or _number(settings.get("n_ctx"))
    parameters = _number(meta.get("n_params")) / 1e9 or _billions(row["id"])
    seen = [name for name, has in (props.get("modalities") or {}).items() if has is True]
    told = ["embedding"] if _embeds(row["id"]) else ["completion", *seen]
    return FoundModel(row["id"], int(context), parameters, _capabilities(told))


def _capabilities(told: Iterable[str]) -> frozenset[Capability]:
    words = set(told)
    if "completion" not in words and "embedding" in words:
        return frozenset({"embeddings"})
    return frozenset({"text", "json_schema", *(_SEES[word] for word in words if word in _SEES)})


def _rows(answer: dict[str, Any], field: str, name: str = "id") -> list[dict[str, Any]]:
    rows = answer.get(field)
    return (
        [row for row in rows if isinstance(row, dict) and isinstance(row.get(name), str)]
        if isinstance(rows, list)
        else []
    )


def _embeds(name: str) -> bool:
    return "embed" in name.lower()


def _billions(text: object) -> float:
    """Billions of parameters as a name or a size tells them: "7.6B", "qwen2.5-7b-instruct", "137M"."""
    match = _SIZE.search(str(text).lower())
    if match is None:
        return 0.0
    return float(match[1]) / (1 if match[2] == "b" else 1000)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _split(place: str) -> tuple[str, str]:
    """Host and port; an IPv6 address may stand in brackets or bare."""
    if place.startswith("["):
        name, _, port = place[1:].partition("]")
        return name, port.removeprefix(":")
    if place.count(":") > 1:
        return place, ""
    name, _, port = place.partition(":")
    return name, port


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
