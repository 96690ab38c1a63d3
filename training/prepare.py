"""Makes the token files for training from the corpus.

    python prepare.py CORPUS WORLD_VOCABULARY TOKENIZER OUT [--vocabulary 8192]

CORPUS is a folder with prose-*, expository-*, instruct-* and heldout .jsonl.xz (see SOURCES.md),
WORLD_VOCABULARY the file rwkv_vocab_v20230424.txt, TOKENIZER the program built from tokenizer.cpp.
OUT receives anser-vocab.txt and, as little-endian u16 with 0 after each document, prose.bin,
expository.bin, instruct.bin (bit 15 marks answers), heldout.bin, heldout-instruct.bin; prompts.json, which
train.py answers at the end; and samples.txt, to look at what the rules made.
"""

import argparse
import collections
import hashlib
import json
import lzma
import random as randomness
import re
import subprocess
from pathlib import Path

import numpy as np

import samples
from samples import clean, one_block
from self_description import GROUPS, conversations, vary
from vocabulary import read_vocabulary, write_binary, write_vocabulary

random = randomness.Random(7)
SHORT_PASSAGES = ("squad2", "nq-qed", "fairytaleqa", "clapnq", "openstax-glossary")


def records(folder, pattern):
    for path in sorted(Path(folder).glob(pattern)):
        with lzma.open(path, "rt", encoding="utf-8") as file:
            yield from (json.loads(line) for line in file if line.strip())


def document(record):
    return [(clean(record["title"] + "\n\n" + record["text"]), False)]


def held_back(text):
    """About 1 in 100 texts is kept out of the instructions, with all its questions."""
    return hashlib.sha256(text.encode()).digest()[0] < 3


def instructions(folder):
    """The corpus's own questions, chats and summaries as (sample, held back?)."""
    by_text = collections.defaultdict(list)
    alone = []
    for record in records(folder, "instruct-*.jsonl.xz"):
        if not clean(record["answer"]):
            continue
        if record["kind"] == "chat" or not record.get("text"):
            alone.append(record)
        else:
            by_text[record["text"]].append(record)

    for record in alone:
        question, answer = one_block(record["question"]), one_block(record["answer"])
        before = clean(record.get("text"))
        if before:
            pieces = earlier_turns(before) + samples.conversation([(question, answer)])
        else:
            pieces = samples.conversation([(question, answer)])
        yield pieces, held_back(question)

    texts = list(by_text)
    for text, group in by_text.items():
        shown = one_block(text)
        turns, titles = [], []
        for record in group:
            question, answer = one_block(record["question"]), one_block(record["answer"])
            if record["kind"] == "summary" and not samples.WANTS_TITLE.search(question):
                if record["source"] == "openstax":
                    answer = " ".join(samples.sentences(answer)[:2])
                if random.random() < 0.75:
                    question = samples.SUMMARIZE
                titles.append((question, answer))
            elif record["kind"] == "summary":
                titles.append((question, answer))
            else:
                turns.append((question, answer))
        held = held_back(text)
        for turn in titles:
            yield samples.about_text(shown, [turn], random, again=0.1), held
        random.shuffle(turns)
        if turns and random.random() < 0.35:
            # A question that belongs to another text has no answer in this one.
            other = random.choice(by_text[random.choice(texts)])
            if other["kind"] == "qa" and other["text"] != text:
                place = random.randint(0, len(turns))
                turns.insert(place, (one_block(other["question"]), random.choice(samples.NOT_SAID)))
        if turns and random.random() < 0.06:
            questions, answers = random.choice(GROUPS[:12])
            turns.append((vary(random.choice(questions), random), random.choice(answers)))
        while turns:
            count = random.choice([1, 1, 2, 3, 4]) if len(shown) < 2500 else 4
            yield samples.about_text(shown, turns[:count], random), held
            turns = turns[count:]


def earlier_turns(text):
    """`User: ` and `Assistant: ` lines of an earlier conversation as turns."""
    pieces = []
    for turn in re.split(r"\n+(?=(?:User|Assistant): )", text):
        turn = one_block(turn)
        if turn.startswith("Assistant: "):
            pieces += [("Assistant:", False), (turn[len("Assistant:"):] + "\n\n", True)]
        else:
            pieces.append((turn + "\n\n", False))
    return pieces


def made_by_rule(documents, texts, count_summaries, count_questions):
    passages = [(heading, text) for record in documents for heading, text in samples.sections(record)]
    passages += [(None, text) for text in texts if 400 <= len(text) <= 3200]
    random.shuffle(passages)
    words = collections.Counter(word for _, text in passages[:6000] for word, _ in samples.terms_of(text))
    foreign = [word for word, count in words.items() if 2 <= count <= 60]
    made = [0, 0]
    for heading, text in passages:
        if held_back(text):
            continue
        if made[0] < count_summaries:
            pair = samples.section_summary(heading, text, random)
            if pair:
                question = samples.SUMMARIZE if random.random() < 0.8 else random.choice(samples.SUMMARIZE_ALSO)
                yield samples.about_text(pair[0], [(question, pair[1])], random, again=0.1)
                made[0] += 1
                continue
        if made[1] < count_questions and len(text) < 2400:
            turns = samples.term_questions(one_block(text), foreign, random)
            if turns:
                yield samples.about_text(one_block(text), turns, random)
                made[1] += 1
    print("made by rule: summaries, question samples:", made)


