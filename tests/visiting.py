"""Looks at pages without a server: a client of its own, visits made by hand, items as a model could have written them.

Knows no test.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from partimento import plugins
from partimento.client import AsyncPartimento
from partimento.core.ports import MemoryItem
from partimento.core.request import Caller
from partimento.pipeline.record import content_id
from partimento.store.store import Store
from partimento.web.visit import Answer, Form, Opened, Upload, Visit

HOSTILE = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>{{7*7}}\u202etxt & 'quoted'"
"""What must be shown as the text it is."""
LONG = "Donaudampfschifffahrtsgesellschaft" * 300
"""10,000 characters without a blank."""


@contextmanager
def at_home(folder: Path) -> Iterator[AsyncPartimento]:
    """A client with its own database and no model but the rules."""
    client = AsyncPartimento(folder=folder, data_folder=str(folder / "data"))
    try:
        yield client
    finally:
        asyncio.run(client.close())


def look(
    client: AsyncPartimento, opened: Opened, names: Mapping[str, str], *, query: Mapping[str, str] | None = None,
    fields: Mapping[str, str] | None = None, files: Mapping[str, bytes] | None = None,
) -> Answer:  # fmt: skip
    """What a place answers; with `fields` or `files` a form was sent."""
    told = {name: (value,) for name, value in (fields or {}).items()}
    sent = {name: Upload(f"{name}.mid", content) for name, content in (files or {}).items()}
    sends = fields is not None or files is not None
    visit = Visit(
        client=client, caller=Caller(), method="POST" if sends else "GET", path="/", names=names, query=query or {},
        form=Form(told, sent), csrf="a mark",
    )  # fmt: skip

    async def seen() -> Answer:
        return await opened(visit)

    return asyncio.run(seen())


def made(client: AsyncPartimento, task: str, **fields: Any) -> str:
    """The id of what the rules make of these fields."""
    request = plugins.task(task).ask(fields)
    return asyncio.run(client.make(request)).receipt.memory_id


def keep(store: Store, task: str, value: Any, prompt: str = "", at: float = 1_795_262_400.0) -> str:
    """Write a memory item as if a model had answered with this value; its id."""
    encoded = msgspec.json.encode(value)
    version = plugins.task(task).version if task in plugins.task_names() else 1
    item = MemoryItem(
        id=content_id(task, version, encoded, "little"), task=task, task_version=version, value=encoded, prompt=prompt,
        options=b"{}", model="little", engine="openai", tier="small", provider="local", input_tokens=10,
        output_tokens=20, cost_pico=0, latency_ms=5.0, created_at=at,
    )  # fmt: skip
    store.write(lambda db: db.execute("record_item", msgspec.structs.astuple(item)))
    return item.id


def poisoned(task: str, value: Any, poison: str) -> Any:
    """The value as plain JSON with the poison in every text that takes it: where the task's output stays readable."""
    if isinstance(value, str):
        return poison
    plain, kind = msgspec.json.decode(msgspec.json.encode(value)), plugins.task(task).output

    def fits() -> bool:
        try:
            msgspec.convert(plain, kind)
        except msgspec.ValidationError:
            return False
        return True

    def walk(part: Any) -> None:
        places = part.items() if isinstance(part, dict) else enumerate(part)
        for place, one in list(places):
            if isinstance(one, dict | list):
                walk(one)
            elif isinstance(one, str):
                part[place] = poison
                if not fits():
                    part[place] = one

    walk(plain)
    return plain
