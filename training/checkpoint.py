"""Reads and writes safetensors files, with numpy alone."""

import json
import struct
from pathlib import Path

import numpy as np

DTYPES = {"F16": np.float16, "F32": np.float32}


def pack(tensors, metadata):
    """tensors: {name: float16 array}. Returns the bytes of a safetensors file."""
    header, at = {"__metadata__": {key: str(value) for key, value in metadata.items()}}, 0
    for name, array in tensors.items():
        size = array.size * 2
        header[name] = {"dtype": "F16", "shape": list(array.shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(np.ascontiguousarray(a).tobytes() for a in tensors.values())


def write_pieces(tensors, metadata, folder, name, piece=16_000_000):
    """Writes NAME.00, NAME.01, ...: small pieces travel where one large file does not."""
    data = pack(tensors, metadata)
    for number, at in enumerate(range(0, len(data), piece)):
        (Path(folder) / f"{name}.{number:02d}").write_bytes(data[at:at + piece])
    return len(data)


def read(path):
    """Returns ({name: array}, metadata)."""
    data = Path(path).read_bytes()
    length = struct.unpack_from("<Q", data)[0]
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        raw = data[8 + length + start:8 + length + end]
        tensors[name] = np.frombuffer(raw, DTYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors, metadata
