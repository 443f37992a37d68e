# SPDX-License-Identifier: Apache-2.0
"""Loads a pruned BERT, DistilBERT or RoBERTa, whose layers differ in width, into Transformers 5.

Winnow, a pruner of encoders, took the attention heads and the feed-forward neurons out of this model that mattered least. What each layer
has left stands in config.json:

    heads_per_layer   attention heads of each layer
    ffn_per_layer     neurons of each layer's feed-forward part

Transformers' own classes know one width for all layers and refuse these weights. The classes below are theirs with narrower layers: loss,
outputs, attention implementations, training and saving are inherited. A head is as wide as in the model before pruning, hidden_size /
num_attention_heads. A layer may have no heads or no neurons: then that part adds the bias of its output alone. Nothing else is needed:

    model = AutoModelForSequenceClassification.from_pretrained(folder, trust_remote_code=True)
    classify = pipeline("text-classification", folder, trust_remote_code=True)
"""
from torch import nn
from transformers.models.bert import modeling_bert
from transformers.models.distilbert import modeling_distilbert
from transformers.models.roberta import modeling_roberta


def narrow(linear, inputs=None, outputs=None):
    """Fewer inputs or outputs, in place. Which ones does not matter here: the checkpoint brings the weights."""
    linear.weight = nn.Parameter(linear.weight.detach()[:outputs, :inputs].clone())
    linear.bias = nn.Parameter(linear.bias.detach()[:outputs].clone())
    linear.out_features, linear.in_features = linear.weight.shape


class NoChannels(nn.Module):
    """Stands where a projection had all of its outputs pruned."""

    def forward(self, hidden_states):
        return hidden_states[..., :0]


def attend_without_heads(attention, hidden_states):
    """No channels, and the attention weights of no heads [batch, 0, length, length] where the stock class returns any."""
    batch, length, _ = hidden_states.shape
    is_eager = attention.config._attn_implementation == "eager"
    return hidden_states[..., :0], hidden_states.new_zeros(batch, 0, length, length) if is_eager else None


class HeadlessBertSelfAttention(modeling_bert.BertSelfAttention):
    def forward(self, hidden_states, *args, **kwargs):
        return attend_without_heads(self, hidden_states)


class HeadlessRobertaSelfAttention(modeling_roberta.RobertaSelfAttention):
    def forward(self, hidden_states, *args, **kwargs):
        return attend_without_heads(self, hidden_states)


class HeadlessDistilBertSelfAttention(modeling_distilbert.DistilBertSelfAttention):
    def forward(self, hidden_states, *args, **kwargs):
        context, weights = attend_without_heads(self, hidden_states)
        return self.out_lin(context), weights


HEADLESS = {
    modeling_bert.BertSelfAttention: HeadlessBertSelfAttention,
    modeling_roberta.RobertaSelfAttention: HeadlessRobertaSelfAttention,
    modeling_distilbert.DistilBertSelfAttention: HeadlessDistilBertSelfAttention,
}


def slim_attention(attention, projections, output, channels):
    for name in projections:
        if channels == 0:
            delattr(attention, name)
        else:
            narrow(getattr(attention, name), outputs=channels)
    narrow(output, inputs=channels)
    if channels == 0:
        # The same module with another `forward`, so that all else about it stays stock.
        attention.__class__ = HEADLESS[type(attention)]


def slim_ffn(part, projection, output, neurons):
    if neurons == 0:
        setattr(part, projection, NoChannels())
    else:
        narrow(getattr(part, projection), outputs=neurons)
    narrow(output, inputs=neurons)


class SlimModel:
    """A stock model whose layers are narrowed as soon as they are made: before weights are loaded, or after random ones were drawn."""

    def __init__(self, config):
        super().__init__(config)
        layers, heads, neurons = self.layers(), config.heads_per_layer, config.ffn_per_layer
        if not len(layers) == len(heads) == len(neurons):
            lengths = f"{len(heads)} and {len(neurons)}"
            raise ValueError(f"config.json: heads_per_layer and ffn_per_layer must be {len(layers)} long, a width a layer (were {lengths})")
        head_size = config.hidden_size // config.num_attention_heads
        for layer, layer_heads, layer_neurons in zip(layers, heads, neurons):
            self.slim_layer(layer, layer_heads * head_size, layer_neurons)


class SlimBert(SlimModel):
    """RoBERTa's layers have the names of BERT's."""

    def layers(self):
        return self.base_model.encoder.layer

    def slim_layer(self, layer, channels, neurons):
        slim_attention(layer.attention.self, ("query", "key", "value"), layer.attention.output.dense, channels)
        slim_ffn(layer.intermediate, "dense", layer.output.dense, neurons)


class SlimDistilBert(SlimModel):
    def layers(self):
        return self.base_model.transformer.layer

    def slim_layer(self, layer, channels, neurons):
        slim_attention(layer.attention, ("q_lin", "k_lin", "v_lin"), layer.attention.out_lin, channels)
        slim_ffn(layer.ffn, "lin1", layer.ffn.lin2, neurons)


# Named as the stock classes: pipelines and `architectures` of a config.json that was saved again go by these names.


class BertForSequenceClassification(SlimBert, modeling_bert.BertForSequenceClassification):
    pass


class BertForQuestionAnswering(SlimBert, modeling_bert.BertForQuestionAnswering):
    pass


class RobertaForSequenceClassification(SlimBert, modeling_roberta.RobertaForSequenceClassification):
    pass


class RobertaForQuestionAnswering(SlimBert, modeling_roberta.RobertaForQuestionAnswering):
    pass


class DistilBertForSequenceClassification(SlimDistilBert, modeling_distilbert.DistilBertForSequenceClassification):
    pass


class DistilBertForQuestionAnswering(SlimDistilBert, modeling_distilbert.DistilBertForQuestionAnswering):
    pass


# `save_pretrained` takes this file along.
for model in (BertForSequenceClassification, RobertaForSequenceClassification, DistilBertForSequenceClassification):
    model.register_for_auto_class("AutoModelForSequenceClassification")
for model in (BertForQuestionAnswering, RobertaForQuestionAnswering, DistilBertForQuestionAnswering):
    model.register_for_auto_class("AutoModelForQuestionAnswering")
