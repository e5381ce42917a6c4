"""Claims about key signatures: how many sharps or flats, which ones, keys that share one, neighbours on the circle."""

from __future__ import annotations

from typing import Final

from partimento.music.claims.book import Forms, Said, claim, in_style, no, yes
from partimento.music.claims.entity import NUMBERS
from partimento.music.claims.finding import Judgement
from partimento.music.claims.functions import spoken
from partimento.music.key import Key
from partimento.music.pitch import name, pitch_class

SIGNATURES: Final[Forms] = []


def accidentals(key: Key) -> tuple[int, ...]:
    """The sharps or flats of a key's signature in their order."""
    count = key.signature
    return tuple(range(6, 6 + count)) if count > 0 else tuple(range(-2, -2 + count, -1))


def told_signature(key: Key) -> str:
    count = abs(key.signature)
    if not count:
        return "no sharps or flats"
    return f"{NUMBERS[count]} {'sharp' if key.signature > 0 else 'flat'}{'' if count == 1 else 's'}"


@claim(
    SIGNATURES,
    "key signature",
    r"(?:signature of |of )?<key> (?:, )?(?:'s |s )?(?:signature )?(?:be "
    r")?(?:has|be|made|with|in|form|\() (?:signature )?(?:of |with )?<signature>(?: (?:in "
    r"(?:its )?signature)?(?:, )?(?:be |\( |, )?<notes>(?! (?:has|be)))?",
    r"there be <signature> in (?:signature of )?<key>",
    r"<signature> (?:be )?(?:belong|in|form|be|of|go|be signature of|signature of|tell|has) "
    r"(?:signature )?(?:to |of |in )?<key>",
    r"in <key> (?:, )?(?:there be |has |play |with )?<signature>",
    r"(?:key |major |minor )?with <signature> be <key>",
    r"<key> , with <signature>",
)
def _count(said: Said) -> Judgement | None:
    key, told = said.key, said["signature"]
    if key is None or said["key"].letter == "s":
        return None
    words = told.text.lower()
    sign = (
        0
        if words.startswith("no ") and ("or" in words or "and" in words or "acc" in words)
        else 1
        if "sharp" in words.split("and")[0]
        else -1
    )
    if "accidental" in words:
        sign = 1 if key.signature > 0 else -1
    number = told.number * sign
    reason = f"{spoken(key, said['key'])} has {told_signature(key)}."
    if number != key.signature and not (told.number == 0 and sign and key.signature * sign <= 0):
        right = told_signature(key)
        if words[:1].isdigit():
            right = f"{abs(key.signature)} {right.split(' ', 1)[1]}" if key.signature else right
        return no(told, right, reason)
    notes = said.get("notes")
    held = None if notes is None else notes.notes
    if notes is None or held is None:
        return yes(reason)
    true = accidentals(key)
    if set(held) == set(true):
        return yes(reason)
    if len(held) != len(true) or set(held) & {0, 2, 4, -1, 1, 3, 5}:
        return no(notes, in_style(notes, [name(note) for note in true]), reason)
    wrong = [at for at, note in enumerate(held) if note not in true]
    left = [note for note in true if note not in held]
    if len(wrong) == 1 and notes.items:
        return no(notes.items[wrong[0]], name(left[0]), reason)
    return no(notes, in_style(notes, [name(note) for note in true]), reason)


@claim(
    SIGNATURES,
    "key signature",
    r"(?P<sharp>sharp|sharps|flat|flats) (?:of|in) <key> be <notes>",
    r"<key> (?:'s |s )?(?P<sharp>sharps|flats|sharp|flat) be <notes>",
    r"<key> has (?P<sharp>sharps|flats) <notes>",
    r"<key> (?:'s )?(?P<sharp>signature) (?:be|has|made|,) <notes>",
    r"(?P<sharp>signature) (?:of|in) <key> (?:be|has|made|,) <notes>",
    r"<key> (?:sharpen|sharpens|flatten|flattens) <notes>",
)
def _which(said: Said) -> Judgement | None:
    key, notes = said.key, said["notes"]
    told = notes.notes
    if key is None or told is None or said["key"].letter == "s" or not said.found.groupdict().get("sharp"):
        return None
    true = accidentals(key)
    reason = f"{spoken(key, said['key'])} has {told_signature(key)}."
    wrong = [at for at, note in enumerate(told) if note not in true]
    left = [note for note in true if note not in told]
    if set(told) == set(true) or (not wrong and said.word("sharp") == "signature"):
        return yes(reason)
    if len(wrong) == len(left) == 1 and notes.items:
        return no(notes.items[wrong[0]], name(left[0]), reason)
    return no(notes, in_style(notes, [name(note) for note in true]), reason)


