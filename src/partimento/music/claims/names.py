"""How each kind of name looks in a sentence: one pattern over all of them, the longer names first. Reads nothing.

The letters are those of `entity.CLASSES`; "b" is a chord symbol or a bare note, which `tagging` tells apart.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from partimento.music.claims.entity import SCALE_WORDS
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
ROMAN: Final = r"(?:VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)"
FIGURE: Final = (
    r"(?:maj7|Maj7|M7|Δ7?|mMaj7|maj9|m7b5|min7|m7|m9|m6|m(?![a-z])|ø7?|°7?|o7|o(?![a-z])|dim7?"
    r"|\+|6/5|6/4|4/3|4/2|65|64|43|42"
    r"|7alt|7sus4?|sus4?|alt|[#b]?(?:13|11|9|7|6|5))"
)
_NUMERAL: Final = rf"(?<![A-Za-z0-9#/'.])[b#]{{0,2}}{ROMAN}{FIGURE}{{0,3}}(?:/[b#]?{ROMAN})?(?![A-Za-z0-9#'])"
_COUNT: Final = (
    r"(?i:\d+|no|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen)"
)
_DIGIT: Final = r"(?:seventh|7th|seven|7|ninth|9th|nine|9|sixth|6th|six|6|thirteenth|13th|thirteen|13)"
_TENSION: Final = (
    r"(?:[ -](?:flat|sharp|b|#)[ -]?(?:five|fifth|5th|5|nine|ninth|9th|9|eleven|eleventh|11th|11|thirteen|thirteenth"
    r"|13th|13))"
)
_NTH: Final = (
    r"(?:root|first|second|third|fourth|fifth|sixth|seventh|ninth|tenth|eleventh|thirteenth"
    r"|1st|2nd|3rd|[4-7]th|9th|10th|11th|13th)"
)
_SIZE: Final = (
    r"(?:unison|second|third|fourth|fifth|sixth|seventh|octave|ninth|tenth|eleventh|thirteenth"
    r"|2nd|3rd|[4-9]th|1[0-3]th|[2-9]|1[0-3])"
)
_QUALITY: Final = (
    rf"(?:minor[ -]major(?:[ -](?:seventh|7th|seven|7))?|half[ -]dim(?:inished)?(?:[ -](?:seventh|7th|seven|7))?"
    rf"|(?:minor|min)[ -](?:seventh|7th|seven|7)[ -](?:flat|b)[ -]?(?:five|5|fifth|5th)"
    rf"|(?:fully[ -])?diminished(?:[ -](?:seventh|7th|seven|7))?|augmented(?:[ -](?:seventh|7th|seven|7)(?= chord))?"
    rf"|dominant(?:[ -]{_DIGIT})?{_TENSION}?"
    rf"|(?:major|minor|maj|min)[ -]{_DIGIT}{_TENSION}?|sus(?:pended)?[ -]?(?:fourth|second|four|two|4|2)?)"
)
_CADENCES: Final = (
    r"(?:perfect authentic|imperfect authentic|authentic|perfect|imperfect|full|plagal|amen|minor plagal|deceptive"
    r"|interrupted|phrygian half|half|backdoor)"
)
_FUNCTION: Final = (
    r"(?:(?:relative|parallel)[ -](?:major|minor)|(?:secondary[ -]|applied[ -])?dominant[ "
    r"-](?:seventh|7th|7)|tritone[ -]sub(?:stitut(?:e|ion))?"
    r"|secondary[ -]dominant|backdoor(?:[ "
    r"-]dominant)?|neapolitan(?: (?:sixth|6th|six))?|supertonic|subdominant|sub-dominant|submediant|mediant|dominant|"
    r"subtonic|leading[ -](?:tone|note)|tonic)"
)
_PLACE: Final = r"(?:[1-7]|one|two|three|four|five|six|seven)"
_STEP: Final = r"(?i:(?:whole|half|semitone|tone)(?:[ -](?:steps?|tones?))?)"
_VALUES: Final = (
    r"(?:(?:double[ -])?dotted "
    r")?(?:whole|half|quarter|eighth|sixteenth|semibreve|minim|crotchet|quaver|semiquaver)(?:[ -]notes?|s)?"
)


@cache
def name_pattern() -> re.Pattern[str]:
    """One pattern for every name; the group that matched is its letter."""
    parts = _rooted() | _rootless()
    return re.compile("|".join(f"(?P<{letter}>{part})" for letter, part in parts.items()))


@cache
def _scale_names() -> str:
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
    return "|".join(
        re.escape(word).replace(r"\ ", "[ -]").replace(r"\-", "[ -]").replace("nat", "nat(?:ural)?")
        for word in sorted(words, key=len, reverse=True)
    )


def _rooted() -> dict[str, str]:
    """Names that begin with a note."""
    names = _scale_names()
    scale = (
        rf"(?:(?i:{names})(?:[ -](?:scales?|modes?))?|(?i:major|minor|half[ "
        rf"-]diminished|diminished|augmented|pentatonic|bebop)[ -](?:scales?|modes?))"
    )
    return {
        "k": rf"(?:the )?(?:[Kk]ey signature|[Kk]ey) of (?:{_NOTE}(?:[ -](?i:major|minor|dorian|mixolydian"
            rf"|lydian|phrygian)\b|m(?![a-z]))?){_END}"
        rf"|{_NOTE}(?:[ -](?i:major|minor)| )[ -]?key{_END}",
        "s": rf"{_NOTE}[ -]{scale}{_END}",
        "c": rf"{_NOTE}[ -](?i:{_QUALITY})(?:[ -](?:chord|triad)s?)?{_END}|{_NOTE}[ -](?:major|minor"
            rf"|power|seventh|7th|ninth|sixth|6th|9th)[ -](?:chord|triad)s?{_END}"
            rf"|{_NOTE}[ -](?:seven|thirteen|nine|7)\b(?!-\d){_TENSION}?(?:[ -]chord)?{_END}(?![ -](?:half|semi|note"
            rf"|step|time|bar))"
            rf"|{_NOTE} (?:add ?(?:nine|9)|six[ -]nine|maj ?[79]|min ?[79]|m7b5|dim7?|aug)(?:[ -]chord)?{_END}"
            rf"|{_SYMBOL[:-len(_END)]}{_TENSION}(?:[ -](?:chord|triad)s?)?{_END}"
        rf"|{_SYMBOL[:-len(_END)]}[ -](?:chord|triad)s?{_END}|{_NOTE}[ -](?:chord|triad)s?{_END}",
        "m": rf"{_NOTE}[ -](?i:major|minor|dur|moll|maj|min){_END}",
        "b": _SYMBOL,
        "n": rf"{_NOTE}(?:[ -]natural(?! minor)|♮)?{_END}",
    }  # fmt: skip


def _rootless() -> dict[str, str]:
    """Names without a note: numerals, degrees, intervals, counts, kinds."""
    return {
        "x": r"(?<!\d)(?:2/4|3/4|4/4|5/4|6/8|9/8|12/8|7/8|2/2|3/8)(?!\d)",
        "p": rf"(?<![\w])[WT](?:\s?[-, ]\s?[WHTS]|[WHTS]){{5,7}}(?!\w)|\b{_STEP}(?:(?:\s?-\s?|, ?(?:then )?|,? and |"
            rf" ){_STEP}){{5,7}}\b"
        r"|(?<![\w-])[12](?:\s?[-, ]\s?[123]){5,7}(?![\w-])",
        "D": r"(?<![\w#])[b#]?[1-7](?:(?:\s?-\s?|, ?|,? and | )[b#]?[1-79]){2,11}(?![\w#])"
            r"|(?<!\w)(?!five-seven(?!-))(?:one"
            r"|two|three|four|five|six|seven)(?:-(?:one|two|three|four|five|six|seven)){1,7}(?!\w)"
        r"|(?<!\w)two five one(?!\w)",
        "v": r"\b[Rr]oot[ -]position\b|(?i:\b(?:first|second|third|1st|2nd|3rd)[ -]inversion\b)"
        r"|(?<![\d/])(?:6/5|6/4|6/3|4/3|4/2)(?![\d/])|\b(?:six[ -]four|six[ -]five|four[ -]three|four[ -]two)\b(?="
        r" (?:chord|pos|inv))",
        "z": rf"(?i:\b{_CADENCES}) cadences?\b",
        "g": rf"\b(?:{_COUNT}|(?:a )?(?:single|lone)) (?:sharps?|flats?|accidentals?)(?: (?:or|and) (?:no )?(?:flats?"
            rf"|sharps?))?\b(?! (?:five|nine))",
        "h": rf"\b{_COUNT} (?:semitones?|half[ -](?:steps?|tones?)|whole[ -](?:tones?|steps?))\b(?! scale)",
        "d": rf"\b{_COUNT} (?:different |distinct )?(?:notes|tones|pitches)\b",
        "y": rf"\b{_VALUES}\b(?=[ -]note|s\b|(?<=note)|(?<=notes)|(?<=[mtr])|(?<=minims)|(?<=crotchets)|(?<=quavers)"
            rf"|(?<=breve)|(?<=breves))(?! [sc]teps?)(?:[ -]notes?)?",
        "f": rf"(?i:\bleading[ -](?:tone|note)[ -](?:seventh|7th)(?: chord)?\b)|(?i:\bdominant[ -](?:seventh|7th|7))"
            rf" chord\b(?= (?:of|in|for|is|would"
            rf"|will)\b)|(?i:\b{_FUNCTION})\b(?! (?:chords?|triads?|seventh|7th|ninth"
                rf"|9th|minor|major)\b)|(?i:\b(?:relative|parallel)[ "
            rf"-](?:major|minor|key)|\b(?:supertonic|subdominant|submediant|mediant|tonic|subtonic"
            rf"|leading[ -]tone|secondary[ "
            rf"-]dominant|neapolitan|dominant))\b(?: chord| triad| key)?(?= |$|\W)(?! (?:minor|major|ninth|9th"
            rf"|thirteenth)\b)(?! (?:seventh"
                rf"|7th)(?! (?:of|in)))",
        "q": rf"\b(?:maj ?[79]|m7b5|m(?:in)?[79]|dom7|dim7|add9|sus[24]|mmaj7) (?:chord|triad)s?\b|\b[Dd]ominant"
            rf" (?:7|seven)\b(?= (?:is|=|has|chord))|(?i:\b{_QUALITY}|\b(?:major|minor|power))[ -](?:chords?"
            rf"|triads?)\b|(?i:\bhalf[ "
            rf"-]diminished|\bdominant[ -](?:seventh|7th))\b(?! (?:of|in)\b)"
            rf"|(?i:\b{_QUALITY}|\b(?:major|minor))(?= (?:built |rooted |based )(?:up )?(?:on|from|off|upon)"
            rf" {_NOTE}{_END}| on {_NOTE}{_END})",
        "i": rf"(?i:\b(?:perfect|major|minor|augmented|diminished))[ -]{_SIZE}s?{_END}|\b[Tt]ritone\b(?![ "
            rf"-]sub)|\b(?:half|whole)[ -](?:step|tone)\b(?! scale)|\bsemitone\b|\boctave\b"
            r"|(?<=\ba )tone\b(?= (?:above|below|apart|higher|lower|up|down|away|between)|[.,;)]|$)"
            rf"|(?<!\w)(?:[Pp][1458]|[mM][2367])(?!\w)",
            } | _counted()  # fmt: skip


def _counted() -> dict[str, str]:
    """Kinds of scales, degrees, numerals and spoken numbers of chords."""
    names = _scale_names()
    return {
        "t": rf"(?<![A-Za-z#])(?i:{names})(?:[ -](?:scales?|modes?))?\b|(?<![A-Za-z#])(?i:major"
                    rf"|minor|diminished|pentatonic)[ -](?:scales?|modes?)\b",
        "o": rf"\b(?:(?:flat|flatted|flattened|lowered|raised|sharp|sharped|natural)[ "
            rf"-])?{_NTH}\b(?<!\bfirst)(?<!\bsecond)(?! chords?\b)|\b(?:first|second|third|fourth|fifth)\b(?! "
            rf"inversion)|(?<![\w#])[b#](?:2|3|4|5|6|7|9|11|13)(?![\w#])"
        r"|(?<=[Tt]he )(?:9|11|13)(?![\w/])|(?<=[Tt]he )[357](?= (?:and|&) (?:the )?[b#]?[357]\b)|(?<=[357] and"
        r" )[b#]?[357](?= (?:of|in|for)\b)"
        r"|\b(?:flat|sharp|natural)[ -](?:two|three|four|five|six|seven|nine|eleven|thirteen|\d+)\b|\b(?:scale "
            r")?(?:degree|step) [1-7]\b",
        "r": _NUMERAL,
        "e": rf"\b(?:five|5)(?: seven|-seven)?[ -]of[ -](?:the )?{_PLACE}\b(?! (?:the|these|those|notes|chords"
            rf"|sharps|flats))|(?<=[Tt]he )(?:(?:flat|minor|major|dominant)[ -])?{_PLACE}(?:[ -](?:minor|major"
            rf"|dominant|seven|7))*"
            rf"(?= (?:chord|of|in|is|would|will|becomes|=)\b|:|,|$)(?! (?:in|of) (?:the )?(?:these|those|them|chords"
            rf"|notes))"
            rf"|\b[Ff]lat[ -]{_PLACE}(?= (?:major|minor|in|of|chord)\b)|(?<![\d.,/#-])[1-7](?: minor| major)?(?= is"
            rf" [A-G][#b ]?)"
            rf"|\b(?:(?:flat|minor|major|dominant|borrowed)[ -])*{_PLACE}(?:[ -](?:minor|major|dominant|seven"
            rf"|7))*[- ]chord\b"
            rf"|\bfive-seven(?!-)|\b[Cc]hord (?:number )?{_PLACE}\b(?! chords)"
            rf"|(?<=[Tt]he )(?:minor|flat|dominant) {_PLACE}\b(?!-)(?! (?:five|5|flats?|sharps?|notes?|chords))"
            rf"|(?<=[Tt]he ){_PLACE} (?:minor|major)\b(?! (?:chord|triad|scale|key)s)",
    }  # fmt: skip
