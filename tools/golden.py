#!/usr/bin/env python3
"""Golden vectors from the official implementation: runs the unmodified PyPI package `rwkv` (Apache-2.0) on a tiny random
RWKV-7 model and writes what it computes, for src/engine/reference/golden.test.ts. Run by hand, from the repository:

    pip install rwkv torch numpy        (any torch since 1.13; the CPU is enough)
    python3 tools/golden.py             runs the model of test/data/golden/rwkv7.pth again
    python3 tools/golden.py --new       draws new weights first
"""
import argparse
import importlib.metadata
import inspect
import json
import os
import pathlib

os.environ["RWKV_V7_ON"] = "1"
os.environ["RWKV_JIT_ON"] = "1"
os.environ["RWKV_CUDA_ON"] = "0"

import torch

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "test" / "data" / "golden"
# Three layers: the value residual of layer 0 reaches beyond the next one.
LAYERS, WIDTH, HEAD_SIZE, FFN, VOCABULARY = 3, 128, 64, 160, 48
RANKS = {"w": 16, "a": 12, "v": 8, "g": 20}
SEQUENCE = [7, 0, 41, 3, 3, 19, 47, 28, 5, 5, 12]
ONE_BY_ONE = [33, 3, 21]
WKV_STRIDE = 37  # every 37th entry of the WKV matrices is kept: enough to tell any layout from any other


def random_weights(seed):
    """Tensors with the official names, shapes and orientation ([in][out] adapters), in bfloat16 as released files are."""
    generator = torch.Generator().manual_seed(seed)
    normal = lambda mean, deviation, *shape: mean + deviation * torch.randn(*shape, generator=generator)
    vector = lambda mean, deviation: normal(mean, deviation, 1, 1, WIDTH)
    matrix = lambda rows, columns: normal(0, columns**-0.5, rows, columns)
    weights = {"emb.weight": normal(0, 1, VOCABULARY, WIDTH)}

    def norm(name):
        weights[f"{name}.weight"], weights[f"{name}.bias"] = normal(1, 0.2, WIDTH), normal(0, 0.1, WIDTH)

    for layer in range(LAYERS):
        block = f"blocks.{layer}"
        if layer == 0:
            norm(f"{block}.ln0")
        norm(f"{block}.ln1")
        norm(f"{block}.ln2")
        for letter in "rwkvag":
            weights[f"{block}.att.x_{letter}"] = torch.rand(1, 1, WIDTH, generator=generator)
        for letter, mean in {"w": -2.0, "a": -0.2, "v": 0.7, "g": None}.items():
            if mean is not None:
                weights[f"{block}.att.{letter}0"] = vector(mean, 1.5)
            weights[f"{block}.att.{letter}1"] = normal(0, WIDTH**-0.5, WIDTH, RANKS[letter])
            weights[f"{block}.att.{letter}2"] = normal(0, RANKS[letter] ** -0.5, RANKS[letter], WIDTH)
        weights[f"{block}.att.k_k"], weights[f"{block}.att.k_a"] = vector(0.7, 0.2), vector(1.0, 0.2)
        weights[f"{block}.att.r_k"] = normal(0, 0.3, WIDTH // HEAD_SIZE, HEAD_SIZE)
        for name in ("receptance", "key", "value", "output"):
            weights[f"{block}.att.{name}.weight"] = matrix(WIDTH, WIDTH)
        norm(f"{block}.att.ln_x")
        weights[f"{block}.ffn.x_k"] = torch.rand(1, 1, WIDTH, generator=generator)
        weights[f"{block}.ffn.key.weight"], weights[f"{block}.ffn.value.weight"] = matrix(FFN, WIDTH), matrix(WIDTH, FFN)
    norm("ln_out")
    weights["head.weight"] = matrix(VOCABULARY, WIDTH)
    return {name: tensor.bfloat16() for name, tensor in weights.items()}


def accept_mmap():
    """The package calls torch.load(mmap=True), which torch before 2.1 does not know and does not need."""
    load = torch.load
    if "mmap" not in inspect.signature(load).parameters:
        torch.load = lambda *args, mmap=False, **kwargs: load(*args, **kwargs)


def official_results(path):
    from rwkv.model import RWKV

    model = RWKV(model=str(path.with_suffix("")), strategy="cpu fp32")
    logits, state = model.forward(list(SEQUENCE), None, full_output=True)
    rows = [row.tolist() for row in logits]
    for token in ONE_BY_ONE:
        logits, state = model.forward([token], state)
        rows.append(logits.tolist())
    # Per layer the package keeps [ln1 of the last token, WKV matrices [head][value][key], ln2 of the last token].
    return {
        "package": f"rwkv {importlib.metadata.version('rwkv')}, torch {torch.__version__}, cpu fp32",
        "sequence": SEQUENCE,
        "oneByOne": ONE_BY_ONE,
        "logits": rounded(rows),
        "shift": rounded([[state[3 * i].tolist(), state[3 * i + 2].tolist()] for i in range(LAYERS)]),
        "wkvStride": WKV_STRIDE,
        "wkv": rounded(torch.stack([state[3 * i + 1] for i in range(LAYERS)]).flatten()[::WKV_STRIDE].tolist()),
    }


def rounded(values):
    """Eight significant digits: less than the rounding of float32, and half the file."""
    return [rounded(value) for value in values] if isinstance(values, list) else float(f"{values:.8g}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--new", action="store_true", help="draw new weights and overwrite rwkv7.pth")
    weights_file = GOLDEN / "rwkv7.pth"
    if parser.parse_args().new:
        torch.save(random_weights(seed=7), weights_file)
    accept_mmap()
    (GOLDEN / "rwkv7.json").write_text(json.dumps(official_results(weights_file)) + "\n")
