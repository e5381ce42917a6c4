"""Which language a text is in. Knows scripts, letters and frequent words of 28 languages; says nothing where unsure.

The script decides first, then letters that few languages have, then function words, each the heavier the fewer
languages share it. Note names, chord symbols, numerals and figures count for nothing, so that a sentence about chords
is judged by the words around them. `data/languages.toml` holds the words.
"""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput

_LONGEST_NAME: Final = 40
_LONGEST_READ: Final = 4000
"""Characters that are enough to know a language by; a text is read from its beginning."""
_NAME: Final = re.compile(r"[^\W\d_][\w .()'-]*\Z")
_MUSIC: Final = re.compile(
    r"[A-G](?:#|b|♯|♭)?(?:maj|min|mi|ma|m|dim|aug|sus|add|alt|M|Δ|∆|ø|°|\+|-)*[0-9]*(?:[#b♯♭()+,0-9susadlt]*)"
    r"(?:/[A-G][#b♯♭]?)?\Z|[IViv]+[0-9]*\Z|[0-9][0-9a-z.,:-]*\Z|[A-GH]\Z"
)
"""Chord symbols, note names, Roman numerals, figures: the same in every language."""
_WORD: Final = re.compile(r"[^\W_]+(?:['’#♯♭/+-][^\W_]+)*[#♯♭]?")
_SCRIPTS: Final = (
    ("latin", "LATIN"), ("kana", "HIRAGANA"), ("kana", "KATAKANA"), ("han", "CJK"), ("hangul", "HANGUL"),
    ("cyrillic", "CYRILLIC"), ("greek", "GREEK"), ("arabic", "ARABIC"), ("hebrew", "HEBREW"), ("thai", "THAI"),
    ("devanagari", "DEVANAGARI"),
)  # fmt: skip
_DENSE: Final[Mapping[str, int]] = {"kana": 4, "han": 4, "hangul": 3, "thai": 2, "devanagari": 2}
"""How many letters of an alphabet one sign is worth where two scripts stand in one text."""
_QUOTING: Final = 0.25
"""The share of its own script that a text in another script must have, between names and terms in Latin letters."""
_FEW: Final = 8
"""So few words may be names and terms, which any language takes as they are."""
_LETTER: Final = 1.5
"""What a letter that few languages have is worth, in words that no other has."""
_SURE, _LEAD, _SHARE = 1.7, 1.35, 0.12
"""What a language needs to be known: so much weight, so many times the next one's, on so many of the words."""


class Language(Struct, frozen=True):
    """One language: its code (ISO 639-1), English name, script, and what it is known by."""

    code: str
    name: str
    names: frozenset[str]
    script: str
    letters: frozenset[str]
    words: frozenset[str]


def language_of(text: str) -> str:
    """The code of the language a text is in ("en", "ja"); "" where that is not sure."""
    found = _weighed(text[:_LONGEST_READ])
    return found.best


def is_in(text: str, wanted: str) -> bool:
    """False where a text is surely in another language than `wanted` (a code, "pt-BR", or a name); True in doubt.

    Of languages not known here only their script, where one writes so, and what is surely English can be told.
    """
    code = language_code(wanted)
    found = _weighed(text[:_LONGEST_READ])
    language = _languages().get(code)
    if language is None:
        return not (found.best == "en" and code)
    own = "kana" if language.script == "japanese" else language.script
    if found.script and own != found.script:
        if found.words < _FEW and not found.best:
            return True
        return own != "latin" and found.scripts.get(own, 0.0) >= _QUOTING
    return found.best in ("", code) or found.weights.get(code, 0.0) > 0.6 * found.weights.get(found.best, 0.0)


def wrong_language(text: str, wanted: str) -> Iterator[str]:
    """A sentence where the text is surely in another language than the one wanted; nothing in doubt, or for ""."""
    if wanted and not is_in(text, wanted):
        found = language_of(text)
        seen = f"it is in {language_name(found)}" if found else "it is not"
        yield f"it must be in {language_name(wanted)}; {seen}"


def language_code(word: str) -> str:
    """The code a word means ("Japanese", "ja-JP", "jpn", "日本語" are "ja"); the word itself where none is known."""
    plain = " ".join(unicodedata.normalize("NFC", word).lower().replace("_", "-").split())
    first, *others = re.split(r"[- ()]+", plain)
    known = (_codes().get(part) for part in (plain, first, *(other for other in others if len(other) > 3)))
    return next(filter(None, known), plain)


