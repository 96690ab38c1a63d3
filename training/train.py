"""Trains the demo model from the token files of prepare.py.

    python train.py TOKENS OUT [--tokens 118e6] [--seconds 500]

Writes OUT/model.00, .01, ... (one f16 safetensors file in pieces; `cat` joins them) at 60 % and at the
end. The schedule follows tokens or time, whichever is further, so the learning rate always ends low.
Needs one CUDA GPU; on a CPU it runs for rehearsals with a tiny --layers and --context.
"""

import argparse
import json
import math
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import checkpoint
from model import RWKV7, check_kernel
from vocabulary import Tokenizer, read_vocabulary

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
ANSWER = 0x8000  # the bit that prepare.py sets on the tokens of answers
LONG_FROM = 0.8  # share of the run after which contexts are long


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokens", type=float, default=118e6, help="length of the schedule")
    parser.add_argument("--seconds", type=float, default=1e9, help="end of the schedule by the clock")
    parser.add_argument("--deadline", type=float, default=1e9, help="skip what remains after this many seconds")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--context", type=int, default=1024)
    parser.add_argument("--long-batch", type=int, default=20)  # 64 GiB of GPU memory
    parser.add_argument("--long-context", type=int, default=4096)
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--decay", type=float, default=0.5)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--answer-weight", type=float, default=3.0)
    parser.add_argument("--smoke", type=int, default=0, help="only this many steps of each context length, for a check")
    return parser.parse_args()


def read_tokens(path):
    return torch.from_numpy(np.fromfile(path, np.uint16).astype(np.int32)).to(DEVICE)


class Source:
    """Windows over a stream of tokens, each part of the stream once before any part comes again."""

    def __init__(self, path, generator, snap=False):
        self.tokens = read_tokens(path)
        self.generator = generator
        self.pool, self.length = torch.empty(0, dtype=torch.long), 0
        # Documents start after each 0. Half of the snapped windows begin with the 0 itself, so that the
        # model starts equally well with it and without.
        self.starts = (self.tokens.cpu() == 0).nonzero().flatten() if snap else None

    def windows(self, count, length):
        if length != self.length:
            self.pool, self.length = torch.empty(0, dtype=torch.long), length
        last = self.tokens.numel() - length - 1
        while len(self.pool) < count:
            offset = int(torch.randint(length, (1,), generator=self.generator))
            starts = torch.arange(offset, last, length)
            self.pool = torch.cat([self.pool, starts[torch.randperm(len(starts), generator=self.generator)]])
        at, self.pool = self.pool[:count], self.pool[count:]
        if self.starts is not None:
            coins = torch.rand(2, count, generator=self.generator) < 0.5
            next_start = torch.searchsorted(self.starts, at).clamp(max=len(self.starts) - 1)
            snapped = (self.starts[next_start] + coins[1]).clamp(max=last)
            at = torch.where(coins[0], snapped, at)
        at = at.to(DEVICE)
        return self.tokens[at[:, None] + torch.arange(length + 1, device=DEVICE)].long()


def autocast():
    return torch.autocast("cuda", torch.bfloat16) if DEVICE == "cuda" else nullcontext()


