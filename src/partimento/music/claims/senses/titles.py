"""The steps of a key by their names and kinds: the submediant is the sixth, ii is minor, IV is predominant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from partimento.music.claims.numerals import STEPS, numeral_words
from partimento.music.claims.senses.kinds import ORDINALS, PLACE_WORDS, chord_kinds
from partimento.music.claims.senses.scene import Scene, Thing
from partimento.music.claims.senses.told import Told, not_so, sense, so
from partimento.music.roman import ROMANS

_SAYS: Final = frozenset("is are called be known named as ( = : means call on".split())


_LINKS: Final = frozenset(
    "is are called be the known named as ( , = : means a scale degree chord we call it on built stands sits step of"
    " its any key just only simply another other fancy posh proper formal official technical name term word label for"
    " to us gives given".split()
)


@sense("f", "oer")
def names_of_steps(scene: Scene) -> Iterator[Told]:
    """The names of steps by their numbers: "the submediant is the sixth degree", "V is called the dominant"."""
    heads = [(thing, step) for thing in scene.of("f") if (step := STEPS.get(_bare(thing))) is not None]
    numbers = [(thing, number) for thing in scene.of("oer") if (number := _number(thing)) > 0]
    if len(heads) != 1 or len(numbers) != 1:
        return
    (head, step), (thing, number) = heads[0], numbers[0]
    if {"of", "to", "below", "above"} & set(scene.before(head, 1)):
        return
    words = scene.between(head, thing)
    if (
        not words
        or not {*words} <= _LINKS
        or not ({*words} & _SAYS or {"call", "called"} & {*scene.words})
        or (scene.keys and number != step + 1 and not {"called", "call", "is"} & {*scene.words})
    ):
        return
    reason = f"The {_bare(head)} is the {ORDINALS[step + 1]} step."
    if number == step + 1:
        yield so("numeral", reason, head, thing)
    else:
        right = ORDINALS[step + 1] if thing.entity.text.isalpha() and thing.letter == "o" else ""
        yield not_so("numeral", reason, thing, right, head, sure="name" in words)


def _bare(thing: Thing) -> str:
    return thing.entity.text.lower().replace("-", " ").removesuffix(" chord").removesuffix(" triad")


def _number(thing: Thing) -> int:
    if thing.letter == "o":
        return thing.entity.number
    words = numeral_words(thing.entity).upper()
    return ROMANS.index(words) + 1 if words in ROMANS else int(words) if words.isdigit() else -1


_GROUPS: Final = {
    "I": "tonic", "vi": "tonic", "iii": "tonic", "IV": "predominant", "ii": "predominant", "V": "dominant",
    "V7": "dominant", "viio": "dominant", "vii°": "dominant",
}  # fmt: skip


_GROUP: Final = re.compile(
    r"\b(tonic|sub ?dominant|pre ?dominant|dominant)s? (?:chords?|functions?|family|group|area|substitutes?|role)\b"
)


@sense("f", "r")
def groups(scene: Scene) -> Iterator[Told]:
    """What numerals do: "IV and ii are predominant chords"."""
    found = _GROUP.search(scene.spoken)
    numerals = [thing for thing in scene.of("r") if thing.entity.text in _GROUPS]
    if found is None or not numerals or scene.of("LN") or len({*_GROUP.findall(scene.spoken)}) != 1:
        return
    told = found[1].replace(" ", "").replace("subdominant", "predominant")
    near = (
        [thing for thing in numerals if set(scene.between(thing, scene.of("f")[0])) <= _COUNTED]
        if scene.of("f")
        else []
    )
    if not near:
        return
    wrong = [thing for thing in near if _GROUPS[thing.entity.text] != told]
    reason = f"{near[0].entity.text} is a {_GROUPS[near[0].entity.text]} chord."
    if not wrong:
        yield so("function", reason, *near)
    else:
        yield not_so("function", reason, scene.of("f")[0], "", *near)


_COUNTED: Final = frozenset(
    "is are and both count counts as a an the function functions chord chords have has serve serves act acts of".split()
) | {","}


@sense("q", "o")
def kind_on_degree(scene: Scene) -> Iterator[Told]:
    """ "The diminished triad of a major key is found on the seventh degree"."""
    kinds = [(thing, chord) for thing, chord in chord_kinds(scene) if len(chord.degrees) == 3]
    heads = [thing for thing in scene.of("o") if 1 <= thing.entity.number <= 7]
    keys = [str(key.mode) for key in scene.homes if key.mode in ("major", "minor")]
    keys = keys or [found[1] for found in [_KEY_KIND.search(scene.plain)] if found]
    if len(kinds) != 1 or len(heads) != 1 or len(keys) != 1 or scene.of("acNL") or scene.of("i"):
        return
    if not {"degree", "step", "note"} & {*scene.after(heads[0], 2)} or re.search(
        r"\b(?:not|n't|raise\w*|lower\w*)\b", scene.plain
    ):
        return
    words = {"maj": "major", "min": "minor", "dim": "diminished", "aug": "augmented"}.get(kinds[0][1].quality or "", "")
    on = [at + 1 for at, told in enumerate(_TRIADS[keys[0]]) if words in told.split()]
    reason = f"A {words} triad stands on {', '.join(map(str, on))}."
    if heads[0].entity.number in on:
        yield so("chord quality", reason, kinds[0][0], heads[0])
    else:
        right = ORDINALS[on[0]] if len(on) == 1 and heads[0].entity.text.isalpha() else ""
        yield not_so("chord quality", reason, heads[0], right, kinds[0][0])


_KEY_KIND: Final = re.compile(r"\b(major|minor) (?:keys?|scales?)\b")


_CHORD_KINDS: Final = re.compile(
    r"\b(?:is|are|always|naturally|come out|comes out|be) (?:\w+ ){0,2}(major|minor|diminished|augmented)\b"
)


_TRIADS: Final = {
    "major": ("major", "minor", "minor", "major", "major", "minor", "diminished"),
    "minor": ("minor", "diminished", "major", "minor", "minor major", "major", "major diminished"),
}  # fmt: skip


_STEP_WORD: Final = re.compile(r"\b(?:one|two|three|four|five|six|seven|first|second|third|fourth|fifth|sixth"
    r"|seventh|[1-7](?:st|nd|rd|th)?|i{1,3}|iv|vi{0,2}|tonic"
                               r"|supertonic|mediant|subdominant|dominant|submediant|leading tone|leading"
                               r" note)\b")  # fmt: skip


_STEP_NUMBER: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7} | {
    word: step + 1 for word, step in STEPS.items()
}


@sense()
def kinds_of_steps(scene: Scene) -> Iterator[Told]:
    """ "In a major key the chords on two, three and six are minor"."""
    key, kind = _KEY_KIND.search(scene.plain), _CHORD_KINDS.search(scene.plain)
    if (
        key is None
        or kind is None
        or not scene.things
        or scene.of("nacsmNL")
        or not re.search(r"\b(?:chords?|triads?)\b|@[re]", scene.text + scene.plain)
    ):
        return
    if re.search(
        r"\b(?:not|except|unless|but|or|can|often|usually|seventh chord|relative|parallel|mode|its)\b", scene.plain
    ):
        return
    subject = scene.plain[: kind.start()].replace(key[0], " ")
    steps = [
        _STEP_NUMBER.get(word, PLACE_WORDS.get(word, 0)) or int(re.sub(r"\D", "", word) or 0)
        for word in _STEP_WORD.findall(subject)
    ]
    steps = [step for step in steps if 1 <= step <= 7]
    if not steps:
        return
    wrong = [step for step in steps if kind[1] not in _TRIADS[key[1]][step - 1].split()]
    reason = (
        f"On step {(wrong or steps)[0]} of a {key[1]} key stands a {_TRIADS[key[1]][(wrong or steps)[0] - 1]} triad."
    )
    if not wrong:
        yield so("chord quality", reason, *scene.things[:1])
    else:
        yield not_so("chord quality", reason, scene.things[0], "")


_RELATIVE: Final = re.compile(r"\brelative (minor|major)\b")


_STARTS: Final = re.compile(r"\b(?:starts?|begins?|built|found|sits|lies|is|lives) (?:on|from|at)?\b")


@sense("f", "o")
def relative_step(scene: Scene) -> Iterator[Told]:
    """On which degree the relative key stands: the sixth of major, the third of minor."""
    found = _RELATIVE.search(scene.spoken)
    heads = [thing for thing in scene.of("o") if 1 <= thing.entity.number <= 7]
    if (
        found is None
        or len(heads) != 1
        or scene.of("nacmsi")
        or not {"degree", "note", "step"} & {*scene.after(heads[0], 2)}
    ):
        return
    true = 6 if found[1] == "minor" else 3
    if heads[0].entity.number == true:
        yield so("key", f"It stands on step {true}.", heads[0])
    elif _STARTS.search(scene.spoken):
        right = ORDINALS[true] if heads[0].entity.text.isalpha() else ""
        yield not_so("key", f"It stands on step {true}.", heads[0], right)
