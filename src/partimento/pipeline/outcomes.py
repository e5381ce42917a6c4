"""What a request's attempts came to: the evidence they give of the models, and how the ledger spells them.

Pure. Leaves counting to the store, and what is believed of it to `reach`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby
from typing import Any, Final

import msgspec

from partimento.core.ports import Tally
from partimento.core.result import Attempt, Outcome
from partimento.pipeline.reach import SOUND_ENOUGH

RATED: Final = 3.0  # drafts that the owner's word on one is worth
MOST_SAID: Final = 80  # characters of a reason that the ledger keeps
_LETTER: Final[dict[Outcome, str]] = {"served": "s", "flawed": "x", "failed": "f", "passed over": "p"}
_REPAIRED: Final = "r"
_OUTCOME: Final[dict[str, Outcome]] = {letter: outcome for outcome, letter in _LETTER.items()} | {_REPAIRED: "served"}


def evidence_of(
    task: str, complexity: int, attempts: Iterable[Attempt], at: float, unweighed: Collection[str] = ()
) -> tuple[Tally, ...]:
    """What the turns of the models tell of their ability.

    Sound at once; mended when asked again: counts for as much as is enough; unsound each time. A failure to
    answer, a draft nobody could mend for lack of time, and the rules (`unweighed`) tell nothing.
    """
    found = []
    for model, turn in groupby(attempts, key=lambda attempt: attempt.model):
        if model in unweighed:
            continue
        outcomes = tuple(attempt.outcome for attempt in turn)
        made = outcomes[-1] == "served" and set(outcomes[:-1]) <= {"flawed"}
        lost = len(outcomes) > 1 and set(outcomes) == {"flawed"}
        sound = (1.0 if len(outcomes) == 1 else SOUND_ENOUGH) if made else 0.0 if lost else None
        if sound is not None:
            found.append(Tally(task, model, complexity, sound, 1.0 - sound, at))
    return tuple(found)


def evidence_of_rating(task: str, model: str, complexity: int, rating: int, at: float) -> Tally:
    """The owner's word, 0 to 5: four of five is as much as is enough."""
    return Tally(task, model, complexity, RATED * rating / 5, RATED * (5 - rating) / 5, at)


def kept_attempts(attempts: Iterable[tuple[Attempt, str]]) -> bytes:
    """As the ledger has them, each with what is to be noted of it: [[model, letter, note]], or without a note.

    Letters: s served, r served after a repair, x flawed, f failed, p passed over. The one attempt of most requests,
    served at once, is told by the row itself: [].
    """
    rows: list[list[str]] = []
    before = ""
    for attempt, note in attempts:
        letter = _LETTER[attempt.outcome]
        if letter == "s" and before == f"{attempt.model} x":
            letter = _REPAIRED
        before = f"{attempt.model} {letter}"
        rows.append([attempt.model, letter, note[:MOST_SAID]] if note else [attempt.model, letter])
    return b"[]" if len(rows) == 1 and rows[0][1:] == ["s"] else msgspec.json.encode(rows)


def attempts_kept(stored: bytes, served_by: str = "") -> tuple[Attempt, ...]:
    """The attempts again, their notes as reasons; `served_by` is the row's model where it says "served". What is
    spelled in another way than ours is passed over.
    """
    rows = msgspec.json.decode(stored, type=list[Any])
    if not rows and served_by:
        return (Attempt(served_by, "served"),)
    return tuple(
        Attempt(row[0], _OUTCOME[row[1]], row[2] if len(row) > 2 else "")
        for row in rows
        if isinstance(row, list) and len(row) > 1 and row[1] in _OUTCOME
    )
