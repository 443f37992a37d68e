"""Kwon et al. 2022, *A Fast Post-Training Pruning Framework for Transformers* (arXiv 2204.09656), written down once more.

From the paper, and from what is known of its code (`retraining-free-pruning`, commit 806ac5a; docs/FIDELITY.md lists its quirks). Nothing
here comes from the packages of this repository, and everything is float64: it is what they are compared with. `Method` says which of the
quirks are on.

    l layer, h head, n neuron, u unit (either), r row of the gradients, c channel, d hidden
"""
import math
from dataclasses import dataclass

import numpy as np
import torch

from lsmr import lsmr


@dataclass(frozen=True)
class Method:
    """`strict`: what the paper's code does. Else what the preset `kwon2022` says of itself."""

    strict: bool
    # One gradient a batch of so many rows in the order drawn, or one a sample.
    batch: int = 32
    # Of LSMR. The paper's code solves in float32, where rounding decides after how many iterations it ends.
    precision: type = np.float64


# Mask gradients (section 3.2)


def mask_gradients(model, batches, per_sample):
    """dLoss/dmask at mask = 1: `[r, l, h]` and `[r, l, n]`, of every sample's loss or of every batch's mean loss."""
    heads, neurons = [], []
    for batch in batches:
        size = len(batch["labels"])
        rows = size if per_sample else 1
        head_masks = torch.ones(model.layers, rows, model.heads, dtype=model.dtype, requires_grad=True)
        neuron_masks = torch.ones(model.layers, rows, model.neurons, dtype=model.dtype, requires_grad=True)
        losses = model.losses(model.logits(batch, head_masks, neuron_masks), batch["labels"])
        # A sum over samples gives each its own gradient, because each has its own masks.
        (losses.sum() if per_sample else losses.mean()).backward()
        heads.append(head_masks.grad.transpose(0, 1))
        neurons.append(neuron_masks.grad.transpose(0, 1))
    return torch.cat(heads).double().numpy(), torch.cat(neurons).double().numpy()


def fisher(gradients):
    """F_ii = sum_r g[r, i]^2, `[l, u]`"""
    return (gradients**2).sum(0)


# Mask search under a budget of MACs (section 4.1)


def unit_macs(model, length):
    """What a head and a neuron cost: queries, keys and values; scores and contexts; output. Two matrices."""
    d, c = model.hidden, model.channels
    return 3 * length * d * c + 2 * length**2 * c + length * c * d, 2 * length * d


def search(head_scores, neuron_scores, prices, share, strict):
    """Boolean masks `[l, h]` and `[l, n]` that keep the most importance at this share of the MACs."""
    head_order, head_sums = _ranking(head_scores)
    neuron_order, neuron_sums = _ranking(neuron_scores)
    head_price, neuron_price = prices
    budget = share * (head_scores.size * head_price + neuron_scores.size * neuron_price)
    best = None
    for heads in range(1 if strict else 0, head_scores.size + 1):
        neurons = math.floor((budget - heads * head_price) / neuron_price)
        if neurons < 0 and not strict:
            break
        neurons = min(max(neurons, 0), neuron_scores.size)
        kept = head_sums[heads] + neuron_sums[neurons]
        if best is None or kept > best[0]:
            best = (kept, heads, neurons)
    _, heads, neurons = best
    return _mask(head_scores.shape, head_order[:heads]), _mask(neuron_scores.shape, neuron_order[:neurons])


def _ranking(scores):
    """All units of one kind, the most important first, and what the first k of them are worth."""
    order = np.argsort(-scores.ravel(), kind="stable")
    return order, np.concatenate([[0.0], np.cumsum(scores.ravel()[order])])


def _mask(shape, kept):
    mask = np.zeros(math.prod(shape), dtype=bool)
    mask[kept] = True
    return mask.reshape(shape)


# Mask rearrangement (section 4.2)


