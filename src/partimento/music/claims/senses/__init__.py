"""What a sentence means by its named things, whatever its wording: each family of meanings is a file, asked in turn.

The forms of `claims` read grammar; the senses ask of each named thing whether anything beside it makes it so.
"""

from __future__ import annotations

from partimento.core.errors import PartimentoError
from partimento.music.claims.senses import (
    cadenced as cadenced,
)
from partimento.music.claims.senses import (
    changes as changes,
)
from partimento.music.claims.senses import (
    degrees as degrees,
)
from partimento.music.claims.senses import (
    held as held,
)
from partimento.music.claims.senses import (
    kinds as kinds,
)
from partimento.music.claims.senses import (
    modal as modal,
)
from partimento.music.claims.senses import (
    pairs as pairs,
)
from partimento.music.claims.senses import (
    places as places,
)
from partimento.music.claims.senses import (
    rows as rows,
)
from partimento.music.claims.senses import (
    shared as shared,
)
from partimento.music.claims.senses import (
    signed as signed,
)
from partimento.music.claims.senses import (
    sizes as sizes,
)
from partimento.music.claims.senses import (
    sums as sums,
)
from partimento.music.claims.senses import (
    timed as timed,
)
from partimento.music.claims.senses import (
    turned as turned,
)
from partimento.music.claims.senses import (
    voiced as voiced,
)
from partimento.music.claims.senses.scene import laid_out
from partimento.music.claims.senses.told import SENSES, Told
from partimento.music.claims.skeleton import Skeleton
from partimento.music.key import Key


def understood(bones: Skeleton, context: Key | None) -> list[Told]:
    """Every claim that the senses make out in a sentence."""
    scene = laid_out(bones.marked, bones.entities, context)
    found: list[Told] = []
    for sense in SENSES:
        try:
            found += sense(scene)
        except PartimentoError:
            continue
    return found
