"""Claims on how chords and keys are related: relative and parallel keys, dominants, substitutes, where dominants go."""

from __future__ import annotations

from typing import Final

from partimento.core.errors import PartimentoError
from partimento.music.chord import Chord, chord_on
from partimento.music.claims.book import Forms, Said, claim, no, yes
from partimento.music.claims.entity import Entity
from partimento.music.claims.finding import Judgement
from partimento.music.claims.numerals import numeral_text, written_chord
from partimento.music.key import Key
from partimento.music.pitch import name, nearest_spelling, pitch_class
from partimento.music.roman import chord_of

FUNCTIONS: Final[Forms] = []
_SPOKEN: Final = {"major": "major", "minor": "minor"}


def spoken(key: Key, like: Entity) -> str:
    """A key in the manner of another: "A minor", "Am", "A"."""
    if like.letter == "a":
        return name(key.tonic) + "m"
    return name(key.tonic) if like.letter == "n" else f"{name(key.tonic)} {key.mode}"


@claim(
    FUNCTIONS,
    "key",
    r"<function> (?:of|to|in) <key:base> (?:be|has|form|\(|,) <key:goal>",
    r"<key:goal> (?:be|,|as) <function> (?:of|to) <key:base>",
    r"<key:base> (?:'s|s) <function> (?:be|\() <key:goal>",
    r"<key:base> (?:, )?has <key:goal> (?:be|as|of) (?:its )?<function>",
    r"<key:base> [^@]{0,20}its <function> (?:be|\() <key:goal>",
    r"<key:base> has <function> (?:be|\(|of|in)? ?<key:goal>",
)
def _related(said: Said) -> Judgement | None:
    how, mode = ([*said["function"].text.lower().replace("-", " ").split(), ""])[:2]
    base, goal = said["base"].key, said["goal"].key
    if how not in ("relative", "parallel") or mode not in _SPOKEN or base is None or goal is None:
        return None
    if base.mode not in _SPOKEN:
        return None
    if base.mode == mode:
        if said["base"].letter != "n":
            return None
        base = Key(base.tonic, "minor" if mode == "major" else "major")
    shift = 0 if how == "parallel" else 3 if mode == "minor" else -3
    true = Key(base.tonic + shift, "minor" if mode == "minor" else "major")
    reason = f"The {how} {mode} of {base.symbol} is {true.symbol}."
    if goal.tonic == true.tonic and (goal.mode == true.mode or said["goal"].letter == "n"):
        return yes(reason)
    return no(said["goal"], spoken(true, said["goal"]), reason)


@claim(
    FUNCTIONS,
    "key",
    r"<sure_chord:one> and <sure_chord:other> be (?P<how>relative|parallel)",
    r"<chords> be (?P<how>relative|parallel)",
    r"<key:one> and <key:other> be (?P<how>relative|parallel)",
    r"<key:one> be (?P<how>relative|parallel) (?:to|of|with) <key:other>",
)
def _pair(said: Said) -> Judgement | None:
    pair = said.get("chords")
    first, second = (pair.items[0], pair.items[1]) if pair is not None else (said["one"], said["other"])
    one, other = first.key, second.key
    if one is None or other is None or one.mode not in _SPOKEN or other.mode not in _SPOKEN or one.mode == other.mode:
        return None
    how = said.word("how")
    true = one.tonic if how == "parallel" else one.tonic + (-3 if one.is_minor else 3)
    reason = f"The {how} {other.mode} of {one.symbol} is on {name(true)}."
    return yes(reason) if other.tonic == true else no(second, spoken(Key(true, other.mode), second), reason)


def _dominant_goal(goal: Entity, key: Key | None) -> int | None:
    if goal.letter in "re":
        if key is None:
            return None
        try:
            return chord_of(numeral_text(goal), key).root_fifths
        except PartimentoError:
            return None
    chord = goal.chord
    return None if chord is None else chord.root_fifths


@claim(
    FUNCTIONS,
    "function",
    r"<function> (?:of|to) <chord:goal>(?: in <key>)? (?:be|\(|,|has) <chord>",
    r"<function> (?:of|to) <numeral:goal>(?: in <key>)? (?:be|\(|,) <chord>",
    r"in <key> ,? ?<function> (?:of|to) <numeral:goal> (?:be|\(|,) <chord>",
    r"<chord> (?:be|as|,|, as) (?:as )?<function> (?:of|to) <chord:goal>",
    r"<chord> (?:be|as|,) (?:as )?<function> (?:of|to) <numeral:goal>(?: in <key>)?",
    r"in <key> ,? ?<chord> (?:be|as) (?:as )?<function> (?:of|to) <numeral:goal>",
    r"<function> (?:go|resolve|point|points)(?: resolve)? to <chord:goal> be <chord>",
    r"<chord> resolve (?:down |up )?(?:(?:by )?@[oi]\d+ )?(?:to )?@[nma]\d+ [^@]{0,14}<function> of <chord:goal>",
    r"<chord> be <function> (?:that )?(?:go|resolve|point) (?:to )?<chord:goal>",
    r"<numeral:five> (?:of|to) <symbol:goal> (?:be|\(|,) <chord>",
    r"<chord> be <numeral:five> (?:of|to) <symbol:goal>",
)
def _dominant(said: Said) -> Judgement | None:
    five = said.get("five")
    word = "dominant" if five is not None else said["function"].text.lower().replace("-", " ").removesuffix(" chord")
    if (
        (five is not None and (five.text not in ("V", "V7")))
        or "tritone" in word
        or "dominant" not in word
        or "sub" in word
        or "backdoor" in word
    ):
        return None
    goal, chord = _dominant_goal(said["goal"], said.key), said["chord"].chord
    if goal is None or chord is None or chord.root_fifths is None:
        return None
    true = chord_on(
        goal + 1, Chord.parse("C7" if chord.seventh is not None or "7" in word or "sev" in word else "C").shape
    )
    reason = f"The dominant of {said['goal'].text} is {true.symbol}."
    if (
        chord.root_fifths == goal + 1
        and chord.quality in ("7", "maj", "sus7", "aug7")
        and not ("sev" in word and chord.quality == "maj")
    ):
        return yes(reason)
    if chord.root == true.root and chord.quality in ("7", "maj"):
        return None
    return no(said["chord"], written_chord(true, said["chord"]), reason)


