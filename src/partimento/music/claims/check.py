"""Claims found in prose and put to the theory engine: sentence by sentence, form by form. Writes no theory of its own.

A claim is contradicted only where a form read it surely; what hedges, negates, asks or goes on is left unrecognised.
The key last named is kept through a paragraph's sentences, until a heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct, structs

from partimento.core.errors import PartimentoError
from partimento.music.claims.book import Form, Said, marks
from partimento.music.claims.cadences import CADENCES
from partimento.music.claims.chord_tones import CHORD_TONES
from partimento.music.claims.common_tones import COMMON_TONES
from partimento.music.claims.entity import Entity
from partimento.music.claims.finding import Finding, Judgement, Verdict
from partimento.music.claims.formulas import FORMULAS
from partimento.music.claims.functions import FUNCTIONS
from partimento.music.claims.intervals import INTERVALS
from partimento.music.claims.inversions import INVERSIONS
from partimento.music.claims.loose import readings
from partimento.music.claims.numerals import NUMERALS
from partimento.music.claims.progressions import PROGRESSIONS
from partimento.music.claims.read import Sentence, answered, plain, sentences
from partimento.music.claims.rhythms import RHYTHMS
from partimento.music.claims.scales import SCALES
from partimento.music.claims.senses import understood
from partimento.music.claims.senses.told import Told
from partimento.music.claims.signatures import SIGNATURES
from partimento.music.claims.skeleton import Skeleton, skeleton
from partimento.music.claims.statements import states_theory
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
    """or with minus plus without except but over above below lowered raised flat sharp if instead not bigger larger wider
    smaller narrower more fewer less than""".split()
)
_NEW_CLAUSE: Final = r"(?:,|;|:|\band|\bbut|\bwhile|\bwhereas|\bso)(?: the| an?| its| your)?\s*"
_FINITE: Final = (
    r"\s*(?:is|are|has|have|was|becomes?|contains?|would|will|shares?|belongs?|goes|resolves?|sits|lies|gives|makes?)\b"
)
_REMADE: Final = re.compile(r"\b(?:swap\w*|replac\w+|instead|substitut\w+|sub|reharm\w*|disguis\w+)\b")
_TELL_APART: Final = frozenset("distinguishes distinguish separates separate differs apart".split())
_NAMED_KEY: Final = re.compile(r"(?:^|(?<= ))(?:in @([nma])|of @(m)|@(k))(\d+)")
_ANSWERS: Final = re.compile(
    r"\s*(?:it is|it's|that's|that is|that would be|they are|they're|these are|it would be|it has)\b.{1,60}$",
    re.IGNORECASE,
)
_REFERS: Final = re.compile(r"\b(?:its?|it's|they|their|those|these|that|that's|this)\b", re.IGNORECASE)
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
        if before is not None and not _read(findings, 0) and _refers(sentence, bones):
            findings = _referring(before, sentence, context) or findings
        found += findings
        context = _last_key(bones, len(bones.text)) or context
        before = sentence
    return tuple(found)


def _refers(sentence: Sentence, bones: Skeleton) -> bool:
    """Whether a sentence goes on about the one before: by a pronoun, or with a list of notes that nothing names."""
    if sentence.is_heading:
        return False
    letters = {entity.letter for entity in bones.entities}
    return _REFERS.search(sentence.text) is not None or ("N" in letters and not letters & set("acmskLq"))


def _referring(before: Sentence, sentence: Sentence, context: Key | None) -> list[Finding]:
    """What a sentence says of the one before ("its fifth", "that note"): only what the senses find in it."""
    if sentence.start - before.start - len(before.text) > 2:
        return []
    joined = answered(before, sentence)
    found = [_sensed(told, joined) for told in understood(skeleton(joined.text), context)]
    inner = [one.finding for one in _weighed([], found)]
    return [
        finding for finding in inner
        if finding.verdict != "unrecognised" and (finding.wrong or (finding.end, 0))[0] >= sentence.start
    ]  # fmt: skip


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


class _Read(Struct, frozen=True):
    """A claim read by a form or a sense: what it says, of which things."""

    finding: Finding
    things: frozenset[tuple[int, int]]  # places in the sentence
    objected: tuple[int, int] | None = None  # likewise
    faint: bool = False


def _checked(sentence: Sentence, bones: Skeleton, context: Key | None) -> list[Finding]:
    if not bones.entities:
        return []
    findings = [_certain(finding, sentence, context) for finding in _all_read(sentence, bones, context)]
    if not findings and states_theory(bones):
        findings.append(_unread(sentence, "This was not read."))
    return sorted(findings, key=lambda finding: finding.start)


def _all_read(sentence: Sentence, bones: Skeleton, context: Key | None) -> list[Finding]:
    """What forms and senses make of a sentence."""
    read = _by_forms(sentence, bones, context)
    if not read:
        read += _loosely(sentence, bones, context)
    read = _weighed(read, [_sensed(told, sentence) for told in understood(bones, context)])
    return [one.finding for one in read]


def _certain(finding: Finding, sentence: Sentence, context: Key | None) -> Finding:
    """The finding, its correction left out where the sentence would still be wrong with it."""
    if not finding.correction or finding.wrong is None:
        return finding
    start, end = finding.wrong[0] - sentence.start, finding.wrong[1] - sentence.start
    text = plain(sentence.text[:start] + finding.correction + sentence.text[end:])
    mended = Sentence(text, sentence.start, sentence.mood)
    again = _all_read(mended, skeleton(text), context)
    return structs.replace(finding, correction="") if any(one.verdict == "contradicted" for one in again) else finding


def _by_forms(sentence: Sentence, bones: Skeleton, context: Key | None) -> list[_Read]:
    letters = frozenset(letter for letter, _ in marks(bones.text))
    used: list[tuple[int, int]] = []
    read: list[_Read] = []
    for form in _forms_for(letters):
        if any(word not in bones.text for word in form.words):
            continue
        for match in _matches(form, bones.text):
            if any(start < match.end() and match.start() < end for start, end in used):
                continue
            judged = _judged(form, match, bones, context)
            if judged is not None:
                used.append((match.start(), max(match.start() + 1, match[0].rfind("@") + match.start())))
                read.append(_Read(_finding(form, judged, match, bones, sentence), _things(match, bones), judged.wrong))
    return read


def _things(match: re.Match[str], bones: Skeleton) -> frozenset[tuple[int, int]]:
    return frozenset(bones.entities[number].place for _, number in marks(match[0]))


def _weighed(read: list[_Read], sensed: list[_Read]) -> list[_Read]:
    """What forms and senses read, together: a claim that is so outweighs the objections to its own parts."""
    sound = [one for one in sensed if one.finding.verdict == "confirmed" and not one.faint]
    kept = [
        one
        for one in read
        if one.finding.verdict != "contradicted" or not any(_outweighs(other, one) for other in sound)
    ]
    for one in sensed:
        if one.finding.verdict == "confirmed":
            if not one.things <= {place for other in kept for place in other.things}:
                kept.append(one)
            continue
        objected = one.finding.wrong
        taken = [other for other in kept if other.finding.verdict == "contradicted"]
        if objected is None or taken:
            continue
        kept.append(one)
    return kept


def _outweighs(sound: _Read, objection: _Read) -> bool:
    """Whether what is so is told of the very part that was objected to, and of another thing of the same claim."""
    wrong = objection.objected
    held = wrong is not None and any(start <= wrong[0] and wrong[1] <= end for start, end in sound.things)
    return held and len(sound.things & objection.things) > 1


def _sensed(told: Told, sentence: Sentence) -> _Read:
    judged = told.judged
    start, end = min(thing.start for thing in told.things), max(thing.end for thing in told.things)
    things = frozenset(thing.place for thing in told.things)
    may_judge = sentence.mood == "states" or (told.robust and sentence.mood == "supposes")
    if not judged.holds and not may_judge:
        return _Read(_unread(sentence, f"The sentence {sentence.mood}."), things)
    wrong = None if judged.wrong is None else (judged.wrong[0] + sentence.start, judged.wrong[1] + sentence.start)
    verdict: Verdict = "confirmed" if judged.holds else "contradicted"
    return _Read(
        Finding(
            sentence.text[start:end], told.kind, verdict, start + sentence.start, end + sentence.start,
            judged.correction, judged.reason, wrong,
        ),
        things,
        judged.wrong,
        told.faint,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _forms_for(letters: frozenset[str]) -> tuple[Form, ...]:
    """The forms that can match where only these kinds of names stand."""
    return tuple(form for form in _FORMS if all(letters.intersection(letter) for letter in form.classes))


def _loosely(sentence: Sentence, bones: Skeleton, context: Key | None) -> list[_Read]:
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
            return [_Read(_finding(form, judged, match, plain, sentence), _things(match, plain), judged.wrong)]
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
    if form.kind == "progression" and _REMADE.search(bones.marked):
        return None
    return None if _is_hedged(match, bones) or _may_be_article(match, bones.entities, judged) else judged


def _is_hedged(match: re.Match[str], bones: Skeleton) -> bool:
    """Whether words around a claim turn it into something else: it is governed, or goes on."""
    before = bones.text[: match.start()].split()
    after = bones.text[match.end() :].split()
    own = match[0].split()
    governed = bool(before) and before[-1] in _GOVERNS and own[0].startswith("@")
    goes_on = bool(after) and after[0] in _GOES_ON and not (after[0] == "not" and before) and after[:1] != ["not"]
    negated = "not" in before[-2:] or "not" in own
    if own[-1].startswith("@") and re.search(rf"{_NEW_CLAUSE} {own[-1]} {_FINITE}", bones.marked):
        return True  # its last name is what the next clause speaks of
    if before and before[-1].startswith("@o") and own[0].startswith("@i"):
        return True
    if _TELL_APART & {*before, *own}:
        return True
    return governed or goes_on or negated


def _may_be_article(match: re.Match[str], entities: tuple[Entity, ...], judged: Judgement) -> bool:
    """Whether a name began with the article "A": then the notes told would not be those of A."""
    named = [entities[number] for _, number in marks(match[0])]
    if not any(entity.may_be_article for entity in named):
        return False
    if any(entity.letter in "iDpdh" for entity in named):
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


def _unread(sentence: Sentence, reason: str) -> Finding:
    text = sentence.text.strip()
    start = sentence.start + sentence.text.index(text)
    return Finding(text, "unknown", "unrecognised", start, start + len(text), "", reason)
