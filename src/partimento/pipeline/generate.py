"""Ask one model once. Knows deadlines and how prompt and re-ask are put; leaves protocols and retries to engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import msgspec

from partimento.core.clock import Clock
from partimento.core.conversation import said
from partimento.core.errors import EngineFault, EngineTimeout
from partimento.core.model import Model
from partimento.core.ports import Call, Drafted, Engine, Ports
from partimento.core.request import Request
from partimento.core.task import Prompt, Task
from partimento.decoding.schema import schema_of
from partimento.pipeline.decision import Ranked

RULES_S = 30.0
FREE_TEXT = (str, Drafted)
"""Drafts that no schema binds: the text alone, or all that the model answered."""


def call_for(request: Request[Any], model: Model, seed: int, deadline: float, ports: Ports, *, stream: bool) -> Call:
    """The question this model is asked."""
    task: Task[..., Any] = request.task
    prompt: Prompt = task.prompt(request.inputs)
    options = request.options
    return Call(
        model=model,
        request=request,
        system="\n\n".join(part for part in (prompt.system, options.system, _language(options.language)) if part),
        user=prompt.user,
        conversation=prompt.conversation,
        texts=prompt.texts,
        dimensions=prompt.dimensions,
        stream=stream and task.hold != "whole",
        max_tokens=min(options.max_tokens or ports.settings.max_tokens, model.max_output_tokens),
        deadline=deadline,
        schema=None
        if task.draft in FREE_TEXT or prompt.texts
        else (task.schema or _schema_of_draft(task))(request.inputs),
        temperature=options.temperature,
        seed=seed,
    )


def turn_ends(candidates: Sequence[Ranked], deadline: float, now: float) -> float:
    """When the first of these must have answered (monotonic seconds).

    A hanging model must not eat the time of those after it, so one that is not the last to be called takes at most
    two thirds of what is left; the rules need milliseconds and get them also after the deadline.
    """
    if candidates[0].model.engine == "rules":
        return max(deadline, now + RULES_S)
    others = any(ranked.model.engine != "rules" for ranked in candidates[1:])
    return now + (deadline - now) * 2 / 3 if others else deadline


def asked_again(call: Call, draft: str, flaws: Sequence[str]) -> Call:
    """The same question with the flawed draft and what is wrong with it, so that it can be mended."""
    complaint = "\n".join(f"- {flaw}" for flaw in flaws)
    wanted = (
        f"It is not right yet:\n{complaint}\n\nAnswer again, whole, with these faults mended and nothing else changed."
    )
    if call.conversation is not None:
        turns = (*call.conversation.messages, said("assistant", draft), said("user", wanted))
        return msgspec.structs.replace(
            call, user=wanted, conversation=msgspec.structs.replace(call.conversation, messages=turns)
        )
    return msgspec.structs.replace(call, user=f"{call.user}\n\nYour earlier answer was:\n{draft}\n\n{wanted}")


async def generate(call: Call, engine: Engine, clock: Clock) -> AsyncGenerator[str | Drafted, None]:
    """Pieces as they come, then one Drafted. Raises EngineError, EngineTimeout at the call's deadline."""
    answer = engine.draft(call)
    keeps_time = getattr(engine, "keeps_time", False)
    try:
        while True:
            try:
                if keeps_time:
                    piece = await anext(answer)
                else:
                    # the limit is around each step, not around the yield: it must never fire in the reader's code
                    async with asyncio.timeout(max(0.0, call.deadline - clock.monotonic())):
                        piece = await anext(answer)
            except StopAsyncIteration:
                raise EngineFault(
                    f"{call.model.id} ended without an answer",
                    why="its stream stopped before the last word",
                    mend="try again, or choose another model",
                ) from None
            except TimeoutError as error:
                raise EngineTimeout(
                    f"{call.model.id} did not answer in time",
                    why="the request's deadline has passed",
                    mend="raise deadline_s, or choose a faster model",
                ) from error
            yield piece
            if isinstance(piece, Drafted):
                return
    finally:
        await answer.aclose()


def _schema_of_draft(task: Task[..., Any]) -> Any:
    schema = schema_of(task.draft)
    return lambda _: schema


def _language(language: str | None) -> str:
    return f"Answer in this language: {language}." if language else ""
