"""Claims about intervals: between notes, above and below a note, in semitones, inverted, enharmonic."""

from __future__ import annotations

import re
from typing import Final

from partimento.music.claims.book import Forms, Said, claim, no, yes
from partimento.music.claims.entity import NUMBERS, Entity, interval_of
from partimento.music.claims.finding import Judgement
from partimento.music.interval import interval_name
from partimento.music.pitch import name, pitch_class

INTERVALS: Final[Forms] = []
_PLAIN: Final = ("tritone", "half", "semitone", "whole", "octave")


def _loose(written: Entity) -> bool:
    """Whether an interval is told by its sound alone."""
    return written.text.lower().startswith(_PLAIN)


def _fits(size: int, written: Entity, told: int) -> bool:
    if told == size:
        return True
    return _loose(written) and pitch_class(told) == pitch_class(size)


def like_interval(size: int, written: Entity) -> str:
    """The name of an interval in the manner of another: "m3" for "M3", "minor 3rd" for "major 3rd"."""
    words = interval_name(size)
    if re.fullmatch(r"[PMmpAd]\d+", written.text):
        quality, number = words.rsplit(" ", 1)
        short = {"perfect": "P", "major": "M", "minor": "m", "augmented": "A", "diminished": "d"}.get(quality)
        place = ("unison", "second", "third", "fourth", "fifth", "sixth", "seventh").index(number) + 1
        return f"{short}{place}" if short else words
    if re.search(r"\d", written.text):
        figures = {"second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th", "sixth": "6th", "seventh": "7th"}
        quality, number = words.rsplit(" ", 1)
        return f"{quality} {figures.get(number, number)}"
    return words


@claim(
    INTERVALS,
    "interval",
    r"(?:from )?<note:low> (?:(?P<up>up) |(?P<down>down) )?to <note:high> (?:, "
    r")?(?:be|form|has|\(|span|,|go) (?:of |up |down |interval )?(?:be )?<interval>",
    r"(?:distance |interval )?(?:from|between) <note:low> (?:(?P<up>up) |(?P<down>down) "
    r")?(?:to|and) <note:high> (?:be|form|has|\(|,) <interval>",
    r"(?:distance |interval )?(?:from|between|of) <list> (?:(?:be|form|has|\(|,) )?<interval>",
    r"<list> (?:be|form|has) (?:separated by |apart by |distance of )?<interval>(?: apart)?(?! (?:of|above|below))",
    r"<interval> (?:from|between) <note:low> (?:up )?(?:to|and) <note:high>",
    r"between <note:low> and <note:high> (?P<side>above|below)(?: it)? (?:be|form|has|,) <interval>",
    r"between <list> above(?: it)? (?:be|form|has|,) <interval>",
    r"<interval> (?:from|between|be|separate|lie between|exists between) <list>",
    r"<note:high> be <interval> (?P<side>above|below) <note:low>",
    r"<note:low> be <interval> (?:away )?from <note:high>",
    r"<interval> (?:, )?(?:be )?<note:low> to <note:high>",
)
def _between(said: Said) -> Judgement | None:
    pair, written = said.get("list"), said["interval"]
    told = interval_of(written.text)
    notes = pair.notes if pair is not None else (said["low"].note, said["high"].note)
    if told is None or notes is None or len(notes) != 2 or None in notes or written.text.lower() == "octave":
        return None
    low, high = (note for note in notes if note is not None)
    side = said.word("side")
    down = bool(said.word("down")) or side == "below"
    size = low - high if down else high - low
    free = not (said.word("up") or down or side)
    reason = f"From {name(low)} to {name(high)} is a {interval_name(size)}."
    if _fits(size, written, told) or (
        free and pair is not None and not _ordered(said, pair) and _fits(-size, written, told)
    ):
        return yes(reason)
    if free and pair is not None and _ordered(said, pair) and _fits(-size, written, told) and told != size:
        return no(written, like_interval(size, written), reason)
    if free and _fits(-size, written, told):
        return (
            None
            if " from " in f" {said.found[0]} " and "to" not in said.found[0].split()
            else (yes(reason) if _loose(written) else None)
        )
    if abs(size) > 11 and pitch_class(size) == pitch_class(told):
        return None
    return no(written, like_interval(size, written), reason)


