"""Chord symbols as MusicXML: root, kind, bass and degrees, and what is printed of them. Knows no measure."""

from __future__ import annotations

from functools import lru_cache

from partimento.music.chord import Chord
from partimento.music.formats.chord_kind import kind_of, text_of
from partimento.music.pitch import name


@lru_cache(maxsize=4096)
def harmony(chord: Chord, offset: int, with_degrees: bool) -> str:
    """The element of a chord that begins `offset` ticks after the note it stands before.

    A program puts the printed symbol together from the text of the kind and the degrees that are to be printed, as the
    format has it: "7" and b9 make C7(b9). Without degrees the text is the whole suffix.
    """
    late = f"<offset>{offset}</offset>" if offset else ""
    if chord.root_fifths is None or chord.bass_fifths is None:
        body = '<root><root-step text="">C</root-step></root><kind text="N.C.">none</kind>'
    else:
        kind, degrees = kind_of(chord)
        text, are_printed = text_of(chord) if with_degrees else (chord.shape.suffix, False)
        body = _named("root", chord.root_fifths) + f'<kind text="{text}">{kind}</kind>'
        if chord.is_slash:
            body += _named("bass", chord.bass_fifths)
        hidden = "" if are_printed else ' print-object="no"'
        word = "" if not are_printed else ' text="add"' if text in {"", "m"} else ' text=""'
        for degree in degrees if with_degrees else ():
            body += (
                f"<degree{hidden}><degree-value>{degree.value}</degree-value>"
                f"<degree-alter>{degree.alter}</degree-alter>"
                f"<degree-type{word}>{degree.change}</degree-type></degree>"
            )
    return f'<harmony placement="above">{body}{late}<staff>1</staff></harmony>\n'


def _named(tag: str, fifths: int) -> str:
    written = name(fifths)
    alter = written.count("#") - written.count("b")
    mark = f"<{tag}-alter>{alter}</{tag}-alter>" if alter else ""
    return f"<{tag}><{tag}-step>{written[0]}</{tag}-step>{mark}</{tag}>"
