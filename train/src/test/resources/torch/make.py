"""Trains small networks with PyTorch (1.13) and stores them as safetensors, with an input and the output for it.

The files beside this one were made by `python3 make.py`; the tests only read them.
"""

import json
import math
import struct

import numpy
import torch
from torch import nn

KINDS = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64", torch.int32: "I32"}


def raw(tensor):
    if tensor.dtype == torch.bfloat16:
        return (tensor.float().numpy().view(numpy.uint32) >> 16).astype("<u2").tobytes()
    return tensor.numpy().tobytes()


def save(name, tensors):
    header, data = {}, b""
    for key, value in tensors.items():
        part = raw(value.detach().contiguous())
        header[key] = {"dtype": KINDS[value.dtype], "shape": list(value.shape)}
        header[key]["data_offsets"] = [len(data), len(data) + len(part)]
        data += part
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(name + ".safetensors", "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + data)


def train(model, x, target, loss, steps):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        loss(model(x), target).backward()
        optimizer.step()
    model.eval()


def rounded(model, dtype):
    """The model with weights that are numbers of 16 bits, and these."""
    small = {key: value.to(dtype) for key, value in model.state_dict().items()}
    model.load_state_dict({key: value.float() for key, value in small.items()})
    return small


class Recurrent(nn.Module):
    """Two levels in both directions; what is trained on is the mean of the outputs."""

    def __init__(self, kind):
        super().__init__()
        self.rnn = kind(3, 5, num_layers=2, bidirectional=True, batch_first=True)

    def forward(self, x):
        return self.rnn(x)[0]


class Conv1D(nn.Module):
    """The linear layer of GPT-2, whose weight is [in, out]."""

    def __init__(self, into, out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(into, out) * 0.2)
        self.bias = nn.Parameter(torch.zeros(out))

    def forward(self, x):
        return x @ self.weight + self.bias


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln_1 = nn.LayerNorm(width)
        self.attn = nn.ModuleDict({"c_attn": Conv1D(width, 3 * width), "c_proj": Conv1D(width, width)})
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = nn.ModuleDict({"c_fc": Conv1D(width, 4 * width), "c_proj": Conv1D(4 * width, width)})

    def forward(self, x):
        batch, time, width = x.shape
        parts = self.attn["c_attn"](self.ln_1(x)).split(width, dim=2)
        q, k, v = [p.view(batch, time, self.heads, -1).transpose(1, 2) for p in parts]
        scores = q @ k.transpose(2, 3) / math.sqrt(width // self.heads)
        past = torch.tril(torch.ones(time, time, dtype=torch.bool))
        seen = torch.softmax(scores.masked_fill(~past, -math.inf), dim=3) @ v
        x = x + self.attn["c_proj"](seen.transpose(1, 2).reshape(batch, time, width))
        wide = torch.nn.functional.gelu(self.mlp["c_fc"](self.ln_2(x)), approximate="tanh")
        return x + self.mlp["c_proj"](wide)


class Gpt2(nn.Module):
    def __init__(self, vocabulary, context, width, heads, layers):
        super().__init__()
        self.wte = nn.Embedding(vocabulary, width)
        self.wpe = nn.Embedding(context, width)
        self.h = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.ln_f = nn.LayerNorm(width)

    def forward(self, ids):
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1]))
        for block in self.h:
            x = block(x)
        return self.ln_f(x) @ self.wte.weight.T


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)

    model = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 3))
    x = torch.randn(64, 4)
    train(model, x, x.argmax(1).clamp(max=2), nn.CrossEntropyLoss(), 100)
    weights = rounded(model, torch.bfloat16)
    save("mlp-bf16", {**weights, "input": x[:5], "output": model(x[:5])})

    model = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 6, (3, 2), stride=(1, 2), groups=2), nn.ReLU(), nn.Flatten(), nn.Linear(6 * 2 * 3, 5))
    x = torch.randn(32, 2, 8, 13)
    train(model, x, torch.arange(32) % 5, nn.CrossEntropyLoss(), 60)
    save("cnn", {**model.state_dict(), "input": x[:3], "output": model(x[:3])})

    for kind in (nn.RNN, nn.LSTM, nn.GRU):
        model = Recurrent(kind)
        x = torch.randn(16, 6, 3)
        train(model, x, x.cumsum(1).mean(2, keepdim=True).expand(16, 6, 10), nn.MSELoss(), 60)
        save(kind.__name__.lower(), {**model.rnn.state_dict(), "input": x[:2], "output": model(x[:2])})

    model = Gpt2(vocabulary=20, context=8, width=12, heads=3, layers=2)
    ids = torch.randint(20, (16, 8))
    following = ids.roll(-1, 1)
    loss = lambda logits, target: nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten())
    train(model, ids, following, loss, 60)
    weights = rounded(model, torch.float16)
    save("gpt2-f16", {**weights, "input": ids[:2].int(), "output": model(ids[:2])})


main()
