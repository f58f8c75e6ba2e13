#!/usr/bin/env python3
"""The same training step in plain PyTorch, float32, eager, whole logits. For side-by-side timing.

    torch_train.py MODEL_DIR [--threads N] [--batch 8] [--length 256] [--steps 5]

One AdamW step a batch of random ids; the first step warms up. Prints one JSON line.
"""
import argparse, json, resource, statistics, time

import torch

from torch_score import hidden_states, load


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    for name, default in (("threads", 2), ("batch", 8), ("length", 256), ("steps", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    config, weights = load(args.model)
    for weight in weights.values():
        weight.requires_grad_(True)
    tied = config.get("tie_word_embeddings") and "lm_head.weight" not in weights
    head = weights["model.embed_tokens.weight" if tied else "lm_head.weight"]
    optimizer = torch.optim.AdamW(weights.values(), lr=1e-4)
    ids = torch.randint(0, config["vocab_size"], (args.batch, args.length))
    seconds = []
    for _ in range(args.steps + 1):
        start = time.perf_counter()
        logits = hidden_states(config, weights, ids) @ head.T
        loss = torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds[1:])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"tokens_per_second": round(args.batch * args.length / median, 1), "peak_mb": round(peak)}))


main()
