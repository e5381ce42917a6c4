"""The checkpoint that knows the answers of `dialogues`: a small llama, trained here on the CPU with MLX."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy

from checkpoints.dialogues import ANSWERS, SYSTEMS
from checkpoints.families import FAMILIES, Size
from checkpoints.folders import Weights, config_of, random_weights, write_checkpoint
from checkpoints.kept import copied, kept
from checkpoints.words import rendered, tokenizer

SIZE = Size(hidden=96, heads=4, kv_heads=2, head=32, inner=192, tied=True, context=4096)
STEPS, ROWS, RATE = 180, 6, 2e-3
SURE = 0.05
"""The loss, in nats a token, that it is trained to at least: greedy words are certain before."""


def trained(folder: Path) -> Path:
    """A llama of 0.4 million parameters that answers each question of ANSWERS; returns its folder. The first call on a
    machine takes some tens of seconds, and copying takes none. Raises AssertionError where it has not learned."""
    return copied(kept("trained", _train), folder)


def _train(folder: Path) -> None:
    import mlx.core as mx
    import mlx.nn
    import mlx.optimizers
    from mlx.utils import tree_flatten
    from mlx_lm.models import llama

    with mx.stream(mx.cpu):
        model = llama.Model(llama.ModelArgs.from_dict(config_of("llama", SIZE)))
        start = random_weights("llama", SIZE)
        model.load_weights([(name, mx.array(_small(name, weight))) for name, weight in start.items()])

        def loss(model: Any, tokens: Any, counts: Any) -> Any:
            each = mlx.nn.losses.cross_entropy(model(tokens[:, :-1]), tokens[:, 1:])
            return (each * counts[:, 1:]).sum() / counts[:, 1:].sum()

        rate = mlx.optimizers.cosine_decay(RATE, STEPS, RATE / 20)
        optimizer, step = mlx.optimizers.Adam(learning_rate=rate), mlx.nn.value_and_grad(model, loss)
        rng, recent = Random(11), [9.9]
        for _ in range(STEPS):
            tokens, counts = _batch(rng)
            now, gradients = step(model, mx.array(tokens), mx.array(counts))
            optimizer.update(model, gradients)
            mx.eval(model.parameters(), optimizer.state)
            recent = [*recent[-7:], now.item()]
        assert sum(recent) / len(recent) < SURE, f"it has not learned: {recent}"
        weights: Weights = {name: numpy.array(weight) for name, weight in tree_flatten(model.parameters())}
    write_checkpoint("llama", SIZE, weights, folder)


def _small(name: str, weight: Any) -> Any:
    return weight if name.endswith("norm.weight") else weight * 0.5


def _batch(rng: Random) -> tuple[Any, Any]:
    """Tokens of some dialogues, and which of them count: those of the last answer."""
    has_system, has_history = rng.random() < 0.4, rng.random() < 0.2  # alike in length, so that little is padding
    rows = [_row(rng, has_system, has_history) for _ in range(ROWS)]
    length = -(-max(len(tokens) for tokens, _ in rows) // 16) * 16
    tokens, counts = numpy.zeros((ROWS, length), numpy.int32), numpy.zeros((ROWS, length), numpy.float32)
    for place, (row, asked) in enumerate(rows):
        tokens[place, : len(row)] = row
        counts[place, asked : len(row)] = 1
    return tokens, counts


def _row(rng: Random, has_system: bool, has_history: bool) -> tuple[list[int], int]:
    messages: list[dict[str, str]] = []
    if has_system:
        messages.append({"role": "system", "content": rng.choice(SYSTEMS)})
    questions = rng.sample(list(ANSWERS), 1 + has_history)
    for question in questions:
        messages.append({"role": "user", "content": question})
        messages.append({"role": "assistant", "content": ANSWERS[question]})
    family, words = FAMILIES["llama"], tokenizer("llama")
    before = words.encode(rendered(family, messages[:-1], to_answer=True), add_special_tokens=False).ids
    whole = words.encode(rendered(family, messages, to_answer=False), add_special_tokens=False).ids
    assert whole[: len(before)] == before
    return whole, len(before)
