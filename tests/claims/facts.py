"""What is so in music, by plain arithmetic on letters and semitones, each fact beside a plausible error.

Knows nothing of the engine under test: its tables are written out here, so that the engine can be convicted by them.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

LETTERS: Final = "CDEFGAB"
NATURAL: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
MAJORS: Final = "C G D A E B F Bb Eb Ab Db Gb".split()
MINORS: Final = "A E B F# C# D G C F Bb".split()
ROOTS: Final = "C D E F G A B Bb Eb Ab Db F#".split()
STEPS: Final = {
    "1": (0, 0),
    "b2": (1, 1),
    "2": (1, 2),
    "b3": (2, 3),
    "3": (2, 4),
    "4": (3, 5),
    "#4": (3, 6),
    "b5": (4, 6),
    "5": (4, 7),
    "#5": (4, 8),
    "b6": (5, 8),
    "6": (5, 9),
    "bb7": (6, 9),
    "b7": (6, 10),
    "7": (6, 11),
    "9": (1, 2),
    "#2": (1, 3),
}
CHORDS: Final = {
    "": "1 3 5",
    "m": "1 b3 5",
    "maj7": "1 3 5 7",
    "7": "1 3 5 b7",
    "m7": "1 b3 5 b7",
    "m7b5": "1 b3 b5 b7",
    "6": "1 3 5 6",
    "dim7": "1 b3 b5 bb7",
}
CHORD_WORDS: Final = {
    "": "major triad",
    "m": "minor triad",
    "maj7": "major seventh chord",
    "7": "dominant seventh chord",
    "m7": "minor seventh chord",
    "m7b5": "half-diminished chord",
}
SCALES: Final = {
    "major": "1 2 3 4 5 6 7",
    "natural minor": "1 2 b3 4 5 b6 b7",
    "harmonic minor": "1 2 b3 4 5 b6 7",
    "Dorian": "1 2 b3 4 5 6 b7",
    "Mixolydian": "1 2 3 4 5 6 b7",
    "Lydian": "1 2 3 #4 5 6 7",
    "Phrygian": "1 b2 b3 4 5 b6 b7",
    "major pentatonic": "1 2 3 5 6",
    "minor pentatonic": "1 b3 4 5 b7",
    "melodic minor": "1 2 b3 4 5 6 7",
    "blues": "1 b3 4 b5 5 b7",
}
INTERVALS: Final = {
    "minor second": "b2",
    "major second": "2",
    "minor third": "b3",
    "major third": "3",
    "perfect fourth": "4",
    "perfect fifth": "5",
    "minor sixth": "b6",
    "major sixth": "6",
    "minor seventh": "b7",
    "major seventh": "7",
}
SIGNATURES: Final = {
    "C": 0,
    "G": 1,
    "D": 2,
    "A": 3,
    "E": 4,
    "B": 5,
    "F#": 6,
    "F": -1,
    "Bb": -2,
    "Eb": -3,
    "Ab": -4,
    "Db": -5,
    "Gb": -6,
}
DIATONIC: Final = ("", "m", "m", "", "", "m", "dim")
SEVENTHS: Final = ("maj7", "m7", "m7", "maj7", "7", "m7", "m7b5")
ROMANS: Final = ("I", "ii", "iii", "IV", "V", "vi", "vii°")
NUMBERS: Final = "zero one two three four five six seven eight nine ten eleven twelve".split()
ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
Fact = dict[str, str]


def above(root: str, degree: str) -> str:
    """The spelled note a degree above a root."""
    letters, semitones = STEPS[degree]
    letter = LETTERS[(LETTERS.index(root[0]) + letters) % 7]
    shift = (pitch(root) + semitones - NATURAL[letter] + 6) % 12 - 6
    return letter + ("#" * shift if shift > 0 else "b" * -shift)


def pitch(note: str) -> int:
    return (NATURAL[note[0]] + note.count("#") - note[1:].count("b")) % 12


def spelt(root: str, degrees: str) -> list[str]:
    return [above(root, degree) for degree in degrees.split()]


def plain(notes: list[str]) -> bool:
    """Whether no note has two signs."""
    return all(len(note) < 3 for note in notes)


def off(note: str, random: Random, held: list[str] | None = None) -> str:
    """A neighbour or another sign of a note, sounding differently and not among those held."""
    others = [note[0] + sign for sign in ("", "#", "b")] + [
        LETTERS[(LETTERS.index(note[0]) + step) % 7] for step in (1, -1)
    ]
    sounding = {pitch(one) for one in (held or [])} | {pitch(note)}
    fits = [one for one in others if pitch(one) not in sounding and one not in ("Cb", "Fb", "E#", "B#")]
    return random.choice(fits) if fits else next(one for one in ROOTS if pitch(one) not in sounding)


def listed(notes: list[str], random: Random) -> str:
    style = random.randrange(4)
    if style == 0:
        return ", ".join(notes[:-1]) + " and " + notes[-1]
    return (", ", "-", " ")[style - 1].join(notes)


def rooted(random: Random, degrees: str, roots: list[str] = ROOTS) -> tuple[str, list[str]]:
    while True:
        root = random.choice(roots)
        notes = spelt(root, degrees)
        if plain(notes):
            return root, notes


def other(random: Random, choices: list[str], but: str) -> str:
    return random.choice([one for one in choices if one != but])


def chord_notes(random: Random) -> Fact:
    kind = random.choice(list(CHORDS))
    root, notes = rooted(random, CHORDS[kind])
    at = random.randrange(1, len(notes))
    bad = [*notes[:at], off(notes[at], random, notes), *notes[at + 1 :]]
    style = Random(random.random())
    state = style.getstate()
    good = listed(notes, style)
    style.setstate(state)
    words = CHORD_WORDS.get(kind)
    return {
        "c": root + kind,
        "w": f"{root} {words}" if words else root + kind + " chord",
        "x": good,
        "y": listed(bad, style),
    }


def chord_member(random: Random) -> Fact:
    kind = random.choice(["maj7", "7", "m7", "m7b5", "m"])
    root, notes = rooted(random, CHORDS[kind])
    at = random.randrange(1, len(notes))
    return {
        "c": root + kind,
        "o": ("root", "third", "fifth", "seventh")[at],
        "n": ("1", "3rd", "5th", "7th")[at],
        "x": notes[at],
        "y": off(notes[at], random),
    }


def numeral(random: Random) -> Fact:
    key, scale = rooted(random, SCALES["major"], MAJORS)
    step = random.randrange(7)
    tall = random.random() < 0.4
    true = scale[step] + (SEVENTHS if tall else DIATONIC)[step]
    kinds = ["", "m"] if not tall else ["m7", "maj7"]
    wrong_step = (step + random.choice((1, -1, 3))) % 7
    wrong = scale[wrong_step] + (SEVENTHS if tall else DIATONIC)[wrong_step]
    if random.random() < 0.4 and step != 6:
        quality = (SEVENTHS if tall else DIATONIC)[step]
        wrong = scale[step] + next(
            one for one in kinds if one[:1] != quality[:1] or (one == "maj7") == (quality == "m7")
        )
        wrong = wrong if wrong != true else off(scale[step], random) + quality
    roman = ROMANS[step] + ("7" if tall and step in (1, 2, 4, 5) else "maj7" if tall and step in (0, 3) else "")
    roman = "viiø7" if tall and step == 6 else roman
    return {"k": key, "r": roman, "d": str(step + 1), "nth": ORDINALS[step], "x": true, "y": wrong}


def dominant(random: Random) -> Fact:
    key = random.choice(MAJORS[:-1])
    true = above(key, "5")
    return {
        "k": key,
        "x": true + "7",
        "y": random.choice([above(key, "4") + "7", off(true, random) + "7", above(key, "2") + "7"]),
    }


def secondary(random: Random) -> Fact:
    key, scale = rooted(random, SCALES["major"], MAJORS[:10])
    step = random.choice((1, 2, 4, 5))
    true = above(scale[step], "5")
    return {
        "k": key,
        "r": ROMANS[step],
        "g": scale[step] + DIATONIC[step],
        "x": true + "7",
        "y": random.choice([off(true, random) + "7", scale[step] + "7"]),
    }


def tritone(random: Random) -> Fact:
    root, (sub,) = rooted(random, "b5", "C D E F G A B Bb Eb Ab".split())
    return {"c": root + "7", "x": sub + "7", "y": off(sub, random) + "7"}


def relative(random: Random) -> Fact:
    key = random.choice(MAJORS)
    true = above(key, "6")
    return {"k": key, "x": true, "y": random.choice([above(key, "3"), above(key, "2"), off(true, random)])}


def scale_notes(random: Random) -> Fact:
    kind = random.choice(list(SCALES))
    root, notes = rooted(random, SCALES[kind])
    at = random.randrange(1, len(notes))
    bad = [*notes[:at], off(notes[at], random, notes), *notes[at + 1 :]]
    style = Random(random.random())
    state = style.getstate()
    good = listed(notes, style)
    style.setstate(state)
    return {"s": f"{root} {kind}", "x": good, "y": listed(bad, style)}


def scale_degree(random: Random) -> Fact:
    kind = random.choice(["major", "harmonic minor", "Dorian", "Mixolydian", "Lydian", "Phrygian"])
    root, notes = rooted(random, SCALES[kind])
    at = random.randrange(1, 7)
    return {
        "s": f"{root} {kind}",
        "o": ORDINALS[at],
        "n": ("1st", "2nd", "3rd", "4th", "5th", "6th", "7th")[at],
        "x": notes[at],
        "y": off(notes[at], random, notes),
    }


def mode(random: Random) -> Fact:
    names = ["Dorian", "Phrygian", "Lydian", "Mixolydian"]
    parent, scale = rooted(random, SCALES["major"], MAJORS)
    step = random.randrange(1, 5)
    return {
        "m": f"{scale[step]} {names[step - 1]}",
        "o": ORDINALS[step],
        "x": parent,
        "y": random.choice([above(parent, "5"), above(parent, "4"), off(parent, random)]),
    }


def signature(random: Random) -> Fact:
    key = random.choice([one for one in SIGNATURES if one != "C"])
    count = SIGNATURES[key]
    sign = "sharp" if count > 0 else "flat"
    size = abs(count)
    wrong = size + random.choice((1, -1)) if size > 1 else size + 1

    def told(number: int) -> str:
        return f"{NUMBERS[number]} {sign}{'s' if number != 1 else ''}"

    minor = above(key, "6")
    return {"k": key, "m": minor, "x": told(size), "y": told(wrong)}


def signature_notes(random: Random) -> Fact:
    key = random.choice("G D A E B F Bb Eb Ab Db".split())
    order = "F# C# G# D# A# E#".split() if SIGNATURES[key] > 0 else "Bb Eb Ab Db Gb Cb".split()
    true = order[: abs(SIGNATURES[key])]
    bad = [*true[:-1], order[len(true)] if random.random() < 0.5 else off(true[-1], random, true)]
    sign = "sharp" if SIGNATURES[key] > 0 else "flat"
    count = f"{NUMBERS[len(true)]} {sign}{'s' if len(true) != 1 else ''}"
    style = Random(random.random())
    state = style.getstate()
    good = ", ".join(true) if style.random() < 0.5 or len(true) == 1 else listed(true, style).replace("-", ", ")
    style.setstate(state)
    wrong = ", ".join(bad) if style.random() < 0.5 or len(true) == 1 else listed(bad, style).replace("-", ", ")
    return {"k": key, "g": count, "x": good, "y": wrong}


def interval(random: Random) -> Fact:
    kind = random.choice(list(INTERVALS))
    root, (top,) = rooted(random, INTERVALS[kind])
    near = {"minor": "major", "major": "minor", "perfect": "perfect"}
    quality, number = kind.split()
    wrong = (
        f"{near[quality]} {number}"
        if quality != "perfect"
        else other(random, ["perfect fourth", "perfect fifth", "major sixth", "major third"], kind)
    )
    return {"a": root, "b": top, "x": kind, "y": wrong}


def interval_note(random: Random) -> Fact:
    kind = random.choice(list(INTERVALS))
    root, (top,) = rooted(random, INTERVALS[kind])
    return {"a": root, "i": kind, "x": top, "y": off(top, random)}


def semitones(random: Random) -> Fact:
    kind = random.choice([*INTERVALS, "tritone"])
    size = 6 if kind == "tritone" else STEPS[INTERVALS[kind]][1]
    return {"i": kind, "x": NUMBERS[size], "y": NUMBERS[size + 1 if size < 3 or random.random() < 0.5 else size - 1]}


def inverted(random: Random) -> Fact:
    pairs = {"minor": "major", "major": "minor", "perfect": "perfect"}
    numbers = {
        "second": "seventh",
        "third": "sixth",
        "fourth": "fifth",
        "fifth": "fourth",
        "sixth": "third",
        "seventh": "second",
    }
    kind = random.choice(list(INTERVALS))
    quality, number = kind.split()
    true = f"{pairs[quality]} {numbers[number]}"
    wrong = f"{quality} {numbers[number]}" if quality != "perfect" else kind
    return {"i": kind, "x": true, "y": wrong}


def inversion(random: Random) -> Fact:
    kind = random.choice(["", "m", "7", "maj7", "m7"])
    root, notes = rooted(random, CHORDS[kind])
    place = random.randrange(1, len(notes))
    words = ("first", "second", "third")
    wrong = other(random, list(words[: len(notes) - 1]), words[place - 1])
    return {"c": root + kind, "b": notes[place], "x": words[place - 1], "y": wrong}


def inversion_bass(random: Random) -> Fact:
    fact = inversion(random)
    return {"c": fact["c"], "p": fact["x"], "x": fact["b"], "y": off(fact["b"], random)}


def guide(random: Random) -> Fact:
    kind = random.choice(["maj7", "7", "m7"])
    root, notes = rooted(random, CHORDS[kind])
    third, seventh = notes[1], notes[3]
    bad = [off(third, random, notes), seventh] if random.random() < 0.5 else [third, off(seventh, random, notes)]
    return {
        "c": root + kind,
        "root": root,
        "x": f"{third} and {seventh}",
        "y": f"{bad[0]} and {bad[1]}",
        "xs": f"{root}-{third}-{seventh}",
        "ys": f"{root}-{bad[0]}-{bad[1]}",
    }


def rootless(random: Random) -> Fact:
    kind = random.choice(["maj7", "7", "m7"])
    root, notes = rooted(random, CHORDS[kind] + " 9")
    _, third, fifth, seventh, ninth = notes
    order = [third, fifth, seventh, ninth]
    at = random.choice((0, 2))
    bad = [*order[:at], off(order[at], random, notes), *order[at + 1 :]]
    return {"c": root + kind, "x": "-".join(order), "y": "-".join(bad)}


def two_five(random: Random) -> Fact:
    key, scale = rooted(random, SCALES["major"], MAJORS[:11])
    chords = [scale[1] + "m7", scale[4] + "7", scale[0] + "maj7"]
    at = random.randrange(3)
    bad = list(chords)
    suffix = ("m7", "7", "maj7")[at]
    bad[at] = (
        off((scale[1], scale[4], scale[0])[at], random) + suffix
        if random.random() < 0.6
        else scale[(1, 4, 0)[at]] + ("maj7", "m7", "m7")[at]
    )
    return {"k": key, "x": "-".join(chords), "y": "-".join(bad), "xl": ", ".join(chords), "yl": ", ".join(bad)}


def row(random: Random) -> Fact:
    key, scale = rooted(random, SCALES["major"], MAJORS[:11])
    steps = random.choice([(0, 5, 3, 4), (0, 4, 5, 3), (5, 3, 0, 4), (0, 3, 4), (0, 5, 1, 4)])
    chords = [scale[step] + DIATONIC[step] for step in steps]
    at = random.randrange(1, len(steps))
    bad = list(chords)
    bad[at] = (
        off(scale[steps[at]], random) + DIATONIC[steps[at]]
        if random.random() < 0.6
        else scale[steps[at]] + ("" if DIATONIC[steps[at]] else "m")
    )
    return {
        "k": key,
        "r": "–".join(ROMANS[step] for step in steps),
        "d": "-".join(str(step + 1) for step in steps),
        "x": "–".join(chords),
        "y": "–".join(bad),
        "xl": ", ".join(chords),
        "yl": ", ".join(bad),
    }


def cadence(random: Random) -> Fact:
    key, scale = rooted(random, SCALES["major"], MAJORS[:10])
    kind = random.choice(["authentic", "plagal", "deceptive"])
    pair = {
        "authentic": (scale[4] + "7", scale[0]),
        "plagal": (scale[3], scale[0]),
        "deceptive": (scale[4] + "7", scale[5] + "m"),
    }[kind]
    return {
        "k": key,
        "a": pair[0],
        "b": pair[1],
        "x": kind,
        "y": other(random, ["authentic", "plagal", "deceptive"], kind),
    }


def common(random: Random) -> Fact:
    _key, scale = rooted(random, SCALES["major"], MAJORS[:10])
    one = [scale[0], scale[2], scale[4]]
    step = random.choice((5, 2))
    second = [scale[step], scale[(step + 2) % 7], scale[(step + 4) % 7]]
    both = [note for note in one if note in second]
    bad = [both[0], off(both[1], random, [*one, *second])]
    return {"a": scale[0], "b": scale[step] + "m", "x": " and ".join(both), "y": " and ".join(bad)}


def moved(random: Random) -> Fact:
    goal, scale = rooted(random, SCALES["major"], "D Eb F G A Bb Ab E".split())
    chords = [scale[1] + "m7", scale[4] + "7", scale[0] + "maj7"]
    bad = list(chords)
    at = random.randrange(3)
    bad[at] = off((scale[1], scale[4], scale[0])[at], random) + ("m7", "7", "maj7")[at]
    return {"k": goal, "x": " ".join(chords), "y": " ".join(bad)}


def value(random: Random) -> Fact:
    name, beats, wrong = random.choice(
        [
            ("whole note", "four", "three"),
            ("half note", "two", "three"),
            ("dotted half note", "three", "four"),
            ("quarter note", "one", "two"),
        ]
    )
    return {"v": name, "x": beats, "y": wrong}


def enharmonic(random: Random) -> Fact:
    sharp, flat = random.choice([("C#", "Db"), ("D#", "Eb"), ("F#", "Gb"), ("G#", "Ab"), ("A#", "Bb")])
    return {"a": sharp, "x": flat, "y": other(random, ["Db", "Eb", "Gb", "Ab", "Bb"], flat)}


def belongs(random: Random) -> Fact:
    key, scale = rooted(random, SCALES["major"], MAJORS)
    note = random.choice(scale)
    return {"k": key, "x": note, "y": off(note, random, scale)}


FACTS: Final[dict[str, Callable[[Random], Fact]]] = {
    one.__name__: one
    for one in (
        chord_notes,
        chord_member,
        numeral,
        dominant,
        secondary,
        tritone,
        relative,
        scale_notes,
        scale_degree,
        mode,
        signature,
        signature_notes,
        interval,
        interval_note,
        semitones,
        inverted,
        inversion,
        inversion_bass,
        guide,
        rootless,
        two_five,
        row,
        cadence,
        common,
        moved,
        value,
        enharmonic,
        belongs,
    )
}
