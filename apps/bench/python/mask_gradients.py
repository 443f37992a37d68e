"""Mask gradients of a BERT classifier by PyTorch's autograd: the other side of the bench.

    python mask_gradients.py JOB.json

JOB: {"model": folder, "heads": int, "eps": float, "threads": int, "samples": [{"ids", "segments", "target"}]}, regression.
Then one line on stdin per run: a token budget; answers one line: {"seconds", "norm"}. Samples are sorted by length; weights take
no gradient, so that autograd computes what is asked for and nothing else.
"""
import glob
import json
import math
import sys
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

job = json.load(open(sys.argv[1]))
torch.set_num_threads(job["threads"])
weights = {}
for path in sorted(glob.glob(job["model"] + "/*.safetensors")):
    weights.update({name: value.float() for name, value in load_file(path).items()})
layers = 1 + max(int(name.split(".")[3]) for name in weights if name.startswith("bert.encoder.layer."))
heads, eps = job["heads"], job["eps"]


def dense(x, name):
    return F.linear(x, weights[name + ".weight"], weights[name + ".bias"])


def norm(x, name):
    return F.layer_norm(x, x.shape[-1:], weights[name + ".weight"], weights[name + ".bias"], eps)


def logits(ids, segments, mask, masks):
    e = "bert.embeddings."
    x = F.embedding(ids, weights[e + "word_embeddings.weight"]) + weights[e + "position_embeddings.weight"][: ids.shape[1]]
    x = norm(x + F.embedding(segments, weights[e + "token_type_embeddings.weight"]), e + "LayerNorm")
    bias = mask[:, None, None, :]
    for index in range(layers):
        at = f"bert.encoder.layer.{index}."
        last = index == layers - 1
        split = lambda y: y.view(y.shape[0], y.shape[1], heads, -1).transpose(1, 2)
        own = x[:, :1] if last else x
        q = split(dense(own, at + "attention.self.query"))
        k, v = split(dense(x, at + "attention.self.key")), split(dense(x, at + "attention.self.value"))
        context = F.scaled_dot_product_attention(q, k, v, attn_mask=bias) * masks[2 * index][:, :, None, None]
        x = norm(own + dense(context.transpose(1, 2).flatten(2), at + "attention.output.dense"), at + "attention.output.LayerNorm")
        a = F.gelu(dense(x, at + "intermediate.dense")) * masks[2 * index + 1][:, None, :]
        x = norm(x + dense(a, at + "output.dense"), at + "output.LayerNorm")
    return dense(torch.tanh(dense(x[:, 0], "bert.pooler.dense")), "classifier")


def batches(budget):
    samples = sorted(job["samples"], key=lambda s: len(s["ids"]))
    group = []
    for sample in samples:
        if group and (len(group) + 1) * len(sample["ids"]) > budget:
            yield padded(group)
            group = []
        group.append(sample)
    yield padded(group)


def padded(group):
    length = max(len(s["ids"]) for s in group)
    pad = lambda key: torch.tensor([s[key] + [0] * (length - len(s[key])) for s in group])
    mask = torch.tensor([[0.0] * len(s["ids"]) + [-math.inf] * (length - len(s["ids"])) for s in group])
    return pad("ids"), pad("segments"), mask, torch.tensor([float(s["target"]) for s in group])


units = [n for i in range(layers) for n in (heads, weights[f"bert.encoder.layer.{i}.intermediate.dense.bias"].shape[0])]
prepared = {}
for line in sys.stdin:
    budget = int(line)
    if budget not in prepared:
        prepared[budget] = list(batches(budget))
    start, total = time.perf_counter(), 0.0
    for ids, segments, mask, target in prepared[budget]:
        masks = [torch.ones(len(ids), n, requires_grad=True) for n in units]
        loss = ((logits(ids, segments, mask, masks)[:, 0] - target) ** 2).sum()
        for g in torch.autograd.grad(loss, masks):
            total += float((g.double() ** 2).sum())
    print(json.dumps({"seconds": time.perf_counter() - start, "norm": math.sqrt(total), "torch": torch.__version__}), flush=True)
