"""The corruption set: true sentences are left alone, those with one planted error are caught."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from claims.frames import frames
from claims.later_frames import later
from partimento.music.claims import check_claims, corrected

FOLDER = Path(__file__).parents[3] / "data" / "claims"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def contradicted(text: str) -> bool:
    return any(finding.verdict == "contradicted" for finding in check_claims(text))


def test_the_set_is_large_and_written_in_many_wordings() -> None:
    assert min(len(rows("true")), len(rows("false"))) >= 1500
    assert len({frame for _, frame in (*frames(), *later())}) >= 320
    assert len({row["kind"] for row in rows("false")}) >= 20


def test_at_least_97_of_100_planted_errors_are_caught() -> None:
    false = rows("false")
    assert sum(contradicted(row["text"]) for row in false) >= 0.97 * len(false)


def test_at_most_one_true_sentence_in_100_is_contradicted() -> None:
    true = rows("true")
    assert sum(contradicted(row["text"]) for row in true) <= 0.01 * len(true)


LATER = ("unseen_1", "unseen_2", "blind_1", "teachers")


def test_nearly_90_of_100_errors_of_the_later_sets_are_caught() -> None:
    """Sets written by others, or after the reading was done, in wordings of many kinds of teachers."""
    false = [row["text"] for name in LATER for row in rows(name) if not row["true"]]
    assert len(false) >= 1000
    assert sum(contradicted(text) for text in false) >= 0.88 * len(false)


def test_hardly_a_true_sentence_of_the_later_sets_is_contradicted() -> None:
    true = [row["text"] for name in LATER for row in rows(name) if row["true"]]
    assert sum(contradicted(text) for text in true) <= 0.005 * len(true)


FLOORS = {"blind_1": 0.93, "ordinary": 0.94, "exotic": 0.55, "blind_2": 0.77}


@pytest.mark.parametrize("name", FLOORS)
def test_sets_by_other_hands_are_read_as_well_as_they_were(name: str) -> None:
    """`ordinary` is the prose of tutorials, `exotic` has wordings sought out to be hard, nothing was mended for
    `blind_2`."""
    found = rows(name)
    false, true = [row for row in found if not row["true"]], [row for row in found if row["true"]]
    assert sum(contradicted(row["text"]) for row in false) >= FLOORS[name] * len(false)
    assert sum(contradicted(row["text"]) for row in true) <= 0.02 * len(true)


def test_a_corrected_sentence_is_confirmed() -> None:
    given = sound = 0
    for text in [row["text"] for name in ("false", "blind_1") for row in rows(name) if not row.get("true", False)]:
        findings = check_claims(text)
        if any(finding.verdict == "contradicted" and finding.correction for finding in findings):
            given += 1
            again = {finding.verdict for finding in check_claims(corrected(text, findings))}
            assert "contradicted" not in again, text
            sound += "confirmed" in again
    assert given > 1400
    assert sound >= 0.99 * given
