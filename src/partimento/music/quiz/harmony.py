"""Quiz questions on chords in and out of keys: numerals, functions, cadences, substitutes, scales over chords.

One form of question is one pattern and one short function; the comparing of options is `options`'s.
"""

from __future__ import annotations

import re
from typing import Final

from partimento.core.errors import BadInput, PartimentoError
from partimento.music.analysis import analyze, function_of
from partimento.music.analysis.cadences import find_cadences
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.key_finding import key_of
from partimento.music.pitch import name
from partimento.music.quiz import options as option
from partimento.music.quiz.options import (
    IN_KEY,
    KEY_OF,
    WHAT,
    Finding,
    Forms,
    asked,
    chord_named,
)
from partimento.music.quiz.words import CADENCES, DEVICES, FUNCTIONS
from partimento.music.roman import chord_of, is_diatonic, numeral

HARMONY: Final[Forms] = []
_BEFORE: Final = r"(?: (?:before|going to|resolving to|leading to) <chord:after>)?"


def _key(found: re.Match[str]) -> Key:
    """The key of the question; numerals counted from the parallel major where it says so."""
    key = Key.parse(found["key"])
    return Key(key.tonic) if "parallel major" in found.string else key


def _told(found: re.Match[str], usual: str, chord: Chord, numeral: str) -> str:
    """The usual sentence, or in a minor key counted from its parallel major the one that says so."""
    if "parallel major" not in found.string or not Key.parse(found["key"]).is_minor:
        return usual
    return f"{chord.symbol} is {numeral} in {name(_key(found).tonic)} major. It is counted from the parallel major."


@asked(
    HARMONY,
    rf"in {KEY_OF}<key>, {WHAT} numeral (?:describes|is|names|represents) (?:the chord )?"
    r"<chord>(?: in parallel major)?",
    rf"{WHAT} (?:numeral is|is the numeral (?:of|for)|numeral (?:describes|names)) (?:the chord )?<chord> "
    rf"in {KEY_OF}<key>(?: in parallel major)?",
)
def _chord_to_numeral(found: re.Match[str]) -> Finding:
    key, chord = _key(found), chord_named(found["chord"])
    roman = numeral(chord, key)
    reason = _told(found, f"{chord.symbol} is {roman} in {found['key']}.", chord, roman)
    return Finding(option.numeral_fit(chord, key), reason)


@asked(
    HARMONY,
    rf"in {KEY_OF}<key>, {WHAT} (?:chord|triad) is (?:the )?<numeral>(?: chord)?(?: in parallel major)?",
    rf"{WHAT} (?:chord )?is (?:the )?<numeral>(?: chord)? (?:of|in) {KEY_OF}<key>(?: in parallel major)?",
)
def _numeral_to_chord(found: re.Match[str]) -> Finding:
    chord = chord_of(found["numeral"], _key(found))
    reason = _told(found, f"{found['numeral']} in {found['key']} is {chord.symbol}.", chord, found["numeral"])
    return Finding(option.chord_fit(chord), reason)


@asked(
    HARMONY,
    rf"{WHAT} (?:chords|progression|chord progression) (?:is|are|makes?|forms?|makes? up) (?:an? |the )?<numerals>"
    rf"(?: progression)? in {KEY_OF}<key>",
    rf"{WHAT} is (?:the|an?) <numerals> progression in {KEY_OF}<key>",
)
def _numerals_to_chords(found: re.Match[str]) -> Finding:
    key = _key(found)
    chords = [chord_of(word, key) for word in re.split(r"(?:[\s,–-]|\bto\b|\band\b)+", found["numerals"])]
    told = " ".join(chord.symbol for chord in chords)
    return Finding(option.chords_fit(chords), f"{found['numerals']} in {found['key']} is {told}.")


@asked(
    HARMONY,
    rf"{WHAT} (?:kind of |type of )?cadence is (?:formed by |made by )?<chords>{IN_KEY}",
    rf"in {KEY_OF}<key>, <chords> is (?:an example of )?(?:an? )?{WHAT} (?:kind of |type of )?cadence",
    rf"{WHAT} (?:kind of |type of )?cadence (?:is|moves|goes) (?:formed by |made by |from )?<numerals>",
    rf"(?:a |the )?cadence (?:that|which) (?:moves|goes) from <numerals> is (?:called )?{WHAT}(?: kind of cadence)?",
    rf"{WHAT} (?:do we call|is) a cadence (?:that|which) (?:moves|goes) from <numerals>(?: called)?",
)
def _cadence(found: re.Match[str]) -> Finding:
    key = Key.parse(found["key"]) if "key" in found.re.groupindex and found["key"] else None
    if "numerals" in found.re.groupindex:
        key = Key(0, "minor" if re.search(r"\bi\b", found["numerals"]) else "major")
        chords = [chord_of(word, key) for word in re.split(r"(?:[\s,–-]|\bto\b|\band\b)+", found["numerals"])]
    else:
        chords = _chords_in(found["chords"])
    key = key or key_of(chords)
    cadences = find_cadences(chords, key)
    if not cadences:
        raise BadInput("these chords make no cadence in the key", why=f"the key is {key.symbol}")
    return Finding(option.word_fit(*CADENCES[cadences[-1].kind]), cadences[-1].sentence)