def language_name(word: str) -> str:
    """The English name of a language, for people and prompts; the word itself where none is known."""
    language = _languages().get(language_code(word))
    return word if language is None else language.name


def language_asked(word: str) -> str:
    """The language a user asks for, in canonical spelling; "" for none. Raises BadInput for what names no language."""
    plain = word.strip()
    if not plain:
        return ""
    if len(plain) > _LONGEST_NAME or not _NAME.match(plain):
        raise BadInput(
            f"cannot read the language {plain[:_LONGEST_NAME]!r}",
            why="it is no name or code of a language",
            mend='write it as "ja", "pt-BR" or "German"',
        )
    return language_code(plain)


# ---- weighing ------------------------------------------------------------------------------------------------------


class _Weighed(Struct, frozen=True):
    """The script most of a text is in ("" where there is none), the share of each, each language's weight, and the
    sure one."""

    script: str = ""
    scripts: dict[str, float] = {}
    weights: dict[str, float] = {}
    best: str = ""
    words: int = 0


def _weighed(text: str) -> _Weighed:
    words = [word for word in _WORD.findall(unicodedata.normalize("NFC", text)) if not _MUSIC.match(word)]
    scripts = _scripts_of(words)
    script = max(scripts, key=lambda one: scripts[one], default="")
    if not script:
        return _Weighed()
    candidates = [language for language in _languages().values() if _writes(language, script)]
    if len(candidates) == 1:
        return _Weighed(script, scripts, {candidates[0].code: _SURE}, candidates[0].code, len(words))
    told = [word.lower().replace("’", "'") for word in words]
    weights = {language.code: _weight(language, told) for language in candidates}
    first, second = sorted(weights, key=lambda code: -weights[code])[:2]
    leader = _languages()[first]
    known = sum(word in leader.words or not leader.letters.isdisjoint(word) for word in told)
    is_sure = (
        weights[first] >= _SURE
        and weights[first] >= _LEAD * weights[second]
        and (known >= _SHARE * len(told) or script != "latin")
    )
    return _Weighed(script, scripts, weights, first if is_sure else "", len(words))


def _weight(language: Language, words: list[str]) -> float:
    """Words by how few languages share them, a word said again for less; and letters that few have."""
    counts = Counter(word for word in words if word in language.words)
    total = sum(_rarity(word) * (1 + math.log(count)) for word, count in counts.items())
    letters = sum(not language.letters.isdisjoint(word) for word in words)
    return total + _LETTER * math.log2(1 + letters) * 2


def _scripts_of(words: list[str]) -> dict[str, float]:
    """The share of each script; Chinese signs among Japanese ones are Japanese."""
    counts: Counter[str] = Counter()
    for sign in "".join(words):
        if script := _script(sign):
            counts[script] += _DENSE.get(script, 1)
    if counts["kana"] * 9 >= counts["han"] > 0:
        counts["kana"] += counts.pop("han")
    return {script: count / counts.total() for script, count in counts.items() if count}


@lru_cache(maxsize=4096)
def _script(sign: str) -> str:
    name = unicodedata.name(sign, "")
    return next((script for script, begins in _SCRIPTS if name.startswith(begins)), "")


def _writes(language: Language, script: str) -> bool:
    return language.script == script or (language.script, script) == ("japanese", "kana")


@cache
def _languages() -> dict[str, Language]:
    text = resources.files("partimento.decoding").joinpath("data/languages.toml").read_text("utf-8")
    return {
        code: Language(
            code,
            entry["names"].split()[0].capitalize(),
            frozenset((code, *entry["names"].split())),
            entry.get("script", "latin"),
            frozenset(entry.get("letters", "")),
            frozenset(entry.get("words", "").split()),
        )
        for code, entry in tomllib.loads(text).items()
    }


@cache
def _codes() -> dict[str, str]:
    return {name: language.code for language in _languages().values() for name in language.names}


@cache
def _sharing() -> Counter[str]:
    return Counter(word for language in _languages().values() for word in language.words)


def _rarity(word: str) -> float:
    """1 for a word that one language has, less for one that several share."""
    return 1.0 / _sharing()[word] ** 0.75 if len(word) > 1 else 0.5 / _sharing()[word]
