"""What kind of answer a question wants, told from its words: a note, notes, a chord, a key, a number. Answers none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from partimento.core.errors import PartimentoError
from partimento.music.key import Key
from partimento.music.questions.meaning import Means, meaning
from partimento.music.quiz.options import spelled

_FORMS: Final[tuple[tuple[str, Means], ...]] = (
    (r"^how many\b", "count"),
    (r"\bwhich degrees?\b.* make up\b", "degrees"),
    (r"\bnumerals\b", "numerals"),
    (r"\b(?:inversion|cadence|function|quality|kind of|type of|example of|position|relationship)\b", "word"),
    (r"\bnumeral\b", "numeral"),
    (r"\binterval\b", "interval"),
    (r"\b(?:which|what) notes\b|\bguide tones\b|^spell\b", "notes"),
    (r"\b(?:which|what) (?:scale|mode)\b|\bmode of\b|\bparent scale\b", "scale"),
    (r"\bkey\b(?! of)(?! signature)|\b(?:relative|parallel) (?:minor|major)\b", "key"),
    (r"\b(?:which|what) (?:chords|progression)\b|\bbecome\b", "chords"),
    (r"\bnote\b|\benharmonic|\bdegree (?:of|in)\b", "note"),
    (r"\bchords?\b|\btriad\b|\bsubstitut|\bdominant of\b", "chord"),
)
_KEY: Final = re.compile(r"\bin (?:the key of )?([A-G][#b]?(?: (?:major|minor)|m\b)?)")


def means_of(question: str, answers: Sequence[str]) -> tuple[Means, str]:
    """What the answers are, and the key that numerals among them are read in; words where they read as nothing else."""
    text = spelled(question)
    key = _key(text)
    wanted = [means for form, means in _FORMS if re.search(form, text, re.IGNORECASE)]
    for means in (*wanted, "chord", "note", "notes"):
        if answers and all(meaning(answer, means, key) is not None for answer in answers):
            return means, key
    return "word", key


def _key(text: str) -> str:
    named = _KEY.search(text)
    try:
        return Key.parse(named[1]).symbol if named else "C"
    except PartimentoError:
        return "C"
