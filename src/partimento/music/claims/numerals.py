"""Claims that place a chord in a key: by numeral, by number, by the name of its step, or as another step's dominant."""

from __future__ import annotations

import re
from typing import Final

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord, chord_on
from partimento.music.chord_shape import shape_of
from partimento.music.claims.book import Forms, Said, claim, no, yes
from partimento.music.claims.chord_tones import spelled_alike
from partimento.music.claims.entity import NUMBERS, Entity
from partimento.music.claims.finding import Judgement
from partimento.music.key import Key
from partimento.music.pitch import name, pitch_class
from partimento.music.roman import ROMANS, chord_of, is_diatonic

NUMERALS: Final[Forms] = []
STEPS: Final = {
    "tonic": 0, "supertonic": 1, "mediant": 2, "subdominant": 3, "dominant": 4, "submediant": 5,
    "leading tone": 6, "leading note": 6,
    "subtonic": 6,
}  # fmt: skip
_LABELS: Final = {4: "3", -3: "b3", 1: "5", -6: "b5", 8: "#5", 5: "7", -2: "b7", -9: "bb7"}
_THIRDS: Final = ("3", "b3")


def step_chord(key: Key, step: int, size: int = 3) -> Chord:
    """The chord of thirds on a step (0 to 6) of a key."""
    root = key.scale[step]
    stack = [key.scale[(step + up) % 7] - root for up in range(2, 2 * size, 2)]
    return chord_on(root, shape_of(frozenset(_LABELS[place] for place in stack)))


def numeral_text(entity: Entity) -> str:
    return re.sub(r"[ -]chord$", "", entity.text).replace("Maj", "maj").replace("M7", "maj7").replace("mmaj", "mmaj")


_SPOKEN_PLACE: Final = re.compile(r"\b(one|two|three|four|five|six|seven|[1-7])(?!\d)")


def numeral_words(entity: Entity) -> str:
    """The numeral that is written or spoken: "vi" for "six minor", "bVII" for "flat seven", "V/V" for "five of five";
    the bare number where no kind is told ("4" for "the four chord")."""
    if entity.letter == "r":
        return numeral_text(entity)
    text = entity.text.lower().replace("-", " ")
    places = [NUMBERS.index(one) if one in NUMBERS else int(one) for one in _SPOKEN_PLACE.findall(text)]
    if not places or not 1 <= places[0] <= 7:
        return str(entity.number)
    roman = ROMANS[places[0] - 1]
    if " of " in text and len(places) == 2:
        return f"{roman}/{ROMANS[places[1] - 1] if places[1] in (1, 4, 5) else ROMANS[places[1] - 1].lower()}"
    sign = "b" if "flat" in text else "#" if "sharp" in text else ""
    seventh = "7" if len(places) == 2 and places[1] == 7 and places[0] != 7 else ""
    if re.search(r"\bminor\b", text):
        return sign + roman.lower() + seventh
    if "dominant" in text:
        return f"{sign}{roman}7"
    if "major" in text:
        return sign + roman + (f"maj{seventh}" if seventh else "")
    return sign + roman + seventh if sign or (seventh and places[0] == 5) else str(places[0])


def fits_step(chord: Chord, key: Key, step: int) -> bool | None:
    """Whether a chord is the one on a step of a key told by number; None where it may be meant otherwise."""
    usual = key.scale[step]
    raised = key.is_minor and step == 6
    if chord.root_fifths != usual and not (raised and chord.root_fifths == usual + 7):
        return False
    if is_diatonic(chord, key) or chord.quality == "5":
        return True
    triad = step_chord(key, step)
    if step == 4 and key.is_minor and chord.quality in ("maj", "7", "min", "min7", "sus7", "aug7", "sus"):
        return True
    if ("b3" in chord.degrees) != ("b3" in triad.degrees) and chord.third is not None:
        return False if "b3" in chord.degrees or chord.quality != "7" else None
    diminished = "b5" in triad.degrees
    if chord.quality == "maj7" or (diminished and chord.quality in ("min", "min7")):
        return False
    return False if not diminished and chord.quality in ("dim", "hdim7", "dim7") else None


