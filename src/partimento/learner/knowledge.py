"""What is taught, as questions about learners need it: concepts by any of their names, what each needs, what needs it.

Knows the graph; leaves what stands in a concept to `music.teaching`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, cached_property

from partimento.core.errors import BadInput, UnknownName
from partimento.music.teaching.concept import Concept

OWN = "app:"
"""An app's own concepts begin with it ("app:pedal-harp"): they are kept like ours, and need nothing."""
LONGEST = 100


class Knowledge:
    """Concepts and their order. Made of any; `shipped()` has ours."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.by_id: Mapping[str, Concept] = {concept.id: concept for concept in concepts}

    def find(self, name: str) -> Concept | None:
        """The concept of that id, title or name; None where there is none."""
        return self.by_id.get(name) or self._named.get(_plain(name))

    def id_of(self, name: str) -> str:
        """The id that skills are kept by. Raises UnknownName, BadInput."""
        if name.startswith(OWN):
            if not (len(OWN) < len(name) <= LONGEST and name.isprintable()):
                raise BadInput(
                    f"cannot keep the concept {name[:LONGEST]!r}",
                    why=f"a concept of your own has 1 to {LONGEST - len(OWN)} printable characters",
                    mend=f"name it {OWN}pedal-harp",
                )
            return name
        concept = self.find(name)
        if concept is None:
            near = UnknownName("concept", name[:LONGEST], self.by_id).nearest
            known = f"did you mean {near!r}?" if near else "take one of music.teaching.concepts"
            raise UnknownName(
                "concept", name[:LONGEST], self.by_id, mend=f"{known} Or begin one of your own with {OWN!r}"
            )
        return concept.id

    def title(self, name: str) -> str:
        """What people read for an id."""
        concept = self.by_id.get(name)
        return concept.title if concept else name.removeprefix(OWN).replace("-", " ")

    def level(self, name: str) -> int:
        """Where it is first met, 1–10; an app's own: in the middle."""
        concept = self.by_id.get(name)
        return concept.level if concept else 5

    def needs(self, name: str) -> tuple[str, ...]:
        """What must be known before, directly."""
        concept = self.by_id.get(name)
        return tuple(need for need in concept.needs if need in self.by_id) if concept else ()

    def steps_before(self, name: str, most: int) -> Mapping[str, int]:
        """What must be known before, and how many steps before, up to `most`."""
        found: dict[str, int] = {}
        edge: tuple[str, ...] = (name,)
        for step in range(1, most + 1):
            edge = tuple(need for one in edge for need in self.needs(one) if need not in found and need != name)
            found |= dict.fromkeys(edge, step)
        return found

    @cached_property
    def _named(self) -> Mapping[str, Concept]:
        """By every name in small letters; of two that share one, the one met first."""
        found: dict[str, Concept] = {}
        for concept in sorted(self.by_id.values(), key=lambda one: one.level):
            for name in (concept.title, concept.id.replace("-", " "), *concept.names):
                found.setdefault(_plain(name), concept)
        return found


@cache
def shipped() -> Knowledge:
    """What this version teaches."""
    from partimento.music.teaching.concepts import concepts

    return Knowledge(concepts())


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").split())
