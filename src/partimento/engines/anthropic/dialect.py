"""What is said to one server of the Messages API, and how: models and servers differ in what they understand. Pure."""

from __future__ import annotations

import re
from typing import Any, Literal

import msgspec
from msgspec import Struct

from partimento.core.conversation import Conversation
from partimento.core.ports import Call
from partimento.engines.anthropic.messages import choice_of, system_of, tools_of, turns_of
from partimento.engines.anthropic.schema import is_expressible, plain
from partimento.wire.refusal import message_in

Form = Literal["schema", "tool", "words"]

ANSWER_TOOL = "give_answer"
"""The tool whose input is the answer, where a schema cannot be asked for as such."""

_FORMS: tuple[Form, ...] = ("schema", "tool", "words")
_ABOUT_FORM = {
    "schema": ("output_config", "output_format", "output format", "structured output", "schema", "grammar"),
    "tool": ("tool_choice", "tool", "schema"),
}
_ABOUT_THINKING = ("thinking", "effort", "adaptive", "budget_tokens")
_EFFORTS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "xhigh", "max": "max"}
_BUDGETS = {"minimal": 1024, "low": 1024, "medium": 4096}
_LARGEST_BUDGET, _SMALLEST_BUDGET = 16384, 1024
_OPTIONAL = ("temperature", "top_p", "cache_control", "strict", "disable_parallel_tool_use")


class Dialect(Struct, frozen=True):
    """How one server wants to be spoken to. `form`: how a schema is put, from the strictest way down; `thinking`:
    whether effort is named, budgeted in tokens (older models), or not spoken of."""

    form: Form = "schema"
    thinking: Literal["effort", "budget", "nothing"] = "effort"
    left_out: frozenset[str] = frozenset()


def form_of(call: Call, dialect: Dialect) -> Form | None:
    """How this call's schema is put in that dialect; None where it has none."""
    if call.schema is None:
        return None
    if dialect.form == "schema" and is_expressible(call.schema):
        return "schema"
    return "tool" if dialect.form != "words" and call.schema.get("type") == "object" else "words"


def simpler_dialect(dialect: Dialect, call: Call, status: int, body: bytes) -> Dialect | None:
    """What to try after this objection; None where it is not about how the call was put."""
    if status not in (400, 415, 422, 501):
        return None
    objection = message_in(body).lower()
    said = body_of(call, dialect)
    if _effort_of(said) and any(word in objection for word in _ABOUT_THINKING):
        return msgspec.structs.replace(dialect, thinking="budget" if dialect.thinking == "effort" else "nothing")
    form = form_of(call, dialect)
    if form in _ABOUT_FORM and any(word in objection for word in _ABOUT_FORM[form]):
        return msgspec.structs.replace(dialect, form=_FORMS[_FORMS.index(form) + 1])
    for name in _OPTIONAL:
        if name not in dialect.left_out and re.search(rf"\b{name}\b", objection):
            simpler = msgspec.structs.replace(dialect, left_out=dialect.left_out | {name})
            if name == "cache_control" or body_of(call, simpler) != said:
                return simpler
    return None


def body_of(call: Call, dialect: Dialect, *, marked: bool = False) -> dict[str, Any]:
    """The JSON body of the call in that dialect. `marked`: its standing prefix is to be kept in the vendor's cache."""
    form = form_of(call, dialect)
    system = system_of(call)
    if form == "words":
        told = msgspec.json.encode(call.schema).decode()
        system += f"\n\nAnswer with JSON that follows this JSON schema, and with nothing else:\n{told}"
    body: dict[str, Any] = {
        "model": call.model.upstream or call.model.id,
        "max_tokens": call.max_tokens,
        "messages": turns_of(call),
    }
    if not body["messages"]:  # a question put as a system prompt
        body["messages"] = [{"role": "user", "content": system.strip()}]
    elif system.strip():
        body["system"] = system.strip()
    if call.stream:
        body["stream"] = True
    if call.conversation is not None:
        _add_conversation(body, call.conversation, dialect)
    if form == "tool":
        tool = {"name": ANSWER_TOOL, "description": "Give the answer, whole.", "input_schema": call.schema}
        body["tools"] = [*body.get("tools", ()), tool]
        body["tool_choice"] = _one({"type": "tool", "name": ANSWER_TOOL}, dialect)
    elif form == "schema":
        body["output_config"] = {"format": {"type": "json_schema", "schema": plain(call.schema)}}
    _add_thinking(body, call, dialect)
    _add_sampling(body, call, dialect)
    if marked and "cache_control" not in dialect.left_out:
        _mark(body)
    return body