def try_out(held):
    """Prompts on held-out passages, for a first look at what the model learnt."""
    def passage(title, first, count):
        text = next(record for record in held if title in record["title"])["text"]
        return one_block("\n\n".join(text.split("\n\n")[first:first + count]))

    normans, tale = passage("Normans", 0, 1), passage("Golden goose", 0, 3)
    passages = [normans, passage("Memory", 4, 4), tale, passage("Terms of Service", 4, 4),
                passage("Demand and Supply", 6, 4), passage("structured content", 0, 5)]
    users = ["Hello", "Who are you?", "What can you do?", "Are your answers always correct?",
             "Do you need the internet?", "What is a river?"]
    users += [f"{text}\n{samples.SUMMARIZE}" for text in passages]
    for question in ("Who was Rollo?", "Where did the Normans live?", "What is the price of a railway ticket?",
                     "What does the text say about bananas?"):
        users += [f"{normans}\n{question}", f"{question}\n{normans}\n{question}"]
    users += [f"{tale}\nWho had three sons?", f"{tale}\nWho are you?"]
    return [f"User: {user}\n\nAssistant:" for user in users] + [passage("Time Machine", 2, 2)[:600]]


def encode(tokenizer, vocabulary, items, marks=True):
    def bytes_of(pieces):
        return "".join(f"\1{text}\1" if answer and marks else text for text, answer in pieces).encode() + b"\0"

    done = subprocess.run([tokenizer, vocabulary], input=b"".join(map(bytes_of, items)), capture_output=True)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    print(done.stderr.decode().strip())
    return np.frombuffer(done.stdout, np.uint16)


def choose_vocabulary(world, tokens, size):
    """The most used World tokens, all single bytes, and no token that hides a line end.

    With `\\n` and `\\n\\n` the only tokens that hold a line end, the end of a turn is always the same token.
    """
    counts = np.bincount(tokens, minlength=65536)
    keep = {number for number, token in world.items() if len(token) == 1 or token == b"\n\n"}
    for number in np.argsort(-counts, kind="stable"):
        if len(keep) == size - 1:
            break
        token = world.get(int(number))
        if token and counts[number] and b"\n" not in token:
            keep.add(int(number))
    return {place: world[number] for place, number in enumerate(sorted(keep), start=1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("corpus", "world", "tokenizer", "out"):
        parser.add_argument(name)
    parser.add_argument("--vocabulary", type=int, default=8192)
    options = parser.parse_args()
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)

    prose = list(records(options.corpus, "prose-*.jsonl.xz"))
    expository = list(records(options.corpus, "expository-*.jsonl.xz"))
    instruct, instruct_held = [], []
    for pieces, held in instructions(options.corpus):
        (instruct_held if held else instruct).append(pieces)
    texts = {record["text"] for record in records(options.corpus, "instruct-*.jsonl.xz")
             if record.get("text") and record["source"] in SHORT_PASSAGES}
    # The rules fail on novels (dialogue, "I", "he"), so only short tales join the expository texts.
    short_tales = [record for record in prose if len(record["text"]) < 15_000][:120]
    print("instructions of the corpus:", len(instruct), "held back:", len(instruct_held))
    rule = list(made_by_rule(expository + short_tales, sorted(texts), 9000, 6000))
    described = [samples.conversation(turns) for turns in conversations(random, 14)]
    print("made by rule:", len(rule), "self-description:", len(described))
    instruct += rule + described
    sets = {
        "prose": [document(record) for record in prose],
        "expository": [document(record) for record in expository],
        "instruct": instruct,
    }
    for items in sets.values():
        random.shuffle(items)
    held = list(records(options.corpus, "heldout.jsonl.xz"))
    (out / "prompts.json").write_text(json.dumps(try_out(held)), encoding="utf-8")
    sets["heldout"] = [document(record) for record in held]
    sets["heldout-instruct"] = instruct_held

    world = read_vocabulary(options.world)
    write_binary(world, out / "world.bin")
    use = [item for name in ("prose", "expository", "instruct") for item in sets[name]]
    used = encode(options.tokenizer, out / "world.bin", use, marks=False)
    vocabulary = choose_vocabulary(world, used, options.vocabulary)
    write_vocabulary(vocabulary, out / "anser-vocab.txt")
    write_binary(vocabulary, out / "anser-vocab.bin")
    for name, items in sets.items():
        tokens = encode(options.tokenizer, out / "anser-vocab.bin", items)
        tokens.tofile(out / f"{name}.bin")
        print(f"{name}: {len(items)} documents, {len(tokens) / 1e6:.2f}M tokens, "
              f"{(tokens >> 15).sum() / 1e6:.2f}M of them answers")
    with open(out / "samples.txt", "w", encoding="utf-8") as file:
        for name in ("instruct", "heldout-instruct"):
            for pieces in sets[name][:40]:
                file.write("".join(f"[[{text}]]" if answer else text for text, answer in pieces) + "\n=====\n")
        for pieces in rule[::400]:
            file.write("".join(f"[[{text}]]" if answer else text for text, answer in pieces) + "\n=====\n")


if __name__ == "__main__":
    main()
