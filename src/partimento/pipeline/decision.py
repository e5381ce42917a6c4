"""What the route decided, in codes short enough to keep with every request, and in words.

Knows the spelling of both; leaves deciding to `route`. A decision as the ledger keeps it, in tokens parted by blanks:

    a6 p93:little c:cirrus r:rules +2 -u31k4 ~0.95

how it came about and the complexity (or reach) that was wanted; the first candidates in order, each with its code and,
where there is evidence, the chance in percent that it is sound enough; how many more there were; how many models were
left out, by code; the share of such requests that go this way, where it is not all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from partimento.core.model import Model
from partimento.core.money import FREE, Money
from partimento.core.result import Candidate
from partimento.pipeline.reach import SOUND_ENOUGH, Belief

TOLD_AT_MOST: Final = 3  # candidates in a kept decision; few requests come to a fourth

HOW: Final = {
    "a": "the route chose, for complexity {}",
    "t": "a tier was asked for, complexity {}",
    "q": "a quality was asked for, reach {}",
    "m": "a model was named",
    "e": "the rules answer exactly",
}
STANDS: Final = {
    "c": "its reach covers the complexity",
    "p": f"proven: its drafts were sound often enough ({SOUND_ENOUGH:.0%})",
    "s": "short of the complexity; asked when no abler one answers",
    "d": "falls behind: too few of its drafts were sound",
    "x": "short of the complexity, but tried once, since it would be cheaper and checks can tell",
    "r": "the rules answer when no model does: free, offline, never failing",
    "e": "the rules' answer is proven; a model has nothing to add",
    "n": "chosen by name",
}
LEFT_OUT: Final = {
    "u": "not ready",
    "b": "barred by the settings",
    "l": "in the cloud, and the task stays on your machines",
    "k": "lacks an ability that is needed",
    "w": "its context is too short",
    "a": "not among the caller's models",
    "o": "retired",
    "t": "of another tier than was asked for",
    "m": "enough others come before it",
}


class Ranked(Struct, frozen=True, dict=True):
    """A model in its turn. `code` is one of STANDS; `cost` is what a typical answer would cost."""

    model: Model
    code: str
    need: int = 0
    cost: Money = FREE
    belief: Belief | None = None
    """None where there is no evidence, or nothing to weigh."""

    @cached_property
    def reason(self) -> str:
        """Why it stands where it does, in words."""
        if self.code in "cs":
            short = "" if self.code == "c" else " is short of"
            words = f"reach {self.model.reach}{short or ' covers'} complexity {self.need}"
            words += "; asked when no abler one answers" if short else ""
        else:
            words = STANDS[self.code]
        if self.belief is not None:
            words += f"; {_evidence(self.belief)}"
        if self.code in "cpdx":
            words += f", about {self.cost} a call" if self.cost else ", free"
        return words

    @cached_property
    def token(self) -> str:
        """As a kept decision spells it."""
        chance = "" if self.belief is None else f"{_percent(self.belief.chance):02d}"
        return f"{self.code}{chance}:{_escaped(self.model.id)}"

    @cached_property
    def candidate(self) -> Candidate:
        held = self.belief
        return Candidate(
            self.model.id, self.model.tier, self.reason, self.cost.usd, 0.0 if held is None else held.drafts,
            None if held is None else held.share, None if held is None else held.chance,
        )  # fmt: skip


class LeftOut(Struct, frozen=True):
    """A model that is not asked: one of the codes of LEFT_OUT, and what is particular to it."""

    model: Model
    code: str
    why: str = ""

    @property
    def candidate(self) -> Candidate:
        """With the reason in words."""
        return Candidate(self.model.id, self.model.tier, self.why or LEFT_OUT[self.code])


def spelled(how: str, need: int, ranked: Sequence[Ranked], left_out: str, propensity: float) -> str:
    """The decision as it is kept. `left_out` comes from `counted`."""
    tokens = [how if how in "me" else f"{how}{need}", *(one.token for one in ranked[:TOLD_AT_MOST])]
    if len(ranked) > TOLD_AT_MOST:
        tokens.append(f"+{len(ranked) - TOLD_AT_MOST}")
    if left_out:
        tokens.append(f"-{left_out}")
    if propensity < 1.0:
        tokens.append(f"~{propensity:.3g}")
    return " ".join(tokens)


def counted(left: Iterable[LeftOut]) -> str:
    """How many were left out, by code: "u31k4"."""
    codes = "".join([one.code for one in left])
    return "".join([f"{code}{codes.count(code)}" for code in LEFT_OUT if code in codes])


def told(decision: str) -> tuple[str, ...]:
    """A kept decision in words, a line for each part of it; nothing for "". What it cannot read it leaves as it is."""
    if not decision:
        return ()
    head, *tokens = decision.split(" ")
    how = HOW.get(head[:1])
    return (how.format(head[1:]) if how else head, *map(_told, tokens))


_CANDIDATE = re.compile(r"([a-z])(\d\d)?:(.+)")
_COUNTED = re.compile(r"([a-z])(\d+)")


def _told(token: str) -> str:
    if token.startswith("+"):
        return f"and {token[1:]} more after them"
    if token.startswith("~"):
        return f"decided so for {float(token[1:]):.1%} of such requests"
    if token.startswith("-"):
        return "left out: " + ", ".join(f"{n} {LEFT_OUT.get(code, code)}" for code, n in _COUNTED.findall(token))
    found = _CANDIDATE.fullmatch(token)
    if found is None:
        return token
    code, chance, name = found.groups()
    surely = f"; {int(chance)} % sure of {SOUND_ENOUGH:.0%} sound drafts" if chance else ""
    return f"{name.replace('%20', ' ').replace('%25', '%')}: {STANDS.get(code, code)}{surely}"


def _evidence(held: Belief) -> str:
    return (
        f"{held.drafts:.1f} drafts weighed, about {held.share:.0%} sound, "
        f"{_percent(held.chance)} % sure of {SOUND_ENOUGH:.0%}"
    )


def _percent(chance: float) -> int:
    return min(99, int(chance * 100))


def _escaped(name: str) -> str:
    return name.replace("%", "%25").replace(" ", "%20")
