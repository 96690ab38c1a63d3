"""Runs a model file with plain numpy: held-out loss and greedy answers.

    python check.py MODEL.gguf TEXT [--bytes 60000] [--said] [--questions]
    python check.py MODEL.safetensors TEXT --vocabulary anser-vocab.txt

The forward pass is written from the formulas of RWKV-7 alone, apart from the training code, and
reads what export_gguf.py wrote: it proves the files, not the other way round. TEXT may hold several
documents, each under a line `=== title | source | licence ===`.
"""

import argparse
import random as randomness
import re
import time

import numpy as np

import checkpoint
from samples import SUMMARIZE, terms_of
from vocabulary import Tokenizer, read_vocabulary

DECAY = np.exp(np.float32(-0.5))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def normalize(x, weight, bias, epsilon):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon) * weight + bias


class Model:
    """tensors: {official name: float32 array}; linear maps [out, in], low-rank matrices [in, out]."""

    def __init__(self, tensors):
        self.z = tensors
        self.heads, self.head_size = tensors["blocks.0.att.r_k"].shape
        self.width = self.heads * self.head_size
        self.layers = 1 + max(int(name.split(".")[1]) for name in tensors if name.startswith("blocks."))
        self.embedding = normalize(tensors["emb.weight"], *self.norm("blocks.0.ln0"), 1e-5)

    def norm(self, name):
        return self.z[f"{name}.weight"], self.z[f"{name}.bias"]

    def start(self, batch):
        vectors = np.zeros((self.layers, batch, self.width), np.float32)
        matrices = np.zeros((self.layers, batch, self.heads, self.head_size, self.head_size), np.float32)
        return {"att": vectors, "ffn": vectors.copy(), "S": matrices}

    def forward(self, tokens, state):
        """tokens [batch, time]; returns the hidden rows before the head and changes the state in place."""
        x, first_value = self.embedding[tokens], None
        for i in range(self.layers):
            h = normalize(x, *self.norm(f"blocks.{i}.ln1"), 1e-5)
            mixed, first_value = self.time_mix(i, h, first_value, state)
            x = x + mixed
            h = normalize(x, *self.norm(f"blocks.{i}.ln2"), 1e-5)
            d = self.shift(h, state["ffn"][i]) - h
            k = (h + d * self.z[f"blocks.{i}.ffn.x_k"]) @ self.z[f"blocks.{i}.ffn.key.weight"].T
            x = x + np.maximum(k, 0) ** 2 @ self.z[f"blocks.{i}.ffn.value.weight"].T
        return normalize(x, *self.norm("ln_out"), 1e-5)

    def logits(self, hidden):
        return hidden @ self.z["head.weight"].T

    @staticmethod
    def shift(h, previous):
        before = np.concatenate([previous[:, None], h[:, :-1]], 1)
        previous[:] = h[:, -1]
        return before

    def time_mix(self, i, h, first_value, state):
        def get(name):
            return self.z[f"blocks.{i}.att.{name}"]

        batch, length, _ = h.shape
        d = self.shift(h, state["att"][i]) - h
        xr, xw, xk, xv, xa, xg = (h + d * get(f"x_{part}") for part in "rwkvag")
        r, k, v = xr @ get("receptance.weight").T, xk @ get("key.weight").T, xv @ get("value.weight").T
        w = np.exp(-DECAY * sigmoid(get("w0") + np.tanh(xw @ get("w1")) @ get("w2")))
        a = sigmoid(get("a0") + xa @ get("a1") @ get("a2"))
        g = sigmoid(xg @ get("g1")) @ get("g2")
        if i == 0:
            first_value = v
        else:
            v = v + (first_value - v) * sigmoid(get("v0") + xv @ get("v1") @ get("v2"))

        def split(vector):
            return vector.reshape(batch, length, self.heads, self.head_size)

        kappa = split(k * get("k_k"))
        kappa = kappa / np.maximum(np.sqrt((kappa ** 2).sum(-1, keepdims=True)), 1e-12)
        k = k * (1 + (a - 1) * get("k_a"))
        r, w, k, v, a = map(split, (r, w, k, v, a))
        removed, S = kappa * a, state["S"][i]
        rows = np.empty_like(v)
        for t in range(length):
            u = -(S @ kappa[:, t, :, :, None])
            S = S * w[:, t, :, None, :] + u * removed[:, t, :, None, :] + v[:, t, :, :, None] * k[:, t, :, None, :]
            rows[:, t] = (S @ r[:, t, :, :, None])[..., 0]
        state["S"][i] = S

        y = normalize(rows, 1, 0, 64e-5).reshape(batch, length, -1) * get("ln_x.weight") + get("ln_x.bias")
        bonus = (r * k * get("r_k")).sum(-1, keepdims=True) * v
        return ((y + bonus.reshape(y.shape)) * g) @ get("output.weight").T, first_value