def _ordered(said: Said, pair: Entity) -> bool:
    """Whether a pair of notes is told from the lower to the higher: "between C and G", "C-G"."""
    return "between" in said.found[0] or "-" in pair.text


@claim(
    INTERVALS,
    "interval",
    r"<interval> (?P<side>above|below|over|up from|down from|from|up|of|under) <note:low> (?:up "
    r")?(?:(?:be|form|has|,|\(|to|go|land|go to) )?(?:to )?<note:high>",
    r"(?P<side>up|down) <interval> from <note:low> (?:and )?(?:be|form|,|go|has|land on)? ?(?:to |on |at )?<note:high>",
    r"<interval> (?P<side>up|down) from <note:low> (?:and )?(?:be|form|,|go|has)? ?(?:to |on )?<note:high>",
    r"from <note:low> (?P<side>up|down) <interval> (?:and "
    r")?(?:be|form|,|go|has|to|arrive|arrives|land on|you)? ?(?:to |on |at )?<note:high>",
    r"(?:from|on|start on|start from|starting on|starting from|go|count) <note:low> ,? ?(?:go "
    r")?(?P<side>up|down) <interval> (?:and )?(?:be|form|,|go|has|to)? ?(?:to |on |at )?<note:high>",
    r"<note:high> (?:be|, be|,|lie) <interval> (?P<side>above|below|up from|down from|over|under) <note:low>",
    r"<note:low> (?:go )?(?P<side>up|down) <interval> (?:be|form|go|to|,|go to) (?:to )?<note:high>",
    r"(?:add|take|go) <interval> (?P<side>above|up from|to|below) <note:low> (?:and |, "
    r")?(?:be|form|has|go)? ?<note:high>",
    r"(?P<side>above|below) <note:low> by <interval> be <note:high>",
    r"<note:low> plus <interval> (?:be|form|has) <note:high>",
)
def _placed(said: Said) -> Judgement | None:
    written, low, high = said["interval"], said["low"].note, said["high"].note
    size = interval_of(written.text)
    if size is None or low is None or high is None or written.text.lower() == "octave":
        return None
    down = said.word("side") in ("below", "down from", "down", "under")
    true = low - size if down else low + size
    reason = f"A {written.text} {'below' if down else 'above'} {name(low)} is {name(true)}."
    if high == true or (pitch_class(high) == pitch_class(true) and (_loose(written) or not -8 <= true <= 12)):
        return yes(reason)
    return no(said["high"], name(_near(true) if _loose(written) else true), reason)


def _near(note: int) -> int:
    return note - 12 if note > 8 else note + 12 if note < -7 else note


@claim(
    INTERVALS,
    "interval",
    r"(?:from |between )?<note:low> (?:up )?to <note:high> (?:there )?(?:be|has|span|,) <semitones>",
    r"(?:from|between) <list> (?:there )?(?:(?:be|has|,) )?<semitones>",
    r"<list> be <semitones>(?: apart)?",
    r"<semitones> (?:between|from|separate) <list>",
    r"<semitones> (?:between|from) <note:low> (?:up )?to <note:high>",
    r"<note:high> be <semitones> (?:above|from) <note:low>",
)
def _distance(said: Said) -> Judgement | None:
    pair = said.get("list")
    notes = pair.notes if pair is not None else (said["low"].note, said["high"].note)
    if notes is None or len(notes) != 2 or notes[0] is None or notes[1] is None:
        return None
    words = said["semitones"].text
    true, told = pitch_class(notes[1] - notes[0]), said["semitones"].number * (2 if "whole" in words else 1)
    reason = f"From {name(notes[0])} up to {name(notes[1])} are {true} semitones."
    if told == true or (pair is not None and told == 12 - true):
        return yes(reason)
    first = words.split()[0]
    right = str(true) if first.isdigit() else NUMBERS[true]
    return no(said["semitones"], "" if "whole" in words else words.replace(first, right, 1), reason)