@torch.no_grad()
def loss_on(model, stream, length, windows=None, answers_only=False):
    """Mean loss over evenly spaced windows of the stream, in nats a token."""
    model.eval()
    count = (stream.numel() - 1) // length
    numbers = torch.linspace(0, count - 1, min(windows or count, count)).round().long().tolist()
    total = tokens = 0.0
    step = max(1, 32768 // length)
    for i in range(0, len(numbers), step):
        rows = torch.stack([stream[n * length:(n + 1) * length + 1] for n in numbers[i:i + step]]).long()
        ids = rows & ~ANSWER
        with autocast():
            logits = model(ids[:, :-1])
        losses = F.cross_entropy(logits.float().flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
        if answers_only:
            losses = losses[(rows[:, 1:] & ANSWER).flatten() > 0]
        total += losses.sum().item()
        tokens += losses.numel()
    model.train()
    return total / max(tokens, 1)


@torch.no_grad()
def greedy(model, tokenizer, prompt, limit=70):
    model.eval()
    ids = tokenizer.encode(prompt)
    stop, answer = tokenizer.numbers[b"\n\n"], []
    while len(answer) < limit:
        with autocast():
            logits = model(torch.tensor([ids + answer], device=DEVICE))[0, -1]
        token = int(logits.float().argmax())
        if token in (0, stop):
            return tokenizer.decode(answer) + " [stop]"
        answer.append(token)
    model.train()
    return tokenizer.decode(answer) + " [cut]"


def save(model, out, **metadata):
    tensors = {name: tensor.detach().half().cpu().numpy() for name, tensor in model.state_dict().items()}
    size = checkpoint.write_pieces(tensors, metadata, out, "model")
    print(f"saved {size} bytes, {metadata}", flush=True)


def optimizer_for(model, o):
    matrices, embedding, decay_base, rest = [], [], [], []
    for name, parameter in model.named_parameters():
        if name == "emb.weight":
            embedding.append(parameter)
        elif name.endswith("att.w0"):
            decay_base.append(parameter)
        elif parameter.ndim == 2 and name.endswith("weight"):
            matrices.append(parameter)
        else:
            rest.append(parameter)
    groups = [
        dict(params=matrices, weight_decay=o.decay, scale=1.0),
        dict(params=embedding, weight_decay=0.1, scale=1.0),
        dict(params=decay_base, weight_decay=0.0, scale=2.0),
        dict(params=rest, weight_decay=0.0, scale=1.0),
    ]
    return torch.optim.AdamW(groups, lr=o.rate, betas=(0.9, 0.98), eps=1e-12, fused=DEVICE == "cuda")


def main():
    o = options()
    began = time.time()
    o.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1234)
    torch.backends.cuda.matmul.allow_tf32 = True
    if DEVICE == "cuda":
        check_kernel()
    vocabulary = read_vocabulary(o.data / "anser-vocab.txt")
    tokenizer = Tokenizer(vocabulary)
    size = len(vocabulary) + 1
    model = RWKV7(size, o.width, o.layers, dropout=o.dropout).to(DEVICE)
    print(f"{sum(p.numel() for p in model.parameters())} parameters, vocabulary {size}", flush=True)
    optimizer = optimizer_for(model, o)
    generator = torch.Generator().manual_seed(7)
    prose = Source(o.data / "prose.bin", generator)
    expository = Source(o.data / "expository.bin", generator)
    instruct = Source(o.data / "instruct.bin", generator, snap=True)
    held, held_instruct = read_tokens(o.data / "heldout.bin"), read_tokens(o.data / "heldout-instruct.bin")

    def step(progress, long):
        length, batch = (o.long_context, o.long_batch) if long else (o.context, o.batch)
        # Instructions grow from a quarter to nearly two thirds of the mixture.
        from_instruct = max(1, round(batch * (0.25 + 0.4 * progress)))
        from_expository = max(1, round((batch - from_instruct) * 0.35))
        rows = torch.cat([
            prose.windows(batch - from_instruct - from_expository, length),
            expository.windows(from_expository, length),
            instruct.windows(from_instruct, length),
        ])
        ids, target = rows & ~ANSWER, rows[:, 1:]
        with autocast():
            logits = model(ids[:, :-1])
        losses = F.cross_entropy(logits.float().flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
        weights = torch.where((target & ANSWER).flatten() > 0, o.answer_weight, 1.0)
        loss = (losses * weights).sum() / weights.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return loss.detach(), batch * length

    started = time.time()
    if o.smoke:
        for long in (False, True):
            for number in range(o.smoke):
                at = time.time()
                for group in optimizer.param_groups:
                    group["lr"] = o.rate * group["scale"] * min(1, (number + 1) / 20)
                loss, count = step(0.5, long)
                value = loss.item()  # waits for the step to end
                speed = count / (time.time() - at) / 1e3
                print(f"smoke long={long} loss {value:.3f} {speed:.0f}k tokens/s", flush=True)
            if DEVICE == "cuda":
                print(f"memory {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB", flush=True)
                torch.cuda.empty_cache()

    steps = seen = 0
    saved_early = False
    while not o.smoke:
        elapsed = time.time() - started
        progress = max(seen / o.tokens, elapsed / o.seconds)
        if progress >= 1:
            break
        long = progress >= LONG_FROM
        rate = o.rate * min(1, (steps + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        for group in optimizer.param_groups:
            group["lr"] = rate * group["scale"]
        loss, count = step(progress, long)
        steps += 1
        seen += count
        if steps % 50 == 0:
            value = loss.item()
            print(f"step {steps} {seen / 1e6:.1f}M tokens {progress:.3f} loss {value:.4f} rate {rate:.1e} "
                  f"{seen / (time.time() - started) / 1e3:.0f}k tokens/s {time.time() - began:.0f} s", flush=True)
            if not math.isfinite(value):
                raise RuntimeError("the loss is not a number")
        if steps % 200 == 0:
            text, answers = loss_on(model, held, 1024, 64), loss_on(model, held_instruct, 1024, 64, True)
            print(f"held-out {text:.4f} answers {answers:.4f}", flush=True)
        if progress >= 0.6 and not saved_early:
            saved_early = True
            save(model, o.out, steps=steps, tokens=seen, progress=0.6)

    duration = round(time.time() - started, 1)
    save(model, o.out, steps=steps, tokens=seen, seconds=duration)
    print("held-out, all, 1024:", loss_on(model, held, min(1024, o.context)), flush=True)
    print("held-out, first 64 windows, 1024:", loss_on(model, held[:64 * 1024 + 1], min(1024, o.context)), flush=True)
    print("held-out answers:", loss_on(model, held_instruct, min(1024, o.context), None, True), flush=True)
    if DEVICE == "cuda":
        print("held-out, all, 4096:", loss_on(model, held, 4096), flush=True)
        print(f"memory {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB", flush=True)
    for prompt in json.loads((o.data / "prompts.json").read_text()):
        if time.time() - began > o.deadline:
            break
        shown = prompt if len(prompt) < 300 else prompt[:120] + " ... " + prompt[-150:]
        print(f"\n>>> {shown}\n<<<{greedy(model, tokenizer, prompt)}", flush=True)
    print(f"steps {steps}, tokens {seen}, seconds {duration}, in all {time.time() - began:.0f}", flush=True)


if __name__ == "__main__":
    main()
