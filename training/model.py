"""RWKV-7 in PyTorch for training, with the official tensor names.

On a GPU the WKV step runs in wkv7.cu (compiled with nvcc on first use), elsewhere as a slow loop.
Run alone on a GPU, this file checks the kernel against float64 automatic differentiation.
"""

import ctypes
import math
import subprocess
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

HERE = Path(__file__).resolve().parent
HEAD = 64
CHUNK = 16  # as in wkv7.cu

_library = None


def kernel():
    """The compiled kernel. A plain shared library builds in seconds; a PyTorch extension takes over a minute."""
    global _library
    if _library is None:
        source, target = HERE / "wkv7.cu", HERE / "wkv7.so"
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            major, minor = torch.cuda.get_device_capability()
            subprocess.run(["nvcc", "-O3", "--use_fast_math", f"-arch=sm_{major}{minor}", "-shared",
                            "-Xcompiler", "-fPIC", "-o", str(target), str(source)], check=True)
        _library = ctypes.CDLL(str(target))
    return _library


def launch(function, B, T, H, *tensors):
    stream = torch.cuda.current_stream().cuda_stream
    pointers = [ctypes.c_void_p(tensor.data_ptr()) for tensor in tensors]
    status = function(B, T, H, *pointers, ctypes.c_void_p(stream))
    if status:
        raise RuntimeError(f"CUDA error {status}")


