"""Every task by a form made of its schema: what there is to fill in, the asking, and what became of it.

Knows forms and where to go on; leaves fields to `forms`, and showing what was made to `items`.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

import msgspec

from partimento import plugins
from partimento.core.errors import BadInput, PartimentoError
from partimento.core.model import SPOKEN_TIERS
from partimento.core.request import Options, Request
from partimento.core.result import Receipt, Result
from partimento.core.task import Task
from partimento.web import figures
from partimento.web.forms.field import Field, fields_of, known_lists
from partimento.web.forms.filled import Filled, field_meant, first_values, inputs_of, kept_values
from partimento.web.item import item_of
from partimento.web.layout import page
from partimento.web.prose import prose
from partimento.web.reading import words
from partimento.web.visit import Answer, Moved, Place, Visit

GROUPS: Final = (
    ("To play", (
        "arrangement", "progression", "exercise", "creative", "voicing", "voice_leading", "reharmonization",
        "rearrangement",
    )),
    ("To teach and learn", (
        "tutorial", "lesson", "curriculum", "curriculum_outline", "quiz", "assessment", "practice_tips", "coaching",
        "lesson_script", "podcast_script",
    )),
    ("To understand and check", ("theory", "look_up", "validation", "grading", "feedback")),
    ("To write", ("text", "chat", "email", "report", "structured", "embedding")),
)  # fmt: skip
OTHERS: Final = "From plug-ins"
QUALITIES: Final = {
    "cheap": "cheap: rules and small models", "normal": "normal: medium and large models",
    "premium": "premium: models in the cloud",
}  # fmt: skip
OPTIONS: Final = ("o-model", "o-seed", "o-language", "o-anew")


async def list_tasks(visit: Visit) -> Answer:
    """GET /studio/tasks."""
    known = plugins.task_names()
    named = {name for _, names in GROUPS for name in names}
    groups = [*GROUPS, (OTHERS, tuple(name for name in known if name not in named))]
    told = [(title, [plugins.task(name) for name in names if name in known]) for title, names in groups]
    return page(visit, "tasks.html", groups=[group for group in told if group[1]], words=words)


async def task_form(visit: Visit) -> Answer:
    """GET /studio/tasks/{name}; the query fills fields."""
    task = plugins.task(visit.names["name"])
    values = first_values(fields_of(task), visit.query)
    options = {name: visit.query.get(name, "") for name in OPTIONS}
    return await _form(visit, task, values, options)


async def task_made(visit: Visit) -> Answer:
    """POST /studio/tasks/{name}: made, and shown on its own page. What went wrong is told in the form as it was."""
    task = plugins.task(visit.names["name"])
    fields, form = fields_of(task), visit.form
    values, options = kept_values(fields, form), {name: form.get(name) for name in OPTIONS}
    try:
        filled = await asyncio.to_thread(_filled, visit, fields)
        if filled.error is not None:
            return await _form(visit, task, values, options, filled.error, filled.at)
        result = await _made(visit, task, filled.inputs)
    except BadInput as error:
        return await _form(visit, task, values, options, error, field_meant(error, fields))
    except PartimentoError as error:
        return await _form(visit, task, values, options, error)
    return Moved(f"/items/{result.receipt.memory_id}", said=said(result.receipt))


def said(receipt: Receipt) -> str:
    """What the receipt comes to, in a line or two."""
    if receipt.cached:
        told = f"Remembered: it was made before by {receipt.model}, and nothing was paid."
    else:
        cost = f"for {figures.money(receipt.cost_usd)}" if receipt.cost_usd else "for nothing"
        told = f"Made by {receipt.model} in {figures.milliseconds(receipt.latency_ms)}, {cost}."
    notes = [note for note in receipt.notes if not note.startswith("saved_usd")]
    return " ".join((told, *(f"{note[:1].upper()}{note[1:].rstrip('.')}." for note in notes)))[:600]


def _filled(visit: Visit, fields: tuple[Field, ...]) -> Filled:
    """What was filled in. Blocks: an item may be looked up."""
    if not visit.form.get("o-seed").lstrip("-").isdigit() and visit.form.get("o-seed"):
        return Filled(
            {}, BadInput("the seed is no number", why="it is a whole number", mend="leave it empty"), "o-seed"
        )
    return inputs_of(fields, visit.form, lambda name: msgspec.json.decode(item_of(visit, name).row.value))


async def _made(visit: Visit, task: Task[..., Any], inputs: dict[str, Any]) -> Result[Any]:
    form = visit.form
    request: Request[Any] = await asyncio.to_thread(task.ask, inputs)
    options = Options(seed=form.number("o-seed"), language=form.get("o-language") or None)
    request = request.with_(options=options, cache="skip" if form.get("o-anew") else "use")
    return await visit.make(request, form.get("o-model") or None)


async def _form(
    visit: Visit, task: Task[..., Any], values: dict[str, str], options: dict[str, str],
    error: PartimentoError | None = None, at: str = "",
) -> Answer:  # fmt: skip
    known: Any = task.inputs
    fields = fields_of(task)
    return page(
        visit, "task.html", status=200 if error is None else error.status,
        task=task, fields=fields, values=values, options=options, error=error, at=at, words=words,
        help=prose(_unwrapped(known.__doc__ or "")), models=await asyncio.to_thread(_models, visit),
        lists=known_lists(fields), takes_files=any(field.kind == "take" for field in fields),
        has_language=any(field.name == "language" for field in fields),
    )  # fmt: skip


def _unwrapped(doc: str) -> str:
    """A docstring, each paragraph in one line."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in doc.split("\n\n"))


def _models(visit: Visit) -> list[tuple[str, str]]:
    """Who may be asked: anybody, a quality, a tier, or a model by name, the ready ones first. Blocks."""
    told = visit.client.status()["models"]
    ready = [name for name, state in told.items() if state == "ready"]
    tiers = [(tier, f"only {tier}") for tier in SPOKEN_TIERS if tier not in QUALITIES]
    named = [(name, name) for name in ready] + [(name, f"{name} (not ready)") for name in told if name not in ready]
    return [("", "automatic: the cheapest that is able"), *QUALITIES.items(), *tiers, *named]


places = (
    Place(method="GET", path="/studio/tasks", opened=list_tasks, summary="Everything that can be made"),
    Place(method="GET", path="/studio/tasks/{name}", opened=task_form, summary="A task's form"),
    Place(method="POST", path="/studio/tasks/{name}", opened=task_made, summary="Make what a task makes"),
)
