"""Texts as vectors, from a model that embeds. Knows how vectors are packed; has no rules."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable

from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.task import Prompt, task
from partimento.shapes.chat import Embeddings


class EmbeddingInputs(Struct, frozen=True, kw_only=True):
    """The texts; `dimensions`: how long the vectors are to be, where the model can shorten them."""

    texts: tuple[str, ...]
    dimensions: int | None = None


def _read(inputs: EmbeddingInputs) -> EmbeddingInputs:
    if not inputs.texts or not all(text.strip() for text in inputs.texts):
        raise BadInput("there is an empty text", why="it has no meaning to embed", mend="leave it out")
    return inputs


def _one_each(inputs: EmbeddingInputs, vectors: list[list[float]]) -> Iterable[str]:
    if len(vectors) != len(inputs.texts):
        yield f"{len(vectors)} vectors came for {len(inputs.texts)} texts"
    if len({len(vector) for vector in vectors}) != 1 or not vectors[0]:
        yield "the vectors are not all of one length"
    elif inputs.dimensions not in (None, len(vectors[0])):
        yield f"the vectors have {len(vectors[0])} dimensions, not {inputs.dimensions}"


def _packed(vector: list[float]) -> bytes:
    floats = array("f", vector)
    if sys.byteorder == "big":
        floats.byteswap()
    return floats.tobytes()


def _finish(inputs: EmbeddingInputs, vectors: list[list[float]], method: str) -> Embeddings:
    return Embeddings(tuple(map(_packed, vectors)), len(vectors[0]))


embedding = task(
    name="embedding",
    summary="Texts as vectors",
    version=1,
    complexity=1,
    inputs=EmbeddingInputs,
    read=_read,
    draft=list[list[float]],
    output=Embeddings,
    prompt=lambda inputs: Prompt("", "\n".join(inputs.texts), texts=inputs.texts, dimensions=inputs.dimensions),
    checks=(_one_each,),
    finish=_finish,
    needs=lambda inputs: frozenset({"embeddings"}),
    proves=False,
)
