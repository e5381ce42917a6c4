import pytest

from learning import KNOWLEDGE
from partimento.core.errors import BadInput, UnknownName
from partimento.learner.knowledge import shipped


@pytest.mark.parametrize("name", ["rootless", "Rootless voicings", "rootless  VOICINGS", "rootless-voicings"])
def test_a_concept_is_found_by_any_of_its_names(name: str) -> None:
    assert KNOWLEDGE.id_of(name) == "rootless"


def test_an_unknown_concept_comes_with_the_nearest_and_the_way_to_ones_own() -> None:
    with pytest.raises(UnknownName, match="rootles") as raised:
        KNOWLEDGE.id_of("rootles")
    assert "rootless" in raised.value.mend
    assert "app:" in raised.value.mend


def test_an_app_may_have_concepts_of_its_own() -> None:
    assert KNOWLEDGE.id_of("app:pedal-harp") == "app:pedal-harp"
    assert KNOWLEDGE.title("app:pedal-harp") == "pedal harp"
    assert KNOWLEDGE.needs("app:pedal-harp") == ()
    for name in ("app:", "app:a\nb", "app:" + "x" * 200):
        with pytest.raises(BadInput, match="cannot keep"):
            KNOWLEDGE.id_of(name)


def test_needs_are_counted_in_steps() -> None:
    assert KNOWLEDGE.steps_before("rootless", 2) == {"two-five-one": 1, "sevenths": 1, "triads": 2}
    assert KNOWLEDGE.steps_before("rootless", 1) == {"two-five-one": 1, "sevenths": 1}
    assert KNOWLEDGE.steps_before("triads", 2) == {}


def test_what_is_shipped_is_found_by_its_title() -> None:
    known = shipped()
    for concept in known.by_id.values():
        assert known.id_of(concept.title) == concept.id