class WKV(torch.autograd.Function):
    @staticmethod
    def forward(ctx, r, lw, k, v, a, b):
        B, T, H, N = r.shape
        inputs = [x.contiguous() for x in (r, lw, k, v, a, b)]
        y = torch.empty_like(inputs[0])
        states = torch.empty(B, H, max(T // CHUNK, 1), N, N, device=r.device)
        sums = torch.empty(B, T, H, N, device=r.device)
        launch(kernel().wkv7_forward, B, T, H, *inputs, y, states, sums)
        ctx.save_for_backward(*inputs, states, sums)
        return y

    @staticmethod
    def backward(ctx, dy):
        *inputs, states, sums = ctx.saved_tensors
        B, T, H, _ = dy.shape
        assert T % CHUNK == 0, "training needs sequences of whole chunks"
        gradients = [torch.empty_like(inputs[0]) for _ in range(6)]
        launch(kernel().wkv7_backward, B, T, H, *inputs, dy.contiguous(), states, sums, *gradients)
        return tuple(gradients)


def wkv_loop(r, lw, k, v, a, b):
    """The definition, step by step."""
    B, T, H, N = r.shape
    S = torch.zeros(B, H, N, N, device=r.device, dtype=r.dtype)
    rows = []
    for t in range(T):
        w = torch.exp(-torch.exp(lw[:, t]))
        sa = torch.einsum("bhij,bhj->bhi", S, a[:, t])
        S = S * w[:, :, None, :] + sa[..., None] * b[:, t, :, None, :] + v[:, t, :, :, None] * k[:, t, :, None, :]
        rows.append(torch.einsum("bhij,bhj->bhi", S, r[:, t]))
    return torch.stack(rows, 1)


def wkv(*inputs):
    if inputs[0].is_cuda:
        return WKV.apply(*[x.to(torch.bfloat16) for x in inputs])
    return wkv_loop(*[x.float() for x in inputs])


def orthogonal(rows, columns, scale):
    matrix = torch.empty(rows, columns)
    nn.init.orthogonal_(matrix, gain=scale * math.sqrt(max(rows / columns, 1)))
    return matrix


def shift(x):
    """The difference of each token's vector to the one before it."""
    return F.pad(x, (0, 0, 1, -1)) - x


class TimeMix(nn.Module):
    def __init__(self, width, layers, layer, ranks):
        super().__init__()
        self.layer, self.heads = layer, width // HEAD
        place = torch.arange(width)
        depth, rest = layer / max(layers - 1, 1), 1 - layer / layers
        part = (place / width).view(1, 1, width)
        for name, power in dict(r=0.2, w=0.9, k=0.7, v=0.7, a=0.9, g=0.2).items():
            setattr(self, f"x_{name}", nn.Parameter(1 - part.pow(power * rest)))

        linear = place / (width - 1) - 0.5
        zigzag = (place % HEAD - (HEAD - 1) / 2) / ((HEAD - 1) / 2)
        zigzag = zigzag * zigzag.abs()
        decay = -6 + 6 * (place / (width - 1)) ** (1 + depth ** 0.3)
        self.low_rank("w", decay + 0.5 + zigzag * 2.5, ranks["w"], width)
        self.low_rank("a", -0.19 + zigzag * 0.3 + linear * 0.4, ranks["a"], width)
        if layer > 0:
            self.low_rank("v", 0.73 - linear * 0.4, ranks["v"], width)
        self.low_rank("g", None, ranks["g"], width)
        self.k_k = nn.Parameter((0.71 - linear * 0.1).view(1, 1, width))
        self.k_a = nn.Parameter(torch.full((1, 1, width), 1.02))
        self.r_k = nn.Parameter(torch.full((self.heads, HEAD), -0.04))

        for name, scale in dict(receptance=0.5, key=0.05, value=0.5, output=0.0).items():
            linear_map = nn.Linear(width, width, bias=False)
            bound = scale / width ** 0.5
            linear_map.weight.data.uniform_(-bound, bound)
            setattr(self, name, linear_map)
        self.ln_x = nn.GroupNorm(self.heads, width, eps=64e-5)
        self.ln_x.weight.data.fill_(((1 + layer) / layers) ** 0.7)

    def low_rank(self, name, base, rank, width):
        if base is not None:
            setattr(self, f"{name}0", nn.Parameter(base.view(1, 1, width)))
        setattr(self, f"{name}1", nn.Parameter(torch.zeros(width, rank)))
        setattr(self, f"{name}2", nn.Parameter(orthogonal(rank, width, 0.1)))

    def forward(self, x, first_value):
        B, T, C = x.shape
        H = self.heads
        xx = shift(x)
        xr, xw, xk, xv, xa, xg = (x + xx * getattr(self, f"x_{name}") for name in "rwkvag")
        r, k, v = self.receptance(xr), self.key(xk), self.value(xv)
        # exp(-exp(lw)) = exp(-e^-0.5 sigmoid(...)), the decay; the kernel takes lw.
        lw = -F.softplus(-(self.w0 + torch.tanh(xw @ self.w1) @ self.w2).float()) - 0.5
        if self.layer == 0:
            first_value = v
        else:
            v = v + (first_value - v) * torch.sigmoid(self.v0 + (xv @ self.v1) @ self.v2)
        a = torch.sigmoid(self.a0 + (xa @ self.a1) @ self.a2)
        g = torch.sigmoid(xg @ self.g1) @ self.g2
        kk = F.normalize((k * self.k_k).view(B, T, H, HEAD).float(), dim=-1)
        k = k * (1 + (a - 1) * self.k_a)

        r, lw, k, v, a = (z.view(B, T, H, HEAD) for z in (r, lw, k, v, a))
        y = wkv(r, lw, k, v, -kk, kk * a).reshape(B * T, C)
        y = self.ln_x(y.float()).to(x.dtype).view(B, T, C)
        y = y + ((r * k * self.r_k).sum(-1, keepdim=True) * v).view(B, T, C)
        return self.output(y * g), first_value


class ChannelMix(nn.Module):
    def __init__(self, width, layers, layer):
        super().__init__()
        part = (torch.arange(width) / width).view(1, 1, width)
        self.x_k = nn.Parameter(1 - part.pow((1 - layer / layers) ** 4))
        self.key = nn.Linear(width, 4 * width, bias=False)
        self.value = nn.Linear(4 * width, width, bias=False)
        self.key.weight.data.uniform_(-0.5 / width ** 0.5, 0.5 / width ** 0.5)
        self.value.weight.data.zero_()

    def forward(self, x):
        return self.value(torch.relu(self.key(x + shift(x) * self.x_k)) ** 2)


class Block(nn.Module):
    def __init__(self, width, layers, layer, ranks, dropout):
        super().__init__()
        if layer == 0:
            self.ln0 = nn.LayerNorm(width)
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.att = TimeMix(width, layers, layer, ranks)
        self.ffn = ChannelMix(width, layers, layer)
        self.dropout = dropout

    def forward(self, x, first_value):
        if hasattr(self, "ln0"):
            x = self.ln0(x)
        mixed, first_value = self.att(self.ln1(x), first_value)
        x = x + F.dropout(mixed, self.dropout, self.training)
        return x + F.dropout(self.ffn(self.ln2(x)), self.dropout, self.training), first_value


class RWKV7(nn.Module):
    def __init__(self, vocabulary, width, layers, ranks=None, dropout=0.0):
        super().__init__()
        ranks = ranks or dict(w=64, a=64, v=32, g=128)
        self.emb = nn.Embedding(vocabulary, width)
        self.blocks = nn.ModuleList(Block(width, layers, layer, ranks, dropout) for layer in range(layers))
        self.ln_out = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)
        self.emb.weight.data.uniform_(-1e-4, 1e-4)
        self.head.weight.data = orthogonal(vocabulary, width, 0.5)

    def forward(self, tokens):
        x, first_value = self.emb(tokens), None
        for block in self.blocks:
            x, first_value = block(x, first_value)
        return self.head(self.ln_out(x))


def check_kernel():
    torch.manual_seed(0)

    def random(scale=1.0):
        return torch.randn(2, 64, 3, HEAD, device="cuda") * scale

    kk, a = F.normalize(random(), dim=-1), torch.sigmoid(random())
    inputs = [random(), -F.softplus(random()) - 0.5, random(0.3), random(), -kk, kk * a]
    inputs = [x.bfloat16() for x in inputs]
    ours = [x.clone().requires_grad_() for x in inputs]
    exact = [x.double().clone().requires_grad_() for x in inputs]
    y, reference = WKV.apply(*ours), wkv_loop(*exact)
    direction = torch.randn_like(reference).bfloat16()
    y.backward(direction)
    reference.backward(direction.double())

    def error(x, true):
        return ((x.double() - true).norm() / true.norm()).item()

    errors = [error(y, reference)] + [error(x.grad, e.grad) for x, e in zip(ours, exact)]
    print("kernel, relative errors (y, r, w, k, v, a, b):", [f"{e:.1e}" for e in errors], flush=True)
    assert max(errors) < 1e-2


if __name__ == "__main__":
    check_kernel()
