"""Claims found in prose and put to the theory engine: sentence by sentence, form by form. Writes no theory of its own.

A claim is contradicted only where a form read it surely; what hedges, negates, asks or goes on is left unrecognised.
The key last named is kept through a paragraph's sentences, until a heading.
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
from partimento.music.claims.entity import Entity
from partimento.music.claims.finding import Finding, Judgement
from partimento.music.claims.formulas import FORMULAS
from partimento.music.claims.functions import FUNCTIONS
from partimento.music.claims.intervals import INTERVALS
from partimento.music.claims.inversions import INVERSIONS
from partimento.music.claims.loose import readings
from partimento.music.claims.numerals import NUMERALS
from partimento.music.claims.progressions import PROGRESSIONS
from partimento.music.claims.read import Sentence, answered, sentences
from partimento.music.claims.rhythms import RHYTHMS
from partimento.music.claims.scales import SCALES
from partimento.music.claims.signatures import SIGNATURES
from partimento.music.claims.skeleton import Skeleton, skeleton
from partimento.music.claims.voicings import VOICINGS
from partimento.music.key import Key

_FORMS: Final[tuple[Form, ...]] = tuple(
    sorted(
        (
            *VOICINGS, *INVERSIONS, *CADENCES, *COMMON_TONES, *SIGNATURES, *PROGRESSIONS, *FUNCTIONS, *NUMERALS,
            *INTERVALS,
            *SCALES, *CHORD_TONES, *RHYTHMS, *FORMULAS,
        ),
        key=lambda form: -len(form.classes),
    )
)  # fmt: skip
_GOVERNS: Final = frozenset(
    "of above below down sub neighbour neighbor than except unless not altered like lowered raised flat sharp over "
    "between from before after minus plus "
    "omit remove add borrow borrowed share to".split()
)
_GOES_ON: Final = frozenset(
    "or with minus plus without except but over above below lowered raised flat sharp if instead not".split()
)
_NAMED_KEY: Final = re.compile(r"(?:^|(?<= ))(?:in @([nma])|of @(m)|@(k))(\d+)")
_CLAIMS: Final = re.compile(r"(?:^| )(?:be|has|made|form|share|belong)(?: |$)")
_ANSWERS: Final = re.compile(
    r"\s*(?:it is|it's|that's|that is|that would be|they are|they're|these are|it would be|it has)\b.{1,60}$",
    re.IGNORECASE,
)
_LISTED: Final = frozenset("N L".split())


def check_claims(text: str) -> tuple[Finding, ...]:
    """Every musical claim found in prose, in order: confirmed, contradicted (with a correction), or unrecognised."""
    found: list[Finding] = []
    context: Key | None = None
    before: Sentence | None = None
    for sentence in sentences(text):
        bones = skeleton(sentence.text)
        if sentence.is_heading:
            context = None
        findings = _checked(sentence, bones, context)
        if (
            before is not None
            and _ANSWERS.match(sentence.text)
            and not _read(findings, 0)
            and not _read(found, before.start)
        ):
            joined = answered(before, sentence)
            more = _checked(joined, skeleton(joined.text), context)
            findings = more if _read(more, 0) else findings
        found += findings
        context = _last_key(bones, len(bones.text)) or context
        before = sentence
    return tuple(found)


def _read(findings: list[Finding], start: int) -> bool:
    """Whether something from a place on was read."""
    return any(finding.verdict != "unrecognised" and finding.start >= start for finding in findings)


def _last_key(bones: Skeleton, end: int) -> Key | None:
    """The key named last before a place in the bones."""
    found = None
    for named in _NAMED_KEY.finditer(bones.text, 0, end):
        entity = bones.entities[int(named[4])]
        key = entity.key
        found = key if key is not None and key.mode in ("major", "minor") else found
    return found


def _checked(sentence: Sentence, bones: Skeleton, context: Key | None) -> list[Finding]:
    if not bones.entities or (not _CLAIMS.search(bones.text) and len(bones.entities) < 2):
        return []
    letters = frozenset(letter for letter, _ in marks(bones.text))
    used: list[tuple[int, int]] = []
    findings: list[Finding] = []
    for form in _forms_for(letters):
        if any(word not in bones.text for word in form.words):
            continue
        for match in _matches(form, bones.text):
            if any(start < match.end() and match.start() < end for start, end in used):
                continue
            judged = _judged(form, match, bones, context)
            if judged is not None:
                used.append((match.start(), max(match.start() + 1, match[0].rfind("@") + match.start())))
                findings.append(_finding(form, judged, match, bones, sentence))
    if not findings:
        findings += _loosely(sentence, bones, context)
    if not findings and _CLAIMS.search(bones.text) and _tells(bones):
        findings.append(_unread(sentence, "This was not read."))
    return sorted(findings, key=lambda finding: finding.start)


@lru_cache(maxsize=4096)
def _forms_for(letters: frozenset[str]) -> tuple[Form, ...]:
    """The forms that can match where only these kinds of names stand."""
    return tuple(form for form in _FORMS if all(letters.intersection(letter) for letter in form.classes))


def _loosely(sentence: Sentence, bones: Skeleton, context: Key | None) -> list[Finding]:
    """The claims of a sentence by its named things alone; of a list only one item may be wrong, or it was
    another claim."""
    for text in readings(bones):
        plain = Skeleton(text, bones.entities)
        for form in _FORMS:
            match = form.pattern.fullmatch(text)
            judged = None if match is None else _judged(form, match, plain, context)
            if match is None or judged is None:
                continue
            listed = [bones.entities[number] for letter, number in marks(text) if letter in _LISTED]
            if not judged.holds and any(judged.wrong == entity.place for entity in listed):
                return []
            return [_finding(form, judged, match, plain, sentence)]
    return []


def _matches(form: Form, bones: str) -> Iterator[re.Match[str]]:
    at = 0
    while (match := form.pattern.search(bones, at)) is not None:
        yield match
        at = match.start() + 1


def _judged(form: Form, match: re.Match[str], bones: Skeleton, context: Key | None) -> Judgement | None:
    around = _last_key(bones, match.start()) or context or _last_key(bones, len(bones.text))
    said = Said(match, bones.entities, around)
    try:
        judged = form.read(said)
    except (PartimentoError, KeyError):
        return None
    if judged is None or judged.holds:
        return judged
    return None if _is_hedged(match, bones) or _may_be_article(match, bones.entities, judged) else judged


def _is_hedged(match: re.Match[str], bones: Skeleton) -> bool:
    """Whether words around a claim turn it into something else: it is governed, or goes on."""
    before = bones.text[: match.start()].split()
    after = bones.text[match.end() :].split()
    own = match[0].split()
    governed = bool(before) and before[-1] in _GOVERNS and own[0].startswith("@")
    goes_on = bool(after) and after[0] in _GOES_ON and not (after[0] == "not" and before) and after[:1] != ["not"]
    negated = "not" in before[-2:] or "not" in own
    return governed or goes_on or negated


def _may_be_article(match: re.Match[str], entities: tuple[Entity, ...], judged: Judgement) -> bool:
    """Whether a name began with the article "A": then the notes told would not be those of A."""
    named = [entities[number] for _, number in marks(match[0])]
    if not any(entity.may_be_article for entity in named):
        return False
    if any(entity.letter in "iDp" for entity in named):
        return False  # told of the kind, so of A as well
    lists = [entity for entity in named if entity.letter == "N"]
    if any(entity.letter in "nNg" for entity in named):
        return any(judged.wrong == entity.place and 3 not in (entity.notes or ()) for entity in lists)
    return not any(entity.letter in "macsL" and not entity.may_be_article for entity in named)


def _finding(form: Form, judged: Judgement, match: re.Match[str], bones: Skeleton, sentence: Sentence) -> Finding:
    if sentence.mood != "states" and not judged.holds:
        return _unread(sentence, f"The sentence {sentence.mood}.")
    numbers = [number for _, number in marks(match[0])]
    start = min(bones.entities[number].start for number in numbers)
    end = max(bones.entities[number].end for number in numbers)
    wrong = None if judged.wrong is None else (judged.wrong[0] + sentence.start, judged.wrong[1] + sentence.start)
    return Finding(
        sentence.text[start:end], form.kind, "confirmed" if judged.holds else "contradicted", start + sentence.start,
        end + sentence.start, judged.correction, judged.reason, wrong,
    )  # fmt: skip


def _tells(bones: Skeleton) -> bool:
    """Whether the named things make a claim likely: two of them at least, not all bare letters."""
    letters = [letter for letter, _ in marks(bones.text)]
    return len(letters) >= 2 and any(letter not in "no" for letter in letters)


def _unread(sentence: Sentence, reason: str) -> Finding:
    text = sentence.text.strip()
    start = sentence.start + sentence.text.index(text)
    return Finding(text, "unknown", "unrecognised", start, start + len(text), "", reason)
