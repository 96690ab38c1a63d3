"""Converts the trained safetensors file to GGUF (architecture rwkv7), as F16 and Q8_0.

    python export_gguf.py MODEL.safetensors anser-vocab.txt OUT_F16.gguf OUT_Q8_0.gguf

Names, shapes and types are those of llama.cpp's own converter and of llama-quantize, so that its
programs accept the files. Needs numpy and the package gguf.
"""

import argparse

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

import checkpoint
from vocabulary import read_vocabulary

NAME = "Anser demo 30M"
DESCRIPTION = ("A very small RWKV-7 language model for trying Anser, a desktop app that reads whole documents. "
               "English. Trained on openly licensed and public-domain text.")
TRAINED_CONTEXT = 4096
QUANTISED = ("receptance", "key", "value", "output")  # of time mix; with channel mix, embedding and head


def escape(token):
    """As Python's bytes repr without the quotes: what llama.cpp expects of a `rwkv` tokenizer."""
    return repr(token)[2:-1]


def gguf_tensors(official):
    """Yields (name, float32 array, role) in llama.cpp's order; role is vector, small or matrix."""
    get = {name: array.astype(np.float32) for name, array in official.items()}
    layers = 1 + max(int(name.split(".")[1]) for name in get if name.startswith("blocks."))

    def norm(name, source):
        for part in ("weight", "bias"):
            yield f"{name}.{part}", get[f"{source}.{part}"], "vector"

    yield "token_embd.weight", get["emb.weight"], "matrix"
    yield from norm("token_embd_norm", "blocks.0.ln0")
    for layer in range(layers):
        to, att, ffn = f"blk.{layer}", f"blocks.{layer}.att", f"blocks.{layer}.ffn"
        yield from norm(f"{to}.attn_norm", f"blocks.{layer}.ln1")
        yield from norm(f"{to}.attn_norm_2", f"blocks.{layer}.ln2")
        lerp = np.stack([get[f"{att}.x_{part}"].reshape(1, 1, -1) for part in "rwkvag"])
        yield f"{to}.time_mix_lerp_fused.weight", lerp, "vector"
        for part in "wavg":
            # Layer 0 has no value residual; the format wants the tensors all the same, as copies of a's.
            source = f"{att}.a" if part == "v" and layer == 0 else f"{att}.{part}"
            if part != "g":
                yield f"{to}.time_mix_{part}0.weight", get[f"{source}0"].reshape(-1), "vector"
            for number in (1, 2):
                # llama.cpp keeps w1 and w2 in f32 and the other low-rank matrices in f16.
                role = "vector" if part == "w" else "small"
                yield f"{to}.time_mix_{part}{number}.weight", get[f"{source}{number}"].T, role
        for part in ("k_k", "k_a", "r_k"):
            yield f"{to}.time_mix_{part}.weight", get[f"{att}.{part}"].reshape(-1), "vector"
        for part in QUANTISED:
            yield f"{to}.time_mix_{part}.weight", get[f"{att}.{part}.weight"], "matrix"
        yield from norm(f"{to}.time_mix_ln", f"{att}.ln_x")
        yield f"{to}.channel_mix_lerp_k.weight", get[f"{ffn}.x_k"].reshape(-1), "vector"
        yield f"{to}.channel_mix_key.weight", get[f"{ffn}.key.weight"], "matrix"
        yield f"{to}.channel_mix_value.weight", get[f"{ffn}.value.weight"], "matrix"
    yield from norm("output_norm", "ln_out")
    yield "output.weight", get["head.weight"], "matrix"


def write(path, official, vocabulary, matrix_type):
    size, width = official["emb.weight"].shape
    if size != len(vocabulary) + 1:
        raise ValueError(f"the head has {size} rows, the vocabulary {len(vocabulary)} tokens and id 0")
    layers = 1 + max(int(name.split(".")[1]) for name in official if name.startswith("blocks."))
    heads, head_size = official["blocks.0.att.r_k"].shape

    writer = gguf.GGUFWriter(path, "rwkv7")
    writer.add_name(NAME)
    writer.add_description(DESCRIPTION)
    writer.add_license("Apache-2.0")
    writer.add_size_label("30M")
    writer.add_languages(["en"])
    writer.add_vocab_size(size)
    writer.add_context_length(TRAINED_CONTEXT)
    writer.add_embedding_length(width)
    writer.add_block_count(layers)
    writer.add_layer_norm_eps(1e-5)
    writer.add_wkv_head_size(head_size)
    writer.add_decay_lora_rank(official["blocks.0.att.w1"].shape[1])
    writer.add_iclr_lora_rank(official["blocks.0.att.a1"].shape[1])
    writer.add_value_residual_mix_lora_rank(official["blocks.1.att.v1"].shape[1])
    writer.add_gate_lora_rank(official["blocks.0.att.g1"].shape[1])
    writer.add_feed_forward_length(official["blocks.0.ffn.key.weight"].shape[0])
    writer.add_head_count(0)  # the architecture has no attention heads in llama.cpp's sense
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16 if matrix_type == Type.F16 else gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_tokenizer_model("rwkv")
    writer.add_token_list(["<s>"] + [escape(vocabulary[number]) for number in range(1, size)])
    writer.add_token_types([gguf.TokenType.CONTROL] + [gguf.TokenType.NORMAL] * (size - 1))
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(0)
    # A blank line ends a turn.
    writer.add_eot_token_id(next(number for number, token in vocabulary.items() if token == b"\n\n"))

    for name, array, role in gguf_tensors(official):
        array = np.ascontiguousarray(array)
        if role == "vector":
            writer.add_tensor(name, array)
        elif role == "small" or matrix_type == Type.F16:
            writer.add_tensor(name, array.astype(np.float16))
        else:
            writer.add_tensor(name, gguf.quants.quantize(array, matrix_type), raw_dtype=matrix_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("model", "vocabulary", "f16", "q8_0"):
        parser.add_argument(name)
    o = parser.parse_args()
    official, metadata = checkpoint.read(o.model)
    vocabulary = read_vocabulary(o.vocabulary)
    print("trained:", metadata)
    write(o.f16, official, vocabulary, Type.F16)
    write(o.q8_0, official, vocabulary, Type.Q8_0)


if __name__ == "__main__":
    main()
