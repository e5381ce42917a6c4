"""Claims about what chords share, and about scales over chords, where theory alone can say no."""

from __future__ import annotations

from typing import Final

from partimento.music.claims.book import Forms, Said, claim, in_style, no, yes
from partimento.music.claims.chord_tones import chord_notes
from partimento.music.claims.entity import NUMBERS
from partimento.music.claims.finding import Judgement
from partimento.music.pitch import name, pitch_class

COMMON_TONES: Final[Forms] = []


@claim(
    COMMON_TONES,
    "common tones",
    r"<chords> (?:, )?(?:share|has) (?:common )?(?:two |three |common )*(?:, |be "
    r")?<notes:shared>(?: common| in common| be common)?",
    r"<chord:one> (?:and|share with|with) <chord:other> (?:, )?(?:share|has) (?:common )?<notes:shared>(?: common)?",
    r"<chord:one> share <notes:shared> with <chord:other>",
    r"common (?:between|of|in) <chords> be <notes:shared>",
    r"common (?:between|of|in) <chord:one> and <chord:other> be <notes:shared>",
    r"<notes:shared> be (?:in )?common (?:to|of|between|in) <chords>",
    r"<notes:shared> be (?:in )?common (?:to|of|between|in) <chord:one> and <chord:other>",
    r"(?:from|between|of) <chords> ,? ?<notes:shared> (?:stay|stays|be common|remain|remains|be hold|be held|common)",
    r"(?:from|between) <chord:one> (?:to|and) <chord:other> ,? ?<notes:shared> (?:stay|stays|be "
    r"common|remain|remains|be hold|be held|common)",
)
def _shared(said: Said) -> Judgement | None:
    pair = said.get("chords")
    chords = (pair.chords or ()) if pair is not None else (said["one"].chord, said["other"].chord)
    written = said["shared"]
    told = written.notes
    if len(chords) != 2 or chords[0] is None or chords[1] is None or told is None:
        return None
    common = chords[0].pitch_classes & chords[1].pitch_classes
    true = [note for note in chord_notes(chords[0]) if pitch_class(note) in common]
    reason = f"{chords[0].symbol} and {chords[1].symbol} share {' '.join(map(name, true)) or 'nothing'}."
    wrong = [at for at, note in enumerate(told) if pitch_class(note) not in common]
    if not wrong:
        return yes(reason)
    if len(wrong) == 1 and len(true) == len(told):
        left = [note for note in true if note not in told]
        item = written.items[wrong[0]] if written.items else written
        return no(item, name(left[0]) if len(left) == 1 else "", reason)
    return no(written, in_style(written, [name(note) for note in true]) if true else "", reason)


@claim(
    COMMON_TONES,
    "common tones",
    r"<chords> (?:share|has) (?:common )?<count>(?: common)?",
    r"<chord:one> and <chord:other> (?:share|has) <count>(?: common)?",
    r"<chord:one> (?:share|has) <count> (?:common )?with <chord:other>",
)
def _how_many(said: Said) -> Judgement | None:
    pair = said.get("chords")
    chords = (pair.chords or ()) if pair is not None else (said["one"].chord, said["other"].chord)
    if len(chords) != 2 or chords[0] is None or chords[1] is None:
        return None
    size, told = len(chords[0].pitch_classes & chords[1].pitch_classes), said["count"]
    reason = f"{chords[0].symbol} and {chords[1].symbol} share {size} notes."
    if told.number == size:
        return yes(reason)
    first = told.text.split()[0]
    return no(told, told.text.replace(first, str(size) if first.isdigit() else NUMBERS[size], 1), reason)


@claim(
    COMMON_TONES,
    "chord scale",
    r"(?:play |try |has |use )?<scale> (?:be |go |fit |fits |sound |sounds )?(?:good |well "
    r"|great )?over <symbol:chord>",
    r"over <symbol:chord> ,? ?(?:play |try |use |has )?<scale>",
    r"<scale> fits? <symbol:chord>",
)
def _over(said: Said) -> Judgement | None:
    """Advice is not judged, only confirmed where every chord tone lies in the scale."""
    chord, scale = said["chord"].chord, said["scale"].scale
    if (
        chord is None
        or scale is None
        or said["scale"].letter not in "sm"
        or not chord.pitch_classes <= scale.pitch_classes
    ):
        return None
    return yes(f"{scale.symbol} holds {' '.join(chord.notes)}.")
