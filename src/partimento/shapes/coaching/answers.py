"""What the coach answers with no model at hand: plain sentences from the concepts, the theory engine and the learner's
own figures. Knows how each kind of message is answered; leaves reading it to `intent`, what to do next to `plan`.

Every sentence is chosen so that the claim check has nothing against it: what it cannot prove is not said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any, Final

import msgspec

from partimento.decoding.language import language_of
from partimento.music.chord import Chord
from partimento.music.key import Key
from partimento.music.lessons.phrases import listed
from partimento.music.lessons.told import name_of
from partimento.music.teaching.concept import Concept
from partimento.music.teaching.concepts import concept, concepts_in
from partimento.music.teaching.facts import facts
from partimento.music.teaching.keys import home_key, key_words, keys_for
from partimento.shapes.coaching.asked import CoachingInputs
from partimento.shapes.coaching.help import help_with
from partimento.shapes.coaching.intent import DECLINED, Said, declined, said
from partimento.shapes.coaching.plan import Step, genre_of, key_for, steps_for, tempo_for, weakest
from partimento.shapes.coaching.proven import HANDS, MOST, REASONS, chord_facts, claimed, grips, sayable, telling
from partimento.shapes.learner_context import LearnerContext
from partimento.shapes.wording import wording

_MOST_FACTS: Final = 3
_NAME: Final = re.compile(r"[^\W\d_][\w'’.-]{0,24}(?: [^\W\d_][\w'’.-]{0,24}){0,2}")
_TEXTS: Final = ("goals", "recent_results", "due_reviews", "struggles")
_FAR: Final = 2
"""So many levels above the learner's, a matter is a taste."""


def answer(inputs: CoachingInputs, seed: int) -> str:
    """The reply by rules, the same for the same seed."""
    read = said(inputs.message)
    return _Answer(inputs, read, Random(f"{seed} {inputs.message}")).text()


