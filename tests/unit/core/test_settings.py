from decimal import Decimal

import pytest

from partimento.core.errors import SettingsError
from partimento.core.settings import Layer, Settings, configure, dotenv_layer, environment_layer, toml_layer


def test_without_any_layer_every_setting_has_its_default() -> None:
    configured = configure([])
    assert configured.settings == Settings()
    assert set(configured.origins.values()) == {"default"}


def test_a_later_layer_wins_and_is_named_as_the_origin() -> None:
    configured = configure(
        [
            toml_layer("small_up_to = 3\nmedium_up_to = 6", "partimento.toml"),
            environment_layer({"PARTIMENTO_SMALL_UP_TO": "2"}),
        ]
    )
    assert (configured.settings.small_up_to, configured.settings.medium_up_to) == (2, 6)
    assert configured.origins["small_up_to"] == "environment"
    assert configured.origins["medium_up_to"] == "partimento.toml"


def test_the_names_of_other_programs_count_and_the_house_name_wins() -> None:
    environ = {"OPENAI_API_KEY": "sk-a", "PARTIMENTO_OPENAI_API_KEY": "sk-b", "FORCE_LOCAL_LLM": "true"}
    settings = configure([environment_layer(environ)]).settings
    assert settings.openai_api_key.value == "sk-b"
    assert settings.force_local is True


def test_a_secret_is_never_shown() -> None:
    settings = configure([environment_layer({"OPENAI_API_KEY": "sk-very-secret"})]).settings
    assert "very-secret" not in repr(settings)
    assert "very-secret" not in f"{settings.openai_api_key}"


def test_dotenv_lines_may_be_quoted_exported_and_commented() -> None:
    layer = dotenv_layer(
        "# mine\nexport PARTIMENTO_MAX_TOKENS=99 # few\nPARTIMENTO_DAILY_BUDGET_USD='1.50'\nOTHER=1\nnonsense\n"
    )
    settings = configure([layer]).settings
    assert settings.max_tokens == 99
    assert settings.daily_budget_usd == Decimal("1.50")


def test_a_broken_toml_names_the_line_and_the_mend() -> None:
    with pytest.raises(SettingsError) as caught:
        toml_layer("a = 1\nb = = 2\n", "partimento.toml")
    assert "line 2" in caught.value.why
    assert caught.value.mend


def test_a_misspelt_setting_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError) as caught:
        configure([toml_layer('budgetmode = "quality"', "partimento.toml")])
    assert "budget_mode" in caught.value.mend


@pytest.mark.parametrize(
    "text",
    ['budget_mode = "lavish"', "small_up_to = 11", "deadline_s = 0", 'daily_budget_usd = "x"', "[[models]]\nx=1"],
)
def test_a_value_that_cannot_be_is_refused_with_its_origin(text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        configure([toml_layer(text, "partimento.toml")])
    assert "partimento.toml" in caught.value.what


def test_tables_can_be_set_in_the_environment_as_json() -> None:
    settings = configure([environment_layer({"PARTIMENTO_TTL": '{"tutorial": 7}'})]).settings
    assert settings.ttl == {"tutorial": 7.0}
    with pytest.raises(SettingsError):
        environment_layer({"PARTIMENTO_TTL": "tutorial=7"})


def test_an_argument_in_code_wins_over_everything() -> None:
    configured = configure([environment_layer({"PARTIMENTO_MAX_TOKENS": "5"}), Layer("argument", {"max_tokens": 6})])
    assert configured.settings.max_tokens == 6


def test_a_misspelt_name_in_the_environment_is_refused_like_one_in_the_file() -> None:
    with pytest.raises(SettingsError) as caught:
        configure([environment_layer({"PARTIMENTO_DAILY_BUGET_USD": "1"})])
    assert "daily_budget_usd" in caught.value.mend
    assert configure([environment_layer({"PARTIMENTO_DEBUG": "1", "PARTIMENTO_CONFIG": "x"})]).settings == Settings()


@pytest.mark.parametrize(("word", "meant"), [("yes", True), ("on", True), ("0", False), ("No", False)])
def test_a_yes_or_no_may_be_said_in_the_usual_words(word: str, meant: bool) -> None:
    assert configure([environment_layer({"FORCE_LOCAL_LLM": word})]).settings.force_local is meant


@pytest.mark.parametrize("amount", ["nan", "inf", "-5", "1e400"])
def test_an_amount_that_is_none_is_refused(amount: str) -> None:
    with pytest.raises(SettingsError) as caught:
        configure([environment_layer({"PARTIMENTO_DAILY_BUDGET_USD": amount})])
    assert "daily_budget_usd" in caught.value.what
    with pytest.raises(SettingsError):
        configure([toml_layer(f'[[models]]\nid = "m"\noutput_usd_per_million = "{amount}"', "partimento.toml")])
