"""The coach's reply: streamed text by a model that is held to its role, or by rules. Leaves claims to `pipeline`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from partimento.core.task import Prompt, task
from partimento.decoding.language import language_name
from partimento.shapes.coaching.answers import answer
from partimento.shapes.coaching.asked import CoachingInputs, settled
from partimento.shapes.coaching.intent import is_fixed
from partimento.shapes.coaching.proven import proven_facts
from partimento.shapes.coaching.role import role_flaws, whole_flaws
from partimento.shapes.learner_context import LearnerContext
from partimento.shapes.wording import wording

_OWN: Final = "the language of the learner's message"
_SPEAKER: Final = {"user": "learner", "assistant": "coach"}


def _prompt(inputs: CoachingInputs) -> Prompt:
    words = wording("coaching")
    return words.prompt(
        mark=words.tables["mark"],
        language=language_name(inputs.language) if inputs.language else _OWN,
        facts="\n".join(f"- {fact}" for fact in proven_facts(inputs)),
        data={
            "learner": "\n".join(_told(inputs.context)),
            "earlier": "\n".join(f"{_SPEAKER[turn.role]}: {turn.text}" for turn in inputs.history),
            "message": inputs.message,
        },
    )


def _told(context: LearnerContext) -> Iterator[str]:
    """What is known of the learner, line by line."""
    if context.skill_level is not None:
        yield f"level: {context.skill_level} of 10"
    shares = (f"{name} {round(100 * share)} %" for name, share in context.recent_performance.items())
    for name, text in (
        ("name", context.name), ("genre", context.genre), ("key", context.key), ("works on", context.working_on),
        ("goals", "; ".join(context.goals)), ("successes lately", ", ".join(shares)),
        ("results, newest first", "; ".join(context.recent_results)), ("due reviews", ", ".join(context.due_reviews)),
        ("struggles with", ", ".join(context.struggles)),
    ):  # fmt: skip
        if text:
            yield f"{name}: {text}"


def _needs_no_model(inputs: CoachingInputs) -> bool:
    """Whether the one right answer is a refusal, or what the coach is: a model might pass itself off as a person."""
    return inputs.language in ("", "en") and is_fixed(inputs.message)


coaching = task(
    name="coaching",
    summary="A coach's reply to a learner of piano and harmony",
    version=1,
    complexity=5,
    inputs=CoachingInputs,
    read=settled,
    draft=str,
    output=str,
    prompt=_prompt,
    finish=lambda inputs, draft, method: draft.strip(),
    checks=(role_flaws,),
    proofs=(whole_flaws,),
    rules=answer,
    hold="sentence",
    words=lambda inputs: inputs.message,
    exact=_needs_no_model,
    claims="strict",
)
