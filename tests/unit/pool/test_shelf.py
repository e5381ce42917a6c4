"""What lies on this machine is found, in the form that suits it, and looked at seldom."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from model_files import checkpoint_files, gguf_bytes, huge_gguf, written
from partimento.catalog.lookup import shipped
from partimento.core.errors import ModelMissing, NotConfigured
from partimento.core.local import Door, Files, Format, Heard, Launch, Plan
from partimento.core.model import Model
from partimento.core.settings import Settings
from partimento.pool.files.download import pull
from partimento.pool.files.entry import model_at
from partimento.pool.files.manifest import PULLING, Pulling, alone, write
from partimento.pool.files.places import roots
from partimento.pool.files.shelf import LIFE_S, Shelf, shelf
from partimento.pool.files.wish import Wish
from partimento.testing.clock import FrozenClock
from partimento.testing.hub import Hub, Repository

GEMMA_12B = 11_765_788_416
TOOLS = "{% if tools %}{{ tools }}{% endif %}"


class Engine:
    """One that is installed, or says what is missing; it is never started here."""

    sleeps = False

    def __init__(self, name: str, *formats: Format, unready: str = "") -> None:
        self.name, self.formats, self._unready = name, frozenset(formats), unready

    def unready(self) -> str:
        return self._unready

    def launch(self, plan: Plan, door: Door) -> Launch:
        raise AssertionError

    def heard(self, line: str) -> Heard | None:
        raise AssertionError


def engines(*names: str) -> dict[str, Engine]:
    formats: dict[str, tuple[Format, ...]] = {
        "llamacpp": ("gguf",), "mlx": ("mlx", "safetensors"), "transformers": ("safetensors",),
    }  # fmt: skip
    return {
        name: Engine(name, *kinds, unready="" if name in names else f"{name} is not installed; pip install it")
        for name, kinds in formats.items()
    }


class Home:
    """A user's folders, and a shelf over them."""

    def __init__(self, path: Path) -> None:
        self.path, self.clock = path, FrozenClock()
        self.models = path / "models"
        self.hub = path / ".cache" / "huggingface" / "hub"

    def shelf(self, *names: str, apple: bool = False, **more: Any) -> Shelf:
        here = roots(self.models, {}, self.path)
        found = engines(*(names or ("llamacpp",))) | more.pop("besides", {})
        return Shelf(here, found, self.clock, apple=apple, **more)

    def cached(self, repository: str, files: dict[str, bytes], commit: str = "c" * 40) -> Path:
        folder = self.hub / f"models--{repository.replace('/', '--')}"
        written(folder / "snapshots" / commit, files)
        written(folder / "refs", {"main": commit.encode()})
        return folder / "snapshots" / commit


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def model(model_id: str = "phi-3.5-mini", **changes: Any) -> Model:
    import msgspec

    found = next((one for one in shipped() if one.id == model_id), None)
    found = found or Model(id=model_id, engine="llamacpp", tier="small", reach=4)
    return msgspec.structs.replace(found, **changes)


def test_what_is_not_here_says_how_it_comes(home: Home) -> None:
    phi = model()
    assert home.shelf().missing(phi) == ("its files are not on this machine; `partimento models pull ID` brings it")
    with pytest.raises(ModelMissing) as missing:
        home.shelf().wanted(phi)
    assert missing.value.mend == "partimento models pull phi-3.5-mini"
    assert home.shelf().standing(phi).state == "absent"


def test_a_gguf_file_of_the_owners_is_asked_for_as_the_settings_say(home: Home) -> None:
    path = written(home.path, {"my/phi.gguf": gguf_bytes()}) / "my" / "phi.gguf"
    wanted = home.shelf(context=4096).wanted(model(path=str(path), pinned=True, keep_s=60.0, options={"a": "b"}))
    assert wanted.files == Files(str(path), "gguf")
    assert (wanted.engine, wanted.tier, wanted.context, wanted.context_limit) == ("llamacpp", "small", 4096, 131072)
    assert (wanted.slots, wanted.pinned, wanted.keep_s, wanted.options) == (4, True, 60.0, {"a": "b"})
    assert wanted.devices == ("metal", "cpu")
    assert home.shelf(llama_server="/opt/llama-server").wanted(model(path=str(path))).devices == ()
    assert home.shelf(slots=3).wanted(model(path=str(path))).slots == 3
    assert home.shelf(slots=3).wanted(model(path=str(path), slots=2)).slots == 2


