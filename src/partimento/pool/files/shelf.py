"""Which local models are on this machine, and as what the pool is asked for one. Knows where to look, which form comes
first, and how long a look is good for; leaves layouts to `places`, headers to `fit`, downloading to `download`.

It is asked at every route, so it looks again only after two seconds, and only where a folder has changed. It never
speaks to the network.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from partimento.catalog.lookup import shipped
from partimento.core.clock import Clock
from partimento.core.errors import ModelMissing, NotConfigured, PartimentoError
from partimento.core.local import Adapter, Files, Format, LocalEngine
from partimento.core.model import Model
from partimento.core.settings import Settings
from partimento.pool.files import places
from partimento.pool.files.choose import ELSEWHERE, SLOTS, devices_of, order
from partimento.pool.files.entry import gemma_meant, names_of
from partimento.pool.files.forms import SMALL_LOSS, near
from partimento.pool.files.manifest import Pulling, is_pulled_now, ours
from partimento.pool.files.places import PLACES, Lying, Roots, at
from partimento.pool.memory.fit import header_of
from partimento.pool.values import Wanted

LIFE_S: Final = 2.0
"""A look is believed for so long without asking the file system anything."""
LONG_S: Final = 30.0
"""And for so long where no folder tells that it has changed."""
Here = Literal["absent", "downloading", "cold"]


class Standing(Struct, frozen=True, kw_only=True):
    """Whether a model is on this machine. `why`: why it cannot be run though it is, or is not there."""

    model: str
    state: Here
    engine: str = ""
    path: str = ""
    format: str = ""
    quantisation: str = ""
    place: str = ""
    bytes: int = 0
    fraction: float | None = None
    """0–1 of a download under way, or one that was cut (`state` is then "absent")."""
    pulling: Pulling | None = None
    why: str = ""

    def line(self) -> str:
        """The same for people."""
        if self.state == "cold":
            form = f"{self.format} {self.quantisation}".strip()
            told = f"{self.bytes / 1e9:.1f} GB {form} for {self.engine}, {self.place}: {self.path}"
            return told + (f" ({self.why})" if self.why else "")
        if self.state == "downloading" and self.pulling is not None:
            return f"being pulled: {self.pulling.line()}"
        cut = f", {self.fraction:.0%} of it was pulled before a cut" if self.fraction else ""
        return f"not here{cut}"


class _Found(Struct, frozen=True):
    model: Model
    standing: Standing
    wanted: Wanted | None


class Shelf:
    """The models of this machine, for one program. Not for several threads at once."""

    def __init__(
        self,
        here: Roots,
        engines: Mapping[str, LocalEngine],
        clock: Clock,
        *,
        gemma_path: str = "",
        context: int = 8192,
        slots: int = 0,
        llama_server: str = "",
        apple: bool | None = None,
    ) -> None:
        """`engines`: the installed ones. `context`, `slots`: what a model is loaded with, 0 slots: by its tier.
        `llama_server`: GGUF files run in a program of the owner's, which may know GPUs."""
        self.here, self._engines, self._clock = here, engines, clock
        self._gemma_path, self._context, self._slots = gemma_path.strip(), context, slots
        self._order = order(is_apple() if apple is None else apple)
        self._devices = devices_of(bool(llama_server))
        self._llama_server = llama_server
        self._lying: tuple[Lying, ...] = ()
        self._looked_at = self._read_at = float("-inf")
        self._marks: tuple[int, ...] = ()
        self._found: dict[str, _Found] = {}
        self._gemma: tuple[int, str] | None = None
        self._odd: dict[str, bool] = {}

    def wanted(self, model: Model) -> Wanted:
        """The model as the pool is asked for it. Raises ModelMissing where its files are not here, NotConfigured where
        no engine can run them."""
        found = self._of(model)
        if found.wanted is not None and not found.standing.why:
            return found.wanted
        missing = found.standing.state != "cold"
        kind = ModelMissing if missing else NotConfigured
        raise kind(
            f"{model.id} {'is not on this machine' if missing else 'cannot be run here'}",
            why=found.standing.why,
            mend=_mend(model) if missing else "partimento doctor tells what is installed",
        )

    def missing(self, model: Model) -> str:
        """Why the model cannot be run, with the mend; "" when it can."""
        return self._of(model).standing.why

    def standing(self, model: Model) -> Standing:
        """Whether it is here, where, and in which form."""
        return self._of(model).standing

    def others(self, known: Iterable[Model]) -> tuple[Lying, ...]:
        """What lies here that none of these models is."""
        self._look()
        names = frozenset[str]().union(*(names_of(model) for model in known))
        return tuple(one for one in self._lying if not one.names & names)

    def forget(self) -> None:
        """Look again at the next question: something was pulled or removed."""
        self._looked_at = self._read_at = float("-inf")
        self._found.clear()

    def _of(self, model: Model) -> _Found:
        self._look()
        found = self._found.get(model.id)
        if found is None or found.model is not model:
            found = self._found[model.id] = self._resolved(model)
        return found

    def _look(self) -> None:
        now = self._clock.monotonic()
        if now - self._looked_at < LIFE_S:
            return
        self._looked_at = now
        self._found.clear()
        marks = _marks(self.here.all())
        if marks != self._marks or now - self._read_at >= LONG_S:
            self._marks, self._read_at = marks, now
            self._lying = places.lying(self.here)

    def _resolved(self, model: Model) -> _Found:
        try:
            candidates = self._candidates(model)
            ranked = self._ranked(model, candidates)
            taken = next((pair for pair in ranked if self._sound(pair[1])), None)
            if taken is None:
                return _Found(model, self._absent(model, bool(candidates)), None)
            wanted = self._as_wanted(model, *taken)
        except PartimentoError as error:
            return _Found(model, Standing(model=model.id, state="absent", why=_sentence(error)), None)
        except OSError as error:  # a path that this user may not search
            return _Found(
                model, Standing(model=model.id, state="absent", why=f"its files cannot be read: {error}"), None
            )
        name, one = taken
        engine = self._engines.get(name)
        why = f"the engine {name} is not installed" if engine is None else engine.unready()
        standing = Standing(
            model=model.id,
            state="cold",
            engine=name,
            path=one.files.path,
            format=one.files.format,
            quantisation=one.quantisation,
            place=one.place,
            bytes=one.bytes,
            why=why,
        )
        return _Found(model, standing, wanted)

    def _candidates(self, model: Model) -> list[Lying]:
        """All that could be the model. Raises ModelMissing where the owner's path leads nowhere."""
        if model.path:
            return list(self._named(model, Path(model.path).expanduser(), "its path"))
        if self._gemma_path and model.id == self._gemma_id():
            return list(self._named(model, Path(self._gemma_path).expanduser(), "GEMMA_MODEL_PATH"))
        names = names_of(model)
        sources = set(model.weights.sources.values()) if model.weights else set()
        return [one for one in self._lying if one.repository in sources or one.names & names]

    def _named(self, model: Model, path: Path, who: str) -> tuple[Lying, ...]:
        engine = self._engines.get(model.engine)
        if engine is not None and model.engine not in dict(ELSEWHERE) and path.exists():  # another's, of its own kind
            own: Format = min(engine.formats, default="gguf")
            size = path.stat().st_size
            return (Lying(files=Files(str(path), own), bytes=size, place="path", names=frozenset(), title=path.name),)
        found = at(path)
        if not found:
            why = "it is no GGUF file and no folder with a whole checkpoint" if path.exists() else "it is not there"
            raise ModelMissing(f"{who} names {path}", why=why, mend="mend the path")
        return found

    def _ranked(self, model: Model, candidates: list[Lying]) -> list[tuple[str, Lying]]:
        """What could be run and by what, the best first: an engine that is ready, then form, place, quantisation."""
        first = SMALL_LOSS if "text" not in model.capabilities else ()
        rank: list[tuple[tuple[int, ...], int, str, Lying]] = []
        for turn, (name, form) in enumerate(self._orders(model)):
            engine = self._engines.get(name)
            unready = engine is None or bool(engine.unready())
            rank += [
                ((unready, turn, PLACES.index(one.place), near(one.quantisation, first)), number, name, one)
                for number, one in enumerate(candidates)
                if one.files.format == form
            ]
        return [(name, one) for _, _, name, one in sorted(rank, key=lambda entry: entry[:2])]

    def _orders(self, model: Model) -> tuple[tuple[str, Format], ...]:
        """The catalog's models run in what runs them best; one whose engine is named runs in that."""
        if model.engine == "llamacpp":
            return self._order
        own = tuple(pair for pair in self._order if pair[0] == model.engine)
        engine = self._engines.get(model.engine)
        forms: list[Format] = sorted(engine.formats if engine else ()) or ["gguf"]
        return own or tuple((model.engine, form) for form in forms)

    def _sound(self, one: Lying) -> bool:
        """Whether llama.cpp can open it: Ollama's store has files that only Ollama reads, eyes and words in one."""
        if one.place != "Ollama":
            return True
        if one.files.path not in self._odd:
            try:
                header = header_of(one.files)
                norm = f"{header.family}.attention.layer_norm_rms_epsilon"
                self._odd[one.files.path] = norm in header.keys and not any(
                    tensor.name.startswith(("v.", "mm.", "a.")) for tensor in header.tensors
                )
            except PartimentoError:
                self._odd[one.files.path] = False
        return self._odd[one.files.path]

    def _as_wanted(self, model: Model, engine: str, one: Lying) -> Wanted:
        looks = bool(model.capabilities & {"image", "audio"})
        adapters = tuple(Adapter(name, str(_there(model, path))) for name, path in sorted(model.adapters.items()))
        files = Files(one.files.path, one.files.format, one.files.projector if looks else "", adapters)
        known = self._engines.get(engine)
        own = engine == "llamacpp" and bool(self._llama_server)
        return Wanted(
            model=model.base,
            engine=engine,
            files=files,
            tier=model.tier,
            embeds="embeddings" in model.capabilities and "text" not in model.capabilities,
            context=min(self._context, model.context),
            context_limit=model.context,
            slots=model.slots or self._slots or SLOTS.get(model.tier, 1),
            pinned=model.pinned,
            keep_s=model.keep_s,
            mark=_state_of(Path(one.files.path)),
            sleeps=known is not None and known.sleeps,
            devices=self._devices.get(engine, ()),
            options=model.options | ({"program": self._llama_server} if own else {}),
        )

    def _absent(self, model: Model, unreadable: bool) -> Standing:
        folder, pulling = self._half(model)
        if pulling is not None and is_pulled_now(folder):
            why = f"it is being pulled: {pulling.fraction:.0%} is here"
            return Standing(model=model.id, state="downloading", fraction=pulling.fraction, pulling=pulling, why=why)
        why = "what lies here of it no installed engine can read" if unreadable else "its files are not on this machine"
        mend = "`partimento models pull ID` brings it"
        if pulling is not None:
            why, mend = (
                f"only {pulling.fraction:.0%} of it is here",
                f"`partimento models pull {model.id}` brings the rest",
            )
        fraction = pulling.fraction if pulling is not None else None
        return Standing(model=model.id, state="absent", fraction=fraction, pulling=pulling, why=f"{why}; {mend}")

    def _half(self, model: Model) -> tuple[Path, Pulling | None]:
        """The folder into which it is, or was, being pulled."""
        sources = set(model.weights.sources.values()) if model.weights else set()
        for folder, told in ours(self.here.models):
            if isinstance(told, Pulling) and (told.model == model.id or told.repository in sources):
                return folder, told
        return self.here.models, None

    def _gemma_id(self) -> str:
        path = Path(self._gemma_path).expanduser()
        changed = _mark(path)
        if self._gemma is None or self._gemma[0] != changed:
            self._gemma = changed, gemma_meant(path, shipped())
        return self._gemma[1]


