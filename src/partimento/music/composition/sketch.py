"""The composer's sketch: a form filled with numerals, bar by bar, in a genre's harmony. Knows the mode, no tonic yet.

First the cells, up to the cadence each section promises; then substitutions, which may not break a promise. Chords are
still plain sevenths: `colour` dresses them, `progression` sets them into a key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from random import Random
from typing import Final

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.composition.brief import Device
from partimento.music.composition.devices import IN_MAJOR, IN_MINOR, unwanted_in
from partimento.music.composition.form import Span, ends_with
from partimento.music.composition.genre import Application, Cell, Genre, Mode, Rewrite
from partimento.music.key import Key
from partimento.music.roman import chord_of

Sketch = list[list[str]]
"""The numerals of a section, bar by bar."""

_IN_FORM: Final = frozenset({"two-five-one", "turnaround", "plagal", "backdoor", "deceptive"})
"""Devices that are promises of the form; `progression` has put them there."""

_TAKING_DOMINANTS: Final = frozenset({"suspension", "tritone substitution", "applied tritone substitution"})
"""What would take away the dominants that are to be altered."""

_DOMINANTS: Final = ("7", "aug7", "sus7")
_AFTER_FIVE: Final = frozenset({0, 1, 4, 5, 7, 8, 9})


class Frame(Struct, frozen=True):
    """What holds for the whole sketch. `most`: how many chords a bar may hold. `on_tonic`: sections that begin on I.

    `unwanted`: devices that neither cells nor chance may bring.
    """

    genre: Genre
    application: Application
    is_minor: bool
    level: int
    most: int
    devices: tuple[Device, ...]
    unwanted: tuple[Device, ...] = ()
    on_tonic: frozenset[int] = frozenset()

    @property
    def mode(self) -> Mode:
        return self.genre.minor if self.is_minor else self.genre.major

    @property
    def key(self) -> Key:
        """A key to judge numerals in; any tonic would do."""
        return Key(0, "minor" if self.is_minor else "major")


def sketch(frame: Frame, spans: Sequence[Span], rng: Random) -> list[Sketch]:
    """The numerals of every section. Raises BadInput where a device that is asked for finds no place.

    So it does where one that is not wanted finds its way in, or a section does not begin as it must: draw again.
    """
    sections, found = _filled(frame, spans, rng)
    wanted = [rewrite for rewrite in frame.mode.rewrites if rewrite.device in frame.devices]
    for rewrite in wanted:
        found |= _laid_over(frame, sections, spans, rewrite, max(rewrite.chance, 0.5), rng)
    if any(text == "V7" or text.startswith("V7/") for section in sections for bar in section for text in bar):
        found.add("altered dominants")
    for device in frame.devices:
        if device not in found | _IN_FORM:
            _force(frame, sections, spans, device, rng)
    spoilt = _TAKING_DOMINANTS if "altered dominants" in frame.devices else frozenset()
    for rewrite in frame.mode.rewrites:
        if rewrite.device not in spoilt.union(frame.devices) and frame.level >= rewrite.level:
            _laid_over(frame, sections, spans, rewrite, rewrite.chance, rng)
    _check(frame, sections)
    return sections


def _check(frame: Frame, sections: Sequence[Sketch]) -> None:
    texts = [text for section in sections for bar in section for text in bar]
    if device := unwanted_in(texts, frame.unwanted, frame.is_minor):
        raise BadInput(
            f"found no way without {device}",
            why="every cell that could stand in one of the sections has it",
            mend="ask for another form or level, or allow it",
        )
    if any(not _is_home(sections[place][0][0], frame.key) for place in frame.on_tonic):
        raise BadInput(
            "found no room for a 2-5-1 into that section",
            why="so short a section has only its own cadence and cannot begin on the tonic",
            mend="ask for more bars",
        )


# ---- cells -----------------------------------------------------------------------------------------------------


def _filled(frame: Frame, spans: Sequence[Span], rng: Random) -> tuple[list[Sketch], set[str]]:
    sections: list[Sketch] = []
    known: dict[tuple[str, int, bool], tuple[Sketch, int]] = {}
    found: set[str] = set()
    for place, span in enumerate(spans):
        home = place in frame.on_tonic
        body, ending = known.get((span.name, span.bars, home), ([], 0))
        close = _cadence(frame, span, ending, rng)
        cadence = [list(bar) for bar in close.bars] if close else []
        if len(body) + len(cadence) != span.bars:
            before = sections[-1][-1][-1] if sections else ""
            body = _body(frame, span, cadence, home, before, rng, found)
            known[span.name, span.bars, home] = body, len(cadence)
        found |= {close.device} if close else set()
        sections.append([list(bar) for bar in body] + cadence)
    return sections, found


def _cadence(frame: Frame, span: Span, length: int, rng: Random) -> Cell | None:
    """Bars that make the cadence: as long as they were before, else half of the section at most if that can be."""
    if span.cadence == "open":
        return None
    cells = _pool(frame, f"cadence {span.cadence}", span.roles[-1])
    most = span.bars if span.bars == 1 else max(1, span.bars // 2)
    lengths = (range(length, length + 1), range(1, most + 1), range(1, span.bars + 1))
    able = next((fit for fit in ([c for c in cells if len(c.bars) in n] for n in lengths) if fit), [])
    if not able:
        raise BadInput(
            f"{span.bars} bars of {span.name} are too few for a {span.cadence} cadence",
            why="its chords need more room",
            mend="ask for more bars",
        )
    return rng.choices(able, [_weight(frame, cell) for cell in able])[0]


def _body(frame: Frame, span: Span, cadence: Sketch, home: bool, before: str, rng: Random, found: set[str]) -> Sketch:
    """The bars of a section before its cadence, in phrases of four, each in its role."""
    bars: Sketch = []
    length = span.bars - len(cadence)
    while len(bars) < length:
        phrase = len(bars) // 4
        role = span.roles[min(phrase, len(span.roles) - 1)]
        room = min(length, phrase * 4 + 4) - len(bars)
        after = cadence[0][0] if cadence and len(bars) + room == length else ""
        last = bars[-1][-1] if bars else before
        cell = _fitting(frame, role, room, last, after, home and not bars, rng)
        found.add(cell.device)
        bars.extend(list(bar) for bar in cell.bars[:room])
    return bars


def _fitting(frame: Frame, role: str, room: int, before: str, after: str, home: bool, rng: Random) -> Cell:
    cells = _pool(frame, "cells", role)
    if home:
        cells = tuple(cell for cell in cells if _is_home(cell.bars[0][0], frame.key)) or cells
    weights = []
    for cell in cells:
        bars = cell.bars
        weight = _weight(frame, cell) * _join(before, bars[0][0], frame.is_minor)
        if len(bars) >= room:
            weight *= _join(bars[room - 1][-1], after, frame.is_minor)
        weights.append(weight * (0.2 if len(bars) > room else len(bars)))
    return rng.choices(cells, weights)[0]


def _weight(frame: Frame, cell: Cell) -> float:
    return cell.weight * (4 if cell.applications else 1) * (8 if cell.device in frame.devices else 1)


@lru_cache(maxsize=4096)
def _named(
    genre: Genre,
    is_minor: bool,
    what: str,
    role: str,
    level: int,
    use: str,
    most: int,
    devices: tuple[Device, ...],
    unwanted: tuple[Device, ...],
) -> tuple[Cell, ...]:
    mode = genre.minor if is_minor else genre.major
    cells = mode.cells if what == "cells" else mode.cadences[what.removeprefix("cadence ")]  # type: ignore[index]
    able = [
        cell
        for cell in cells
        if (cell.low <= level <= cell.high or (cell.device and cell.device in devices))
        and (not cell.applications or use in cell.applications)
        and max(map(len, cell.bars)) <= most
    ]
    clean = [c for c in able if unwanted_in((text for bar in c.bars for text in bar), unwanted, is_minor) is None]
    if any({role, "any"} & set(cell.roles.split()) for cell in clean):
        able = clean
    own = [cell for cell in able if role in cell.roles.split()]
    return tuple(own or [cell for cell in able if "any" in cell.roles.split()])


def _pool(frame: Frame, what: str, role: str) -> tuple[Cell, ...]:
    """The cells of the genre that may stand here, those written for the role before those for any."""
    cells = _named(
        frame.genre,
        frame.is_minor,
        what,
        role,
        frame.level,
        frame.application.name,
        frame.most,
        frame.devices,
        frame.unwanted,
    )
    if not cells:
        raise LookupError(f"{frame.genre.name} declares no {what} for {role!r} at level {frame.level}")
    return cells


@lru_cache(maxsize=4096)
def _stand(text: str, is_minor: bool) -> tuple[int, frozenset[int]]:
    """Semitones of a numeral's root above the tonic, and where the chord after it may stand (empty: anywhere)."""
    chord = chord_of(text, Key(0, "minor" if is_minor else "major"))
    root = chord.root or 0
    if chord.quality not in _DOMINANTS:
        return root, frozenset()
    if root == 7:
        return root, _AFTER_FIVE
    applied = "/" in text and not text[-1].isdigit()
    return root, frozenset({(root + 5) % 12}) if applied else frozenset({0}) if root == 1 else frozenset()


