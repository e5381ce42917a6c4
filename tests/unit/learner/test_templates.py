import pytest

from partimento.core.errors import PartimentoError
from partimento.learner.knowledge import shipped
from partimento.learner.plan import check_curriculum, to_store
from partimento.learner.profile import Learner
from partimento.learner.templates import Template, personal, template_named, templates
from partimento.music import genres
from partimento.tasks import curriculum


def test_there_is_one_for_every_genre() -> None:
    assert {one.genre for one in templates()} == set(genres.names())
    assert len({one.name for one in templates()}) == len(templates()) >= 8


@pytest.mark.parametrize("template", templates(), ids=lambda one: one.name)
def test_the_rules_make_each_and_it_can_be_kept(template: Template) -> None:
    request = curriculum.ask(template.fields)
    assert curriculum.rules is not None
    draft = curriculum.rules(request.inputs, 1)
    assert [flaw for check in curriculum.checks for flaw in check(request.inputs, draft)] == []
    plan = to_store(curriculum.finish(request.inputs, draft, "rules"))
    check_curriculum(plan, shipped())
    assert (plan.duration_weeks, plan.genre) == (template.weeks, template.genre)
    assert all(lesson.concept_ids and lesson.exercises for _, lesson in plan.lessons)


def test_for_one_it_has_his_goals_and_leaves_out_what_he_mastered() -> None:
    template = template_named("jazz-beginner-12w")
    assert template is not None
    learner = Learner(uid="u", holder="key_a", id="42", goals=("play in church",), created_at=0, updated_at=0)
    wanted = personal(template, learner, ("swing-feel",))
    assert (wanted.user, wanted.holder) == ("42", "key_a")
    assert curriculum.ask(wanted.fields).inputs.goals == (template.goals, "play in church")
    assert curriculum.ask(wanted.fields).inputs.mastered == ("swing-feel",)


def test_without_goals_of_ones_own_it_is_everybodys() -> None:
    template = templates()[0]
    learner = Learner(uid="u", holder="", id="42", created_at=0, updated_at=0)
    assert personal(template, learner, ()).user == ""


def test_a_name_that_is_not_there_is_none() -> None:
    assert template_named("polka-beginner-12w") is None
    with pytest.raises(PartimentoError):
        curriculum.ask({"genre": "polka"})
