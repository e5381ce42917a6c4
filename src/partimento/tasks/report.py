"""A report on given figures: every number in it is one of them or follows from them. The rules tell them plainly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from random import Random
from typing import Final

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.task import Prompt, task
from partimento.decoding.language import language_asked, language_name, language_of, wrong_language
from partimento.music.lessons.topic import cleaned
from partimento.shapes.figures import ungiven_figures
from partimento.shapes.report import Figure, Report, ReportDraft, told_plainly, written
from partimento.shapes.unserved import ENGLISH_ONLY, Unserved, is_english
from partimento.shapes.wording import wording
from partimento.shapes.written import count_flaws, text_flaws, texts

_MOST_FIGURES: Final = 100
_MOST_FACTS: Final = 40


class ReportInputs(Struct, frozen=True, kw_only=True):
    """`figures`: a list of figures, or numbers by name; `facts`: sentences that may be told as they stand."""

    subject: str
    figures: Sequence[Figure] | Mapping[str, float] = ()
    facts: Sequence[str] = ()
    audience: str = ""
    tone: str = ""
    language: str = ""


def _read(inputs: ReportInputs) -> ReportInputs:
    given = inputs.figures
    figures = (
        [Figure(name=name, value=value) for name, value in given.items()] if isinstance(given, Mapping) else [*given]
    )
    facts = tuple(fact for one in inputs.facts if (fact := cleaned(one, "fact")))
    subject = cleaned(inputs.subject, "subject")
    if not subject:
        raise BadInput("there is no subject", why="it is empty", mend='name one, such as "practice in March"')
    if not figures and not facts:
        raise BadInput("there is nothing to report", why="no figures and no facts are given", mend="pass figures")
    if len(figures) > _MOST_FIGURES or len(facts) > _MOST_FACTS:
        raise BadInput(
            f"there are {len(figures)} figures and {len(facts)} facts",
            why=f"at most {_MOST_FIGURES} and {_MOST_FACTS} are read",
            mend="report on a part of them",
        )
    if not all(isfinite(amount.value) for one in figures for amount in one.amounts):
        raise BadInput("a figure is no number", why="it is infinite or undefined", mend="leave it out")
    return msgspec.structs.replace(
        inputs,
        subject=subject,
        figures=tuple(
            msgspec.structs.replace(one, name=cleaned(one.name, "figure's name"), unit=cleaned(one.unit, "unit"))
            for one in figures
        ),
        facts=facts,
        audience=cleaned(inputs.audience, "audience"),
        tone=cleaned(inputs.tone, "tone"),
        language=language_asked(inputs.language),
    )


def _figures(inputs: ReportInputs) -> tuple[Figure, ...]:
    return tuple(one for one in inputs.figures if isinstance(one, Figure))


def _prompt(inputs: ReportInputs) -> Prompt:
    return wording("report").prompt(
        data={
            "subject": inputs.subject, "audience": inputs.audience, "tone": inputs.tone,
            "figures": "\n".join(map(_line, _figures(inputs))), "facts": "\n".join(inputs.facts),
        },
        language=language_name(inputs.language) or "English",
    )  # fmt: skip


def _line(figure: Figure) -> str:
    told = f"{figure.name}: {written(figure.value)} {figure.unit}".rstrip()
    told += "" if figure.previous is None else f", before {written(figure.previous)}"
    return told + ("" if figure.target is None else f", target {written(figure.target)}")


def _by_rules(inputs: ReportInputs, seed: int) -> ReportDraft | Unserved:
    if not is_english(inputs.language):
        return Unserved(ENGLISH_ONLY)
    return told_plainly(inputs.subject, _figures(inputs), inputs.facts, wording("report").phrases, Random(seed))


def _is_sound(inputs: ReportInputs, draft: ReportDraft | Unserved) -> Iterator[str]:
    """Every figure given or derived, nothing empty, nothing endless, in the language asked for."""
    if isinstance(draft, Unserved):
        yield draft.flaw
        return
    figures = _figures(inputs)
    names = (f"{one.name} {one.unit}" for one in figures)
    free = (inputs.subject, inputs.audience, *inputs.facts, *names, f"{len(figures)} figures")
    yield from count_flaws("sections", draft.sections, 1, 8)
    yield from count_flaws("recommendations", draft.recommendations, 0, 8)
    yield from text_flaws(draft, _prompt(inputs).system, free)
    whole = " ".join(text for _, text in texts(draft))
    amounts = [amount for one in figures for amount in one.amounts]
    yield from ungiven_figures(whole, amounts, free)
    yield from wrong_language(whole, inputs.language)


def _finish(inputs: ReportInputs, draft: ReportDraft, method: str) -> Report:
    return Report(
        title=draft.title,
        subject=inputs.subject,
        audience=inputs.audience,
        language=inputs.language or language_of(draft.summary),
        summary=draft.summary,
        sections=draft.sections,
        recommendations=draft.recommendations,
        figures=_figures(inputs),
        generation_method=method,
        notes=("the rules know one tone only",) if method == "rules" and inputs.tone else (),
    )


report = task(
    name="report",
    summary="A report on given figures, with no figure of its own",
    version=1,
    complexity=6,
    inputs=ReportInputs,
    read=_read,
    draft=ReportDraft,
    output=Report,
    prompt=_prompt,
    finish=_finish,
    checks=(_is_sound,),
    rules=_by_rules,
    words=lambda inputs: f"{inputs.subject} {inputs.audience} {inputs.tone}",
    told=lambda made: made.text,
    claims="checked",
)
