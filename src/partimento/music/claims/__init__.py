"""Musical claims in prose: found, derived again by the theory engine, confirmed or contradicted.

docs/reference/claims.md lists what is read. `check` walks the text; `read`, `tagging` and `skeleton` make sentences
readable; each family of claims is a file, and `senses` reads what no form does.
"""

from __future__ import annotations

from partimento.music.claims.finding import Finding as Finding
from partimento.music.claims.finding import corrected as corrected

__all__ = ["Finding", "check_claims", "corrected"]


def check_claims(text: str) -> tuple[Finding, ...]:
    """Every musical claim found in prose, in order: confirmed, contradicted (with a correction), or unrecognised."""
    from partimento.music.claims import check  # its many forms take a fifth of a second, which most programs never need

    return check.check_claims(text)
