"""Quiz questions on notes, intervals, scales and keys: how each is asked, and what the engine says to it.

One form of question is one pattern and one short function; the comparing of options is `options`'s.
"""

from __future__ import annotations

import re
from typing import Final

from partimento.core.errors import BadInput, PartimentoError
from partimento.music.chord import Chord
from partimento.music.interval import interval, interval_name, semitones
from partimento.music.key import Key
from partimento.music.pitch import fifths, name, pitch_class
from partimento.music.quiz import options as option
from partimento.music.quiz.options import (
    ORDINALS,
    WHAT,
    Finding,
    Forms,
    asked,
    notes_in,
)
from partimento.music.scale import relation, scale_of

_STEP_NAMES: Final = {
    "tonic": 0, "supertonic": 1, "mediant": 2, "subdominant": 3, "dominant": 4, "submediant": 5, "leading tone": 6,
    "leading note": 6, "leading-tone": 6, "subtonic": 6,
}  # fmt: skip
BASICS: Final[Forms] = []
_KEY_OF: Final = r"(?:the )?(?:key(?: signature)? of )?"


@asked(
    BASICS,
    rf"(?:{WHAT} (?:is the )?interval (?:is )?(?:there )?|what is the distance )"
    r"(?:between|from) <note:low> (?P<down>down )?(?:up )?(?:and|to) <note:high>",
    rf"{WHAT} interval (?:is|does|do) (?:from )?<note:low> (?P<down>down )?(?:up )?(?:to|and) <note:high>"
    r"(?: form| make)?",
)
def _interval_between(found: re.Match[str]) -> Finding:
    low, high = fifths(found["low"]), fifths(found["high"])
    size = low - high if found["down"] else high - low
    return Finding(option.interval_fit(size), f"From {found['low']} to {found['high']} is a {interval_name(size)}.")


@asked(
    BASICS,
    rf"{WHAT} (?:note )?is (?:the note )?(?:an? |the )?<interval> (?P<way>above|below|up from|down from) <note>",
)
def _note_at_interval(found: re.Match[str]) -> Finding:
    size = interval(found["interval"])
    note = fifths(found["note"]) + (size if found["way"] in ("above", "up from", "higher than") else -size)
    return Finding(option.note_fit(note), f"A {interval_name(size)} {found['way']} {found['note']} is {name(note)}.")


@asked(
    BASICS,
    r"how many (?:semitones|half[- ]steps|half[- ]tones)(?: are)?(?: there)? (?:in|make up|form|make) an? <interval>",
)
def _semitones_in(found: re.Match[str]) -> Finding:
    size = interval(found["interval"])
    count = 12 if "octave" in found["interval"] else semitones(size)
    return Finding(option.count_fit(count), f"A {found['interval']} is {count} semitones.")


@asked(
    BASICS,
    rf"{WHAT} (?:note )?is (?:the )?(?:enharmonic(?:ally)?)(?: equivalent| equal)?(?: note)? (?:of|to|with|as) <note>",
)
def _enharmonic(found: re.Match[str]) -> Finding:
    note = fifths(found["note"])

    def fit(text: str) -> int:
        other = notes_in(text)
        same = len(other) == 1 and pitch_class(other[0]) == pitch_class(note)
        return option.SAME if same and other[0] != note else 0

    twin = next(place for place in (note - 12, note + 12) if abs(place - 2) == min(abs(note - 14), abs(note + 10)))
    return Finding(fit, f"{found['note']} sounds as {name(twin)}.")


@asked(
    BASICS,
    rf"{WHAT} (?:key )?is the (?P<relation>relative|parallel) (?P<mode>minor|major)(?: key)? (?:of|to) {_KEY_OF}<key>",
    rf"{WHAT} (?P<mode>minor|major) key is (?:the )?(?P<relation>relative|parallel) (?:of|to) {_KEY_OF}<key>",
)
def _related_key(found: re.Match[str]) -> Finding:
    key = Key.parse(found["key"])
    to_minor = found["mode"] == "minor"
    goal = Key(key.tonic, "minor" if to_minor else "major")
    if found["relation"] == "relative" and to_minor != key.is_minor:
        goal = goal.transposed(3 if to_minor else -3)
    return Finding(
        option.key_fit(goal), f"The {found['relation']} {found['mode']} of {found['key']} is {_spoken(goal)}."
    )


@asked(
    BASICS,
    r"what is the relation(?:ship)? (?:between|of) <key:one> (?:and|to) <key:other>",
)
def _relation(found: re.Match[str]) -> Finding:
    one, other = scale_of(Key.parse(found["one"])), scale_of(Key.parse(found["other"]))
    how = relation(one, other) or "no relation"
    return Finding(option.word_fit(how), f"{one.symbol} and {other.symbol} are {how} keys.")


def _spoken(key: Key) -> str:
    return f"{name(key.tonic)} {key.mode}"


def _signature_words(key: Key) -> str:
    count = abs(key.signature)
    return f"{count or 'no'} {'sharp' if key.signature >= 0 else 'flat'}{'' if count == 1 else 's'}"


