"""pydantic-ai: text, stream, structure by tool and native, tools, the responses API."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput, PromptedOutput, ToolOutput
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

from clients.door import ANSWER, KEY, MODEL, QUESTION, STREAMED, V1, done, expect, step


class Progression(BaseModel):
    """A chord progression in a key."""

    key: str
    chords: list[str]


provider = OpenAIProvider(base_url=V1, api_key=KEY)
model = OpenAIChatModel(MODEL, provider=provider)

with step("text"):
    answer = Agent(model, instructions="You teach harmony.").run_sync(QUESTION)
    expect(ANSWER in answer.output, answer)
    expect(answer.usage.input_tokens > 0, answer.usage)

for name, wanted in (
    ("by tool", ToolOutput(Progression)),
    ("native", NativeOutput(Progression)),
    ("prompted", PromptedOutput(Progression)),
):
    with step(f"structured {name}"):
        found = Agent(model, output_type=wanted).run_sync(QUESTION)
        expect(found.output.chords, found)

with step("tools"):
    agent = Agent(model)
    looked_up = []

    @agent.tool_plain
    def look_up_chord(symbol: str) -> str:
        """Notes of a chord."""
        looked_up.append(symbol)
        return "D F A C"

    answer = agent.run_sync(QUESTION)
    expect(looked_up and ANSWER in answer.output, answer)


async def streamed() -> str:
    async with Agent(model).run_stream(STREAMED) as stream:
        return "".join([piece async for piece in stream.stream_text(delta=True)])


with step("stream"):
    expect(ANSWER in asyncio.run(streamed()))

with step("responses API"):
    responses = OpenAIResponsesModel(MODEL, provider=OpenAIProvider(base_url=V1, api_key=KEY))
    expect(ANSWER in Agent(responses).run_sync(QUESTION).output)
    expect(Agent(responses, output_type=Progression).run_sync(QUESTION).output.chords)

done()
