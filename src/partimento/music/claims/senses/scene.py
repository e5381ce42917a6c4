"""A sentence laid out for the senses: every named thing at its place among the plain words, list items too.

Knows which things may stand for a key, a chord or a set of notes, and which words lie between two of them. Judges
nothing.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from msgspec import Struct

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord
from partimento.music.claims.chord_tones import by_sound, chord_notes, chord_tone_alike, spelled_alike
from partimento.music.claims.entity import Entity
from partimento.music.claims.numerals import numeral_words, step_chord
from partimento.music.claims.scales import readings
from partimento.music.key import Key
from partimento.music.roman import chord_of
from partimento.music.scale import Scale

_TOKEN: Final = re.compile(r"@[A-Za-z]\d+|[a-z]+(?:'[a-z]+)?|\d+(?:st|nd|rd|th)?|[():,=→?;-]")
_BRINGS: Final = re.compile(
    r"\b(?:you|we)(?:'ll| will)? (?:land|arrive|end up|finish|come out)(?: up)? (?:on|at|with)\b|\b(?:takes?|brings?"
    r"|gets?|leads?|lands?|puts?|leaves?) (?:you|us|me|one) (?:up |down |back |right )?(?:to|on|at|in|with)\b"
)
_SMALL: Final = frozenset("the a an this that these those your our my its just only".split())
_PLACES: Final = frozenset("in of within for".split())
_SEMI: Final = frozenset(("major", "minor", "natural minor", "harmonic minor", "melodic minor"))


class Thing(Struct, frozen=True):
    """A named thing and its place among the words; an item of a list stands at the list's place."""

    entity: Entity
    at: int
    row: int = -1  # the place among the things of the list that it is an item of

    @property
    def letter(self) -> str:
        return self.entity.letter

    @property
    def start(self) -> int:
        return self.entity.start


class Whole(Struct, frozen=True):
    """Something that is a set of notes: a chord, a scale, a numeral's chord. `bare` where a key is only the frame."""

    thing: Thing
    label: str
    notes: tuple[int, ...]
    is_chord: bool
    loose: bool
    bare: bool = False

    def holds(self, note: int) -> bool:
        alike = chord_tone_alike if self.is_chord else spelled_alike
        return any(alike(note, own, self.loose) for own in self.notes)


