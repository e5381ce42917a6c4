"""What somebody wants pulled, from the words for it: a tier, a model of the catalog, a repository, a file in it, an
address of the hub, a path. Knows the spellings; leaves what is best to `choose`, and getting it to `download`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from partimento.core.errors import BadInput, NotConfigured, UnknownName
from partimento.core.local import Format
from partimento.core.model import SPOKEN_TIERS, Model, meant
from partimento.pool.files.choose import SOURCES, Machine, choose, room_for, source_of

_REPOSITORY: Final = re.compile(r"([\w.-]+/[\w.-]+?)(?::([\w.-]+)|/([^:]+))?")
_ADDRESS: Final = re.compile(
    r"(?:https?://(?:www\.)?(?:huggingface\.co|hf\.co)/|hf\.co/|huggingface\.co/|hf://)(?:models/)?([^?#]+)(?:[?#].*)?",
    re.IGNORECASE,
)
_IN_TREE: Final = re.compile(r"/(?:tree|blob|resolve|raw)/([^/]+)")


class Wish(Struct, frozen=True, kw_only=True):
    """What to pull. `form` None: what the repository has; `most_bytes`: of weights, where no quantisation is named."""

    repository: str
    form: Format | None = None
    quantisation: str = ""
    file: str = ""
    revision: str = "main"
    model: Model | None = None
    most_bytes: int | None = None
    why: str = ""

    @property
    def name(self) -> str:
        """As messages call it."""
        told = f":{self.quantisation}" if self.quantisation else f"/{self.file}" if self.file else ""
        return self.model.id if self.model is not None and not told else self.repository + told


def wished(words: str, models: Sequence[Model], machine: Machine, today: date) -> Wish | Path:
    """What the words mean; a path for what is on this machine. Raises UnknownName, BadInput, and NotConfigured where
    nothing that fits, or no engine for it, is there."""
    text = words.strip()
    if (
        tier := next((tier for tier in SPOKEN_TIERS.get(text, ()) if tier in ("small", "medium", "large")), None)
    ) is not None:
        choice = choose(tier, models, machine, today)
        if choice.model is None or choice.source is None:
            mend = "pip install 'partimento[llama]'" if not machine.ready else "name a model: `partimento models fit`"
            raise NotConfigured(f"there is no {tier} model to pull", why=choice.why, mend=mend)
        return replace(_of(choice.model, machine), why=choice.why)
    if (local := _local(text)) is not None:
        return local
    weighed = [model for model in models if model.weights is not None]
    base, _, quantisation = text.rpartition(":") if ":" in text and "/" not in text else (text, "", "")
    for name, told in ((text, ""), (base, quantisation)):
        if (found := meant(name, weighed, today)) is not None:
            return replace(_of(found[0], machine, bool(told)), quantisation=told, why=found[1])
    return _in_words(text, weighed, machine)


def _of(model: Model, machine: Machine, quantised: bool = False) -> Wish:
    """A model of the catalog in the form that suits this machine."""
    source = source_of(model, machine)
    if quantised and model.weights is not None and "gguf" in model.weights.sources:
        return Wish(repository=model.weights.sources["gguf"], form="gguf", model=model)
    if source is None:
        forms = ", ".join(model.weights.sources) if model.weights else ""
        extras = "pip install 'partimento[llama]' for GGUF, 'partimento[mlx]' or 'partimento[transformers]' for others"
        raise NotConfigured(
            f"{model.id} could be pulled, but nothing here would run it",
            why=f"it is to be had as {forms}" if forms else "the catalog names no repository for it",
            mend=extras if forms else "name a repository: owner/name",
        )
    room = room_for(model, machine, source.engine) if source.format == "gguf" else None
    original = source.format == "safetensors" and model.weights is not None
    revision = model.weights.revision if original and model.weights else ""
    return Wish(
        repository=source.repository, form=source.format, model=model, most_bytes=room, revision=revision or "main"
    )


def _in_words(text: str, models: Sequence[Model], machine: Machine) -> Wish:
    revision = "main"
    if (address := _ADDRESS.fullmatch(text)) is not None:
        text = address[1].rstrip("/")
        if (tree := _IN_TREE.search(text)) is not None:
            revision, text = tree[1], text[: tree.start()] + text[tree.end() :]
    elif "://" in text:
        raise BadInput(f"cannot pull {text}", why="only models of the Hugging Face hub can", mend="write owner/name")
    named = _REPOSITORY.fullmatch(text)
    if named is None:
        known = [name for model in models for name in (model.id, *model.aliases)]
        raise UnknownName("model", text, known, mend=_nearest(text, known))
    repository, quantisation, file = named[1], named[2] or "", named[3] or ""
    if file and not file.lower().endswith(".gguf"):
        raise BadInput(f"cannot pull {file} alone", why="it is no GGUF file", mend=f"pull all of {repository}")
    same, form = _same(repository, models)
    room = None
    if same is not None and not quantisation:
        room = room_for(same, machine, "llamacpp")
    return Wish(
        repository=repository,
        form="gguf" if quantisation or file else form,
        quantisation=quantisation,
        file=file,
        revision=revision,
        model=same,
        most_bytes=room,
    )


def _same(repository: str, models: Sequence[Model]) -> tuple[Model | None, Format | None]:
    """The catalog's model that is to be had from this repository, and its form there."""
    for model in models:
        for form, source in SOURCES.items():
            if model.weights is not None and model.weights.sources.get(source, "").lower() == repository.lower():
                return model, form
    return None, None


def _local(text: str) -> Path | None:
    """A path, where the words are one: by how it begins, or because it is there and no repository is called so."""
    path = Path(text).expanduser()
    if text.startswith(("/", "./", "../", "~", ".\\")) or text in (".", ".."):
        return path
    is_file = text.lower().endswith(".gguf") and path.is_file()
    return path if is_file or (path / "config.json").is_file() else None


def _nearest(text: str, known: Sequence[str]) -> str:
    unknown = UnknownName("model", text, known)
    near = f"did you mean {unknown.nearest!r}? or " if unknown.nearest else ""
    return f"{near}name a model of `partimento models list`, small, medium, large, or owner/name on the hub"
