"""Traces: what spans say and never say, whose children they are, and that a collector takes them."""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from partimento import plugins
from partimento.client import AsyncPartimento
from partimento.server.exchange import Ask, Door, Reply, asking
from partimento.server.metrics import Counted, Metrics
from partimento.server.otel import Traces
from partimento.testing.upstream import Upstream, said, server_error
from serving import serving, settings_for

PROMPT = "What nobody else may read"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def kept() -> InMemorySpanExporter:
    return InMemorySpanExporter()


def served(
    folder: Path, kept: InMemorySpanExporter, upstream: Upstream, status: int = 200, **headers: str
) -> dict[str, ReadableSpan]:
    """The spans of one request, by name."""
    (folder / "partimento.toml").write_text(settings_for(upstream.base_url))

    async def opened(_: Ask) -> Reply:
        return Reply(b"")

    async def ask() -> None:
        traces = Traces(SimpleSpanProcessor(kept))
        async with AsyncPartimento(folder=folder, data_folder=str(folder)) as client:
            client.ports = msgspec.structs.replace(
                client.ports,
                engines=traces.engines(client.ports.engines),
                ledger=Counted(client.store, Metrics(frozenset())),
            )
            given = {name.encode(): value.encode() for name, value in headers.items()} | {b"host": b"localhost:8000"}
            one = Ask(client, "POST", "/v1/chat/completions", b"key=secret", given, client.ports.clock.monotonic())
            one.door = Door(method="POST", path="/v1/chat/completions", opened=opened, summary="")
            asking.set(one)
            traces.begun(one)
            request = plugins.task("text").ask({"prompt": PROMPT, "request_type": "report"})
            try:
                await client.make(request, model="little")
            except Exception as error:  # noqa: BLE001  # as the application does
                one.error = error
            traces.ended(one, status)
        traces.close()

    asyncio.run(ask())
    return {span.name: span for span in kept.get_finished_spans()}


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_a_request_and_its_attempt_are_spans_of_the_conventions(tmp_path: Path, kept: InMemorySpanExporter) -> None:
    with Upstream(otherwise=said("an answer of ours")) as upstream:
        spans = served(tmp_path, kept, upstream)
        request, attempt = spans["POST /v1/chat/completions"], spans["chat little"]
        assert (request.kind, attempt.kind) == (SpanKind.SERVER, SpanKind.CLIENT)
        assert attempt.parent is not None
        assert request.context is not None
        assert attempt.parent.span_id == request.context.span_id
        told = attributes(attempt)
        assert told["gen_ai.operation.name"] == "chat"
        assert told["gen_ai.provider.name"] == "local"
        assert told["gen_ai.request.model"] == told["gen_ai.response.model"] == "little"
        assert (told["gen_ai.usage.input_tokens"], told["gen_ai.usage.output_tokens"]) == (11, 7)
        assert told["gen_ai.response.finish_reasons"] == ("stop",)
        assert (told["server.address"], str(told["server.port"])) == ("127.0.0.1", upstream.base_url.split(":")[2][:-3])
        whole = attributes(request)
        assert whole["http.response.status_code"] == 200
        assert whole["http.route"] == "/v1/chat/completions"
        assert (whole["server.address"], whole["server.port"]) == ("localhost", 8000)
        assert (whole["partimento.task"], whole["gen_ai.response.model"]) == ("text", "little")


def test_no_span_holds_prompt_answer_or_query(tmp_path: Path, kept: InMemorySpanExporter) -> None:
    with Upstream(otherwise=said("an answer of ours")) as upstream:
        spans = served(tmp_path, kept, upstream)
    everything = "".join(span.to_json() for span in spans.values())
    assert PROMPT not in everything
    assert "an answer of ours" not in everything
    assert "secret" not in everything


def test_a_trace_goes_on_from_the_caller_and_to_the_upstream(tmp_path: Path, kept: InMemorySpanExporter) -> None:
    with Upstream(otherwise=said("yes")) as upstream:
        spans = served(tmp_path, kept, upstream, traceparent=PARENT)
        sent = upstream.posts[0].headers["traceparent"]
    request, attempt = spans["POST /v1/chat/completions"], spans["chat little"]
    assert request.parent is not None
    assert f"{request.parent.trace_id:032x}-{request.parent.span_id:016x}" in PARENT
    assert attempt.context is not None
    assert sent == f"00-{attempt.context.trace_id:032x}-{attempt.context.span_id:016x}-01"


def test_a_failure_has_its_type_and_no_words(tmp_path: Path, kept: InMemorySpanExporter) -> None:
    with Upstream(otherwise=server_error()) as upstream:
        spans = served(tmp_path, kept, upstream, 502)
    for name in ("POST /v1/chat/completions", "chat little"):
        assert attributes(spans[name])["error.type"] == "EngineFault"
        assert spans[name].status.status_code is StatusCode.ERROR
        assert not spans[name].status.description
        assert not spans[name].events


class Collector:
    """Takes traces by OTLP over HTTP, as any collector does."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.paths: list[str] = []
        self.arrived = threading.Event()
        collector = self

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                told = ExportTraceServiceRequest.FromString(body)
                collector.paths.append(self.path)
                collector.spans += [
                    span for one in told.resource_spans for scope in one.scope_spans for span in scope.spans
                ]
                self.send_response(200)
                self.send_header("content-type", "application/x-protobuf")
                self.send_header("content-length", "0")
                self.end_headers()
                collector.arrived.set()

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def collector() -> Iterator[Collector]:
    running = Collector()
    thread = threading.Thread(target=running.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    running.http.shutdown()
    running.http.server_close()
    thread.join()


@pytest.mark.parametrize("way", ["setting", "environment"])
def test_a_served_request_arrives_at_a_collector(tmp_path: Path, collector: Collector, way: str) -> None:
    told = {"otel_endpoint": collector.url} if way == "setting" else {}
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url} if way == "environment" else {}
    with (
        Upstream(otherwise=said("yes")) as upstream,
        serving(tmp_path, settings_for(upstream.base_url, **told), **environ) as server,
    ):
        body = {"model": "little", "messages": [{"role": "user", "content": PROMPT}]}
        assert server.post("/v1/chat/completions", body).status == 200
        assert server.stop() == 0
    assert collector.arrived.wait(10)
    assert set(collector.paths) == {"/v1/traces"}
    assert sorted(span.name for span in collector.spans) == ["POST /v1/chat/completions", "chat little"]
    assert PROMPT not in str(collector.spans)


def test_nothing_of_it_is_loaded_where_nobody_wants_traces() -> None:
    program = (
        "import sys, json\nfrom partimento.server.serve import application\napplication()\n"
        "print(json.dumps([name for name in sys.modules if name.startswith('opentelemetry')]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
