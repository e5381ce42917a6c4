"""instructor: typed answers by tool, by JSON schema and by JSON mode, lists and partial objects in a stream."""

from __future__ import annotations

import instructor
from openai import OpenAI
from pydantic import BaseModel

from clients.door import KEY, MODEL, QUESTION, V1, done, expect, step


class Progression(BaseModel):
    """A chord progression in a key."""

    key: str
    chords: list[str]


ASKED = [{"role": "user", "content": QUESTION}]


def client(mode: instructor.Mode) -> instructor.Instructor:
    return instructor.from_openai(OpenAI(base_url=V1, api_key=KEY, max_retries=0), mode=mode)


for mode in (instructor.Mode.TOOLS, instructor.Mode.JSON_SCHEMA, instructor.Mode.JSON):
    with step(mode.name):
        found = client(mode).create(model=MODEL, messages=ASKED, response_model=Progression, max_retries=0)
        expect(found.chords, found)

with step("partial"):
    states = list(client(instructor.Mode.TOOLS).create_partial(model=MODEL, messages=ASKED, response_model=Progression))
    expect(states[-1].chords, states)

with step("several"):
    several = list(
        client(instructor.Mode.TOOLS).create_iterable(model=MODEL, messages=ASKED, response_model=Progression)
    )
    expect(several and several[0].chords, several)

done()
