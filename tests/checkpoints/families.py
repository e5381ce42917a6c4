"""The four families of models: their sizes here, their special tokens and their chat templates. Values only."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import Struct

Shape = Literal["llama", "phi3", "qwen2", "gemma3"]


class Size(Struct, frozen=True, kw_only=True):
    """How large a checkpoint is. `window`: of the layers that do not see all."""

    hidden: int = 256
    layers: int = 2
    heads: int = 4
    kv_heads: int = 2
    head: int = 64
    inner: int = 640
    tied: bool = False
    context: int = 4096
    window: int = 0


class Family(Struct, frozen=True, kw_only=True):
    """How a family talks. `ends`: the tokens after which it says no more; `eos` is the tokenizer's own."""

    size: Size
    config: dict[str, Any]
    bos: str
    eos: str
    pad: str
    ends: tuple[str, ...]
    special: tuple[str, ...]
    template: str
    opens: bool = True
    """Whether every text begins with `bos`, not only where the template says so."""
    strips: tuple[str, ...] = ()
    """Special tokens that take the white space after them."""
    rows: int = 1
    """The vocabulary's rows are a multiple of this: some families have more rows than tokens."""


_LLAMA: Final = """\
{{- bos_token }}
{%- for message in messages %}
    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' }}
    {{- message['content'] | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""

_PHI3: Final = (
    "{% for message in messages %}{% if message['role'] == 'system' and message['content'] %}"
    "{{'<|system|>\\n' + message['content'] + '<|end|>\\n'}}{% elif message['role'] == 'user' %}"
    "{{'<|user|>\\n' + message['content'] + '<|end|>\\n'}}{% elif message['role'] == 'assistant' %}"
    "{{'<|assistant|>\\n' + message['content'] + '<|end|>\\n'}}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% else %}{{ eos_token }}{% endif %}"
)

_QWEN2: Final = """\
{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0]['role'] == 'system' %}
        {{- messages[0]['content'] }}
    {%- else %}
        {{- 'You are a helpful assistant.' }}
    {%- endif %}
    {{- "\\n\\n# Tools\\n\\nYou may call one or more functions to assist with the user query.\\n\\nYou are provided \
with function signatures within <tools></tools> XML tags:\\n<tools>" }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\\n</tools>\\n\\nFor each function call, return a json object with function name and arguments within \
<tool_call></tool_call> XML tags:\\n<tool_call>\\n{\\"name\\": <function-name>, \\"arguments\\": <args-json-object>}\\n\
</tool_call><|im_end|>\\n" }}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or \
(message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>' + message.role }}
        {%- if message.content %}
            {{- '\\n' + message.content }}
        {%- endif %}
        {%- for tool_call in message.tool_calls %}
            {%- if tool_call.function is defined %}
                {%- set tool_call = tool_call.function %}
            {%- endif %}
            {{- '\\n<tool_call>\\n{"name": "' }}
            {{- tool_call.name }}
            {{- '", "arguments": ' }}
            {{- tool_call.arguments | tojson }}
            {{- '}\\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\\n<tool_response>\\n' }}
        {{- message.content }}
        {{- '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""

_GEMMA3: Final = """\
{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- set first_user_prefix = messages[0]['content'] + '\\n\\n' -%}
    {%- set loop_messages = messages[1:] -%}
{%- else -%}
    {%- set first_user_prefix = "" -%}
    {%- set loop_messages = messages -%}
{%- endif -%}
{%- for message in loop_messages -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception("Conversation roles must alternate user/assistant/user/assistant/...") }}
    {%- endif -%}
    {%- if (message['role'] == 'assistant') -%}
        {%- set role = "model" -%}
    {%- else -%}
        {%- set role = message['role'] -%}
    {%- endif -%}
    {{ '<start_of_turn>' + role + '\\n' + (first_user_prefix if loop.first else "") }}
    {{- message['content'] | trim }}
    {{ '<end_of_turn>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{ '<start_of_turn>model\\n' }}
{%- endif -%}
"""

FAMILIES: Final[dict[Shape, Family]] = {
    "llama": Family(
        size=Size(),
        config={"architectures": ["LlamaForCausalLM"], "model_type": "llama", "rope_theta": 500000.0},
        bos="<|begin_of_text|>",
        eos="<|eot_id|>",
        pad="<|end_of_text|>",
        ends=("<|eot_id|>", "<|end_of_text|>"),
        special=("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
        template=_LLAMA,
    ),
    "phi3": Family(
        size=Size(kv_heads=4, inner=512, context=2048),
        config={
            "architectures": ["Phi3ForCausalLM"], "model_type": "phi3", "rope_theta": 10000.0,
            "original_max_position_embeddings": 2048, "sliding_window": 2047, "rope_scaling": None,
        },
        bos="<s>",
        eos="<|endoftext|>",
        pad="<|endoftext|>",
        ends=("<|end|>", "<|endoftext|>"),
        special=("<unk>", "<s>", "</s>", "<|endoftext|>", "<|assistant|>", "<|system|>", "<|end|>", "<|user|>"),
        opens=False,
        strips=("</s>", "<|assistant|>", "<|system|>", "<|end|>", "<|user|>"),
        template=_PHI3,
    ),
    "qwen2": Family(
        size=Size(tied=True),
        config={
            "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "rope_theta": 1000000.0,
            "use_sliding_window": False,
        },
        bos="",
        opens=False,
        eos="<|im_end|>",
        pad="<|endoftext|>",
        ends=("<|im_end|>", "<|endoftext|>"),
        special=("<|endoftext|>", "<|im_start|>", "<|im_end|>"),
        template=_QWEN2,
        rows=64,
    ),
    "gemma3": Family(
        size=Size(hidden=192, layers=6, heads=2, kv_heads=1, inner=384, tied=True, window=64),
        config={
            "architectures": ["Gemma3ForCausalLM"], "model_type": "gemma3_text", "rope_theta": 1000000.0,
            "rope_local_base_freq": 10000.0, "sliding_window_pattern": 6, "query_pre_attn_scalar": 64,
            "hidden_activation": "gelu_pytorch_tanh",
        },
        bos="<bos>",
        eos="<eos>",
        pad="<pad>",
        ends=("<eos>", "<end_of_turn>"),
        special=("<pad>", "<eos>", "<bos>", "<start_of_turn>", "<end_of_turn>"),
        template=_GEMMA3,
    ),
}  # fmt: skip
