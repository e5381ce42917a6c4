"""Finds the named things of a sentence: notes, chords, keys, scales, numerals, intervals, counts, and lists of them.

Says only where names stand and of which kind they may be. The article "A" and the word "I" are told from the note and
the numeral by what stands beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.claims.entity import CLASSES, Entity, chord_of_words
from partimento.music.claims.names import FIGURE, ROMAN, name_pattern

_ARTICLE_NEXT: Final = re.compile(
    r"\s+(?!(?:is|to|and|up|down|has|sounds|natural|or|are|moving|going|resolving|goes|moves"
    r"|resolves|above|below|on|in|with|at|as|gives|plus|lies|leads|becomes|inverts|equals|then"
    r"|shares?|have|sits|works|functions|acts|serves|belongs|means|makes?|plays|would|will|happens|can)\b|=)[a-z\d]"
    r"|\s+[A-G](?:##|bb|[#b]|[ -](?:flat|sharp))?(?:(?:maj|min|m(?![a-z])|M|dim|aug|sus|add|°|ø|Δ|-?\d)"
    r"|[ -](?:major|minor|maj|min|dim|aug|dominant|half|sus|power|chord|triad|scale|seven|harmonic|melodic|natural"
    r"|dorian|phrygian|lydian|mixolydian|[Aa]eolian|[Ll]ocrian|[Ii]onian|[DPLM]\w+ian|blues|pentatonic)\b)"
)
_I_BEFORE: Final = re.compile(r"(?:\b(?:minor|major|the|a|to|from|on|as|called|=|is|of|your|its|our|my)|[-(:,])\s?$")
_I_AFTER: Final = re.compile(r"\s?(?:chord|will|would|in [A-G]|in the|of [A-G]|is\b|=|:|\(|\)|\.|,|$)")


_COUNTED: Final = re.compile(
    r"\b(?:fingers?|bars?|beats?|strings?|frets?|measures?|pages?|lines?|weeks?|steps? \d,|takes?|units?|verses?"
    r"|lessons?) $"
)
_SIGN_AFTER: Final = re.compile(r"[ -](?:double[ -])?(?:sharp|flat|natural)(?! minor)\b")
_PARTS: Final = re.compile(r"[ -](?:form(?!s (?:an?|the)\b)|voicing|section|position|part|type|side)s?\b")
_INTERVAL_AFTER: Final = re.compile(
    r"A[ -](?:major|minor|diminished|augmented|perfect) (?:third|second|fourth|fifth|sixth|seventh|octave|interval|2nd"
    r"|3rd|4th|5th|6th|7th|ninth|9th|tenth|10th|thirteenth|13th)\b(?! chord)"
    r"(?!.*[A-G][#b]?,? [A-G][#b]?,? (?:and )?[A-G])"
)
_TIGHT: Final = re.compile(
    r"\s*(?:,\s*(?:(?:and|&)\s+(?:then\s+|finally\s+)?|then\s+|plus\s+|followed by\s+)?(?:an?\s+|the\s+)?|\s-+>?\s*"
    r"|->?|→|>|\||/|–)\s*|\s+(?:and|plus|&|and then)\s+(?:an?\s+|the\s+)?|\s+"
    r"|,?\s+(?:with|plus|and) an? (?:added|extra) "
)
_LOOSE: Final = re.compile(r"\s+(?:to|then|goes to|moves to|going to|going)\s+")
_HOLDS: Final = re.compile(
    r"\b(?:[Ii]n|[Ww]ithin|[Ii]nside|[Tt]ake|[Ff]or|[Oo]n|[Oo]ver|[Oo]f|[Tt]o)(?: an?| the| this| your)? $"
)
_IN: Final = re.compile(r"\b[Ii]n $")
_NUMERAL_JOIN: Final = re.compile(r"\s*(?:-+>?|→|>|,\s*(?:and\s)?|\||/)\s*|\s+to\s+|\s+")


def tagged(text: str) -> list[Entity]:
    """The named things of a sentence, in order, none within another."""
    return list(_joined(text, list(_single(text))))


def _single(text: str) -> Iterator[Entity]:
    at = 0
    while (found := name_pattern().search(text, at)) is not None:
        at = found.end()
        letter, name = found.lastgroup or "", found[0]
        if letter == "b":
            sign = _SIGN_AFTER.match(text, at) if _suffix(name) == "" else None
            at, name = (sign.end(), name + sign[0]) if sign is not None else (at, name)
            letter = _letter(name)
        ahead = text[: found.start()]
        opens = name[:1] == "A" and (ahead.rstrip().endswith(":") or not re.search(r"[\w,)]", ahead[-3:]))
        if not letter or _is_no_name(text, letter, name, found, at, opens):
            continue
        if opens and _is_article(text, letter, name, found.start()):
            at = found.start() + 2
            continue
        yield Entity(letter, found.start(), at, name, (), opens and letter in "msc" and name[1:2] in " -")


def _suffix(name: str) -> str:
    return re.sub(r"^[A-G](?:##|bb|[#b])?(?:[ -](?:double[ -])?(?:sharp|flat|natural))?", "", name)


def _letter(name: str) -> str:
    """What a symbol is: a note, a plain chord of one letter, another chord; "" where it is none."""
    suffix = _suffix(name)
    if not suffix:
        return "n"
    if suffix in ("m", "min", "mi", "Min"):
        return "a"
    return "" if suffix in ("4", "2", "3") or chord_of_words(name) is None else "c"


def _is_no_name(text: str, letter: str, name: str, found: re.Match[str], at: int, opens: bool) -> bool:
    """Whether what looks like a name is none here: "A form", the words "A" and "I", "first of all", "bars 1 to 4"."""
    if letter == "n" and name in "AB" and _PARTS.match(text, at):
        return True
    if (letter == "k" and name == "A key") or (
        letter == "n" and name == "A" and opens and _ARTICLE_NEXT.match(text, at)
    ):
        return True
    if letter == "r" and name in ("I", "i", "v"):
        return text[at : at + 2] == ".e" or not _is_numeral(text, found)
    if letter in "Deod" and _COUNTED.search(text[: found.start()]):
        return True
    ordinal = letter in "ot" and name.lower() in ("first", "second")
    return ordinal and re.match(r",| of all| time", text[at:]) is not None


def _is_article(text: str, letter: str, name: str, start: int) -> bool:
    """Whether a name that begins a sentence began with the article: "A major third", "A whole tone"."""
    if letter == "s" and name.lower() in ("a whole tone", "a whole-tone"):
        return True
    return letter in "msc" and name[1:2] in " -" and _INTERVAL_AFTER.match(text, start) is not None


def _is_numeral(text: str, found: re.Match[str]) -> bool:
    before, after = text[: found.start()], text[found.end() :]
    near = re.search(rf"{ROMAN}{FIGURE}{{0,2}}(?:\s*[-,→>|/]+\s*|\s+to\s+|\s+)$", before)
    next_one = re.match(rf"(?:\s*[-,→>|/]+\s*|\s+to\s+|\s+)[b#]?{ROMAN}(?![A-Za-z'])", after)
    return bool(near or next_one or (_I_BEFORE.search(before) and _I_AFTER.match(after)) or after.startswith(" chord"))


_ON: Final = re.compile(
    r",? (?:(?:chord|triad|scale|mode)s?,? )?(?:(?:that is |that's |which is )?(?:built|rooted|based|starting"
    r"|beginning|formed"
    r"|constructed|stacked) )?(?:up )?(?:on|from|off|upon)(?: top of)?(?: the (?:note|root|pitch|tonic))? "
)


def _rooted(text: str, found: list[Entity], at: int) -> Entity | None:
    """A kind told before its root: "a minor triad built on F", "Locrian on B"."""
    first, second = found[at], found[at + 1] if at + 1 < len(found) else None
    dominant = first.letter == "f" and re.match(r"(?i)dominant[ -](?:7|sev)", first.text) is not None
    if second is None or not (first.letter in "qt" or dominant) or second.letter != "n":
        return None
    if not _ON.fullmatch(text[first.end : second.start]) or re.match(
        r"[,:]? (?:to|up|and) [A-G]\b", text[second.end :]
    ):
        return None
    whole = Entity("s" if first.letter == "t" else "c", first.start, second.end, text[first.start : second.end])
    return whole if (whole.chord if whole.letter == "c" else whole.scale) is not None else None


def _joined(text: str, found: list[Entity]) -> Iterator[Entity]:
    at = 0
    while at < len(found):
        applied = _applied(text, found, at) or _rooted(text, found, at)
        if applied is not None:
            yield applied
            at += 2
            continue
        end = _run(text, found, at)
        if end - at < 2:
            yield found[at]
            at += 1
            continue
        items = tuple(found[at:end])
        letters = {item.letter for item in items}
        letter = "R" if letters <= {"r", "e"} else "N" if letters == {"n"} else "L"
        start, stop = items[0].start, items[-1].end
        yield Entity(letter, start, stop, text[start:stop], items)
        at = end


def _applied(text: str, found: list[Entity], at: int) -> Entity | None:
    """A dominant of a step, told in words: "V7 of ii" as "V7/ii"."""
    first, second = found[at], found[at + 1] if at + 1 < len(found) else None
    if second is None or first.letter != "r" or second.letter != "r" or "/" in first.text:
        return None
    if text[first.end : second.start] not in (" of ", " of the "):
        return None
    return Entity("r", first.start, second.end, f"{first.text}/{second.text}")


def _run(text: str, found: list[Entity], at: int) -> int:
    """Where the list that begins with an entity ends (after its last item); right after it where there is none."""
    first = found[at]
    chordish = first.letter in CLASSES["chord"]
    if not chordish and first.letter != "r":
        return at + 1
    held = _HOLDS.search(text[: first.start]) is not None
    end = at + 1
    while end < len(found):
        last, item = found[end - 1], found[end]
        between = text[last.end : item.start]
        if chordish:
            fits = item.letter in CLASSES["chord"] and not (item.letter == "m" and first.letter == "n")
            tight = bool(_TIGHT.fullmatch(between)) and not (
                held
                and end == at + 1
                and between.strip() in ("", ",", ", a", ", an", ", the")
                and _held_apart(text, first, item)
            )
            loose = bool(_LOOSE.fullmatch(between)) and not (first.letter == item.letter == "n")
            if (
                between.strip() == ""
                and {first.letter, item.letter} != {"n"}
                and not _plain_symbols(found[at : end + 1])
            ):
                tight = False
            if item.letter in "ac" and end - at >= 3 and {one.letter for one in found[at:end]} == {"n"}:
                tight = tight and between.strip() == text[found[at].end : found[at + 1].start].strip()
            if end == at + 1 and first.letter in "ac" and item.letter == "n" and re.search(r"[→>]", between):
                tight = (
                    tight
                    and end + 1 < len(found)
                    and re.search(r"[→>]", text[item.end : found[end + 1].start]) is not None
                )
            begins_anew = _begins_anew(text, between, item) or _is_subject(text, found, at, end)
            if not fits or not (tight or loose) or begins_anew:
                break
        elif item.letter != "r" or not _NUMERAL_JOIN.fullmatch(between):
            if item.letter == "r" and between.strip() in ("and", ", and") and end - at >= 2:
                end += 1
                continue
            break
        end += 1
    return end


def _begins_anew(text: str, between: str, item: Entity) -> bool:
    """Whether a name after ", and" opens a clause of its own: "Am has A C E, and F has …"."""
    follows = re.match(r"\s(?:has|have|contains|uses|is)\b", text[item.end :])
    return "and" in between and "," in between and follows is not None


def _is_subject(text: str, found: list[Entity], at: int, end: int) -> bool:
    """Whether a second note after a comma is what a new clause speaks of: "of F, C is the lowest"."""
    first, item = found[at], found[end]
    between = text[found[end - 1].end : item.start].strip()
    if (
        item.letter == "n"
        and between in (", the", ",")
        and re.match(r"\s(?:drops?|falls?|moves?|resolves?|stays?|becomes?|rises?|steps?|goes)\b", text[item.end :])
    ):
        return True
    if end != at + 1 or item.letter != "n" or text[first.end : item.start].strip() != ",":
        return False
    return (
        re.match(r"\s(?:is|has|sounds|lies|sits|functions|acts|serves|becomes|would|will)\b", text[item.end :])
        is not None
    )


def _held_apart(text: str, first: Entity, item: Entity) -> bool:
    """Whether a comma after "in C" or "for Dm7" parts two things: "In C, F is the IV"."""
    if _IN.search(text[: first.start]):
        return True
    return (item.letter == "n" and first.letter != "n") or (first.letter in "nm" and item.letter != "n")


def _plain_symbols(items: list[Entity]) -> bool:
    return all(" " not in item.text for item in items)