def read_gguf(path):
    """Returns ({official name: float32 array}, {id: token bytes})."""
    import gguf

    reader = gguf.GGUFReader(path)
    stored = {t.name: gguf.quants.dequantize(t.data, t.tensor_type).astype(np.float32).reshape(t.shape[::-1])
              for t in reader.tensors}
    z = {"emb.weight": stored["token_embd.weight"], "head.weight": stored["output.weight"]}

    def norm(to, source):
        for part in ("weight", "bias"):
            z[f"{to}.{part}"] = stored[f"{source}.{part}"]

    norm("blocks.0.ln0", "token_embd_norm")
    norm("ln_out", "output_norm")
    field = reader.fields
    size = int(field["rwkv7.wkv.head_size"].contents())
    for i in range(int(field["rwkv7.block_count"].contents())):
        to, source = f"blocks.{i}.att", f"blk.{i}.time_mix"
        norm(f"blocks.{i}.ln1", f"blk.{i}.attn_norm")
        norm(f"blocks.{i}.ln2", f"blk.{i}.attn_norm_2")
        norm(f"{to}.ln_x", f"{source}_ln")
        for place, part in enumerate("rwkvag"):
            z[f"{to}.x_{part}"] = stored[f"{source}_lerp_fused.weight"][place, 0, 0]
        for part in "wavg":
            if part != "g":
                z[f"{to}.{part}0"] = stored[f"{source}_{part}0.weight"]
            for number in "12":
                z[f"{to}.{part}{number}"] = stored[f"{source}_{part}{number}.weight"].T
        for part in ("k_k", "k_a"):
            z[f"{to}.{part}"] = stored[f"{source}_{part}.weight"]
        z[f"{to}.r_k"] = stored[f"{source}_r_k.weight"].reshape(-1, size)
        for part in ("receptance", "key", "value", "output"):
            z[f"{to}.{part}.weight"] = stored[f"{source}_{part}.weight"]
        z[f"blocks.{i}.ffn.x_k"] = stored[f"blk.{i}.channel_mix_lerp_k.weight"].reshape(-1)
        for part in ("key", "value"):
            z[f"blocks.{i}.ffn.{part}.weight"] = stored[f"blk.{i}.channel_mix_{part}.weight"]

    tokens = field["tokenizer.ggml.tokens"].contents()
    return z, {number: unescape(text) for number, text in enumerate(tokens) if number > 0}


def unescape(text):
    special = {"t": b"\t", "n": b"\n", "r": b"\r"}

    def one(match):
        code = match.group(1)
        if code.startswith(b"x"):
            return bytes([int(code[1:], 16)])
        return special.get(code.decode(), code)

    return re.sub(rb"\\(x[0-9a-f]{2}|.)", one, text.encode())


def read_model(path, vocabulary):
    if str(path).endswith(".gguf"):
        return read_gguf(path)
    tensors, _ = checkpoint.read(path)
    tensors = {name: array.astype(np.float32) for name, array in tensors.items()}
    for name in tensors:
        if ".att.x_" in name or ".ffn.x_k" in name or name[-3:] in ("k_k", "k_a") or name[-2:] in ("w0", "a0", "v0"):
            tensors[name] = tensors[name].reshape(-1)
    return tensors, read_vocabulary(vocabulary)


def documents(path):
    text = open(path, encoding="utf-8").read()
    return [part.strip() for part in re.split(r"^=== .* ===$", text, flags=re.M) if part.strip()]


