"""`partimento curriculum`: curricula listed, activated, edited, planned again. Knows its options and tables; leaves
curricula to `learner`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import click

from partimento.cli.client import opened, running
from partimento.cli.learner import read_document, sure
from partimento.cli.learner_lines import told, when
from partimento.cli.output import json_option, print_json, print_table
from partimento.learner.curricula import Curricula, CurriculumShown
from partimento.learner.curriculum_rows import CurriculumRow
from partimento.learner.progress import CurriculumProgress
from partimento.learner.templates import Template

key_option = click.option("--key", "holder", default="", help="Of this API key (its id), where several have that one.")
learner_option = click.option("--learner", default="", help="Whose; all learners' where it is left out.")


@click.group()
def curriculum() -> None:
    """Curricula: templates to activate, plans to edit, progress, changes that follow results."""


@asynccontextmanager
async def _curricula(command: str, holder: str) -> AsyncIterator[Curricula]:
    async with opened(f"curriculum.{command}") as client:
        yield client.curricula.of(holder)


def _asked(command: str, holder: str, question: Any) -> Any:
    """What a plain call of the front answers."""

    async def work() -> Any:
        async with _curricula(command, holder) as kept:
            return question(kept)

    return running(work())


@curriculum.command("list")
@click.option("--templates", is_flag=True, help="What may be activated by name.")
@click.option("--learner", default="", help="Only this learner's own.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@key_option
@json_option
def list_(templates: bool, learner: str, limit: int, holder: str, as_json: bool) -> None:
    """Curricula that are kept, the newest first; or the templates."""
    found = _asked("list", holder, lambda kept: kept.templates() if templates else kept.list(learner, limit))
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(_template_lines(found) if templates else _row_lines(found)))


@curriculum.command()
@click.argument("name", metavar="NAME|ID")
@learner_option
@key_option
@json_option
def activate(name: str, learner: str, holder: str, as_json: bool) -> None:
    """Follow a curriculum: a template by its NAME, or one that is kept by its ID. Twice is once."""

    async def work() -> Any:
        async with _curricula("activate", holder) as kept:
            return await kept.activate(name, learner)

    done = running(work())
    whose = f"by {learner}" if learner else "by all"
    told(done, as_json, f"{done.row.id}: {done.row.title}, {'already' if done.known else 'now'} followed {whose}")


@curriculum.command()
@click.argument("id")
@click.option("--version", type=click.IntRange(1), help="As it was in that version.")
@key_option
@json_option
def show(id: str, version: int | None, holder: str, as_json: bool) -> None:  # noqa: A002 (the word users know)
    """Modules, lessons and exercises, and what changed in which version, and why."""
    shown = _asked("show", holder, lambda kept: kept.show(id, version))
    if as_json:
        print_json(shown)
        return
    click.echo("\n".join(_lines(shown)))


@curriculum.command()
@click.argument("id", required=False, default="")
@click.option("--file", "place", required=True, help="The curriculum as JSON, changed: a file, or - for stdin.")
@click.option("--version", type=click.IntRange(1), help="The version it was made from, where the JSON does not say.")
@learner_option
@key_option
@json_option
def edit(id: str, place: str, version: int | None, learner: str, holder: str, as_json: bool) -> None:  # noqa: A002
    """Keep a changed curriculum as the next version of ID; without one, keep a generated one as a draft.

    \b
    partimento curriculum show ID --json > plan.json
    partimento curriculum edit ID --file plan.json
    """
    document = read_document(place)
    if id:
        row = _asked("edit", holder, lambda kept: kept.edit(id, document, version))
    else:
        row = _asked("edit", holder, lambda kept: kept.save(document, learner))
    told(row, as_json, f"{row.id}: {row.title}, version {row.version}, {row.state}")


@curriculum.command()
@click.argument("id")
@click.option("--learner", default="", help="Whose, where the curriculum is for all: it becomes a copy of their own.")
@key_option
@json_option
def replan(id: str, learner: str, holder: str, as_json: bool) -> None:  # noqa: A002
    """Plan it again from results; each change comes with its reason."""
    done = _asked("replan", holder, lambda kept: kept.replan(id, learner))
    if as_json:
        print_json(done)
        return
    click.echo(f"{done.row.id}: version {done.row.version}{'' if done.changes else ', nothing to change'}")
    for change in done.changes:
        click.echo(f"  {change.kind}: {change.title}. {change.reason}")


@curriculum.command()
@click.argument("id")
@click.option("--learner", default="", help="Whose, where the curriculum is for all.")
@click.option("--part", default="", help="Say how far they are with this lesson, exercise or assessment.")
@click.option("--state", type=click.Choice(["not started", "started", "done"]), default="done", show_default=True)
@click.option("--score", type=float, help="0 to 1.")
@key_option
@json_option
def progress(
    id: str,  # noqa: A002
    learner: str,
    part: str,
    state: Any,
    score: float | None,
    holder: str,
    as_json: bool,
) -> None:
    """How far a learner is, lesson by lesson."""

    def question(kept: Curricula) -> CurriculumProgress:
        return kept.mark(id, part, state, learner, score) if part else kept.progress(id, learner)

    found = _asked("progress", holder, question)
    if as_json:
        print_json(found)
        return
    click.echo(f"{found.title}: {found.share:.0%} of the lessons are done, week {found.week}")
    _progress_table(found)


@curriculum.command()
@click.argument("id")
@click.option("--yes", is_flag=True, help="Do not ask.")
@key_option
@json_option
def archive(id: str, yes: bool, holder: str, as_json: bool) -> None:  # noqa: A002
    """Follow it no more. It is kept, with all its versions; `activate` brings it back."""
    sure(yes, f"Archive the curriculum {id}?")
    row = _asked("archive", holder, lambda kept: kept.archive(id))
    told(row, as_json, f"archived {row.id}: {row.title}")


def _template_lines(found: Sequence[Template]) -> Iterator[str]:
    return (f"{one.name}  {one.title}; {one.goals}" for one in found)


def _row_lines(found: Sequence[CurriculumRow]) -> Iterator[str]:
    """A line each, the id first and whole, so that it can be copied."""
    if not found:
        yield "No curricula yet: partimento curriculum activate jazz-beginner-12w"
    for one in found:
        made = f", from {one.template or one.based_on}" if one.template or one.based_on else ""
        whose = "one learner" if one.learner else "all"
        yield f"{one.id}  {one.title} (for {whose}, {one.state}, version {one.version}{made})"


def _lines(shown: CurriculumShown) -> Iterator[str]:
    plan = shown.curriculum
    yield f"{plan.title} ({plan.genre}, from level {plan.level}, {plan.duration_weeks} weeks), version {plan.version}"
    for module in plan.modules:
        yield f"\nWeeks {module.week_start}-{module.week_end}: {module.title}"
        for lesson in module.lessons:
            purpose = "" if lesson.purpose == "plan" else f" [{lesson.purpose}]"
            yield f"  {lesson.title}{purpose} ({lesson.duration_minutes} min): {', '.join(lesson.concepts)}"
            yield from (f"    {exercise.title}  {exercise.id}" for exercise in lesson.exercises)
        yield from (f"  {one.type} assessment: {one.title}  {one.id}" for one in module.assessments)
    for version in shown.versions[1:]:
        yield f"\nVersion {version.version}, {when(version.created_at)}, by {version.made_by}"
        yield from (f"  {change.kind}: {change.title}. {change.reason}" for change in version.changes)


def _progress_table(found: CurriculumProgress) -> None:
    columns = ("weeks", "lesson", "state", "exercises", "score")
    rows = (
        (
            f"{module.week_start}-{module.week_end}", lesson.title, lesson.state, f"{lesson.done} of {lesson.total}",
            "-" if lesson.score is None else f"{lesson.score:.0%}",
        )
        for module in found.modules
        for lesson in module.lessons
    )  # fmt: skip
    print_table("", columns, rows, right=("exercises", "score"))
