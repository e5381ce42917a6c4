"""What tasks share that answer a conversation. Knows what a conversation needs of a model, and what it ended with."""

from __future__ import annotations

from partimento.core.conversation import Audio, Conversation, Image
from partimento.core.errors import BadInput


def last_words(conversation: Conversation) -> str:
    """What the user said last; "" where nobody spoke for him."""
    return next((message.text for message in reversed(conversation.messages) if message.role == "user"), "")


def needs_of(conversation: Conversation) -> frozenset[str]:
    """What a model must be capable of to follow it."""
    parts = {type(part) for message in conversation.messages for part in message.parts}
    found = {"text"} | ({"image"} if Image in parts else set()) | ({"audio"} if Audio in parts else set())
    return frozenset(found | ({"tools"} if conversation.tools and conversation.tool_choice != "none" else set()))


def checked(conversation: Conversation) -> Conversation:
    """The same. Raises BadInput where there is nothing to answer, or a tool is to be used that is not there."""
    if not any(message.parts or message.tool_calls for message in conversation.messages):
        raise BadInput("the conversation is empty", why="there is nothing to answer", mend="pass messages")
    wanted = conversation.tool_choice
    known = {tool.name for tool in conversation.tools}
    if wanted not in ("auto", "none") and not known:
        raise BadInput(f"the tool choice {wanted!r} has no tool", why="no tools are given", mend="pass tools")
    if wanted not in ("auto", "none", "required") and wanted not in known:
        raise BadInput(f"there is no tool {wanted!r}", why="tool_choice names it", mend=", ".join(sorted(known)))
    return conversation
