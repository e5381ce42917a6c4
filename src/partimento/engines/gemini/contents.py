"""A conversation as the Gemini API spells it: contents, parts, functions. Pure; knows nothing of models.

Its models sign their tool calls, and newer ones want the signature back; a conversation has no room for it but in the
id of the call, so that is where it travels: `id--signed--signature`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from partimento.core.conversation import Conversation, Image, Message, Part, Text, Tool
from partimento.core.ports import Call
from partimento.decoding.media import arguments_of, data_url, picture_type

Signatures = Literal["kept", "filled", "renewed"]
"""kept: those that are known; filled: UNSIGNED where none is; renewed: UNSIGNED in place of any."""

UNSIGNED = "skip_thought_signature_validator"
"""What the vendor takes for a signature of calls that another model made, or whose signature is lost."""

_MARK = "--signed--"
_TO_URL, _FROM_URL = str.maketrans("+/", "-_"), str.maketrans("-_", "+/")
_NO_ID = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST_ID = 64


def signed_id(name: str, signature: str | None) -> str:
    """The id of a call, with its signature (base64) where there is one, in letters that every API takes."""
    return f"{name}{_MARK}{signature.translate(_TO_URL).rstrip('=')}" if signature else name


def read_id(name: str) -> tuple[str, str]:
    """The id as the API knows it, and the signature it carries ("" for none)."""
    plain, mark, tail = name.partition(_MARK)
    signature = tail.translate(_FROM_URL) + "=" * (-len(tail) % 4) if mark else ""
    return _NO_ID.sub("_", plain)[:_LONGEST_ID], signature


def system_of(call: Call) -> str:
    """All that stands above the conversation, in its order: the API has one place for it."""
    said = [call.system]
    if call.conversation is not None:
        said += [message.text for message in call.conversation.messages if message.role == "system"]
    return "\n\n".join(part for part in (text.strip() for text in said) if part)


def contents_of(call: Call, signatures: Signatures, *, named: bool) -> list[dict[str, Any]]:
    """The turns; the results of tools that were called at once stand in one. `named`: calls carry their ids."""
    if call.conversation is None:
        return [{"role": "user", "parts": [{"text": call.user}]}]
    contents: list[dict[str, Any]] = []
    tools_of_ids: dict[str, str] = {}
    answering = False
    for message in call.conversation.messages:
        if message.role == "system":
            continue
        if message.role == "tool":
            parts = _result(message, tools_of_ids, named=named)
            if answering:
                contents[-1]["parts"] += parts
                continue
        else:
            tools_of_ids |= {used.id: used.name for used in message.tool_calls}
            parts = [_part(part) for part in message.parts if not (isinstance(part, Text) and not part.text)]
            parts += _calls(message, signatures, named=named)
        if parts:
            contents.append({"role": "model" if message.role == "assistant" else "user", "parts": parts})
            answering = message.role == "tool"
    return contents


def functions_of(tools: tuple[Tool, ...]) -> list[dict[str, Any]]:
    """The tools as declarations of functions."""
    return [
        {"name": tool.name}
        | ({"description": tool.description} if tool.description else {})
        | ({"parametersJsonSchema": tool.parameters} if tool.parameters.get("properties") else {})
        for tool in tools
    ]


def choice_of(conversation: Conversation) -> dict[str, Any]:
    """Which function is to be called."""
    wanted = conversation.tool_choice
    modes = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
    return {"mode": modes[wanted]} if wanted in modes else {"mode": "ANY", "allowedFunctionNames": [wanted]}


def _calls(message: Message, signatures: Signatures, *, named: bool) -> list[dict[str, Any]]:
    """Of calls made at once only the first is signed."""
    parts: list[dict[str, Any]] = []
    for used in message.tool_calls:
        name, signature = read_id(used.id)
        function = {"name": used.name, "args": arguments_of(used.arguments)} | ({"id": name} if named else {})
        if signatures == "renewed" or (signatures == "filled" and not signature):
            signature = "" if parts else UNSIGNED
        parts.append({"functionCall": function} | ({"thoughtSignature": signature} if signature else {}))
    return parts


def _result(message: Message, tools_of_ids: Mapping[str, str], *, named: bool) -> list[dict[str, Any]]:
    """What a tool gave; pictures and sound beside it, since the result itself is JSON."""
    name = tools_of_ids.get(message.tool_call_id) or message.name or message.tool_call_id
    found = arguments_of(message.text)
    result = {"name": name, "response": {"output": message.text} if list(found) == ["arguments"] else found}
    told = result | ({"id": read_id(message.tool_call_id)[0]} if named else {})
    return [{"functionResponse": told}, *(_part(part) for part in message.parts if not isinstance(part, Text))]


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"text": part.text}
    if isinstance(part, Image):
        if inline := data_url(part.source):
            return {"inlineData": {"mimeType": inline[0], "data": inline[1]}}
        url = part.source.decode("utf-8", "replace")
        return {"fileData": {"mimeType": picture_type(url), "fileUri": url}}
    return {"inlineData": {"mimeType": f"audio/{part.format.lower()}", "data": part.data.decode("ascii", "replace")}}
