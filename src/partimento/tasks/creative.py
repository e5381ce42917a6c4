"""An idea to begin with: a motif over chords, chords alone, a story to play by. The rules compose; stories they leave.

What a model writes as music is proven like any progression, and its melody against the chords.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput, PartimentoError, UnknownName
from partimento.core.task import Prompt, task
from partimento.decoding.language import language_asked, language_name, language_of, wrong_language
from partimento.music.chord import Chord
from partimento.music.composition.genre import Genre
from partimento.music.composition.plan import Plan, level_of, plan
from partimento.music.composition.progression import Progression, compose, read_bars
from partimento.music.exercises import lick
from partimento.music.exercises.study import Ask
from partimento.music.genres import find
from partimento.music.key import Key
from partimento.music.lessons.topic import cleaned
from partimento.music.pitch import name, nearest_spelling
from partimento.music.rhythm import bar_beats
from partimento.music.score import Note
from partimento.music.teaching.keys import key_words
from partimento.music.voicing.words import note_names
from partimento.shapes.creative import KINDS, Creative, CreativeDraft, IdeaKind, MelodyNote, music_flaws
from partimento.shapes.unserved import ENGLISH_ONLY, Unserved, is_english
from partimento.shapes.wording import wording
from partimento.shapes.written import text_flaws

_FEWEST_BARS, _MOST_BARS = 2, 32
_MOST_CONSTRAINTS: Final = 10
_LONGEST: Final = {"motif": 1_000, "progression": 1_000, "story": 4_000}


class CreativeInputs(Struct, frozen=True, kw_only=True):
    """`mood` and `constraints` in free words ("dark", "no dominant sevenths"); genre, key and level as anywhere."""

    kind: IdeaKind = "motif"
    genre: str = "jazz"
    mood: str = ""
    key: str | None = None
    bars: int = 4
    tempo: float | None = None
    meter: str | None = None
    level: int | str | None = None
    constraints: Sequence[str] = ()
    language: str = ""


def _read(inputs: CreativeInputs) -> CreativeInputs:
    if inputs.kind not in KINDS:
        raise UnknownName("kind of idea", inputs.kind, KINDS)
    if not _FEWEST_BARS <= inputs.bars <= _MOST_BARS:
        raise BadInput(
            f"an idea has no {inputs.bars} bars",
            why=f"it has {_FEWEST_BARS} to {_MOST_BARS}",
            mend="make an arrangement for more",
        )
    if len(inputs.constraints) > _MOST_CONSTRAINTS:
        raise BadInput(
            f"there are {len(inputs.constraints)} constraints", why=f"at most {_MOST_CONSTRAINTS} hold", mend="name few"
        )
    settled = msgspec.structs.replace(
        inputs,
        genre=find(inputs.genre).name,
        mood=cleaned(inputs.mood, "mood"),
        key=Key.parse(inputs.key).symbol if inputs.key else None,
        level=level_of(inputs.level),
        constraints=tuple(one for text in inputs.constraints if (one := cleaned(text, "constraint"))),
        language=language_asked(inputs.language),
    )
    _planned(settled)
    return settled


def _planned(inputs: CreativeInputs) -> tuple[Genre, Plan]:
    genre = find(inputs.genre)
    words = ". ".join((inputs.mood, *inputs.constraints))
    wanted = plan(
        genre, words, key=inputs.key, bars=inputs.bars, level=inputs.level, tempo=inputs.tempo, meter=inputs.meter
    )
    return genre, wanted


def _prompt(inputs: CreativeInputs) -> Prompt:
    genre, wanted = _planned(inputs)
    return wording("creative").prompt(
        data={"mood": inputs.mood, "constraints": "; ".join(inputs.constraints)},
        kind=inputs.kind,
        bars=wanted.bars,
        key=key_words(Key.parse(wanted.key)),
        genre=genre.title,
        style=wanted.application,
        meter=wanted.meter,
        tempo=f"{wanted.tempo:g}",
        level=wanted.level,
        language=language_name(inputs.language) or "English",
    )


def _by_rules(inputs: CreativeInputs, seed: int) -> CreativeDraft | Unserved:
    if inputs.kind == "story":
        return Unserved("the rules write no stories")
    if not is_english(inputs.language):
        return Unserved(ENGLISH_ONLY)
    genre, wanted = _planned(inputs)
    rng = Random(seed)
    made = compose(genre, wanted, rng)
    melody: tuple[MelodyNote, ...] = ()
    if inputs.kind == "motif":
        study = lick.make(made, Ask(genre=genre, plan=wanted), rng)
        melody = tuple(_named(made, [note for note in study.notes if note.hand == "right"]))
    rows = tuple(tuple(one.symbol for one in made.chords if one.bar == bar) for bar in range(1, made.bars + 1))
    return CreativeDraft(
        title=_title(inputs, genre, made, rng), idea=_told(inputs, made, melody, rng), bars=rows, melody=melody
    )


def _named(made: Progression, line: Sequence[Note]) -> Iterator[MelodyNote]:
    """Notes by bar and name, spelled as the chord that sounds spells them, or as their key does."""
    length, home = bar_beats(made.meter), Key.parse(made.key)
    starts = [((one.bar - 1) * length + one.beat, one.symbol) for one in made.chords]
    for note in line:
        number, beat = divmod(note.start_beat - 1, length)
        below = next(symbol for start, symbol in reversed(starts) if start <= note.start_beat or start == starts[0][0])
        yield MelodyNote(
            bar=int(number) + 1,
            beat=round(beat + 1, 4),
            beats=round(note.beats, 4),
            note=_spelled(note.midi, below, home),
        )


def _spelled(midi: int, symbol: str, home: Key) -> str:
    if midi % 12 in Chord.parse(symbol).pitch_classes:
        return note_names(symbol, (midi,))[0]
    spelled = name(nearest_spelling(midi % 12, home.tonic))
    natural = midi - spelled.count("#") + spelled.count("b")  # Cb5 lies beside B4, and belongs to the octave above
    return f"{spelled}{natural // 12 - 1}"


def _title(inputs: CreativeInputs, genre: Genre, made: Progression, rng: Random) -> str:
    mood = f"{inputs.mood} " if inputs.mood.isalpha() else ""
    small = genre.title if any(sign.isupper() for sign in genre.title[1:]) else genre.title.lower()
    return wording("creative").phrases.say(
        "title", rng,
        mood=mood.capitalize(), mood_lower=mood.lower(), genre=small if mood else genre.title, genre_lower=small,
        kind=inputs.kind, kind_first=inputs.kind.capitalize(), key_words=key_words(Key.parse(made.key)),
    )  # fmt: skip


def _told(inputs: CreativeInputs, made: Progression, melody: Sequence[MelodyNote], rng: Random) -> str:
    say = wording("creative").phrases.say
    symbols = [chord.symbol for chord in made.chords]
    last, tonic = made.chords[-1], made.chords[-1].function == "tonic"
    parts = [say("chords", rng, chords_dashed="–".join(symbols))]
    parts.append(say("rests" if tonic else "open", rng, last=last.symbol))
    if melody:
        top = max(melody, key=_height)
        line = "falling" if top is melody[0] else "motif"
        parts.append(say(line, rng, first=melody[0].note, final=melody[-1].note, top=top.note))
    return " ".join((*parts, say(f"how_{inputs.kind}", rng)))


def _height(note: MelodyNote) -> int:
    letters = "C D EF G A B"
    shift = note.note.count("#") - note.note.count("b")
    return 12 * int(note.note.lstrip("ABCDEFG#b")) + letters.index(note.note[0]) + shift


def _is_sound(inputs: CreativeInputs, draft: CreativeDraft | Unserved) -> Iterator[str]:
    """Music that holds, words in the language asked for and not too many of them."""
    if isinstance(draft, Unserved):
        yield draft.flaw
        return
    words = CreativeDraft(title=draft.title, idea=draft.idea[:1500])
    yield from text_flaws(words, _prompt(inputs).system, (inputs.mood, *inputs.constraints))
    if len(draft.idea) > _LONGEST[inputs.kind]:
        yield f"the idea has {len(draft.idea)} letters; at most {_LONGEST[inputs.kind]} are wanted"
    yield from wrong_language(draft.idea, inputs.language)
    if inputs.kind == "story" and not draft.bars and not draft.melody:
        return
    if (inputs.kind == "motif") != bool(draft.melody):
        yield "a motif has a melody" if inputs.kind == "motif" else f"a {inputs.kind} has no melody; leave it empty"
    try:
        made = _progression(inputs, draft)
    except PartimentoError as error:
        yield str(error)
        return
    yield from music_flaws(made, draft.melody, _planned(inputs)[1].bars)


def _progression(inputs: CreativeInputs, draft: CreativeDraft) -> Progression:
    _, wanted = _planned(inputs)
    return read_bars(draft.bars, wanted.key, wanted.meter)


def _finish(inputs: CreativeInputs, draft: CreativeDraft, method: str) -> Creative:
    genre, wanted = _planned(inputs)
    chords = _progression(inputs, draft).chords if draft.bars else ()
    return Creative(
        kind=inputs.kind,
        title=draft.title,
        idea=draft.idea,
        genre=genre.name,
        application=wanted.application,
        mood=inputs.mood,
        key=wanted.key,
        tempo=wanted.tempo,
        meter=wanted.meter,
        bars=wanted.bars if chords else 0,
        symbols=tuple(chord.symbol for chord in chords),
        roman_numerals=tuple(chord.roman for chord in chords),
        chords=chords,
        melody=draft.melody,
        language=inputs.language or language_of(draft.idea),
        generation_method=method,
        notes=wanted.notes,
    )


creative = task(
    name="creative",
    summary="An idea to begin with: a motif, a progression, or a story to play by",
    version=1,
    complexity=5,
    inputs=CreativeInputs,
    read=_read,
    draft=CreativeDraft,
    output=Creative,
    prompt=_prompt,
    finish=_finish,
    checks=(_is_sound,),
    rules=_by_rules,
    folded=frozenset({"genre", "mood"}),
    bars=lambda inputs: inputs.bars,
    words=lambda inputs: f"{inputs.mood} {' '.join(inputs.constraints)}",
    told=lambda made: made.text,
    claims="checked",
)
