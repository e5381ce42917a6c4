"""Content of any shape proven: chords parse, numerals agree, keys and scales are known, answers are right, claims hold.

Walks whatever JSON it is given and tells what it finds with its place; never raises for what is bad in it. Leaves
theory to `music`, deciding what to do about it to the caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord
from partimento.music.claims import Finding, check_claims
from partimento.music.claims.finding import ClaimKind, Verdict
from partimento.music.grading.criterion import Criterion
from partimento.music.key import Key
from partimento.music.questions.proof import choice_flaw, is_read, short_flaw, statement_of, truth_flaw, truth_of
from partimento.music.roman import chord_of, numeral
from partimento.music.scale import Scale, kind_of
from partimento.music.voicing.study import kind_named
from partimento.shapes.prose import Unproven

_DEEPEST, _MOST = 40, 50_000
_MOST_LETTERS: Final = 120_000
"""Of all prose in a document; more would take the engine seconds."""
_NUMERALS: Final = ("roman_numerals", "numerals")
# Strings that may say what is not so, and those that say nothing.
_LEFT: Final = frozenset(
    "question options answer accepted correct_answer given topic prompt criterion user_message symbol roman id type "
    "chords roman_numerals numerals concept concepts generation_method".split()
)
_MUSICAL: Final = frozenset("chords roman_numerals numerals scale questions notes".split())


class CheckedClaim(Struct, frozen=True, kw_only=True):
    """A musical claim: where it stands, what it says, whether it is so, and what belongs there instead."""

    where: str
    text: Unproven
    kind: ClaimKind
    verdict: Verdict
    correction: Unproven
    reason: Unproven


class Counts(Struct, frozen=True, kw_only=True):
    """What was read. `unproven`: questions of a form that the engine does not answer."""

    confirmed: int = 0
    contradicted: int = 0
    unrecognised: int = 0
    chords: int = 0
    numerals: int = 0
    questions: int = 0
    unproven: int = 0


class Checked(Struct, frozen=True):
    """A sentence for everything that is wrong, the claims with their verdicts, and what was counted."""

    findings: tuple[str, ...]
    claims: tuple[CheckedClaim, ...]
    counts: Counts


def checked_text(text: str, where: str = "text") -> Checked:
    """The claims of prose."""
    walk = _Walk()
    walk.prose(text, where)
    return walk.told()


def checked_content(content: Any) -> Checked:
    """Everything in a document; a string is read as JSON."""
    walk = _Walk()
    if isinstance(content, str | bytes):
        try:
            content = msgspec.json.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            walk.findings.append(f"the content is no JSON: {error}")
            return walk.told()
    if not isinstance(content, Mapping | list | tuple):
        walk.findings.append(f"the content is a bare {type(content).__name__}; it should be an object or a list")
        return walk.told()
    walk.node(content, "", "", 0)
    return walk.told()


class _Walk:
    """One walk through a document; what is found adds up."""

    def __init__(self) -> None:
        self.findings: list[str] = []
        self._claims: list[CheckedClaim] = []
        self._counts: dict[str, int] = {}
        self._nodes = self._letters = 0

    def told(self) -> Checked:
        for claim in self._claims:
            self._count(claim.verdict)
        return Checked(tuple(self.findings), tuple(self._claims), Counts(**self._counts))

    def _count(self, what: str, number: int = 1) -> None:
        self._counts[what] = self._counts.get(what, 0) + number

    def node(self, value: Any, path: str, key: str, depth: int) -> None:
        self._nodes += 1
        if depth > _DEEPEST or self._nodes > _MOST or self._letters > _MOST_LETTERS:
            self._left_out(path, "deep" if depth > _DEEPEST else "large")
        elif isinstance(value, Mapping):
            self._object(value, path, key, depth)
        elif isinstance(value, list | tuple):
            for place, part in enumerate(value):
                self.node(part, f"{path}[{place}]", key, depth + 1)
        elif isinstance(value, str) and " " in value.strip():
            self.prose(value, path)

    def _left_out(self, path: str, how: str) -> None:
        if not any("was not read" in finding for finding in self.findings):
            self.findings.append(f"{path}: the content is too {how}; the rest was not read")

    def _object(self, value: Mapping[Any, Any], path: str, key: str, depth: int) -> None:
        key = self._key(value, path, key)
        self._chords(value, path, key)
        self._names(value, path)
        if isinstance(value.get("question"), str) and {"answer", "options", "scoring_criteria"} & set(value):
            self._question(value, path)
        for name, part in value.items():
            here = f"{path}.{name}" if path else str(name)
            if name in _LEFT and not isinstance(part, Mapping):
                if isinstance(part, list | tuple):
                    self._inside(part, here, key, depth)
                continue
            self.node(part, here, key, depth + 1)

    def _inside(self, parts: Sequence[Any], path: str, key: str, depth: int) -> None:
        """Objects in a list whose strings are no prose."""
        for place, part in enumerate(parts):
            if isinstance(part, Mapping):
                self.node(part, f"{path}[{place}]", key, depth + 1)

    def prose(self, text: str, path: str) -> None:
        self._letters += len(text)
        if self._letters > _MOST_LETTERS:
            self._left_out(path, "large")
            return
        for finding in check_claims(text):
            self._claims.append(_claim(finding, path))
            if finding.verdict == "contradicted":
                instead = f" (instead of {_wrong(text, finding)!r}: {finding.correction})" if finding.correction else ""
                self.findings.append(f"{path}: {finding.text!r} is not so: {finding.reason}{instead}")

    def _key(self, value: Mapping[Any, Any], path: str, key: str) -> str:
        told = value.get("key")
        if not isinstance(told, str) or not told.strip():
            return key
        try:
            return Key.parse(told).symbol
        except PartimentoError as error:
            if _MUSICAL & set(value):
                self.findings.append(f"{path}.key: {error}".lstrip("."))
            return key

    def _chords(self, value: Mapping[Any, Any], path: str, key: str) -> None:
        """The chords of an object, and their numerals where it has as many."""
        if isinstance(value.get("symbol"), str):
            chord = self._chord(value["symbol"], f"{path}.symbol".lstrip("."))
            if chord is not None and isinstance(value.get("roman"), str):
                self._numeral(value["roman"], chord, f"{path}.roman".lstrip("."), key)
            return
        rows = value.get("chords")
        if not isinstance(rows, list | tuple) or not all(isinstance(row, str) for row in rows):
            return
        here = f"{path}.chords".lstrip(".")
        found = [
            self._chord(word, f"{here}[{at}]") for at, row in enumerate(rows) for word in row.replace("|", " ").split()
        ]
        for name in _NUMERALS:
            romans = value.get(name)
            if (
                not isinstance(romans, list | tuple)
                or not all(isinstance(roman, str) for roman in romans)
                or not romans
            ):
                continue
            where = f"{path}.{name}".lstrip(".")
            if len(romans) != len(found):
                self.findings.append(f"{where}: there are {len(found)} chords, but {len(romans)} numerals")
                continue
            for at, (roman, chord) in enumerate(zip(romans, found, strict=True)):
                if chord is not None:
                    self._numeral(roman, chord, f"{where}[{at}]", key)

    def _chord(self, symbol: str, path: str) -> Chord | None:
        self._count("chords")
        try:
            return Chord.parse(symbol)
        except PartimentoError as error:
            self.findings.append(f"{path}: {error}")
            return None

    def _numeral(self, roman: str, chord: Chord, path: str, key: str) -> None:
        self._count("numerals")
        if not key:
            return
        home = Key.parse(key)
        try:
            meant = chord_of(roman, home)
        except PartimentoError as error:
            self.findings.append(f"{path}: {error}")
            return
        if (meant.root, meant.pitch_classes - {meant.bass}) != (chord.root, chord.pitch_classes - {chord.bass}):
            self.findings.append(f"{path}: {chord.symbol} is {numeral(chord, home)} in {key}, not {roman}")

    def _names(self, value: Mapping[Any, Any], path: str) -> None:
        """Scales and kinds of voicing by name, in objects that are about chords, scales or exercises."""
        if not (_MUSICAL | {"type", "voicing"}) & set(value):
            return
        for name, read in (("scale", _scale), ("voicing", kind_named)):
            told = value.get(name)
            if isinstance(told, str) and told.strip():
                try:
                    read(told)
                except PartimentoError as error:
                    self.findings.append(f"{path}.{name}: {error}".lstrip("."))

    def _question(self, value: Mapping[Any, Any], path: str) -> None:
        self._count("questions")
        flaw = _question_flaw(value)
        if flaw is None:
            self._count("unproven")
        elif flaw:
            self.findings.append(f"{path or 'question'}: {flaw}")


def _scale(told: str) -> None:
    try:
        Scale.parse(told)
    except PartimentoError:
        kind_of(told)


def _wrong(text: str, finding: Finding) -> str:
    return finding.text if finding.wrong is None else text[finding.wrong[0] : finding.wrong[1]]


def _claim(finding: Finding, path: str) -> CheckedClaim:
    return CheckedClaim(
        where=path, text=finding.text, kind=finding.kind, verdict=finding.verdict, correction=finding.correction,
        reason=finding.reason,
    )  # fmt: skip


def _question_flaw(value: Mapping[Any, Any]) -> str | None:
    """What is wrong with a question: "" for nothing, None where the engine does not read it."""
    question, answer = value["question"], value.get("answer")
    options = value.get("options") or ()
    kind = value.get("type") or value.get("kind")
    scoring = value.get("scoring_criteria")
    if kind == "performance" or isinstance(scoring, Mapping):
        return _criterion_flaw(scoring, question)
    if kind == "true_false":
        if truth_of(statement_of(question)) is None:
            return None
        return truth_flaw(question, str(answer).lower() == "true")
    if not is_read(question):
        return None
    if isinstance(options, list | tuple) and options and all(isinstance(option, str) for option in options):
        if isinstance(answer, str) and answer in options:
            answer = list(options).index(answer)
        if not isinstance(answer, int) or isinstance(answer, bool) or not 0 <= answer < len(options):
            return f"its answer {answer!r} is the place of no option"
        return choice_flaw(question, options, answer)
    return short_flaw(question, [answer]) if isinstance(answer, str) else f"its answer {answer!r} is no text"


def _criterion_flaw(scoring: Any, question: str) -> str:
    """A performance is graded by its criterion, or by the question itself."""
    told = scoring.get("criterion") if isinstance(scoring, Mapping) else None
    try:
        Criterion.parse(told if isinstance(told, str) else question)
    except PartimentoError as error:
        return f"it cannot be graded: {error}"
    return ""
