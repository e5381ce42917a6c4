"""What is so of signatures as rules and between keys: the last sharp, the empty signature, near keys, a sharp more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.claims.entity import NUMBERS
from partimento.music.claims.senses.scene import Scene
from partimento.music.claims.senses.signed import NOT_SIGNED, SIGNED, named_keys, signature_words
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.claims.signatures import accidentals
from partimento.music.pitch import name

_EMPTY: Final = re.compile(
    r"\b(?:empty|blank|no|nothing in the) (?:key )?signature\b|\bno accidentals\b|\ball (?:the )?white keys\b"
)


@sense("mks")
def empty(scene: Scene) -> Iterator[Told]:
    """An empty key signature is that of C major and A minor."""
    if not scene.has(_EMPTY) or scene.of("g") or scene.has(NOT_SIGNED):
        return
    named = [(thing, value) for thing, value in named_keys(scene) if thing.letter in "mks"]
    for thing, value in named:
        if value:
            yield not_so("key signature", f"{thing.entity.text} has {signature_words(value)}.", thing, "")
            return
    if named:
        yield so("key signature", "An empty signature is theirs.", named[0][0])


# What stands for a rule without keys: where the first is spoken of, the second is so and the third is not.
_RULES: Final = (
    (r"(?:second to last|last but one|penultimate|next to last|second last) flat", r"\bmajor\b", r"\bminor\b"),
    (r"relative (?:keys|minors?|majors?|major and minor|minor and major)\b(?!.*(?:of|to) @).*\bapart|relative"
        r" keys", r"minor (?:third|3rd)|three (?:semitones|half steps)",
     r"major (?:third|3rd)|perfect (?:fourth|fifth)|four semitones|two (?:semitones|half steps)"),
    (r"(?:up|go up|higher|ascend\w*|clockwise)\b.*\b(?:fifth|step)?.*\badds?\b|adds?\b.*\b(?:clockwise|up a"
        r" (?:perfect )?fifth)", r"\bsharp\b", r"\bflat\b"),
    (r"leading (?:notes?|tones?)\b.*\b(?:tonic|below|above|under)", r"semitone|half step|half tone|minor second",
     r"whole (?:step|tone)|\ba tone\b|major second"),
    (r"last sharp\b.*\b(?:tonic|key|keynote"
        r"|name)", r"semitone|half step|half tone|minor second", r"whole (?:step|tone)|\ba tone\b|major second"),
)  # fmt: skip


_RULE_FORMS: Final = tuple(tuple(re.compile(rf"\b(?:{part})") for part in rule) for rule in _RULES)


_DOWNWARD: Final = re.compile(
    r"\b(?:counter|anti|down|below|fourth|lower|natural minor|aeolian|mixolydian|dorian|modal|flat side)\b"
)


@sense("oihfgtvq")
def rules(scene: Scene) -> Iterator[Told]:
    """Rules of keys that name none: the last flat but one names the major key, a fifth up adds a sharp."""
    if not scene.things or scene.of("nkmsaLN"):
        return
    for spoken, right, wrong in _RULE_FORMS:
        if not spoken.search(scene.plain) or _DOWNWARD.search(scene.plain) or scene.has(NOT_SIGNED):
            continue
        if right.search(scene.plain):
            yield so("key signature", "That is the rule.", scene.things[0])
        elif wrong.search(scene.plain):
            yield not_so("key signature", "The rule is another.", scene.things[0], "")
        return


_NTH: Final = re.compile(
    r"\b(first|second|third|fourth|fifth|sixth|seventh|last|1st|2nd|3rd|[4-7]th) (sharp|flat)\b(?! (?:five|nine|\d))"
)


@sense("n")
def nth(scene: Scene) -> Iterator[Told]:
    """ "The third sharp is G#", "the last flat of Eb major is Ab"."""
    found = _NTH.search(scene.plain)
    keys = [key for thing in scene.of("kms") if (key := thing.entity.key) is not None]
    notes = [thing for thing in scene.of("n") if thing.row < 0 and not scene.is_key(thing)]
    if found is None or len(notes) != 1 or notes[0].entity.note is None or len(keys) > 1:
        return
    row = range(6, 13) if found[2] == "sharp" else range(-2, -9, -1)
    place = abs(keys[0].signature) if found[1] == "last" and keys else _ORDINALS.get(found[1][:3], 0)
    if not 1 <= place <= 7:
        return
    true = row[place - 1]
    told = notes[0].entity.note
    reason = f"It is {name(true)}."
    if told == true or ((told - true) % 7 == 0 and len(notes[0].entity.text) == 1):
        yield so("key signature", reason, notes[0])
    else:
        yield not_so("key signature", reason, notes[0], name(true), notes[0])


_ORDINALS: Final = {"fir": 1, "sec": 2, "thi": 3, "fou": 4, "fif": 5, "six": 6, "sev": 7, "1st": 1, "2nd": 2, "3rd": 3,
                    "4th": 4, "5th": 5, "6th": 6, "7th": 7}  # fmt: skip


_CLOSE: Final = re.compile(r"\b(?:closest|closely related|nearest|neighbou?r\w*|related keys)\b")


@sense("LN")
def close(scene: Scene) -> Iterator[Told]:
    """The keys that lie next to a key: one sharp or flat away, with their relatives."""
    if not scene.has(_CLOSE) or scene.of("rRg"):
        return
    for row in scene.of("LN"):
        homes = [
            thing for thing in scene.of("kmn") if thing.row < 0 and thing.at < row.at and thing.entity.key is not None
        ]
        if len(row.entity.items) < 3 or len(homes) != 1:
            continue
        home = homes[0].entity.key
        keys = [item.key for item in row.entity.items]
        far = [
            at
            for at, key in enumerate(keys)
            if key is not None and home is not None and abs(key.signature - home.signature) > 1
        ]
        if not far:
            yield so("key signature", "They lie next to it.", row, homes[0])
        elif len(far) == 1:
            yield not_so("key signature", "That key lies further away.", row.entity.items[far[0]], "", homes[0])


_NEW: Final = re.compile(r"\b(?:adds?|adding|new|extra|additional|gains?|another|one more)\b")


_HOW_MANY_MORE: Final = re.compile(rf"\b({'|'.join(NUMBERS[1:8])}|[1-7]) (more|fewer|less) than @[kmsn]\d+")


@sense("n", "kms")
def new_sign(scene: Scene) -> Iterator[Told]:
    """ "Going from G major to D major adds C#": the accidental in which two keys differ."""
    keys = [key for thing in scene.of("kms") if thing.row < 0 and (key := thing.entity.key) is not None]
    notes = [
        thing for thing in scene.of("n") if thing.row < 0 and thing.entity.note is not None and not scene.is_key(thing)
    ]
    if len(keys) != 2 or len(notes) != 1 or not scene.has(_NEW) or not SIGNED.search(scene.text):
        return
    differ = set(accidentals(keys[0])) ^ set(accidentals(keys[1]))
    if len(differ) != 1:
        return
    (true,) = differ
    reason = f"They differ in {name(true)}."
    if notes[0].entity.note == true:
        yield so("key signature", reason, notes[0])
    else:
        yield not_so("key signature", reason, notes[0], name(true))


@sense("kms")
def more_than(scene: Scene) -> Iterator[Told]:
    """ "B major has one sharp more than E major", the sign left out: "five sharps, one more than E major"."""
    found = _HOW_MANY_MORE.search(scene.text)
    keys = [(thing, key) for thing in scene.of("kms") if thing.row < 0 and (key := thing.entity.key) is not None]
    if found is None or len(keys) != 2:
        return
    (one, first), (other, second) = keys
    if first.signature * second.signature < 0:
        return
    told = (int(found[1]) if found[1].isdigit() else NUMBERS.index(found[1])) * (1 if found[2] == "more" else -1)
    gap = abs(first.signature) - abs(second.signature)
    words = signature_words(first.signature), signature_words(second.signature)
    reason = f"{one.entity.text} has {words[0]}, {other.entity.text} {words[1]}."
    if told == gap:
        yield so("key signature", reason, one, other)
    else:
        yield not_so("key signature", reason, other, "", one)