def fits_numeral(chord: Chord, numeral: str, key: Key) -> bool | None:
    """Whether a chord is what a numeral means in a key; None where teachers write it either way."""
    try:
        true = chord_of(numeral, key)
    except PartimentoError:
        return None
    if chord.root_fifths is None or true.root_fifths is None:
        return None
    alternative = (
        key.is_minor
        and numeral in ("VI", "VII", "vi", "vii", "ii", "II", "iii", "III")
        and chord.root_fifths in key.scale
    )
    if chord.root_fifths != true.root_fifths and not alternative:
        return None if chord.root == true.root and abs(true.root_fifths - 2) > 6 else False
    if alternative and chord.root_fifths != true.root_fifths:
        return pitch_class(key.scale[ROMANS.index(numeral.upper())]) == chord.root
    bare = re.fullmatch(r"[b#]*[IViv]+", numeral) is not None
    if _third(chord) != _third(true) and _third(chord):
        return (
            bare
            and numeral.isupper()
            and is_diatonic(chord, key)
            and (key.is_minor or numeral in ("II", "III", "VI", "VII"))
        )
    if numeral == "vii" and not key.is_minor and "5" in chord.degrees:
        return False  # written without its sign, it is diminished all the same
    if bare:
        return _fits_bare(chord, true, key)
    if chord.degrees == true.degrees or chord.quality == true.quality:
        return True
    if set(true.degrees) <= set(chord.degrees):
        return True
    if chord.seventh is None and set(chord.degrees) <= set(true.degrees):
        return None
    return None if numeral in ("I7", "IV7") and chord.quality == "maj7" else False


def _third(chord: Chord) -> str:
    return next((label for label in chord.degrees if label in _THIRDS), "")


def _fits_bare(chord: Chord, true: Chord, key: Key) -> bool | None:
    """A chord for a numeral without figures: any that adds to its triad what lies in the key."""
    if set(true.degrees) <= set(chord.degrees):
        if chord.seventh is None or is_diatonic(chord, key) or chord.quality in ("6", "min6"):
            return True
        return None if chord.quality in ("7", "min7") else False
    if "5" in true.degrees and {"b5", "#5"} & set(chord.degrees) and "5" not in chord.degrees:
        return True if is_diatonic(chord, key) else None if chord.quality in ("7", "aug7") else False
    if chord.quality in ("sus", "sus7", "5"):
        return True
    return None if is_diatonic(chord, key) else False


def written_chord(true: Chord, like: Entity) -> str:
    """The right chord in the manner of the wrong one: "A minor" for "G minor", "Am" for "Gm"."""
    if like.letter == "m":
        return (
            f"{name(true.root_fifths or 0)} {'minor' if 'b3' in true.degrees else 'major'}"
            if true.seventh is None
            else true.symbol
        )
    return true.symbol + (" chord" if like.text.endswith((" chord", " triad")) else "")


@claim(
    NUMERALS,
    "numeral",
    r"<numeral> (?:of|in|on) <key> (?:, )?(?:be|has|form|go to be|\() <chord>",
    r"<chord> (?:be|as|form|, as|,) (?:as )?<numeral> (?:of|in|on) <key>",
    r"<numeral> \( <chord> \) (?:of|in) <key>",
    r"<numeral> (?:be|form) <chord> (?:, )?(?:of|in) <key>",
    r"in <key> (?:, )?(?:@q\d+ |go |on |has )?<numeral> (?:of |to )?(?:be|has|form|,|\(|go to be)? ?<chord>",
    r"in <key> (?:, )?(?:has )?<chord> (?:be|as|form|\(|of|in)? ?(?:its |as )?<numeral>",
    r"<key> (?:, )?(?:has|form) <chord> (?:be|as|of|on|in|\() (?:its |as )?<numeral>",
    r"<key> (?:'s|s) <numeral> (?:be|,|\() <chord>",
    r"<key> be <numeral> be <chord>",
    r"of <key> ,? ?<numeral> (?:be|\() <chord>",
    r"<numeral> (?:of|in) <key> , <chord>",
    r"<numeral> (?:be|=|\() <chord>",
    r"<chord> \( <numeral> (?:of|in) <key> \)",
    r"<symbol:chord> (?:be|\() <numeral>",
    r"<chord> be <numeral>",
)
def _numeral(said: Said) -> Judgement | None:
    key, chord, numeral = said.key, said["chord"].chord, said["numeral"]
    if key is None or chord is None:
        return None
    if said.found[0].startswith("@") and said.found.string[: said.found.start()].endswith(("in ", "of ")):
        return None
    text = numeral_words(numeral)
    number = int(text) if text.lstrip("-").isdigit() else -1
    if number > 0:
        if number > 7:
            return None
        holds, true = (
            fits_step(chord, key, number - 1),
            step_chord(key, number - 1, 4 if chord.seventh is not None else 3),
        )
        if holds is True and said["chord"].letter == "n" and chord.quality != true.quality:
            return None
    else:
        holds, true = fits_numeral(chord, text, key), step_chord(key, 0)
        true = true if holds is None else chord_of(text, key)
    if holds is None:
        return None
    reason = f"{numeral.text} of {key.symbol} is {true.symbol}."
    if holds:
        return yes(reason)
    bare = re.fullmatch(r"[b#]*[IViv]+", text) is not None
    if bare and number < 0 and chord.seventh is not None and not text.startswith(("b", "#")) and text.upper() in ROMANS:
        tall = step_chord(key, ROMANS.index(text.upper()), 4)
        true = tall if set(true.degrees) <= set(tall.degrees) and tall.root == true.root else true
    return no(said["chord"], written_chord(true, said["chord"]), reason)


