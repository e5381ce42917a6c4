"""The bodies that a child is sent, as OpenAI's clients and llama-server's write them. Knows their spelling only; leaves
what is asked by them to `reading`. Fields that are not read are passed over.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct


class Function(Struct):
    name: str = ""
    arguments: str | dict[str, Any] = "{}"
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class Called(Struct):
    function: Function
    id: str | None = None


class Url(Struct):
    url: str


class Sound(Struct):
    data: str
    format: str = "wav"


class Part(Struct):
    type: str
    text: str | None = None
    image_url: Url | str | None = None
    input_audio: Sound | None = None


class Turn(Struct):
    role: str
    content: str | list[Part] | None = None
    tool_calls: list[Called] | None = None
    tool_call_id: str | None = None
    name: str | None = None


class ToolOffered(Struct):
    function: Function
    type: str = "function"


class ToolChosen(Struct):
    function: Function


class JsonSchema(Struct):
    schema: dict[str, Any] | None = None


class ResponseFormat(Struct):
    type: str = "text"
    json_schema: JsonSchema | None = None


class StreamOptions(Struct):
    include_usage: bool = False


class Lora(Struct):
    """`id` is the place in GET /lora-adapters."""

    id: int
    scale: float = 1.0


class TemplateWishes(Struct):
    enable_thinking: bool = False


class ChatBody(Struct):
    """POST /v1/chat/completions."""

    messages: list[Turn]
    model: str = ""
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    stop: str | list[str] | None = None
    seed: int | None = None
    response_format: ResponseFormat | None = None
    tools: list[ToolOffered] | None = None
    tool_choice: str | ToolChosen | None = None
    lora: list[Lora] | None = None
    adapter: str | None = None
    chat_template_kwargs: TemplateWishes | None = None
    n: int | None = None
    logprobs: bool | int | None = None


class EmbeddingBody(Struct):
    """POST /v1/embeddings."""

    input: str | list[Any]
    model: str = ""
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: int | None = None


class TokenizeBody(Struct):
    """POST /tokenize."""

    content: str
    add_special: bool = False