def _chords_in(text: str) -> list[Chord]:
    words = re.split(r"(?:[\s,|>→-]|\b(?:to|and|then|resolving|moving)\b)+", text.strip())
    return [Chord.parse(word) for word in words if word]


@asked(
    HARMONY,
    rf"{WHAT} is the (?:harmonic )?function of <chord> in {KEY_OF}<key>",
    rf"{WHAT} (?:harmonic )?function does <chord> have in {KEY_OF}<key>",
)
def _function(found: re.Match[str]) -> Finding:
    key, chord = Key.parse(found["key"]), chord_named(found["chord"])
    function = function_of(chord, key)
    return Finding(option.word_fit(*FUNCTIONS[function]), f"{chord.symbol} is {numeral(chord, key)}: {function}.")


@asked(
    HARMONY,
    rf"in {KEY_OF}<key>, <chord>{_BEFORE} is (?:an example of )?"
    r"(?:an? |the )?(?:what|which(?: kind of chord)?)",
    rf"{WHAT} is (?:the chord )?<chord>{_BEFORE} in {KEY_OF}<key>",
)
def _device(found: re.Match[str]) -> Finding:
    """What a chord is an example of, before another chord where one is named."""
    groups = found.groupdict()
    symbols = [word for word in (groups.get("before"), found["chord"], groups.get("after")) if word]
    place = 1 if groups.get("before") else 0
    reading = analyze(symbols, found["key"]).chords[place]
    words = [word for fact in reading.facts for word in DEVICES.get(fact.kind, ())]
    return Finding(option.word_fit(*words, *FUNCTIONS[reading.function]), reading.sentence)


@asked(
    HARMONY,
    rf"{WHAT} (?:chord )?is the (?:secondary |applied )?dominant(?: seventh)?(?: chord)? of (?:the )?"
    rf"(?P<goal>[b#]*[ivIV]+\S*|[A-G][b#]?m?7?)(?: chord)?{IN_KEY}",
)
def _secondary_dominant(found: re.Match[str]) -> Finding:
    key = Key.parse(found["key"]) if found["key"] else None
    text = found["goal"]
    goal = chord_of(text, key) if key is not None and re.match(r"[b#]*[ivIV]", text) else chord_named(text)
    dominant = Chord.parse(name((goal.root_fifths or 0) + 1) + "7")
    return Finding(option.chord_fit(dominant), f"{dominant.symbol} is the dominant of {goal.symbol}.")


@asked(
    HARMONY,
    rf"{WHAT}(?: chord)? (?:is (?:not )?(?:diatonic )?(?:to|in)|belongs to|occurs in|does not belong to) {KEY_OF}<key>",
)
def _diatonic(found: re.Match[str]) -> Finding:
    key = Key.parse(found["key"])

    def fit(text: str) -> int:
        try:
            return option.SAME if is_diatonic(chord_named(option.spelled(text)), key) else 0
        except PartimentoError:
            return 0

    return Finding(fit, f"The notes of {key.symbol} are {' '.join(map(name, key.scale))}.")


@asked(
    HARMONY,
    rf"(?:in )?{WHAT} key (?:is|are) (?:the chords |the progression )?<chords>(?: in)?",
    rf"<chords> is a (?:ii-V-I|2-5-1|two-five-one) in {WHAT} key",
)
def _key_of_chords(found: re.Match[str]) -> Finding:
    key = key_of(_chords_in(found["chords"]))
    return Finding(option.key_fit(key), f"These chords are in {name(key.tonic)} {key.mode}.")


@asked(
    HARMONY,
    rf"(?:in {KEY_OF}<key>, )?from {WHAT} (?:key|mode|scale) is <chord> borrowed",
    rf"from {WHAT} (?:key|mode|scale) is <chord> borrowed in {KEY_OF}<key>",
)
def _borrowed_key(found: re.Match[str]) -> Finding:
    reading = analyze([found["chord"]], found["key"]).chords[0]
    source = next((fact.about for fact in reading.facts if fact.kind == "borrowed"), None)
    if source is None:
        raise BadInput(f"{reading.symbol} is not borrowed in {found['key']}")
    key = Key.parse(source)
    fit = option.key_fit(key)
    return Finding(lambda text: max(fit(text), option.word_fit(f"parallel {key.mode}")(text)), reading.sentence)


@asked(
    HARMONY,
    rf"{WHAT} (?:do we call|is) a cadence (?:that|which) (?:ends|stops|pauses) on (?:V|the dominant)(?: called)?",
    rf"(?:a |the )?cadence (?:that|which) (?:ends|stops|pauses) on (?:V|the dominant) is (?:called )?{WHAT}",
)
def _half_cadence(found: re.Match[str]) -> Finding:
    return Finding(option.word_fit(*CADENCES["half"]), "A cadence that stops on the dominant is a half cadence.")


@asked(HARMONY, rf"{WHAT} chord is borrowed from (?:the )?<key:source> in {KEY_OF}<key>")
def _borrowed_chord(found: re.Match[str]) -> Finding:
    key, source = Key.parse(found["key"]), Key.parse(found["source"])

    def fit(text: str) -> int:
        try:
            chord = chord_named(option.spelled(text))
        except PartimentoError:
            return 0
        return option.SAME if is_diatonic(chord, source) and not is_diatonic(chord, key) else 0

    return Finding(fit, f"The chord lies in {source.symbol} and not in {key.symbol}.")
