"""A take judged by a criterion: chords in a voicing or an inversion, scales and arpeggios in a hand. One grade for all.

There is no written time, so rhythm is evenness: how far each note of a run lies from the middle distance of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from partimento.core.errors import BadInput
from partimento.music.grading.advice import Practice
from partimento.music.grading.attempt import AMISS, Judged, chords_in, found_at
from partimento.music.grading.criterion import Criterion
from partimento.music.grading.findings import Finding
from partimento.music.grading.grade import Grade
from partimento.music.grading.marks import Marks
from partimento.music.grading.run import run_in
from partimento.music.take import Take, TakeNote

FORMULA: Final = (
    "by a criterion: right tones / (tones asked + notes too many), less 0.25 for each chord that is not in the voicing "
    "or inversion asked for and for a wrong hand; of a run, a quarter is evenness"
)
_MOST_NOTES: Final = 1000


def perform(take: Take, criterion: Criterion) -> Grade:
    """Judge a take by a criterion; it is met when nothing is found but unevenness. Several attempts at one chord: the
    best counts. Raises BadInput for a take that is too long to be an answer."""
    if len(take.notes) > _MOST_NOTES:
        raise BadInput(
            f"the take has {len(take.notes)} notes",
            why=f"a criterion is met within {_MOST_NOTES}",
            mend="cut out the part that is to be graded, or give a task",
        )
    if criterion.scale:
        judged, remarks = run_in(take.notes, criterion)
    else:
        judged, remarks = chords_in(take.notes, criterion)
    findings = (*judged.findings, *_wrong_hand(take.notes, criterion))
    if criterion.hand is not None and all(note.hand is None for note in take.notes):
        remarks = (*remarks, f"nothing tells which hand played; that it was the {criterion.hand} is taken on trust")
    return _grade(criterion, judged, findings, (*take.remarks, *remarks))


def _grade(criterion: Criterion, judged: Judged, findings: tuple[Finding, ...], remarks: tuple[str, ...]) -> Grade:
    kinds = [one.kind for one in findings]
    counts = {kind: kinds.count(kind) for kind in ("wrong", "missing", "extra", "late", "early")}
    tones = judged.right / max(1, judged.asked + counts["extra"])
    even = max(0.0, 1 - (counts["late"] + counts["early"]) / max(1, judged.asked - 1))
    share = 0.75 * tones + 0.25 * even * tones if criterion.scale else tones
    share = max(0.0, share - judged.off - (AMISS if "hand" in kinds else 0))
    met = not any(kind not in ("late", "early") for kind in kinds)
    score = 100 if share >= 1 - 1e-9 else min(99, round(100 * share))
    marks = Marks(
        score, round(100 * tones), round(100 * even), None, None, judged.asked, judged.right, counts["wrong"],
        counts["missing"], counts["extra"], counts["late"], counts["early"],
    )  # fmt: skip
    words = "Met: play it in another key." if met else f"Not yet: {findings[0].sentence}"
    return Grade(
        score=score, met=met, marks=marks, formula=FORMULA, tempo=None, transposed=None, bars=(), hands=(),
        findings=findings, advice=(Practice(words),), remarks=remarks,
    )  # fmt: skip


def _wrong_hand(notes: Sequence[TakeNote], criterion: Criterion) -> Iterator[Finding]:
    told = {note.hand for note in notes if note.hand is not None}
    if criterion.hand == "both" and len(told) == 1:
        yield found_at(1, "hand", "It was played with one hand; both were asked for.")
    elif criterion.hand in ("left", "right") and told - {criterion.hand}:
        yield found_at(1, "hand", f"It was not played with the {criterion.hand} hand.")
