"""BERT for sequence classification in plain PyTorch, with a mask on every head and every neuron.

    b batch, s token (of queries), t token (of keys), h head, c channel of a head, d hidden, n neuron

A head's mask multiplies its attention probabilities, a neuron's mask its activation after GELU. Masks are `[b, h]` and `[b, n]`, or `[h]`
and `[n]` for all samples at once. Layer norms come after each sublayer, so the residual of a sublayer is its own input.
"""
import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy, gelu, layer_norm, linear, mse_loss, softmax


class MaskedBert:
    def __init__(self, folder, dtype=torch.float64):
        folder = Path(folder)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.layers = config["num_hidden_layers"]
        self.heads = config["num_attention_heads"]
        self.neurons = config["intermediate_size"]
        self.hidden = config["hidden_size"]
        self.channels = self.hidden // self.heads
        self.epsilon = config["layer_norm_eps"]
        self.dtype = dtype
        self.weights = {}
        for file in sorted(folder.glob("*.safetensors")):
            self.weights.update({name: weight.to(dtype) for name, weight in load_file(file).items()})

    def linear(self, x, name):
        return linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def norm(self, x, name):
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return layer_norm(x, [self.hidden], weight, bias, self.epsilon)

    def embed(self, batch):
        name = "bert.embeddings"
        ids, types = batch["input_ids"], batch["token_type_ids"]
        x = self.weights[f"{name}.word_embeddings.weight"][ids]
        x = x + self.weights[f"{name}.token_type_embeddings.weight"][types]
        x = x + self.weights[f"{name}.position_embeddings.weight"][: ids.shape[1]]
        return self.norm(x, f"{name}.LayerNorm")

    def contexts(self, layer, x, valid, mask=None):
        """What every head reads for every token: `[b, s, h, c]`. `valid [b, t]` is 0 for padding."""
        name = f"bert.encoder.layer.{layer}.attention.self"
        query, key, value = (
            self.linear(x, f"{name}.{part}").unflatten(-1, (self.heads, self.channels)) for part in ("query", "key", "value")
        )
        scores = torch.einsum("bshc,bthc->bhst", query, key) / self.channels**0.5
        scores = scores.masked_fill(valid[:, None, None, :] == 0, torch.finfo(self.dtype).min)
        probabilities = softmax(scores, -1)
        if mask is not None:
            probabilities = probabilities * mask[..., None, None]
        return torch.einsum("bhst,bthc->bshc", probabilities, value)

    def activations(self, layer, x, mask=None):
        """Of all neurons, `[b, s, n]`."""
        active = gelu(self.linear(x, f"bert.encoder.layer.{layer}.intermediate.dense"))
        return active if mask is None else active * (mask if mask.dim() == 1 else mask[:, None, :])

    def output_of_heads(self, layer):
        """W_O, a block of rows a head `[h, c, d]`, and its bias `[d]`."""
        return self._output(f"bert.encoder.layer.{layer}.attention.output.dense", (self.heads, self.channels, self.hidden))

    def output_of_neurons(self, layer):
        """W_2, a row a neuron `[n, 1, d]`, and its bias `[d]`."""
        return self._output(f"bert.encoder.layer.{layer}.output.dense", (self.neurons, 1, self.hidden))

    def _output(self, name, shape):
        return self.weights[f"{name}.weight"].T.reshape(shape), self.weights[f"{name}.bias"]

    def after_attention(self, layer, x, contexts):
        y = self.linear(contexts.flatten(-2), f"bert.encoder.layer.{layer}.attention.output.dense")
        return self.norm(x + y, f"bert.encoder.layer.{layer}.attention.output.LayerNorm")

    def after_ffn(self, layer, x, activations):
        y = self.linear(activations, f"bert.encoder.layer.{layer}.output.dense")
        return self.norm(x + y, f"bert.encoder.layer.{layer}.output.LayerNorm")

    def logits(self, batch, head_masks=None, neuron_masks=None):
        """`head_masks [layers, h]` or `[layers, b, h]`, and so for neurons."""
        x = self.embed(batch)
        for layer in range(self.layers):
            head_mask = None if head_masks is None else head_masks[layer]
            neuron_mask = None if neuron_masks is None else neuron_masks[layer]
            x = self.after_attention(layer, x, self.contexts(layer, x, batch["attention_mask"], head_mask))
            x = self.after_ffn(layer, x, self.activations(layer, x, neuron_mask))
        return self.linear(torch.tanh(self.linear(x[:, 0], "bert.pooler.dense")), "classifier")

    def losses(self, logits, labels):
        """One a sample: squared error of a single logit, else cross-entropy."""
        if logits.shape[-1] == 1:
            return mse_loss(logits[:, 0], labels.to(self.dtype), reduction="none")
        return cross_entropy(logits, labels, reduction="none")
