"""LlamaIndex by openai-like: complete, chat, stream, structured prediction, tools, embeddings."""

from __future__ import annotations

from llama_index.core.llms import ChatMessage
from llama_index.core.prompts import PromptTemplate
from llama_index.core.tools import FunctionTool
from llama_index.embeddings.openai_like import OpenAILikeEmbedding
from llama_index.llms.openai_like import OpenAILike
from pydantic import BaseModel

from clients.door import ANSWER, EMBEDDER, KEY, MODEL, QUESTION, STREAMED, V1, done, expect, step


class Progression(BaseModel):
    """A chord progression in a key."""

    key: str
    chords: list[str]


def look_up_chord(symbol: str) -> str:
    """Notes of a chord."""
    return f"{symbol}: D F A C"


model = OpenAILike(
    model=MODEL, api_base=V1, api_key=KEY, is_chat_model=True, is_function_calling_model=True, max_retries=0
)
ASKED = [ChatMessage(role="user", content=QUESTION)]

with step("complete"):
    expect(ANSWER in model.complete(QUESTION).text)

with step("chat"):
    expect(ANSWER in model.chat(ASKED).message.content)

with step("stream"):
    pieces = [piece.delta for piece in model.stream_chat([ChatMessage(role="user", content=STREAMED)])]
    expect(len(pieces) > 2 and ANSWER in "".join(piece or "" for piece in pieces), pieces)

with step("structured"):
    found = model.structured_predict(Progression, PromptTemplate("{question}"), question=QUESTION)
    expect(found.chords, found)

with step("tools"):
    reply = model.chat_with_tools([FunctionTool.from_defaults(look_up_chord)], user_msg=QUESTION)
    calls = model.get_tool_calls_from_response(reply)
    expect(calls[0].tool_name == "look_up_chord" and calls[0].tool_kwargs["symbol"], reply)

with step("embeddings"):
    embedder = OpenAILikeEmbedding(model_name=EMBEDDER, api_base=V1, api_key=KEY, max_retries=0)
    expect([len(vector) for vector in embedder.get_text_embedding_batch(["a ii-V-I", "a turnaround"])] == [8, 8])

done()
