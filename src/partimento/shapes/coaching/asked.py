"""What the coach is asked: a message, what is known of the learner, what was said before. Knows the bounds of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, TooLarge
from partimento.decoding.language import language_asked
from partimento.shapes.learner_context import LearnerContext, checked_context

LONGEST_MESSAGE: Final = 8_000
_MOST_TURNS: Final = 200
_READ: Final = 12
"""How many of the latest turns are read."""
_READ_LETTERS: Final = 6_000
"""How much of them, from the end."""


class Turn(Struct, frozen=True):
    """What one of the two said earlier."""

    role: Literal["user", "assistant"]
    text: str


class CoachingInputs(Struct, frozen=True, kw_only=True):
    """A message to the coach; `history` the turns before it, oldest first; `language` of the reply, that of the
    message where it is left out."""

    message: str
    context: LearnerContext = LearnerContext()
    history: Sequence[Turn] = ()
    language: str = ""


def settled(inputs: CoachingInputs) -> CoachingInputs:
    """The same in canonical spelling, of the history what is read. Raises BadInput, TooLarge for a message too long."""
    if len(inputs.message) > LONGEST_MESSAGE:  # before anything else looks at it
        raise too_long("message", len(inputs.message))
    if not any(sign.isprintable() and not sign.isspace() for sign in inputs.message):
        raise BadInput("the message is empty", why="there is nothing to answer", mend="pass a message")
    if len(inputs.history) > _MOST_TURNS:
        raise TooLarge(
            f"the history has {len(inputs.history)} turns",
            why=f"at most {_MOST_TURNS} are taken",
            mend="pass the latest",
        )
    for turn in inputs.history:
        if turn.role not in ("user", "assistant"):
            raise BadInput(
                f"a turn of the history is by {turn.role!r}", why="learner and coach speak", mend="user or assistant"
            )
        if len(turn.text) > LONGEST_MESSAGE:
            raise too_long("turn of the history", len(turn.text))
    return msgspec.structs.replace(
        inputs,
        message=inputs.message.strip(),
        context=checked_context(inputs.context),
        history=_latest(inputs.history),
        language=language_asked(inputs.language),
    )


def too_long(name: str, length: int) -> TooLarge:
    """The refusal of a text that is too long."""
    return TooLarge(
        f"the {name} has {length:,} characters",
        why=f"the coach reads at most {LONGEST_MESSAGE:,} at a time",
        mend="ask about one thing, or send it in parts",
    )


def _latest(history: Sequence[Turn]) -> tuple[Turn, ...]:
    kept: list[Turn] = []
    letters = 0
    for turn in reversed(history[-_READ:]):
        letters += len(turn.text)
        if letters > _READ_LETTERS:
            break
        kept.append(turn)
    return tuple(reversed(kept))
