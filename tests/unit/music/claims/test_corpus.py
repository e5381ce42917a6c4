"""The corruption set: true sentences are left alone, those with one planted error are caught."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from claims.frames import frames
from partimento.music.claims import check_claims

FOLDER = Path(__file__).parents[3] / "data" / "claims"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def contradicted(text: str) -> bool:
    return any(finding.verdict == "contradicted" for finding in check_claims(text))


def test_the_set_is_large_and_written_in_many_wordings() -> None:
    assert min(len(rows("true")), len(rows("false"))) >= 700
    assert len({frame for _, frame in frames()}) >= 120
    assert len({row["kind"] for row in rows("false")}) >= 20


def test_at_least_97_of_100_planted_errors_are_caught() -> None:
    false = rows("false")
    assert sum(contradicted(row["text"]) for row in false) >= 0.97 * len(false)


def test_at_most_one_true_sentence_in_100_is_contradicted() -> None:
    true = rows("true")
    assert sum(contradicted(row["text"]) for row in true) <= 0.01 * len(true)


def test_no_true_sentence_of_the_later_sets_is_contradicted() -> None:
    later = [row["text"] for name in ("unseen_1", "unseen_2") for row in rows(name) if row["true"]]
    assert [text for text in later if contradicted(text)] == []
