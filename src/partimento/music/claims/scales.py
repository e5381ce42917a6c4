"""Claims about scales and modes: their notes, a note they hold, their parent, what tells their kind, how many notes."""

from __future__ import annotations

import re
from typing import Final

from partimento.music.claims.book import Forms, Said, claim, in_style, no, yes
from partimento.music.claims.chord_tones import mended_list, spelled_alike
from partimento.music.claims.entity import NUMBERS, Entity, kind_words
from partimento.music.claims.finding import Judgement
from partimento.music.pitch import name
from partimento.music.scale import Scale, mode_on, parent_of, scale_on

SCALES: Final[Forms] = []
_MINORS: Final = ("natural minor", "harmonic minor", "melodic minor")


def readings(written: Entity) -> list[Scale]:
    """The scales a name may mean: an unnamed minor is natural, harmonic or melodic; a pentatonic or a blues of
    either kind."""
    scale = written.scale
    if scale is None:
        return []
    if written.letter in "mk" and scale.kind.name == "natural minor":
        return [scale, *(scale_on(scale.tonic, kind) for kind in _MINORS[1:])]
    text = written.text.lower()
    if scale.kind.name == "whole-half diminished" and "whole" not in text:
        return [scale, scale_on(scale.tonic, "half-whole diminished")]
    if scale.kind.name == "half-whole diminished" and "octatonic" in text and "whole" not in text:
        return [scale, scale_on(scale.tonic, "whole-half diminished")]
    if scale.kind.name == "melodic minor" and "jazz" not in text and "asc" not in text:
        return [scale, scale_on(scale.tonic, "natural minor")]
    if scale.kind.name == "major pentatonic" and "major" not in text:
        return [scale, scale_on(scale.tonic, "minor pentatonic")]
    return [scale]


def _loose(scale: Scale) -> bool:
    return len(scale.fifths) != 7 or scale.kind.name in ("altered", "ultralocrian")


def _holds(scale: Scale, told: tuple[int, ...]) -> bool:
    return all(any(spelled_alike(one, note, _loose(scale)) for note in scale.fifths) for one in told)


@claim(
    SCALES,
    "scale notes",
    r"<scale> (?:, )?(?P<verb>be|made|has|form|\()(?: of)?(?: @d\d+)?(?: be)? (?:, )?<list>",
    r"(?:in|of|play|on) <scale> ,? ?(?P<verb>be|has|made|form)? ?(?:play |be )?<list>",
    r"<list> (?:be )?(?P<verb>form|be|made)(?: up)? <scale>",
    r"<list> \( <scale> \)",
    r"<list> (?:be )?(?P<verb>belong|in) <scale>",
    r"<scale> , <list>",
    r"<list> , (?P<verb>be|form)? ?<scale>",
)
def _notes(said: Said) -> Judgement | None:
    whole, written = said["scale"], said["list"]
    told = written.notes
    scales = readings(whole)
    if not scales or told is None:
        return None
    ring = told[:-1] if len(told) > 3 and told[0] == told[-1] else told
    if whole.letter == "m" and len(ring) <= 3 and {*ring} <= {*scales[0].fifths}:
        return yes(f"{scales[0].symbol}: {' '.join(scales[0].notes)}.")
    if whole.letter == "m" and len(ring) <= 3:
        return None
    scale = max(
        scales, key=lambda one: sum(any(spelled_alike(note, own, _loose(one)) for own in one.fifths) for note in ring)
    )
    reason = f"{scale.symbol}: {' '.join(scale.notes)}."
    if any(_holds(one, ring) for one in scales):
        whole_told = said.word("verb") in ("be", "made", "form", "") and whole.letter != "k"
        if (
            whole_told
            and 1 <= len(scale.fifths) - len(set(ring)) <= 2
            and len(ring) >= 4
            and said.word("verb") in ("made", "be")
        ):
            return no(written, in_style(written, list(scale.notes)), reason)
        return yes(reason)
    if whole.letter == "k" and said.word("verb") == "in":
        return None  # the key is only the frame
    octave = (told[0],) if ring is not told else ()
    true = (*scale.fifths, *octave)
    if ring is not told and len(told) == len(true):
        wrong = [
            at
            for at, (one, other) in enumerate(zip(told, true, strict=True))
            if not spelled_alike(one, other, _loose(scale))
        ]
        if len(wrong) == 1:
            return no(written.items[wrong[0]], name(true[wrong[0]]), reason)
    return no(*mended_list(written, ring, scale.fifths, _loose(scale)), reason)


