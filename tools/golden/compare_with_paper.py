"""Compares the transcription with what the paper's own code computed on another model.

    python tools/golden/compare_with_paper.py --task stsb --reference FOLDER --model FOLDER --train train.tsv

FOLDER of the reference has golden.json and golden.safetensors: mask gradients per batch, the masks of every stage, and of every solved
sublayer LSMR's reason to end, the smallest and the largest scale.
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file

from kwon2022 import Method, fisher, mask_gradients, rearrange, search, tune, unit_macs
from masked_bert import MaskedBert
from rows import encoded_batches, read_rows

method = Method(strict=True, precision=np.float32)
stages = ["gradients", "masks", "tuning"]
kinds = ("heads", "neurons")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", choices=["sst2", "stsb"], required=True)
    parser.add_argument("--reference", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--stages", nargs="+", choices=stages, default=stages, help="default: all")
    parser.add_argument("--budgets", nargs="+", help="default: all of the reference")
    options = parser.parse_args()
    golden = json.loads((options.reference / "golden.json").read_text(encoding="utf-8"))
    tensors = load_file(options.reference / "golden.safetensors")
    rows = read_rows(options.task, options.train)
    rows = [rows[index] for index in golden["sample_indices"]]
    # The paper's code computes in float32, and that takes half the time.
    model = MaskedBert(options.model, torch.float32)
    if "gradients" in options.stages:
        compare_gradients(model, encoded_batches(options.task, rows, options.model, method.batch), tensors)
    # Tuning knows no batches: those of like length have less padding.
    rows.sort(key=lambda row: sum(map(len, row[0])))
    batches = encoded_batches(options.task, rows, options.model, method.batch)
    for budget in options.budgets or golden["runs"]:
        if "masks" in options.stages:
            compare_masks(model, golden, tensors, budget)
        if "tuning" in options.stages:
            compare_tuning(model, batches, golden, tensors, budget)


def compare_gradients(model, batches, tensors):
    started = time.perf_counter()
    heads, neurons = mask_gradients(model, batches, per_sample=False)
    print(f"mask gradients: {time.perf_counter() - started:.0f} s", flush=True)
    for name, ours in (("head", heads), ("neuron", neurons)):
        theirs = tensors[f"{name}_grads"]
        print(f"  {name}s: relative distance per layer", *(f"{distance(ours[:, l], theirs[:, l]):.1e}" for l in range(model.layers)))


def stored_masks(tensors, stage, budget):
    return [tensors[f"{stage}_{kind}_{budget}"] != 0 for kind in kinds]


def compare_masks(model, golden, tensors, budget):
    """From the reference's gradients."""
    gradients = [tensors[f"{kind}_grads"].astype(np.float64) for kind in ("head", "neuron")]
    prices = unit_macs(model, golden["mean_length"])
    scores = [fisher(gradient) for gradient in gradients]
    searched = search(*scores, prices, float(budget), strict=True)
    teacher = search(*scores, prices, golden["runs"][budget]["teacher_constraint"], strict=True)
    rearranged = [rearrange(mask, gradient)[0] for mask, gradient in zip(searched, gradients)]
    for stage, ours in (("searched", searched), ("teacher", teacher), ("rearranged", rearranged)):
        differing = [int((mask != other).sum()) for mask, other in zip(ours, stored_masks(tensors, stage, budget))]
        print(f"{budget} {stage}: {differing[0]} heads and {differing[1]} neurons differ", flush=True)


def compare_tuning(model, batches, golden, tensors, budget):
    """From the reference's masks."""
    started = time.perf_counter()
    scales, fits = tune(model, batches, *(stored_masks(tensors, stage, budget) for stage in ("rearranged", "teacher")), method)
    theirs = golden["runs"][budget]["lsmr"]
    print(f"{budget} tuned: {time.perf_counter() - started:.0f} s, {len(fits)} solves (theirs {len(theirs)})")
    for fit, (reason, smallest, largest) in zip(fits, theirs):
        print(f"  {fit.sublayer:12} {fit.reason} {fit.smallest:9.5f} {fit.largest:9.5f}   theirs {reason} {smallest:9.5f} {largest:9.5f}")
    for kind, ours in zip(kinds, scales):
        others = tensors[f"tuned_{kind}_{budget}"].astype(np.float64)
        apart = [f"{distance(one, other):.1e}" for one, other in zip(ours, others)]
        print(f"  {kind}: relative distance per layer", *apart, "largest difference", f"{np.abs(ours - others).max():.1e}", flush=True)


def distance(ours, theirs):
    return np.linalg.norm(ours - theirs) / np.linalg.norm(theirs)


if __name__ == "__main__":
    main()