@claim(
    FUNCTIONS,
    "function",
    r"<function> (?:of|to) <chord:base> (?:in @[nmak]\d+ )?(?:be|\(|,|has) <chord>",
    r"<chord> (?:be|as|,|, as|form) (?:as )?<function> (?:of|to) <chord:base>",
    r"<chord:base> (?:'s|s) <function> (?:be|\() <chord>",
    r"<chord:base> [^@]{0,24}its <function> (?:, )?(?:be|\(|,)? ?<chord>",
    r"<chord> (?P<verb>substitute|sub|subs|substitutes|replaces|replace) (?:of |in of )?<chord:base> [^@]{0,16}tritone",
    r"(?:replace|swap|trade|substitute|sub) <chord:base> (?:with|of|by|out of) (?:its "
    r")?<function> (?:, |be |\( )?<chord>",
)
def _tritone(said: Said) -> Judgement | None:
    function = said.get("function")
    if function is not None and not function.text.lower().startswith("tritone"):
        return None
    base, chord = said["base"].chord, said["chord"].chord
    if base is None or chord is None or chord.root is None or base.root is None or base.root_fifths is None:
        return None
    near = nearest_spelling(base.root + 6, -1)
    true = chord_on(near, Chord.parse("C7").shape)
    reason = f"The tritone substitute of {base.symbol} is {true.symbol}."
    if (chord.root - base.root) % 12 == 6 and chord.quality in ("7", "maj"):
        return yes(reason)
    return no(said["chord"], true.symbol if chord.seventh is not None else name(near), reason)


@claim(
    FUNCTIONS,
    "function",
    r"<function> (?:of|in|to) <key> (?:be|\(|,) <chord>",
    r"<chord> (?:be|as|,) (?:as )?<function> (?:of|in|to) <key>",
    r"in <key> ,? ?<function> (?:be|\(|,) <chord>",
    r"in <key> ,? ?<chord> (?:be|as) (?:its )?<function>",
)
def _coloured(said: Said) -> Judgement | None:
    word = said["function"].text.lower()
    step, suffix = (-5, "") if word.startswith("neapolitan") else (-2, "7") if word.startswith("backdoor") else (99, "")
    key, chord = said.key, said["chord"].chord
    if step == 99 or key is None or chord is None or chord.root_fifths is None:
        return None
    true = Chord.parse(name(key.tonic + step) + suffix)
    reason = f"The {word} of {key.symbol} is {true.symbol}."
    if chord.root == true.root and "b3" not in chord.degrees:
        return yes(reason)
    return no(said["chord"], written_chord(true, said["chord"]), reason)


@claim(
    FUNCTIONS,
    "function",
    r"<chord:base> (?:be )?(?:want )?(?:resolve|go)(?: (?:to )?resolve)? (?:down |up )?(?:(?:by "
    r")?@[oi]\d+ )?(?:to )?<chord:goal>(?: in <key>)?",
)
def _resolves(said: Said) -> Judgement | None:
    """Only the plain fifth down of a dominant seventh is confirmed; other ways are a composer's freedom."""
    base, goal = said["base"].chord, said["goal"].chord
    if base is None or goal is None or base.quality != "7" or base.root is None or goal.root is None:
        return None
    if "resolve" not in said.found[0]:
        return None
    target = pitch_class((base.root_fifths or 0) - 1)
    usual = {target, (target + 9) % 12, (target + 8) % 12, (base.root - 1) % 12, (base.root + 2) % 12}
    if goal.root in usual:
        return yes(f"{base.symbol} pulls to a chord on {name((base.root_fifths or 0) - 1)}.")
    true = chord_on((base.root_fifths or 0) - 1, goal.shape)
    if (goal.root - target) % 12 not in (1, 2, 7, 10, 11) or goal.quality not in ("maj", "min", "maj7", "min7"):
        return None
    return no(
        said["goal"],
        written_chord(true, said["goal"]),
        f"{base.symbol} resolves to a chord on {name((base.root_fifths or 0) - 1)}.",
    )
