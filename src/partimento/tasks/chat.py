"""The next turn of a conversation, as a model gives it. Knows what it needs of a model; has no rules."""

from __future__ import annotations

from partimento.core.conversation import Conversation
from partimento.core.ports import Drafted
from partimento.core.task import Prompt, task
from partimento.shapes.chat import ChatAnswer, Finish
from partimento.shapes.conversation import checked, last_words, needs_of


def _finish(conversation: Conversation, drafted: Drafted, method: str) -> ChatAnswer:
    finish: Finish = "tool_calls" if drafted.tool_calls else "length" if drafted.truncated else "stop"
    return ChatAnswer(text=drafted.text, tool_calls=drafted.tool_calls, finish=finish)


chat = task(
    name="chat",
    summary="The next turn of a conversation",
    version=1,
    complexity=4,
    inputs=Conversation,
    read=checked,
    draft=Drafted,
    output=ChatAnswer,
    prompt=lambda conversation: Prompt("", last_words(conversation), conversation),
    finish=_finish,
    hold="none",
    words=last_words,
    needs=needs_of,
    told=lambda answer: answer.text,
)
