"""Claims about voicings: guide tones, shells, rootless forms, quartal stacks, and where guide tones go."""

from __future__ import annotations

from typing import Final

from partimento.music.chord import Chord
from partimento.music.claims.book import Forms, Said, claim, in_style, no, yes
from partimento.music.claims.chord_tones import chord_notes, spelled_alike
from partimento.music.claims.entity import Entity
from partimento.music.claims.finding import Judgement
from partimento.music.pitch import name, pitch_class

VOICINGS: Final[Forms] = []


def guides(chord: Chord) -> tuple[int, ...]:
    """The third and the seventh (or sixth) of a chord, spelled; none where it lacks one."""
    wanted: list[str] = []
    wanted += [label for label in ("b3", "3", "4", "2") if label in chord.degrees][:1]
    wanted += [label for label in ("7", "b7", "bb7", "6") if label in chord.degrees][:1]
    steps: dict[str, int] = dict(zip(chord.degrees, chord.shape.fifths, strict=True))
    return tuple((chord.root_fifths or 0) + steps[label] for label in wanted) if len(wanted) == 2 else ()


def _compared(written: Entity, told: tuple[int, ...], true: tuple[int, ...], reason: str) -> Judgement:
    wrong = [at for at, note in enumerate(told) if not any(spelled_alike(note, one) for one in true)]
    left = [note for note in true if not any(spelled_alike(one, note) for one in told)]
    if not wrong and not left:
        return yes(reason)
    if len(wrong) == len(left) == 1 and written.items:
        return no(written.items[wrong[0]], name(left[0]), reason)
    return no(written, in_style(written, [name(note) for note in true]), reason)


@claim(
    VOICINGS,
    "voicing",
    r"guide (?:of|in|on) <chord> (?:, )?(?:be|has|\(|form) <list>",
    r"<list> (?:be|form) guide (?:of|in) <chord>",
    r"<chord> (?:'s|s|has) guide (?:be|\(|,)? ?<list>",
    r"<chord> has <list> (?:be|as|of) (?:its )?guide",
    r"<chord> [^@]{0,24}its guide (?:be |, |\( )?<list>",
    r"(?:in|of|on|over) <chord> ,? ?guide (?:be|,) <list>",
    r"third and seventh of <chord> be <list>",
    r"<degree:three> and <degree:seven> (?:of|in) <chord> (?:be|form|\(|,) <list>",
    r"<list> be <degree:three> and <degree:seven> (?:of|in) <chord>",
    r"<chord> (?:'s|s) <degree:three> and <degree:seven> (?:be|\() <list>",
)
def _guides(said: Said) -> Judgement | None:
    chord, written = said["chord"].chord, said["list"]
    told = written.notes
    if chord is None or told is None or len(told) != 2:
        return None
    three, seven = said.get("three"), said.get("seven")
    true = guides(chord)
    if three is not None and seven is not None:
        steps = {int(label.lstrip("b#")): step for label, step in zip(chord.degrees, chord.shape.fifths, strict=True)}
        if not {three.number, seven.number} <= set(steps):
            return None
        true = ((chord.root_fifths or 0) + steps[three.number], (chord.root_fifths or 0) + steps[seven.number])
    if not true:
        return None
    return _compared(written, told, true, f"The guide tones of {chord.symbol} are {' and '.join(map(name, true))}.")


@claim(
    VOICINGS,
    "voicing",
    r"shell (?:of|in|on) <chord> (?:, )?(?:be|has|made|play|\(|form) (?:of )?(?:only )?<list>",
    r"<chord> shell (?:be|has|made|\(|form) (?:of )?<list>",
    r"<list> (?:be|form) (?:<chord:first> )?shell (?:of|in) <chord>",
    r"<list> (?:be|form) <chord> shell",
    r"play <list> (?:be |as )?shell (?:of|in) <chord>",
)
def _shell(said: Said) -> Judgement | None:
    chord, written = said["chord"].chord, said["list"]
    told = written.notes
    if chord is None or told is None or not guides(chord) or len(told) not in (2, 3):
        return None
    root = chord.root_fifths or 0
    true = (root, *guides(chord)) if len(told) == 3 or spelled_alike(told[0], root) else guides(chord)
    reason = f"A shell of {chord.symbol} is {' '.join(map(name, (root, *guides(chord))))}."
    if len(told) == 2 and len(true) == 3:
        wrong = [at for at, note in enumerate(told) if not any(spelled_alike(note, one) for one in true)]
        return yes(reason) if not wrong else no(written.items[wrong[0]], "", reason)
    return _compared(written, told, true, reason)