def rearrange(mask, gradients):
    """One pass over every layer; `mask [l, u]`, `gradients [r, l, u]`.

    Returns the new mask and the smallest margin of all choices: how much worse the second best was, in shares of the largest
    ||s||^2 + 2 |s.g| + ||g||^2 at stake. A margin below rounding would make the mask a matter of chance.
    """
    masks, margin = [], math.inf
    for layer, kept in enumerate(mask):
        new, least = _rearrange_layer(int(kept.sum()), gradients[:, layer, :])
        masks.append(new)
        margin = min(margin, least)
    return np.stack(masks), margin


def _rearrange_layer(count, g):
    units = g.shape[1]
    order = np.argsort((g**2).sum(0), kind="stable")
    pruned = np.zeros(units, dtype=bool)
    pruned[order[: units - count]] = True
    margin = math.inf
    if count in (0, units):
        return ~pruned, margin
    squares = (g**2).sum(0)
    total = g[:, pruned].sum(1)
    for unit in order[units - count :]:
        pruned[unit] = True
        total = total + g[:, unit]
        # ||s - g_j||^2 for every j that could return
        products = g.T @ total
        left = np.where(pruned, total @ total - 2 * products + squares, np.inf)
        back = int(np.argmin(left))
        scale = total @ total + 2 * abs(products[back]) + squares[back]
        second = np.partition(left, 1)[1]
        margin = min(margin, (second - left[back]) / scale)
        pruned[back] = False
        # From scratch: a running sum would collect rounding.
        total = g[:, pruned].sum(1)
    return ~pruned, margin


# Mask tuning (section 4.3)


@dataclass(frozen=True)
class Fit:
    """What happened to one sublayer."""

    sublayer: str
    outcome: str
    # LSMR's reason to end, in the strict method.
    reason: int | None
    smallest: float
    largest: float


@torch.no_grad()
def tune(model, batches, student, teacher, method):
    """Real-valued masks `[l, h]`, `[l, n]` for the kept units, bottom-up, and one `Fit` a sublayer that was solved.

    `student` is the pair of boolean masks whose units stay, `teacher` what their outputs are to come near: a pair of masks, or None for
    the dense model.
    """
    scales = [torch.tensor(mask, dtype=model.dtype) for mask in student]
    others = [torch.ones_like(scale) for scale in scales] if teacher is None else [torch.tensor(mask, dtype=model.dtype) for mask in teacher]
    x_student = [model.embed(batch) for batch in batches]
    x_teacher = list(x_student)
    fits, ended = [], False
    for layer in range(model.layers):
        for kind, side in enumerate((Heads, Neurons)):
            part = side(model, layer)
            kept = torch.tensor(student[kind][layer])
            if not ended and kept.any() and part.is_tuned(method):
                sums = NormalEquations(part, kept, method)
                for at, batch in enumerate(batches):
                    inputs = part.inputs(x_student[at], batch)
                    target = part.target(x_teacher[at], batch, others[0][layer], method) - (x_student[at] + part.bias)
                    sums.add(inputs, target, part.rows_of_fit(batch, method))
                found, fit = sums.solve()
                fits.append(fit)
                if fit.outcome == "tuned":
                    scales[kind][layer, kept] = torch.from_numpy(found).to(model.dtype)
                ended = fit.outcome == "rejected" and method.strict
            for at, batch in enumerate(batches):
                x_student[at] = part.advance(x_student[at], batch, scales[kind][layer])
                x_teacher[at] = part.advance(x_teacher[at], batch, others[kind][layer])
    return [scale.double().numpy() for scale in scales], fits


class Heads:
    """The attention of one layer."""

    def __init__(self, model, layer):
        self.model, self.layer, self.name = model, layer, f"{layer}.attention"
        self.weights, self.bias = model.output_of_heads(layer)

    def is_tuned(self, method):
        return not (method.strict and self.layer == 0)

    def inputs(self, x, batch):
        return self.model.contexts(self.layer, x, batch["attention_mask"])

    def target(self, x, batch, head_mask, method):
        """What the teacher holds after the sublayer, before the layer norm. Its head mask is obeyed."""
        contexts = self.model.contexts(self.layer, x, batch["attention_mask"], head_mask)
        return x + torch.einsum("bshc,hcd->bsd", contexts, self.weights) + self.bias

    def rows_of_fit(self, batch, method):
        last = self.layer == self.model.layers - 1
        return _first_only(batch) if last and not method.strict else batch["attention_mask"].bool()

    def advance(self, x, batch, mask):
        return self.model.after_attention(self.layer, x, self.model.contexts(self.layer, x, batch["attention_mask"], mask))


