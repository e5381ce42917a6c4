"""From what a description and its options ask for to a plan with nothing left open. Leaves reading words to `brief`.

An option wins over the words, and a note says so; what the words leave open is the genre's habit; what cannot be had
together is refused, never quietly changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar, get_args

from msgspec import Struct

from partimento.core.errors import BadInput, UnknownName
from partimento.music.composition.brief import Brief, Device, Mood, Pace, read
from partimento.music.composition.form import Form, lay_out
from partimento.music.composition.genre import Application, Genre
from partimento.music.key import Key, practical_key
from partimento.music.rhythm import Clave, known_meter
from partimento.music.score import Instrument

LEVEL_WORDS: Final = {"beginner": 2, "intermediate": 5, "advanced": 8}


class Plan(Struct, frozen=True, kw_only=True):
    """What to compose, all settled. `forms`: names of those that can hold it; `notes`: what a reader should know."""

    key: str
    tempo: float
    meter: str
    bars: int
    level: int
    application: str
    forms: tuple[str, ...]
    mood: Mood | None = None
    devices: tuple[Device, ...] = ()
    unwanted: tuple[Device, ...] = ()
    into: str = ""
    clave: Clave | None = None
    tracks: tuple[Instrument, ...] = ()
    notes: tuple[str, ...] = ()


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
    tracks: Sequence[str] | str | None = None,
) -> Plan:
    """All that is needed to compose: the description's words, the options over them, the genre's habits under both.

    `tempo` in BPM (20–400), `bars` 1–256, `level` 1–10 or beginner, intermediate, advanced, `tracks` as in `band_of`.
    Raises BadInput for what cannot be had together, UnknownName for an application or track that is not there,
    KeySyntaxError.
    """
    said = read(description, genre)
    notes = list(said.notes)
    settled_tempo = _checked_tempo(_over("tempo", tempo, said.tempo, notes))
    settled_meter = _over("meter", known_meter(meter) if meter else None, said.meter, notes)
    use = _application(genre, said, application, settled_meter, settled_tempo)
    settled_meter = settled_meter or use.meters[0]
    if settled_meter not in genre.meters:
        raise BadInput(
            f"{genre.title} cannot be composed in {settled_meter}",
            why="it has no patterns in that meter",
            mend=f"choose one of {', '.join(genre.meters)}",
        )
    settled_level = level_of(_over("level", level_of(level), said.level, notes)) or 5
    count = _over("bars", bars, said.bars, notes)
    if count is None:
        usual = genre.form(said.form or use.forms[0])
        count = usual.bars if said.form or usual.fixed else 16
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
        unwanted=said.unwanted,
        into=into,
        clave=said.clave or use.clave,
        tracks=band_of(genre, said.tracks if tracks is None else tracks),
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


def band_of(genre: Genre, tracks: Sequence[str] | str) -> tuple[Instrument, ...]:
    """Who plays beside the pianist: names (a list, or parted by commas), "all" for everybody, "piano" for nobody.

    Raises UnknownName, and BadInput for a player whom the genre has no part for.
    """
    names = tracks.split(",") if isinstance(tracks, str) else tracks
    wanted = {name.strip().lower() for name in names} - {"", "piano", "none"}
    if wanted & {"all", "band"}:
        return genre.players
    for name in sorted(wanted):
        if name not in get_args(Instrument):
            raise UnknownName("track", name, ("piano", *get_args(Instrument), "all"))
        if name not in genre.players:
            raise BadInput(
                f"{genre.title} has no {name}",
                why="its pieces are for the piano alone" if not genre.players else f"it has {genre.players[0]} only",
                mend=f"leave {name} out of the tracks",
            )
    return tuple(name for name in genre.players if name in wanted)


def _checked_tempo(tempo: float | None) -> float | None:
    if tempo is not None and not 20 <= tempo <= 400:
        why = "tempo is 20 to 400 quarters a minute"
        raise BadInput(f"cannot compose at tempo {tempo:g}", why=why, mend="try 60 to 200")
    return None if tempo is None else float(tempo)


def _pace(said: Brief) -> Pace | None:
    """The pace that the words name or the mood brings with it."""
    if said.pace is not None:
        return said.pace
    return "slow" if said.mood == "calm" else "fast" if said.mood == "energetic" else None


def _application(genre: Genre, said: Brief, option: str | None, meter: str | None, tempo: float | None) -> Application:
    """The application that is named; else one for that meter, tempo or pace; else the genre's usual one."""
    known = genre.applications
    if option:
        word = option.strip().lower()
        found = next((use for use in known if word in (use.name, *use.words)), None)
        if found is None:
            raise UnknownName(f"application of {genre.name}", option, [use.name for use in known])
        return found
    if said.application:
        return next(use for use in known if use.name == said.application)
    wanted = [use for use in known if use.name not in said.unwanted_applications] or list(known)
    able = [use for use in wanted if meter is None or meter in use.meters] or wanted
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
        if said.key is None or _sounding(Key.parse(said.key)) != _sounding(key):
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


def _sounding(key: Key) -> tuple[int, str]:
    """What two spellings of one key share: Gb minor is F# minor."""
    return key.pc, key.mode


_SECTION_WORDS: Final = frozenset(
    {"chorus", "verse", "bridge", "refrain", "vamp", "tag", "outro", "intro", "solo", "head"}
)


def _section(genre: Genre, word: str) -> str:
    """The genre's own name of a section, "" where the word is none. Raises UnknownName for one it does not have."""
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
    what = f"a 2-5-1 into the {into}" if into else "a turnaround or a deceptive cadence"
    raise BadInput(
        f"{bars} bars have no room for {what}",
        why="it stands between two sections",
        mend="name another form, or none" if said.form else "ask for more bars, at least 8",
    )


_NEED_DOMINANTS: Final = frozenset({"tritone substitution", "altered dominants", "secondary dominants"})


def _holds(form: Form, bars: int, into: str, devices: tuple[Device, ...]) -> bool:
    if form.fixed and bars % form.bars:
        return False
    spans = lay_out(form, bars)
    if into and into not in [span.name for span in spans[1:]]:
        return False
    if form.final in ("tonic", "plagal") and not form.fixed and set(devices) & _NEED_DOMINANTS:
        return False
    if len(spans) == 1 and "deceptive" in devices:
        return False
    return len(spans) > 1 or form.fixed or "turnaround" not in devices
