"""What Open WebUI asks of a connection: models to verify it, a stream with its headers, voices, Ollama's side."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from clients.door import ANSWER, KEY, MODEL, QUESTION, STREAMED, URL, V1, done, expect, step

HEADERS = {
    "authorization": f"Bearer {KEY}",
    "content-type": "application/json",
    "x-openwebui-user-id": "7d0c",
    "x-openwebui-user-name": "Ada",
    "x-openwebui-user-email": "ada@example.org",
    "x-openwebui-user-role": "user",
    "x-openwebui-chat-id": "chat-1",
}


def ask(url: str, body: object = None, *, key: bool = True) -> tuple[int, bytes]:
    headers = HEADERS if key else {}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def read(url: str, body: object = None) -> Any:
    status, text = ask(url, body)
    expect(status == 200, (status, text))
    return json.loads(text)


with step("models"):
    listed = read(f"{V1}/models")
    expect(listed["object"] == "list" and MODEL in [model["id"] for model in listed["data"]], listed)

with step("a key is asked for"):
    expect(ask(f"{V1}/models", key=False)[0] == 401)

with step("chat stream"):
    body = {"model": MODEL, "stream": True, "messages": [{"role": "user", "content": STREAMED}]}
    status, text = ask(f"{V1}/chat/completions", body)
    expect(status == 200 and text.rstrip().endswith(b"data: [DONE]"), (status, text[-200:]))
    events = [json.loads(line[6:]) for line in text.decode().splitlines() if line.startswith("data: {")]
    expect(ANSWER in "".join(event["choices"][0]["delta"].get("content") or "" for event in events), events)

with step("a question with a picture"):
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    parts = [{"type": "text", "text": QUESTION}, picture]
    status, text = ask(f"{V1}/chat/completions", {"model": MODEL, "messages": [{"role": "user", "content": parts}]})
    expect(status in (200, 400), (status, text))  # the little model may not see, but it must be said clearly

with step("voices"):
    expect(isinstance(read(f"{V1}/audio/voices")["voices"], list))
    expect(isinstance(read(f"{V1}/audio/models")["models"], list))
    status, text = ask(f"{V1}/audio/speech", {"model": "tts-1", "voice": "alloy", "input": "Play it again."})
    expect(status == 501 and json.loads(text)["error"]["message"], (status, text))

with step("Ollama's side"):
    expect(read(f"{URL}/api/version")["version"])
    expect(read(f"{URL}/api/tags")["models"])
    expect("models" in read(f"{URL}/api/ps"))

done()