def _is_home(text: str, key: Key) -> bool:
    """Whether a numeral is the tonic chord in root position."""
    chord = chord_of(text, key)
    return chord.root == chord.bass == key.pc


def _join(before: str, after: str, is_minor: bool) -> float:
    """How well two numerals follow each other: a dominant wants its goal, and standing still tires."""
    if not before or not after:
        return 1.0
    goals = _stand(before, is_minor)[1]
    if goals and _stand(after, is_minor)[0] not in goals:
        return 0.001
    return 0.15 if before == after else 1.0


# ---- substitutions ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _chords_of(finds: str) -> list[str]:
    return finds.split()


def _places(section: Sketch, rewrite: Rewrite) -> Iterator[list[tuple[int, int]]]:
    """Where the chords a rewrite looks for stand: (bar, place in the bar) of each."""
    finds = _chords_of(rewrite.finds)
    texts = [text for bar in section for text in bar]
    if finds[0] not in texts:
        return
    places = [(number, place) for number, bar in enumerate(section) for place in range(len(bar))]
    for start in range(len(places) - len(finds) + 1):
        if texts[start] == finds[0] and texts[start : start + len(finds)] == finds:
            yield places[start : start + len(finds)]


def _rewritten(
    frame: Frame, section: Sketch, span: Span, rewrite: Rewrite, places: list[tuple[int, int]], home: bool
) -> Sketch | None:
    """The section with one substitution made; None where a bar grows too full or a promise breaks."""
    new = [list(bar) for bar in section]
    for (bar, place), group in reversed(list(zip(places, rewrite.gives.split(), strict=True))):
        new[bar][place : place + 1] = group.split("+")
        if len(new[bar]) > frame.most:
            return None
    if unwanted_in((text for bar in new for text in bar), frame.unwanted, frame.is_minor):
        return None
    return new if _keeps(frame, new, span, home) else None


