"""What a description asks for: free text in, typed values out. Leaves making a plan of it to `plan`.

Finds key, bars, meter, tempo and pace, level, mood, application, form and devices. What is not said stays open; what
is denied ("no turnaround", "not slow") does not count; what contradicts itself is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.composition import key_words
from partimento.music.composition.denial import Denial
from partimento.music.composition.genre import Genre
from partimento.music.rhythm import Clave

Pace = Literal["slow", "medium", "fast"]
Mood = Literal["dark", "bright", "calm", "energetic"]
Device = Literal[
    "two-five-one", "turnaround", "tritone substitution", "altered dominants", "passing chords", "walk-up",
    "modal interchange", "plagal", "secondary dominants", "backdoor", "deceptive",
]  # fmt: skip

_SET_TO: Final = r"(?:\s*(?:of|is|at|=|:))?(?:\s+(?=-\d)|[\s-]*(?=\d))"
_LEVELS: Final = (
    (rf"level{_SET_TO}(-?\d+)", 0),
    (r"experimental|avant-?garde|innovative", 10),
    (r"advanced|sophisticated|complex|virtuos\w+", 8),
    (r"intermediate", 5),
    (r"simple|basic|easy|beginners?", 2),
)
_PACES: Final[tuple[tuple[str, Pace], ...]] = (
    (r"slow(?:ly|er)?(?![ -]change)|relaxed|laid-?back|gentl[ey]|adagio|largo", "slow"),
    (r"medium(?:-tempo)?|mid-?tempo|moderate(?:ly)?|andante", "medium"),
    (r"fast(?:er)?|up-?tempo|upbeat|quick(?![ -]change)|brisk|driving|presto|allegro", "fast"),
)
_MOODS: Final[tuple[tuple[str, Mood], ...]] = (
    (r"dark|sad|melanchol\w+|som(?:ber|bre)|mournful|brooding|haunting", "dark"),
    (r"joy(?:ful|ous)|happy|bright|uplifting|triumphant|cheerful|celebrat\w+", "bright"),
    (r"calm|peaceful|tender|intimate|reflective|meditative|soft|quiet|prayerful", "calm"),
    (r"energetic|intense|exciting|powerful|fiery", "energetic"),
)
_GAP: Final = r"[\s\-,>→]*"
_STEP: Final = r"[\s\->→]+"
_TWO_FIVE_ONE: Final = rf"\b(?:2{_GAP}5{_GAP}1|two{_GAP}five{_GAP}one|ii7?{_STEP}v7?{_STEP}i(?:maj7)?)s?\b"
_INTO: Final = re.compile(rf"{_TWO_FIVE_ONE}[\w\s]*?\bin ?to (?:(?:the|a|an|each|every|final|last|next|second) )*(\w+)")
_DEVICES: Final[tuple[tuple[str, Device], ...]] = (
    (_TWO_FIVE_ONE, "two-five-one"),
    (r"turn-?\s?arounds?", "turnaround"),
    (r"tritone[ -]sub\w*|substitute dominants?", "tritone substitution"),
    (r"altered(?: dominants?| chords?)?|alt chords?", "altered dominants"),
    (r"passing (?:chords?|diminished|tones?)|diminished passing", "passing chords"),
    (r"walk-?\s?(?:ups?|downs?)", "walk-up"),
    (r"modal (?:interchange|mixture)|borrowed (?:chords?|harmon\w+)", "modal interchange"),
    (r"plagal|amen (?:cadence|ending)", "plagal"),
    (r"(?:secondary|applied) (?:dominants?|chords?)", "secondary dominants"),
    (r"back-?door", "backdoor"),
    (r"deceptive|false cadence", "deceptive"),
)
_NUMBERS: Final = {"four": 4, "eight": 8, "twelve": 12, "sixteen": 16, "twenty-four": 24, "thirty-two": 32}
_BARS: Final = re.compile(rf"\b(\d+|{'|'.join(_NUMBERS)})[\s-](?:bars?|measures?)\b")
_METER: Final = re.compile(r"(?<![\d/])((?:[2-9]|1\d)/(?:2|4|8|16))(?![\d/])")
_TEMPO: Final = re.compile(
    r"(?<![\d.])(\d+(?:\.\d+)?)[\s-]*(?:bpm\b|beats (?:per|a) minute)"
    rf"|\b(?:tempo|bpm){_SET_TO}(-?\d+(?:\.\d+)?)\b"
)
_CLAVE: Final = re.compile(r"\b(2-3|3-2)\b(?=[\s-]*(?:\w+ )?clave)|\bclave (?:in |of |direction )?(2-3|3-2)\b")
_BANDS: Final = (
    (r"(?:with|and) (?:a |the )?(?:(?:full|whole|rhythm) )?(?:band|section|rhythm section)|piano trio", ("all",)),
    (r"(?:with|and) (?:a |the )?bass (?:and|&) (?:the )?drums|(?:with|and) drums (?:and|&) bass", ("bass", "drums")),
    (r"with (?:a |the )?drums?", ("drums",)),
    (r"with (?:a |the )?(?:bass|bass ?line) ?(?:track|player|guitar)", ("bass",)),
)
_MOST_DIGITS: Final = 9
_FORM_WORDS: Final = (
    "aaba", "12-bar blues", "verse and chorus", "verse-chorus", "8-bar blues", "16-bar blues", "rondo",
)  # fmt: skip


class Brief(Struct, frozen=True, kw_only=True):
    """What the words say; None and "" where they say nothing. `into`: the section that a 2-5-1 leads into.

    `unwanted`: devices the words deny, to be kept out even where chance would bring them.
    """

    key: str | None = None
    mode: Literal["major", "minor"] | None = None
    tempo: float | None = None
    pace: Pace | None = None
    level: int | None = None
    bars: int | None = None
    meter: str | None = None
    mood: Mood | None = None
    application: str = ""
    form: str = ""
    devices: tuple[Device, ...] = ()
    unwanted: tuple[Device, ...] = ()
    unwanted_applications: tuple[str, ...] = ()
    into: str = ""
    clave: Clave | None = None
    tracks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def read(description: str, genre: Genre) -> Brief:
    """What a description says, in the words of a genre. Raises BadInput where it contradicts itself."""
    qualities, nouns = _words_beside_a_key(genre)
    text, denied = _denial(genre).parted(re.sub(r"[‐‑–—]", "-", description))
    lower, denied = text.lower(), denied.lower()
    notes: list[str] = []
    application = _earliest(lower, ((words, found.name) for found in genre.applications for words in found.words))
    form = _form(lower, genre)
    if not form and (missing := next((words for words in _FORM_WORDS if words in lower), "")):
        raise BadInput(
            f"{genre.title} has no {missing} among its forms",
            why="a piece cannot be in a form its genre does not have",
            mend=f"ask for {', '.join(form.name for form in genre.forms)}, or for another genre",
        )
    devices = _devices(lower)
    into = _INTO.search(lower)
    return Brief(
        key=_key(text, qualities, nouns, notes),
        mode=key_words.mode_in(text, qualities, nouns),
        tempo=_tempo(lower),
        pace=next((pace for pattern, pace in _PACES if _has(pattern, lower)), None),
        level=_level(lower),
        bars=_bars(lower, form, genre),
        meter=_meter(lower),
        mood=next((mood for pattern, mood in _MOODS if _has(pattern, lower)), None),
        application=application,
        form=form,
        devices=devices,
        unwanted=_unwanted(denied, devices),
        unwanted_applications=tuple(
            found.name for found in genre.applications if any(_has(re.escape(words), denied) for words in found.words)
        ),
        into=into[1] if into else "",
        clave=_clave(lower),
        tracks=next((players for pattern, players in _BANDS if _has(pattern, lower)), ()),
        notes=tuple(notes),
    )


@lru_cache(maxsize=64)
def _denial(genre: Genre) -> Denial:
    """What finds denials of anything that this module reads."""
    qualities, nouns = _words_beside_a_key(genre)
    bare = "|".join(pattern.replace("\\b", "") for pattern, _ in _DEVICES)
    numbers = rf"{_TEMPO.pattern}|{_METER.pattern}|{_BARS.pattern}|level \d+"
    key = r"(?:[A-G](?:[#b♯♭]|[ -](?:sharp|flat))?m?|[A-G])(?:[ -](?:major|minor))?"
    return Denial(bare, rf"{qualities}|major|minor", rf"(?:{nouns}|{key_words.NOUNS})s?|{numbers}|{key}")


@lru_cache(maxsize=64)
def _words_beside_a_key(genre: Genre) -> tuple[str, str]:
    """Patterns of the words for how a piece is ("slow") and for what it is ("bossa"), as one pattern each."""
    levels = [pattern for pattern, level in _LEVELS if level]
    qualities = [*levels, *(pattern for pattern, _ in _PACES), *(pattern for pattern, _ in _MOODS)]
    uses = {words for use in genre.applications for words in use.words}
    names = {genre.name, *genre.aliases, *(words for form in genre.forms for words in form.words)}
    nouns = sorted(uses | names, key=lambda words: (-len(words), words))
    return "|".join(qualities), "|".join(map(re.escape, nouns))


def _has(pattern: str, text: str) -> re.Match[str] | None:
    return re.search(rf"\b(?:{pattern})\b", text)


def _earliest(text: str, words: Iterable[tuple[str, str]]) -> str:
    found = [(match.start(), -len(word), name) for word, name in words if (match := _has(re.escape(word), text))]
    return min(found)[2] if found else ""


def _longest(text: str, words: Iterable[tuple[str, str]]) -> str:
    found = [(len(word), name) for word, name in words if _has(re.escape(word), text)]
    return max(found)[1] if found else ""


def _devices(text: str) -> tuple[Device, ...]:
    return tuple(device for pattern, device in _DEVICES if re.search(pattern, text))


def _unwanted(denied: str, devices: tuple[Device, ...]) -> tuple[Device, ...]:
    unwanted = _devices(denied)
    if both := [device for device in unwanted if device in devices]:
        raise BadInput(
            f"the description asks for {both[0]} and against it",
            why="a piece has it or has it not",
            mend="say one of the two",
        )
    return unwanted


def _form(text: str, genre: Genre) -> str:
    """The form named, also with its mode inside the name ("12-bar minor blues") or its length apart from it."""
    forms = tuple((words, found.name) for found in genre.forms for words in found.words)
    plain = re.sub(r"\b(?:major|minor) (?=blues)", "", text)
    named = _longest(text, forms) or _longest(plain, forms)
    if not named and _has("blues", text):
        counts = {_count(word) for word in _BARS.findall(text)}
        return next((found.name for found in genre.forms if "blues" in found.name and {found.bars} == counts), "")
    return named


def _key(text: str, qualities: str, nouns: str, notes: list[str]) -> str | None:
    keys = key_words.keys_in(text, qualities, nouns)
    if len(keys) > 1:
        named = " and ".join(key.symbol for key in keys)
        notes.append(f"the description names the keys {named}; it was composed in the first")
    notes.extend(
        f"{mode} was left out; composition knows major and minor keys" for mode in key_words.modes_alone(text, keys)
    )
    return keys[0].symbol if keys else None


def _tempo(text: str) -> float | None:
    found = _TEMPO.search(text)
    return float(found[1] or found[2]) if found else None


def _clave(text: str) -> Clave | None:
    sides = {found[1] or found[2] for found in _CLAVE.finditer(text)}
    if len(sides) > 1:
        raise BadInput("the description asks for both sides of the clave", why="a piece keeps to one", mend="name one")
    return "3-2" if "3-2" in sides else "2-3" if sides else None


def _level(text: str) -> int | None:
    for pattern, level in _LEVELS:
        if found := _has(pattern, text):
            return level or int(found[1][:_MOST_DIGITS])
    return None


def _bars(text: str, form: str, genre: Genre) -> int | None:
    if form:
        for words in sorted(genre.form(form).words, key=len, reverse=True):
            text = text.replace(words, "")
    counts = {_count(word) for word in _BARS.findall(text)}
    if len(counts) > 1:
        raise BadInput(
            f"the description asks for {' and '.join(map(str, sorted(counts)))} bars",
            why="a piece has one length",
            mend="name one number of bars",
        )
    return counts.pop() if counts else None


def _count(word: str) -> int:
    return _NUMBERS.get(word) or int(word[:_MOST_DIGITS])


def _meter(text: str) -> str | None:
    meters = set(_METER.findall(text)) | ({"3/4"} if _has("waltz", text) else set())
    if len(meters) > 1:
        raise BadInput(
            f"the description asks for the meters {' and '.join(sorted(meters))}",
            why="a piece has one meter; a waltz is in 3/4",
            mend="name one meter",
        )
    return meters.pop() if meters else None
