"""What fits a machine and what to pull for it, with reasons."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from partimento.catalog.lookup import shipped
from partimento.core.errors import BadInput, NotConfigured, UnknownName
from partimento.core.model import Model, Weights
from partimento.pool.files.choose import (
    Machine,
    choose,
    devices_of,
    fit_of,
    machine,
    order,
    room_for,
    source_of,
    suggested,
)
from partimento.pool.files.wish import Wish, wished
from partimento.pool.values import Cache, Device, Footprint, PoolSettings

GB = 10**9
TODAY = date(2026, 11, 21)


def computer(memory_gb: float, *ready: str, apple: bool = False, gpu_gb: float = 0, free_gb: float = 0) -> Machine:
    """One with so much memory, and a GPU's, on which these engines are installed."""
    total, free = int(memory_gb * GB), int((free_gb or memory_gb) * GB)
    if apple:
        main = Device(
            name="metal", total_bytes=total, recommended_bytes=total * 3 // 4, free_bytes=free, bandwidth=273e9
        )
    else:
        main = Device(name="cpu", total_bytes=total, free_bytes=free)
    gpus = [Device(name="cuda:0", total_bytes=int(gpu_gb * GB), free_bytes=int(gpu_gb * GB))] if gpu_gb else []
    return machine([*gpus, main], PoolSettings(), order(apple), ready or ("llamacpp",), devices_of(llama_server=False))


def model(model_id: str, gb: float, quality: float = 0.5, tier: str = "small", **sources: str) -> Model:
    weights = Weights("4B", disk_gb=gb, memory_gb=gb + 1, licence="MIT", sources=sources or {"gguf": f"o/{model_id}"})
    return Model(
        id=model_id, engine="llamacpp", tier=tier, reach=4, context=32768, quality=quality, weights=weights  # type: ignore[arg-type]
    )  # fmt: skip


def named(name: str) -> Model:
    return next(one for one in shipped() if one.id == name)


def test_the_best_that_fits_with_all_its_answers_is_chosen() -> None:
    models = [model("tiny", 1, 0.3), model("good", 2, 0.6), model("great", 12, 0.9)]
    choice = choose("small", models, computer(16), TODAY)
    assert choice.model is not None
    assert choice.model.id == "good"
    assert choice.why.startswith(
        "good, the best of 2 small models that fit easily: 2.0 GB to pull, licence MIT; fits: "
    )
    assert choice.why.endswith("; great is better, but fits with 3 answers of 8,192 tokens only")
    assert "for 4 answers of 8,192 tokens at once" in choice.why


def test_one_that_leaves_room_for_other_programs_comes_before_a_better_one_that_does_not() -> None:
    (fit,) = [fit_of(model("great", 9.5, 0.9), computer(16))]
    assert (fit.answer, fit.comfortable) == ("yes", False)
    choice = choose("small", [model("great", 9.5, 0.9), model("good", 2, 0.6)], computer(16), TODAY)
    assert choice.model is not None
    assert choice.model.id == "good"


def test_of_equals_the_one_whose_licence_is_confirmed_is_taken() -> None:
    import msgspec

    doubtful = model("smaller", 1)
    assert doubtful.weights is not None
    doubtful = msgspec.structs.replace(
        doubtful, weights=msgspec.structs.replace(doubtful.weights, licence="Apache-2.0 (not confirmed)")
    )
    choice = choose("small", [doubtful, model("larger", 2)], computer(24), TODAY)
    assert choice.model is not None
    assert choice.model.id == "larger"


def test_where_only_less_fits_it_is_said_what() -> None:
    fewer = fit_of(model("wide", 4), computer(7.3))
    assert (fewer.answer, fewer.slots) == ("fewer answers", 2)
    assert fewer.why.endswith("for 2 answers of 8,192 tokens at once, 4 would not fit")
    shorter = fit_of(model("wide", 4), computer(5.7))
    assert (shorter.answer, shorter.slots) == ("shorter", 1)
    assert 256 <= shorter.context < 8192


