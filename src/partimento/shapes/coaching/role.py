"""How a reply shows that a model has left the coach's role. Pure: reads a reply beside what was asked; knows no model.

What can be told of any stretch of a reply stands in `role_flaws`, what only the whole shows in `whole_flaws`. A role
that is left in other words than these, or in another language, is not noticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from partimento.decoding.language import language_of, wrong_language
from partimento.shapes.coaching.asked import CoachingInputs
from partimento.shapes.coaching.intent import declined, is_of_music
from partimento.shapes.given import quotes, ungiven_addresses
from partimento.shapes.obeyed import orders_in, patterns, turns_the_role
from partimento.shapes.wording import FENCE, wording

LONGEST_REPLY: Final = 2_400
_LONGEST_REFUSAL: Final = 700
_SILENT: Final = 30
"""So many words on no matter of music are about something else."""


def role_flaws(inputs: CoachingInputs, reply: str) -> Iterator[str]:
    """What no stretch of a reply may do; one sentence per flaw."""
    if wording("coaching").tables["mark"] in reply or quotes(reply, instructions()):
        yield "it tells its instructions; answer the learner instead"
    for kind, flaw in (
        ("model", "it speaks as a model or of prompts; speak as the coach"),
        ("other", "it has left the coach's role; stay in it"),
        ("code", "it writes code; plain sentences about music are wanted"),
    ):
        if _finds(kind, reply):
            yield flaw
    yield from ungiven_addresses(reply, _given(inputs))
    told = reply.casefold()
    if any(order.casefold() in told for order in _orders(inputs)):
        yield "it repeats words that somebody ordered it to say; answer in your own"
    if len(reply) > LONGEST_REPLY:
        yield f"it has {len(reply)} characters; at most {LONGEST_REPLY} are wanted"
    yield from wrong_language(reply, inputs.language)


def whole_flaws(inputs: CoachingInputs, reply: str) -> Iterator[str]:
    """What the whole reply must be: about music, and where the message is none of a coach's business, a refusal."""
    if language_of(reply) not in ("", "en"):
        return
    if declined(inputs.message) is not None:
        if not _finds("refusal", reply) or len(reply) > _LONGEST_REFUSAL:
            yield "the message is none of a coach's business; decline in one sentence and lead back to the music"
    elif len(reply.split()) >= _SILENT and not is_of_music(reply):
        yield "it says nothing of music or practice"


@cache
def instructions() -> str:
    """The standing instructions as they are written, without what is filled in."""
    system, _ = wording("coaching").prompts["prompt"]
    return "\n".join((*(line.template for line in system), FENCE))


def _given(inputs: CoachingInputs) -> tuple[str, ...]:
    return (inputs.message, *_context_texts(inputs), *(turn.text for turn in inputs.history))


def _context_texts(inputs: CoachingInputs) -> tuple[str, ...]:
    context = inputs.context
    return (
        context.name, context.genre, context.key, context.working_on, *context.goals, *context.recent_results,
        *context.due_reviews, *context.struggles, *context.recent_performance,
    )  # fmt: skip


def _orders(inputs: CoachingInputs) -> frozenset[str]:
    """What words that try to turn the role order to be said; words in capitals count as that by themselves."""
    found: set[str] = set()
    for text in _given(inputs):
        ordered = orders_in(text)
        found |= ordered if turns_the_role(text) else {order for order in ordered if order.isupper()}
    return frozenset(found)


def _finds(kind: str, text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns(kind))