@claim(
    SIGNATURES,
    "key signature",
    r"<key:one> and <key:other> (?:has|share|be) (?:same(?! @)|samesig|signature)",
    r"<chords> (?:has|share|be) (?:same(?! @)|samesig|signature)(?: signature)?(?! with)",
    r"<key:one> (?:has|share) (?:same|samesig)(?: signature)? (?:as|with|be) <key:other>",
    r"<key:one> share (?:its )?signature with <key:other>",
)
def _shared(said: Said) -> Judgement | None:
    pair = said.get("chords")
    first, second = (pair.items[0], pair.items[1]) if pair is not None else (said["one"], said["other"])
    one, other = first.key, second.key
    if one is None or other is None or (second.letter == "s" and first.letter == "s"):
        return None
    if first.letter == second.letter == "n" and "sig" not in said.found[0]:
        return None
    if "sig" not in said.found[0] and "s" in first.letter + second.letter:
        return None  # the notes of scales are the scales' business
    reason = f"{one.symbol} has {told_signature(one)}, {other.symbol} {told_signature(other)}."
    if one.signature == other.signature:
        return yes(reason)
    true = Key(other.tonic + one.signature - other.signature, other.mode)
    return no(second, spoken(true, second), reason)


@claim(SIGNATURES, "key signature", r"circle (?:be |made |go |start |from |start with )*<chords:row>")
def _round(said: Said) -> Judgement | None:
    keys = [item.key for item in said["row"].items]
    tonics = [key.tonic for key in keys if key is not None]
    if len(tonics) < 3 or len(tonics) < len(keys):
        return None
    way = -1 if tonics[1] - tonics[0] in (-1, 11) else 1
    wrong = [at for at in range(1, len(tonics)) if (tonics[at] - tonics[0] - way * at) % 12]
    reason = (
        f"By fifths from {name(tonics[0])} stand {' '.join(name(tonics[0] + way * at) for at in range(len(tonics)))}."
    )
    if not wrong:
        return yes(reason)
    return (
        no(said["row"].items[wrong[0]], name(tonics[0] + way * wrong[0]), reason)
        if len(wrong) == 1
        else no(said["row"], "", reason)
    )


@claim(
    SIGNATURES,
    "key signature",
    r"on circle , <key:goal> be (?P<many>one|two|1|2) (?:step "
    r")?(?P<way>clockwise|right|left|counterclockwise|anticlockwise) (?:of|from) <key:base>",
    r"<key:goal> be (?P<many>one|1|two|2)? ?(?:step "
    r")?(?P<way>clockwise|counterclockwise|anticlockwise|right|left) (?:of|from) <key:base>",
    r"<key:base> (?:be |and )?(?:next|neighbours|neighbors|adjacent|closely) (?:to )?(?:be "
    r")?<chords:pair>(?: on circle)?",
    r"(?:neighbours|neighbors) (?:of|to) <key:base> (?:on circle )?be <chords:pair>",
    r"(?:clockwise|right) (?:from|of) <key:base> (?:on circle )?(?:be|come|,) <key:goal>",
    r"(?P<way>counterclockwise|anticlockwise|left) (?:from|of) <key:base> (?:on circle )?(?:be|come|,) <key:goal>",
)
def _circle(said: Said) -> Judgement | None:
    base = said["base"].key
    if base is None:
        return None
    pair = said.get("pair")
    if pair is not None:
        roots = {chord.root for chord in pair.chords or ()}
        true = {pitch_class(base.tonic + 1), pitch_class(base.tonic - 1)}
        reason = f"Beside {base.symbol} stand {name(base.tonic - 1)} and {name(base.tonic + 1)}."
        return (
            yes(reason)
            if roots == true
            else no(pair, in_style(pair, [name(base.tonic - 1), name(base.tonic + 1)]), reason)
            if len(roots) == 2
            else None
        )
    goal = said["goal"].key
    if goal is None:
        return None
    steps = 2 if said.word("many") in ("two", "2") else 1
    true_tonic = base.tonic + (-steps if said.word("way") in ("left", "counterclockwise", "anticlockwise") else steps)
    reason = f"That place of the circle is {name(true_tonic)}."
    return yes(reason) if goal.pc == pitch_class(true_tonic) else no(said["goal"], name(true_tonic), reason)
