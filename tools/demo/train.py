"""Trains the demo model, packages/demo/model, on synthetic reviews.

    pnpm --filter @winnow/demo bundle
    pip install -r tools/demo/requirements.txt
    python tools/demo/train.py

The rows to train on are generated for the purpose, by another seed than those of packages/demo/data. Nothing is chosen by looking at
dev.tsv: it is scored once, at the end, with the weights as they are stored. The same machine and thread count give the same bytes.
"""
import argparse
import json
import math
import re
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

demo = Path(__file__).resolve().parents[2] / "packages" / "demo"
special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
max_length = 64


def main():
    options = parse_options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    started = time.perf_counter()
    rows = generated_rows(options.rows, options.data_seed)
    tokenizer = tokenizer_for([sentence for sentence, _ in rows])
    model = BertForSequenceClassification(config_for(tokenizer))
    train(model, encoded(rows, tokenizer), options)
    seconds = time.perf_counter() - started
    save(model, tokenizer, options.out)
    score = score_of(options.out, tokenizer)
    write_json(options.out / "eval.json", score)
    parameters = sum(weight.numel() for weight in model.parameters())
    print(f"{parameters} parameters, {len(tokenizer)} pieces, {seconds:.0f} s, accuracy {score['accuracy']:.4f}")


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--out", type=Path, default=demo / "model")
    parser.add_argument("--rows", type=int, default=100_000, help="to train on")
    parser.add_argument("--data-seed", type=int, default=2, help="of these rows")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=6e-4, help="of learning, at its highest")
    parser.add_argument("--seed", type=int, default=0, help="of weights and order")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def generated_rows(count, seed):
    script = demo / "dist" / "write-data.js"
    if not script.exists():
        raise SystemExit(f"train: {script} must be built (run: pnpm --filter @winnow/demo bundle)")
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--out", folder, "--train", str(count), "--seed", str(seed)]
        subprocess.run(["node", script, *arguments], check=True)
        return read_tsv(Path(folder) / "train.tsv")


def read_tsv(path):
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [(sentence, int(label)) for sentence, label in (line.split("\t") for line in lines)]


def tokenizer_for(sentences):
    """BERT's, with a vocabulary of its own: every word of the rows, most frequent first, and characters to spell other words with.

    Not a trained one: the trainer of `tokenizers` breaks ties differently in every run.
    """
    words = Counter(word for sentence in sentences for word in re.findall(r"[a-z]+|[^a-z\s]", sentence.lower()))
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    digits = [chr(code) for code in range(ord("0"), ord("9") + 1)]
    marks = list(",.!?'-:;()")
    spelling = [*letters, *digits, *marks, *(f"##{character}" for character in [*letters, *digits])]
    in_order = sorted(words, key=lambda word: (-words[word], word))
    pieces = dict.fromkeys([*special, *spelling, *in_order])
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    return BertTokenizer(vocab=vocabulary, do_lower_case=True, model_max_length=max_length)


def config_for(tokenizer):
    # No dropout: every row is new, and there are more than enough of them.
    return BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=128,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=512,
        max_position_embeddings=max_length,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=tokenizer.pad_token_id,
        id2label={0: "negative", 1: "positive"},
        label2id={"negative": 0, "positive": 1},
    )


def encoded(rows, tokenizer):
    ids = tokenizer([sentence for sentence, _ in rows], truncation=True, max_length=max_length)["input_ids"]
    return [(torch.tensor(one), label) for one, (_, label) in zip(ids, rows)]


def train(model, samples, options):
    """AdamW; the rate rises over the first twentieth of the steps and falls to 0 over the others."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.01)
    steps = options.epochs * math.ceil(len(samples) / options.batch)
    warm = max(1, steps // 20)
    rate = lambda step: min((step + 1) / warm, (steps - step) / (steps - warm))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    model.train()
    for epoch in range(options.epochs):
        losses = []
        for ids, mask, labels in shuffled_batches(samples, options.batch):
            loss = model(input_ids=ids, attention_mask=mask, labels=labels).loss
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        last = losses[-len(losses) // 5 :]
        print(f"epoch {epoch + 1} of {options.epochs}: loss {sum(last) / len(last):.4f} in its last fifth", flush=True)


def shuffled_batches(samples, size):
    """Batches of samples of like length, which saves padding, in random order."""
    order = torch.randperm(len(samples)).tolist()
    pool = 50 * size
    for start in range(0, len(order), pool):
        some = sorted(order[start : start + pool], key=lambda index: len(samples[index][0]))
        groups = [some[at : at + size] for at in range(0, len(some), size)]
        for group in torch.randperm(len(groups)).tolist():
            yield padded([samples[index] for index in groups[group]])


def padded(samples):
    ids = torch.nn.utils.rnn.pad_sequence([ids for ids, _ in samples], batch_first=True)
    mask = torch.nn.utils.rnn.pad_sequence([torch.ones_like(ids) for ids, _ in samples], batch_first=True)
    return ids, mask, torch.tensor([label for _, label in samples])


def save(model, tokenizer, folder):
    """The weights as float16, half the size. transformers leaves out vocab.txt, which other programs ask for."""
    model.half().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece, _ in pieces), encoding="utf-8")
    (folder / "model.safetensors").chmod(0o644)


@torch.no_grad()
def score_of(folder, tokenizer):
    """What the stored weights score on dev.tsv, computed in float32; and the first logits, for those who compare implementations."""
    model = BertForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval()
    samples = encoded(read_tsv(demo / "data" / "dev.tsv"), tokenizer)
    batches = (padded(samples[start : start + 100]) for start in range(0, len(samples), 100))
    logits = torch.cat([model(input_ids=ids, attention_mask=mask).logits for ids, mask, _ in batches])
    right = (logits.argmax(-1) == torch.tensor([label for _, label in samples])).sum().item()
    return {
        "task": "sst2",
        "split": "dev",
        "rows": len(samples),
        "accuracy": right / len(samples),
        "firstLogits": [[round(value, 5) for value in row] for row in logits[:8].tolist()],
    }


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
