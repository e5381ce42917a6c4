"""Traces for OpenTelemetry, by its conventions for generative AI. Knows spans and their attributes; loaded only where
traces are wanted, since it needs the extra `otel`.

A request is a span of a server, each attempt to let a model answer a span of a client within it. No span holds a
prompt, an answer or a secret.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any, Final
from urllib.parse import urlsplit

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from partimento import __version__
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted, Engine
from partimento.server.exchange import Ask, asking
from partimento.server.logs import masked
from partimento.wire.http import carried

PROVIDERS: Final = {
    "gemini": "gcp.gemini", "google": "gcp.gemini", "vertex": "gcp.vertex_ai", "mistral": "mistral_ai", "xai": "x_ai",
    "azure": "azure.ai.openai", "bedrock": "aws.bedrock",
}  # fmt: skip
"""Where the conventions' name of a provider is not ours."""
_w3c = TraceContextTextMapPropagator()


class Traces:
    """Spans of this process, given to that processor as they end."""

    def __init__(self, processor: SpanProcessor) -> None:
        named = {"service.name": os.environ.get("OTEL_SERVICE_NAME", "partimento"), "service.version": __version__}
        self._provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("partimento", __version__)

    def begun(self, ask: Ask) -> None:
        """A request came, perhaps within a trace of its caller's."""
        told = {name: value for name in ("traceparent", "tracestate") if (value := ask.header(name.encode()))}
        attributes: dict[str, str | int] = {"http.request.method": ask.method, "url.scheme": "http"}
        attributes["url.path"] = masked(ask.path)
        host, _, port = ask.header(b"host").rpartition(":")
        if port.isdigit():
            attributes |= {"server.address": host, "server.port": int(port)}
        ask.span = self._tracer.start_span(
            ask.method, _w3c.extract(told) if told else Context(), SpanKind.SERVER, attributes
        )

    def ended(self, ask: Ask, status: int) -> None:
        """It was answered, or its client had gone."""
        span: Span = ask.span
        span.set_attribute("http.response.status_code", status)
        if ask.door is not None:
            span.update_name(f"{ask.method} {ask.door.path}")
            span.set_attribute("http.route", ask.door.path)
        row = ask.row
        error = type(ask.error).__name__ if ask.error is not None else ""
        if row is not None:
            error = error or row.error.partition(":")[0]
            span.set_attributes(
                {
                    "partimento.request.id": row.id, "partimento.task": row.task, "partimento.ending": row.ending,
                    "partimento.cost_usd": row.cost_pico / 1e12, "gen_ai.response.model": row.model,
                    "gen_ai.usage.input_tokens": row.input_tokens, "gen_ai.usage.output_tokens": row.output_tokens,
                }
            )  # fmt: skip
        if error or status >= 500:
            span.set_attribute("error.type", error or str(status))
        if status >= 500:
            span.set_status(StatusCode.ERROR)
        span.end()

    def engines(self, engines: Mapping[str, Engine]) -> Mapping[str, Engine]:
        """The same engines, with a span for each draft."""
        return {name: _Traced(engine, self._tracer) for name, engine in engines.items()}

    def close(self) -> None:
        """Send what is left. May block for as long as the exporter does."""
        self._provider.shutdown()


class _Traced:
    """An Engine whose drafts are spans."""

    def __init__(self, engine: Engine, tracer: trace.Tracer) -> None:
        self._engine, self._tracer = engine, tracer

    @property
    def name(self) -> str:
        return self._engine.name

    def unready(self, model: Model, request: Any) -> str:
        return self._engine.unready(model, request)

    async def close(self) -> None:
        await self._engine.close()

    async def draft(self, call: Call) -> AsyncGenerator[str | Drafted, None]:
        """As Engine.draft. A draft that the reader gives up ends its span without an error."""
        ask = asking.get()
        within = Context() if ask is None or ask.span is None else trace.set_span_in_context(ask.span)
        operation = "embeddings" if call.texts else "chat"
        span = self._tracer.start_span(f"{operation} {call.model.id}", within, SpanKind.CLIENT, _asked(call, operation))
        told: dict[str, str] = {}
        _w3c.inject(told, trace.set_span_in_context(span))
        carried.set(tuple(told.items()))
        try:
            async with aclosing(self._engine.draft(call)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Drafted):
                        span.set_attributes(_answered(call, piece))
                    yield piece
        except Exception as error:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(StatusCode.ERROR)
            raise
        finally:
            span.end()


def exporting(endpoint: str = "") -> Traces:
    """Traces that go to a collector by OTLP over HTTP: to `endpoint`, or where OTEL_EXPORTER_OTLP_… says."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces") if endpoint else OTLPSpanExporter()
    return Traces(BatchSpanProcessor(exporter))


def _asked(call: Call, operation: str) -> dict[str, str | int | float]:
    model = call.model
    attributes: dict[str, str | int | float] = {
        "gen_ai.operation.name": operation,
        "gen_ai.provider.name": PROVIDERS.get(model.provider, model.provider),
        "gen_ai.request.model": model.upstream or model.id,
        "partimento.model": model.id,
    }
    if not call.texts:
        attributes |= {"gen_ai.request.max_tokens": call.max_tokens, "gen_ai.output.type": _kind(call)}
    if call.temperature is not None:
        attributes["gen_ai.request.temperature"] = call.temperature
    url = urlsplit(model.base_url)
    if url.hostname:
        attributes |= {
            "server.address": url.hostname,
            "server.port": url.port or (443 if url.scheme == "https" else 80),
        }
    return attributes


def _answered(call: Call, drafted: Drafted) -> dict[str, Any]:
    usage = drafted.usage
    attributes: dict[str, Any] = {"gen_ai.response.model": call.model.upstream or call.model.id}
    if not call.texts:
        reason = "length" if drafted.truncated else "tool_calls" if drafted.tool_calls else "stop"
        attributes["gen_ai.response.finish_reasons"] = (reason,)
    if usage is not None:
        attributes["gen_ai.usage.input_tokens"] = usage.input_tokens
        attributes["gen_ai.usage.output_tokens"] = usage.output_tokens
        if usage.cached_tokens:
            attributes["gen_ai.usage.cache_read.input_tokens"] = usage.cached_tokens
    return attributes


def _kind(call: Call) -> str:
    return "text" if call.schema is None else "json"
