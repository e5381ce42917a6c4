"""What matters of a model's shape for its memory, in one spelling for all formats. Values only; `gguf_facts` and
`config_facts` read them, `architectures` makes layers of them.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Kind = Literal["full", "sliding", "recurrent", "none"]
"""Of a layer: it keeps keys and values of all tokens; of a window; a state of one size; nothing."""

ENCODERS: Final = frozenset({
    "bert", "nomic-bert", "nomic-bert-moe", "nomic_bert", "jina-bert-v2", "jina-bert-v3", "neo-bert", "eurobert",
    "modern-bert", "modernbert", "roberta", "xlm-roberta", "distilbert", "mpnet", "gemma-embedding", "llama-embed",
    "t5encoder", "new", "gte", "deberta-v2", "camembert", "electra",
})  # fmt: skip
"""Read a text at once and keep nothing of it."""


class Facts(Struct, frozen=True, kw_only=True):
    """Numbers are counts; `key` and `value` are the lengths of one head's."""

    family: str
    kinds: tuple[Kind, ...]
    """Of every layer that has a cache or a state of its own."""
    kv_heads: tuple[int, ...]
    """Of every layer, in the same order."""
    heads: int
    key: int
    value: int
    key_sliding: int = 0
    """Where sliding layers have other heads; 0: as the others."""
    value_sliding: int = 0
    window: int = 0
    latent: int = 0
    """MLA: the elements kept for a token instead of keys and values; 0: no MLA."""
    state: int = 0
    """Elements of the state of one recurrent layer, in float32."""
    both: bool = False
    """Every layer has attention and a state beside it."""
    embedding: int = 0
    feed_forward: int = 0
    """The width of a layer's second half; of experts, of all that read a token."""
    vocabulary: int = 0
    experts: int = 0
    trained_context: int = 0
    layers: int = 0
    """All of them, those that share another's cache too."""
    known: bool = True
    """Whether this reading knows how the family's layers are made; else all are taken for full attention."""


def whole(value: object, default: int = 0) -> int:
    """A count as a header tells it; what is no sensible count is the default."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1 << 40 else default


def wholes(value: object, length: int, default: int = 0) -> tuple[int, ...]:
    """One count a layer: from a list, or from one for all."""
    if isinstance(value, list | tuple) and value:
        told = [whole(each, default) for each in value[:length]]
        return tuple(told + [told[-1]] * (length - len(told)))
    return (whole(value, default),) * length


def every(period: int, layers: int, *, others: Kind, full: int = -1) -> tuple[Kind, ...]:
    """Full attention in one layer of `period` (its `full`-th, the last if not told), and the others between."""
    at = full % period if period > 0 else 0
    return tuple("full" if period <= 1 or layer % period == at else others for layer in range(layers))


def same(kind: Kind, layers: int) -> tuple[Kind, ...]:
    """One kind for all layers."""
    return (kind,) * layers
