"""Trains small networks with PyTorch (1.13) and stores them as safetensors, with an input, the output for it, and the
gradients of the mean of the squared output. Stores losses with their gradients, the ways of optimizers, and schedules.

The files beside this one were made by `python3 make.py`; the tests only read them.
"""

import json
import math
import struct

import numpy
import torch
from torch import nn

KINDS = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32"}


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


def gradients(model, y):
    """Of the mean of the squared output, by the name of the weight."""
    model.zero_grad()
    y.square().mean().backward()
    return {"gradient." + key: value.grad.clone() for key, value in model.named_parameters()}


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


def losses():
    """Each with the gradient in its first input."""
    f = nn.functional
    x = (torch.randn(6, 5, dtype=torch.float64) * 2)
    other, third = torch.randn(6, 5, dtype=torch.float64), torch.randn(6, 5, dtype=torch.float64)
    classes = torch.tensor([0, 4, 2, 2, 1, 3])
    shares = torch.softmax(torch.randn(6, 5, dtype=torch.float64), 1)
    chances = torch.rand(6, 5, dtype=torch.float64)
    signs = torch.tensor([1.0, -1, -1, 1, -1, 1], dtype=torch.float64)
    weights = torch.tensor([1, 0.5, 3, 0.25, 2], dtype=torch.float64)
    sequences = torch.randn(2, 7, 5, dtype=torch.float64)
    labels = torch.tensor([[1, 1, 3], [4, 2, 0]])

    def ctc(y):
        lengths = torch.tensor([7, 5]), torch.tensor([3, 2])
        each = f.ctc_loss(f.log_softmax(y, 2).transpose(0, 1), labels, *lengths, reduction="none")
        return each.mean()

    cases = {
        "crossEntropy": (x, lambda y: f.cross_entropy(y, classes)),
        "crossEntropyWeighted": (x, lambda y: f.cross_entropy(y, classes, weights, ignore_index=2)),
        "crossEntropySmoothed": (x, lambda y: f.cross_entropy(y, classes, label_smoothing=0.1)),
        "crossEntropyOfShares": (x, lambda y: f.cross_entropy(y, shares)),
        "kullbackLeibler": (x, lambda y: f.kl_div(f.log_softmax(y, 1), shares, reduction="batchmean")),
        "binaryCrossEntropy": (x, lambda y: f.binary_cross_entropy_with_logits(y, chances)),
        "meanSquaredError": (x, lambda y: f.mse_loss(y, other)),
        "meanAbsoluteError": (x, lambda y: f.l1_loss(y, other)),
        "huber": (x, lambda y: f.huber_loss(y, other, delta=1.5)),
        "multiClassHinge": (x, lambda y: f.multi_margin_loss(y, classes)),
        "poisson": (x, lambda y: f.poisson_nll_loss(y, chances)),
        "cosineEmbedding": (x, lambda y: f.cosine_embedding_loss(y, other, signs, margin=0.1)),
        "triplet": (x, lambda y: f.triplet_margin_loss(y, other, third)),
        "ctc": (sequences, ctc),
    }
    tensors = {"x": x, "other": other, "third": third, "classes": classes.int(), "shares": shares, "chances": chances,
               "signs": signs, "sequences": sequences, "labels": labels.int()}
    for name, (start, loss) in cases.items():
        y = start.clone().requires_grad_()
        value = loss(y)
        value.backward()
        tensors[name] = value
        tensors["gradient." + name] = y.grad
    save("losses", tensors)


def optimizers():
    """Forty steps on a parabola: where each is after every step."""
    o = torch.optim
    cases = {
        "sgd": lambda p: o.SGD(p, 0.05, weight_decay=0.1),
        "momentum": lambda p: o.SGD(p, 0.02, momentum=0.9),
        "nesterov": lambda p: o.SGD(p, 0.02, momentum=0.9, nesterov=True),
        "adam": lambda p: o.Adam(p, 0.05),
        "adamL2": lambda p: o.Adam(p, 0.05, betas=(0.5, 0.9), eps=1e-3, weight_decay=0.2),
        "adamw": lambda p: o.AdamW(p, 0.05, weight_decay=0.3),
        "amsGrad": lambda p: o.Adam(p, 0.05, betas=(0.5, 0.6), amsgrad=True),
        "rmsProp": lambda p: o.RMSprop(p, 0.02, alpha=0.9),
        "rmsPropCentered": lambda p: o.RMSprop(p, 0.02, alpha=0.8, eps=1e-3, momentum=0.6, centered=True),
        "adagrad": lambda p: o.Adagrad(p, 0.1),
        "adagradStart": lambda p: o.Adagrad(p, 0.1, initial_accumulator_value=0.1, eps=1e-2, weight_decay=0.3),
        "adadelta": lambda p: o.Adadelta(p, 1.0, rho=0.95),
        # not NAdam: PyTorch 1.13 multiplies by mu once too often, which later versions do not
        "radam": lambda p: o.RAdam(p, 0.05, eps=1e-16),
    }
    start = torch.tensor([1, -2, 0.5, 3], dtype=torch.float64)
    goal = torch.tensor([0.25, 1, -1, 2], dtype=torch.float64)
    curvature = torch.tensor([1, 3, 0.1, 7], dtype=torch.float64)
    tensors = {"start": start, "goal": goal, "curvature": curvature}
    for name, make in cases.items():
        p = start.clone().requires_grad_()
        optimizer = make([p])
        way = []
        for step in range(40):
            if name == "radam":  # PyTorch begins to rectify a step later than the paper, the sixth: no way until then
                optimizer.param_groups[0]["lr"] = 0 if step < 5 else 0.05
            optimizer.zero_grad()
            (curvature * (p - goal) ** 2 / 2).sum().backward()
            optimizer.step()
            way.append(p.detach().clone())
        tensors[name] = torch.stack(way)
    save("optimizers", tensors)