@claim(
    VOICINGS,
    "voicing",
    r"rootless (?:a |b |form |a form |b form |grip |left hand )*(?:of|in|on) <chord> (?:, "
    r")?(?:be|has|made|play|\(|form) (?:of )?<list>",
    r"rootless <chord> (?:be|has|made|play|\(|form|,) (?:of )?<list>",
    r"<list> (?:be|form|made) (?:a )?(?:left hand )?rootless (?:form )?(?:of |in |be )?<chord>",
    r"<chord> rootless (?:form )?(?:be|has|made|\() <list>",
    r"play <list> (?:be |as |of |in )?rootless (?:of )?<chord>",
)
def _rootless(said: Said) -> Judgement | None:
    chord, written = said["chord"].chord, said["list"]
    told = written.notes
    if chord is None or told is None or chord.root_fifths is None or not guides(chord) or len(told) < 3:
        return None
    root, held = chord.root_fifths, chord_notes(chord)
    dominant = chord.quality == "7"
    colours = {root + 2, root + 3, root - 1, *held} - {root}
    colours |= {root - 5, root + 9, root + 6, root - 4, root + 8} if dominant else set()
    colours |= {root + 6} if chord.quality == "maj7" else set()
    reason = (
        f"A rootless {chord.symbol} holds {' and '.join(map(name, guides(chord)))}, with fifth, "
        f"ninth or thirteenth, and no {name(root)}."
    )
    wrong = [at for at, note in enumerate(told) if not any(spelled_alike(note, one) for one in colours)]
    lacking = [note for note in guides(chord) if not any(spelled_alike(one, note) for one in told)]
    if not wrong and not lacking:
        return yes(reason)
    if len(wrong) == 1:
        usual = [
            note for note in (*guides(chord), root + 2, held[2] if len(held) > 2 else root + 1) if note not in told
        ]
        near = [note for note in usual if (note - told[wrong[0]]) % 7 == 0] or lacking
        return no(written.items[wrong[0]], name(near[0]) if len(near) == 1 else "", reason)
    return no(written, "", reason)


@claim(
    VOICINGS,
    "voicing",
    r"<list> (?:be|form) (?:stack of |stacked |perfect )?(?:quartal|fourths|stack of fourths|fourth)",
    r"(?:quartal|fourths|stack of fourths) (?:from|on|above|up from|from|start on) <note> (?:be|has|form|\(|,) <list>",
    r"(?:quartal) (?:voicing )?(?:made |on |from |of )*<note> (?:be|has|form|\(|,) <list>",
    r"(?:quartal) (?:voicing )?(?:be|made|,|has) <list>",
    r"<list> be (?:quartal)",
)
def _quartal(said: Said) -> Judgement | None:
    written = said["list"]
    told = written.notes
    if told is None or len(told) < 3:
        return None
    start = told[0]
    given = said.get("note")
    if given is not None and given.note != start:
        return None
    true = tuple(start - step for step in range(len(told)))
    reason = f"Fourths from {name(start)} are {' '.join(map(name, true))}."
    steps = [(pitch_class(high) - pitch_class(low)) % 12 for low, high in zip(told, told[1:], strict=False)]
    if (all(step in (5, 6) for step in steps) and steps.count(6) <= (0 if "perfect" in said.found[0] else 1)) or (
        steps[:-1] == [5] * (len(steps) - 1) and steps[-1] == 4 and len(steps) > 3
    ):
        return yes(reason)
    return _compared(written, told, true, reason)


@claim(
    VOICINGS,
    "voicing",
    r"guide (?:of|in) <chord:base> (?:, )?(?:be )?<list:start> (?:, )?(?:resolve|go|move) to "
    r"<list:goal> (?:of|in|on) <chord>",
    r"<note:one> (?:of|in) <chord:base> "
    r"(?:resolve|go|fall|falls|drop|drops|step|steps|rise|rises|move) (?:down |up )?(?:by "
    r")?(?:@i\d+ )?(?:down |up )?to <note:other> (?:of|in) <chord>",
    r"<degree> (?:of|in) <chord:base> (?:, )?(?:\( )?<note:one> (?:\) |, "
    r")?(?:resolve|go|fall|falls|drop|drops|step|steps|move) (?:down |up )?(?:by )?(?:@i\d+ "
    r")?(?:down |up )?to <note:other>(?: (?:, )?(?:be |as )?(?:of|in|<degree:goal_degree> of) <chord>)?",
)
def _leads(said: Said) -> Judgement | None:
    base = said["base"].chord
    if base is None:
        return None
    goal = said.get("chord")
    reached = goal.chord if goal is not None else None
    pairs = [(said.get("one"), base), (said.get("other"), reached)]
    start, finish = said.get("start"), said.get("goal")
    pairs += [(item, base) for item in (start.items if start else ())] + [
        (item, reached) for item in (finish.items if finish else ())
    ]
    for item, chord in pairs:
        if item is None or chord is None or item.note is None:
            continue
        if not any(spelled_alike(item.note, one) for one in chord_notes(chord)):
            near = [one for one in chord_notes(chord) if (one - item.note) % 7 == 0]
            return no(item, name(near[0]) if near else "", f"{chord.symbol} is {' '.join(chord.notes)}.")
    return yes("The notes are of their chords.")