class Scene(Struct, frozen=True, dict=True):
    """A sentence: its lower-case words with marks for the named things, the things, and the key of the context."""

    words: tuple[str, ...]
    things: tuple[Thing, ...]
    text: str
    context: Key | None

    def of(self, letters: str) -> list[Thing]:
        """The things of some letters, in order; the items of lists among them."""
        found = self._by_letters.get(letters)
        if found is None:
            found = [thing for thing in self.things if thing.entity.letter in letters]
            self._by_letters[letters] = found
        return found

    @cached_property
    def _by_letters(self) -> dict[str, list[Thing]]:
        return {}

    @cached_property
    def letters(self) -> frozenset[str]:
        """The letters of all the things."""
        return frozenset(thing.entity.letter for thing in self.things)

    def between(self, one: Thing, other: Thing) -> tuple[str, ...]:
        low, high = sorted((one.at, other.at))
        return self.words[low + 1 : high]

    def before(self, thing: Thing, many: int = 3) -> tuple[str, ...]:
        """The words before a thing, articles left out, the nearest last."""
        words = [word for word in self.words[max(0, thing.at - many - 3) : thing.at] if word not in _SMALL]
        return tuple(words[-many:])

    def after(self, thing: Thing, many: int = 3) -> tuple[str, ...]:
        return tuple(word for word in self.words[thing.at + 1 : thing.at + 3 + many] if word not in _SMALL)[:many]

    def has(self, pattern: re.Pattern[str]) -> bool:
        return pattern.search(self.spoken) is not None

    @cached_property
    def spoken(self) -> str:
        """The words with what the marks of functions and degrees say put back in."""
        marks = {
            self.words[thing.at]: thing.entity.text.lower().replace("-", " ")
            for thing in self.things
            if thing.row < 0 and thing.letter in "foiqtevzDp"
        }
        return " ".join(marks.get(word, word) for word in self.words)

    @cached_property
    def plain(self) -> str:
        """All the words, nothing marked."""
        marks = {
            self.words[thing.at]: thing.entity.text.lower().replace("-", " ") for thing in self.things if thing.row < 0
        }
        return " ".join(marks.get(word, word) for word in self.words)

    @cached_property
    def notes(self) -> list[Thing]:
        return self.of("n")

    @cached_property
    def chords(self) -> list[Thing]:
        """What may be a chord: symbols and words first of all; a bare note or a key name too."""
        return self.of("acmn")

    @cached_property
    def keys(self) -> list[Thing]:
        """What the sentence names as its keys, those that are only framed by "in" or "of" as well."""
        return [thing for thing in self.things if self._is_key(thing)]

    def is_key(self, thing: Thing) -> bool:
        """Whether a thing is one of the keys."""
        return any(thing is key for key in self.keys)

    def _is_key(self, thing: Thing) -> bool:
        entity = thing.entity
        if "instead" in self.before(thing, 2):
            return False
        if entity.letter == "k":
            return True
        if entity.letter == "s":
            scale = entity.scale
            return scale is not None and scale.kind.name in _SEMI
        framed = bool(set(self.before(thing, 1)) & _PLACES) or self._is_home(thing)
        framed = framed or ("key" in self.before(thing, 2) and "black" not in self.before(thing, 4))
        if entity.letter == "m":
            return framed or "key" in self.after(thing, 1) or not _chordish(self, thing)
        return entity.letter in "na" and framed

    def _is_home(self, thing: Thing) -> bool:
        """Whether a name is told to be the tonic: "when the tonic is Eb", "if Eb is home"."""
        if not {"tonic", "home", "key"} & set(self.words) and "tonic" not in self.spoken:
            return False
        mark = re.escape(self.words[thing.at])
        return (
            re.search(
                rf"\b(?:tonic|home|key) (?:note |key )?(?:is|=) {mark}|{mark} is (?:our |the |your )?(?:home"
                rf"|tonic|key)\b",
                self.spoken,
            )
            is not None
        )

    @cached_property
    def wholes(self) -> list[Whole]:
        """The sets of notes that a sentence names."""
        found: list[Whole] = []
        for thing in self.things:
            found += _wholes(self, thing)
        return found

    @cached_property
    def homes(self) -> list[Key]:
        """The keys that a numeral may be counted in: those named, else that of the context."""
        keys = [thing.entity.key for thing in self.keys]
        named = [key for key in keys if key is not None]
        return named or ([self.context] if self.context is not None else [])


def _chordish(scene: Scene, thing: Thing) -> bool:
    return bool({"chord", "triad"} & set(scene.after(thing, 1)))


def laid_out(marked: str, entities: tuple[Entity, ...], context: Key | None) -> Scene:
    """The scene of a sentence whose named things stand as marks in its lower-case words."""
    words = tuple(_TOKEN.findall(_BRINGS.sub(" gives ", marked)))
    things: list[Thing] = []
    for at, word in enumerate(words):
        if not word.startswith("@"):
            continue
        entity = entities[int(word[2:])]
        row = len(things)
        things.append(Thing(entity, at))
        things += [Thing(item, at, row) for item in entity.items]
    return Scene(words, tuple(things), " ".join(words), context)


def _wholes(scene: Scene, thing: Thing) -> list[Whole]:
    entity = thing.entity
    label = entity.text
    if entity.letter in "ac":
        chord = entity.chord
        return [] if chord is None or chord.root_fifths is None else [_of_chord(thing, chord)]
    if entity.letter in "smk":
        framed = scene.is_key(thing) and bool(set(scene.before(thing, 1)) & _PLACES)
        found = [Whole(thing, label, scale.fifths, False, is_loose(scale), framed) for scale in readings(entity)]
        chord = entity.chord if entity.letter == "m" and not framed else None
        return found + ([_of_chord(thing, chord)] if chord is not None else [])
    if entity.letter in "re" and thing.row < 0:
        return [_of_chord(thing, chord) for home in scene.homes if (chord := numeral_chord(entity, home)) is not None]
    return []


def _of_chord(thing: Thing, chord: Chord) -> Whole:
    return Whole(thing, chord.symbol, chord_notes(chord), True, by_sound(chord))


def is_loose(scale: Scale) -> bool:
    return len(scale.fifths) != 7 or scale.kind.name in ("altered", "ultralocrian")


def numeral_chord(entity: Entity, key: Key) -> Chord | None:
    """The chord that a numeral or a number names in a key, None where it cannot be read."""
    words = numeral_words(entity)
    try:
        if words.isdigit():
            return step_chord(key, int(words) - 1) if 1 <= int(words) <= 7 else None
        return chord_of(words, key)
    except PartimentoError:
        return None
