"""Vectors of texts, as OpenAI's clients ask for them: floats, or the same in base64, which is how they are kept."""

from __future__ import annotations

import base64
import sys
from array import array
from typing import Any, Literal

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.request import Request
from partimento.server.asked import Wishes, receipt_headers, routed
from partimento.server.exchange import Ask, Door, Reply, as_json
from partimento.tasks import embedding

MOST_DIMENSIONS = 65536
"""More than any model makes."""


class EmbeddingBody(Struct):
    """One text or several; lists of token numbers are refused, since no two models number alike."""

    input: str | list[Any]
    model: str = "auto"
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: int | None = None
    user: str | None = None


class _Vector(Struct):
    embedding: str | list[float]
    index: int
    object: str = "embedding"


class _Used(Struct):
    prompt_tokens: int
    total_tokens: int


class EmbeddingList(Struct):
    """The vectors in the order of their texts."""

    data: list[_Vector]
    model: str
    usage: _Used
    object: str = "list"


async def embed(ask: Ask) -> Reply:
    """POST /v1/embeddings."""
    body = ask.read(EmbeddingBody)
    request = request_for(ask, texts_in(body.input), body.model, body.dimensions, body.user or "")
    result = await ask.client.make(request)
    receipt = result.receipt
    ask.spent(receipt.input_tokens)
    in_base64 = body.encoding_format == "base64"
    vectors = [
        _Vector(base64.b64encode(packed).decode() if in_base64 else floats(packed), index)
        for index, packed in enumerate(result.value.vectors)
    ]
    used = _Used(receipt.input_tokens, receipt.input_tokens)
    return Reply(as_json(EmbeddingList(vectors, receipt.model, used)), headers=receipt_headers(ask, receipt))


def texts_in(given: str | list[Any]) -> tuple[str, ...]:
    """The texts. Raises BadInput for token numbers."""
    texts = (given,) if isinstance(given, str) else tuple(given)
    if not all(isinstance(text, str) for text in texts):
        raise BadInput(
            "the input is not text",
            why="token numbers mean something to one model only",
            mend="send strings (LangChain: check_embedding_ctx_length=False)",
        )
    return texts


def request_for(ask: Ask, texts: tuple[str, ...], model: str, dimensions: int | None, user: str) -> Request[Any]:
    """The request behind any door for embeddings. Raises BadInput."""
    if dimensions is not None and not 1 <= dimensions <= MOST_DIMENSIONS:
        raise BadInput(
            f"cannot use dimensions={dimensions}", why=f"it goes from 1 to {MOST_DIMENSIONS}", mend="leave it out"
        )
    return routed(ask, embedding(texts=texts, dimensions=dimensions), Wishes(model=model, user=user), cache="use")


def floats(packed: bytes) -> list[float]:
    """A kept vector as numbers."""
    numbers = array("f", packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()


doors = (
    Door(
        method="POST", path="/v1/embeddings", opened=embed, summary="Texts as vectors", dialect="openai",
        body=EmbeddingBody, answer=EmbeddingList,
    ),
)  # fmt: skip
