"""What each kind of voicing is, as a test that any grip can be put to, whoever made it. Builds nothing.

Written from the definitions in docs/reference/voicings.md and from a chord's degrees alone, so that it can convict the
builders it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct

from partimento.core.errors import UnknownName
from partimento.music.chord import Chord
from partimento.music.voicing.reach import KINDS, Kind

_THIRDS: Final = ("3", "b3", "4", "2")
_SEVENTHS: Final = ("7", "b7", "bb7", "6", "b6")
_NINTHS: Final = ("9", "b9", "#9", "2")
_MIDDLES: Final = ("5", "b5", "#5", "11", "#11", "13", "b13", "6", "4")
_FIFTHS: Final = ("5", "b5", "#5")
_COLOURS: Final = ("9", "b9", "#9", "11", "#11", "13", "b13", "b5", "#5")
_STRUCTURES: Final = ("047", "037", "036", "048", "05A", "027", "047B", "037A", "035A")
_RANGES: Final = (("bass", 40, 62), ("tenor", 48, 67), ("alto", 55, 74), ("soprano", 60, 81))


class _Heard(Struct, frozen=True):
    """A grip as a listener who knows the chord takes it apart: each note with its degree ("bass" if foreign)."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    degree: dict[int, str]
    bass: int
    root: int

    @property
    def notes(self) -> tuple[int, ...]:
        return self.left + self.right

    @property
    def third(self) -> str | None:
        return next((label for label in _THIRDS if label in self.degree.values()), None)

    @property
    def seventh(self) -> str | None:
        return next((label for label in _SEVENTHS if label in self.degree.values() and label != self.third), None)

    def labels(self, notes: tuple[int, ...]) -> list[str]:
        return [self.degree.get(note % 12, "?") for note in notes]

    @property
    def is_slash(self) -> bool:
        return self.bass != self.root


def is_of_kind(symbol: str, left: tuple[int, ...], right: tuple[int, ...], kind: Kind) -> tuple[str, ...]:
    """What keeps a grip (MIDI numbers, low to high) of a chord from being of a kind, one clause a flaw; none: it is.

    The silence of N.C. is of every kind. Raises ChordSyntaxError, UnknownName.
    """
    if kind not in KINDS:
        raise UnknownName("voicing", kind, KINDS)
    chord = Chord.parse(symbol)
    if chord.root is None or chord.bass is None:
        return ("sounds where there is no chord",) if left or right else ()
    degree = {(chord.root + step) % 12: label for label, step in zip(chord.degrees, chord.intervals, strict=True)}
    heard = _Heard(left, right, {chord.bass: "bass"} | degree, chord.bass, chord.root)
    if not heard.notes:
        return ("is silent",)
    return (*_of_its_chord(heard), *_TESTS[kind](heard))


def _of_its_chord(heard: _Heard) -> Iterator[str]:
    """What every kind owes: its own tones, third and seventh, a slash chord's bass lowest, hands that do not cross."""
    labels = heard.labels(heard.notes)
    if "?" in labels:
        yield "holds a tone that is not the chord's"
    for name, tone in (("third", heard.third), ("seventh", heard.seventh)):
        if tone is not None and tone not in labels:
            yield f"is without its {name}"
    if heard.is_slash and heard.notes[0] % 12 != heard.bass:
        yield "has another note than the slash chord's bass lowest"
    if any(low >= high for low, high in pairwise(heard.notes)):
        yield "crosses its voices"


def _shell(heard: _Heard) -> Iterator[str]:
    yield from _has_seventh(heard)
    yield from _bass_lowest(heard)
    apart_from_bass = tuple(note for note in heard.notes if note % 12 != heard.bass)
    if set(heard.labels(apart_from_bass)) - {"1", heard.third, heard.seventh}:
        yield "holds more than bass, root, third and seventh"
    yield from _no_doubling(heard)


def _has_seventh(heard: _Heard) -> Iterator[str]:
    if heard.third is None or heard.seventh is None:
        yield "is of a chord without third and seventh (or sixth)"


def _bass_lowest(heard: _Heard) -> Iterator[str]:
    if heard.notes[0] % 12 != heard.bass:
        yield "has not the bass lowest"


def _no_doubling(heard: _Heard) -> Iterator[str]:
    if len({note % 12 for note in heard.notes}) < len(heard.notes):
        yield "doubles a tone"


def _form(heard: _Heard, notes: tuple[int, ...]) -> Iterator[str]:
    """An A form 3-5-7-9 or a B form 7-9-3-5, in close position; colours may take the fifth's and the ninth's place."""
    yield from _has_seventh(heard)
    if len(notes) < 3 or notes[-1] - notes[0] >= 12:
        yield "is no form of three or four tones in close position"
        return
    signs = "".join(_sign(label, heard) for label in heard.labels(notes))
    if signs not in ("3579", "357", "379", "7935", "735", "793"):
        yield f"stacks {'-'.join(heard.labels(notes))}, neither 3-5-7-9 nor 7-9-3-5"


def _sign(label: str, heard: _Heard) -> str:
    if label in (heard.third, heard.seventh):
        return "3" if label == heard.third else "7"
    return "9" if label in _NINTHS else "5" if label in _MIDDLES else "?"


def _rootless(heard: _Heard) -> Iterator[str]:
    notes = heard.notes
    if heard.is_slash:
        if len(heard.left) != 1:
            yield "does not leave the slash chord's bass to the left hand"
        notes = heard.right
    elif heard.right:
        yield "needs both hands"
    yield from _form(heard, notes)


def _comping(heard: _Heard) -> Iterator[str]:
    yield from _bass_alone(heard)
    yield from _form(heard, heard.right)


