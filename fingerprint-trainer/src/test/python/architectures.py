"""Small random checkpoints of every architecture with what Hugging Face transformers computes.

    python3 -m venv venv && venv/bin/pip install torch==2.15.0 transformers==5.24.0
    venv/bin/python architectures.py ../resources/org/oml/trainer/architectures

ArchitectureFixturesTest holds the trainer to the files. Weights are large, so that the likeliest
token stands out of the rounding.
"""

import json
import pathlib
import sys

import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

SHAPE = dict(
    vocab_size=61,
    hidden_size=24,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    intermediate_size=40,
    max_position_embeddings=96,
    bos_token_id=1,
    eos_token_id=2,
    pad_token_id=None,
)
LLAMA3 = dict(
    rope_type="llama3",
    rope_theta=10000.0,
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=128,
)
PLAIN = dict(rope_type="default", rope_theta=10000.0)

CASES = {
    "llama2": (LlamaForCausalLM, LlamaConfig(**SHAPE, rope_parameters=PLAIN, rms_norm_eps=1e-5)),
    "llama3": (LlamaForCausalLM, LlamaConfig(**SHAPE, head_dim=8, rope_parameters=LLAMA3)),
    "linear": (
        LlamaForCausalLM,
        LlamaConfig(
            **SHAPE, rope_parameters=dict(rope_type="linear", rope_theta=5000.0, factor=4.0)
        ),
    ),
    "smollm2": (
        LlamaForCausalLM,
        LlamaConfig(
            **SHAPE,
            tie_word_embeddings=True,
            rope_parameters=dict(rope_type="default", rope_theta=100000.0),
        ),
    ),
    "mistral": (
        MistralForCausalLM,
        MistralConfig(**SHAPE, head_dim=8, sliding_window=None, rope_parameters=PLAIN),
    ),
    "qwen2": (
        Qwen2ForCausalLM,
        Qwen2Config(
            **SHAPE,
            tie_word_embeddings=True,
            rope_parameters=dict(rope_type="default", rope_theta=1000000.0),
        ),
    ),
    "qwen3": (
        Qwen3ForCausalLM,
        Qwen3Config(
            **SHAPE,
            head_dim=8,
            rope_parameters=dict(rope_type="default", rope_theta=1000000.0),
        ),
    ),
}
TYPES = {"smollm2": torch.bfloat16, "linear": torch.float16}
SHARDED = {"smollm2", "qwen3"}


def main(target):
    for number, (name, (kind, configuration)) in enumerate(CASES.items()):
        torch.manual_seed(number)
        model = kind(configuration).eval()
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.dim() == 1:
                    parameter.normal_(0.0, 0.2)
                else:
                    parameter.normal_(0.0, 0.25)
            for key, parameter in model.named_parameters():
                if "norm" in key:
                    parameter.add_(1.0)
        model = model.to(TYPES.get(name, torch.float32))
        directory = target / name
        model.save_pretrained(directory, max_shard_size="14KB" if name in SHARDED else "1GB")
        (directory / "generation_config.json").unlink(missing_ok=True)
        # What was stored, computed in double precision.
        model = kind.from_pretrained(directory, torch_dtype=torch.float32).double().eval()
        tokens = torch.randint(3, 61, (1, 40))
        with torch.no_grad():
            rows = torch.log_softmax(model(tokens).logits[0], -1)
            written = tokens[:, :6]
            for _ in range(30):
                following = model(written).logits[:, -1].argmax(-1, keepdim=True)
                written = torch.cat([written, following], 1)
        expected = {
            "tokens": tokens[0].tolist(),
            "logProbabilities": [[round(x, 6) for x in row.tolist()] for row in rows[::3]],
            "greedy": written[0].tolist(),
        }
        (directory / "expected.json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    torch.set_default_dtype(torch.float32)
    main(pathlib.Path(sys.argv[1]))
