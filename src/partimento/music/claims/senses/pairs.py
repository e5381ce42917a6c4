"""Two keys, chords or notes that a word relates: relative, parallel, dominant, tritone substitute, enharmonic,"
" shared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from partimento.music.chord import Chord, chord_on
from partimento.music.claims.entity import Entity
from partimento.music.claims.finding import ClaimKind
from partimento.music.claims.functions import spoken
from partimento.music.claims.numerals import written_chord
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.key import Key
from partimento.music.pitch import name, nearest_spelling

Holds = Callable[[Entity, Entity], bool]
Mend = Callable[[Entity, Entity], str]
_DENIES: Final = re.compile(r"\b(?:not|instead|rather than|unlike|don't confuse|confus\w*|differ\w*)\b")


_NEGATES: Final = re.compile(r"\b(?:not|isn't|aren't|never|instead|rather than|unlike|confus\w*)\b")


class Relation(Struct, frozen=True):
    """A word that relates two things, which kinds of things, when they are so, and what belongs for the second."""

    kind: ClaimKind
    word: re.Pattern[str]
    letters: str
    holds: Holds
    mend: Mend


def _none(one: Entity, other: Entity) -> str:
    return ""


def _modes(entity: Entity) -> list[Key]:
    key = entity.key
    if key is None or key.mode not in ("major", "minor"):
        return []
    return [key, Key(key.tonic, "minor")] if entity.letter == "n" else [key]


def _relative(one: Entity, other: Entity) -> bool:
    return any(a.mode != b.mode and a.signature == b.signature for a in _modes(one) for b in _modes(other))


def _parallel(one: Entity, other: Entity) -> bool:
    return any(a.mode != b.mode and a.tonic == b.tonic for a in _modes(one) for b in _modes(other))


def _relative_of(one: Entity, other: Entity) -> str:
    base, goal = one.key, other.key
    if base is None or goal is None or one.letter == "n":
        return ""
    minor = base.mode == "major"
    return spoken(Key(base.tonic + (3 if minor else -3), "minor" if minor else "major"), other)


def _parallel_of(one: Entity, other: Entity) -> str:
    base, goal = one.key, other.key
    if base is None or goal is None or one.letter == "n":
        return ""
    return spoken(Key(base.tonic, "minor" if base.mode == "major" else "major"), other)


def _tritone(one: Entity, other: Entity) -> bool:
    first, second = one.chord, other.chord
    return first is not None and second is not None and ((first.root or 0) - (second.root or 0)) % 12 == 6


def _tritone_of(one: Entity, other: Entity) -> str:
    first, second = one.chord, other.chord
    if first is None or second is None or first.root is None:
        return ""
    near = nearest_spelling(first.root + 6, -1)
    return chord_on(near, Chord.parse("C7").shape).symbol if second.seventh is not None else name(near)


def _dominant(one: Entity, other: Entity) -> bool:
    """Either is the dominant of the other; the leading diminished chord stands for one."""
    return _above(one, other) or _above(other, one)


def _above(high: Entity, low: Entity) -> bool:
    first, second = _chord(high), _chord(low)
    if first is None or second is None or first.root_fifths is None or second.root_fifths is None:
        return False
    return first.root_fifths == second.root_fifths + 1 and "b3" not in first.degrees


def _chord(entity: Entity) -> Chord | None:
    chord = entity.chord
    if chord is None and entity.key is not None:
        return Chord.parse(name(entity.key.tonic) + ("m" if entity.key.is_minor else ""))
    return chord


def _same_sound(one: Entity, other: Entity) -> bool:
    first, second = one.chord, other.chord
    return first is not None and second is not None and first.root == second.root


def _same_notes(one: Entity, other: Entity) -> bool:
    first, second = one.chord, other.chord
    return first is not None and second is not None and first.pitch_classes == second.pitch_classes


def _neighbours(one: Entity, other: Entity) -> bool:
    first, second = _chord(one), _chord(other)
    return first is not None and second is not None and ((first.root or 0) - (second.root or 0)) % 12 in (5, 7)


def _one_signature(one: Entity, other: Entity) -> bool:
    return any(a.signature == b.signature for a in _modes(one) for b in _modes(other))


_RELATIONS: Final = (
    Relation("key signature", re.compile(
        r"\bsignature\b.*\b(?:match\w*|same|shares?|identical|that of|equals?)\b|\b(?:match\w*|same|shares?"
        r"|identical)\b.*\bsignature\b"),
        "mk", _one_signature, _none),
    Relation("key", re.compile(r"\brelatives?\b(?! key sign)"), "mkan", _relative, _relative_of),
    Relation("key", re.compile(r"\bparallel\b"), "mkan", _parallel, _parallel_of),
    Relation("function", re.compile(r"\btritone (?:sub\w*|away)|\btritone related"), "ac", _tritone, _tritone_of),
    Relation("interval", re.compile(
        r"\benharmonic\w*|\bsame (?:key|note|pitch|black key|piano key|fret) (?:on|as)|\banother name|\bother name"
        r"|\bone and the same|\balso be (?:spelled|written|called|spelt|named)|\bsounds? (?:exactly )?(?:the same"
        r"|identical|like)|\brespell\w*|\balias\b"), "nmk", _same_sound, _none),
    Relation("common tones", re.compile(
        r"\b(?:shares?|same|identical|has|contains?) (?:exactly )?(?:the same )?(?:all )?(?:\w+ )?(?:of )?(?:its "
        r"|their )?"
        r"(?:same )?(?:four |three |@d\d+ )?(?:notes|tones|pitches)|@d\d+ (?:with|in"
        r" common)"), "ac", _same_notes, _none),
)  # fmt: skip


_CADENTIAL: Final = re.compile(r"\bsubstitute cadence\b")


@sense("acmnk")
def related(scene: Scene) -> Iterator[Told]:
    """Two things that a word relates; where the sentence names more of them, one pair must be so."""
    for relation in _RELATIONS:
        denied = _DENIES if relation.holds not in (_tritone, _relative) else _NEGATES
        if not (relation.word.search(scene.spoken) or relation.word.search(scene.plain)) or (
            scene.has(denied) and relation.holds is not _tritone
        ):
            continue
        if (relation.holds is _parallel and "relative" in scene.spoken) or scene.has(_CADENTIAL):
            continue
        things = _distinct(scene.of(relation.letters))
        told = _related(relation, things, scene)
        if told is not None:
            yield told


def _distinct(things: list[Thing]) -> list[Thing]:
    seen: dict[str, Thing] = {}
    for thing in things:
        seen.setdefault(thing.entity.text, thing)
    return list(seen.values())


def _related(relation: Relation, things: list[Thing], scene: Scene) -> Told | None:
    if relation.holds is _tritone and len(things) > 2:
        things = [thing for thing in things if thing.entity.chord is not None and thing.entity.chord.quality == "7"]
    pairs = [(one, other) for at, one in enumerate(things) for other in things[at + 1 :]]
    for one, other in pairs:
        if relation.holds(one.entity, other.entity):
            return so(relation.kind, f"{one.entity.text} and {other.entity.text} are so related.", one, other)
    pairs = [(one, other) for one, other in pairs if one.row < 0 or other.row < 0 or one.at == other.at]
    if len(pairs) != 1 or len(things) > 2 or (relation.kind == "common tones" and scene.of("Nn")):
        return None
    one, other = pairs[0]
    base, goal = (other, one) if {"of", "to", "for"} & set(scene.before(other, 1)) else (one, other)
    mend = relation.mend(base.entity, goal.entity)
    return not_so(relation.kind, f"{one.entity.text} and {other.entity.text} are not so related.", goal, mend, base)


_DOMINANTS: Final = re.compile(
    r"\b(?:its (?:own )?dominant|secondary dominant|applied dominant|dominant (?:seventh |7th |7 )?(?:chord )?(?:of"
    r"|to|for)|tonici[sz]\w+"
    r"|resolv\w* (?:\w+ ){0,3}to\b.*(?:fifth|5th)|(?:fall\w*|drop\w*|down) (?:by )?a (?:perfect )?(?:fifth|5th))\b"
)


_LED: Final = re.compile(
    r"@f\d+ (?:chord )?(?:of|to|for|aimed at|pointing (?:to|at|towards?)|leading to|targeting|that .*(?:to|at"
    r"|towards?))$|\b(?:push|pull|lead|resolve|point|want|head)\w* (?:\w+ )?(?:toward|towards|to|into)$"
    r"|tonici[sz]\w+$"
)


_TWICE: Final = re.compile(r"\bdominant of the (?:dominant|sub|super|sub ?mediant|mediant)")


@sense("acmnk")
def dominants(scene: Scene) -> Iterator[Told]:
    """A dominant and what it leads to."""
    if not _DOMINANTS.search(scene.spoken) or scene.has(_DENIES) or scene.of("reRDL") or _TWICE.search(scene.spoken):
        return
    things = _distinct(scene.of("acmnk"))
    led_to = [thing for thing in things if _LED.search(" ".join(scene.before(thing, 5)))]
    frames = [thing for thing in things if _is_frame(scene, thing) and thing not in led_to]
    for one in things:
        for other in led_to[:1] or things:
            if one is not other and _above(one.entity, other.entity):
                yield so("function", f"{one.entity.text} is the dominant of {other.entity.text}.", one, other)
                return
    chords = [thing for thing in things if thing not in led_to and thing not in frames and thing.letter in "acmn"]
    goals = led_to or (frames if len(chords) == 1 else [])
    if len(goals) != 1 or len(chords) != 1:
        return
    root, chord = _chord(goals[0].entity), chords[0].entity.chord
    if root is None or chord is None or root.root_fifths is None:
        return
    shape = Chord.parse("C7" if chord.seventh is not None else "C").shape
    true = chord_on(root.root_fifths + 1, shape)
    mend = written_chord(true, chords[0].entity) if chords[0].letter != "n" else name(root.root_fifths + 1)
    yield not_so("function", f"The dominant of {goals[0].entity.text} is {true.symbol}.", chords[0], mend, goals[0])


def _is_frame(scene: Scene, thing: Thing) -> bool:
    return bool({"in", "within", "inside", "of", "key"} & set(scene.before(thing, 1))) or thing.letter == "k"


_ROUND: Final = re.compile(r"\b(?:circle|clockwise|anticlockwise|counterclockwise|counter clockwise|anti clockwise)\b")
_BACK: Final = re.compile(
    r"\b(?:counter ?clockwise|anti ?clockwise|left|flat side|(?:fifth|5th) (?:below|down|lower)|(?:fourth|4th)"
    r" (?:above|up|higher))\b"
)


@sense("kmna")
def round_circle(scene: Scene) -> Iterator[Told]:
    """Neighbours on the circle of fifths."""
    things = _distinct([thing for thing in scene.of("kmna") if thing.row < 0 and thing.entity.key is not None])
    if (
        not _ROUND.search(scene.spoken)
        or len(things) != 2
        or scene.of("grR")
        or re.search(
            r"opposite|across|two|three|\b[23]\b|second|third|fourth|position|letter|minutes|o'clock", scene.text
        )
    ):
        return
    base = next(
        (thing for thing in things if {"from", "of", "above", "below"} & set(scene.before(thing, 1))), things[0]
    )
    goal = next(thing for thing in things if thing is not base)
    first, second = base.entity.key, goal.entity.key
    if first is None or second is None:
        return
    if first.mode != second.mode and "n" not in base.letter + goal.letter:
        return
    true = first.tonic + (-1 if _BACK.search(scene.spoken) else 1)
    reason = f"There stands {name(true)}."
    if (second.tonic - true) % 12 == 0:
        yield so("key signature", reason, goal, base)
    elif re.search(r"clockwise|left|right|fifth|fourth|5th|4th|next", scene.spoken):
        mend = name(true) if goal.letter == "n" else ""
        yield not_so("key signature", reason, goal, mend, base, robust=True)


@sense("NL")
def between_on_circle(scene: Scene) -> Iterator[Told]:
    """ "On the circle of fifths A sits between D and E"."""
    rows = [row for row in scene.of("NL") if len(row.entity.items) == 2 and "between" in scene.before(row, 1)]
    single = [thing for thing in scene.of("nmk") if thing.row < 0 and thing.entity.key is not None]
    if not _ROUND.search(scene.spoken) or len(rows) != 1 or len(single) != 1:
        return
    home = single[0].entity.key
    keys = [item.key for item in rows[0].entity.items]
    if home is None or any(key is None for key in keys):
        return
    gaps = [(key.tonic - home.tonic) % 12 for key in keys if key is not None]
    reason = f"Beside {name(home.tonic)} stand {name(home.tonic - 1)} and {name(home.tonic + 1)}."
    if sorted(gaps) == [1, 11]:
        yield so("key signature", reason, rows[0], single[0])
    else:
        wrong = next((at for at, gap in enumerate(gaps) if gap not in (1, 11)), 1)
        mend = name(home.tonic + (1 if 11 in gaps else -1)) if len({1, 11} & set(gaps)) == 1 else ""
        yield not_so("key signature", reason, rows[0].entity.items[wrong], mend, single[0])