@claim(
    INTERVALS,
    "interval",
    r"<interval> (?:has|be|made|form|equal|span) (?:of |up of )?<semitones>(?: wide| apart)?",
    r"<semitones> (?:be|form|made|has|in|equal) <interval>",
    r"there be <semitones> in <interval>",
    r"<interval> \( <semitones> \)",
)
def _semitones(said: Said) -> Judgement | None:
    size = interval_of(said["interval"].text)
    words = said["semitones"].text.lower()
    if size is None:
        return None
    number = 1 if words.startswith("a ") else said["semitones"].number
    count = number * (2 if "whole" in words else 1)
    plain = said["interval"].text.lower()
    true = 12 if "octave" in plain else pitch_class(size)
    if re.search(r"ninth|9th|tenth|10th|eleventh|11th|thirteenth|13th", plain):
        true += 12
    reason = f"A {plain} is {true} semitones."
    if count == true:
        return yes(reason)
    if "whole" in words:
        return no(said["semitones"], "", reason)
    first = said["semitones"].text.split()[0]
    shown = str(true) if first.isdigit() or true >= len(NUMBERS) else NUMBERS[true]
    return no(said["semitones"], said["semitones"].text.replace(first, shown, 1), reason)


@claim(
    INTERVALS,
    "interval",
    r"<interval:one> (?:be )?invert (?:be |, |of )?(?:be |to |into )?<interval:other>",
    r"invertof <interval:one> be <interval:other>",
    r"inversion (?:of|in) <interval:one> be <interval:other>",
    r"<interval:one> (?:, |invert |be )*invert (?:, |be |to |become |go |form )*<interval:other>",
    r"<interval:one> , invert (?:, )?(?:be |to )?<interval:other>",
    r"invert ,? ?<interval:one> (?:, |and )?(?:be |form |to |has |become |turn |go |a )*<interval:other>",
    r"<interval:one> (?:turn|turned|flipped|flip|upside|down|be|become| )* (?:be|become"
    r"|form) <interval:other> (?:when )?invert",
    r"<interval:other> be invertof <interval:one>",
)
def _inverted(said: Said) -> Judgement | None:
    one, other = interval_of(said["one"].text), interval_of(said["other"].text)
    if one is None or other is None:
        return None
    reason = f"A {interval_name(one)} inverts to a {interval_name(-one)}."
    if other == -one or ((_loose(said["other"]) or _loose(said["one"])) and pitch_class(other) == pitch_class(-one)):
        return yes(reason)
    return no(said["other"], like_interval(-one, said["other"]), reason)


@claim(
    INTERVALS,
    "interval",
    r"<degree:one> (?:be )?invert (?:be )?(?:to |into |as )?<degree:other>",
    r"invert <degree:one> (?:, |and )?(?:be |form |to |has )<degree:other>",
)
def _inverted_numbers(said: Said) -> Judgement | None:
    one, other = said["one"].number, said["other"].number
    if not 1 <= one <= 8 or not 1 <= other <= 8:
        return None
    reason = f"The number of an interval and of its inversion make nine: {one} and {9 - one}."
    words = ("", "unison", "second", "third", "fourth", "fifth", "sixth", "seventh", "octave")
    return yes(reason) if one + other == 9 else no(said["other"], words[9 - one], reason)


@claim(
    INTERVALS,
    "interval",
    r"<note:one> (?:and <note:other> )?(?:be )?enharmonic (?:to|with|of|as|be|as)? ?(?:be )?<note:second>",
    r"<note:one> and <note:second> be (?:enharmonic|same)",
    r"<list> (?:be |sound |sounds |has )*(?:enharmonic|same|identical|alike)(?! (?:as|to|with))",
    r"enharmonic (?:of|to) <note:one> be <note:second>",
    r"<note:one> (?:be|sound|sounds) (?:exactly |just )?(?:same |identical )?(?:as|like|to)? ?<note:second>(?= ?$)",
    r"<note:one> be (?:same|identical|another name of|other name of)(?: key)? (?:as|to|of|with|be)? ?<note:second>",
)
def _enharmonic(said: Said) -> Judgement | None:
    pair = said.get("list")
    notes = pair.notes if pair is not None else (said["one"].note, said["second"].note)
    if notes is None or len(notes) != 2:
        return None
    one, other = notes[0], notes[1]
    if one is None or other is None:
        return None
    twin = one - 12 if one > 2 else one + 12
    reason = f"{name(one)} sounds as {name(twin)}."
    if pitch_class(one) == pitch_class(other):
        return yes(reason)
    wrong = pair.items[1] if pair is not None else said["second"]
    return no(wrong, name(twin), reason)
