"""What a description asks for, and the plan that follows from it: words in, typed values out. Composes nothing.

`read` finds key, bars, meter, pace, level, mood, application, form and devices in free text; `plan` joins them with the
options that were given by name. An option wins over the words, and a note says so; what cannot be had together is
refused, never quietly changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal, TypeVar

from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.music.form import Form, lay_out
from partimento.music.genre import Application, Genre
from partimento.music.key import Key, practical_key
from partimento.music.rhythm import known_meter

Pace = Literal["slow", "medium", "fast"]
Mood = Literal["dark", "bright", "calm", "energetic"]
Device = Literal[
    "two-five-one", "turnaround", "tritone substitution", "altered dominants", "passing chords", "walk-up",
    "modal interchange", "plagal", "secondary dominants", "backdoor",
]  # fmt: skip

_LEVELS: Final = (
    (r"level (10|[1-9])\b", 0),
    (r"experimental|avant-?garde|innovative", 10),
    (r"advanced|sophisticated|complex|virtuos\w+", 8),
    (r"intermediate", 5),
    (r"simple|basic|easy|beginners?", 2),
)
LEVEL_WORDS: Final = {"beginner": 2, "intermediate": 5, "advanced": 8}
_PACES: Final[tuple[tuple[str, Pace], ...]] = (
    (r"slow(?:ly|er)?|relaxed|laid-?back|gentl[ey]|adagio|largo", "slow"),
    (r"medium(?:-tempo)?|mid-?tempo|moderate(?:ly)?|andante", "medium"),
    (r"fast(?:er)?|up-?tempo|upbeat|quick|brisk|driving|presto|allegro", "fast"),
)
_MOODS: Final[tuple[tuple[str, Mood], ...]] = (
    (r"dark|sad|melanchol\w+|som(?:ber|bre)|mournful|brooding|haunting", "dark"),
    (r"joy(?:ful|ous)|happy|bright|uplifting|triumphant|cheerful|celebrat\w+", "bright"),
    (r"calm|peaceful|tender|intimate|reflective|meditative|soft|quiet|prayerful", "calm"),
    (r"energetic|intense|exciting|powerful|fiery", "energetic"),
)
_GAP: Final = r"[\s\-–—>→,]*"
_TWO_FIVE_ONE: Final = (
    rf"(?:\b(?:2{_GAP}5{_GAP}1|two{_GAP}five{_GAP}one|ii7?[\s\-–—>→,]+v7?[\s\-–—>→,]+i(?:maj7)?)s?\b)"
)
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
)
_NUMBERS: Final = {"four": 4, "eight": 8, "twelve": 12, "sixteen": 16, "twenty-four": 24, "thirty-two": 32}
_BARS: Final = re.compile(rf"\b(\d+|{'|'.join(_NUMBERS)})[\s-](?:bars?|measures?)\b")
_METER: Final = re.compile(r"(?<![\d/])((?:[2-9]|12)/(?:2|4|8))(?![\d/])")
_TEMPO: Final = re.compile(r"\b(\d{2,3})\s*bpm\b|\btempo\s*(?:of|=|:)?\s*(\d{2,3})\b")
_NOTE: Final = r"[A-G](?:[#b♯♭]|[ -]?(?:sharp|flat))?"
_KEY: Final = re.compile(
    rf"\b({_NOTE})[ -]((?i:major|minor))\b"
    rf"|\b(?:in|key of)\s+(?:the\s+key\s+of\s+)?({_NOTE}m?)(?=\s*(?:[,.;:)]|$|with|at|and|for))"
    rf"|\b(?:in|key of)\s+(?:the\s+key\s+of\s+)?([a-g](?:[#b♯♭]|[ -](?:sharp|flat))?) (major|minor)\b(?! key)"
)
_MODE: Final = re.compile(r"\b(major|minor)[ -](?:key|mode|blues|mood|tonality|feel)\b|\bin (?:a )?(major|minor)\b")
_FORM_WORDS: Final = (
    "aaba",
    "12-bar blues",
    "verse and chorus",
    "verse-chorus",
    "8-bar blues",
    "16-bar blues",
    "rondo",
)


class Brief(Struct, frozen=True, kw_only=True):
    """What the words say, and nothing more; None and "" where they say nothing. `into`: the section a 2-5-1 leads into."""

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
    into: str = ""
    notes: tuple[str, ...] = ()


class Plan(Struct, frozen=True, kw_only=True):
    """What to compose, all of it settled. `forms`: the names of the forms that can hold it; `notes`: what a reader should know."""

    key: str
    tempo: float
    meter: str
    bars: int
    level: int
    application: str
    forms: tuple[str, ...]
    mood: Mood | None = None
    devices: tuple[Device, ...] = ()
    into: str = ""
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def read(description: str, genre: Genre) -> Brief:
    """What a description says, in the words of a genre. Raises BadInput where it contradicts itself."""
    text = re.sub(r"[‐‑–—]", "-", description)
    lower = text.lower()
    notes: list[str] = []
    application = _earliest(lower, ((words, found.name) for found in genre.applications for words in found.words))
    form = _longest(lower, ((words, found.name) for found in genre.forms for words in found.words))
    if not form and (missing := next((words for words in _FORM_WORDS if words in lower), "")):
        notes.append(f"{genre.title} has no {missing} among its forms; another of its forms was taken")
    devices = tuple(device for pattern, device in _DEVICES if re.search(pattern, lower))
    into = re.search(
        rf"{_TWO_FIVE_ONE}[\w\s]*?\bin ?to (?:(?:the|a|an|each|every|final|last|next|second) )*(\w+)", lower
    )
    return Brief(
        key=_key(text, notes),
        mode=_mode(lower),
        tempo=_tempo(lower),
        pace=next((pace for pattern, pace in _PACES if _has(pattern, lower)), None),
        level=_level(lower),
        bars=_bars(lower, form, genre),
        meter=_meter(lower),
        mood=next((mood for pattern, mood in _MOODS if _has(pattern, lower)), None),
        application=application,
        form=form,
        devices=devices,
        into=into[1] if into else "",
        notes=tuple(notes),
    )


def _has(pattern: str, text: str) -> re.Match[str] | None:
    return re.search(rf"\b(?:{pattern})\b", text)


def _earliest(text: str, words: Iterable[tuple[str, str]]) -> str:
    found = [(match.start(), -len(word), name) for word, name in words if (match := _has(re.escape(word), text))]
    return min(found)[2] if found else ""


def _longest(text: str, words: Iterable[tuple[str, str]]) -> str:
    found = [(len(word), name) for word, name in words if _has(re.escape(word), text)]
    return max(found)[1] if found else ""


def _key(text: str, notes: list[str]) -> str | None:
    found = []
    for named, mode, alone, lower, spoken in _KEY.findall(text):
        note = named or alone or lower.capitalize()
        found.append(Key.parse(f"{note} {mode or spoken}".strip()).symbol)
    if len(set(found)) > 1:
        notes.append(
            f"the description names the keys {' and '.join(dict.fromkeys(found))}; it was composed in the first"
        )
    return found[0] if found else None


def _mode(text: str) -> Literal["major", "minor"] | None:
    found = _MODE.search(text)
    if found is None:
        return None
    return "minor" if "minor" in found.groups() else "major"


def _tempo(text: str) -> float | None:
    found = _TEMPO.search(text)
    return float(found[1] or found[2]) if found else None


def _level(text: str) -> int | None:
    for pattern, level in _LEVELS:
        if found := _has(pattern, text):
            return level or int(found[1])
    return None


def _bars(text: str, form: str, genre: Genre) -> int | None:
    if form:
        for words in sorted(genre.form(form).words, key=len, reverse=True):
            text = text.replace(words, "")
    counts = {_NUMBERS.get(word) or int(word) for word in _BARS.findall(text)}
    if len(counts) > 1:
        raise BadInput(
            f"the description asks for {' and '.join(map(str, sorted(counts)))} bars",
            why="a piece has one length",
            mend="name one number of bars",
        )
    return counts.pop() if counts else None


def _meter(text: str) -> str | None:
    meters = set(_METER.findall(text)) | ({"3/4"} if _has("waltz", text) else set())
    if len(meters) > 1:
        raise BadInput(
            f"the description asks for the meters {' and '.join(sorted(meters))}",
            why="a piece has one meter; a waltz is in 3/4",
            mend="name one meter",
        )
    return meters.pop() if meters else None


def plan(
    genre: Genre,
    description: str = "",
    *,
    key: str | None = None,
    tempo: float | None = None,
    bars: int | None = None,
    level: int | str | None = None,
    application: str | None = None,
    meter: str | None = None,
) -> Plan:
    """All that is needed to compose: the words of the description, the options over them, the genre's habits under both.

    `tempo` in BPM (20–400), `bars` 1–256, `level` 1–10 or beginner, intermediate, advanced. Raises BadInput for what
    cannot be had together, UnknownName for an application the genre does not have, KeySyntaxError.
    """
    said = read(description, genre)
    notes = list(said.notes)
    settled_tempo = _over("tempo", _checked_tempo(tempo), said.tempo, notes)
    settled_meter = _over("meter", known_meter(meter) if meter else None, said.meter, notes)
    use = _application(genre, said, application, settled_meter, settled_tempo)
    settled_meter = settled_meter or use.meters[0]
    if settled_meter not in genre.meters:
        raise BadInput(
            f"{genre.title} cannot be composed in {settled_meter}",
            why="it has no patterns in that meter",
            mend=f"choose one of {', '.join(genre.meters)}",
        )
    settled_level = _over("level", level_of(level), said.level, notes) or 5
    count = _over("bars", bars, said.bars, notes)
    if count is None:
        count = genre.form(said.form).bars if said.form else 16
    into = _section(genre, said.into)
    return Plan(
        key=_home(genre, said, key, settled_level, notes),
        tempo=settled_tempo or _usual_tempo(use, said),
        meter=settled_meter,
        bars=count,
        level=settled_level,
        application=use.name,
        forms=_forms(genre, use, said, count, into),
        mood=said.mood,
        devices=said.devices,
        into=into,
        notes=tuple(notes),
    )


Value = TypeVar("Value", str, int, float)


def _over(name: str, option: Value | None, words: Value | None, notes: list[str]) -> Value | None:
    """The option where there is one, with a note where the words say otherwise."""
    if option is None:
        return words
    if words is not None and words != option:
        notes.append(f"the option {name}={option} was taken over {words} in the description")
    return option


def level_of(level: int | str | None) -> int | None:
    """A level from a number or a word: 1–10, "beginner" (2), "intermediate" (5), "advanced" (8). Raises BadInput."""
    if level is None:
        return None
    if isinstance(level, str) and level.strip().lower() in LEVEL_WORDS:
        return LEVEL_WORDS[level.strip().lower()]
    try:
        number = int(level)
    except ValueError:
        number = 0
    if not 1 <= number <= 10:
        raise BadInput(
            f"unknown level {level!r}",
            why="levels run from 1 to 10",
            mend="give 1-10, beginner, intermediate or advanced",
        )
    return number


def _checked_tempo(tempo: float | None) -> float | None:
    if tempo is not None and not 20 <= tempo <= 400:
        raise BadInput(
            f"cannot compose at tempo {tempo:g}", why="tempo is 20 to 400 quarters a minute", mend="try 60 to 200"
        )
    return None if tempo is None else float(tempo)


def _pace(said: Brief) -> Pace | None:
    """The pace that the words name or the mood brings with it."""
    if said.pace is not None:
        return said.pace
    return "slow" if said.mood == "calm" else "fast" if said.mood == "energetic" else None


def _application(genre: Genre, said: Brief, option: str | None, meter: str | None, tempo: float | None) -> Application:
    """The application that is named; else one that plays that meter, at that tempo or pace; else the genre's usual one."""
    known = genre.applications
    if option:
        wanted = option.strip().lower()
        found = next((use for use in known if wanted in (use.name, *use.words)), None)
        if found is None:
            raise UnknownName(f"application of {genre.name}", option, [use.name for use in known])
        return found
    if said.application:
        return next(use for use in known if use.name == said.application)
    able = [use for use in known if meter is None or meter in use.meters] or list(known)
    if tempo is not None:
        return next((use for use in able if use.tempo[0] <= tempo <= use.tempo[1]), able[0])
    pace = _pace(said)
    if pace in ("slow", "fast"):
        return (min if pace == "slow" else max)(able, key=lambda use: sum(use.tempo))
    return able[0]


