"""The sentence that tells a learner why a chord is there. Decides nothing: it words what `facts` found."""

from __future__ import annotations

from typing import Final

from partimento.music.chord import Chord
from partimento.music.facts import Fact, FactKind, Function
from partimento.music.key import Key
from partimento.music.pitch import name
from partimento.music.roman import chord_of, place_of, usual_root

# The first fact of this order that holds gives the sentence. {step} and {goal}: what is applied to, and its chord.
_BY_FACT: Final[tuple[tuple[FactKind, str], ...]] = (
    ("applied dominant", "{symbol} is {plain} of {about}: it pulls to {goal}."),
    ("applied two-five", "{symbol} is {plain} of {about}: with {after} it makes a two-five to {goal}."),
    (
        "tritone substitute",
        "{symbol} is {numeral}, the tritone substitute of {about}: it slides down a semitone to {next}.",
    ),
    ("backdoor", "{symbol} is {numeral}, the backdoor dominant: it comes home to {about} from a whole tone below."),
    ("passing diminished", "{symbol} is {numeral}, a passing diminished chord that links {about}."),
    ("borrowed", "{symbol} is {numeral}, borrowed from {source}."),
    ("authentic cadence", "{symbol} is {numeral}, the dominant: it resolves to {about}."),
    ("deceptive cadence", "{symbol} is {numeral}, the dominant: it promises home and goes to {about} instead."),
    ("plagal cadence", "{symbol} is {numeral}, a {function} chord: it settles to {about} as an amen does."),
    ("two-five", "{symbol} is {numeral}, a {function} chord: it prepares {about}."),
)
_BY_FUNCTION: Final[dict[Function, str]] = {
    "tonic": "{symbol} is {numeral}, a tonic chord: it can stand in for home.",
    "subdominant": "{symbol} is {numeral}, a subdominant chord: it leads away from home.",
    "dominant": "{symbol} is {numeral}, a dominant chord: it pulls to {home}.",
    "passing": "{symbol} is {numeral}, a passing diminished chord.",
    "none": "No chord sounds here.",
}
_HOME: Final = "{symbol} is {numeral}, the tonic: home."
_OTHER: Final = "{symbol} is {numeral}, a chromatic chord: its notes lie outside {key}."


def sentence(
    chord: Chord, key: Key, numeral: str, function: Function, facts: tuple[Fact, ...], after: Chord | None
) -> str:
    """One English sentence on a chord: "A7 is V7 of ii: it pulls to Dm7."."""
    kind, about = _telling(facts, function)
    words = {
        "symbol": chord.symbol,
        "numeral": numeral,
        "plain": numeral.split("/")[0],
        "function": function,
        "about": about,
        "after": "" if after is None else after.symbol,
        "next": name(key.tonic) if after is None else after.symbol,
        "home": key.symbol,
        "key": _spoken(key),
        "source": _spoken(Key.parse(about)) if kind == "borrowed" else "",
        "goal": _goal(chord, key, about, after) if kind in ("applied dominant", "applied two-five") else "",
    }
    template = dict(_BY_FACT).get(kind) if kind is not None else None
    if template is None:
        template = _HOME if function == "tonic" and _on_tonic(chord, key) else _BY_FUNCTION.get(function, _OTHER)
    return template.format_map(words)


def _telling(facts: tuple[Fact, ...], function: Function) -> tuple[FactKind | None, str]:
    found = {fact.kind: fact.about for fact in facts}
    for kind, _ in _BY_FACT:
        if kind in found and not (kind == "two-five" and function != "subdominant"):
            return kind, found[kind]
    return None, ""


def _goal(chord: Chord, key: Key, step: str, after: Chord | None) -> str:
    """The chord a dominant resolves to here, or else the plain chord on the step it is applied to."""
    if after is None or after.root is None or chord.root is None or chord.quality in ("min7", "hdim7"):
        return chord_of(step, key).symbol
    return after.symbol if (after.root - chord.root) % 12 == 5 else chord_of(step, key).symbol


def _on_tonic(chord: Chord, key: Key) -> bool:
    return place_of(key, usual_root(key, chord.root_fifths or 0))[1] == "I"


def _spoken(key: Key) -> str:
    return f"{name(key.tonic)} {key.mode}"
