"""ollama-python: list, show, ps, version, chat, stream, format, tools, generate, embed."""

from __future__ import annotations

import json
import urllib.request

from ollama import Client, ResponseError

from clients.door import (
    ANSWER,
    EMBEDDER,
    KEY,
    MODEL,
    PARAMETERS,
    QUESTION,
    SCHEMA,
    STREAMED,
    TOOL,
    URL,
    done,
    expect,
    step,
)

HEADERS = {"authorization": f"Bearer {KEY}"}
client = Client(host=URL, headers=HEADERS)
ASKED = [{"role": "user", "content": QUESTION}]
TOOLS = [{"type": "function", "function": {"name": TOOL, "description": "Notes of a chord", "parameters": PARAMETERS}}]

with step("list"):
    names = [model.model for model in client.list().models]
    expect(any(name and name.split(":")[0] == MODEL for name in names), names)

with step("show"):
    shown = client.show(MODEL)
    expect(shown.details is not None, shown)

with step("ps"):
    expect(isinstance(list(client.ps().models), list))

with step("version"), urllib.request.urlopen(urllib.request.Request(f"{URL}/api/version", headers=HEADERS)) as reply:
    expect(json.load(reply)["version"])

with step("chat"):
    reply = client.chat(model=MODEL, messages=ASKED)
    expect(ANSWER in (reply.message.content or "") and reply.done and reply.done_reason == "stop", reply)
    expect((reply.prompt_eval_count or 0) > 0 and (reply.eval_count or 0) > 0, reply)

with step("stream"):
    parts = list(client.chat(model=MODEL, messages=[{"role": "user", "content": STREAMED}], stream=True))
    expect(len(parts) > 2 and ANSWER in "".join(part.message.content or "" for part in parts), parts)
    expect(parts[-1].done and not parts[0].done, parts)

with step("format=schema"):
    reply = client.chat(model=MODEL, messages=ASKED, format=SCHEMA)
    expect(json.loads(reply.message.content or "")["chords"], reply)

with step("format=json"):
    reply = client.chat(model=MODEL, messages=ASKED, format="json")
    expect(json.loads(reply.message.content or ""), reply)

with step("tools"):
    reply = client.chat(model=MODEL, messages=ASKED, tools=TOOLS)
    calls = reply.message.tool_calls or []
    expect(calls and calls[0].function.name == TOOL and calls[0].function.arguments["symbol"], reply)

with step("generate"):
    expect(ANSWER in client.generate(model=MODEL, prompt=QUESTION, options={"temperature": 0}).response)
    expect(ANSWER in "".join(part.response for part in client.generate(model=MODEL, prompt=QUESTION, stream=True)))

with step("embed"):
    found = client.embed(model=EMBEDDER, input=["a ii-V-I", "a turnaround"])
    expect([len(vector) for vector in found.embeddings] == [8, 8], found)

with step("errors"):
    try:
        client.chat(model="no-such-model", messages=ASKED)
        expect(False, "an answer")
    except ResponseError as error:
        expect(error.status_code == 404 and error.error, error)

done()
