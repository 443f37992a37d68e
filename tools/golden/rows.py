"""Rows of a task's TSV as batches of token ids, made by Transformers' tokenizer."""
from pathlib import Path

import torch
from transformers import AutoTokenizer

# Columns by name, because files have others, too.
columns = {"sst2": (["sentence"], "label", int, 64), "stsb": (["sentence1", "sentence2"], "score", float, 128)}


def read_rows(task, path):
    """Texts and label of every row. GLUE's files quote nothing."""
    texts, label, kind, _ = columns[task]
    header, *lines = (line.split("\t") for line in Path(path).read_text(encoding="utf-8").splitlines())
    at = {name: header.index(name) for name in [*texts, label]}
    return [([line[at[name]] for name in texts], kind(line[at[label]])) for line in lines]


def encoded_batches(task, rows, model_folder, size):
    """Batches in the order of the rows, padded to their longest."""
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    max_length = columns[task][3]
    return [_encoded(rows[start : start + size], tokenizer, max_length) for start in range(0, len(rows), size)]


def _encoded(rows, tokenizer, max_length):
    texts = map(list, zip(*(texts for texts, _ in rows)))
    cut = {"truncation": True, "max_length": max_length, "padding": True}
    encoded = tokenizer(*texts, **cut, return_tensors="pt", return_token_type_ids=True)
    return {**encoded, "labels": torch.tensor([label for _, label in rows])}