def shelf(
    settings: Settings,
    models_folder: Path,
    engines: Mapping[str, LocalEngine],
    clock: Clock,
    environ: Mapping[str, str] = os.environ,
    home: Callable[[], Path] = Path.home,
) -> Shelf:
    """The shelf as the settings say. `models_folder`: `settings.models_folder`, or where it is if that is empty."""
    return Shelf(
        places.roots(models_folder, environ, home()),
        engines,
        clock,
        gemma_path=settings.gemma_model_path,
        context=settings.local_context,
        slots=settings.local_slots,
        llama_server=settings.llama_server,
    )


def is_apple() -> bool:
    """Whether this is one of Apple's chips."""
    return sys.platform == "darwin" and platform.machine() == "arm64"


def _mend(model: Model) -> str:
    """What brings a model that is not here: no pull brings a file that its owner named."""
    return "put it back, or partimento models load its new PATH" if model.path else f"partimento models pull {model.id}"


def _there(model: Model, path: str) -> Path:
    found = Path(path).expanduser().absolute()
    if not found.exists():
        raise ModelMissing(
            f"an adapter of {model.id} is not at {found}", why="there is no such file", mend="mend its path"
        )
    return found


def _sentence(error: PartimentoError) -> str:
    return "; ".join(part for part in (f"{error.what}: {error.why}" if error.why else error.what, error.mend) if part)


def _marks(folders: Iterable[Path]) -> tuple[int, ...]:
    """When these folders and those in them last changed: a pull that ends, a snapshot that comes, shows there."""
    found: list[int] = []
    for folder in folders:
        waiting = [(folder, 0)]
        while waiting:
            here, depth = waiting.pop()
            found.append(_mark(here))
            if depth < 2:
                with suppress(OSError):
                    waiting += [(Path(entry.path), depth + 1) for entry in os.scandir(here) if entry.is_dir()]
    return tuple(found)


def _mark(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _state_of(path: Path) -> str:
    """A mark that changes when the files are replaced: of a folder, its weights."""
    try:
        parts = [path] if path.is_file() else sorted(path.glob("*.safetensors"))
        told = [part.stat() for part in parts]
    except OSError:
        return ""
    return f"{sum(one.st_size for one in told)}-{max((one.st_mtime_ns for one in told), default=0)}"
