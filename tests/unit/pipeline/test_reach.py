from __future__ import annotations

from random import Random

import pytest

from partimento.core.ports import Tally
from partimento.pipeline.reach import (
    ENOUGH_DRAFTS,
    SOUND_ENOUGH,
    Counts,
    added,
    at_least,
    belief,
    evidence_by_task,
    faded,
    interval,
    prior,
)
from verse import SMALL, model

DAY_S = 86_400.0


def standing(counts: dict[int, Counts], complexity: int = 6, *, verifiable: bool = True) -> str:
    return belief(SMALL, complexity, counts, verifiable=verifiable).standing


@pytest.mark.parametrize(("sound", "unsound"), [(1.0, 1.0), (31.0, 4.0), (0.5, 0.5), (200.0, 60.0), (2.0, 90.0)])
def test_the_tail_of_the_beta_distribution_is_what_drawing_from_it_shows(sound: float, unsound: float) -> None:
    rng = Random(1)
    drawn = [rng.betavariate(sound, unsound) for _ in range(20_000)]
    for share in (0.05, 0.5, 0.8):
        assert at_least(share, sound, unsound) == pytest.approx(sum(d >= share for d in drawn) / 20_000, abs=0.015)


def test_the_tail_is_exact_where_it_is_known_and_whole_at_the_ends() -> None:
    assert at_least(0.8, 9, 1) == pytest.approx(1 - 0.8**9)
    assert at_least(0.25, 1, 1) == pytest.approx(0.75)
    assert (at_least(0, 3, 2), at_least(1, 3, 2)) == (1.0, 0.0)


def test_an_interval_holds_what_it_says() -> None:
    low, high = interval(31, 4)
    assert at_least(low, 31, 4) == pytest.approx(0.95, abs=1e-6)
    assert at_least(high, 31, 4) == pytest.approx(0.05, abs=1e-6)


def test_the_catalog_expects_less_of_a_model_the_further_beyond_its_reach() -> None:
    shares = [sound / (sound + unsound) for sound, unsound in (prior(SMALL, c) for c in range(4, 11))]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == pytest.approx(0.9)
    better, _ = prior(model("better", "small", 4, quality=0.9), 4)
    assert better > prior(SMALL, 4)[0]


def test_without_evidence_nothing_is_decided() -> None:
    assert belief(SMALL, 6, None, verifiable=True).standing == "open"
    assert standing({}) == "open"


def test_few_drafts_decide_nothing_however_clear() -> None:
    few = ENOUGH_DRAFTS - 0.5
    assert standing({3: Counts(few, 0)}, 3) == "open"
    assert standing({3: Counts(0, few)}, 3) == "open"
    assert standing({3: Counts(ENOUGH_DRAFTS, 0)}, 3) == "proven"
    assert standing({3: Counts(0, ENOUGH_DRAFTS + 1)}, 3) == "unsound"


def test_sound_drafts_prove_a_model_and_unsound_ones_speak_against_it() -> None:
    assert standing({6: Counts(30, 1)}) == "proven"
    assert standing({6: Counts(2, 12)}) == "unsound"
    assert standing({6: Counts(12, 10)}) == "open"
    assert standing({6: Counts(12, 10)}, verifiable=False) == "unsound"  # nobody notices: the bar is higher
    assert standing({6: Counts(16, 4)}) == "open"


def test_drafts_mended_every_time_neither_prove_nor_condemn() -> None:
    for drafts in (10, 50, 500):
        able = belief(SMALL, 4, {4: Counts(SOUND_ENOUGH * drafts, (1 - SOUND_ENOUGH) * drafts)}, verifiable=True)
        assert able.standing == "open"


def test_proven_reaches_down_and_unsound_reaches_up_unless_they_contradict() -> None:
    assert standing({8: Counts(40, 1)}, 6) == "proven"
    assert standing({8: Counts(40, 1)}, 9) == "open"
    assert standing({4: Counts(1, 20)}, 6) == "unsound"
    assert standing({4: Counts(1, 20)}, 3) == "open"
    assert standing({4: Counts(1, 20), 8: Counts(40, 1)}, 6) == "open"
    assert standing({8: Counts(60, 1), 6: Counts(1, 20)}, 6) == "unsound"  # its own drafts count first


def test_where_no_check_can_tell_nothing_is_proven() -> None:
    assert standing({6: Counts(90, 0)}, verifiable=False) == "open"
    assert standing({6: Counts(0, 90)}, verifiable=False) == "unsound"


def test_counts_fade_with_time_and_with_further_drafts() -> None:
    assert faded(0) == faded(-5) == 1
    assert faded(30 * DAY_S) == pytest.approx(0.4)
    assert faded(300 * DAY_S) < 0.02
    first = Tally("verse", "little", 4, 10, 5, 0.0)
    after = added(first, Tally("verse", "little", 4, 1, 0, 30 * DAY_S))
    assert after.sound == pytest.approx(10 * 0.4 * 0.99 + 1)
    assert after.unsound == pytest.approx(5 * 0.4 * 0.99)
    counts = evidence_by_task([first], 30 * DAY_S)["verse"]["little"][4]
    assert counts.sound == pytest.approx(4)
    assert counts.unsound == pytest.approx(2)


def test_a_model_found_unsound_gets_another_chance_when_that_was_long_ago() -> None:
    tally = Tally("verse", "little", 4, 0, 12, 0.0)
    now = evidence_by_task([tally], 0.0)["verse"]["little"]
    later = evidence_by_task([tally], 60 * DAY_S)["verse"]["little"]
    assert (standing(dict(now), 4), standing(dict(later), 4)) == ("unsound", "open")