def test_a_home_folder_and_a_relative_path_are_understood(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    written(home.path, {"phi.gguf": gguf_bytes()})
    monkeypatch.setenv("HOME", str(home.path))
    monkeypatch.chdir(home.path)
    for path in ("~/phi.gguf", "phi.gguf"):
        assert home.shelf().missing(model(path=path)) == ""


def test_a_path_that_leads_nowhere_is_told_and_nothing_else_is_taken(home: Home) -> None:
    home.cached("bartowski/Phi-3.5-mini-instruct-GGUF", {"Phi-3.5-mini-instruct-Q4_K_M.gguf": gguf_bytes()})
    assert "its path names /nowhere/phi.gguf: it is not there" in home.shelf().missing(model(path="/nowhere/phi.gguf"))
    with pytest.raises(ModelMissing) as raised:
        home.shelf().wanted(model(path="/nowhere/phi.gguf"))
    assert "pull" not in raised.value.mend
    written(home.path, {"empty/readme.txt": b""})
    assert "no folder with a whole checkpoint" in home.shelf().missing(model(path=str(home.path / "empty")))


def test_what_the_hugging_face_cache_holds_is_used(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    hub_client = pytest.importorskip("huggingface_hub")
    files = {"Phi-3.5-mini-instruct-Q4_K_M.gguf": gguf_bytes(), "README.md": b"x"}
    with Hub({"bartowski/Phi-3.5-mini-instruct-GGUF": Repository(files=files)}) as running:
        hub_client.hf_hub_download(
            "bartowski/Phi-3.5-mini-instruct-GGUF", "Phi-3.5-mini-instruct-Q4_K_M.gguf", cache_dir=home.hub,
            endpoint=running.base_url, token=False,
        )  # fmt: skip
    standing = home.shelf().standing(model())
    assert (standing.state, standing.place, standing.quantisation) == ("cold", "Hugging Face", "Q4_K_M")
    assert standing.bytes == len(files["Phi-3.5-mini-instruct-Q4_K_M.gguf"])
    assert Path(home.shelf().wanted(model()).files.path).read_bytes()[:4] == b"GGUF"


def test_the_snapshot_that_main_names_counts(home: Home) -> None:
    name = {"Phi-3.5-mini-instruct-Q4_K_M.gguf": gguf_bytes()}
    home.cached("bartowski/Phi-3.5-mini-instruct-GGUF", name, "a" * 40)
    home.cached("bartowski/Phi-3.5-mini-instruct-GGUF", name, "b" * 40)
    assert "/" + "b" * 40 + "/" in home.shelf().standing(model()).path


def test_a_checkpoint_with_a_shard_missing_is_not_here(home: Home) -> None:
    index = {"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}
    files = checkpoint_files("phi3")
    shard = files.pop("model.safetensors")
    files |= {"model.safetensors.index.json": json.dumps(index).encode(), "model-00001-of-00002.safetensors": shard}
    snapshot = home.cached("microsoft/Phi-3.5-mini-instruct", files)
    assert home.shelf("transformers").standing(model()).state == "absent"
    written(snapshot, {"model-00002-of-00002.safetensors": shard})
    assert home.shelf("transformers").standing(model()).state == "cold"


def test_a_link_into_nowhere_is_no_file(home: Home) -> None:
    snapshot = home.cached("bartowski/Phi-3.5-mini-instruct-GGUF", {"config.json": b"{}"})
    (snapshot / "Phi-3.5-mini-instruct-Q4_K_M.gguf").symlink_to("../../blobs/gone")
    assert home.shelf().standing(model()).state == "absent"


@pytest.mark.parametrize(
    ("apple", "installed", "engine", "form"),
    [
        (True, ("mlx", "llamacpp"), "mlx", "mlx"),
        (True, ("llamacpp",), "llamacpp", "gguf"),
        (False, ("mlx", "llamacpp", "transformers"), "llamacpp", "gguf"),
        (False, ("mlx", "transformers"), "transformers", "safetensors"),
        (False, ("mlx",), "mlx", "mlx"),
    ],
)
def test_the_form_that_suits_the_machine_comes_first(
    home: Home, apple: bool, installed: tuple[str, ...], engine: str, form: str
) -> None:
    home.cached("bartowski/Phi-3.5-mini-instruct-GGUF", {"Phi-3.5-mini-instruct-Q4_K_M.gguf": gguf_bytes()})
    home.cached("mlx-community/Phi-3.5-mini-instruct-4bit", checkpoint_files("phi3", mlx=True))
    home.cached("microsoft/Phi-3.5-mini-instruct", checkpoint_files("phi3"))
    wanted = home.shelf(*installed, apple=apple).wanted(model())
    assert (wanted.engine, wanted.files.format) == (engine, form)


def test_of_several_quantisations_q4_k_m_is_taken_then_the_nearest(home: Home) -> None:
    folder = home.path / "phi"
    written(folder, {f"phi-{q}.gguf": gguf_bytes() for q in ("F16", "Q2_K", "Q4_K_M", "Q5_K_M", "Q8_0")})
    taken = []
    for _ in range(5):
        path = Path(home.shelf().wanted(model(path=str(folder))).files.path)
        taken.append(path.stem.removeprefix("phi-"))
        path.unlink()
    assert taken == ["Q4_K_M", "Q5_K_M", "Q8_0", "Q2_K", "F16"]


def test_a_projector_is_handed_on_only_for_a_model_that_sees(home: Home) -> None:
    folder = written(home.path / "g", {"g-Q4_K_M.gguf": gguf_bytes(), "mmproj-F16.gguf": gguf_bytes("clip")})
    sees, blind = model("gemma-3-12b-it", path=str(folder)), model(path=str(folder))
    assert home.shelf().wanted(sees).files.projector == str(folder / "mmproj-F16.gguf")
    assert home.shelf().wanted(blind).files.projector == ""
    file = model("gemma-3-12b-it", path=str(folder / "g-Q4_K_M.gguf"))
    assert home.shelf().wanted(file).files.projector == str(folder / "mmproj-F16.gguf")


def test_of_a_model_in_parts_the_first_is_named_whichever_the_owner_did(home: Home) -> None:
    parts = {f"big-Q4_K_M-0000{n}-of-00002.gguf": gguf_bytes() for n in (1, 2)}
    folder = written(home.path / "big", parts)
    wanted = home.shelf().wanted(model(path=str(folder / "big-Q4_K_M-00002-of-00002.gguf")))
    assert wanted.files.path == str(folder / "big-Q4_K_M-00001-of-00002.gguf")
    (folder / "big-Q4_K_M-00001-of-00002.gguf").unlink()
    assert home.shelf().missing(model(path=str(folder / "big-Q4_K_M-00002-of-00002.gguf")))


def test_adapters_go_with_their_model_and_a_missing_one_is_told(home: Home) -> None:
    written(home.path, {"phi.gguf": gguf_bytes(), "style.gguf": gguf_bytes()})
    path, style = str(home.path / "phi.gguf"), str(home.path / "style.gguf")
    wanted = home.shelf().wanted(model(path=path, adapters={"style": style}))
    assert [(one.name, one.path) for one in wanted.files.adapters] == [("style", style)]
    assert "an adapter of phi-3.5-mini is not at" in home.shelf().missing(model(path=path, adapters={"x": "/no/x"}))


def test_an_engine_that_is_not_installed_is_named_with_its_mend(home: Home) -> None:
    home.cached("bartowski/Phi-3.5-mini-instruct-GGUF", {"Phi-3.5-mini-instruct-Q4_K_M.gguf": gguf_bytes()})
    bare = home.shelf("mlx")
    assert bare.missing(model()) == "llamacpp is not installed; pip install it"
    assert bare.standing(model()).state == "cold"
    with pytest.raises(NotConfigured, match="cannot be run here"):
        bare.wanted(model())


def test_an_engine_of_somebody_elses_gets_the_owners_path_as_it_is(home: Home) -> None:
    script = written(home.path, {"script.json": b"{}"}) / "script.json"
    own = Model(id="played", engine="scripted", tier="small", reach=4, path=str(script))
    wanted = home.shelf(besides={"scripted": Engine("scripted", "gguf")}).wanted(own)
    assert (wanted.engine, wanted.files.path) == ("scripted", str(script))


def test_an_embedding_model_prefers_eight_bits_and_says_what_it_is(home: Home) -> None:
    files = {f"Qwen3-Embedding-0.6B-{q}.gguf": gguf_bytes() for q in ("Q4_K_M", "Q8_0")}
    home.cached("Qwen/Qwen3-Embedding-0.6B-GGUF", files)
    wanted = home.shelf().wanted(model("qwen3-embedding-0.6b"))
    assert wanted.embeds
    assert wanted.files.path.endswith("Q8_0.gguf")


def test_lm_studio_and_ollama_have_what_they_have(home: Home) -> None:
    folder = home.path / ".lmstudio" / "models" / "lmstudio-community" / "Phi-3.5-mini-instruct-GGUF"
    written(folder, {"Phi-3.5-mini-instruct-Q4_K_M.gguf": gguf_bytes()})
    assert home.shelf().standing(model()).place == "LM Studio"
    digest = "sha256:" + "ab" * 32
    manifest = {"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": digest, "size": 1}]}
    store = home.path / ".ollama" / "models"
    written(store / "manifests/registry.ollama.ai/library/qwen2.5", {"7b": json.dumps(manifest).encode()})
    written(store / "blobs", {digest.replace(":", "-"): gguf_bytes("qwen2")})
    standing = home.shelf().standing(model("qwen2.5-7b"))
    assert (standing.place, standing.path) == ("Ollama", str(store / "blobs" / digest.replace(":", "-")))


def test_a_file_that_only_ollama_can_read_is_left_alone(home: Home) -> None:
    digest = "sha256:" + "cd" * 32
    manifest = {"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": digest}]}
    store = home.path / ".ollama" / "models"
    odd = gguf_bytes("gemma3").replace(b"output.weight", b"v.blk.0.weigh")
    written(store / "manifests/registry.ollama.ai/library/gemma3", {"12b": json.dumps(manifest).encode()})
    written(store / "blobs", {digest.replace(":", "-"): odd})
    assert home.shelf().standing(model("gemma-3-12b-it")).state == "absent"