def test_what_does_not_fit_is_told_with_what_it_lacks() -> None:
    choice = choose("small", [model("huge", 40)], computer(16), TODAY)
    assert choice.model is None
    assert choice.why.startswith("no small model fits: huge, the smallest, lacks ")


def test_what_was_read_from_files_counts_more_than_the_catalogs_estimate() -> None:
    read = Footprint(weights_bytes=2 * GB, caches=(Cache(1 << 20),), trained_context=32768)
    fit = fit_of(model("known", 2), computer(64), footprint=read)
    assert fit.needs_bytes == 2 * GB + 4 * 8192 * (1 << 20)
    assert not fit.is_estimate
    assert "about" not in fit.why


def test_memory_that_others_hold_now_is_told_but_does_not_decide() -> None:
    fit = fit_of(model("good", 2), computer(16, free_gb=1))
    assert fit.answer == "yes"
    assert "more must become free first" in fit.why


def test_a_gpu_counts_only_for_engines_that_use_it() -> None:
    wide = model("wide", 30, gguf="o/gguf", original="o/plain")
    assert fit_of(wide, computer(16, "llamacpp", gpu_gb=80)).answer == "no"
    on_gpu = fit_of(wide, computer(16, "transformers", gpu_gb=80))
    assert (on_gpu.answer, on_gpu.device) == ("yes", "cuda:0")


def test_apple_takes_mlx_where_it_is_installed_and_gguf_where_not() -> None:
    qwen = named("qwen3.5-4b")
    forms = [source_of(qwen, computer(24, *ready, apple=True)) for ready in (("mlx", "llamacpp"), ("llamacpp",))]
    assert [source and source.repository for source in forms] == [
        "mlx-community/Qwen3.5-4B-4bit",
        "unsloth/Qwen3.5-4B-GGUF",
    ]
    elsewhere = source_of(qwen, computer(24, "mlx", "llamacpp", "transformers"))
    assert elsewhere is not None
    assert elsewhere.engine == "llamacpp"


def test_a_model_of_one_engine_is_not_pulled_for_another() -> None:
    assert source_of(named("phi-4-multimodal"), computer(64, "llamacpp")) is None
    source = source_of(named("phi-4-multimodal"), computer(64, "llamacpp", "transformers"))
    assert source is not None
    assert (source.repository, source.format) == ("microsoft/Phi-4-multimodal-instruct", "safetensors")


def test_speed_is_told_where_the_memorys_is_known_and_counts_active_experts_alone() -> None:
    mac = computer(48, "mlx", apple=True)
    dense, experts = fit_of(named("qwen3.5-9b"), mac), fit_of(named("qwen3.6-35b-a3b"), mac)
    assert "tokens a second" in dense.why
    assert experts.tokens_per_s > dense.tokens_per_s > 40


@pytest.mark.parametrize("gb", [8, 16, 24, 48, 128])
def test_every_usual_machine_gets_a_small_model_and_none_gets_what_does_not_fit(gb: int) -> None:
    choices = suggested(shipped(), computer(gb), TODAY)
    assert choices[0].model is not None
    for choice in choices:
        if choice.fit is not None and choice.model is not None:
            assert choice.fit.needs_bytes <= choice.fit.room_bytes
            assert "text" in choice.model.capabilities


def test_more_memory_never_gets_a_worse_model() -> None:
    quality = [choose("large", shipped(), computer(gb), TODAY) for gb in (8, 16, 24, 32, 48, 64, 128)]
    found = [choice.model.quality if choice.model else 0.0 for choice in quality]
    assert found == sorted(found)
    assert found[-1] > 0


def test_every_local_model_of_the_catalog_has_a_form_that_its_engine_runs() -> None:
    forms = {"llamacpp": {"gguf"}, "transformers": {"original"}}
    local = [one for one in shipped() if one.weights is not None and one.engine in forms]
    assert len(local) >= 19
    for one in local:
        assert one.weights is not None
        assert forms[one.engine] & one.weights.sources.keys(), one.id
    embeds = [one.id for one in local if "text" not in one.capabilities]
    assert embeds == ["qwen3-embedding-0.6b", "nomic-embed-text-v2-moe"]


