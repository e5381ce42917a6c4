"""Keys and modes that free text names: "in Ab", "f# minor", "Eb blues", "a minor blues". Leaves choosing to `plan`.

A note letter counts in upper case, or where major, minor, sharp or flat is spelled out beside it; "a" and a bare "A"
before a noun are the article.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

from partimento.music.key import MODES, Key

_SPOKEN: Final = r"[ -]?(?:sharp|flat)(?!\w)"
_NOTE: Final = rf"[A-G](?:[#b♯♭]|{_SPOKEN})?+"
_LOW: Final = r"[a-g](?:[#b♯♭]|[ -](?:sharp|flat)(?!\w))"
_MODES: Final = rf"(?i:{'|'.join(MODES)}|maj|min)"
_IN: Final = r"\b(?i:in|key(?:\s+of|\s*[:=])?)\s+(?:the\s+key\s+of\s+)?"
_ENDS: Final = r"(?=\s*(?:[,.;:)]|$|with\b|at\b|and\b|for\b))"
_ARTICLE: Final = (
    r"A[ -](?:major|minor)\s+(?:chords?(?!\s+prog)|thirds?|sevenths?|events?|details?|changes?|touch|2|ii|two)\b"
)
_OF_MODE: Final = (
    r"[ -](?:key|mode|mood|tonality|feel\w*|blues|scale|vein|way|style|tone|\w+ (?:style|feel|mood|way))\b"
)
NOUNS: Final = r"blues|ballad|(?:chord )?progression|tune|song|piece|melody|groove|vamp|jam|waltz|swing|hymn"
"""What may stand in a key in any genre."""


@lru_cache(maxsize=64)
def _patterns(qualities: str, nouns: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    beside = rf"(?i:(?:(?:{qualities}|\d+[- ]bars?)\s+)*(?:{nouns}|{NOUNS})\b)"
    key = re.compile(
        rf"\b(?P<note>(?!{_ARTICLE}){_NOTE}|{_LOW}|[b-g])[ -](?P<mode>{_MODES})\b"
        rf"|{_IN}(?:(?P<a>A{_ENDS})|(?P<in>(?!A ){_NOTE}m?+|[a-g][#b♯♭]m?+)(?![A-Za-z0-9]|[ -]{_MODES})"
        rf"|(?P<spoken>[b-g][ -](?:sharp|flat)(?!\w)|a[ -](?:sharp|flat)(?!\w){_ENDS})"
        rf"|(?P<low>a) (?P<low_mode>major|minor)\b(?!{_OF_MODE}))"
        rf"|\b(?P<beside>(?!A[ -]){_NOTE}m?+|[b-g][ -](?:sharp|flat))[ -]{beside}"
        rf"|\b(?P<signed>[A-G](?:[#b♯♭]m?|m)) (?:[a-z-]+ ){{0,2}}{beside}"
        rf"|(?:^|[,;(:])\s*(?P<field>[A-G](?:[#b♯♭]m?|m))(?=\s*(?:[,;.)]|$))"
    )
    mode = re.compile(
        rf"\b(major|minor)[ -](?:(?:key|mode|mood|tonality|feel)\b|{beside})|\bin (?:a )?(major|minor)\b"
        rf"|(?:^|[,;])\s*(major|minor)(?=\s*(?:[,;.]|$))"
    )
    return key, mode


def keys_in(text: str, qualities: str, nouns: str) -> list[Key]:
    """The keys a text names, each once, in order. `qualities` and `nouns`: what stands beside a key ("slow", "bossa").

    A key named by its note alone takes the mode that the text names elsewhere ("a minor blues in C").
    """
    pattern, _ = _patterns(qualities, nouns)
    found = list(pattern.finditer(text))
    if len(found) > 1 and _is_article(text, found[0]):
        del found[0]
    named = [_key(match) for match in found]
    alone = mode_in(text, qualities, nouns) or "major"
    with_mode = {key.tonic: key for key, has_mode in named if has_mode}
    keys = [key if has_mode else with_mode.get(key.tonic, Key(key.tonic, alone)) for key, has_mode in named]
    return list(dict.fromkeys(keys))


def mode_in(text: str, qualities: str, nouns: str) -> Literal["major", "minor"] | None:
    """The mode a text names, with or without a tonic."""
    found = _patterns(qualities, nouns)[1].search(text.lower())
    if found is None:
        return None
    return "minor" if "minor" in found.groups() else "major"


def modes_alone(text: str, keys: list[Key]) -> list[str]:
    """Modes besides major and minor that the text names without a tonic."""
    known = {key.mode for key in keys}
    return [mode for mode in MODES[2:] if mode not in known and re.search(rf"\b{mode}\b", text.lower())]


def _is_article(text: str, match: re.Match[str]) -> bool:
    """Whether "A minor blues in C" begins with an article: "A" opens the sentence and a noun follows the mode."""
    before = text[: match.start()].rstrip()
    opens = not before or before[-1] in ".;!?"
    return opens and match["note"] == "A" and re.match(r"\s+\w", text[match.end() :]) is not None


def _key(match: re.Match[str]) -> tuple[Key, bool]:
    found = {name: part for name, part in match.groupdict().items() if part}
    mode = found.get("mode") or found.get("low_mode") or ""
    note = next(
        found[name] for name in ("note", "a", "in", "spoken", "low", "beside", "signed", "field") if name in found
    )
    key = Key.parse(f"{note[0].upper()}{note[1:]} {mode}".strip())
    return key, bool(mode) or note.endswith("m")