@pytest.mark.parametrize("text", ["", "[]", '{"layers": 3}', '{"layers": [{"digest": "sha256:../../etc/passwd"}]}'])
def test_a_damaged_store_of_others_has_nothing(home: Home, text: str) -> None:
    written(home.path / ".ollama/models/manifests/r/l/qwen2.5", {"7b": text.encode()})
    assert home.shelf().standing(model("qwen2.5-7b")).state == "absent"


def test_a_model_put_into_the_models_folder_by_hand_is_found_by_its_name(home: Home) -> None:
    written(home.models, {"Phi-3.5-mini-instruct-Q5_K_M.gguf": gguf_bytes()})
    written(home.models / "qwen", {"qwen2.5-7b-instruct-q4_k_m.gguf": gguf_bytes(), "unknown-Q8_0.gguf": gguf_bytes()})
    found = home.shelf()
    assert found.standing(model()).quantisation == "Q5_K_M"
    assert found.standing(model("qwen2.5-7b")).quantisation == "Q4_K_M"
    assert [one.title for one in found.others(shipped())] == ["unknown-Q8_0.gguf"]


def test_what_was_pulled_comes_before_what_others_have_and_moves_with_its_folder(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("huggingface_hub")
    name, source = "Phi-3.5-mini-instruct-Q8_0.gguf", "bartowski/Phi-3.5-mini-instruct-GGUF"
    home.cached(source, {"Phi-3.5-mini-instruct-Q4_K_M.gguf": gguf_bytes()})
    with Hub({source: Repository(files={name: gguf_bytes()})}) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.base_url)
        pull(Wish(repository=source, model=model()), home.models, home.clock)
    assert (home.shelf().standing(model()).place, home.shelf().standing(model()).quantisation) == ("pulled", "Q8_0")
    other = Home(home.path / "other")
    shutil.copytree(home.models, other.models)
    assert other.shelf().standing(model()).path == str(other.models / f"{source.replace('/', '--')}--Q8_0" / name)