def test_what_a_quantisation_may_weigh_leaves_room_for_one_answer() -> None:
    room = room_for(named("gemma-3-12b-it"), computer(9), "llamacpp")
    assert 5 * GB < room < 8 * GB


HERE = computer(24, "llamacpp", "transformers")


def wish(words: str, here: Machine = HERE) -> Wish:
    found = wished(words, shipped(), here, TODAY)
    assert isinstance(found, Wish)
    return found


@pytest.mark.parametrize(
    ("words", "repository", "quantisation", "file", "revision"),
    [
        ("phi-3.5-mini", "bartowski/Phi-3.5-mini-instruct-GGUF", "", "", "main"),
        ("phi-3.5-mini-instruct", "bartowski/Phi-3.5-mini-instruct-GGUF", "", "", "main"),
        ("qwen3.5-9b:Q8_0", "unsloth/Qwen3.5-9B-GGUF", "Q8_0", "", "main"),
        ("gemma3:12b", "bartowski/google_gemma-3-12b-it-GGUF", "", "", "main"),
        ("phi-4-multimodal", "microsoft/Phi-4-multimodal-instruct", "", "", "refs/pr/70"),
        ("owner/repo", "owner/repo", "", "", "main"),
        ("owner/repo:Q4_K_M", "owner/repo", "Q4_K_M", "", "main"),
        ("owner/repo/sub/file.gguf", "owner/repo", "", "sub/file.gguf", "main"),
        ("https://huggingface.co/owner/repo", "owner/repo", "", "", "main"),
        ("https://huggingface.co/owner/repo/", "owner/repo", "", "", "main"),
        ("hf.co/owner/repo:Q8_0", "owner/repo", "Q8_0", "", "main"),
        ("https://hf.co/owner/repo/blob/v2/file.gguf?download=true", "owner/repo", "", "file.gguf", "v2"),
        ("https://huggingface.co/owner/repo/tree/dev", "owner/repo", "", "", "dev"),
    ],
)
def test_what_to_pull_can_be_said_in_many_ways(
    words: str, repository: str, quantisation: str, file: str, revision: str
) -> None:
    found = wish(words)
    assert (found.repository, found.quantisation, found.file, found.revision) == (
        repository, quantisation, file, revision,
    )  # fmt: skip


def test_a_tier_means_the_best_that_fits_and_says_why() -> None:
    found = wish("small")
    assert found.model is not None
    assert (found.model.tier, found.form) == ("small", "gguf")
    assert found.why.startswith(f"{found.model.id}, the best of ")
    assert found.most_bytes is not None
    medium = wish("normal").model
    assert medium is not None
    assert medium.tier == "medium"


def test_a_repository_of_the_catalog_is_its_model() -> None:
    found = wish("unsloth/Qwen3.5-4B-GGUF:Q8_0")
    assert found.model is not None
    assert found.model.id == "qwen3.5-4b"


def test_a_path_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "mine.gguf").touch()
    for words in ("./models/mine.gguf", "models/mine.gguf", str(tmp_path), "~/models"):
        assert isinstance(wished(words, shipped(), HERE, TODAY), Path)


def test_what_is_none_of_these_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName) as unknown:
        wish("qwen3.5-4bb")
    assert unknown.value.mend.startswith("did you mean 'qwen3.5-4b'?")
    with pytest.raises(BadInput, match=r"cannot pull https://example\.org"):
        wish("https://example.org/model")
    with pytest.raises(BadInput, match="alone"):
        wish("owner/repo/pytorch_model.bin")


def test_without_an_engine_nothing_is_pulled_in_vain() -> None:
    bare = machine([Device(name="cpu", total_bytes=24 * GB)], PoolSettings(), order(apple=False), (), {})
    with pytest.raises(NotConfigured) as refused:
        wish("small", bare)
    assert (refused.value.why, refused.value.mend) == (
        "no installed engine runs a small model",
        "pip install 'partimento[llama]'",
    )
    with pytest.raises(NotConfigured, match="nothing here would run it"):
        wish("qwen3.5-4b", bare)
