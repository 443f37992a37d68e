"""Ids that Transformers' AutoTokenizer gives to texts, for the model folders of a file.

usage: tokenize_texts.py FOLDERS.json TEXTS.json OUT.json
"""

import json
import sys

from transformers import AutoTokenizer

folders, texts = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
ids = []
for folder in folders:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids.append([tokenizer(text)["input_ids"] for text in texts])
with open(sys.argv[3], "w", encoding="utf-8") as file:
    json.dump(ids, file)
