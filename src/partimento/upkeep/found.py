"""Servers found on this machine, as models of the catalog. Knows what a found model is good for; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from partimento.core.model import Model, Tier, meant
from partimento.core.settings import Settings
from partimento.wire.discovery import Found, FoundModel, find, places
from partimento.wire.http import HttpTransport

UP_TO: tuple[tuple[float, Tier, int], ...] = ((3, "small", 3), (6, "small", 4), (12, "medium", 6), (20, "medium", 7))
"""Billions of parameters, the tier and the reach of a model that has no more, where the catalog does not know it."""


async def running(settings: Settings) -> tuple[Found, ...]:
    """The model servers on this machine, and where `ollama_host` says."""
    transport = HttpTransport()
    try:
        return await find(transport, places(settings.ollama_host))
    finally:
        await transport.close()


def models_of(server: Found, known: Iterable[Model], today: date) -> tuple[Model, ...]:
    """A server's models as catalog entries: `ollama/qwen2.5:7b`. What the catalog knows of a model counts first."""
    weighed = [model for model in known if model.weights is not None]
    return tuple(_model(server, found, weighed, today) for found in server.models)


def lacking(server: Found, known: Iterable[Model]) -> tuple[FoundModel, ...]:
    """Its models that the catalog does not have at this place."""
    there = {model.upstream for model in known if model.base_url.rstrip("/") == server.base_url}
    return tuple(found for found in server.models if found.name not in there)


def described(server: Found) -> str:
    """In words: Ollama 0.33.0 at http://127.0.0.1:11434 with qwen2.5:7b."""
    version = f" {server.version}" if server.version else ""
    return f"{server.name}{version} at {server.base_url.removesuffix('/v1')} with {_listed(server.models)}"


def _listed(models: Sequence[FoundModel], most: int = 4) -> str:
    names = [model.name for model in models[:most]]
    more = f" and {len(models) - most} more" if len(models) > most else ""
    return ", ".join(names) + more if names else "no model"


def _model(server: Found, found: FoundModel, weighed: Sequence[Model], today: date) -> Model:
    name = found.name.rsplit("/", 1)[-1]
    same = meant(name.removesuffix(".gguf"), weighed, today)
    alike = same[0] if same else None
    tier, reach, quality = _rank(found.parameters)
    if alike is not None:
        tier, reach, quality = alike.tier, alike.reach, alike.quality
    context = found.context or 8192
    return Model(
        id=f"{server.kind}/{name}",
        engine="openai",
        tier=tier,
        reach=reach if "text" in found.capabilities else 1,
        provider=server.kind,
        upstream=found.name,
        base_url=server.base_url,
        quality=quality,
        context=context,
        max_output_tokens=min(8192, context),
        capabilities=found.capabilities,
        weights=alike.weights if alike else None,
    )


def _rank(parameters: float) -> tuple[Tier, int, float]:
    if not parameters:
        return "small", 4, 0.4
    for most, tier, reach in UP_TO:
        if parameters <= most:
            return tier, reach, 0.3 + 0.04 * reach
    return "large", 8, 0.65
