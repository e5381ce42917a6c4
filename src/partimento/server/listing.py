"""The models of this server as clients list them: catalog ids, tier words, tasks. Knows the forms of such lists."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from partimento import plugins
from partimento.core.errors import UnknownName
from partimento.core.model import SPOKEN_TIERS
from partimento.pipeline.ranking import allows
from partimento.server.asked import TASK
from partimento.server.exchange import Ask, Door, Reply, as_json
from partimento.server.problems import reply_for
from partimento.server.task_models import NOT_FOR_WORDS

_OURS = "partimento"


class ListedModel(Struct, frozen=True):
    """A name that `model` takes. `owned_by`: its provider; "partimento" for words of ours."""

    id: str
    owned_by: str
    object: str = "model"
    created: int = 1_700_000_000  # clients want a number; the catalog knows no birthdays


class ModelList(Struct, frozen=True):
    """All of them."""

    data: tuple[ListedModel, ...]
    object: str = "list"


class AnthropicModel(Struct, frozen=True):
    """The same in Anthropic's form."""

    id: str
    display_name: str
    type: str = "model"
    created_at: str = "1970-01-01T00:00:00Z"  # what they give where the day is not known
    lifecycle: str = "active"


class AnthropicList(Struct, frozen=True):
    """A page that holds all of them."""

    data: tuple[AnthropicModel, ...]
    first_id: str
    last_id: str
    has_more: bool = False


async def models(ask: Ask) -> Reply:
    """GET /v1/models."""
    listed = tuple(names(ask))
    if not _is_anthropic(ask):
        return Reply(as_json(ModelList(listed)))
    theirs = tuple(AnthropicModel(one.id, one.id) for one in listed)
    return Reply(as_json(AnthropicList(theirs, theirs[0].id, theirs[-1].id)))


async def model(ask: Ask) -> Reply:
    """GET /v1/models/{id}."""
    wanted = ask.names["id"]
    known = {listed.id: listed for listed in names(ask)}
    if wanted not in known and not ask.client.knows(wanted):
        return reply_for(UnknownName("model", wanted, known), "anthropic" if _is_anthropic(ask) else "openai")
    if _is_anthropic(ask):
        return Reply(as_json(AnthropicModel(wanted, wanted)))
    return Reply(as_json(known.get(wanted, ListedModel(wanted, _OURS))))


def names(ask: Ask) -> Iterator[ListedModel]:
    """What this caller can ask now: ready models, words for a choice among them, and tasks that answer words."""
    states: dict[str, str] = ask.client.status()["models"]
    for known in ask.client.ports.catalog.models():
        if states.get(known.id) == "ready" and known.engine != "rules" and allows(ask.caller.models, known):
            yield ListedModel(known.id, known.provider)
    for word in ("auto", *SPOKEN_TIERS):
        if word != "rules":  # they answer tasks, by their names
            yield ListedModel(word, _OURS)
    for task in plugins.task_names():
        if task not in NOT_FOR_WORDS:
            yield ListedModel(f"{TASK}{task}", _OURS)


def _is_anthropic(ask: Ask) -> bool:
    return bool(ask.header(b"anthropic-version"))


doors = (
    Door(
        method="GET", path="/v1/models", opened=models, summary="What `model` takes", dialect="openai",
        answer=ModelList,
    ),
    Door(
        method="GET", path="/v1/models/{id:rest}", opened=model, summary="One of them", dialect="openai",
        answer=ListedModel,
    ),
)  # fmt: skip