def _bass_alone(heard: _Heard) -> Iterator[str]:
    if len(heard.left) != 1 or heard.left[0] % 12 != heard.bass:
        yield "has not the bass alone in the left hand"


def _close(heard: _Heard) -> Iterator[str]:
    if heard.notes[-1] - heard.notes[0] > 12:
        yield "is wider than an octave"


def _block(heard: _Heard) -> Iterator[str]:
    yield from _bass_alone(heard)
    if not heard.right or heard.right[-1] - heard.right[0] >= 12:
        yield "has no close form in the right hand"


def _dropped(heard: _Heard, voice: int) -> Iterator[str]:
    """Lift the lowest an octave: it must be the voice so many from the top of a close position of four."""
    notes = heard.notes[1:] if len(heard.notes) == 5 and heard.is_slash else heard.notes
    if len(notes) != 4:
        yield f"has {len(notes)} voices; it takes four (and a foreign bass)"
        return
    lifted = notes[0] + 12
    four = sorted((lifted, *notes[1:]))
    tones = len(set(heard.degree.values()) - {"bass"})
    if four[-1] - four[0] > 12 or (four[-1] - four[0] == 12 and tones > 3):
        yield "comes from no close position"
    elif four[-voice] != lifted:
        yield f"did not drop voice {voice} from above"


def _spread(heard: _Heard) -> Iterator[str]:
    yield from _shell_below(heard)
    if not heard.right:
        yield "leaves the right hand empty"
    if heard.notes[-1] - heard.notes[0] <= 12:
        yield "is no wider than an octave"


def _shell_below(heard: _Heard) -> Iterator[str]:
    """The left hand: the bass, and over it the fifth, the seventh (or sixth), or the third as a tenth."""
    yield from _bass_lowest(heard)
    if len(heard.left) != 2:
        yield f"has {len(heard.left)} notes in the left hand; it takes two"
        return
    low, high = heard.left
    over = heard.degree.get(high % 12, "?")
    if over == heard.third:
        if high - low <= 12:
            yield "has the third close over the bass, no tenth"
    elif over not in (*_FIFTHS, heard.seventh):
        yield f"has {over} over the bass, no fifth, seventh or tenth"


def _gospel(heard: _Heard) -> Iterator[str]:
    low, *rest = heard.left or (0,)
    if low % 12 != heard.bass or rest not in ([low + 12], [low + 7, low + 12]):
        yield "has no octaves of the bass in the left hand"
    if len(heard.right) < 2 or heard.right[-1] - heard.right[0] >= 12:
        yield "has no close structure in the right hand"


def _neosoul(heard: _Heard) -> Iterator[str]:
    yield from _shell_below(heard)
    labels = heard.labels(heard.right)
    if set(_COLOURS) & set(heard.degree.values()) and not set(_COLOURS) & set(labels):
        yield "shows none of the chord's colours in the right hand"
    pcs = {note % 12 for note in heard.right}
    roots = [root for root in pcs if "".join(sorted(f"{(pc - root) % 12:X}" for pc in pcs)) in _STRUCTURES]
    if len(pcs) < len(heard.right) or not roots or roots == [heard.root]:
        yield f"has {'-'.join(labels)} in the right hand, no chord on another root and no fourths"


def _quartal(heard: _Heard) -> Iterator[str]:
    """Fourths, two at least, a third on top at most; the bass may stand below by itself."""
    steps = [high - low for low, high in pairwise(heard.notes)]
    if steps and steps[0] not in (5, 6) and heard.notes[0] % 12 == heard.bass:
        steps = steps[1:]
    if not _are_fourths(steps) and not (heard.notes[0] % 12 == heard.bass and _are_fourths(steps[1:])):
        yield f"steps by {steps} semitones: no stack of fourths"


def _are_fourths(steps: list[int]) -> bool:
    body = steps[:-1] if steps and steps[-1] in (3, 4) else steps
    return len(body) >= 2 and all(step in (5, 6) for step in body)


def _cluster(heard: _Heard) -> Iterator[str]:
    yield from _bass_lowest(heard)
    if len(heard.right) < 3 or any(high - low > 2 for low, high in pairwise(heard.right)):
        yield "has no three neighbouring seconds in the right hand"


def _fourpart(heard: _Heard) -> Iterator[str]:
    yield from _bass_lowest(heard)
    if len(heard.notes) != 4:
        yield f"has {len(heard.notes)} voices; it takes four"
        return
    for (voice, low, high), note in zip(_RANGES, heard.notes, strict=True):
        if not low <= note <= high:
            yield f"has the {voice} on {note}, outside {low} to {high}"
    if any(high - low > 12 for low, high in pairwise(heard.notes[1:])):
        yield "has upper voices more than an octave apart"
    labels = heard.labels(heard.notes)
    wanted = {"1", heard.third, heard.seventh} - {None}
    if wanted - set(labels):
        yield "leaves out more than the fifth"
    free = {*_FIFTHS, "bass", *(("b3",) if heard.seventh is None else ())}
    free |= set() if heard.third == "b3" and "b5" in labels and heard.seventh is None else {"1"}
    for label in sorted({label for label in labels if labels.count(label) > 1} - free):
        yield f"doubles its {label}"


_TESTS: Final[dict[Kind, Callable[[_Heard], Iterator[str]]]] = {
    "shell": _shell,
    "rootless": _rootless,
    "close": _close,
    "drop2": lambda heard: _dropped(heard, 2),
    "drop3": lambda heard: _dropped(heard, 3),
    "spread": _spread,
    "gospel": _gospel,
    "neosoul": _neosoul,
    "quartal": _quartal,
    "cluster": _cluster,
    "comping": _comping,
    "block": _block,
    "fourpart": _fourpart,
}
