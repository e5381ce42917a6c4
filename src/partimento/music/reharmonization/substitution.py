"""Devices that put other chords in a chord's place: relatives, borrowed chords, tritones, chains, Coltrane's thirds.

Each looks at one spot and yields the changes that are musical there; `reharmonize` judges promises, melody and level.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from partimento.music.analysis import function_of
from partimento.music.analysis.facts import borrowed_from
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.pitch import name
from partimento.music.reharmonization.spot import DOMINANT, MINOR, Change, Spot, on, replaced, shared_tones
from partimento.music.roman import chord_of, is_diatonic, usual_root

_MAJOR_RELATIVES: Final = {
    "I": ("vi7", "iii7"), "II": ("IVmaj7",), "III": ("Imaj7", "vi7"), "IV": ("ii7",), "V": ("viiø7",), "VI": ("Imaj7",),
}  # fmt: skip
_MINOR_RELATIVES: Final = {
    "I": ("bIIImaj7",), "II": ("iv7", "bVImaj7"), "bIII": ("i7",), "IV": ("iiø7", "bVImaj7"), "V": ("viio7",),
    "bVI": ("iv7", "iiø7"),
}  # fmt: skip
_TRIAD: Final = {"ø7": "o", "o7": "o", "maj7": "", "7": ""}

# What each step of a major or minor key borrows: numeral with its seventh, level.
_LENT_TO_MAJOR: Final = {"IV": (("iv6", 5),), "II": (("iiø7", 6),), "VI": (("bVImaj7", 6),), "III": (("bIIImaj7", 6),)}
_LENT_TO_MINOR: Final = {"IV": (("IV7", 5), ("bIImaj7", 7)), "II": (("bIImaj7", 7), ("ii7", 6))}


def _numeral(text: str, spot: Spot) -> Chord:
    """The chord of a numeral, as a triad where the spot's chord is one."""
    if not spot.is_rich:
        end = next((end for end in _TRIAD if text.endswith(end)), "")
        text = text.removesuffix(end) + _TRIAD.get(end, "") if end else text.rstrip("6")
    chord = chord_of(text, spot.key)
    return chord if chord.root_fifths is None or chord.root_fifths >= -8 else chord.transposed(12)


def relatives(spot: Spot) -> Iterator[Change]:
    """A chord of the key with the same function and most of the same tones; not for the tonic that opens a piece."""
    if spot.at == 0 or spot.chord.is_slash or not is_diatonic(spot.chord, spot.key):
        return
    table = _MINOR_RELATIVES if spot.key.is_minor else _MAJOR_RELATIVES
    for text in table.get(spot.roman, ()):
        chord = _numeral(text, spot)
        shared = shared_tones(chord, spot.chord)
        if len(shared) < 2 or function_of(chord, spot.key, spot.after) != spot.function:
            continue
        reason = f"{{s0}} ({{n0}}) stands in for {{old}} ({{old_n}}): they share {' and '.join(_listed(shared))},"
        level = 5 if chord.quality in ("dim", "hdim7", "dim7") else 2
        yield replaced(spot, chord, "diatonic substitution", level, reason + f" and both are {spot.function} chords.")


def _listed(names: tuple[str, ...]) -> tuple[str, str]:
    return ", ".join(names[:-1]), names[-1]


def deceptive(spot: Spot) -> Iterator[Change]:
    """The tonic after its dominant becomes the sixth step, except at the end."""
    before = spot.before
    if spot.roman != "I" or before is None or spot.after is None or before.root != (spot.key.pc + 7) % 12:
        return
    if before.quality not in (*DOMINANT, "maj") or spot.chord.quality in DOMINANT:
        return
    chord = _numeral("bVImaj7" if spot.key.is_minor else "vi7", spot)
    reason = (
        f"{{s0}} ({{n0}}) instead of {{old}} ({{old_n}}): {before.symbol} promises home and is deceived, so the phrase"
    )
    yield replaced(spot, chord, "deceptive", 4, reason + " goes on.")


def borrowed(spot: Spot) -> Iterator[Change]:
    """A chord of the parallel key on the same or a neighbouring step; IV may darken to iv on its way home."""
    key = spot.key
    if spot.at == 0 or spot.chord.is_slash or not is_diatonic(spot.chord, key) or key.mode not in ("major", "minor"):
        return
    table = _LENT_TO_MINOR if key.is_minor else _LENT_TO_MAJOR
    for text, level in table.get(spot.roman, ()):
        if text == "bIImaj7" and not (spot.after is not None and spot.after.root == (key.pc + 7) % 12):
            continue
        chord = _numeral(text, spot)
        source = borrowed_from(chord, key)
        if source is None:
            continue
        reason = f"{{s0}} is {{n0}}, borrowed from {_spoken(source)}, in the place of {{old}} ({{old_n}})."
        yield replaced(spot, chord, "modal interchange", level, reason)
    yield from _darkened(spot)
    yield from _aeolian_close(spot)


def _darkened(spot: Spot) -> Iterator[Change]:
    halves = spot.halves()
    goes_home = spot.after is not None and spot.after.root == spot.key.pc
    if spot.key.is_minor or spot.roman != "IV" or halves is None or not goes_home:
        return
    reason = (
        f"{{s1}} is {{n1}}, borrowed from {_spoken(Key(spot.key.tonic, 'minor'))}: the third of {{s0}} ({{n0}}) falls"
    )
    chords = (spot.chord, _numeral("iv6", spot))
    yield Change(
        "modal interchange", 5, spot.at, spot.at + 1, chords, halves, reason + " a semitone on the way to {goal}."
    )


