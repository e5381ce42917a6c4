"""Notes, rests and gaps as MusicXML elements. Knows the order of elements in a note, and no measure."""

from __future__ import annotations

from functools import lru_cache

from partimento.music.formats.band_part import place_of
from partimento.music.formats.filling import WHOLE_BAR, Item
from partimento.music.formats.spelling import Pitch

Marks = tuple[int | None, ...]
"""The accidental to draw for each pitch of an item, in semitones; None: none."""

_ACCIDENTALS = {-3: "triple-flat", -2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp",
                3: "triple-sharp"}  # fmt: skip
_TRIPLET = "<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>"


def item_elements(item: Item, part: str, voice: int, staff: int, stem: str, drawn: Marks) -> str:
    """A rest, a gap, or the notes of a chord from low to high; `part` is the id of the part they stand in."""
    on_staff = f"<staff>{staff}</staff>" if staff else ""
    if item.hidden:
        return f"<forward><duration>{item.length}</duration><voice>{voice}</voice>{on_staff}</forward>\n"
    length, place = f"<duration>{item.length}</duration>", f"<voice>{voice}</voice>"
    value = "" if item.value == WHOLE_BAR else f"<type>{item.value}</type>{'<dot/>' * item.dots}"
    triplet = _TRIPLET if item.triplet else ""
    bracket = f'<tuplet type="{item.triplet}"/>' if item.triplet in {"start", "stop"} else ""
    if not item.pitches:
        rest = '<rest measure="yes"/>' if item.value == WHOLE_BAR else "<rest/>"
        notations = f"<notations>{bracket}</notations>" if bracket else ""
        return f"<note>{rest}{length}{place}{value}{triplet}{on_staff}{notations}</note>\n"
    ties = ('<tie type="stop"/>' if item.tied_in else "") + ('<tie type="start"/>' if item.tied_out else "")
    tied = ('<tied type="stop"/>' if item.tied_in else "") + ('<tied type="start"/>' if item.tied_out else "")
    beams = "".join(f'<beam number="{nth}">{beam}</beam>' for nth, beam in enumerate(item.beams, 1))
    parts = []
    for nth, (pitch, mark) in enumerate(zip(item.pitches, drawn, strict=True)):
        accidental = "" if mark is None else f"<accidental>{_ACCIDENTALS[mark]}</accidental>"
        notations = f"<notations>{tied}{bracket}</notations>" if tied or bracket else ""
        instrument, head = ("", "") if pitch.drum is None else _drum(pitch.drum, part)
        parts.append(
            f"<note>{'<chord/>' if nth else ''}{_pitch(pitch)}{length}{ties}{instrument}{place}{value}{accidental}"
            f"{triplet}{stem}{head}{on_staff}{beams}{notations}</note>\n"
        )
        bracket = beams = ""
    return "".join(parts)


@lru_cache(maxsize=1024)
def _pitch(pitch: Pitch) -> str:
    if pitch.drum is not None:
        line = f"<display-step>{pitch.step}</display-step><display-octave>{pitch.octave}</display-octave>"
        return f"<unpitched>{line}</unpitched>"
    alter = f"<alter>{pitch.alter}</alter>" if pitch.alter else ""
    return f"<pitch><step>{pitch.step}</step>{alter}<octave>{pitch.octave}</octave></pitch>"


def _drum(drum: int, part: str) -> tuple[str, str]:
    """Which piece of the kit it is, and its notehead."""
    head = place_of(drum).head
    shape = "" if head == "normal" else f"<notehead>{head}</notehead>"
    return f'<instrument id="{instrument_id(part, drum)}"/>', shape


def instrument_id(part: str, drum: int) -> str:
    """The id of a piece of the kit within a part."""
    return f"{part}-I{drum}"
