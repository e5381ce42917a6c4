"""Claims about inversions and slash chords: which chord stands in which, and which note lies lowest."""

from __future__ import annotations

from typing import Final

from partimento.music.chord import Chord
from partimento.music.claims.book import Forms, Said, claim, in_style, no, yes
from partimento.music.claims.chord_tones import by_sound, chord_notes, spelled_alike
from partimento.music.claims.finding import Judgement
from partimento.music.pitch import name, pitch_class

INVERSIONS: Final[Forms] = []
_WORDS: Final = ("root position", "first inversion", "second inversion", "third inversion")


def place_of(words: str) -> int:
    """Which member lies lowest: 0 for root position, 1 for the first inversion."""
    return {"r": 0, "f": 1, "1": 1, "s": 2, "2": 2, "t": 3, "3": 3}[words[0].lower()]


def like_inversion(place: int, like: str) -> str:
    if like[:1].isdigit():
        return f"{('', '1st', '2nd', '3rd')[place]} inversion" if place else _WORDS[0]
    return _WORDS[place]


def bass_place(slash: Chord) -> int:
    """The place of a slash chord's bass in its stack of thirds; -1 for a foreign bass."""
    member = (slash.bass_fifths or 0) - (slash.root_fifths or 0)
    return slash.shape.fifths.index(member) if member in slash.shape.fifths[:4] else -1


@claim(
    INVERSIONS,
    "inversion",
    r"<symbol:slash> (?:be|has|,|\(|as|form) (?:of )?(?:<chord:base> )?(?:in |put in |on |of "
    r")?<inversion>(?: (?:of|in|version of) <chord>)?",
    r"<inversion> (?:of|in) <chord> (?:be|\(|,) <symbol:slash>",
    r"<chord> in <inversion> (?:be|\(|,|as) <symbol:slash>",
    r"<symbol:slash> (?:tell|put|place|give) <chord> in <inversion>",
)
def _slash(said: Said) -> Judgement | None:
    slash, told = said["slash"].chord, said["inversion"]
    named = said.get("chord") or said.get("base")
    if (
        slash is None
        or slash.root_fifths is None
        or (not slash.is_slash and place_of(told.text) and "/" not in said["slash"].text)
    ):
        return None
    base = named.chord if named is not None else None
    if base is not None and named is not None and base.root != slash.root:
        return no(
            named,
            Chord.parse(slash.symbol.split("/")[0]).symbol,
            f"{slash.symbol} is an inversion of {slash.symbol.split('/')[0]}.",
        )
    place = bass_place(slash)
    if place < 0:
        return None
    reason = f"{slash.symbol} has {name(slash.bass_fifths or 0)} below: {_WORDS[place]}."
    if place == place_of(told.text):
        return yes(reason)
    asked_bass = list(chord_notes(slash)[place_of(told.text) : place_of(told.text) + 1])
    if said.found[0].endswith(f"{said['slash'].letter}{said.found['slash']}") and asked_bass:
        return no(said["slash"], f"{slash.symbol.split('/')[0]}/{name(asked_bass[0])}", reason)
    return no(told, like_inversion(place, told.text), reason)


