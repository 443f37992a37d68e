"""Small models of every family with random weights, made by Transformers, and what PyTorch says of them in float64.

    python make_models.py OUT TEXTS.json

TEXTS: {"texts": [...], "pairs": [[question, context], ...]}. Writes OUT/<family>-<head>/ (config, safetensors, tokenizer) and in each
reference.json: {"samples": [{"ids", "segments", "target"}], "logits": [[...]], "gradients": [[[...], ...sublayers], ...samples]}.
A span's logits are the starts of all tokens, then their ends. Gradients are those of the loss of one sample by the masks of heads and
neurons, which are factors on the inputs of the output projections.
"""
import json
import os
import sys

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

VOCABULARY, POSITIONS, HIDDEN, LAYERS, HEADS, NEURONS = 400, 96, 32, 3, 4, 48


def word_pieces(texts):
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=VOCABULARY, special_tokens=special))
    ids = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ids)
    return tokenizer


def byte_pairs(texts):
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=special, initial_alphabet=alphabet)
    tokenizer.train_from_iterator(texts, trainer)
    ids = {token: tokenizer.token_to_id(token) for token in special}
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", ids["</s>"]), ("<s>", ids["<s>"]), add_prefix_space=False)
    return tokenizer


FAMILIES = {
    "bert": ("Bert", word_pieces, dict(hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS, intermediate_size=NEURONS, max_position_embeddings=POSITIONS)),
    "distilbert": ("DistilBert", word_pieces, dict(dim=HIDDEN, n_layers=LAYERS, n_heads=HEADS, hidden_dim=NEURONS, max_position_embeddings=POSITIONS)),
    "roberta": ("Roberta", byte_pairs, dict(hidden_size=HIDDEN, num_hidden_layers=LAYERS, num_attention_heads=HEADS, intermediate_size=NEURONS, max_position_embeddings=POSITIONS + 2, type_vocab_size=1, pad_token_id=1, layer_norm_eps=1e-5)),
}
HEAD_CLASSES = {"classification": "ForSequenceClassification", "span": "ForQuestionAnswering"}


def randomise(model):
    """Every parameter, so that none can be left out unnoticed."""
    for name, parameter in model.named_parameters():
        noise = torch.randn_like(parameter)
        is_norm = "norm" in name.lower() and name.endswith("weight")
        parameter.data = 1 + 0.1 * noise if is_norm else 0.2 * noise


def output_projections(family, model):
    """Input modules of the masks, in the order of sublayers, with their units."""
    base = model.base_model
    if family == "distilbert":
        pairs = [(layer.attention.out_lin, layer.ffn.lin2) for layer in base.transformer.layer]
    else:
        pairs = [(layer.attention.output.dense, layer.output.dense) for layer in base.encoder.layer]
    return [(module, units) for attention, ffn in pairs for module, units in ((attention, HEADS), (ffn, NEURONS))]


def reference(family, head, model, samples):
    model = model.double().eval()
    masks = []

    def masked(mask, units):
        def hook(_, inputs):
            (x,) = inputs
            return ((x.unflatten(-1, (units, -1)) * mask[:, None]).flatten(-2),)

        return hook

    for module, units in output_projections(family, model):
        masks.append(torch.ones(units, dtype=torch.float64, requires_grad=True))
        module.register_forward_pre_hook(masked(masks[-1], units))
    logits, gradients = [], []
    for sample in samples:
        inputs = dict(input_ids=torch.tensor([sample["ids"]]), attention_mask=torch.ones(1, len(sample["ids"]), dtype=torch.long))
        if family == "bert":
            inputs["token_type_ids"] = torch.tensor([sample["segments"]])
        if head == "span":
            start, end = sample["target"]
            output = model(**inputs, start_positions=torch.tensor([start]), end_positions=torch.tensor([end]))
            logits.append(torch.cat([output.start_logits[0], output.end_logits[0]]).tolist())
        else:
            output = model(**inputs, labels=torch.tensor([sample["target"]]))
            logits.append(output.logits[0].tolist())
        gradients.append([gradient.tolist() for gradient in torch.autograd.grad(output.loss, masks)])
    return dict(samples=samples, logits=logits, gradients=gradients)


def main(out, texts_file):
    with open(texts_file, encoding="utf-8") as file:
        given = json.load(file)
    every = given["texts"] + [text for pair in given["pairs"] for text in pair]
    torch.manual_seed(0)
    for family, (prefix, train, sizes) in FAMILIES.items():
        tokenizer = train(every)
        config = getattr(transformers, prefix + "Config")(vocab_size=tokenizer.get_vocab_size(), **sizes)
        for head, suffix in HEAD_CLASSES.items():
            folder = os.path.join(out, f"{family}-{head}")
            model = getattr(transformers, prefix + suffix)(config)
            randomise(model)
            model.save_pretrained(folder)
            tokenizer.save(os.path.join(folder, "tokenizer.json"))
            with open(os.path.join(folder, "tokenizer_config.json"), "w") as file:
                json.dump(dict(model_max_length=POSITIONS), file)
            inputs = given["pairs"] if head == "span" else given["texts"]
            samples = []
            for index, encoding in enumerate(tokenizer.encode_batch([tuple(x) if head == "span" else x for x in inputs])):
                length = len(encoding.ids)
                target = [index % length, length - 1 - index % 3] if head == "span" else index % 2
                samples.append(dict(ids=encoding.ids, segments=encoding.type_ids, target=target))
            with open(os.path.join(folder, "reference.json"), "w") as file:
                json.dump(reference(family, head, model, samples), file)


if __name__ == "__main__":
    main(*sys.argv[1:])
