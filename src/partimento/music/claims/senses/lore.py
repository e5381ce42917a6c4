"""What teachers say of theory without naming a key: how many notes, which steps, the relative, cadences by numerals.

Each is read word by word by its own grammar, so that what it says is sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.claims.cadences import CADENCE_WORDS
from partimento.music.claims.entity import NUMBERS, alteration, interval_of
from partimento.music.claims.formulas import steps_told
from partimento.music.claims.numerals import numeral_words
from partimento.music.claims.senses.kinds import chord_kinds, scale_kinds
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.pitch import pitch_class
from partimento.music.scale import scale_on

_WORD_NUMBERS: Final = "|".join(NUMBERS[1:])
_MANY: Final = re.compile(
    r"(?<!of a )(?<!the )\b(triad|seventh chord|ninth chord|power chord|pentatonic scale|whole tone scale"
    r"|chromatic scale|blues scale)s? (?:always |usually |only |simply )?(?:has|have|contains?|consists? of|holds?"
    r"|is made (?:up )?of|is built (?:from|of)|are made (?:up )?of|are built (?:from|of))"
    rf" (?:exactly |just |only )?({_WORD_NUMBERS})\b(?= (?:different |distinct )?(?:notes|tones|pitches)"
    r"|$| [,;:]| (?:of them|in all))(?! (?:notes|tones|pitches) (?:in common|from|with|above|below))"
)
_HAVE: Final = {
    "triad": 3, "seventh chord": 4, "ninth chord": 5, "power chord": 2, "pentatonic scale": 5, "whole tone scale": 6,
    "chromatic scale": 12, "blues scale": 6,
}  # fmt: skip


@sense()
def how_many(scene: Scene) -> Iterator[Told]:
    """ "A triad has three notes, a seventh chord has four": each count with its own kind."""
    for found in _MANY.finditer(scene.plain):
        told, true = NUMBERS.index(found[2]), _HAVE[found[1]]
        heads = [thing for thing in scene.of("d") if thing.entity.number == told] or list(scene.things[:1])
        reason = f"A {found[1]} has {NUMBERS[true]} notes."
        if told == true:
            yield so("chord notes", reason, heads[0])
            continue
        words = heads[0].entity.text if heads[0].letter == "d" else ""
        mend = words.replace(found[2], NUMBERS[true], 1)
        yield not_so("chord notes", reason, heads[0], mend, sure=True)


@sense("p", "tsmk")
def order_of_steps(scene: Scene) -> Iterator[Told]:
    """The whole and half steps of a kind of scale, in order."""
    kinds = {kind for _, kind in scale_kinds(scene)} | {
        scale.kind.name for thing in scene.of("smk") if not thing.entity.may_be_article
        and (scale := thing.entity.scale) is not None
    }  # fmt: skip
    rows = scene.of("p")
    if len(kinds) != 1 or len(rows) != 1:
        return
    (kind,) = kinds
    tones = scale_on(0, kind).kind.semitones
    true = [high - low for low, high in zip(tones, (*tones[1:], 12), strict=True)]
    told = steps_told(rows[0].entity.text)
    reason = f"The {kind} scale goes {'-'.join(map(str, true))} in semitones."
    if told == true:
        yield so("scale notes", reason, rows[0])
    elif len(told) == len(true) and 3 not in true:
        yield not_so("scale notes", reason, rows[0], "", sure=True)


_SEEKS: Final = re.compile(
    r"\b(?:find|finding|get|get to|reach|locate|identify|spot|for|name)(?: you)? (?:the |its |a |any )?"
    r"(?:major key 's |minor key 's |key 's )?relative (minor|major)\b"
    r"|\brelative (minor|major)(?: key)?(?: of (?:a|any|every|each) (?:major|minor) (?:key|scale))? "
    r"(?:is|lies|sits|lives|starts|begins|stands|is found|is always|always (?:lies|sits|starts|is)) "
)
_DOWN: Final = re.compile(r"\b(?:down|below|under|beneath|descend\w*|drop|lower|downwards?|fall)\b")
_UP: Final = re.compile(r"\b(?:up|above|climb\w*|higher|rise|ascend\w*|upwards?|over)\b")


@sense("hi")
def way_to_relative(scene: Scene) -> Iterator[Told]:
    """ "To find the relative minor go down three semitones": the way, without a key."""
    found = _SEEKS.search(scene.plain)
    sizes = [thing for thing in scene.of("hi") if thing.entity.text.lower() not in ("octave", "semitone")]
    if found is None or len(sizes) != 1 or scene.of("nkmsacLNgr"):
        return
    down, up = scene.has(_DOWN), scene.has(_UP)
    size = _semitones(sizes[0])
    if down == up or size is None:
        return
    minor = (found[1] or found[2]) == "minor"
    reason = f"The relative {'minor lies a minor third below' if minor else 'major lies a minor third above'}."
    if size == (3 if minor == down else 9):
        yield so("key", reason, sizes[0])
        return
    unit = sizes[0].entity.text.partition(" ")[2]
    mend = "" if minor != down else "minor third" if sizes[0].letter == "i" else f"three {unit}"
    if "whole" in unit or (sizes[0].letter == "h" and unit in ("tones", "whole tones", "tone")):
        mend = ""
    yield not_so("key", reason, sizes[0], mend, sure=True)


def _semitones(thing: Thing) -> int | None:
    if thing.letter == "h":
        return thing.entity.number * (2 if "whole" in thing.entity.text.lower() else 1)
    size = interval_of(thing.entity.text)
    return None if size is None else pitch_class(size)


_GOES: Final = re.compile(
    r"@r(\d+) (?:goes|moves|resolves|going|moving|resolving|leads|leading|progresses|falls|falling|slips|followed by"
    r"|then|→)(?: back| down| on| up| straight| directly)?(?: to| by)? ?(?:the |a )?@r(\d+)"
)
_CLOSES: Final = {("V", "I"): "authentic", ("IV", "I"): "plagal", ("V", "VI"): "deceptive"}


@sense("z", "r")
def cadence_by_numerals(scene: Scene) -> Iterator[Told]:
    """ "When V goes to vi we call that a deceptive cadence"."""
    found, heads = list(_GOES.finditer(scene.text)), scene.of("z")
    if len(found) != 1 or len(heads) != 1 or re.search(r"\b(?:not|never|unlike|isn't|than)\b", scene.text):
        return
    steps = [_step(scene, found[0][at]) for at in (1, 2)]
    true = _CLOSES.get((steps[0], steps[1])) or ("half" if steps[1] == "V" else None)
    told = heads[0].entity.text.lower().removesuffix("s").removesuffix(" cadence")
    told = CADENCE_WORDS.get(told, told)
    if true is None or told not in ("authentic", "plagal", "deceptive", "half"):
        return
    reason = f"{steps[0]} to {steps[1]} is a{'n' if true == 'authentic' else ''} {true} cadence."
    if told == true:
        yield so("cadence", reason, heads[0])
    else:
        yield not_so("cadence", reason, heads[0], f"{true} cadence", sure=True)


def _step(scene: Scene, number: str) -> str:
    thing = next(thing for thing in scene.of("r") if scene.words[thing.at] == f"@r{number}")
    return re.sub(r"[^IV]", "", numeral_words(thing.entity).upper())


@sense("o", "qcf")
def formula_in_words(scene: Scene) -> Iterator[Told]:
    """ "Half-diminished: root, flat third, flat fifth, flat seventh"; where no member is altered it says too little."""
    kinds = chord_kinds(scene)
    members = [thing for thing in scene.of("o") if thing.entity.text.lower() != "octave"]
    if len(kinds) != 1 or len(members) < 3 or scene.of("nNacmsk") != [one for one, _ in kinds if one.letter == "c"]:
        return
    thing, chord = kinds[0]
    if members[0].entity.text.lower() != "root" or members[0].at < thing.at or not _in_row(scene, members):
        return
    labels = [_label(scene, member) for member in members]
    if None in labels or not any("b" in (label or "") or "#" in (label or "") for label in labels):
        return
    wrong = [member for member, label in zip(members, labels, strict=True) if label not in chord.degrees]
    reason = f"Its degrees are {' '.join(chord.degrees)}."
    if not wrong and len(labels) == len(chord.degrees):
        yield so("chord notes", reason, *members)
    elif len(wrong) == 1 and len(labels) == len(chord.degrees):
        yield not_so("chord notes", reason, wrong[0], "", thing, sure=True)


_STACKED: Final = re.compile(
    r"\b(dominant|major|minor|half diminished|fully diminished|diminished|minor major) (?:seventh|7th)(?: chord)?s?"
    r"(?: is| as| are| =| :| means| equals| consists of| has| contains| is made of| is built from)"
    r"(?: (?:just|simply|really|only|a|an|basically|nothing but)){0,3} "
    r"(major|minor|diminished|augmented) triad (?:with|plus|and|topped by|\+) (?:an? )?(?:added )?"
    r"(major|minor|diminished) (?:seventh|7th)\b"
)
_MADE: Final = {
    "dominant": ("major", "minor"), "major": ("major", "major"), "minor": ("minor", "minor"),
    "half diminished": ("diminished", "minor"), "fully diminished": ("diminished", "diminished"),
    "diminished": ("diminished", "diminished"), "minor major": ("minor", "major"),
}  # fmt: skip


@sense("i")
def triad_and_seventh(scene: Scene) -> Iterator[Told]:
    """ "A dominant seventh is a major triad with a minor seventh"."""
    for found in _STACKED.finditer(scene.plain):
        heads = [thing for thing in scene.of("i") if interval_of(thing.entity.text) is not None]
        head = next((thing for thing in heads if thing.entity.text.lower().startswith(found[3])), None)
        triad, seventh = _MADE[found[1]]
        reason = f"A {found[1]} seventh is a {triad} triad with a {seventh} seventh."
        if head is None:
            continue
        if (found[2], found[3]) == (triad, seventh):
            yield so("chord quality", reason, head)
        else:
            mend = head.entity.text.replace(found[3], seventh, 1) if found[2] == triad else ""
            yield not_so("chord quality", reason, head, mend, sure=True)


def _in_row(scene: Scene, members: list[Thing]) -> bool:
    words = {word for one, other in zip(members, members[1:], strict=False) for word in scene.between(one, other)}
    return words <= {",", "and", "a", "the", "double", "-", "doubly"}


def _label(scene: Scene, member: Thing) -> str | None:
    number, shift = member.entity.number, alteration(member.entity.text) or 0
    if member.entity.text.lower() == "root":
        return "1"
    double = bool({"double", "doubly"} & set(scene.before(member, 2)))
    return None if number < 2 else ("b" if shift < 0 else "#" if shift > 0 else "") * (2 if double else 1) + str(number)


_FIRST_SIGN: Final = re.compile(
    r"\border of (?:the )?(sharps|flats) (?:starts|begins|always starts) (?:with|on) @n(\d+)"
)


@sense("n")
def first_sign(scene: Scene) -> Iterator[Told]:
    """ "The order of sharps begins with F#"."""
    found = _FIRST_SIGN.search(scene.text)
    if found is None:
        return
    head = next(thing for thing in scene.of("n") if scene.words[thing.at] == f"@n{found[2]}")
    true = "F#" if found[1] == "sharps" else "Bb"
    reason = f"The first of the {found[1]} is {true}."
    if head.entity.text[0] == true[0]:
        yield so("key signature", reason, head)
    else:
        yield not_so("key signature", reason, head, true, sure=True)
