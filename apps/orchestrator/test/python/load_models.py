"""What Transformers makes of model folders: python load_models.py CASES.json REPORTS.json

CASES.json: {name: folder}. All models read the same token ids; logits are computed in float32.
"""
import json
import sys

import torch
from transformers import AutoModelForSequenceClassification

ids = torch.tensor([[2, 7, 9, 11, 3]])
reports = {}
for name, folder in json.load(open(sys.argv[1])).items():
    model, loading = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
    stored = str(model.dtype).removeprefix("torch.")
    with torch.no_grad():
        logits = model.eval().float()(ids).logits
    reports[name] = {
        "unexpected": sorted(loading["unexpected_keys"]),
        "missing": len(loading["missing_keys"]),
        "labels": [model.config.id2label[i] for i in range(model.config.num_labels)],
        "dtype": stored,
        "logits": logits[0].tolist(),
    }
json.dump(reports, open(sys.argv[2], "w"))
