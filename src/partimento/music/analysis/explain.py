"""The sentence that tells a learner why a chord is there. Decides nothing: it words what `facts` found."""

from __future__ import annotations

from typing import Final

from partimento.music.analysis.facts import Fact, FactKind, Function, Place
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.pitch import name
from partimento.music.roman import chord_of, place_of, usual_root

# The first fact of a chord that stands here gives the sentence. {about} is what the fact points to, {goal} the chord
# that is led to, {next} the chord after, {plain} the numeral without its target.
_BY_FACT: Final[dict[FactKind, str]] = {
    "augmented sixth": "{symbol} is {numeral}, a {about} sixth: its {seventh}, heard as {sixth},"
    " opens outward to {next}.",
    "extended dominant": "{symbol} is {plain} of {about}, a dominant itself: one link in a chain of dominants.",
    "applied dominant": "{symbol} is {plain} of {about}: it pulls to {goal}.",
    "applied two-five": "{symbol} is {plain} of {about}: with {next} it makes a two-five to {goal}.",
    "tritone substitute": "{symbol} is {numeral}, the tritone substitute of {about}:"
    " it slides down a semitone to {next}.",
    "backdoor": "{symbol} is {numeral}, the backdoor dominant: it comes home to {about} from a whole tone below.",
    "backdoor two-five": "{symbol} is {numeral}: with {about} it makes the backdoor two-five to {home}.",
    "substitute two-five": "{symbol} is {numeral}: it is the ii of {about}, a tritone substitute, and prepares it.",
    "neapolitan": "{symbol} is {numeral}, the Neapolitan: a major chord on the lowered second step, before {next}.",
    "leading-tone diminished": "{symbol} is {numeral}: it holds {leading}, the leading tone of {about},"
    " and pulls there.",
    "passing diminished": "{symbol} is {numeral}, a passing diminished chord that links {about}.",
    "common-tone diminished": "{symbol} is {numeral}, a common-tone diminished chord: it keeps the root of {about} and"
    " moves around it.",
    "cadential six-four": "{symbol} is {numeral}, the cadential six-four: the tonic's notes over the dominant's bass,"
    " before {about}.",
    "suspended dominant": "{symbol} is {numeral}, the dominant with its third suspended:"
    " a chord on {root} over {about}.",
    "deceptive resolution": "{symbol} is {numeral}, the dominant of {about}: it deceives and goes to {next} instead.",
    "unresolved dominant": "{symbol} is {numeral}, the dominant of {about}, which does not follow at once.",
    "related two-five": "{symbol} is {numeral}: with {about} it makes a two-five towards {further}.",
    "picardy third": "{symbol} is {numeral}, the Picardy third: a minor piece that ends on its major tonic.",
    "borrowed": "{symbol} is {numeral}, borrowed from {source}.",
    "authentic cadence": "{symbol} is {numeral}, the dominant: it resolves to {about}.",
    "deceptive cadence": "{symbol} is {numeral}, the dominant: it promises home and goes to {about} instead.",
    "plagal cadence": "{symbol} is {numeral}, a {function} chord: it settles to {about} as an amen does.",
    "two-five": "{symbol} is {numeral}, a {function} chord: it prepares {about}.",
    "minor dominant": "{symbol} is {numeral}, the minor dominant: without {about}, the leading tone, its pull is mild.",
    "subtonic": "{symbol} is {numeral}, the subtonic chord, a whole step below home.",
    "raised step": "{symbol} is {numeral}: it takes its {about} from {tonic} harmonic minor.",
    "modal colour": "{symbol} is {numeral}: it holds {about}, the note that makes {key} what it is.",
    "blue seventh": "{symbol} is {numeral}, the {function} with a minor seventh, {about}, as in the blues.",
    "outside": "{symbol} is {numeral}, a chromatic chord: {outside} outside {key}.",
}
_BY_FUNCTION: Final[dict[Function, str]] = {
    "tonic": "{symbol} is {numeral}, a tonic chord: it can stand in for home.",
    "subdominant": "{symbol} is {numeral}, a subdominant chord: it leads away from home.",
    "dominant": "{symbol} is {numeral}, a dominant chord: it pulls to {home}.",
    "passing": "{symbol} is {numeral}, a diminished chord from outside {key}.",
    "none": "No chord sounds here.",
}
_HOME: Final = "{symbol} is {numeral}, the tonic: home."
_OTHER: Final = "{symbol} is {numeral}, a chromatic chord."


def sentence(place: Place, numeral: str, facts: tuple[Fact, ...]) -> str:
    """One English sentence on a chord: "A7 is V7 of ii: it pulls to Dm7."."""
    told = next((fact for fact in facts if fact.kind in _BY_FACT), None)
    kind, about = (None, "") if told is None else (told.kind, told.about)
    template = None if kind is None else _BY_FACT[kind]
    if template is None:
        at_home = place.function == "tonic" and _on_tonic(place.chord, place.key)
        template = _HOME if at_home else _BY_FUNCTION.get(place.function, _OTHER)
    return template.format_map(_words(place, numeral, kind, about))


def _words(place: Place, numeral: str, kind: FactKind | None, about: str) -> dict[str, str]:
    chord, key, after = place.chord, place.key, place.after
    root = chord.root_fifths or 0
    towards = kind in ("applied dominant", "applied two-five")
    return {
        "symbol": chord.symbol,
        "numeral": numeral,
        "plain": numeral.split("/")[0],
        "function": place.function,
        "about": about,
        "next": name(key.tonic) if after is None else after.symbol,
        "home": key.symbol,
        "tonic": name(key.tonic),
        "root": name(root),
        "key": spoken(key),
        "source": spoken(Key.parse(about)) if kind == "borrowed" else "",
        "goal": _goal(chord, key, about, after) if towards else "",
        "further": "" if after is None else name((after.root_fifths or 0) - 1),
        "leading": "" if after is None else name((after.root_fifths or 0) + 5),
        "seventh": name(root - 2),
        "sixth": name(root + 10),
        "outside": f"{listed(about.split())} {'lie' if ' ' in about else 'lies'}",
    }


def _goal(chord: Chord, key: Key, step: str, after: Chord | None) -> str:
    """The chord a dominant resolves to here, or else the plain chord on the step it is applied to."""
    if after is None or after.root is None or chord.root is None or chord.quality in ("min7", "hdim7"):
        return chord_of(step, key).symbol
    return after.symbol if (after.root - chord.root) % 12 == 5 else chord_of(step, key).symbol


def _on_tonic(chord: Chord, key: Key) -> bool:
    return place_of(key, usual_root(key, chord.root_fifths or 0))[1] == "I"


def listed(names: list[str]) -> str:
    """Names in a row of words: "A, B and C"."""
    return " and ".join([", ".join(names[:-1]), *names[-1:]]) if len(names) > 1 else "".join(names)


def spoken(key: Key) -> str:
    """The key in words: "C major", "F# Dorian"."""
    return f"{name(key.tonic)} {key.mode if key.mode in ('major', 'minor') else key.mode.title()}"