@claim(
    SCALES,
    "scale notes",
    r"<scale> (?:, )?(?:be )?has (?:@o\d+ )?<note>(?! (?:as|be|on|of|in|at) (?:its )?@)",
    r"<note> (?:be )?belong <scale>",
    r"<note> be (?:in|of) <scale>",
    r"there be <note> in <scale>",
    r"in <scale> ,? ?<note> be (?:in|sharp|flat|natural)",
    r"(?:characteristic|colour|color|special|signature|flavour|magic|defining|blue|tell"
    r"|telling) (?:of|in) <scale> be <note>",
    r"<note> be (?:characteristic|colour|color|special|flavour|magic|defining|blue|telling) (?:of|in) <scale>",
    r"<scale> be (?:like |similar to |equal to )?@[sm]\d+ (?:, )?(?:but )?(?:with|has|plus) <note>",
    r"<scale> has <note> instead of @n\d+",
)
def _one_note(said: Said) -> Judgement | None:
    note, whole = said["note"].note, said["scale"]
    scales = readings(whole)
    if note is None or not scales:
        return None
    scale = scales[0]
    reason = f"{scale.symbol}: {' '.join(scale.notes)}."
    if any(_holds(one, (note,)) for one in scales):
        return yes(reason)
    letter = [one for one in scale.fifths if (one - note) % 7 == 0]
    right = name(letter[0]) if len(letter) == 1 else ""
    if right and len(right) == 1 and "natural" in said["note"].text:
        right += " natural"
    return no(said["note"], right, reason)


@claim(
    SCALES,
    "mode",
    r"<degree> mode (?:of|in) <scale:parent> (?:be|\() <scale>",
    r"<scale> be <degree>(?: mode)? (?:of|in) <scale:parent>",
    r"<scale> be mode <count>(?: mode)? (?:of|in) <scale:parent>",
    r"<degree> (?:of|in) <scale:parent> (?:be|\() <scale>",
)
def _mode(said: Said) -> Judgement | None:
    scale, parent, number = said["scale"].scale, said["parent"].scale, said["degree"].number
    if scale is None or parent is None or not 1 <= number <= 7 or said["scale"].letter == "k":
        return None
    true = mode_on(parent, number)
    if true is None:
        return None
    reason = f"Mode {number} of {parent.symbol} is {true.symbol}."
    if (scale.tonic, scale.fifths) == (true.tonic, true.fifths):
        return yes(reason)
    home, step = parent_of(scale)
    if set(home.fifths) == set(parent.fifths):
        return no(said["degree"], like_ordinal(step, said["degree"].text), reason)
    return no(said["scale"], true.symbol, reason)


def like_ordinal(step: int, like: str) -> str:
    if like[:1].isdigit():
        return ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th")[step - 1]
    return ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")[step - 1]


@claim(
    SCALES,
    "mode",
    r"<scale:one> (?:and <scale:other> )?(?:has|share|be|form|made) (?:of |exactly )?same "
    r"(?:as|with|of|in)? ?<scale:second>",
    r"<scale:one> and <scale:second> (?:has|share|be|form) (?:exactly )?same",
    r"parent (?:of|in) <scale:one> be <scale:second>",
    r"<scale:second> be parent (?:of|in) <scale:one>",
    r"<scale:one> (?:be )?(?:belong|derive|derived|drawn|taken|from)(?: from)? (?:parent )?<scale:second>",
    r"<scale:one> (?:be )?mode of <scale:second>",
    r"<scale:one> [^@]{0,20}(?:@n\d+ )?(?:and )?has (?:same )?of <scale:second>",
    r"<scale:one> be <scale:second> (?:play|played|from|begun|start)",
    r"<scale:one> be <scale:second> (?:be )?(?:start|started|starting|begin|beginning|played) (?:from|on)",
    r"<scale:one> has <scale:second> (?:as|be) (?:its )?parent",
)
def _same_notes(said: Said) -> Judgement | None:
    one, other = said["one"].scale, said["second"].scale
    if one is None or other is None or one == other:
        return None
    reason = f"{one.symbol}: {' '.join(one.notes)}; {other.symbol}: {' '.join(other.notes)}."
    if one.pitch_classes == other.pitch_classes:
        return yes(reason)
    if any(
        first.pitch_classes == second.pitch_classes
        for first in readings(said["one"])
        for second in readings(said["second"])
    ):
        return None
    if len(one.fifths) != len(other.fifths):
        return None
    true = next(
        (
            scale_on(note, other.kind.name)
            for note in one.fifths
            if scale_on(note, other.kind.name).pitch_classes == one.pitch_classes
        ),
        None,
    )
    written = said["second"].text
    root = re.match(r"[A-G](?:##|bb|[#b]|[ -](?:sharp|flat))?", written)
    return no(said["second"], name(true.tonic) + written[root.end() :] if true is not None and root else "", reason)