@claim(
    INVERSIONS,
    "inversion",
    r"<inversion> (?:of|in|on) <chord> (?:, )?(?:has|put|be|with|place|places|puts|form) "
    r"(?:with )?(?:its )?(?:<degree> , )?<note> (?:be |on |in )?(?:at |as )?(?:bass|bottom)",
    r"<inversion> (?:of|in) <chord> (?:has|put|be|start|starts|begin|begins|bass) (?:bass "
    r")?(?:be |on |with |from )?<note>",
    r"<chord> (?:be )?in <inversion> (?:, )?(?:has|put|puts|with|be|bass|start|starts) (?:bass "
    r")?(?:be |on )?<note>(?: (?:be )?bass)?",
    r"in <inversion> ,? ?<chord> (?:has|put|puts|start|starts|be) (?:bass )?(?:be )?(?:on )?<note>",
    r"bass (?:in|of) <inversion> ,? ?<chord> (?:has|put|puts|start|starts|be) (?:bass )?(?:be )?(?:on )?<note>",
    r"bass (?:of|in) <inversion> (?:of )?<chord> be <note>",
    r"bass (?:of|in) <chord> (?:be )?in <inversion> be <note>",
    r"<note> be bass (?:of|in) <inversion> (?:of )?<chord>",
    r"<note> be bass (?:of|in) <chord> (?:, )?(?:be )?(?:in |has )?<inversion>",
    r"(?:with|put) <note> bass (?:of|in|under) <chord> ,? ?(?:be |form |has )?(?:in )?<inversion>",
    r"<chord> with <note> (?:be |in )?bass be (?:in )?<inversion>",
    r"<inversion> (?:of|in) <chord> ,? ?<note> (?:be )?bass",
    r"(?:with|put) <note> bass ,? ?<chord> be (?:in )?<inversion>",
)
def _bass(said: Said) -> Judgement | None:
    chord, note, told = said["chord"].chord, said["note"].note, said["inversion"]
    if chord is None or note is None:
        return None
    stack, place = chord_notes(chord), place_of(told.text)
    if place >= len(stack) or (place == 3 and chord.seventh is None):
        return None
    true = stack[place]
    reason = f"In {_WORDS[place]} {chord.symbol} stands on {name(true)}."
    return yes(reason) if spelled_alike(note, true) else no(said["note"], name(true), reason)


@claim(
    INVERSIONS,
    "inversion",
    r"<inversion> (?:of|in) <chord> (?:be|has|made|form|read|\() (?:bottom to top )?(?:, )?<list>",
    r"<list> (?:be|form|\() <chord> in <inversion>",
    r"<list> be <inversion> (?:of|in) <chord>",
    r"<chord> (?:be )?in <inversion> (?:be|has|made|form|,|\() <list>",
    r"in <inversion> ,? ?<chord> (?:be|has|made|form) <list>",
)
def _stack(said: Said) -> Judgement | None:
    chord, written, place = said["chord"].chord, said["list"], place_of(said["inversion"].text)
    told = written.notes
    if chord is None or told is None:
        return None
    true = chord_notes(chord)
    if place >= len(true) or len(told) != len(true):
        return None
    turned = (*true[place:], *true[:place])
    reason = f"In {_WORDS[place]} {chord.symbol} is {' '.join(map(name, turned))}."
    if spelled_alike(told[0], turned[0]) and {pitch_class(note) for note in told} == {
        pitch_class(note) for note in true
    }:
        return (
            yes(reason)
            if by_sound(chord) or set(told) == set(true)
            else no(written, in_style(written, [name(note) for note in turned]), reason)
        )
    if set(told) == set(true) and told[0] in true:
        return no(said["inversion"], like_inversion(true.index(told[0]), said["inversion"].text), reason)
    wrong = [at for at, (one, other) in enumerate(zip(told, turned, strict=True)) if one != other]
    if len(wrong) == 1:
        return no(written.items[wrong[0]], name(turned[wrong[0]]), reason)
    return no(written, in_style(written, [name(note) for note in turned]), reason)


@claim(
    INVERSIONS,
    "inversion",
    r"bass (?:of|in|under) <symbol:slash> be <note>",
    r"<symbol:slash> (?:has|put|puts|with|be) <note> (?:be |in )?bass",
    r"<symbol:slash> be <chord> (?:with|over|has) <note>(?: bass)?",
    r"<symbol:slash> (?:be|tell) (?:to )?(?:play )?<chord> (?:with|over) <note>",
)
def _slash_bass(said: Said) -> Judgement | None:
    slash, note = said["slash"].chord, said["note"].note
    if slash is None or note is None or slash.bass_fifths is None:
        return None
    named = said.get("chord")
    if named is None and not slash.is_slash:
        return None
    base = named.chord if named is not None else None
    reason = f"{slash.symbol} has {name(slash.bass_fifths)} in the bass."
    if named is not None and base is not None and base.root != slash.root:
        return no(named, slash.symbol.split("/")[0], reason)
    if named is not None and not slash.is_slash:
        return None
    return yes(reason) if note == slash.bass_fifths else no(said["note"], name(slash.bass_fifths), reason)
