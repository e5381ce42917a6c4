"""The score of an item for its scripts, and a played take graded. Leaves drawing and playing to the scripts, judging to
the grader.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from partimento import plugins
from partimento.core.errors import BadInput, UnknownName
from partimento.music.formats.meter import PER_QUARTER, Meter
from partimento.music.grading.grade import Grade
from partimento.shapes.grade import Asked, asked_in
from partimento.web.item import Item, item_of
from partimento.web.layout import page
from partimento.web.score_data import data_of
from partimento.web.visit import Answer, Form, Place, Sent, Visit

MOST_FINDINGS = 40
WORDS = (
    (95, "As it stands on the page."),
    (85, "Very good: a few places are left."),
    (70, "Good: the weak bars are named below."),
    (50, "It is taking shape. Go slower, a few bars at a time."),
    (0, "A start. Take the first bars, slowly, one hand alone."),
)
"""What a score is called, from how much on."""
TEMPI = (20, 400)
"""Quarter notes a minute at which something can be practised."""


async def score(visit: Visit) -> Sent:
    """GET /items/{id}/score: what draws and plays it."""
    return Sent(await asyncio.to_thread(_score, visit), "application/json")


def _score(visit: Visit) -> bytes:
    return msgspec.json.encode(data_of(item_of(visit, visit.names["id"]).value))


async def grade(visit: Visit) -> Answer:
    """POST /items/{id}/grade: a take (notes as JSON, or a MIDI file) judged against an exercise or a piece."""
    item = await asyncio.to_thread(item_of, visit, visit.names["id"])
    asked = asked_for(item, visit.form)
    request: Any = plugins.task("grading").ask({"take": take_in(visit.form), "task": asked})
    made = await visit.make(request)
    judged: Grade = made.value
    marks = judged.marks
    shares = (("Notes", marks.notes), ("Rhythm", marks.rhythm), ("Touch", marks.dynamics), ("Hands", marks.hands))
    counts = (
        ("wrong", marks.wrong), ("missing", marks.missing), ("too many", marks.extra), ("late", marks.late),
        ("early", marks.early),
    )  # fmt: skip
    return page(
        visit, "practised.html", item=item, grade=judged, words=words_for(judged.score), most=MOST_FINDINGS,
        marks=[(name, share) for name, share in shares if share is not None],
        counts=[(name, count) for name, count in counts if count],
    )  # fmt: skip


def words_for(score: int) -> str:
    """A score in words."""
    return next(words for least, words in WORDS if score >= least)


def asked_for(item: Item, form: Form) -> Asked:
    """What the item asks for, at the tempo, in the bars and for the hand that were practised. Raises BadInput,
    UnknownName."""
    asked = asked_in(item.value)
    tempo, hand = form.number("tempo"), form.get("hand", "both")
    if tempo is not None:
        if not TEMPI[0] <= tempo <= TEMPI[1]:
            raise BadInput(f"nothing is practised at {tempo}", why="20 to 400 beats a minute are", mend="tempo=60")
        asked = msgspec.structs.replace(asked, tempo=float(tempo))
    asked = _within(asked, form.number("first"), form.number("last"))
    if hand in ("", "both"):
        return asked
    if hand not in ("left", "right"):
        raise UnknownName("hand", hand[:40], ("left", "right", "both"))
    one_hand = msgspec.structs.replace(
        asked,
        notes=tuple(note for note in asked.notes if note.hand == hand),
        chords=tuple(
            msgspec.structs.replace(chord, **{"right_hand" if hand == "left" else "left_hand": ()})
            for chord in asked.chords
        ),
    )
    if not one_hand.notes:
        raise BadInput(f"the {hand} hand has nothing to play here", why="", mend="practise both hands together")
    return one_hand


def _within(asked: Asked, first: int | None, last: int | None) -> Asked:
    """Only these bars of it, each None where it is open."""
    if first is None and last is None:
        return asked
    length = Meter.parse(asked.meter).bar / PER_QUARTER
    low, high = first or 1, last or asked.bars
    notes = tuple(note for note in asked.notes if low <= (note.start_beat - 0.99) // length + 1 <= high)
    if not notes:
        raise BadInput(
            f"nothing is asked for in bars {low} to {high}", why="no note begins there", mend="choose others"
        )
    chords = tuple(chord for chord in asked.chords if low <= chord.bar <= high)
    return msgspec.structs.replace(asked, notes=notes, chords=chords)


def take_in(form: Form) -> Any:
    """The take that a form holds. Raises BadInput."""
    recording = form.files.get("recording")
    if recording is not None and recording.content:
        return recording.content
    told = form.get("take")
    if not told:
        raise BadInput("there is no take", why="nothing was played or sent", mend="play it, or choose a MIDI file")
    try:
        return msgspec.json.decode(told)
    except msgspec.DecodeError as error:
        raise BadInput("cannot read the take", why=str(error), mend="send a list of notes as JSON") from error


places = (
    Place(method="GET", path="/items/{id}/score", opened=score, summary="The score of an item, for its scripts"),
    Place(method="POST", path="/items/{id}/grade", opened=grade, summary="A played take, graded"),
)