def _aeolian_close(spot: Spot) -> Iterator[Change]:
    """bVI bVII I in the place of IV (or ii) V I."""
    place, key = spot.at, spot.key
    if key.is_minor or spot.roman not in ("IV", "II") or place + 2 >= len(spot.chords):
        return
    five, home = spot.chords[place + 1], spot.chords[place + 2]
    if five.root != (key.pc + 7) % 12 or home.root != key.pc or five.is_slash:
        return
    chords = (chord_of("bVI", key), chord_of("bVII", key))
    reason = f"{{s0}} and {{s1}} ({{n0}}, {{n1}}), borrowed from {_spoken(Key(key.tonic, 'minor'))}, climb to {{goal}}"
    yield Change(
        "modal interchange", 6, place, place + 2, chords, spot.beats[place : place + 2],
        reason + f" by whole tones in the place of {{old}} and {five.symbol}.",
    )  # fmt: skip


def _spoken(key: Key) -> str:
    return f"{name(key.tonic)} {key.mode}"


def backdoor(spot: Spot) -> Iterator[Change]:
    """The dominant of a major tonic becomes bVII7, with iv7 before it: in its own time, or in that of a ii."""
    after, key = spot.after, spot.key
    comes_home = after is not None and after.root == key.pc and after.quality not in MINOR
    leads = spot.roman == "V" and spot.chord.quality in (*DOMINANT, "maj") and not spot.chord.is_slash
    if key.is_minor or not leads or not comes_home:
        return
    four, seven = chord_of("iv7", key), chord_of("bVII7", key)
    reason = "{s1} ({n1}) is the backdoor dominant: it comes home to {goal} from a whole tone below, with {s0} ({n0})"
    reason += " to lead it in."
    if spot.before is not None and spot.before.root == (key.pc + 2) % 12 and spot.at >= 1:
        beats = spot.beats[spot.at - 1 : spot.at + 1]
        yield Change("backdoor", 6, spot.at - 1, spot.at + 1, (four, seven), beats, reason)
    elif (halves := spot.halves()) is not None:
        yield Change("backdoor", 6, spot.at, spot.at + 1, (four, seven), halves, reason)


def tritone(spot: Spot) -> Iterator[Change]:
    """A dominant seventh that resolves becomes the one a tritone away."""
    chord = spot.chord
    if not spot.resolves or chord.is_slash or chord.root_fifths is None or chord.third is None or chord.seventh is None:
        return
    other = on(usual_root(spot.key, chord.root_fifths - 6), "7")
    common = f"{spot.key.spell(chord.third)} and {spot.key.spell(chord.seventh)}"
    reason = (
        f"{{s0}} ({{n0}}) is the tritone substitute of {{old}} ({{old_n}}): both hold {common}, and its root slides"
    )
    reason += " down a semitone to {goal}."
    if spot.roman == "V":
        yield replaced(spot, other, "tritone substitution", 7, reason)
    else:
        yield replaced(spot, other, "applied tritone substitution", 8, reason)


def chain(spot: Spot) -> Iterator[Change]:
    """Minor chords whose roots fall in fifths down to a dominant become dominants themselves."""
    end = spot.at
    while end + 1 < len(spot.chords) and _falls_a_fifth(spot.chords[end], spot.chords[end + 1]):
        if spot.chords[end].quality not in ("min", "min7"):
            break
        end += 1
    if end - spot.at < 2 or spot.chords[end].quality not in ("7", "maj", "sus7"):
        return
    run = spot.chords[spot.at : end]
    chords = tuple(on(chord.root_fifths or 0, "7") for chord in run)
    reason = "{symbols} ({numerals}): each is the dominant of the next, a chain of falling fifths as far as {goal}"
    reason += " ({goal_n})."
    yield Change("extended dominants", 7, spot.at, end, chords, spot.beats[spot.at : end], reason)


def _falls_a_fifth(chord: Chord, after: Chord) -> bool:
    return chord.root is not None and after.root is not None and (after.root - chord.root) % 12 == 5


def coltrane(spot: Spot) -> Iterator[Change]:
    """A two-five-one of whole bars goes through the major keys a major third below and above."""
    place = spot.at
    if place + 2 >= len(spot.chords) or spot.quarters() is None or spot.length != 4.0:
        return
    two, five, one = spot.chords[place : place + 3]
    if (
        two.quality not in ("min7", "min")
        or five.quality not in ("7", "sus7")
        or one.quality not in ("maj7", "6", "maj")
    ):
        return
    if not (_falls_a_fifth(two, five) and _falls_a_fifth(five, one)) or one.root_fifths is None:
        return
    if spot.beats[place + 1] != 4.0 or spot.beats[place + 2] != 4.0:
        return
    home = one.root_fifths
    way = (two, on(home - 3, "7"), on(home - 4, "maj7"), on(home + 5, "7"), on(home + 4, "maj7"), on(home + 1, "7"))
    reason = (
        "{symbols} ({numerals}): on the way to {goal} the music passes through the keys a major third apart, {s2} and"
    )
    reason += " {s4}, each led in by its own dominant, as Coltrane did."
    stays = place + 3 < len(spot.chords) and spot.chords[place + 3].root == one.root
    last, beats = (place + 3, (2.0,) * 6) if stays else (place + 2, (1.0, 1.0, 1.0, 1.0, 2.0, 2.0))
    yield Change("Coltrane changes", 10, place, last, way, beats, reason)