def schedules():
    """The learning rates of sixty steps."""
    s = torch.optim.lr_scheduler
    cases = {
        "step": lambda o: s.StepLR(o, 7, 0.5),
        "exponential": lambda o: s.ExponentialLR(o, 0.95),
        "cosine": lambda o: s.CosineAnnealingLR(o, 60, eta_min=0.1),
        "oneCycle": lambda o: s.OneCycleLR(o, 0.8, total_steps=60, cycle_momentum=False),
        "linear": lambda o: s.LinearLR(o, 1.0, 0.25, 40),
        "polynomial": lambda o: s.PolynomialLR(o, 40, 2.0),
        "cyclic": lambda o: s.CyclicLR(o, 0.1, 0.8, 8, cycle_momentum=False),
        "cyclicHalving": lambda o: s.CyclicLR(o, 0.1, 0.8, 8, mode="triangular2", cycle_momentum=False),
        "cyclicShrinking": lambda o: s.CyclicLR(o, 0.1, 0.8, 8, mode="exp_range", gamma=0.97, cycle_momentum=False),
        "restarts": lambda o: s.CosineAnnealingWarmRestarts(o, 6, 2),
        "product": lambda o: s.ChainedScheduler([s.StepLR(o, 7, 0.5), s.ExponentialLR(o, 0.95)]),
        "sequence": lambda o: s.SequentialLR(o, [s.ConstantLR(o, 1.0, 100), s.ExponentialLR(o, 0.95)], [20]),
    }
    tensors = {}
    for name, make in cases.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.8)
        schedule = make(optimizer)
        rates = []
        for _ in range(60):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        tensors[name] = torch.tensor(rates, dtype=torch.float64)
    save("schedules", tensors)


def main():
    torch.manual_seed(1)
    torch.set_num_threads(1)

    model = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 3))
    x = torch.randn(64, 4)
    train(model, x, x.argmax(1).clamp(max=2), nn.CrossEntropyLoss(), 100)
    weights = rounded(model, torch.bfloat16)
    y = model(x[:5])
    save("mlp-bf16", {**weights, **gradients(model, y), "input": x[:5], "output": y})

    model = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 6, (3, 2), stride=(1, 2), groups=2), nn.ReLU(), nn.Flatten(), nn.Linear(6 * 2 * 3, 5))
    x = torch.randn(32, 2, 8, 13)
    train(model, x, torch.arange(32) % 5, nn.CrossEntropyLoss(), 60)
    weights = {key: value.clone() for key, value in model.state_dict().items()}
    y = model(x[:3])
    model.train()
    slopes = gradients(model, model(x[:3]))
    after = {"after." + key: value for key, value in model.state_dict().items() if "running" in key}
    save("cnn", {**weights, **slopes, **after, "input": x[:3], "output": y})

    for kind in (nn.RNN, nn.LSTM, nn.GRU):
        model = Recurrent(kind)
        x = torch.randn(16, 6, 3)
        train(model, x, x.cumsum(1).mean(2, keepdim=True).expand(16, 6, 10), nn.MSELoss(), 60)
        y = model.rnn(x[:2])[0]
        save(kind.__name__.lower(), {
            **model.rnn.state_dict(), **gradients(model.rnn, y), "input": x[:2], "output": y})

    model = Gpt2(vocabulary=20, context=8, width=12, heads=3, layers=2)
    ids = torch.randint(20, (16, 8))
    following = ids.roll(-1, 1)
    loss = lambda logits, target: nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten())
    train(model, ids, following, loss, 60)
    weights = rounded(model, torch.float16)
    y = model(ids[:2])
    save("gpt2-f16", {**weights, **gradients(model, y), "input": ids[:2].int(), "output": y})

    losses()
    optimizers()
    schedules()


main()
