#!/usr/bin/env python3
"""The same scoring in plain PyTorch: what a user would otherwise run. For side-by-side timing and agreement.

    torch_score.py MODEL_DIR ROWS.jsonl OUT.jsonl [--threads N]

MODEL_DIR: a qwen2 or llama checkpoint (plain rope) with one model.safetensors. Rows: {"prompt_ids", "responses_ids"}.
Float32, eager, one response a forward pass, whole logits: the way reward scripts are written. Prints one JSON line.
"""
import argparse, json, mmap, resource, struct, time

import torch


def load(folder):
    config = json.load(open(f"{folder}/config.json"))
    with open(f"{folder}/model.safetensors", "rb") as f:
        raw = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
    size = struct.unpack("<Q", raw[:8])[0]
    dtypes = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
    weights = {}
    for name, entry in json.loads(raw[8 : 8 + size]).items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        data = torch.frombuffer(bytearray(raw[8 + size + start : 8 + size + end]), dtype=dtypes[entry["dtype"]])
        weights[name] = data.reshape(entry["shape"]).float()
    return config, weights


def rms_norm(x, weight, epsilon):
    return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + epsilon) * weight


def hidden_states(config, weights, ids):
    heads = config["num_attention_heads"]
    kv_heads = config.get("num_key_value_heads", heads)
    width = config.get("head_dim") or config["hidden_size"] // heads
    epsilon, count = config["rms_norm_eps"], ids.shape[-1]
    frequencies = config["rope_theta"] ** (-torch.arange(0, width, 2).float() / width)
    angles = torch.outer(torch.arange(count).float(), frequencies).repeat(1, 2)

    def rotate(x):
        first, second = x.chunk(2, -1)
        return x * angles.cos() + torch.cat([-second, first], -1) * angles.sin()

    mask = torch.full((count, count), float("-inf")).triu(1)
    x = weights["model.embed_tokens.weight"][ids]
    for i in range(config["num_hidden_layers"]):
        layer = f"model.layers.{i}."

        def linear(v, name):
            return torch.nn.functional.linear(v, weights[f"{layer}{name}.weight"], weights.get(f"{layer}{name}.bias"))

        h = rms_norm(x, weights[layer + "input_layernorm.weight"], epsilon)
        q = rotate(linear(h, "self_attn.q_proj").view(*ids.shape, heads, width).transpose(-3, -2))
        k = rotate(linear(h, "self_attn.k_proj").view(*ids.shape, kv_heads, width).transpose(-3, -2))
        v = linear(h, "self_attn.v_proj").view(*ids.shape, kv_heads, width).transpose(-3, -2)
        k, v = (t.repeat_interleave(heads // kv_heads, -3) for t in (k, v))
        o = torch.softmax(q @ k.transpose(-1, -2) * width**-0.5 + mask, -1) @ v
        x = x + linear(o.transpose(-3, -2).reshape(*ids.shape, heads * width), "self_attn.o_proj")
        h = rms_norm(x, weights[layer + "post_attention_layernorm.weight"], epsilon)
        gated = torch.nn.functional.silu(linear(h, "mlp.gate_proj")) * linear(h, "mlp.up_proj")
        x = x + linear(gated, "mlp.down_proj")
    return rms_norm(x, weights["model.norm.weight"], epsilon)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("rows")
    parser.add_argument("out")
    parser.add_argument("--threads", type=int, default=2)
    a = parser.parse_args()
    torch.set_num_threads(a.threads)
    config, weights = load(a.model)
    tied = config.get("tie_word_embeddings")
    head = weights["model.embed_tokens.weight" if tied else "lm_head.weight"]
    rows = [json.loads(line) for line in open(a.rows)]
    results, responses, tokens, start = [], 0, 0, time.time()
    with torch.no_grad():
        for row in rows:
            prompt, rewards = row["prompt_ids"], []
            for response in row["responses_ids"]:
                ids = torch.tensor(prompt + response)
                logits = hidden_states(config, weights, ids) @ head.T
                first = len(prompt) - 1
                q = logits[first:-1].gather(1, ids[first + 1 :, None]).sum()
                v = logits[first + 1 : -1].logsumexp(-1).sum()
                rewards.append(float(q - v))
                responses += 1
                tokens += len(ids)
            results.append({"rewards": rewards})
    seconds = time.time() - start
    with open(a.out, "w") as f:
        f.writelines(json.dumps(r) + "\n" for r in results)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"responses": responses, "tokens": tokens, "seconds": round(seconds, 3), "peak_mb": peak}))


if __name__ == "__main__":
    main()
