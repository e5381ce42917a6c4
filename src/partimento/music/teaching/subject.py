"""What a topic asks about: a chord, a scale, an interval, a numeral, a key or a concept. Reads words; explains nothing.

Words that could be several things are settled here once: "C" is a chord, "C major" a key, "C major scale" a scale,
"blues" the form and "blues scale" the scale.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Final, Literal

from msgspec import Struct

from partimento.core.errors import BadInput, ChordSyntaxError, PartimentoError
from partimento.music.chord import Chord
from partimento.music.claims.entity import chord_of_words, sign_spelled
from partimento.music.interval import interval, interval_name
from partimento.music.key import Key
from partimento.music.pitch import fifths, name
from partimento.music.roman import chord_of
from partimento.music.scale import Scale, kind_of
from partimento.music.teaching.concepts import concept, concept_named, concepts
from partimento.music.teaching.kinds import chord_kinds, interval_uses, scale_kinds

Kind = Literal["chord", "scale", "interval", "numeral", "key", "concept"]
MOST_LETTERS: Final = 200
_NOTE: Final = r"[A-G](?:##|bb|[#b♯♭])?"
_KEY: Final = re.compile(
    rf"(?:the )?(?:key|key signature|signature) of ({_NOTE}.*)|({_NOTE} (?:major|minor))"
    rf"|({_NOTE}.*?) (?:key signature|key|signature)"
)
_BETWEEN: Final = re.compile(rf"(?:from )?({_NOTE}) (?:up )?to ({_NOTE})")
_ABOVE: Final = re.compile(rf"(.+?) (?:above|from|over|up from) ({_NOTE})")
_IN_KEY: Final = re.compile(rf"(.+?) (?:in|of)(?: the key of)? ({_NOTE}(?: ?(?:major|minor|m))?)")
_STEP: Final = re.compile(rf"the ([1-7])(?:st|nd|rd|th)? chord(?: (?:in|of)(?: the key of)? ({_NOTE}.*))?")
_SCALE_SAID: Final = re.compile(r"(.+?)[ -](?:scale|mode)s?")
_DIATONIC: Final = (
    ("I", "ii", "iii", "IV", "V", "vi", "viio"), ("i", "iio", "bIII", "iv", "V", "bVI", "bVII"),
)  # fmt: skip


class Subject(Struct, frozen=True):
    """What is asked about. `name` reads back to the same: "Dm7b5", "D Dorian", "minor third", "V7/ii", "Eb major".

    `key` is one that the words themselves named ("" for none); `root` the note an interval stands on ("" for none).
    """

    kind: Kind
    name: str
    key: str = ""
    root: str = ""


def subject_of(topic: str, key: str | None = None) -> Subject:
    """What words ask about. `key` is where a kind without a root ("maj9", "Dorian") is shown.

    Raises BadInput with what is known nearby.
    """
    words = " ".join(topic.split()).rstrip(".?!")
    if not words or len(words) > MOST_LETTERS:
        raise BadInput(
            "there is no topic" if not words else f"the topic has {len(words)} characters",
            why="a look-up names one thing",
            mend='such as "Dm7b5", "D Dorian", "minor third", "V7/ii in C", "Eb major" or "rootless voicings"',
        )
    step = _STEP.fullmatch(words)
    if step is not None:
        home = Key.parse(step[2] or key or "C")
        return Subject("numeral", _DIATONIC[home.is_minor][int(step[1]) - 1], home.symbol if step[2] else "")
    plain = sign_spelled(re.sub(r"^(?:an?|the) (?=\w{2})", "", words))
    tonic = name(Key.parse(key).tonic) if key else "C"
    for read in _READERS:
        try:
            found = read(plain, tonic)
        except PartimentoError:
            continue
        if found is not None:
            return found
    raise _unknown(words)


def _key(text: str, tonic: str) -> Subject | None:
    found = _KEY.fullmatch(text)
    if found is None:
        return None
    home = Key.parse(next(group for group in found.groups() if group))
    return Subject("key", f"{home.symbol.removesuffix('m')} {home.mode}" if home.mode in ("major", "minor") else
                   home.symbol)  # fmt: skip


def _scale_said(text: str, tonic: str) -> Subject | None:
    """A scale that is called one: "C major scale", "the Dorian mode"."""
    found = _SCALE_SAID.fullmatch(text)
    if found is None:
        return None
    return _scale(found[1], tonic) or _scale_kind(found[1], tonic)


def _scale(text: str, tonic: str) -> Subject | None:
    return Subject("scale", Scale.parse(text).symbol) if re.match(rf"{_NOTE}[ -]", text) else None


def _scale_kind(text: str, tonic: str) -> Subject | None:
    return Subject("scale", f"{tonic} {kind_of(text).name}")


def _chord(text: str, tonic: str) -> Subject | None:
    if not re.match(_NOTE, text):
        return None
    chord = chord_of_words(text)
    return None if chord is None or chord.is_no_chord else Subject("chord", chord.symbol)


def _suffix(text: str, tonic: str) -> Subject | None:
    """A kind of chord by the suffix that a lead sheet prints: "m6" is no interval here."""
    return _chord_kind(text, tonic) if any(kind.suffix == text for kind in chord_kinds()) else None


def _chord_kind(text: str, tonic: str) -> Subject | None:
    word = re.sub(r"[ -](?:chord|triad)s?$", "", text)
    named = next((kind for kind in chord_kinds() if kind.name == word.lower()), None)
    if named is not None:
        return Subject("chord", Chord.parse(f"{tonic}:{named.suffix}" if named.suffix else tonic).symbol)
    chord = chord_of_words(f"{tonic} {text}") or chord_of_words(f"{tonic}{text}") or chord_of_words(f"{tonic}:{text}")
    return None if chord is None else Subject("chord", chord.symbol)


def _interval(text: str, tonic: str) -> Subject | None:
    between, above = _BETWEEN.fullmatch(text), _ABOVE.fullmatch(text)
    if (above[1] if above else text).removeprefix("perfect ") == "octave":
        return Subject("interval", "perfect octave", root=above[2] if above else "")
    if between is not None:
        return Subject("interval", interval_name(fifths(between[2]) - fifths(between[1])), root=between[1])
    if above is not None:
        return Subject("interval", interval_name(interval(above[1])), root=above[2])
    return Subject("interval", interval_name(interval(text)))


def _numeral(text: str, tonic: str) -> Subject | None:
    placed = _IN_KEY.fullmatch(text)
    word, home = (placed[1], Key.parse(placed[2])) if placed else (text, Key(0))
    word = re.sub(r" chord$", "", word)
    chord_of(word, home)
    return Subject("numeral", word, home.symbol if placed else "")


def _told(text: str, tonic: str) -> Subject | None:
    """A concept called one, by its id: "concept major-scale"."""
    return Subject("concept", concept(text.removeprefix("concept ")).id) if text.startswith("concept ") else None


def _exact_concept(text: str, tonic: str) -> Subject | None:
    """A concept by one of its own names, unless it stands for the very scale or chord of that name."""
    named = concept_named(text)
    if named is None or named.scale or named.chord:
        return None
    said = text.lower()
    return Subject("concept", named.id) if said in (named.id, named.title.lower(), *named.names) else None


def _concept(text: str, tonic: str) -> Subject | None:
    named = concept_named(text)
    return None if named is None else Subject("concept", named.id)


_READERS: Final[tuple[Callable[[str, str], Subject | None], ...]] = (
    _told, _key, _scale_said, _chord, _scale, _suffix, _interval, _numeral, _exact_concept, _chord_kind,
    _scale_kind, _concept,
)  # fmt: skip


def _unknown(words: str) -> BadInput:
    if re.fullmatch(rf"{_NOTE}\S+", words) and " " not in words:
        try:
            Chord.parse(words)
        except ChordSyntaxError as error:
            return error
    kinds = [*(kind.name for kind in chord_kinds()), *scale_kinds(), *interval_uses()]
    known = {name.lower(): name for name in reversed(kinds)}
    known |= {name.lower(): one.title for one in concepts() for name in (one.title, *one.names)}
    near = get_close_matches(words.lower(), known, n=6, cutoff=0.5)
    listed = ", ".join([*dict.fromkeys(known[word] for word in near)][:4])
    return BadInput(
        f"nothing is known by the name {words[:60]!r}",
        why="it is no chord, scale, interval, numeral or key, and no concept has that name",
        mend=f"near it: {listed}" if listed else 'look up a thing such as "Dm7b5", "D Dorian" or "ii-V-I"',
    )
