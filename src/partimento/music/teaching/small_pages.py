"""An interval, a numeral in a key, and a key, each explained on a page."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from msgspec.structs import replace

from partimento.music.analysis import analyze
from partimento.music.chord import Chord
from partimento.music.interval import interval, interval_name, semitones
from partimento.music.key import Key, practical_key
from partimento.music.pitch import fifths, name
from partimento.music.roman import chord_of
from partimento.music.scale import scale_of
from partimento.music.teaching.chord_facts import numeral_fact, speakable
from partimento.music.teaching.chord_page import chord_page
from partimento.music.teaching.key_facts import relative_facts, ring_facts, signature_facts
from partimento.music.teaching.keys import key_words
from partimento.music.teaching.kinds import chord_kinds, interval_uses
from partimento.music.teaching.page import FoundIn, Page, Values
from partimento.music.teaching.scale_facts import degree_facts
from partimento.music.teaching.wording import COUNTS, Words, listed

_MAJOR: Final = ("Imaj7", "ii7", "iii7", "IVmaj7", "V7", "vi7", "viiø7")
_MINOR: Final = ("i7", "iiø7", "bIIImaj7", "iv7", "V7", "bVImaj7", "viio7")
_OCTAVE: Final = "perfect octave"


def interval_page(told: str, root: str, seed: int) -> Page:
    """All about an interval by its name, shown above a note."""
    words = Words(Random(f"{told} {root} {seed}"))
    place = 0 if told == _OCTAVE else interval(told)
    size = 12 if told == _OCTAVE else semitones(place)
    low, high, below = root, name(fifths(root) + place), name(fifths(root) - place)
    turned = "perfect unison" if told == _OCTAVE else _OCTAVE if told == "perfect unison" else interval_name(-place)
    holding = [kind for kind in chord_kinds() if place in kind.shape.fifths and place]
    article = "an" if told[0] == "a" else "a"
    values = Values(
        notes=(low, high),
        intervals=(told,),
        semitones=(0, size),
        formula=f"{size} semitones",
        found_in=tuple(FoundIn("", "", f"{low}{kind.suffix}") for kind in holding[:8]),
    )
    use = interval_uses().get(told, "A rare interval: its name tells the letters, its sound is that of a plainer one.")
    return Page(
        title=f"{told.capitalize()} ({low} to {high})",
        summary=f"{low} to {high} is {article} {told}. {use}",
        facts=tuple(_interval_facts(told, article, low, high, below, size, turned, words)),
        values=values,
        related=("intervals", "half-and-whole-steps"),
    )


def _interval_facts(
    told: str, article: str, low: str, high: str, below: str, size: int, turned: str, words: Words
) -> Iterator[str]:
    if told in ("perfect unison", _OCTAVE):
        yield (
            f"A perfect octave has {COUNTS[12]} semitones." if told == _OCTAVE else "A perfect unison has no semitones."
        )
        return
    parts = {"a": article, "A": article.capitalize(), "told": told, "low": low, "high": high, "below": below}
    if told.startswith(("augmented", "diminished")):  # at a sentence's head it may be read as a chord
        yield f"From {low} up to {high} is {article} {told}."
        yield f"{high} is {article} {told} above {low}."
        return
    yield words.say("{A} {told} above {low} is {high}.", "From {low} up to {high} is {a} {told}.", **parts)
    yield words.say("{A} {told} below {low} is {below}.", **parts)
    count = COUNTS[size]
    yield f"{article.capitalize()} {told} has {count} semitone{'s' if size != 1 else ''}."
    yield f"{article.capitalize()} {told} inverts to {'an' if turned[0] == 'a' else 'a'} {turned}."


def numeral_page(told: str, key: Key, level: int, genre: str, seed: int) -> Page:
    """A numeral in a key: the chord it means there, what it does, and the chord's own page."""
    chord = chord_of(told, key)
    reading = analyze([chord.symbol], key.symbol).chords[0]
    words = Words(Random(f"{told} {key.symbol} {seed}"))
    page = chord_page(chord.symbol, None, level, genre, seed)
    other = [Key(key.tonic + step, key.mode) for step in (1, -1, 2, -2)]
    first = numeral_fact(told, chord, key, words) if speakable(told, chord) else ""
    more = [
        numeral_fact(told, moved, practical_key(one)[0], words)
        for one in other
        if speakable(told, moved := chord_of(told, practical_key(one)[0]))
    ]
    summary = f"{_placed(reading.sentence, first)} {page.summary}"
    return replace(
        page,
        title=f"{told} in {key_words(key)}: {chord.symbol}",
        summary=summary,
        facts=tuple(dict.fromkeys(fact for fact in (first, *page.facts, *more[:2]) if fact)),
        values=replace(page.values, function=reading.function),
        related=("roman-numerals", *page.related[:5]),
    )


def _placed(sentence: str, first: str) -> str:
    """What a numeral is and does, in two sentences: "The V7/ii chord of C major is A7. It pulls to Dm."."""
    _, _, does = sentence.partition(": ")
    return f"{first} {does[:1].upper()}{does[1:]}".strip() if first else sentence


def key_page(key: Key, seed: int) -> Page:
    """A key: its signature, scale, chords with numerals, relatives and neighbours."""
    words = Words(Random(f"{key.symbol} {seed}"))
    scale = scale_of(key)
    chords = tuple(
        FoundIn(key.symbol, told, chord_of(told, key).symbol) for told in (_MINOR if key.is_minor else _MAJOR)
    )
    relative = Key(key.tonic - 3) if key.is_minor else Key(key.tonic + 3, "minor")
    parallel = Key(key.tonic) if key.is_minor else Key(key.tonic, "minor")
    values = Values(
        notes=scale.notes,
        degrees=scale.kind.degrees,
        intervals=tuple(interval_name(place) for place in scale.kind.fifths),
        semitones=scale.kind.semitones,
        formula=" ".join(scale.kind.degrees),
        signature=key.signature,
        chords=chords,
        relative=key_words(relative),
        parallel=key_words(parallel),
        neighbours=tuple(key_words(practical_key(Key(key.tonic + step, key.mode))[0]) for step in (1, -1)),
    )
    facts = (
        *signature_facts(key, words),
        *relative_facts(key, words),
        *ring_facts(key, words),
        *degree_facts(scale, words),
        *(numeral_fact(one.numeral, Chord.parse(one.symbol), key, words) for one in words.some(chords, 3)),
    )
    return Page(
        title=f"The key of {key_words(key)}",
        summary=f"{_signature(key)} The notes of {scale.symbol} are {listed(scale.notes)}. {_character(key)}",
        facts=tuple(dict.fromkeys(facts)),
        values=values,
        related=("key-signatures", "circle-of-fifths", "relative-keys", "diatonic-sevenths", "minor-key-harmony"),
    )


def _signature(key: Key) -> str:
    count = abs(key.signature)
    kind = "sharp" if key.signature > 0 else "flat"
    return f"{key_words(key)} has {COUNTS[count]} {kind}{'s' if count != 1 else ''}." if count else (
        f"{key_words(key)} has no sharps or flats."
    )  # fmt: skip


def _character(key: Key) -> str:
    """How the key lies under the hand."""
    black = sum(note < -1 or note > 5 for note in key.scale)
    if not black:
        return "It is played on white keys alone: easy to read, and the least easy to find by touch."
    if black >= 4:
        return "Most of it lies on black keys: the long fingers take those, the thumbs the white keys between."
    return f"{COUNTS[black].capitalize()} of its seven notes lie on black keys." if black > 1 else (
        "One of its seven notes lies on a black key."
    )  # fmt: skip