def _usual_tempo(use: Application, said: Brief) -> float:
    low, high = use.tempo
    part = {"slow": 0.15, "fast": 0.85}.get(_pace(said) or "", 0.5)
    return float(round(low + (high - low) * part))


def _home(genre: Genre, said: Brief, option: str | None, level: int, notes: list[str]) -> str:
    """The key of the piece: the option's, the words', or the genre's usual one (C or A minor for beginners)."""
    if option:
        key, note = practical_key(Key.parse(option))
        if note:
            notes.append(note)
        _over("key", key.symbol, said.key, notes)
        wanted = "minor" if key.is_minor else "major"
        if said.key is None:
            _over("key", wanted, said.mode, notes)
    elif said.key:
        key, note = practical_key(Key.parse(said.key))
        notes.extend([note] if note else [])
    else:
        minor = said.mode == "minor" or (said.mode is None and said.mood == "dark")
        key = Key.parse(("C", "Am")[minor] if level <= 3 else genre.homes[minor])
    if key.mode not in ("major", "minor"):
        raise BadInput(
            f"cannot compose in {key.symbol}",
            why="composition knows major and minor keys",
            mend=f"ask for {Key(key.tonic, 'minor' if key.is_minor else 'major').symbol}",
        )
    return key.symbol


_SECTION_WORDS: Final = frozenset(
    {"chorus", "verse", "bridge", "refrain", "vamp", "tag", "outro", "intro", "solo", "head"}
)


