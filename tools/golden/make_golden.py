"""Writes the golden of the demo model: golden.json and golden.safetensors in this folder. See README.md here.

    python tools/golden/make_golden.py [--out FOLDER]
"""
import argparse
import json
import platform
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file

from kwon2022 import Method, fisher, mask_gradients, rearrange, search, tune, unit_macs
from masked_bert import MaskedBert
from rows import encoded_batches, read_rows

here = Path(__file__).resolve().parent
demo = here.parents[1] / "packages" / "demo"
kinds = ("heads", "neurons")
methods = {"strict": Method(strict=True), "default": Method(strict=False)}
samples = {"strict": 768, "default": 256}
budgets = ("0.6", "0.3")
# So small that the paper's search exceeds it: searched, not tuned.
searched_only = ("0.1",)
# Mean length of SST-2's dev set, a constant of the paper's code; the demo data has that task's form.
length = 25.16
# Rows of the gradients that are stored; the Fisher sums hold the others.
stored_rows = 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=here)
    parser.add_argument("--seed", type=int, default=2, help="of the rows that are drawn")
    options = parser.parse_args()
    # The matrices are small: more threads cost more than they bring, and one gives the same bytes everywhere of its kind.
    torch.set_num_threads(1)
    model = MaskedBert(demo / "model")
    rows = read_rows("sst2", demo / "data" / "train.tsv")
    tensors, runs = {}, {}
    for name, method in methods.items():
        random = np.random.RandomState(options.seed)
        indices = random.choice(len(rows), samples[name], replace=method.strict)
        batches = encoded_batches("sst2", [rows[index] for index in indices], demo / "model", method.batch)
        run = Run(name, model, batches, tensors)
        tensors[f"{name}.indices"] = indices.astype(np.int32)
        runs[name] = run.everything(np.random.RandomState(options.seed + 1))
    libraries = {module.__name__: module.__version__ for module in (np, torch, transformers)}
    made_with = {"python": platform.python_version(), **libraries}
    record = {"model": "packages/demo/model", "seed": options.seed, "madeWith": made_with, "length": length, "runs": runs}
    options.out.mkdir(parents=True, exist_ok=True)
    save_file(tensors, options.out / "golden.safetensors")
    (options.out / "golden.safetensors").chmod(0o644)
    (options.out / "golden.json").write_text(json_of(record), encoding="utf-8")


# No mask may change under noise far above the rounding of float32 programs (1e-6).
noise, draws = 2e-5, 3


class Run:
    """One method on one sample, all stages; what is stored goes to `tensors`."""

    def __init__(self, name, model, batches, tensors):
        self.name, self.method, self.model, self.batches, self.tensors = name, methods[name], model, batches, tensors
        self.prices = unit_macs(model, length)

    def everything(self, random):
        gradients = mask_gradients(self.model, self.batches, per_sample=not self.method.strict)
        scores = [fisher(gradient) for gradient in gradients]
        self.store("gradients", [gradient[:stored_rows].astype(np.float32) for gradient in gradients])
        self.store("fisher", scores)
        noisy = [[g * (1 + noise * random.standard_normal(g.shape)) for g in gradients] for _ in range(draws)]
        return {
            "budgets": {budget: self.budget(budget, gradients, scores, noisy) for budget in budgets},
            "searchedOnly": {budget: self.searched(budget, float(budget), "searched", scores)[1] for budget in searched_only},
        }

    def budget(self, budget, gradients, scores, noisy):
        share = float(budget)
        searched, record = self.searched(budget, share, "searched", scores)
        rearranged, margins = rearranged_masks(searched, gradients)
        for some in noisy:
            searched_again = search(*map(fisher, some), self.prices, share, self.method.strict)
            again, _ = rearranged_masks(searched_again, some)
            if not all(map(np.array_equal, [*searched, *rearranged], [*searched_again, *again])):
                raise SystemExit(f"make_golden: masks of {self.name} at {budget} must not hang on rounding (try another --seed)")
        self.store(f"{budget}.rearranged", [mask.astype(np.uint8) for mask in rearranged])
        teacher = self.searched(budget, share**0.5, "teacher", scores)[0] if self.method.strict else None
        scales, fits = tune(self.model, self.batches, rearranged, teacher, self.method)
        self.store(f"{budget}.scales", [scale.astype(np.float32) for scale in scales])
        print(self.name, budget, record, "smallest margins", *(f"{margin:.1e}" for margin in margins), flush=True)
        for fit in fits:
            print(f"  {fit.sublayer:12} {fit.outcome:9} {fit.reason} {fit.smallest:9.5f} {fit.largest:9.5f}", flush=True)
        return {**record, "fits": [asdict(fit) for fit in fits]}

    def searched(self, budget, share, stage, scores):
        masks = search(*scores, self.prices, share, self.method.strict)
        self.store(f"{budget}.{stage}", [mask.astype(np.uint8) for mask in masks])
        spent, all_units = (sum(count(mask) * price for mask, price in zip(masks, self.prices)) for count in (np.sum, np.size))
        widths = {kind: mask.sum(1).tolist() for kind, mask in zip(kinds, masks)}
        return masks, {**widths, "share": float(spent / all_units)}

    def store(self, what, pair):
        for kind, values in zip(kinds, pair):
            self.tensors[f"{self.name}.{what}.{kind}"] = np.ascontiguousarray(values)


def rearranged_masks(searched, gradients):
    pairs = [rearrange(mask, gradient) for mask, gradient in zip(searched, gradients)]
    return [mask for mask, _ in pairs], [margin for _, margin in pairs]


def json_of(record):
    """As the formatter of this repository has it: tabs, and short lists in one line."""
    lists = []

    def shelved(value):
        if isinstance(value, dict):
            return {key: shelved(item) for key, item in value.items()}
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            return [shelved(item) for item in value]
        if not isinstance(value, list):
            return value
        lists.append(json.dumps(value))
        return f"@{len(lists) - 1}@"

    text = json.dumps(shelved(record), indent="\t")
    for at, line in enumerate(lists):
        text = text.replace(f'"@{at}@"', line)
    return f"{text}\n"


if __name__ == "__main__":
    main()