def held_out_loss(model, tokenizer, texts, limit, window=512):
    """Nats a token and bits a byte, over windows of fresh state spread evenly over the texts."""
    ids = np.array([number for text in texts for number in tokenizer.encode(text) + [0]])
    count = (len(ids) - 1) // window
    chosen = np.linspace(0, count - 1, min(count, max(1, limit // (4 * window)))).round().astype(int)
    rows = np.stack([ids[n * window:(n + 1) * window + 1] for n in chosen])
    total = 0.0
    for i in range(0, len(rows), 8):
        part = rows[i:i + 8]
        hidden = model.forward(part[:, :-1], model.start(len(part)))
        logits = model.logits(hidden)
        top = logits.max(-1, keepdims=True)
        log_sum = np.log(np.exp(logits - top).sum(-1)) + top[..., 0]
        total += (log_sum - np.take_along_axis(logits, part[:, 1:, None], -1)[..., 0]).sum()
    targets = rows[:, 1:].ravel()
    size = sum(len(tokenizer.tokens.get(int(number), b"")) for number in targets)
    return total / len(targets), total / np.log(2) / size, len(targets)


def greedy(model, tokenizer, prompt, limit=60):
    state, answer = model.start(1), []
    ids = tokenizer.encode(prompt)
    stop = tokenizer.numbers[b"\n\n"]
    while len(answer) < limit:
        hidden = model.forward(np.array([ids]), state)
        token = int(model.logits(hidden[0, -1]).argmax())
        if token in (0, stop):
            return tokenizer.decode(answer)
        answer.append(token)
        ids = [token]
    return tokenizer.decode(answer) + " ..."


def said_or_not(model, tokenizer, texts, count=60):
    """Asks about a word that a passage holds and one that it does not: how often is the answer a refusal?"""
    random = randomness.Random(3)
    passages = []
    for text in texts:
        paragraphs = text.split("\n\n")
        for start in range(0, len(paragraphs) - 3, max(3, len(paragraphs) // 6)):
            passage = ""
            while len(passage) < 500 and start < len(paragraphs):
                passage += paragraphs[start] + "\n"
                start += 1
            if 450 < len(passage) < 1600 and terms_of(passage):
                passages.append(passage.strip())
    random.shuffle(passages)
    words = [word for passage in passages for word, _ in terms_of(passage)]

    def answer(passage, word):
        prompt = f"User: {passage}\nWhat does the text say about {word}?\n\nAssistant:"
        return greedy(model, tokenizer, prompt, 40)

    refusal = re.compile(r"does not|not mentioned|cannot find")
    present = named = absent = 0
    for passage in passages[:count]:
        word, _ = random.choice(terms_of(passage))
        foreign = next(w for w in random.sample(words, 50) if w.lower() not in passage.lower())
        given = answer(passage, word)
        present += bool(refusal.search(given))
        named += word.lower() in given.lower() and not refusal.search(given)
        absent += bool(refusal.search(answer(passage, foreign)))
    asked = len(passages[:count])
    print(f"says that the text does not say: {absent} of {asked} times where that is so, {present} of {asked} times "
          f"where it is not; answers with the word asked about: {named} of {asked}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("text")
    parser.add_argument("--vocabulary", help="for a safetensors file")
    parser.add_argument("--bytes", type=int, default=60_000, help="how much of the text to read for the loss")
    parser.add_argument("--questions", action="store_true", help="also answer questions about the start of each text")
    parser.add_argument("--said", action="store_true", help="also measure how it treats what a text does not say")
    o = parser.parse_args()
    tensors, vocabulary = read_model(o.model, o.vocabulary)
    model, tokenizer = Model(tensors), Tokenizer(vocabulary)
    texts = documents(o.text)
    began = time.time()
    loss, bits, count = held_out_loss(model, tokenizer, texts, o.bytes)
    print(f"held-out: {loss:.4f} nats a token, {bits:.4f} bits a byte ({count} tokens, {time.time() - began:.0f} s)")
    if o.said:
        said_or_not(model, tokenizer, texts)
    prompts = ["User: Who are you?\n\nAssistant:", "User: hi\n\nAssistant:", "User: can i trust you\n\nAssistant:"]
    if o.questions:
        for text in texts:
            passage = re.sub(r"\n\s*\n+", "\n", text[:1200].rsplit("\n\n", 1)[0])
            for question in (SUMMARIZE, "What does the text say about penguins?"):
                prompts.append(f"User: {passage}\n{question}\n\nAssistant:")
    for prompt in prompts:
        shown = prompt if len(prompt) < 200 else prompt[:90] + " [...] " + prompt[-80:]
        print(f"\n{shown}{greedy(model, tokenizer, prompt)}")


if __name__ == "__main__":
    main()