class _Answer:
    """One reply in the making."""

    def __init__(self, inputs: CoachingInputs, read: Said, rng: Random) -> None:
        self.context, self.message, self.read, self.rng = _tidied(inputs.context), inputs.message, read, rng
        self.phrases = wording("coaching").phrases
        self.foreign = language_of(inputs.message) not in ("", "en")

    def text(self) -> str:
        sentences = [self.say("english")] if self.foreign else []
        sentences += _BY_INTENT.get(self.read.intent, _Answer.matter)(self)
        told = ""
        for sentence in dict.fromkeys(filter(None, sentences)):  # each is read with those before it
            longer = f"{told} {sentence}".strip()
            told = longer if sayable(longer) else told
        return told or sentences[0]

    def say(self, name: str, **fields: Any) -> str:
        """One wording by chance, of those that the claim check has nothing against where there are any."""
        ways = list(self.phrases.every(name, **fields))
        self.rng.shuffle(ways)
        return next(filter(sayable, ways), ways[0])

    # ---- each kind of message ----------------------------------------------------------------------------------

    def declined(self) -> list[str]:
        step = self.steps()[0]
        ways = (self.instruction(step.concept, step.title), self.instruction(None, step.title))
        back = [self.say("back", step=way) for way in ways]
        return [self.say(self.read.intent), next(filter(sayable, back), back[-1])]

    def self_told(self) -> list[str]:
        return [self.say("self"), self.say("ask_so")]

    def pain(self) -> list[str]:
        return [self.say("pain")]

    def greeting(self) -> list[str]:
        return [self.say("greeting", who=self.who), *self.due(), *self.one_step()]

    def thanks(self) -> list[str]:
        return [self.say("thanks", who=self.who), *self.due()]

    def bye(self) -> list[str]:
        return [self.say("bye", who=self.who), *self.due()]

    def stuck(self) -> list[str]:
        if self.read.concept is None and (helped := self.helped()):
            return [self.say("stuck", who=self.who), *helped]
        title = self.read.concept.title if self.read.concept else self.context.working_on or self.hardest()
        ways = [self.say("smaller", what=what) for what in (*([name_of(title)] if title else []), "the passage")]
        told = [self.say("stuck", who=self.who), next(filter(sayable, ways), ways[-1])]
        if self.read.concept is not None:
            told += [*self.before(self.read.concept), *self.mistake(self.read.concept)]
        return [*told, self.say("too_fast")]

    def helped(self) -> list[str]:
        """What helps with a trouble that the message names ("my left hand is too slow")."""
        found = [one for one in help_with(self.message, self.level, self.genre, self.rng) if sayable(one)]
        return [self.say("help"), *found] if found else []

    def progress(self) -> list[str]:
        told = []
        if self.context.recent_performance:
            shares = [f"{name_of(name)} {_percent(share)}" for name, share in self.context.recent_performance.items()]
            told.append(self.say("shares", what=", ".join(shares[:MOST])))
            told.append(self.say("aim"))
        elif not self.context.recent_results:
            told.append(self.say("no_results"))
        if self.context.recent_results:
            results = "; ".join(one.rstrip(".") for one in self.context.recent_results[:3])
            told.append(self.say("results", what=results))
        due = self.context.due_reviews
        told.append(self.say("due", what=", ".join(map(name_of, due[:4]))) if due else self.say("nothing_due"))
        return [*told, *self.one_step()]

    def next(self) -> list[str]:
        minutes = self.read.minutes
        told = [self.say("next", time=f" for {minutes} minutes" if minutes else "")]
        for place, step in enumerate(self.steps(minutes)):
            told += self.told(step, first=place == 0)
        if self.context.goals:
            told.append(self.say("goal", goal=self.context.goals[0].rstrip(".")))
        if not self.context.recent_performance and not self.context.recent_results:
            told.append(self.say("no_data", level=self.context.level))
        return told

    def chords(self) -> list[str]:
        if judged := self.judged():
            return [*judged, *self.due()]
        told = [fact for fact in chord_facts(self.read) if sayable(fact)]
        grasped = self.say("grips", what=grips(self.read.chords))
        return [*told, *([grasped] if sayable(grasped) else []), self.say("lead"), *self.due()]

    def judged(self) -> list[str]:
        """What the message itself claims or asks whether it is so, as the theory engine finds it."""
        found = claimed(self.message)
        return [self.say("so" if one.holds else "not_so", what=_numeral_first(one.reason)) for one in found]

    def compare(self) -> list[str]:
        notes = [f"The notes of {one} are {listed(Chord.parse(one).notes)}." for one in dict.fromkeys(self.read.chords)]
        if len(notes) < 2:
            pair = concepts_in(self.message)[:2]
            told = [fact for one in pair for fact in self.facts(one)[:2]] if len(pair) > 1 else []
            return [*told, self.say("compare")] if told else self.matter()
        return [*notes[:4], self.say("compare"), *self.due()]

    def lost(self) -> list[str]:
        if helped := self.helped():
            return [*helped, *self.due()]
        return [self.say("lost"), self.say("ask_so"), *self.due()]

    def matter(self) -> list[str]:
        """How, why and what: a matter of theory or practice, or a chord."""
        about = self.read.concept
        judged = self.judged()
        chords = [fact for fact in (*judged, *chord_facts(self.read)) if fact in judged or sayable(fact)]
        if about is None:
            return [*chords, *self.due()] if chords else self.lost()
        intent, key = self.read.intent, self.key_of(about)
        summary = [one for one in _sentences(about.summary) if sayable(one)]
        proven = self.facts(about)
        if intent == "how":
            opening = [self.say("how", title=name_of(about.title), key=f" in {key_words(key)}")]
            return [
                *judged,
                *opening,
                *telling(proven, HANDS, 2),
                *self.before(about),
                *self.practice(about, key),
                *self.mistake(about),
                *self.due(),
            ]
        opening = [self.say("why")] if intent == "why" else []
        points = [one for point in about.points[:1] for one in _sentences(point) if sayable(one)]
        body = [
            *chords,
            *summary[:2],
            *(points[:1] if intent == "why" else []),
            *(telling(proven, REASONS, 3) if intent == "why" else proven[:_MOST_FACTS]),
        ]
        if intent != "why":
            opening = [f"{about.title}." if summary else self.say("concept", title=name_of(about.title))]
        return [*opening, *body, *self.before(about), self.instruct(about, key), *self.due()]

    # ---- parts -------------------------------------------------------------------------------------------------

    @property
    def who(self) -> str:
        return f", {self.context.name}" if self.context.name else ""

    @property
    def level(self) -> int:
        return self.context.level

    @property
    def genre(self) -> str:
        return genre_of(self.context)

    def steps(self, minutes: int = 0) -> tuple[Step, ...]:
        return steps_for(self.context, minutes)

    def key_of(self, about: Concept) -> Key:
        return home_key(about, key_for(about, self.read.key, self.context))

    def facts(self, about: Concept) -> list[str]:
        """What is proven of a concept in the key that is spoken of."""
        seed = self.rng.randrange(99)
        found = facts(about, self.key_of(about), level=self.level, genre=self.genre, seed=seed)
        return [fact for fact in found if sayable(fact)]

    def hardest(self) -> str:
        weak = weakest(self.context)
        return self.context.struggles[0] if self.context.struggles else weak[0] if weak else ""

    def due(self) -> list[str]:
        titles = [
            one for one in self.context.due_reviews if self.read.concept is None or one != self.read.concept.title
        ]
        return [self.say("review_due", what=name_of(titles[0]))] if titles else []

    def one_step(self) -> list[str]:
        """The one thing to take now that is no review."""
        step = next((one for one in self.steps() if one.kind != "review"), None)
        if step is None:
            return []
        told = self.say("now", what=name_of(step.title))
        return [told, _capital(self.instruction(step.concept, step.title))]

    def told(self, step: Step, *, first: bool) -> list[str]:
        minutes = f" for {step.minutes} minutes" if step.minutes else ""
        share = "" if step.share is None else str(round(100 * step.share))
        opening = f"first_{step.kind}"
        name = opening if first and opening in self.phrases else step.kind
        sentence = self.say(name, what=name_of(step.title), minutes=minutes, share=share)
        if step.kind in ("review", "keep"):
            return [sentence]
        return [sentence, _capital(self.instruction(step.concept, step.title))]

    def before(self, about: Concept) -> list[str]:
        """What must be there first, and whether the matter is far above the learner; a struggle is told as one."""
        told = []
        if about.title in self.context.struggles or about.id in self.context.struggles:
            told.append(self.say("struggling"))
        if about.level > self.level + _FAR:
            told.append(self.say("above", level=about.level))
            needs = [name_of(concept(one).title) for one in about.needs[:2]]
            told += [self.say("needs", what=listed(needs))] if needs else []
        return told

    def mistake(self, about: Concept) -> list[str]:
        ways = [told for one in about.mistakes if sayable(told := self.say("beware", what=name_of(one)))]
        return [self.rng.choice(ways)] if ways else []

    def practice(self, about: Concept, key: Key) -> list[str]:
        """Its first steps, each with what shows that it worked; then other keys."""
        steps = [one.split(" — ")[0].rstrip(".") + "." for one in about.practice[:2]]
        told = [one for one in steps if sayable(one)] or [_capital(self.instruction(about, about.title))]
        told.append(self.instruct(about, key))
        others = [key_words(one) for one in keys_for(self.level, self.genre, about.mode) if one != key][:2]
        return [*told, self.say("try_keys", keys=listed(others))] if others else told

    def instruct(self, about: Concept, key: Key) -> str:
        where = f" on {Key.parse(key.symbol).symbol.removesuffix('m')}" if about.scale else f" in {key_words(key)}"
        return self.say("try_it", key=where, tempo=tempo_for(self.context))

    def instruction(self, about: Concept | None, title: str) -> str:
        """How to practise it, in one sentence: its own first step, or what its subject is practised by."""
        if about is not None and about.practice and sayable(first := about.practice[0].split(" — ")[0]):
            return name_of(first.rstrip(".")) + "."
        ways = wording("coaching").tables["practice"]
        subject = about.subject if about is not None else title.lower() if title.lower() in ways else "technique"
        return f"{name_of(self.rng.choice(ways[subject]))}."