def test_a_pull_under_way_and_one_that_was_cut_are_told(home: Home) -> None:
    folder = home.models / "bartowski--Phi-3.5-mini-instruct-GGUF--Q4_K_M"
    written(folder, {"pull.lock": b"", "Phi-3.5-mini-instruct-Q4_K_M.gguf.abc.part": b"x"})
    told = Pulling(repository="bartowski/Phi-3.5-mini-instruct-GGUF", done_bytes=42, total_bytes=100, pid=7)
    write(folder, PULLING, told)
    with alone(folder) as mine:
        assert mine
        standing = home.shelf().standing(model())
        assert (standing.state, standing.fraction) == ("downloading", 0.42)
        assert standing.why == "it is being pulled: 42% is here"
    cut = home.shelf().standing(model())
    assert (cut.state, cut.fraction) == ("absent", 0.42)
    assert cut.why == "only 42% of it is here; `partimento models pull phi-3.5-mini` brings the rest"
    assert cut.line() == "not here, 42% of it was pulled before a cut"


def test_a_look_is_good_for_two_seconds_and_then_only_changes_are_read(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partimento.pool.files import places

    reads: list[int] = []
    read = places.lying

    def counting(here: places.Roots) -> tuple[places.Lying, ...]:
        reads.append(1)
        return read(here)

    monkeypatch.setattr(places, "lying", counting)
    found = home.shelf()
    assert found.missing(model())
    home.cached("bartowski/Phi-3.5-mini-instruct-GGUF", {"Phi-3.5-mini-instruct-Q4_K_M.gguf": gguf_bytes()})
    assert found.missing(model())
    home.clock.advance(LIFE_S)
    assert found.missing(model()) == ""
    for _ in range(5):
        home.clock.advance(LIFE_S)
        assert found.missing(model()) == ""
    assert len(reads) == 2
    found.forget()
    assert found.missing(model()) == ""
    assert len(reads) == 3


def test_the_same_question_is_answered_from_memory(home: Home) -> None:
    written(home.path, {"phi.gguf": gguf_bytes()})
    found, phi = home.shelf(), model(path=str(home.path / "phi.gguf"))
    assert found.wanted(phi) is found.wanted(phi)


def test_gemma_model_path_serves_the_gemma_that_it_is(home: Home) -> None:
    cases = [
        (huge_gguf(home.path / "a" / "mystery.gguf", GEMMA_12B, "gemma3"), "gemma-3-12b-it"),
        (huge_gguf(home.path / "b" / "mystery.gguf", 8_000_000_000, "gemma3n"), "gemma-3n-e4b"),
        (huge_gguf(home.path / "c" / "mystery.gguf", 30_000_000_000, "gemma4"), "gemma-4-31b"),
        (huge_gguf(home.path / "d" / "gemma-4-12b-it-Q4_K_M.gguf", 1000, "gemma4"), "gemma-4-12b"),
        (huge_gguf(home.path / "e" / "mystery.gguf", 1000, "gemma2"), "gemma-3-12b-it"),
        (written(home.path / "gemma-3-12b-it", checkpoint_files("gemma3_text")), "gemma-3-12b-it"),
    ]
    gemmas = [one for one in shipped() if one.id.startswith("gemma") and one.weights]
    for path, meant in cases:
        found = home.shelf("llamacpp", "transformers", gemma_path=str(path))
        served = [one.id for one in gemmas if found.standing(one).state == "cold"]
        assert served == [meant], path
        assert found.standing(model(meant)).place == "path"


def test_a_gemma_model_path_that_leads_nowhere_is_told(home: Home) -> None:
    missing = home.shelf(gemma_path="/nowhere/gemma").missing(model("gemma-3-12b-it"))
    assert missing.startswith("GEMMA_MODEL_PATH names /nowhere/gemma: it is not there")


def test_others_environment_variables_say_where_their_models_are(tmp_path: Path) -> None:
    here = roots(tmp_path, {"HF_HUB_CACHE": "/a/hub", "HF_HOME": "/b", "OLLAMA_MODELS": "/c"}, tmp_path)
    assert (here.hub, here.ollama) == (Path("/a/hub"), (Path("/c"),))
    assert roots(tmp_path, {"HF_HOME": "/b"}, tmp_path).hub == Path("/b/hub")
    assert roots(tmp_path, {"XDG_CACHE_HOME": "/x"}, tmp_path).hub == Path("/x/huggingface/hub")
    assert roots(tmp_path, {}, tmp_path).hub == tmp_path / ".cache" / "huggingface" / "hub"


def test_the_settings_make_a_shelf(tmp_path: Path) -> None:
    written(tmp_path, {"g.gguf": gguf_bytes("gemma3")})
    settings = Settings(gemma_model_path=str(tmp_path / "g.gguf"), local_context=2048, local_slots=5)
    made = shelf(settings, tmp_path / "models", engines("llamacpp"), FrozenClock(), {}, lambda: tmp_path)
    wanted = made.wanted(model("gemma-3-12b-it"))
    assert (wanted.context, wanted.slots) == (2048, 5)


@pytest.mark.parametrize(
    ("parameters", "tier", "reach", "told"),
    [
        (1_500_000_000, "small", 3, "1.5B"),
        (4_000_000_000, "small", 4, "4B"),
        (7_600_000_000, "medium", 6, "7.6B"),
        (14_700_000_000, "medium", 7, "15B"),
        (70_000_000_000, "large", 8, "70B"),
    ],
)
def test_a_file_nobody_knows_becomes_a_model_by_what_its_header_tells(
    tmp_path: Path, parameters: int, tier: str, reach: int, told: str
) -> None:
    path = huge_gguf(tmp_path / "My Tune_v2-Q4_K_M.gguf", parameters, context=16384, template=TOOLS)
    made = model_at(path, shipped())
    assert (made.id, made.tier, made.reach, made.engine) == ("my-tune_v2", tier, reach, "llamacpp")
    assert (made.context, made.path) == (16384, str(path))
    assert made.capabilities == {"text", "json_schema", "tools"}
    assert made.weights is not None
    assert made.weights.parameters == told


def test_a_file_the_catalog_knows_keeps_what_is_known_of_it(tmp_path: Path) -> None:
    path = written(tmp_path, {"gemma-3-12b-it-Q4_K_M.gguf": gguf_bytes("gemma3")}) / "gemma-3-12b-it-Q4_K_M.gguf"
    made = model_at(path, shipped())
    assert (made.id, made.tier, made.reach, made.path) == ("gemma-3-12b-it", "medium", 6, str(path))
    folder = written(tmp_path / "Phi-3.5-mini-instruct-4bit", checkpoint_files("phi3", mlx=True))
    made = model_at(folder, shipped())
    assert (made.id, made.engine, made.path) == ("phi-3.5-mini", "mlx", str(folder))


def test_a_file_never_takes_the_name_of_another_model(tmp_path: Path) -> None:
    path = written(tmp_path, {"gpt-4o.gguf": gguf_bytes()}) / "gpt-4o.gguf"
    assert model_at(path, shipped()).id == "local-gpt-4o"
    again = model_at(path)
    assert model_at(path, [again]).path == again.path


def test_a_checkpoint_nobody_knows_is_named_after_its_folder_or_repository(home: Home) -> None:
    folder = written(home.path / "My Model", checkpoint_files("llama", vision_config={}))
    made = model_at(folder)
    assert (made.id, made.engine, made.context) == ("my-model", "transformers", 4096)
    assert made.capabilities == {"text", "json_schema", "tools", "image"}
    assert model_at(home.cached("owner/Tuned-1B", checkpoint_files())).id == "tuned-1b"


def test_what_makes_embeddings_and_what_sees_is_told_by_the_files(tmp_path: Path) -> None:
    bert = written(tmp_path, {"b.gguf": gguf_bytes("nomic-bert-moe")}) / "b.gguf"
    assert model_at(bert).capabilities == {"embeddings"}
    pooled = written(tmp_path, {"q.gguf": gguf_bytes("qwen3", qwen3__pooling_type=3)}) / "q.gguf"
    assert model_at(pooled).capabilities == {"embeddings"}
    assert model_at(pooled).reach == 1
    clip = gguf_bytes("clip", clip__has_vision_encoder=True, clip__has_audio_encoder=True)
    seeing = written(tmp_path / "s", {"s.gguf": gguf_bytes(), "mmproj-s.gguf": clip}) / "s.gguf"
    assert {"image", "audio"} <= model_at(seeing).capabilities


def test_what_is_no_model_is_refused_with_what_to_name(tmp_path: Path) -> None:
    written(tmp_path, {"notes.txt": b"x", "broken.gguf": b"GGUF", "page.gguf": b"<!DOCTYPE html>"})
    for name in ("notes.txt", "nothing.gguf", "."):
        with pytest.raises(ModelMissing, match="there is no model at"):
            model_at(tmp_path / "deeper" / name if name == "." else tmp_path / name)
    for name in ("broken.gguf", "page.gguf"):
        with pytest.raises(NotConfigured, match="cannot read"):
            model_at(tmp_path / name)


def test_looking_is_cheap_for_a_machine_with_many_models(home: Home) -> None:
    for number in range(40):
        home.cached(f"owner/model-{number}", {f"model-{number}-Q4_K_M.gguf": b"GGUF"})
    found, counted = home.shelf(), SimpleNamespace(opened=0)
    real = os.scandir

    def counting(path: Any) -> Any:
        counted.opened += 1
        return real(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "scandir", counting)
        for one in shipped():
            found.missing(one)
    assert counted.opened < 40 * 8


def test_other_files_at_the_same_path_are_another_model(home: Home) -> None:
    path = written(home.path, {"my/phi.gguf": gguf_bytes()}) / "my" / "phi.gguf"
    before = home.shelf().wanted(model(path=str(path))).key
    os.utime(path, ns=(1, 1))
    assert home.shelf().wanted(model(path=str(path))).key != before
