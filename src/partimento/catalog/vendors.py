"""The vendors whose models are shipped. Knows their names, keys and places; leaves their protocols to engines."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from partimento.core.model import Model
from partimento.core.settings import Settings


class Vendor(Struct, frozen=True):
    """One vendor: `provider` is its word in the catalog, `listed_as` its word in the price list, `usual` the model that
    its name alone means, unless the owner set a default."""

    provider: str
    name: str
    engine: str
    base_url: str
    key_variable: str
    key_setting: str = ""
    base_url_setting: str = ""
    listed_as: str = ""
    usual: str = ""


VENDORS: Final = {
    vendor.provider: vendor
    for vendor in (
        Vendor(
            "openai", "OpenAI", "openai", "https://api.openai.com/v1",
            "OPENAI_API_KEY", "openai_api_key", "openai_base_url", "openai", "gpt-6-luna",
        ),
        Vendor(
            "anthropic", "Anthropic", "anthropic", "https://api.anthropic.com",
            "ANTHROPIC_API_KEY", "anthropic_api_key", "anthropic_base_url", "anthropic", "claude-haiku-5-5",
        ),
        Vendor(
            "gemini", "Gemini", "gemini", "https://generativelanguage.googleapis.com/v1beta",
            "GEMINI_API_KEY", "gemini_api_key", "gemini_base_url", "google", "gemini-3.1-flash-lite",
        ),
        Vendor(
            "elevenlabs", "ElevenLabs", "elevenlabs", "https://api.elevenlabs.io/v1",
            "ELEVENLABS_API_KEY", listed_as="elevenlabs", usual="eleven_multilingual_v2",
        ),
    )
}  # fmt: skip


def usual(provider: str) -> str:
    """The id of the model that a vendor's name alone means; "" for nobody's."""
    return VENDORS[provider].usual if provider in VENDORS else ""


def place(provider: str, settings: Settings) -> str:
    """Where a vendor's models are: where the settings say, else at the vendor's own; "" for nobody's."""
    vendor = VENDORS.get(provider)
    if vendor is None:
        return ""
    return str(vendor.base_url_setting and getattr(settings, vendor.base_url_setting)) or vendor.base_url


def key_variable(model: Model) -> str:
    """The environment variable that a model's key is read from; "" where none is named."""
    vendor = VENDORS.get(model.provider)
    return model.api_key_setting or (vendor.key_variable if vendor else "")


def key_setting(model: Model) -> str:
    """The setting that holds a model's key; "" where its variable is no setting."""
    vendor = VENDORS.get(model.provider)
    return vendor.key_setting if vendor and key_variable(model) == vendor.key_variable else ""
