"""What Transformers makes of folders that Winnow slimmed.

    python hand_over.py CASES.json OUT.json

CASES: [{"name", "folder", "head", "samples": [{"ids", "segments"}]}, ...]. OUT: {name: report}; which reports a folder gets is told by its
name: "<family>-<head>" (ragged, with the loader), "...-gaps" (all units but those of one layer; only tried without trust), "...-real" (large: not trained)
and "...-dense".
"""
import copy
import glob
import json
import logging
import os
import sys

import onnx
import onnxruntime
import torch
import transformers

from make_models import HEAD_CLASSES

AUTO_CLASSES = {head: getattr(transformers, "AutoModel" + suffix) for head, suffix in HEAD_CLASSES.items()}


def padded(config, samples):
    """One batch, padded on the right, as a tokenizer makes it."""
    length = max(len(sample["ids"]) for sample in samples)

    def fill(values, filling):
        return values + [filling] * (length - len(values))

    inputs = dict(
        input_ids=[fill(sample["ids"], config.pad_token_id) for sample in samples],
        attention_mask=[fill([1] * len(sample["ids"]), 0) for sample in samples],
    )
    if config.model_type == "bert":
        inputs["token_type_ids"] = [fill(sample["segments"], 0) for sample in samples]
    return {name: torch.tensor(values) for name, values in inputs.items()}


def logits(model, inputs):
    """One list a sample; a span's are the starts of its tokens, then their ends."""
    with torch.no_grad():
        return rows_of(model(**inputs), inputs)


def rows_of(output, inputs):
    if "logits" in output:
        return output["logits"].tolist()
    lengths = inputs["attention_mask"].sum(1).tolist()
    sides = output["start_logits"].tolist(), output["end_logits"].tolist()
    return [[value for side in sides for value in side[row][:length]] for row, length in enumerate(lengths)]


def served(folder, inputs):
    """Logits by onnxruntime of every ONNX file, each found sound by ONNX's own checker."""
    feeds = {name: values.numpy() for name, values in inputs.items()}
    results = {}
    for path in sorted(glob.glob(os.path.join(folder, "onnx", "*.onnx"))):
        onnx.checker.check_model(path, full_check=True)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        names = [output.name for output in session.get_outputs()]
        taken = [each.name for each in session.get_inputs()]
        run = session.run(names, {name: feeds[name] for name in taken})
        outputs = {name: torch.from_numpy(values) for name, values in zip(names, run)}
        results[os.path.relpath(path, folder)] = rows_of(outputs, inputs)
    return results


def failure(load):
    try:
        load()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "none"


def reloaded(model, load, folder, inputs):
    """Saved by Transformers and loaded from there: what differs from the model."""
    model.save_pretrained(folder)
    again = load(folder)
    before, after = model.state_dict(), again.state_dict()
    same = list(before) == list(after) and all(torch.equal(before[name], after[name]) for name in before)
    with open(os.path.join(folder, "config.json")) as file:
        config = json.load(file)
    return dict(
        stateIsSame=same,
        logitsAreSame=logits(again, inputs) == logits(model, inputs),
        files=sorted(os.listdir(folder)),
        architectures=config["architectures"],
        autoMap=config["auto_map"],
    )


def losses(model, head, inputs, steps=20):
    """Of a few steps of training on one batch, dropout on; and parameters that the first step gave no gradient."""
    rows = len(inputs["input_ids"])
    first = torch.arange(rows) % 2
    targets = dict(labels=first) if head == "classification" else dict(start_positions=first, end_positions=first + 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    model.train()
    history, without = [], []
    for step in range(steps):
        loss = model(**inputs, **targets).loss
        optimizer.zero_grad()
        loss.backward()
        if step == 0:
            without = [name for name, p in model.named_parameters() if p.numel() and (p.grad is None or not p.grad.isfinite().all())]
        optimizer.step()
        history.append(loss.item())
    return history, without


def regression_loss(config, inputs):
    """Of a model of these widths with random weights and one logit, and what it should be: the mean of squares."""
    config = copy.deepcopy(config)
    config.num_labels, config.problem_type = 1, None
    model = transformers.AutoModelForSequenceClassification.from_config(config, trust_remote_code=True)
    targets = torch.arange(len(inputs["input_ids"]), dtype=torch.float)
    output = model.eval()(**inputs, labels=targets)
    output.loss.backward()
    return dict(loss=output.loss.item(), expected=(output.logits[:, 0] - targets).square().mean().item())


def classified(folder, texts):
    """Scores of all labels by the pipeline, and what it logged."""
    records = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())
    transformers.utils.logging.add_handler(handler)
    classify = transformers.pipeline("text-classification", folder, trust_remote_code=True, top_k=None)
    scores = [{each["label"]: each["score"] for each in scored} for scored in classify(texts)]
    transformers.utils.logging.remove_handler(handler)
    return dict(scores=scores, logged=records)


def report(case):
    folder, head = case["folder"], case["head"]
    auto = AUTO_CLASSES[head]
    untrusted = failure(lambda: auto.from_pretrained(folder))
    if case["name"].endswith("-gaps"):
        return dict(untrusted=untrusted)
    dense = case["name"].endswith("-dense")
    # A file in half precision would be computed in half precision.
    load = lambda path, **kwargs: auto.from_pretrained(path, trust_remote_code=not dense, dtype=torch.float32, **kwargs)
    model, info = load(folder, output_loading_info=True)
    inputs = padded(model.config, case["samples"])
    made = dict(
        untrusted=untrusted,
        module=type(model).__module__,
        loading={name: sorted(map(str, value)) for name, value in info.items()},
        logits=dict(sdpa=logits(model, inputs)),
        onnx=served(folder, inputs),
    )
    if dense:
        return made
    if case["name"].endswith("-real"):
        return dict(made, reloaded=reloaded(model, load, folder + "-again", inputs))
    eager = load(folder, attn_implementation="eager")
    made["logits"]["eager"] = logits(eager, inputs)
    with torch.no_grad():
        output = eager(**inputs, output_attentions=True, output_hidden_states=True)
    made["attentions"] = [weights.shape[1] for weights in output.attentions]
    made["hiddenStates"] = len(output.hidden_states)
    made["reloaded"] = reloaded(model, load, folder + "-again", inputs)
    if head == "classification":
        made["pipeline"] = classified(folder, case["texts"])
        made["regression"] = regression_loss(model.config, inputs)
    made["losses"], made["withoutGradient"] = losses(model, head, inputs)
    return made


def main(cases_file, out):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    with open(cases_file, encoding="utf-8") as file:
        cases = json.load(file)
    reports = {case["name"]: report(case) for case in cases}
    with open(out, "w", encoding="utf-8") as file:
        json.dump(reports, file)


main(*sys.argv[1:])