def _section(genre: Genre, word: str) -> str:
    """The genre's own name of a section, "" where the word means none. Raises UnknownName for one it does not have."""
    names = {part.name.lower(): part.name for form in genre.forms for part in form.parts}
    if word in _SECTION_WORDS and word not in names:
        raise UnknownName(f"section of {genre.name}", word, names.values())
    return names.get(word, "")


def _forms(genre: Genre, use: Application, said: Brief, bars: int, into: str) -> tuple[str, ...]:
    """The forms that can hold what is asked: the named one, else the application's, else any of the genre."""
    if said.form:
        named = genre.form(said.form)
        lay_out(named, bars)
        choices = [[named]]
    else:
        choices = [[genre.form(name) for name in use.forms], list(genre.forms)]
    for forms in choices:
        able = tuple(form.name for form in forms if _holds(form, bars, into, said.devices))
        if able:
            return able
    what = f"a 2-5-1 into the {into}" if into else "a turnaround"
    raise BadInput(
        f"{bars} bars have no room for {what}",
        why="it stands between two sections",
        mend="ask for more bars, at least 8" if not said.form else "name another form, or none",
    )


_NEED_DOMINANTS: Final = frozenset({"tritone substitution", "altered dominants", "secondary dominants"})


def _holds(form: Form, bars: int, into: str, devices: tuple[Device, ...]) -> bool:
    if form.fixed and bars % form.bars:
        return False
    spans = lay_out(form, bars)
    if into and into not in [span.name for span in spans[1:]]:
        return False
    if form.final == "tonic" and set(devices) & _NEED_DOMINANTS:
        return False
    return len(spans) > 1 or "turnaround" not in devices
