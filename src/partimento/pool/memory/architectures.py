"""A model's layers by what each keeps of a text, from its header in whatever format. Knows how shapes become bytes a
token; leaves engines' habits and sizes of a context to `fit`.
"""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from partimento.pool.memory import config_facts, gguf_facts
from partimento.pool.memory.facts import Facts, Kind
from partimento.pool.memory.header import Header, broken


class Layer(Struct, frozen=True):
    """What one layer keeps: elements for a token of the context (or of its window), and a state of one size."""

    kind: Kind
    token_elements: int = 0
    """Keys and values of one token, or what MLA keeps instead."""
    expanded_elements: int = 0
    """The same where an engine does not make use of MLA."""
    window: int = 0
    """0: all tokens."""
    state_elements: int = 0


class Architecture(Struct, frozen=True):
    """A model's shape. Those of `layers` that share another's cache are not among them."""

    facts: Facts
    layers: tuple[Layer, ...]

    @property
    def token_elements(self) -> int:
        """Of the layers that keep all tokens."""
        return sum(layer.token_elements for layer in self.layers if not layer.window)

    @property
    def words(self) -> str:
        """ "phi3, 32 layers, 32 key-value heads of 96"."""
        facts = self.facts
        said = [facts.family or "unknown architecture", f"{facts.layers} layers"]
        counts = Counter(layer.kind for layer in self.layers)
        if len(counts) > 1 or counts.keys() & {"recurrent", "none", "sliding"}:
            kinds = (f"{count} {WORDS[kind]}" for kind, count in counts.most_common())
            said.append(", ".join(kinds).replace("sliding", f"sliding over {facts.window} tokens"))
        if facts.latent:
            said.append(f"{facts.latent} numbers a token (MLA)")
        elif counts["full"] or counts["sliding"]:
            kv = sorted(
                {kv for kv, kind in zip(facts.kv_heads, facts.kinds, strict=True) if kind in ("full", "sliding")}
            )
            said.append(f"{' or '.join(map(str, kv))} key-value heads of {facts.key}")
        if facts.experts:
            said.append(f"{facts.experts} experts")
        if len(self.layers) < facts.layers:
            said.append(f"{facts.layers - len(self.layers)} layers share a cache")
        if not facts.known:
            said.append("an architecture not known here, so every layer is taken for full attention")
        return ", ".join(said)


WORDS: dict[Kind, str] = {"full": "full", "sliding": "sliding", "recurrent": "recurrent", "none": "without a cache"}


def of(header: Header) -> Architecture:
    """The architecture of a header. NotConfigured where it tells too little to load the model at all."""
    facts = gguf_facts.facts(header) if header.format == "gguf" else config_facts.facts(header)
    if not facts.layers:
        raise broken(header.path, f"its header does not tell how many layers a {facts.family or 'model'} has")
    return Architecture(
        facts, tuple(_layer(facts, kind, kv) for kind, kv in zip(facts.kinds, facts.kv_heads, strict=True))
    )


def _layer(facts: Facts, kind: Kind, kv_heads: int) -> Layer:
    state = facts.state if kind == "recurrent" or facts.both else 0
    if kind in ("recurrent", "none"):
        return Layer(kind, state_elements=state)
    sliding = kind == "sliding"
    key = (facts.key_sliding if sliding else 0) or facts.key
    value = (facts.value_sliding if sliding else 0) or facts.value
    heads = facts.heads if facts.latent else kv_heads
    expanded = heads * (key + value)
    return Layer(kind, facts.latent or expanded, expanded, facts.window if sliding else 0, state)
