"""Reads and writes vocabularies in the World format: one token a line, `id literal length`."""

import ast
import struct
from pathlib import Path


def read_vocabulary(path):
    """Returns {id: bytes}. Id 0 (end of text) has no line."""
    tokens = {}
    for line in Path(path).read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        first, last = line.index(" "), line.rindex(" ")
        literal = ast.literal_eval(line[first:last].strip())
        token = literal.encode("utf-8") if isinstance(literal, str) else literal
        if len(token) != int(line[last:]):
            raise ValueError(f"{path}: the length of token {line[:first]} does not fit")
        tokens[int(line[:first])] = token
    return tokens


def write_vocabulary(tokens, path):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for number, token in tokens.items():
            try:
                literal = repr(token.decode("utf-8"))
            except UnicodeDecodeError:
                literal = repr(token)
            file.write(f"{number} {literal} {len(token)}\n")


def write_binary(tokens, path):
    """The form that tokenizer.cpp reads: u32 count, then (u32 id, u16 length, bytes) each."""
    with open(path, "wb") as file:
        file.write(struct.pack("<I", len(tokens)))
        for number, token in tokens.items():
            file.write(struct.pack("<IH", number, len(token)) + token)


class Tokenizer:
    """Greedy longest match over bytes: slow and plain, for checks and short texts."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.numbers = {token: number for number, token in tokens.items()}
        self.longest = max(map(len, self.numbers))

    def encode(self, text):
        data, at, numbers = text.encode("utf-8"), 0, []
        while at < len(data):
            for length in range(min(self.longest, len(data) - at), 0, -1):
                number = self.numbers.get(data[at:at + length])
                if number is not None:
                    numbers.append(number)
                    at += length
                    break
        return numbers

    def decode(self, numbers):
        return b"".join(self.tokens.get(int(n), b"") for n in numbers).decode("utf-8", "replace")