def prefix_of(body: dict[str, Any]) -> bytes:
    """What stays the same from call to call: the tools and the system prompt, as the vendor's cache has them."""
    return msgspec.json.encode([body["model"], body.get("tools"), body.get("system")])


def _add_conversation(body: dict[str, Any], conversation: Conversation, dialect: Dialect) -> None:
    if tools := tools_of(conversation, strictly="strict" not in dialect.left_out):
        body["tools"] = tools
        choice = choice_of(conversation)
        alone = not conversation.parallel_tool_calls and choice["type"] != "none"
        body["tool_choice"] = _one(choice, dialect) if alone else choice
    if stop := [word for word in conversation.stop if word.strip()]:  # blank ones are refused
        body["stop_sequences"] = stop


def _one(choice: dict[str, Any], dialect: Dialect) -> dict[str, Any]:
    """The same choice, of one call at most."""
    return choice if "disable_parallel_tool_use" in dialect.left_out else {**choice, "disable_parallel_tool_use": True}


def _add_thinking(body: dict[str, Any], call: Call, dialect: Dialect) -> None:
    """A model that is forced to a tool may not think first."""
    effort = call.conversation.reasoning_effort if call.conversation else ""
    forced = body.get("tool_choice", {}).get("type") in ("any", "tool")
    if not effort or forced or dialect.thinking == "nothing":
        return
    if effort == "none":
        body["thinking"] = {"type": "disabled"}
    elif dialect.thinking == "effort":
        body["thinking"] = {"type": "adaptive"}
        body["output_config"] = {**body.get("output_config", {}), "effort": _EFFORTS.get(effort, "high")}
    else:
        budget = min(_BUDGETS.get(effort, _LARGEST_BUDGET), call.max_tokens // 2)
        # after tool results a model that thinks with a budget wants its earlier thoughts back, which nobody keeps
        if budget >= _SMALLEST_BUDGET and not _is_after_tools(body):
            body["thinking"] = {"type": "enabled", "budget_tokens": budget}


def _is_after_tools(body: dict[str, Any]) -> bool:
    content = body["messages"][-1]["content"] if body["messages"] else ""
    return isinstance(content, list) and any(block["type"] == "tool_result" for block in content)


def _add_sampling(body: dict[str, Any], call: Call, dialect: Dialect) -> None:
    """Thinking goes with no sampling of one's own, and of temperature and top_p newer models take one at most."""
    if body.get("thinking", {}).get("type") in ("adaptive", "enabled"):
        return
    if call.temperature is not None and "temperature" not in dialect.left_out:
        body["temperature"] = min(call.temperature, 1.0)
    elif call.conversation and call.conversation.top_p is not None and "top_p" not in dialect.left_out:
        body["top_p"] = call.conversation.top_p


def _mark(body: dict[str, Any]) -> None:
    mark = {"type": "ephemeral"}
    if "system" in body:
        body["system"] = [{"type": "text", "text": body["system"], "cache_control": mark}]
    elif body.get("tools"):
        body["tools"][-1] = {**body["tools"][-1], "cache_control": mark}


def _effort_of(body: dict[str, Any]) -> bool:
    return "thinking" in body or "effort" in body.get("output_config", {})
