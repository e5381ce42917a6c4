"""Free text of a wanted quality: the task behind `generate_text`. Knows request types and options; has no rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from partimento.core.errors import BadInput
from partimento.core.model import SPOKEN_TIERS
from partimento.core.request import Options, Request, SelectionMode
from partimento.core.task import Prompt, task

Quality = Literal["cheap", "normal", "premium"]

QUALITY_OF: dict[str, Quality] = {"podcast_script": "normal", "report": "normal", "lesson_script": "normal"}
COMPLEXITY_OF: dict[Quality, int] = {"cheap": 4, "normal": 7, "premium": 10}


class TextInputs(Struct, frozen=True, kw_only=True):
    """A prompt; `request_type` names what it is for, `options` are further wishes, told to the model as they stand."""

    prompt: str
    request_type: str = "text"
    options: dict[str, Any] = {}


def _read(inputs: TextInputs) -> TextInputs:
    if not inputs.prompt.strip():
        raise BadInput("the prompt is empty", why="there is nothing to answer", mend="pass a prompt")
    return inputs


def _prompt(inputs: TextInputs) -> Prompt:
    wishes = "".join(f"\n{name}: {value}" for name, value in sorted(inputs.options.items()))
    kind = inputs.request_type.replace("_", " ")
    system = "" if inputs.request_type == "text" else f"You write a {kind}. Answer with it alone."
    return Prompt(system, inputs.prompt + wishes)


text = task(
    name="text",
    summary="Free text for a prompt",
    version=1,
    complexity=4,
    inputs=TextInputs,
    read=_read,
    draft=str,
    output=str,
    prompt=_prompt,
    finish=lambda inputs, draft, method: draft.strip(),
    hold="none",
    words=lambda inputs: inputs.prompt,
)


def quality_of(request_type: str, options: Mapping[str, Any]) -> Quality:
    """The quality a request asks for: what its options say, else what its type deserves. Raises BadInput."""
    if options.get("deep_reasoning"):
        return "premium"
    quality: Quality = options.get("quality") or QUALITY_OF.get(request_type, "cheap")
    if quality not in COMPLEXITY_OF:
        raise BadInput(
            f"unknown quality {quality!r}", why="it decides how able a model is asked", mend="cheap, normal or premium"
        )
    return quality


def text_request(
    request_type: str,
    prompt: str,
    options: Mapping[str, Any],
    provider: str | None = None,
    model: str | None = None,
    selection_mode: SelectionMode = "auto",
) -> Request[str]:
    """The request behind `generate_text`: naming a provider or a model is a manual choice. Raises BadInput."""
    quality = quality_of(request_type, options)
    known = set(Options.__struct_fields__) & options.keys()
    further = {name: value for name, value in options.items() if name not in known | {"quality", "deep_reasoning"}}
    request = text(prompt=prompt, request_type=request_type, options=further)
    bounds = model is not None and (model == "auto" or model in SPOKEN_TIERS)
    manual = selection_mode == "manual" or provider is not None or (model is not None and not bounds)
    try:
        how = msgspec.convert({name: options[name] for name in known}, Options, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput("cannot use these options", why=str(error), mend=", ".join(Options.__struct_fields__)) from error
    how = msgspec.structs.replace(
        how,
        selection_mode="manual" if manual else "auto",
        provider=provider,
        model=model if manual or bounds else quality,
        complexity=COMPLEXITY_OF[quality],
    )
    return request.with_(options=how)