@asked(
    BASICS,
    rf"how many (?P<sign>sharp|flat|accidental)s (?:are there |are )?(?:in|does|has) {_KEY_OF}<key>"
    r"(?: major)?(?: have)?",
)
def _accidentals(found: re.Match[str]) -> Finding:
    key = Key.parse(found["key"])
    asked = found["sign"]
    signature = key.signature
    count = {"sharp": max(signature, 0), "flat": max(-signature, 0)}.get(asked, abs(signature))
    return Finding(option.count_fit(count), f"{_spoken(key)} has {_signature_words(key)}.")


@asked(
    BASICS,
    rf"{WHAT} is the key signature of <key>",
)
def _signature(found: re.Match[str]) -> Finding:
    key = Key.parse(found["key"])
    sign = "sharp" if key.signature > 0 else "flat"

    def fit(text: str) -> int:
        counted = option.count_fit(abs(key.signature))(text)
        return counted if not key.signature or sign in text.lower() else 0

    return Finding(fit, f"{_spoken(key)} has {_signature_words(key)}.")


@asked(
    BASICS,
    rf"{WHAT} (?P<mode>major|minor)? ?key (?:signature )?has (?P<count>\w+) (?P<sign>sharp|flat)s?"
    r"(?: (?:or|and) flats)?(?: in its (?:key )?signature)?",
)
def _key_with(found: re.Match[str]) -> Finding:
    count = next((number for number in range(8) if option.count_fit(number)(found["count"])), -1)
    if count < 0:
        raise BadInput(f"{found['count']!r} is no number of {found['sign']}s")
    wanted = -count if found["sign"] == "flat" else count
    mode = found["mode"]

    def fit(text: str) -> int:
        try:
            key = Key.parse(option.spelled(text))
        except PartimentoError:
            return 0
        if mode == "minor" and not key.is_minor:
            key = Key(key.tonic, "minor")
        return option.SAME if key.signature == wanted else 0

    major = _spoken(Key(wanted))
    minor = _spoken(Key(wanted + 3, "minor"))
    return Finding(fit, f"{found['count']} {found['sign']}s are the signature of {major} and {minor}.")


@asked(
    BASICS,
    rf"{WHAT} (?:note |chord )?is the (?P<step>{'|'.join(_STEP_NAMES)})(?P<seventh> seventh| 7th)?"
    rf"(?P<chord> chord| triad)?(?: note)? (?:of|in) {_KEY_OF}<key>",
    rf"{WHAT} (?P<chord>chord) (?:functions|acts|serves) as (?:the )?(?P<step>{'|'.join(_STEP_NAMES)})"
    rf"(?P<seventh> seventh)? (?:of|in) {_KEY_OF}<key>",
)
def _degree(found: re.Match[str]) -> Finding:
    key = Key.parse(found["key"])
    step = _STEP_NAMES[found["step"]]
    raised = key.is_minor and step == 6 and found["step"] != "subtonic"
    note = key.tonic + 5 if raised else key.scale[step]
    seventh = bool(found["seventh"])
    third = note + 4 if step == 4 and (seventh or key.mode == "minor") else key.scale[(step + 2) % 7]
    minor = third - note == -3
    suffix = "7" if seventh and step == 4 else "m" if minor else ""
    if key.scale[(step + 4) % 7] - note == -6:
        suffix = "dim"
    chord = Chord.parse(name(note) + suffix)

    def fit(text: str) -> int:
        as_chord = option.chord_fit(chord)(text)
        return as_chord if found["chord"] or seventh else max(option.note_fit(note)(text), as_chord)

    told = chord.symbol if found["chord"] or seventh else name(note)
    return Finding(fit, f"The {found['step']}{' seventh' if seventh else ''} of {_spoken(key)} is {told}.")


@asked(
    BASICS,
    rf"{WHAT} (?:scale )?(?:degree|step) (?:of|in) {_KEY_OF}<key> is <note>",
    rf"(?:in <key>, )?{WHAT} (?:scale )?(?:degree|step)(?: name)? is <note>",
    rf"{WHAT} is the (?:scale[- ])?(?:degree|step)(?: name)? of <note> in {_KEY_OF}<key>",
)
def _degree_name(found: re.Match[str]) -> Finding:
    key, note = Key.parse(found["key"]), fifths(found["note"])
    step, shift = key.step_of(note)
    words = {at: word for word, at in reversed(_STEP_NAMES.items())}
    if shift and not (key.is_minor and step == 6 and shift == 1):
        raise BadInput(f"{found['note']} is no step of {_spoken(key)}")
    word = "subtonic" if step == 6 and key.scale[6] - key.tonic == -2 and not shift else words[step]
    ordinal = ORDINALS[step]
    return Finding(
        option.word_fit(word, ordinal, str(step + 1)),
        f"{found['note']} is the {word} ({ordinal} step) of {_spoken(key)}.",
    )


@asked(BASICS, rf"{WHAT} (?:scale )?(?:degree|step) is (?:called )?the (?P<step>{'|'.join(_STEP_NAMES)})")
def _degree_number(found: re.Match[str]) -> Finding:
    step = _STEP_NAMES[found["step"]]
    fit = option.word_fit(ORDINALS[step])
    return Finding(
        lambda text: max(fit(text), option.count_fit(step + 1)(text)), f"The {found['step']} is step {step + 1}."
    )
