"""Finds the named things of a sentence: notes, chords, keys, scales, numerals, intervals, counts, and lists of them.

Says only where names stand and of which kind they may be. The article "A" and the word "I" are told from the note and
the numeral by what stands beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from partimento.music.claims.entity import CLASSES, SCALE_WORDS, Entity, chord_of_words
from partimento.music.scale import kinds

_SIGN: Final = r"(?:##|bb|[#b](?![a-z0-9])|[#b](?=\d|[#b]?\d)|[#b]|[ -](?:double[ -])?(?:sharp|flat)(?![a-z]))"
_NOTE: Final = rf"(?<![A-Za-z0-9#'])[A-G](?:{_SIGN})?"
_END: Final = r"(?![A-Za-z0-9#])"
_SUFFIX: Final = (
    r"(?:maj|Maj|min|Min|dim|aug|sus|add|alt|omit|no(?=[35])|m(?=maj|M|Δ|[\d(#b/+]|add|sus|a?j)"
    r"|m(?![a-z])|M(?=\d)|ma(?=\d)|mi(?=\d)"
    r"|°|o(?=\d)|ø|\+|Δ|△|6/9|[#b]?(?:13|11|[245679])|-(?=\d)|\([^()\s]{1,14}\))"
)
_SYMBOL: Final = rf"(?<![A-Za-z0-9#'])[A-G](?:##|bb|[#b])?{_SUFFIX}*(?:/[A-G](?:[#b](?![a-z]))?)?{_END}"
_ROMAN: Final = r"(?:VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)"
_FIGURE: Final = (
    r"(?:maj7|Maj7|M7|Δ7?|mMaj7|maj9|m7b5|min7|m7|m9|m6|m(?![a-z])|ø7?|°7?|o7|o(?![a-z])|dim7?"
    r"|\+|6/5|6/4|4/3|4/2|65|64|43|42"
    r"|7alt|7sus4?|sus4?|alt|[#b]?(?:13|11|9|7|6|5))"
)
_NUMERAL: Final = rf"(?<![A-Za-z0-9#/'.])[b#]{{0,2}}{_ROMAN}{_FIGURE}{{0,3}}(?:/[b#]?{_ROMAN})?(?![A-Za-z0-9#'])"
_COUNT: Final = r"(?i:\d+|no|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_NTH: Final = (
    r"(?:root|first|second|third|fourth|fifth|sixth|seventh|ninth|tenth|eleventh|thirteenth"
    r"|1st|2nd|3rd|[4-7]th|9th|10th|11th|13th)"
)
_SIZE: Final = (
    r"(?:unison|second|third|fourth|fifth|sixth|seventh|octave|ninth|tenth|eleventh|thirteenth"
    r"|2nd|3rd|[4-9]th|1[0-3]th|[2-9]|1[0-3])"
)
_QUALITY: Final = (
    r"(?:minor[ -]major(?:[ -](?:seventh|7th|7))?|half[ -]diminished(?:[ -](?:seventh|7th|7))?"
    r"|(?:minor|min)[ -](?:seventh|7th|7)[ -](?:flat|b)[ -]?(?:five|5|fifth|5th)"
    r"|(?:fully[ -])?diminished(?:[ -](?:seventh|7th|7))?|augmented|dominant(?:[ -](?:seventh|7th|7|ninth|9th|9))?"
    r"|(?:major|minor|min)[ -](?:seventh|7th|7|ninth|9th|9|sixth|6th|6)|sus(?:pended)?[ -]?(?:fourth|second|4|2)?)"
)
_CADENCES: Final = (
    r"(?:perfect authentic|imperfect authentic|authentic|perfect|full|plagal|amen|minor plagal|deceptive|interrupted|"
    r"half|phrygian half|backdoor)"
)
_FUNCTION: Final = (
    r"(?:(?:relative|parallel)[ -](?:major|minor)|(?:secondary[ -]|applied[ -])?dominant[ "
    r"-](?:seventh|7th|7)|tritone[ -]sub(?:stitut(?:e|ion))?"
    r"|secondary[ -]dominant|backdoor(?:[ "
    r"-]dominant)?|neapolitan|supertonic|subdominant|sub-dominant|submediant|mediant|dominant|"
    r"subtonic|leading[ -](?:tone|note)|tonic)"
)
_VALUES: Final = (
    r"(?:(?:double[ -])?dotted "
    r")?(?:whole|half|quarter|eighth|sixteenth|semibreve|minim|crotchet|quaver|semiquaver)(?:[ -]notes?|s)?"
)
_ARTICLE_NEXT: Final = re.compile(
    r"\s+(?!(?:is|to|and|up|down|has|sounds|natural|or|are|moving|going|resolving|goes|moves"
    r"|resolves|above|below|on|in|with|at|as|gives|plus|lies|leads|becomes|inverts|equals|then"
    r"|shares?|have|sits|works|functions|acts|serves|belongs|means|makes?|plays|would|will|happens|can)\b|=)[a-z]"
)
_I_BEFORE: Final = re.compile(r"(?:\b(?:the|a|to|from|on|as|called|=|is|of|your|its|our|my)|[-(:,])\s?$")
_I_AFTER: Final = re.compile(r"\s?(?:chord|will|would|in [A-G]|in the|of [A-G]|is\b|=|:|\(|\)|\.|,|$)")


@cache
def _pattern() -> re.Pattern[str]:
    words = {word for kind in kinds().values() for word in (kind.name, *kind.also)} | set(SCALE_WORDS)
    words = {word.removesuffix(" scale") for word in words}
    words -= {
        "major",
        "minor",
        "diminished",
        "augmented",
        "dur",
        "moll",
        "pentatonic",
        "bebop",
        "dominant",
        "half-diminished",
    }
    names = "|".join(
        re.escape(word).replace(r"\ ", "[ -]").replace(r"\-", "[ -]").replace("nat", "nat(?:ural)?")
        for word in sorted(words, key=len, reverse=True)
    )
    scale = (
        rf"(?:(?i:{names})(?:[ -](?:scales?|modes?))?|(?i:major|minor|half[ "
        rf"-]diminished|diminished|augmented|pentatonic|bebop)[ -](?:scales?|modes?))"
    )
    parts = {
        "k": rf"(?:the )?(?:[Kk]ey " rf"signature|[Kk]ey) of (?:{_NOTE}(?:[ " rf"-](?i:major|minor|dorian|mixolydian" rf"|lydian|phrygian)\b|m(?![a-z]))?){_END}"
        rf"|{_NOTE}(?:[ -](?i:major|minor)| )[ -]?key{_END}",
        "s": rf"{_NOTE}[ -]{scale}{_END}",
        "c": rf"{_NOTE}[ -](?i:{_QUALITY})(?:[ " rf"-](?:chord|triad)s?)?{_END}|{_NOTE}[ " rf"-](?:major|minor" rf"|power|seventh|7th|ninth" rf"|sixth|6th|9th)[ " rf"-](?:chord|triad){_END}"
        rf"|{_SYMBOL[:-len(_END)]}[ -](?:chord|triad)s?{_END}|{_NOTE}[ -](?:chord|triad)s?{_END}",
        "m": rf"{_NOTE}[ -](?i:major|minor|dur|moll|maj|min){_END}",
        "b": _SYMBOL,
        "n": rf"{_NOTE}(?:[ -]natural(?! minor)|♮)?{_END}",
        "x": r"(?<!\d)(?:2/4|3/4|4/4|5/4|6/8|9/8|12/8|7/8|2/2|3/8)(?!\d)",
        "D": r"(?<![\w#])[b#]?[1-7](?:(?:\s?-\s?|, ?|,? and | " r")[b#]?[1-79]){2," r"11}(?![\w#])|(?<!\w)(?:one" r"|two|three|four|five" r"|six)(?:-(?:one|two|three" r"|four|five|six|seven)){1,7}(?!\w)"
        r"|(?<!\w)two five one(?!\w)",
        "v": r"\broot position\b|\b(?:first|second|third|1st|2nd|3rd) inversion\b",
        "z": rf"(?i:\b{_CADENCES}) cadence\b",
        "g": rf"\b{_COUNT} " rf"(?:sharps?|flats?" rf"|accidentals?)(?: (?:or|and) (?:no " rf")?(?:flats?" rf"|sharps?))?\b(?! (?:five|nine))",
        "h": rf"\b{_COUNT} (?:semitones?|half[ -](?:steps?|tones?)|whole[ -](?:tones?|steps?))\b(?! scale)",
        "d": rf"\b{_COUNT} (?:different |distinct )?(?:notes|tones|pitches)\b",
        "y": rf"\b{_VALUES}\b(?=[ -]note|s\b|(?<=note)|(?<=notes)|(?<=[mtr]))(?! [sc]teps?)(?:[ -]notes?)?",
        "f": rf"(?i:\bdominant[ " rf"-](?:seventh|7th|7)) chord\b(?= " rf"(?:of|in|for|is|would" rf"|will)\b)|(?i:\b{_FUNCTION})\b(?! " rf"(?:chords?|triads?)\b)" rf"|(?i:\b(?:relative|parallel)[ " rf"-](?:major|minor|key)|\b(?:supertonic" rf"|subdominant|submediant" rf"|mediant|tonic|subtonic" rf"|leading[ -]tone|secondary[ "
            rf"-]dominant|neapolitan|dominant))\b(?: chord| triad| key)?(?= " rf"|$|\W)(?! (?:seventh" rf"|7th)(?! (?:of|in)))",
        "q": rf"(?i:\b{_QUALITY}|\b(?:major|minor" rf"|power))[ -](?:chords?" rf"|triads?)\b|(?i:\bhalf[ " rf"-]diminished|\bdominant[ " rf"-](?:seventh|7th))\b(?! (?:of|in)\b)",
        "i": rf"(?i:\b(?:perfect|major" rf"|minor|augmented|diminished))[ " rf"-]{_SIZE}s?{_END}|\b[Tt]ritone\b(?![ " rf"-]sub)|\b(?:half|whole)[ " rf"-](?:steps?|tones?)\b(?! " rf"scale)|\bsemitone\b|\boctave\b" rf"|(?<!\w)(?:[Pp][1458]|[mM][2367])(?!\w)",
                "t": rf"(?<![A-Za-z#])(?i:{names})(?:[ " rf"-](?:scales?|modes?))?\b" rf"|(?<![A-Za-z#])(?i:major" rf"|minor|diminished|pentatonic)[ " rf"-](?:scales?|modes?)\b",
        "o": rf"\b(?:(?:flat|flatted|flattened" rf"|lowered|raised" rf"|sharp|sharped|natural)[ " rf"-])?{_NTH}\b(?<!\bfirst)(?<!\bsecond)(?! " rf"chords?\b)|\b(?:first" rf"|second|third|fourth|fifth)\b(?! " rf"inversion)" rf"|(?<![\w#])[b#](?:2|3|4" rf"|5|6|7|9|11|13)(?![\w#])"
        r"|\b(?:flat|sharp|natural)[ " r"-](?:two|three|four|five|six|seven" r"|nine|eleven" r"|thirteen|\d+)\b|\b(?:scale " r")?(?:degree|step) [1-7]\b",
        "r": _NUMERAL,
        "e": r"\b(?<=[Tt]he " r")(?:[1-7]|one|two" r"|three|four|five|six)(?= " r"(?:chord|of|in|is|would|=)\b|:)" r"|\b(?:[1-7]|one|two|three" r"|four|five|six)[- ]chord\b",
    }  # fmt: skip
    return re.compile("|".join(f"(?P<{letter}>{part})" for letter, part in parts.items()))


_TIGHT: Final = re.compile(r"\s*(?:,\s*(?:and\s+|then\s+)?|\s-+>?\s*|->?|→|>|\||/|–)\s*|\s+and\s+|\s+")
_LOOSE: Final = re.compile(r"\s+(?:to|then|goes to|moves to|going to|going)\s+")
_HOLDS: Final = re.compile(r"\b(?:[Ii]n|[Tt]ake|[Ff]or|[Oo]n|[Oo]ver|[Oo]f|[Tt]o)(?: an?| the| this| your)? $")
_IN: Final = re.compile(r"\b[Ii]n $")
_NUMERAL_JOIN: Final = re.compile(r"\s*(?:-+>?|→|>|,\s*(?:and\s)?|\||/)\s*|\s+to\s+|\s+")


def tagged(text: str) -> list[Entity]:
    """The named things of a sentence, in order, none within another."""
    return list(_joined(text, list(_single(text))))


def _single(text: str) -> Iterator[Entity]:
    at = 0
    while (found := _pattern().search(text, at)) is not None:
        at = found.end()
        letter, name = found.lastgroup or "", found[0]
        opens = name[:1] == "A" and not re.search(r"[\w,)]", text[: found.start()][-3:])
        if letter == "b":
            suffix = re.sub(r"^[A-G](?:##|bb|[#b])?", "", name)
            if suffix in ("4", "2", "3"):
                continue
            letter = "n" if not suffix else "a" if suffix in ("m", "min", "mi", "Min") else "c"
            if letter == "c" and chord_of_words(name) is None:
                continue
            name_end = re.match(r"[ -](?:sharp|flat|natural)(?! minor)\b", text[at:]) if not suffix else None
            if name_end is not None:
                at += name_end.end()
                name += name_end[0]
        if (
            letter == "n"
            and name in "AB"
            and re.match(r"[ -](?:form|voicing|section|position|part|type|side)s?\b", text[at:])
        ):
            continue
        if letter == "n" and name == "A" and opens and _ARTICLE_NEXT.match(text, at):
            continue
        if (
            letter in "msc"
            and opens
            and name[1:2] in " -"
            and re.match(
                r"A[ -](?:major|minor) (?:third|second|sixth|seventh|interval|2nd|3rd|6th|7th)\b(?! chord)",
                text[found.start() :],
            )
        ):
            at = found.start() + 2
            continue
        if letter == "r" and name in ("I", "i", "v") and not _is_numeral(text, found):
            continue
        if letter in "ot" and name.lower() in ("first", "second") and re.match(r",| of all| time", text[at:]):
            continue
        yield Entity(letter, found.start(), at, name, (), opens and letter in "msc" and name[1:2] in " -")


def _is_numeral(text: str, found: re.Match[str]) -> bool:
    before, after = text[: found.start()], text[found.end() :]
    near = re.search(rf"{_ROMAN}{_FIGURE}{{0,2}}(?:\s*[-,→>|/]+\s*|\s+to\s+|\s+)$", before)
    next_one = re.match(rf"(?:\s*[-,→>|/]+\s*|\s+to\s+|\s+)[b#]?{_ROMAN}(?![A-Za-z'])", after)
    return bool(near or next_one or (_I_BEFORE.search(before) and _I_AFTER.match(after)) or after.startswith(" chord"))


def _joined(text: str, found: list[Entity]) -> Iterator[Entity]:
    at = 0
    while at < len(found):
        applied = _applied(text, found, at)
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
                held and end == at + 1 and between.strip() in ("", ",") and _held_apart(text, first, item)
            )
            loose = bool(_LOOSE.fullmatch(between)) and not (first.letter == item.letter == "n")
            if (
                between.strip() == ""
                and {first.letter, item.letter} != {"n"}
                and not _plain_symbols(found[at : end + 1])
            ):
                tight = False
            begins_anew = (
                "and" in between and "," in between and re.match(r"\s(?:has|have|contains|uses|is)\b", text[item.end :])
            )
            if not fits or not (tight or loose) or begins_anew:
                break
        elif item.letter != "r" or not _NUMERAL_JOIN.fullmatch(between):
            if item.letter == "r" and between.strip() in ("and", ", and") and end - at >= 2:
                end += 1
                continue
            break
        end += 1
    return end


def _held_apart(text: str, first: Entity, item: Entity) -> bool:
    """Whether a comma after "in C" or "for Dm7" parts two things: "In C, F is the IV"."""
    if _IN.search(text[: first.start]):
        return True
    return (item.letter == "n" and first.letter != "n") or (first.letter in "nm" and item.letter != "n")


def _plain_symbols(items: list[Entity]) -> bool:
    return all(" " not in item.text for item in items)