_BY_INTENT: Final[dict[str, Callable[[_Answer], list[str]]]] = {
    **dict.fromkeys(DECLINED, _Answer.declined),
    "self": _Answer.self_told, "pain": _Answer.pain, "greeting": _Answer.greeting, "thanks": _Answer.thanks,
    "bye": _Answer.bye, "stuck": _Answer.stuck, "progress": _Answer.progress, "next": _Answer.next,
    "chords": _Answer.chords, "compare": _Answer.compare, "lost": _Answer.lost,
}  # fmt: skip


def _tidied(context: LearnerContext) -> LearnerContext:
    """The same without words that are no name, goal or title but want something else of the coach."""
    name = context.name if _NAME.fullmatch(context.name) and declined(context.name) is None else ""
    lists = {one: tuple(text for text in getattr(context, one) if declined(text) is None) for one in _TEXTS}
    shares = {text: share for text, share in context.recent_performance.items() if declined(text) is None}
    working = context.working_on if declined(context.working_on) is None else ""
    return msgspec.structs.replace(context, name=name, recent_performance=shares, working_on=working, **lists)


def _sentences(text: str) -> list[str]:
    return [one.strip() for one in text.replace(". ", ".\n").splitlines() if one.strip()]


def _numeral_first(reason: str) -> str:
    """ "V7 of Bb is F7." within a sentence."""
    return f"the {reason}" if reason[0] in "iIvVb#" and " of " in reason else reason


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