class Neurons:
    """The FFN of one layer."""

    def __init__(self, model, layer):
        self.model, self.layer, self.name = model, layer, f"{layer}.ffn"
        self.weights, self.bias = model.output_of_neurons(layer)

    def is_tuned(self, method):
        return True

    def inputs(self, x, batch):
        return self.model.activations(self.layer, x).unsqueeze(-1)

    def target(self, x, batch, head_mask, method):
        """All neurons on the teacher's stream, whatever its neuron mask says."""
        return x + self.model.activations(self.layer, x) @ self.weights[:, 0, :] + self.bias

    def rows_of_fit(self, batch, method):
        last = self.layer == self.model.layers - 1
        return _first_only(batch) if last else batch["attention_mask"].bool()

    def advance(self, x, batch, mask):
        return self.model.after_ffn(self.layer, x, self.model.activations(self.layer, x, mask))


def _first_only(batch):
    """[CLS] alone, which is what the classifier reads."""
    first = torch.zeros_like(batch["attention_mask"], dtype=torch.bool)
    first[:, 0] = True
    return first


class NormalEquations:
    """A^T A and A^T B of min_s ||sum_i s_i f_i - B||^2, where f_i = a_i W_i over tokens is what unit i puts out.

        (A^T A)_ij = sum_cc' (W_i W_j^T)_cc' (a_i^T a_j)_cc'        (A^T B)_i = sum_c (W_i (a_i^T B)^T)_cc

    In the strict method attention has one more column, all ones.
    """

    def __init__(self, part, kept, method):
        self.part, self.kept, self.method = part, kept, method
        self.weights = part.weights[kept].double()
        units, channels, hidden = self.weights.shape
        self.aa = torch.zeros(units * channels, units * channels, dtype=torch.float64)
        self.ab = torch.zeros(units * channels, hidden, dtype=torch.float64)
        self.a_sum = torch.zeros(units * channels, dtype=torch.float64)
        self.b_sum, self.rows = 0.0, 0
        self.intercept = method.strict and isinstance(part, Heads)

    def add(self, inputs, target, rows):
        a = inputs[rows][:, self.kept].flatten(1).double()
        b = target[rows].double()
        self.aa += a.T @ a
        self.ab += a.T @ b
        self.a_sum += a.sum(0)
        self.b_sum += b.sum().item()
        self.rows += len(a)

    def solve(self):
        units, channels, hidden = self.weights.shape
        flat = self.weights.flatten(0, 1)
        products = (flat @ flat.T) * self.aa
        ata = products.reshape(units, channels, units, channels).sum((1, 3)).numpy()
        atb = (flat * self.ab).sum(1).reshape(units, channels).sum(1).numpy()
        if self.intercept:
            # The column of ones against each f_i: the sum of f_i over tokens and outputs.
            sums = (flat.sum(1) * self.a_sum).reshape(units, channels).sum(1).numpy()
            ata = np.block([[ata, sums[:, None]], [sums[None, :], np.array([[float(self.rows * hidden)]])]])
            atb = np.append(atb, self.b_sum)
        ata, atb = ata.astype(self.method.precision), atb.astype(self.method.precision)
        right = atb - ata @ np.ones(len(atb), self.method.precision)
        if self.method.strict:
            delta, reason = lsmr(ata, right, damp=1.0, atol=1e-6, btol=1e-6, conlim=1e8, maxiter=5 * len(right))
        else:
            ridge = 1e-4 * np.trace(ata) / len(ata)
            delta, reason = np.linalg.solve(ata + ridge * np.eye(len(ata)), right), None
        scales = 1 + delta[:units]
        accepted = bool(np.isfinite(scales).all() and np.abs(scales).max() <= 10 and (reason is None or reason < 3))
        outcome = "tuned" if accepted else "rejected"
        return scales, Fit(self.part.name, outcome, reason, float(scales.min()), float(scales.max()))
