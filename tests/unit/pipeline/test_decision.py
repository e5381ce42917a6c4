from __future__ import annotations

from partimento.core.money import Money
from partimento.pipeline.decision import HOW, LEFT_OUT, STANDS, LeftOut, Ranked, counted, spelled, told
from partimento.pipeline.reach import Belief
from verse import CHEAP_CLOUD, CLOUD, MEDIUM, RULES, SMALL, model

HELD = Belief(40.0, 2.0, 32.0, 0.934, "proven")


def test_a_decision_is_short_and_tells_who_why_and_how_sure() -> None:
    ranked = (Ranked(SMALL, "p", 6, belief=HELD), Ranked(MEDIUM, "c", 6), Ranked(CLOUD, "c", 6), Ranked(RULES, "r", 6))
    left = counted([LeftOut(CHEAP_CLOUD, "u"), LeftOut(CHEAP_CLOUD, "k"), LeftOut(CLOUD, "u")])
    kept = spelled("a", 6, ranked, left, 0.95)
    assert kept == "a6 p93:little c:middling c:cumulus +1 -u2k1 ~0.95"
    assert len(kept) <= 80
    assert told(kept) == (
        "the route chose, for complexity 6",
        "little: proven: its drafts were sound often enough (80%); 93 % sure of 80% sound drafts",
        "middling: its reach covers the complexity",
        "cumulus: its reach covers the complexity",
        "and 1 more after them",
        "left out: 2 not ready, 1 lacks an ability that is needed",
        "decided so for 95.0% of such requests",
    )


def test_every_code_is_told_in_words() -> None:
    for code, words in STANDS.items():
        assert words in told(f"a4 {code}:little")[1]
    for code, words in LEFT_OUT.items():
        assert words in told(f"a4 -{code}3")[1]
    for code in HOW:
        assert told(f"{code}7")[0] == HOW[code].format(7)


def test_names_with_blanks_and_signs_come_back_as_they_were() -> None:
    odd = model("hf.co/some body/100% small:Q4_K_M", "small", 4)
    kept = spelled("m", 0, (Ranked(odd, "n"),), "", 1.0)
    assert kept.count(" ") == 1
    assert told(kept)[1].startswith("hf.co/some body/100% small:Q4_K_M: chosen by name")


def test_nothing_decided_is_nothing_told_and_what_is_unknown_stays_as_it_is() -> None:
    assert told("") == ()
    assert told("z9 ?") == ("z9", "?")


def test_the_words_of_a_candidate_carry_its_evidence_and_its_cost() -> None:
    tried = Ranked(CHEAP_CLOUD, "x", 9, Money.of("0.0004"), HELD)
    assert "checks can tell" in tried.reason
    assert "32.0 drafts weighed, about 95% sound, 93 % sure of 80%" in tried.reason
    assert "$0.0004" in tried.reason
    candidate = tried.candidate
    assert (candidate.drafts, candidate.chance, str(candidate.expected_cost_usd)) == (32.0, 0.934, "0.0004")
