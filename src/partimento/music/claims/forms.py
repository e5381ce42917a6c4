"""The forms of every family tried on a sentence, its bones first, then the plain wordings of what it can only mean.

A claim is contradicted only where a form read it surely. Which key is meant is told by the one named last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from partimento.core.errors import PartimentoError
from partimento.music.claims.book import Form, Said, marks
from partimento.music.claims.cadences import CADENCES
from partimento.music.claims.chord_tones import CHORD_TONES
from partimento.music.claims.common_tones import COMMON_TONES
from partimento.music.claims.doubts import is_else, is_hedged, may_be_article, miscounts
from partimento.music.claims.finding import Finding, Judgement
from partimento.music.claims.formulas import FORMULAS
from partimento.music.claims.functions import FUNCTIONS
from partimento.music.claims.intervals import INTERVALS
from partimento.music.claims.inversions import INVERSIONS
from partimento.music.claims.known import is_known
from partimento.music.claims.loose import readings
from partimento.music.claims.numerals import NUMERALS
from partimento.music.claims.progressions import PROGRESSIONS
from partimento.music.claims.read import Sentence
from partimento.music.claims.reading import Reading, unread
from partimento.music.claims.rhythms import RHYTHMS
from partimento.music.claims.scales import SCALES
from partimento.music.claims.signatures import SIGNATURES
from partimento.music.claims.skeleton import Skeleton
from partimento.music.claims.voicings import VOICINGS
from partimento.music.key import Key

_FORMS: Final[tuple[Form, ...]] = tuple(
    sorted(
        (
            *VOICINGS, *INVERSIONS, *CADENCES, *COMMON_TONES, *SIGNATURES, *PROGRESSIONS, *FUNCTIONS, *NUMERALS,
            *INTERVALS, *SCALES, *CHORD_TONES, *RHYTHMS, *FORMULAS,
        ),
        key=lambda form: -len(form.classes),
    )
)  # fmt: skip
_REMADE: Final = re.compile(r"\b(?:swap\w*|replac\w+|instead|substitut\w+|sub|reharm\w*|disguis\w+)\b")
_BUILT_ON: Final = re.compile(r"@[qc]\d+ (?:\w+ )?(?:on|from|of) $")
_DUTY: Final = re.compile(r"@f\d+\s+(?:function|role|quality|family|area)\b")
_NAMED_KEY: Final = re.compile(r"(?:^|(?<= ))(?:in @([nma])|of @(m)|@(k))(\d+)")
_LISTED: Final = frozenset("N L".split())


def last_key(bones: Skeleton, end: int) -> Key | None:
    """The key named last before a place in the bones."""
    found = None
    for named in _NAMED_KEY.finditer(bones.text, 0, end):
        entity = bones.entities[int(named[4])]
        key = entity.key
        found = key if key is not None and key.mode in ("major", "minor") else found
    return found


def by_forms(sentence: Sentence, bones: Skeleton, context: Key | None) -> list[Reading]:
    letters = frozenset(letter for letter, _ in marks(bones.text))
    used: list[tuple[int, int]] = []
    read: list[Reading] = []
    for form in _forms_for(letters):
        if any(word not in bones.text for word in form.words):
            continue
        for match in _matches(form, bones.text):
            if any(start < match.end() and match.start() < end for start, end in used):
                continue
            judged = _judged(form, match, bones, context)
            if judged is not None:
                used.append((match.start(), max(match.start() + 1, match[0].rfind("@") + match.start())))
                read.append(
                    Reading(_finding(form, judged, match, bones, sentence), _things(match, bones), judged.wrong)
                )
    return read


def _things(match: re.Match[str], bones: Skeleton) -> frozenset[tuple[int, int]]:
    return frozenset(bones.entities[number].place for _, number in marks(match[0]))


@lru_cache(maxsize=4096)
def _forms_for(letters: frozenset[str]) -> tuple[Form, ...]:
    """The forms that can match where only these kinds of names stand."""
    return tuple(form for form in _FORMS if all(letters.intersection(letter) for letter in form.classes))


def loosely(sentence: Sentence, bones: Skeleton, context: Key | None) -> list[Reading]:
    """The claims of a sentence by its named things alone; of a list only one item may be wrong, or it was
    another claim."""
    for text in readings(bones):
        plain = Skeleton(text, bones.entities, bones.marked)
        for form in _FORMS:
            match = form.pattern.fullmatch(text)
            judged = None if match is None else _judged(form, match, plain, context)
            if match is None or judged is None:
                continue
            if not judged.holds and not is_known(bones.marked):
                return []
            listed = [bones.entities[number] for letter, number in marks(text) if letter in _LISTED]
            if not judged.holds and any(judged.wrong == entity.place for entity in listed):
                return []
            return [Reading(_finding(form, judged, match, plain, sentence), _things(match, plain), judged.wrong)]
    return []


def _matches(form: Form, bones: str) -> Iterator[re.Match[str]]:
    at = 0
    while (match := form.pattern.search(bones, at)) is not None:
        yield match
        at = match.start() + 1


def _judged(form: Form, match: re.Match[str], bones: Skeleton, context: Key | None) -> Judgement | None:
    if form.kind == "chord notes" and _BUILT_ON.search(bones.text[: match.start()]) and match[0].startswith("@n"):
        return None  # "a minor triad built on G uses …": the note is the root of another chord
    around = last_key(bones, match.start()) or context or last_key(bones, len(bones.text))
    said = Said(match, bones.entities, around)
    try:
        judged = form.read(said)
    except (PartimentoError, KeyError):
        return None
    if judged is None or judged.holds:
        named = [bones.entities[number] for _, number in marks(match[0])]
        return None if judged is not None and miscounts(named, bones.marked) else judged
    if _DUTY.search(bones.marked) is not None and form.kind == "numeral":
        return None
    if form.kind == "progression" and _REMADE.search(bones.marked):
        return None
    if is_else(bones.marked):
        return None
    return None if is_hedged(match, bones) or may_be_article(match, bones.entities, judged) else judged


def _finding(form: Form, judged: Judgement, match: re.Match[str], bones: Skeleton, sentence: Sentence) -> Finding:
    if sentence.mood != "states" and not judged.holds:
        return unread(sentence, f"The sentence {sentence.mood}.")
    numbers = [number for _, number in marks(match[0])]
    start = min(bones.entities[number].start for number in numbers)
    end = max(bones.entities[number].end for number in numbers)
    wrong = None if judged.wrong is None else (judged.wrong[0] + sentence.start, judged.wrong[1] + sentence.start)
    return Finding(
        sentence.text[start:end], form.kind, "confirmed" if judged.holds else "contradicted", start + sentence.start,
        end + sentence.start, judged.correction, judged.reason, wrong,
    )  # fmt: skip