@claim(
    NUMERALS,
    "numeral",
    r"<function> (?:of|in|to) <key> (?:, )?(?:be|has|form|\() <chord>",
    r"<chord> (?:be|as|form|, as|,) (?:as )?<function> (?:of|in|to) <key>",
    r"in <key> (?:, )?(?:has )?<function> (?:be|has|\() <chord>",
    r"in <key> (?:, )?<chord> (?:be|as) (?:its |as )?<function>",
    r"<key> (?:'s|s) <function> (?:be|,|\() <chord>",
    r"<key> (?:, )?has <chord> (?:be|as|of) (?:its |as )?<function>",
    r"<function> \( <chord> \) (?:of|in) <key>",
)
def _step_name(said: Said) -> Judgement | None:
    word = re.sub(
        r" (?:chord|triad|key)$",
        "",
        said["function"].text.lower().replace("-", " ").replace("sub dominant", "subdominant"),
    )
    key, chord, told = said.key, said["chord"].chord, said["chord"]
    if key is None or chord is None or chord.root_fifths is None:
        return None
    if word in ("dominant seventh", "dominant 7th", "dominant 7"):
        true = chord_on(key.tonic + 1, Chord.parse("C7").shape)
        holds = chord.root_fifths == true.root_fifths and chord.quality == "7"
        reason = f"The dominant seventh of {key.symbol} is {true.symbol}."
        return yes(reason) if holds else no(told, written_chord(true, told), reason)
    step = STEPS.get(word)
    if step is None:
        return None
    raised = 7 if key.is_minor and word.startswith("leading") else 0
    note = key.scale[step] + raised
    reason = f"The {word} of {key.symbol} is {name(note)}."
    triad = step_chord(key, step)
    if told.letter == "n":
        return yes(reason) if spelled_alike(chord.root_fifths, note) else no(told, name(note), reason)
    if chord.root_fifths != note:
        shown = triad if not raised else Chord.parse(name(note) + "dim")
        return no(told, written_chord(shown, told), reason)
    fits = fits_step(chord, key, step) if not raised else None
    return None if fits is None else yes(reason) if fits else no(told, written_chord(triad, told), reason)


@claim(
    NUMERALS,
    "numeral",
    r"<degree> (?:of|in) <key> (?:be|has|bear|bears|form|\() <sure_chord:chord>",
    r"<sure_chord:chord> be <degree> (?:of|in) <key>",
    r"on <degree> (?:of|in) <key> (?:be|has|form|,|,? ?stand) <sure_chord:chord>",
    r"<sure_chord:chord> (?:made|be) on <degree> (?:of|in) <key>",
)
def _on_degree(said: Said) -> Judgement | None:
    key, chord, number = said.key, said["chord"].chord, said["degree"].number
    if key is None or chord is None or not 1 <= number <= 7 or said["key"].letter == "s":
        return None
    fits = fits_step(chord, key, number - 1)
    true = step_chord(key, number - 1, 4 if chord.seventh is not None else 3)
    reason = (
        f"On the {NUMBERS[number]}th step of {key.symbol} stands {true.symbol}."
        if number > 3
        else f"Step {number} of {key.symbol} bears {true.symbol}."
    )
    return (
        None if fits is None else yes(reason) if fits else no(said["chord"], written_chord(true, said["chord"]), reason)
    )


@claim(
    NUMERALS,
    "key",
    r"<sure_chord:chord> (?:be )?belong <key>",
    r"<sure_chord:chord> be (?:in|of|to) <key>",
    r"<chords> (?:be )?belong <key>",
)
def _diatonic(said: Said) -> Judgement | None:
    key = said.key
    named = said.get("chord") or said["chords"]
    chords = named.chords if named.items else (named.chord,)
    if key is None or not chords or named.letter == "n" or (said["key"].letter == "n" and named.letter == "N"):
        return None
    for at, chord in enumerate(chords):
        if chord is None:
            return None
        if chord.root_fifths is not None and not is_diatonic(chord, key):
            wrong = named.items[at] if named.items else named
            step = key.step_of(chord.root_fifths)
            true = step_chord(key, step[0], 4 if chord.seventh is not None else 3)
            return no(
                wrong,
                written_chord(true, wrong) if not step[1] else "",
                f"{chord.symbol} is not of {key.symbol}: {' '.join(map(name, key.scale))}.",
            )
    return yes(f"All lie in {key.symbol}.")
