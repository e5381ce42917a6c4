"""A book made of an outline and chapters, a card that shares calls with others, and the house they are made in."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from partimento.core.model import Model
from partimento.core.ports import Call, Ports
from partimento.core.request import Request
from partimento.core.settings import Settings
from partimento.core.task import Part, Parts, Prompt, Task, task
from partimento.core.usage import Usage
from partimento.engines.rules import RulesEngine
from partimento.engines.scripted import Line, Script, ScriptedEngine
from partimento.pipeline.run import make
from partimento.pipeline.together import make_together
from partimento.testing.clock import FrozenClock
from partimento.testing.memory_store import MemoryStore
from partimento.testing.store_suite import NOON
from verse import CLOUD, RULES, SMALL

Answer = Callable[[Call], Line]


class OutlineInputs(Struct, frozen=True, kw_only=True):
    about: str
    chapters: int = 3


class Outline(Struct, frozen=True):
    titles: tuple[str, ...]


class ChapterInputs(Struct, frozen=True, kw_only=True):
    title: str
    tone: str = ""


class Chapter(Struct, frozen=True):
    text: str


class BookInputs(Struct, frozen=True, kw_only=True):
    about: str
    chapters: int = 3
    tone: str = ""
    last_tone: str = ""


class Book(Struct, frozen=True):
    titles: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    generation_method: str = ""


def _as_many(inputs: Any, draft: Any) -> list[str]:
    told = len(draft.titles)
    return [] if told == inputs.chapters else [f"it has {told} titles; {inputs.chapters} were asked for"]


def _details(inputs: BookInputs, outline: Outline) -> tuple[Part, ...]:
    tones = [inputs.tone] * (len(outline.titles) - 1) + [inputs.last_tone or inputs.tone]
    return tuple(
        Part(name=f"chapter {number}", task="chapter", fields={"title": title, "tone": tone})
        for number, (title, tone) in enumerate(zip(outline.titles, tones, strict=True), 1)
    )


def _whole(inputs: BookInputs, outline: Outline, details: tuple[Chapter, ...]) -> Book:
    return Book(outline.titles, details)


OUTLINE = task(
    name="outline", summary="", version=1, complexity=4, inputs=OutlineInputs, draft=Outline, output=Outline,
    prompt=lambda inputs: Prompt("You plan books.", f"{inputs.chapters} chapters about {inputs.about}"),
    finish=lambda inputs, draft, method: draft, checks=(_as_many,),
)  # fmt: skip
CHAPTER = task(
    name="chapter", summary="", version=1, complexity=3, inputs=ChapterInputs, draft=Chapter, output=Chapter,
    prompt=lambda inputs: Prompt("You write chapters.", f"{inputs.title} {inputs.tone}".strip()),
    finish=lambda inputs, draft, method: draft,
    checks=(lambda inputs, draft: [] if draft.text else ["it is empty"],),
)  # fmt: skip
PARTS = Parts(
    outline=lambda inputs: Part(
        name="outline", task="outline", fields={"about": inputs.about, "chapters": inputs.chapters}, tier="premium"
    ),
    details=_details,
    whole=_whole,
    pay=lambda inputs: inputs.chapters > 2,
)


def book(*, parts: Parts | None = PARTS, **more: Any) -> Task[..., Book]:
    return task(
        name="book", summary="", version=1, complexity=4, inputs=BookInputs, draft=Book, output=Book,
        prompt=lambda inputs: Prompt("You write books.", f"A book of {inputs.chapters} about {inputs.about}"),
        finish=lambda inputs, draft, method: msgspec.structs.replace(draft, generation_method=method),
        checks=(_as_many,), parts=parts, **more,
    )  # fmt: skip


BOOK = book()


def ruled() -> tuple[Task[..., Any], ...]:
    """The book and its parts with rules for each."""

    def by_rule(inputs: Any, seed: int) -> Book:
        return Book(tuple(f"rule {n}" for n in range(inputs.chapters)), (Chapter("By rule."),))

    outline = msgspec.structs.replace(OUTLINE, rules=lambda inputs, seed: msgspec.convert(
        {"titles": [f"{inputs.about} {n}" for n in range(inputs.chapters)]}, OUTLINE.output))  # fmt: skip
    chapter = msgspec.structs.replace(CHAPTER, rules=lambda inputs, seed: Chapter(f"By rule, {inputs.title}."))
    return book(rules=by_rule), outline, chapter


def written(call: Call) -> Script:
    """What a good writer answers, whatever is asked."""
    inputs = call.request.inputs
    if call.request.task.name == "outline":
        value: Any = Outline(tuple(f"{inputs.about} {number}" for number in range(1, inputs.chapters + 1)))
    elif call.request.task.name == "chapter":
        value = Chapter(f"All of {inputs.title}, {inputs.tone or 'plainly'}.")
    else:
        titles = tuple(f"{inputs.about} {number}" for number in range(1, inputs.chapters + 1))
        value = Book(titles, tuple(Chapter(f"In one piece: {title}.") for title in titles))
    return Script(pieces=(msgspec.json.encode(value).decode(),), usage=Usage(1000, 500))


# ---- cards, several in one call --------------------------------------------------------------------------------


class CardInputs(Struct, frozen=True, kw_only=True):
    word: str
    deck: str = "plain"


class Card(Struct, frozen=True):
    meaning: str


def card(**more: Any) -> Task[..., Any]:
    declared = task(
        name="card", summary="", version=1, complexity=3, inputs=CardInputs, draft=Card, output=Card, together=4,
        prompt=lambda inputs: Prompt(f"You write {inputs.deck} cards.", f"What is {inputs.word}?"),
        finish=lambda inputs, draft, method: draft,
        checks=(lambda inputs, draft: [] if inputs.word in draft.meaning else [f"it is not about {inputs.word}"],),
    )  # fmt: skip
    return msgspec.structs.replace(declared, **more)


CARD = card()


def words(call: Call) -> list[str]:
    """What a call asks for, in the order of its questions."""
    return re.findall(r"What is (.+?)\?", call.user)


def explained(call: Call, **instead: Any) -> Script:
    """What a good writer answers; `instead` (answer_2=…) are other answers, None for none."""
    meanings = [{"meaning": f"{word} is {word}"} for word in words(call)]
    value: Any = meanings[0]
    if len(meanings) > 1:
        value = {f"answer_{number}": one for number, one in enumerate(meanings, 1)} | instead
        value = {name: one for name, one in value.items() if one is not None}
    return Script(pieces=(msgspec.json.encode(value).decode(),), usage=Usage(1001, 502))


class FixedCatalog:
    def __init__(self, models: Sequence[Model]) -> None:
        self._models = models

    def models(self) -> Sequence[Model]:
        return self._models

    def reference(self, complexity: int, day: date) -> Model | None:
        return CLOUD


class House:
    """The pipeline's surroundings in one test. `answer` is asked at each call; `name` begins the ids it gives."""

    def __init__(
        self,
        answer: Answer = written,
        *,
        models: Sequence[Model] = (CLOUD, SMALL, RULES),
        tasks: Sequence[Task[..., Any]] = (BOOK, OUTLINE, CHAPTER, CARD),
        store: Any = None,
        name: str = "id",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        **settings: Any,
    ) -> None:
        self.store: Any = MemoryStore() if store is None else store
        self.engine = ScriptedEngine(self._lines(answer), sleep=sleep)
        self.clock = FrozenClock(NOON)
        ids = itertools.count()
        by_name = {one.name: one for one in tasks}
        self.ports = Ports(
            engines={"rules": RulesEngine(), "scripted": self.engine},
            memory=self.store,
            ledger=self.store,
            catalog=FixedCatalog(models),
            clock=self.clock,
            settings=Settings(**settings),
            new_id=lambda: f"{name}-{next(ids)}",
            new_seed=lambda: 7,
            in_flight={},
            task_named=by_name.__getitem__,
        )

    def _lines(self, answer: Answer) -> Iterator[Line]:
        while True:
            yield answer(self.engine.calls[-1])

    def make_together(self, *requests: Any) -> Any:
        return asyncio.run(make_together(requests, self.ports))

    async def make(self, request: Request[Any]) -> Any:
        return await make(request, self.ports)

    @property
    def asked(self) -> list[str]:
        """What the models were asked, with who was: "cumulus: 3 chapters about rain"."""
        return [f"{call.model.id}: {call.user}" for call in self.engine.calls]

    @property
    def rows(self) -> Any:
        return self.store.rows()

    @property
    def booked(self) -> int:
        """What the ledger's rows sum to, in pico-dollars."""
        return sum(row.cost_pico for row in self.rows)

    @property
    def spent(self) -> int:
        """What counts against caps, in pico-dollars."""
        return max((total.spent for total in self.store.totals.values()), default=0)

    @property
    def reserved(self) -> int:
        """What is still put aside, in pico-dollars."""
        return sum(total.reserved for total in self.store.totals.values())
