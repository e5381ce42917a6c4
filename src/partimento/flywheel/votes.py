"""Two answers compared without knowing who made them: comparisons kept, votes counted, preferences given out.

Knows who won how often and how sure that is; makes no answer and shows none.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, Literal, get_args

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.ledger.books import Books

Choice = Literal["", "first", "second", "both", "neither"]
CHOICES: Final[tuple[Choice, ...]] = tuple(choice for choice in get_args(Choice) if choice)
_SURE: Final = 1.96
"""Standard deviations that hold nineteen times in twenty."""


class Side(Struct, frozen=True):
    """An answer by its memory id, and who made it."""

    item: str
    model: str


class Comparison(Struct, frozen=True, kw_only=True):
    """`first` and `second` as they are shown; `asked`: the fields of the request; `holder`: the id of the key that
    compares, "" for the owner. `at` in Unix seconds."""

    id: str
    at: float
    task: str
    asked: dict[str, Any]
    first: Side
    second: Side
    choice: Choice = ""
    holder: str = ""

    @property
    def better(self) -> Side | None:
        """The one that was preferred."""
        return {"first": self.first, "second": self.second}.get(self.choice)


class Tally(Struct, frozen=True, kw_only=True):
    """How two models fared at a task. `wins` of `one`, which has the more of them; `low` and `high`: the share of wins
    to expect of it, nineteen times in twenty."""

    task: str
    one: str
    other: str
    wins: int
    losses: int
    both: int
    neither: int

    @property
    def decided(self) -> int:
        return self.wins + self.losses

    @property
    def votes(self) -> int:
        return self.decided + self.both + self.neither

    @property
    def low(self) -> float:
        return wilson(self.wins, self.decided)[0]

    @property
    def high(self) -> float:
        return wilson(self.wins, self.decided)[1]


class PreferencePair(Struct, frozen=True, kw_only=True):
    """What was asked, what was preferred to what (a text as it stands, anything else as JSON), and their memory ids."""

    task: str
    prompt: str
    chosen: str
    rejected: str
    chosen_id: str
    rejected_id: str


def keep_comparison(store: Books, comparison: Comparison) -> None:
    """Keep one before it is shown, so that its order stays. One that is kept already stays as it is."""
    first, second = comparison.first, comparison.second
    store.tell(
        "put_comparison", comparison.id, comparison.at, comparison.task,
        msgspec.json.encode(comparison.asked).decode(), first.item, second.item, first.model, second.model,
        comparison.choice, comparison.holder,
    )  # fmt: skip


def find_comparison(store: Books, name: str, holder: str | None = None) -> Comparison:
    """The one of that id, `holder`'s where it is said. Raises UnknownName."""
    found = [_comparison(row) for row in store.ask("comparison_of", name)]
    if not found or holder not in (None, found[0].holder):
        raise UnknownName("comparison", name[:80], (), mend="make a new one; the list has those that were made")
    return found[0]


def list_comparisons(
    store: Books, holder: str | None = None, most: int = 20, offset: int = 0
) -> tuple[Comparison, ...]:
    """The newest first; `holder`: None for everybody's."""
    return tuple(map(_comparison, store.ask("list_comparisons", int(holder is None), holder or "", most, offset)))


def vote(store: Books, comparison: Comparison, choice: str) -> bool:
    """Say which was better; whether this vote counted. The first one does: after it the names are known. What was voted
    on is kept from pruning. Raises BadInput for what is no choice."""
    if choice not in CHOICES:
        raise BadInput(f"cannot vote {choice[:40]!r}", why="it is no choice", mend=f"one of {', '.join(CHOICES)}")
    if not store.tell("vote", choice, comparison.id):
        return False
    for side in (comparison.first, comparison.second):
        store.tell("keep_item", side.item)
    return True


def tallies(store: Books, holder: str | None = None) -> tuple[Tally, ...]:
    """Every pair of models at every task, those with the most votes first. A model against itself says nothing."""
    counts: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for task, first, second, choice, count in store.ask("count_votes", int(holder is None), holder or ""):
        if first != second:
            one, other = sorted((first, second))
            winner = {"first": first, "second": second}.get(choice, choice)
            counts[task, one, other][winner] += count
    found = [_tally(task, one, other, of) for (task, one, other), of in counts.items()]
    return tuple(sorted(found, key=lambda tally: (-tally.votes, tally.task, tally.one)))


def preference_pairs(store: Books) -> list[PreferencePair]:
    """What was preferred to what, oldest first, of all that both answers are still there of. Of an answer that was
    given to another prompt before, it is not known what was asked: such a pair is left out."""
    return [
        PreferencePair(
            task=task, prompt=prompt, chosen=_completion(chosen), rejected=_completion(rejected), chosen_id=better,
            rejected_id=worse,
        )
        for task, prompt, chosen, rejected, better, worse in store.ask("preferred_items")
    ]  # fmt: skip


def wilson(wins: int, of: int) -> tuple[float, float]:
    """The interval that holds the true share of wins nineteen times in twenty; all there is without a trial."""
    if not of:
        return 0.0, 1.0
    share, square = wins / of, _SURE**2
    middle = share + square / (2 * of)
    spread = _SURE * math.sqrt(share * (1 - share) / of + square / (4 * of**2))
    low, high = ((middle + sign * spread) / (1 + square / of) for sign in (-1, 1))
    return max(0.0, low), min(1.0, high)


def _tally(task: str, one: str, other: str, of: dict[str, int]) -> Tally:
    if of[other] > of[one]:
        one, other = other, one
    return Tally(
        task=task, one=one, other=other, wins=of[one], losses=of[other], both=of["both"], neither=of["neither"]
    )


def _comparison(row: Sequence[Any]) -> Comparison:
    name, at, task, asked, first, second, first_model, second_model, choice, holder = row
    return Comparison(
        id=name, at=at, task=task, asked=msgspec.json.decode(asked), first=Side(first, first_model),
        second=Side(second, second_model), choice=choice, holder=holder,
    )  # fmt: skip


def _completion(value: bytes) -> str:
    decoded = msgspec.json.decode(value)
    return decoded if isinstance(decoded, str) else value.decode()
