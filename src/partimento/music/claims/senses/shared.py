"""What chords have in common, notes put into a chord, a triad of a kind within a key, solfège, black keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.claims.chord_tones import spelled_alike
from partimento.music.claims.entity import chord_of_words
from partimento.music.claims.senses.scene import Scene, Thing, Whole
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.key import Key
from partimento.music.pitch import name, pitch_class
from partimento.music.roman import is_diatonic

_COMMON: Final = re.compile(
    r"\b(?:shares?|sharing|in common|common|both|mutual|overlap\w*|shared|(?:hold|keep|stay\w*|sustain)"
    r" .{0,20}\b(?:from|when|while|moving|between)|(?:have|contain|hold) the same)\b"
)
_ADDED: Final = re.compile(
    r"\b(?:adds?|adding|includes?|contains?|has|have|features?|brings? in|uses|gains|colou?rs? .{0,20}with|spic\w+"
    r" .{0,20}with)"
    r"(?: in)?(?: an?| the)?(?: extra| note)? $"
    r"|\b(?:top|added|extra|new|missing|altered|colou?r|fourth|final|last|highest|remaining) (?:note|tone|pitch),?"
    r" (?:is|being|would be|=)(?: an?| the)? $"
    r"|\bmakes? @[acs]\d+ (?:so )?(?:special|unique|different|distinctive|what it is|tense|dark|bright)? ?is (?:the"
    r"|an?|its) (?:note )?$"
)
_NOT: Final = re.compile(r"\b(?:not|no|isn't|doesn't|don't|never|without|avoid\w*|instead|rather|except)\b")
_SOLFEGE: Final = {"do": 0, "re": 1, "mi": 2, "fa": 3, "sol": 4, "so": 4, "la": 5, "ti": 6, "si": 6}
_SYLLABLE: Final = re.compile(
    r"\b(do|re|mi|fa|sol|la|ti)\b(?: (?:is|would be|=|lands on|falls on|:|means|will be))+ (?:the note )?@n(\d+)"
)
_ROW: Final = re.compile(r"\bdo,? re,? mi(?:,? fa)?(?:,? sol?)?(?:,? la)?(?:,? ti)?(?:,? do)?\b")
_BLACK: Final = re.compile(r"\bblack (?:key|keys|note|notes)\b")


@sense("Nn", "acmnL")
def common(scene: Scene) -> Iterator[Told]:
    """The notes that two chords share."""
    labels = {whole.label: whole for whole in scene.wholes if whole.is_chord}
    for thing in scene.of("n"):
        triad = _triad(thing) if _is_triad(scene, thing) else None
        if triad is not None:
            labels.setdefault(triad.label, triad)
    if not scene.has(_COMMON) or len(labels) != 2 or scene.has(_NOT) or scene.of("gk"):
        return
    one, other = labels.values()
    for thing in scene.of("Nn"):
        notes = thing.entity.notes
        if notes is None or thing.row >= 0 or thing.at in (one.thing.at, other.thing.at) or len(notes) > 3:
            continue
        if scene.is_key(thing):
            continue
        shared = [note for note in one.notes if any(pitch_class(note) == pitch_class(own) for own in other.notes)]
        sounding = {pitch_class(note) for note in shared}
        wrong = [at for at, note in enumerate(notes) if pitch_class(note) not in sounding]
        left = [note for note in shared if note not in notes]
        reason = f"{one.label} and {other.label} share {' '.join(map(name, shared)) or 'nothing'}."
        if not wrong:
            yield so("common tones", reason, thing)
        else:
            place = thing.entity.items[wrong[0]] if thing.entity.items else thing
            yield not_so("common tones", reason, place, name(left[0]) if len(left) == len(wrong) == 1 else "", thing)
        return


def _is_triad(scene: Scene, thing: Thing) -> bool:
    if thing.row >= 0:
        return scene.things[thing.row].letter == "L"
    return bool({"of", "and", "between", "with"} & {*scene.before(thing, 1), *scene.after(thing, 1)})


def _triad(thing: Thing) -> Whole | None:
    chord = thing.entity.chord
    if chord is None or chord.root_fifths is None:
        return None
    return Whole(thing, chord.symbol, tuple(chord.root_fifths + step for step in chord.shape.fifths), True, False)


_TAKES: Final = re.compile(
    r"(?:takes its place|takes the place|replaces (?:it|the third)|is added|comes in|steps in)\b"
)


@sense("n", "acs")
def added(scene: Scene) -> Iterator[Told]:
    """A note that a chord is told to have: "C7b9 brings in a Db"."""
    wholes = [whole for whole in scene.wholes if whole.thing.letter in "acs"]
    if not wholes or scene.has(_NOT) or scene.of("oiLf"):
        return
    for thing in scene.of("n"):
        ahead = " ".join((*scene.words[max(0, thing.at - 5) : thing.at], ""))
        behind = " ".join(scene.words[thing.at + 1 : thing.at + 5])
        if thing.row >= 0 or not (_ADDED.search(ahead) or _TAKES.match(behind)) or thing.entity.note is None:
            continue
        own = [whole for whole in wholes if whole.thing.at < thing.at] or wholes
        note = thing.entity.note
        if any(whole.holds(note) for whole in wholes):
            yield so("chord notes", f"{name(note)} is of {own[-1].label}.", thing, own[-1].thing)
        else:
            near = [one for one in own[0].notes if (one - note) % 7 == 0]
            mend = name(near[0]) if len(near) == 1 and len(own) == 1 else ""
            reason = f"{own[0].label} is {' '.join(map(name, own[0].notes))}."
            yield not_so("chord notes", reason, thing, mend, own[0].thing)


@sense("acm")
def of_kind_in_key(scene: Scene) -> Iterator[Told]:
    """ "The only diminished triad in D major is C#dim"; "Am is diatonic to G"."""
    if not re.search(r"\b(?:only|diatonic|naturally|belongs?|native|found in)\b", scene.text) or scene.has(_NOT):
        return
    chords = [thing for thing in scene.of("acm") if not scene.is_key(thing) and thing.row < 0]
    keys = [key for key in scene.homes if key.mode in ("major", "minor")]
    if len(chords) != 1 or len(keys) != 1 or scene.of("oefrRDNLi"):
        return
    chord = chords[0].entity.chord
    if chord is None:
        return
    if is_diatonic(chord, keys[0]):
        yield so("key", f"{chord.symbol} lies in {keys[0].symbol}.", chords[0])
        return
    kinds = [told for thing in scene.of("q") if (told := chord_of_words(f"C {thing.entity.text}")) is not None]
    right = [root for root in keys[0].scale for kind in kinds if _fits(kind.shape.fifths, root, keys[0])]
    mend = f"{name(right[0])}{kinds[0].shape.suffix}" if len(right) == 1 and chords[0].letter != "m" else ""
    yield not_so("key", f"{chord.symbol} is not of {keys[0].symbol}.", chords[0], mend)


def _fits(steps: tuple[int, ...], root: int, key: Key) -> bool:
    return all(root + step in key.scale for step in steps)


@sense("nN")
def solfege(scene: Scene) -> Iterator[Told]:
    """Do, re, mi: of a key, in the order of its scale or one by one."""
    if len(scene.homes) != 1:
        return
    scale = scene.homes[0].scale
    row = _ROW.search(scene.text)
    for thing in scene.of("N") if row is not None else ():
        notes = thing.entity.notes or ()
        true = (*scale, scale[0])[: len(notes)]
        wrong = [at for at, (one, other) in enumerate(zip(notes, true, strict=False)) if one != other]
        reason = f"They are {' '.join(map(name, true))}."
        if not wrong:
            yield so("scale notes", reason, thing)
        else:
            mend = name(true[wrong[0]]) if len(wrong) == 1 else ""
            yield not_so("scale notes", reason, thing.entity.items[wrong[0]], mend, thing)
        return
    for found in _SYLLABLE.finditer(scene.text):
        thing = next(one for one in scene.of("n") if scene.words[one.at] == f"@n{found[2]}")
        true_note = scale[_SOLFEGE[found[1]]]
        reason = f"{found[1]} is {name(true_note)} there."
        if thing.entity.note == true_note:
            yield so("scale notes", reason, thing)
        else:
            yield not_so("scale notes", reason, thing, name(true_note), thing)


@sense("Nn")
def black_keys(scene: Scene) -> Iterator[Told]:
    """The black keys of a scale or of a key."""
    if not scene.has(_BLACK) or not scene.homes:
        return
    home = scene.homes[0]
    true = [note for note in home.scale if pitch_class(note) in (1, 3, 6, 8, 10)]
    for thing in scene.of("Nn"):
        notes = thing.entity.notes
        if notes is None or thing.row >= 0 or any(thing is key for key in scene.keys):
            continue
        wrong = [at for at, note in enumerate(notes) if not any(spelled_alike(note, one) for one in true)]
        left = [note for note in true if note not in notes]
        reason = f"The black keys of {home.symbol} are {' '.join(map(name, true))}."
        if not wrong:
            yield so("scale notes", reason, thing)
        else:
            place = thing.entity.items[wrong[0]] if thing.entity.items else thing
            yield not_so("scale notes", reason, place, name(left[0]) if len(left) == len(wrong) == 1 else "", thing)
        return


_ONE_OF: Final = re.compile(
    r"@n(\d+) (?:is|would be) (?:one|a member|part|a note|a tone|among) (?:one )?(?:of |among )?(?:the )?(?:@d\d+ "
    r"|seven |five |notes |tones |pitches )*(?:of|in) (?:the )?@([smk])(\d+)"
)


@sense("n", "smk")
def one_of(scene: Scene) -> Iterator[Told]:
    """ "C is one of the seven notes of G major"."""
    found = _ONE_OF.search(scene.text)
    if found is None or scene.has(_NOT):
        return
    note = next(thing for thing in scene.of("n") if scene.words[thing.at] == f"@n{found[1]}")
    wholes = [
        whole
        for whole in scene.wholes
        if scene.words[whole.thing.at] == f"@{found[2]}{found[3]}" and not whole.is_chord
    ]
    told = note.entity.note
    if told is None or not wholes:
        return
    reason = f"{wholes[0].label} is {' '.join(map(name, wholes[0].notes))}."
    if any(whole.holds(told) for whole in wholes):
        yield so("scale notes", reason, note, wholes[0].thing)
    else:
        near = [one for one in wholes[0].notes if (one - told) % 7 == 0]
        yield not_so("scale notes", reason, note, name(near[0]) if len(near) == 1 else "", wholes[0].thing)


_STACKS: Final = {
    (0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 8), (0, 4, 7, 10), (0, 4, 7, 11), (0, 3, 7, 10), (0, 3, 6, 10),
    (0, 3, 6, 9), (0, 3, 7, 11),
}  # fmt: skip


@sense("N", "o", "n")
def root_of(scene: Scene) -> Iterator[Told]:
    """ "The root of B D F G is G"."""
    heads = [thing for thing in scene.of("o") if thing.entity.text.lower() == "root"]
    rows = [row for row in scene.of("N") if len(row.entity.items) in (3, 4)]
    notes = [thing for thing in scene.of("n") if thing.row < 0 and thing.entity.note is not None]
    if len(heads) != 1 or len(rows) != 1 or len(notes) != 1 or scene.wholes or scene.has(_NOT):
        return
    told = rows[0].entity.notes or ()
    roots = [one for one in told if tuple(sorted(pitch_class(note - one) for note in told)) in _STACKS]
    if len(roots) != 1:
        return
    reason = f"Its root is {name(roots[0])}."
    if notes[0].entity.note == roots[0]:
        yield so("chord notes", reason, notes[0], rows[0])
    else:
        yield not_so("chord notes", reason, notes[0], name(roots[0]), rows[0])


_DIFFERS: Final = re.compile(r"\bdiffer\w*\b")


@sense("N", "sm")
def differing(scene: Scene) -> Iterator[Told]:
    """The notes in which two scales differ."""
    scales = [scale for thing in scene.of("sm") if (scale := thing.entity.scale) is not None]
    rows = [row for row in scene.of("N") if row.entity.notes is not None]
    if not scene.has(_DIFFERS) or len(scales) != 2 or len(rows) != 1 or scene.has(_NOT):
        return
    odd = set(scales[0].fifths) ^ set(scales[1].fifths)
    wrong = [at for at, note in enumerate(rows[0].entity.notes or ()) if note not in odd]
    reason = f"They differ in {' '.join(name(note) for note in scales[0].fifths if note in odd)}."
    if not wrong:
        yield so("scale notes", reason, rows[0])
    elif len(wrong) < len(rows[0].entity.items):
        left = [note for note in scales[0].fifths if note in odd and note not in (rows[0].entity.notes or ())]
        mend = name(left[0]) if len(left) == len(wrong) == 1 else ""
        yield not_so("scale notes", reason, rows[0].entity.items[wrong[0]], mend, rows[0])
