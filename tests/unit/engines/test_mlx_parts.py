"""The parts of the MLX engine that need no model: who may begin, and which prompts are kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partimento.engines.mlx.prompts import LEAST_TOKENS, Prompts
from partimento.engines.mlx.waiting import admitted

TOKENS = st.lists(st.integers(0, 2), max_size=30)


class Layer:
    """What a cache of keys and values is to those who keep it: a byte a token."""

    def __init__(self, length: int, *, trims: bool = True) -> None:
        self.nbytes = self.length = length
        self._trims = trims

    def is_trimmable(self) -> bool:
        return self._trims

    def trim(self, by: int) -> None:
        self.length -= by


@pytest.mark.parametrize(
    ("waiting", "on", "active", "begun"),
    [
        (["", "", ""], "", 0, [0, 1, 2]),
        (["", "", "", "", ""], "", 2, [0, 1]),
        (["a", "", "a", ""], "", 0, [0, 2]),
        (["", "a", ""], "", 1, [0]),
        (["a", "", ""], "", 1, []),
        (["a"], "a", 4, []),
        ([], "", 0, []),
    ],
)
def test_those_who_want_what_is_on_begin_and_nobody_overtakes(
    waiting: list[str], on: str, active: int, begun: list[int]
) -> None:
    assert admitted(waiting, on, active, slots=4) == begun


@given(st.lists(st.sampled_from(["", "a", "b"]), min_size=1, max_size=12), st.integers(1, 4))
def test_everybody_has_their_turn_and_never_two_adapters_at_once(waiting: list[str], slots: int) -> None:
    left, on = list(waiting), ""
    for _ in waiting:
        begun = admitted(left, on, 0, slots)
        if not left:
            break
        assert begun[0] == 0
        assert len(begun) <= slots
        assert len({left[place] for place in begun}) == 1
        on = left[0]
        left = [adapter for place, adapter in enumerate(left) if place not in begun]
    assert not left


@given(st.lists(TOKENS, max_size=8), TOKENS.filter(bool))
def test_the_longest_common_beginning_is_found_and_leaves_a_token(known: list[list[int]], prompt: list[int]) -> None:
    prompts = Prompts(10_000)
    for tokens in known:
        prompts.keep("", tokens, [Layer(len(tokens))])
    layers, count = prompts.begun("", prompt)
    common = [sum(1 for _ in _shared(tokens, prompt)) for tokens in known]
    best = max((min(length, len(prompt) - 1) for length in common), default=0)
    assert count == (best if best >= LEAST_TOKENS else 0)
    assert (layers is None) == (count == 0)
    if layers is not None:
        assert layers[0].length == count


def _shared(tokens: list[int], prompt: list[int]) -> list[int]:
    shared = []
    for one, other in zip(tokens, prompt, strict=False):
        if one != other:
            break
        shared.append(one)
    return shared


def test_what_cannot_be_trimmed_helps_only_whole() -> None:
    prompts = Prompts(1000)
    prompts.keep("", list(range(20)), [Layer(20, trims=False)])
    assert prompts.begun("", [*range(10), 99])[0] is None
    assert prompts.begun("", [*range(20), 99])[1] == 20


def test_an_adapter_never_gets_what_was_computed_without_it() -> None:
    prompts = Prompts(1000)
    prompts.keep("", list(range(20)), [Layer(20)])
    assert prompts.begun("a", list(range(20)))[0] is None


def test_the_bound_is_in_bytes_and_the_longest_unused_goes_first() -> None:
    prompts = Prompts(50)
    for start in (100, 200):
        prompts.keep("", list(range(start, start + 20)), [Layer(20)])
    assert prompts.begun("", list(range(100, 120)))[1] == 19
    prompts.keep("", list(range(300, 320)), [Layer(20)])
    assert prompts.bytes == 40
    assert prompts.begun("", list(range(200, 220)))[0] is None
    assert prompts.begun("", list(range(100, 120)))[1] == 19
    prompts.keep("", list(range(400, 460)), [Layer(60)])
    assert prompts.bytes == 40


def test_a_prompt_takes_the_place_of_its_own_beginning() -> None:
    prompts = Prompts(1000)
    prompts.keep("", list(range(20)), [Layer(20)])
    prompts.keep("", list(range(30)), [Layer(30)])
    assert prompts.bytes == 30