def _keeps(frame: Frame, section: Sketch, span: Span, home: bool) -> bool:
    key = frame.key
    chords: list[Chord] = [chord_of(text, key) for bar in section[-4:] for text in bar]
    return (not home or _is_home(section[0][0], key)) and ends_with(chords, key, span.cadence)


def _laid_over(
    frame: Frame, sections: list[Sketch], spans: Sequence[Span], rewrite: Rewrite, chance: float, rng: Random
) -> set[str]:
    """Make a substitution wherever chance wants it; its device, if it was made."""
    made: set[str] = set()
    for number, section in enumerate(sections):
        taken = (-1, -1)
        for places in reversed(list(_places(section, rewrite))):
            if places[-1] == taken or rng.random() >= chance:
                continue
            new = _rewritten(frame, section, spans[number], rewrite, places, number in frame.on_tonic)
            if new is not None:
                section[:] = new
                taken = places[0]
                made.add(rewrite.device)
    return made


def _force(frame: Frame, sections: list[Sketch], spans: Sequence[Span], device: Device, rng: Random) -> None:
    """Put a device somewhere: it was asked for, and chance has not brought it."""
    for rewrites in (frame.mode.rewrites, IN_MINOR if frame.is_minor else IN_MAJOR):
        options = [
            (place, rewrite, places)
            for place, section in enumerate(sections)
            for rewrite in rewrites
            if rewrite.device == device
            for places in _places(section, rewrite)
        ]
        rng.shuffle(options)
        for place, rewrite, places in options:
            new = _rewritten(frame, sections[place], spans[place], rewrite, places, place in frame.on_tonic)
            if new is not None:
                sections[place] = new
                return
    bars = sum(span.bars for span in spans)
    raise BadInput(
        f"found no place for {device} in {bars} bars",
        why="every place it could take holds a promised cadence or a full bar",
        mend="ask for more bars, or for fewer devices",
    )
