"""Any topic of theory as a page: has the right one made for what is asked about. The task `look_up` shows it."""

from __future__ import annotations

from msgspec.structs import replace

from partimento.core.errors import BadInput
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.leading import lead
from partimento.music.roman import chord_of
from partimento.music.scale import scale_on
from partimento.music.teaching.chord_page import chord_page
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept, concepts
from partimento.music.teaching.facts import facts
from partimento.music.teaching.keys import home_key
from partimento.music.teaching.page import FoundIn, Grasp, Page, Values
from partimento.music.teaching.scale_page import scale_page
from partimento.music.teaching.small_pages import interval_page, key_page, numeral_page
from partimento.music.teaching.subject import Subject
from partimento.music.voicing.study import kind_named
from partimento.music.voicing.words import note_names

_USUAL_LEVEL = 5
_MOST_FACTS = 12


def explain(subject: Subject, key: str | None, level: int | None, genre: str, seed: int) -> Page:
    """The page of a subject. `key`: where it is shown (C where neither this nor the subject names one).

    Raises BadInput for a numeral that cannot be had in a mode, KeySyntaxError.
    """
    height = _USUAL_LEVEL if level is None else level
    page = _page(subject, key, height, genre, seed)
    new = [fact for fact in page.facts if fact not in page.summary]
    return replace(page, facts=tuple(new[:_MOST_FACTS]))


def _page(subject: Subject, key: str | None, level: int, genre: str, seed: int) -> Page:
    if subject.kind == "chord":
        return chord_page(subject.name, key, level, genre, seed)
    if subject.kind == "scale":
        return scale_page(subject.name, seed)
    if subject.kind == "interval":
        root = subject.root or (Key.parse(key).symbol.split()[0].removesuffix("m") if key else "C")
        return interval_page(subject.name, root, seed)
    if subject.kind == "numeral":
        return numeral_page(subject.name, Key.parse(subject.key or key or "C"), level, genre, seed)
    if subject.kind == "key":
        return key_page(Key.parse(subject.name), seed)
    return concept_page(concept(subject.name), key or "C", level, genre, seed)


def concept_page(one: Concept, key: str, level: int, genre: str, seed: int) -> Page:
    """A concept in a key: its summary, facts there, its chords, and a grip for each where it is about voicing."""
    home = home_key(one, key)
    chords = tuple(FoundIn(home.symbol, told, chord_of(told, home).symbol) for told in one.numerals)
    notes: tuple[str, ...] = ()
    if one.scale:
        notes = scale_on(home.tonic, one.scale).notes
    elif one.chord and chords:
        notes = Chord.parse(chords[0].symbol).notes
    leads_on = [other.id for other in concepts() if one.id in other.needs and (not genre or not other.genres
                or genre in other.genres)]  # fmt: skip
    return Page(
        title=one.title,
        summary=one.summary,
        facts=facts(one, home, level=level, genre=genre, seed=seed),
        values=Values(notes=notes, chords=chords, voicings=_grasps(one, chords)),
        related=tuple(dict.fromkeys((*one.needs, *leads_on)))[:8],
    )


def _grasps(one: Concept, chords: tuple[FoundIn, ...]) -> tuple[Grasp, ...]:
    if not chords:
        return ()
    symbols = [chord.symbol for chord in chords]
    way = lead(symbols, kind_named(one.voicing) if one.voicing else "block")
    return tuple(
        Grasp(symbol, grip.kind or "block", grip.left, grip.right, note_names(symbol, grip.notes))
        for symbol, grip in zip(symbols, way, strict=True)
    )


def check_numeral(subject: Subject, key: str | None) -> None:
    """Refuses a numeral that has no chord in the key. Raises BadInput."""
    if subject.kind == "numeral" and chord_of(subject.name, Key.parse(subject.key or key or "C")).is_no_chord:
        raise BadInput("no chord sounds there", mend="look up a numeral such as V7/ii")
