"""What is said to one server of the Gemini API, and how: models and servers differ in what they understand. Pure."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec
from msgspec import Struct

from partimento.core.model import Model
from partimento.core.ports import Call
from partimento.engines.gemini.contents import Signatures, choice_of, contents_of, functions_of, system_of
from partimento.wire.refusal import message_in

Form = Literal["schema", "tool", "words"]

ANSWER_TOOL = "give_answer"
"""The function whose arguments are the answer, where a schema cannot be asked for as such."""

_FORMS: tuple[Form, ...] = ("schema", "tool", "words")
_ABOUT_FORM = {
    "schema": re.compile(r"schema|json mode|mime|function calling"),
    "tool": re.compile(r"function|tool|schema"),
}
_BUDGETED = re.compile(r"gemini-[12]\b")
_BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192}
_LARGEST_BUDGET = 24576
_LEVELS = {"none": "MINIMAL", "minimal": "MINIMAL", "low": "LOW", "medium": "MEDIUM", "xhigh": "XHIGH"}
_MOST_STOPS = 5
_OPTIONAL = {  # what the API calls it in an objection, and how it is called here
    r"json mode|mime": "mime",
    r"developer instruction|system.?instruction": "system",
    r"penalt": "penalties",
    r"seed": "seed",
    r"temperature": "temperature",
    r"top_?p": "topP",
    r'unknown name \\?"id': "ids",
}


class Dialect(Struct, frozen=True):
    """How one server wants to be spoken to. `form`: how a schema is put, from the strictest way down; `thinking`:
    by level, by a budget of tokens (older models), or not at all."""

    form: Form = "schema"
    thinking: Literal["level", "budget", "nothing"] = "level"
    signatures: Signatures = "kept"
    left_out: frozenset[str] = frozenset()


def first_dialect(model: Model) -> Dialect:
    """What to try first. Models before the third generation think by budget."""
    return Dialect(thinking="budget" if _BUDGETED.search(model.upstream or model.id) else "level")


def form_of(call: Call, dialect: Dialect) -> Form | None:
    """How this call's schema is put in that dialect; None where it has none."""
    if call.schema is None:
        return None
    return "words" if dialect.form == "tool" and call.schema.get("type") != "object" else dialect.form


def simpler_dialect(dialect: Dialect, call: Call, status: int, body: bytes) -> Dialect | None:
    """What to try after this objection; None where it is not about how the call was put."""
    if status not in (400, 415, 422, 501):
        return None
    objection = message_in(body).lower()
    if re.search(r"thought.?signature", objection):
        missing = "missing" in objection and dialect.signatures == "kept"
        renewed: Signatures = "filled" if missing else "renewed"
        return None if dialect.signatures == renewed else msgspec.structs.replace(dialect, signatures=renewed)
    said = body_of(call, dialect)
    if "thinkingConfig" in said["generationConfig"] and "thinking" in objection:
        return msgspec.structs.replace(dialect, thinking="budget" if dialect.thinking == "level" else "nothing")
    form = form_of(call, dialect)
    if form in _ABOUT_FORM and _ABOUT_FORM[form].search(objection):
        return msgspec.structs.replace(dialect, form=_FORMS[_FORMS.index(form) + 1])
    for word, name in _OPTIONAL.items():
        if name not in dialect.left_out and re.search(word, objection):
            simpler = msgspec.structs.replace(dialect, left_out=dialect.left_out | {name})
            if body_of(call, simpler) != said:
                return simpler
    return None


def heeded(dialect: Dialect) -> Dialect:
    """The dialect for the next call: that one signature was not accepted says nothing of others."""
    return msgspec.structs.replace(dialect, signatures="filled") if dialect.signatures == "renewed" else dialect


def body_of(call: Call, dialect: Dialect) -> dict[str, Any]:
    """The JSON body of the call in that dialect."""
    form = form_of(call, dialect)
    system = system_of(call)
    if form == "words":
        told = msgspec.json.encode(call.schema).decode()
        system += f"\n\nAnswer with JSON that follows this JSON schema, and with nothing else:\n{told}"
    body: dict[str, Any] = {
        "contents": contents_of(call, dialect.signatures, named="ids" not in dialect.left_out),
        "generationConfig": _config(call, dialect, form),
    }
    if system := system.strip():
        above = {"parts": [{"text": system}]}
        if "system" in dialect.left_out or not body["contents"]:  # or the question is put as a system prompt
            body["contents"].insert(0, {"role": "user", **above})
        else:
            body["systemInstruction"] = above
    functions: list[dict[str, Any]] = []
    if call.conversation is not None and call.conversation.tools:
        functions = functions_of(call.conversation.tools)
        body["toolConfig"] = {"functionCallingConfig": choice_of(call.conversation)}
    if form == "tool":
        functions.append(
            {"name": ANSWER_TOOL, "description": "Give the answer, whole.", "parametersJsonSchema": call.schema}
        )
        body["toolConfig"] = {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": [ANSWER_TOOL]}}
    if functions:
        body["tools"] = [{"functionDeclarations": functions}]
    return body


def embedding_body(call: Call) -> dict[str, Any]:
    """The JSON body that asks for the vectors of all texts at once."""
    of_all: dict[str, Any] = {"model": resource_of(call.model)}
    if call.dimensions is not None:
        of_all["outputDimensionality"] = call.dimensions
    return {"requests": [{**of_all, "content": {"parts": [{"text": text}]}} for text in call.texts]}


def resource_of(model: Model) -> str:
    """The model's name as a path of the API has it."""
    name = model.upstream or model.id
    return name if "/" in name else f"models/{name}"


def _config(call: Call, dialect: Dialect, form: Form | None) -> dict[str, Any]:
    conversation = call.conversation
    config: dict[str, Any] = {"maxOutputTokens": call.max_tokens}
    if call.temperature is not None:
        config["temperature"] = min(call.temperature, 2.0)
    if call.seed is not None:
        config["seed"] = call.seed & 0x7FFF_FFFF  # the API's seeds have 32 bits
    if form in ("schema", "words") and "mime" not in dialect.left_out:
        config["responseMimeType"] = "application/json"
    if form == "schema":
        config["responseJsonSchema"] = call.schema
    if conversation is not None:
        told = {
            "topP": conversation.top_p,
            "stopSequences": list(conversation.stop[:_MOST_STOPS]) or None,
            "presencePenalty": conversation.presence_penalty,
            "frequencyPenalty": conversation.frequency_penalty,
            "thinkingConfig": _thinking(conversation.reasoning_effort, call.max_tokens, dialect),
        }
        config |= {name: value for name, value in told.items() if value is not None}
    left_out = dialect.left_out
    if "penalties" in left_out:
        left_out |= {"presencePenalty", "frequencyPenalty"}
    return {name: value for name, value in config.items() if name not in left_out}


def _thinking(effort: str, max_tokens: int, dialect: Dialect) -> dict[str, Any] | None:
    """Thoughts count towards max_tokens, so a budget takes half of them at most."""
    if not effort or dialect.thinking == "nothing":
        return None
    if dialect.thinking == "level":
        return {"thinkingLevel": _LEVELS.get(effort, "HIGH")}
    return {"thinkingBudget": min(_BUDGETS.get(effort, _LARGEST_BUDGET), max_tokens // 2)}
