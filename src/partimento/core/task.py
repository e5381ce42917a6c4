"""What can be made. Knows a task as a declaration (inputs, draft, checks, rules, output), and nothing of any one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Generic, Literal, ParamSpec, TypeVar

import msgspec
from msgspec import Struct

from partimento.core.conversation import Conversation
from partimento.core.errors import BadInput, UnknownName
from partimento.core.request import Options, Request

P = ParamSpec("P")
In = TypeVar("In", bound=Struct)
Drafted = TypeVar("Drafted")
Out = TypeVar("Out")

Hold = Literal["none", "sentence", "whole"]
ProseClaims = Literal["left", "checked", "strict"]
"""What is done with musical claims in the strings of an output: nothing; those that are not so are corrected, or the
draft refused; also, what cannot be proven is taken out."""
_TEXT = frozenset({"text"})


class Prompt(Struct, frozen=True):
    """What a model is asked: the standing instruction and the matter itself; or a conversation, whose last words
    `user` then repeats; or `texts`, whose vectors are wanted."""

    system: str
    user: str
    conversation: Conversation | None = None
    texts: tuple[str, ...] = ()
    dimensions: int | None = None


class Part(Struct, frozen=True, kw_only=True):
    """A piece of a whole, a request of its own: a task by its name, its fields, and who should make it.

    `tier` bounds the choice where the whole's request leaves it open ("premium": the ablest first); "": the cheapest
    that is able.
    """

    name: str
    task: str
    fields: dict[str, Any]
    tier: str = ""


class Parts(Struct, frozen=True, kw_only=True):
    """How a whole is made of parts: first an outline, then its details side by side, then both put together."""

    outline: Callable[[Any], Part]
    """inputs → the part that the others follow from."""
    details: Callable[[Any, Any], tuple[Part, ...]]
    """(inputs, the outline's value) → the other parts."""
    whole: Callable[[Any, Any, tuple[Any, ...]], Any]
    """(inputs, the outline's value, the details' values) → the draft of the whole."""
    pay: Callable[[Any], bool] = lambda _: False
    """Whether what is asked is so large that it is made in parts unless the options say otherwise."""


class Task(Struct, Generic[P, Out], frozen=True, kw_only=True, eq=False):
    """A declaration. Calling it with its inputs gives a Request; `pipeline` does the rest.

    A model (or the rules) writes a *draft*; the checks read it and yield one sentence per flaw; `finish` turns a sound
    draft into the output, told by which method it was made ("rules", or a model's id).
    """

    name: str
    summary: str
    version: int
    complexity: int
    inputs: Callable[P, Any]
    draft: Any
    output: type[Out]
    prompt: Callable[[Any], Prompt]
    finish: Callable[[Any, Any, str], Out]
    checks: tuple[Callable[[Any, Any], Iterable[str]], ...] = ()
    proofs: tuple[Callable[[Any, Any], Iterable[str]], ...] = ()
    """What the finished output must hold to; like the checks, one sentence per flaw."""
    rules: Callable[[Any, int], Any] | None = None
    """(inputs, seed) → draft; None where no rules can answer."""
    read: Callable[[Any], Any] = lambda inputs: inputs
    """inputs → the same in canonical spelling; raises BadInput for what cannot be made."""
    schema: Callable[[Any], dict[str, Any]] | None = None
    """inputs → JSON schema of the draft, tighter than its type (exact lengths, fixed key); None: from the type."""
    hold: Hold = "whole"
    ttl: timedelta | None = None
    """How long an answer may be served again; None: for ever."""
    folded: frozenset[str] = frozenset()
    """Inputs whose letter case does not matter."""
    bars: Callable[[Any], int] = lambda _: 0
    """How many bars are asked for; complexity grows with it."""
    words: Callable[[Any], str] = lambda _: ""
    """The free text that complexity is read from."""
    notes: Callable[[Any], Iterable[str]] = lambda _: ()
    """What the receipt should say of how the inputs were read."""
    exact: Callable[[Any], bool] = lambda _: False
    """Whether the rules' answer is the one right answer, so that no model is asked unless it is named."""
    needs: Callable[[Any], frozenset[str]] = lambda _: _TEXT
    """What a model must be capable of to be asked: words of the catalog's `capabilities`."""
    told: Callable[[Any], str] = lambda value: value if isinstance(value, str) else ""
    """The output as the text that streams; "" where nothing is shown in pieces."""
    local: bool = False
    """Whether what is asked may not leave the owner's machines."""
    claims: ProseClaims = "left"
    parts: Parts | None = None
    together: int = 1
    """How many requests of this task one call to a model may answer."""
    proves: bool = True
    """Whether drafts that pass the checks prove a model able; False where the checks look at the form alone."""

    def __call__(self, *args: P.args, **fields: P.kwargs) -> Request[Out]:
        return Request(task=self, inputs=self.read(self.inputs(*args, **fields)), options=Options())

    def ask(self, fields: Mapping[str, Any]) -> Request[Out]:
        """A request from untyped fields (a command line, a JSON body). Raises BadInput naming the field."""
        known: Any = self.inputs
        for name in fields:
            if name not in known.__struct_fields__:
                raise UnknownName(f"field of {self.name}", name, known.__struct_fields__)
        try:
            inputs = msgspec.convert(fields, known, strict=False)
        except msgspec.ValidationError as error:
            raise BadInput(
                f"cannot make {self.name} from these fields",
                why=str(error),
                mend=f"fields: {', '.join(known.__struct_fields__)}",
            ) from error
        return Request(task=self, inputs=self.read(inputs), options=Options())

    def __repr__(self) -> str:
        return f"<task {self.name} v{self.version}>"


def task(
    *,
    name: str,
    summary: str,
    version: int,
    complexity: int,
    inputs: Callable[P, In],
    draft: type[Drafted],
    output: type[Out],
    prompt: Callable[[In], Prompt],
    finish: Callable[[In, Drafted, str], Out],
    checks: tuple[Callable[[In, Drafted], Iterable[str]], ...] = (),
    proofs: tuple[Callable[[In, Out], Iterable[str]], ...] = (),
    rules: Callable[[In, int], Any] | None = None,
    read: Callable[[In], In] = lambda inputs: inputs,
    schema: Callable[[In], dict[str, Any]] | None = None,
    hold: Hold = "whole",
    ttl: timedelta | None = None,
    folded: frozenset[str] = frozenset(),
    bars: Callable[[In], int] = lambda _: 0,
    words: Callable[[In], str] = lambda _: "",
    notes: Callable[[In], Iterable[str]] = lambda _: (),
    exact: Callable[[In], bool] = lambda _: False,
    needs: Callable[[In], frozenset[str]] = lambda _: _TEXT,
    told: Callable[[Out], str] = lambda value: value if isinstance(value, str) else "",
    local: bool = False,
    claims: ProseClaims = "left",
    parts: Parts | None = None,
    together: int = 1,
    proves: bool = True,
) -> Task[P, Out]:
    """Declare a task; the type checker proves here that inputs, draft, checks and output fit each other."""
    return Task(
        name=name, summary=summary, version=version, complexity=complexity, inputs=inputs, draft=draft, output=output,
        prompt=prompt, finish=finish, checks=checks, proofs=proofs, rules=rules, read=read, schema=schema,
        hold=hold, ttl=ttl, folded=folded, bars=bars, words=words, notes=notes, exact=exact,
        needs=needs, told=told, local=local, claims=claims, parts=parts, together=together, proves=proves,
    )  # fmt: skip