@claim(
    SCALES,
    "scale notes",
    r"<kind> (?:be )?has <count>",
    r"there be <count> in <kind>",
    r"<scale> (?:be )?has <count>(?! @)",
    r"there be <count> in <scale>",
    r"<kind> (?:be|made) (?:of )?<count>",
)
def _size(said: Said) -> Judgement | None:
    whole = said.get("scale")
    named = whole.scale if whole is not None else None
    kind = named.kind.name if named is not None else kind_words(said["kind"].text) if whole is None else None
    if kind is None:
        return None
    size, told = len(scale_on(0, kind).kind.degrees), said["count"].number
    reason = f"The {kind} scale has {size} notes."
    if told == 8 and size == 7:
        return None  # perhaps with the octave
    if told == size:
        return yes(reason)
    right = said["count"].text.split()[0]
    return no(
        said["count"], said["count"].text.replace(right, str(size) if right.isdigit() else NUMBERS[size], 1), reason
    )


@claim(
    SCALES,
    "scale notes",
    r"<kind> (?:be )?(?:has|be|made|with) (?:of )?<formula>",
    r"formula (?:of|in) <kind> be <formula>",
    r"<kind> formula be <formula>",
    r"<kind> be (?:like )?<kind:base> with <degree>",
    r"<kind> be <kind:base> (?:but )?with <degree>",
    r"<kind> has <degree>(?! (?:of|in|be|,|and|degree))",
    r"<kind> be (?:with )?(?:its )?<degree:tells> that",
)
def _formula(said: Said) -> Judgement | None:
    kind = kind_words(said["kind"].text)
    if kind is None:
        return None
    degrees = scale_on(0, kind).kind.degrees
    formula = said.get("formula")
    reason = f"The {kind} scale is {' '.join(degrees)}."
    if formula is not None:
        told = tuple(re.findall(r"[b#]?[1-7]", formula.text))
        if len(told) != len(degrees):
            return None
        twins = {"#4": "b5", "#5": "b6", "#2": "b3", "b4": "3"}
        plain = [twins.get(one, one) for one in told]
        if plain == [twins.get(one, one) for one in degrees]:
            return yes(reason)
        return no(formula, in_formula(formula.text, degrees), reason)
    degree = said.get("degree")
    if degree is None or len(degrees) != 7:
        return None
    number = degree.number
    sign = re.match(r"(flat|lowered|flatted|flattened|b)|(sharp|raised|#)|(natural)", degree.text.lower())
    if sign is None or not 1 <= number <= 7:
        return None
    said_label = ("b" if sign[1] else "#" if sign[2] else "") + str(number)
    base = said.get("base")
    relative = kind_words(base.text) if base is not None else None
    if relative is not None:
        own = scale_on(0, relative).kind.fifths[number - 1] + (-7 if sign[1] else 7 if sign[2] else 0)
        true = scale_on(0, kind).kind.fifths[number - 1]
        return yes(reason) if own == true else no(degree, "", reason)
    if said_label in degrees:
        return yes(reason)
    minor = scale_on(0, "natural minor").kind.degrees
    if sign[2] and "b3" in degrees and str(number) in degrees and f"b{number}" in minor:
        return yes(reason)  # raised against the natural minor
    return no(degree, "", reason)


def in_formula(like: str, degrees: tuple[str, ...]) -> str:
    """Degrees joined as the written formula joins them."""
    joint = re.search(r"\s?-\s?|, ?| ", like)
    return (joint[0] if joint else "-").join(degrees)


@claim(
    SCALES,
    "scale notes",
    r"<kind> (?:start|starting|starts|beginning|begins|built|made|build|begin)? ?(?:on|from|of) "
    r"<note> (?:be|has|made|form|,) <list>",
    r"from <note> ,? ?<kind> (?:be|has|made|form) <list>",
)
def _kind_on_note(said: Said) -> Judgement | None:
    kind, note, told = kind_words(said["kind"].text), said["note"].note, said["list"].notes
    if kind is None or note is None or told is None:
        return None
    scale = scale_on(note, kind)
    reason = f"{scale.symbol}: {' '.join(scale.notes)}."
    ring = told[:-1] if len(told) > 3 and told[0] == told[-1] else told
    if _holds(scale, ring):
        return yes(reason)
    return no(*mended_list(said["list"], ring, scale.fifths, _loose(scale)), reason)


@claim(
    SCALES,
    "scale notes",
    r"<kind> (?:on|from|of|in) <note:root> (?:, )?has <note>",
    r"<kind> (?:on|from|of|in) <note:root> [^@]{0,16}<degree> (?:be|\() <note>",
)
def _kind_holds(said: Said) -> Judgement | None:
    kind, root, note = kind_words(said["kind"].text), said["root"].note, said["note"].note
    if kind is None or root is None or note is None:
        return None
    scale = scale_on(root, kind)
    degree = said.get("degree")
    reason = f"{scale.symbol}: {' '.join(scale.notes)}."
    true = scale.fifths
    if degree is not None:
        if len(true) != 7 or not 1 <= degree.number <= 7:
            return None
        true = (scale.fifths[degree.number - 1],)
    if any(spelled_alike(note, one, _loose(scale)) for one in true):
        return yes(reason)
    right = [one for one in true if (one - note) % 7 == 0] or (list(true) if degree is not None else [])
    return no(said["note"], name(right[0]) if len(right) == 1 else "", reason)
