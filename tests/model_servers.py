"""Model servers on loopback, as Ollama, LM Studio, llama-server and vLLM tell of themselves; each answers chats."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

OLLAMA: dict[str, Any] = {
    "/api/version": {"version": "0.33.0"},
    "/api/tags": {
        "models": [
            {"name": "qwen2.5:7b", "size": 4683087332, "details": {"parameter_size": "7.6B", "family": "qwen2"}},
            {"name": "nomic-embed-text:latest", "size": 274302450, "details": {"parameter_size": "137M"}},
        ]
    },
    "/api/ps": {"models": [{"name": "qwen2.5:7b", "context_length": 16384}]},
    "/api/show qwen2.5:7b": {
        "capabilities": ["completion", "tools"],
        "model_info": {"general.architecture": "qwen2", "qwen2.context_length": 32768},
    },
    "/api/show nomic-embed-text:latest": {
        "capabilities": ["embedding"],
        "model_info": {"nomic-bert.context_length": 2048},
    },
    "/v1/models": {"data": [{"id": "qwen2.5:7b", "object": "model", "owned_by": "library"}]},
}
LM_STUDIO: dict[str, Any] = {
    "/api/v0/models": {
        "data": [
            {
                "id": "google/gemma-3-12b",
                "type": "vlm",
                "state": "loaded",
                "max_context_length": 131072,
                "loaded_context_length": 8192,
                "capabilities": ["tool_use"],
            },
            {"id": "text-embedding-nomic-embed-text-v1.5", "type": "embeddings", "max_context_length": 2048},
        ]
    },
    "/v1/models": {"data": [{"id": "google/gemma-3-12b", "owned_by": "organization_owner"}]},
}
LLAMA_SERVER: dict[str, Any] = {
    "/v1/models": {
        "models": [{"name": "qwen3.5-4b.gguf"}],
        "data": [
            {
                "id": "qwen3.5-4b.gguf",
                "owned_by": "llamacpp",
                "meta": {"n_ctx_train": 262144, "n_params": 4_020_000_000},
            }
        ],
    },
    "/api/tags": {"models": [{"name": "qwen3.5-4b.gguf"}]},
    "/props": {"default_generation_settings": {"n_ctx": 16384}, "modalities": {"vision": True, "audio": False}},
}
VLLM: dict[str, Any] = {
    "/v1/models": {"data": [{"id": "meta-llama/Llama-3.3-70B-Instruct", "owned_by": "vllm", "max_model_len": 65536}]}
}
OURS: dict[str, Any] = {
    "/api/tags": {"models": [{"name": "rules"}]},
    "/v1/models": {"data": [{"id": "rules", "owned_by": "partimento"}, {"id": "auto", "owned_by": "partimento"}]},
}


class ModelServer:
    """Answers these paths with JSON (`/api/show NAME` by the model asked for), and every chat with `says`."""

    def __init__(self, answers: dict[str, Any], says: str = "ready") -> None:
        self.asked: list[str] = []
        server = self

        class Answering(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.asked.append(self.path)
                self._give(answers.get(self.path))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                server.asked.append(self.path)
                if self.path == "/v1/chat/completions":
                    self._give(_completion(body["model"], says))
                else:
                    self._give(answers.get(f"{self.path} {body['model']}"))

            def _give(self, answer: Any) -> None:
                content = json.dumps(answer if answer is not None else {"error": "no such path"}).encode()
                self.send_response(404 if answer is None else 200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.root = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def _completion(model: str, says: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": says}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25},
    }
