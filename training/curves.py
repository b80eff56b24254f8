"""Curves of the presets `fast` and `balanced`, and the fit of the quantizer, from the shards of pairs.py.

    curves.py --pairs pairs/calm pairs/busy --out curves.json

Prints gain and rank correlation on every tenth clip, which is held back, and writes all numbers that stand in
shaders/deartifact/shrink_*.wgsl and damage_model.wgsl: two-dimensional tables as 36 values, pairs of frequencies (0, 0),
(0, 1) ... (0, 7), (1, 1) ..., first those of codecs that smooth their blocks, then those of codecs that do not.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

BASIS = torch.tensor([[(0.125**0.5 if k == 0 else 0.5) * np.cos(np.pi * (n + 0.5) * k / 8) for n in range(8)] for k in range(8)], dtype=torch.float32)
DCT = torch.einsum("ka,lb->klab", BASIS, BASIS).reshape(64, 1, 8, 8)
EDGE = 0.45 + 0.55 * torch.sin(np.pi * (torch.arange(8) + 0.5) / 8)
WINDOW = torch.outer(EDGE, EDGE).reshape(1, 1, 8, 8)
PAIRS = [(u, v) for u in range(8) for v in range(u, 8)]
TABLE = torch.tensor([PAIRS.index((min(u, v), max(u, v))) for u in range(8) for v in range(8)])
DIAGONAL = torch.tensor([u + v for u, v in PAIRS]).float()
BANDS = [(1, 2), (3, 4), (5, 6), (7, 9), (10, 14)]
SMALL = (0.5, 1, 2, 4, 8)


def blocks(picture, start):
    """DCT of blocks in each 16 columns and rows, from `start` on."""
    part = torch.from_numpy(picture[start:, start:].astype(np.float32))
    return F.conv2d(part[None, None], DCT, stride=16)[0].flatten(1).T


def features(picture):
    """Means over blocks, as damage_blocks.wgsl tells them: across the grid, then the difference on it."""
    diagonal = torch.arange(64) // 8 + torch.arange(64) % 8
    both = []
    for start in (4, 0):
        b = blocks(picture, start)
        bands = [torch.log2(0.25 + b[:, (diagonal >= low) & (diagonal <= high)].square().mean(1).sqrt()).mean() for low, high in BANDS]
        small = [(b[:, 1:].abs() < limit).float().mean() for limit in SMALL]
        both.append(np.array(bands + small))
    across, on = both
    return np.concatenate([across, (on - across)[:9]])


def steps(picture, axis):
    """Profile of steps along an axis, as in grid_profile.wgsl."""
    x = (picture if axis == 0 else picture.T).astype(np.float32)[1::4]
    d = np.abs(np.diff(x, axis=1, prepend=x[:, :1]))
    excess = np.zeros_like(d)
    excess[:, 2:-1] = np.clip(d[:, 2:-1] - (d[:, 1:-2] + d[:, 3:]) / 2, -8, 8)
    return excess.mean(0)[2:-2]


def blockiness(picture):
    """Height of steps at the 8x8 grid; pairs begin at a block."""
    heights = []
    for axis in (0, 1):
        profile = steps(picture, axis)
        at_grid = (np.arange(len(profile)) + 2) % 8 == 0
        heights.append(profile[at_grid].mean() - profile[~at_grid].mean())
    return max(min(heights), 0)


def load(folders):
    """The second frame of each clip with what is known of it."""
    found = []
    for path in sorted(p for folder in folders for p in Path(folder).glob("*.npy")):
        clips = json.loads(path.with_suffix(".json").read_text())
        frames = np.load(path, mmap_mode="r")
        for at, clip in enumerate(clips):
            clean, bad = frames[3 * at + 1][:, : frames.shape[2] * 2 // 3]
            if not clip["scaled"] and clip["codec"] in ("x264", "mpeg2", "mjpeg", "none"):
                known = dict(codec=clip["codec"], quality=clip["quality"] or 0.0)
                found.append(dict(known, clean=clean, bad=bad, features=features(bad), blockiness=blockiness(bad)))
    return found


def ridge(x, y):
    """Weights and a constant."""
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    z = np.c_[(x - mean) / deviation, np.ones(len(x))]
    w = np.linalg.solve(z.T @ z + 10 * np.eye(z.shape[1]), z.T @ y)
    weights = w[:-1] / deviation
    return np.append(weights, w[-1] - weights @ mean)


def fit_quantizers(clips):
    """The quantizer of x264 (undamaged: 10), and the logarithm of that of MPEG-2 and MJPEG."""
    x = np.array([c["features"] for c in clips])
    codec, quality = np.array([c["codec"] for c in clips]), np.array([c["quality"] for c in clips])
    smooth = np.isin(codec, ("x264", "none"))
    blocked = (codec == "mjpeg") | ((codec == "mpeg2") & (quality > 1.9))  # others are coded at a rate
    return ridge(x[smooth], np.where(codec == "none", 10, quality)[smooth]), ridge(x[blocked], np.log2(quality[blocked]))


def smoothstep(t):
    t = t.clamp(0, 1)
    return t * t * (3 - 2 * t)


def lattice(x, offset, gains, quincunx=False):
    """Blocks each 4 pixels, their coefficients times gains(coefficients, cut), merged again."""
    height, width = x.shape[2:]

    def cut(plane):
        pad = (4 + offset, 8 + -(width + offset) % 4, 4 + offset, 8 + -(height + offset) % 4)
        return F.conv2d(F.pad(plane, pad, mode="reflect"), DCT, stride=4)

    b = cut(x)
    g = torch.cat([torch.ones_like(b[:, :1]), gains(b, cut)[:, 1:]], 1)
    weight = 1 / (g * g).sum(1, keepdim=True)
    if quincunx:
        weight = weight * ((torch.arange(weight.shape[2])[:, None] + torch.arange(weight.shape[3])) % 2 == 0)
    total = F.conv_transpose2d(b * g * weight, DCT * WINDOW, stride=4)
    total = total / (F.conv_transpose2d(weight, WINDOW, stride=4) + 1e-9)
    return total[:, :, 4 + offset : 4 + offset + height, 4 + offset : 4 + offset + width]


class Curves(torch.nn.Module):
    """The shrinkages of a preset. `once`: that of fast; else the two of balanced."""

    def __init__(self, once):
        super().__init__()
        self.once = once
        tables = {"low": -3.5, "middle": 0.0, "pilot_low": -4.0, "pilot_middle": 0.0, "top": 0.0}
        for name, start in tables.items():
            slope = (DIAGONAL - 5) * 0.1 if "middle" in name else 0
            setattr(self, name, torch.nn.Parameter(torch.full((2, 36), start) + slope))
        self.level = torch.nn.Parameter(torch.tensor([3.2, 0.6, 4.1, 0.6]))
        self.blocked = torch.nn.Parameter(torch.tensor([-0.2, 2.0]))
        self.growth = torch.nn.Parameter(torch.tensor([[1.2, 1.6], [1.4, 0.2]]))

    def table(self, name, blocked):
        t = getattr(self, name)
        t = 1 + 0.1 * t if name == "top" else t.exp()
        return (t[0] + (t[1] - t[0]) * blocked[:, None])[:, TABLE][:, :, None, None]

    def forward(self, x, quantizer, coarseness, height):
        """Repaired pictures, and the share of the repair that was used."""
        blocked = smoothstep((height - self.blocked[0]) / self.blocked[1])
        plain = smoothstep(height - 0.9)
        level = self.level[0] + self.level[1] * (quantizer - 32) / 9
        level = (level + plain * (self.level[2] + self.level[3] * (coarseness - 4.3) - level)).clamp(max=4.6)
        threshold = (2**level).view(-1, 1, 1, 1)

        def scale(which):
            power = self.growth[which][0] + (self.growth[which][1] - self.growth[which][0]) * blocked
            return torch.exp(-power * (level - 3)).view(-1, 1, 1, 1)

        def curve(energy, low, middle):
            half = self.table(middle, blocked)
            return (energy + self.table(low, blocked) * half) / (energy + half)

        share = smoothstep((quantizer - 20) / 9)
        share = (share + plain * (1 - share)).view(-1, 1, 1, 1)
        top = self.table("top", blocked)
        if self.once:
            out = lattice(x, 0, lambda b, cut: top * curve((b / threshold) ** 2 * scale(1), "low", "middle"), True)
        else:
            pilot = lattice(x, 0, lambda b, cut: curve((b / threshold) ** 4 * scale(0), "pilot_low", "pilot_middle"))
            out = lattice(x, 2, lambda b, cut: top * curve((cut(pilot) / threshold) ** 2 * scale(1), "low", "middle"))
        return x + (out - x) * share, share.flatten()


def batch(clips, corner, side):
    (y, x), known = corner, lambda name: torch.tensor([c[name] for c in clips], dtype=torch.float32)
    planes = [torch.tensor(np.stack([c[k][y : y + side, x : x + side] for c in clips]), dtype=torch.float32)[:, None] for k in ("bad", "clean")]
    return planes, (known("quantizer"), known("coarseness"), known("blockiness"))


def errors(a, b):
    return (a - b).square().mean((1, 2, 3)) + 1


def train(curves, clips, steps_, rng):
    optimizer = torch.optim.Adam(curves.parameters(), 0.02)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps_)
    for _ in range(steps_):
        chosen = [clips[i] for i in rng.choice(len(clips), 12)]
        (bad, clean), known = batch(chosen, (8 * rng.integers(13), 8 * rng.integers(20)), 96)
        out, share = curves(bad, *known)
        loss = (share.detach() * torch.log(errors(out, clean) / errors(bad, clean))).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()


def report(name, curves, clips):
    with torch.inference_mode():
        gains = {}
        for clip in clips:
            (bad, clean), known = batch([clip], (0, 0), 192)
            out, _ = curves(bad, *known)
            gains.setdefault(clip["codec"], []).append(10 * torch.log10(errors(bad, clean) / errors(out, clean)).item())
    print(name, " ".join(f"{codec} {np.mean(g):+.3f} dB" for codec, g in sorted(gains.items())), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", nargs="+", required=True)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default="curves.json")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)  # small convolutions: more threads wait for one another
    clips = load(args.pairs)
    held, learned = clips[::10], [c for at, c in enumerate(clips) if at % 10]
    smooth, blocked = fit_quantizers(learned)
    for clip in clips:
        clip["quantizer"] = float(np.clip(clip["features"] @ smooth[:-1] + smooth[-1], 0, 51))
        clip["coarseness"] = float(clip["features"] @ blocked[:-1] + blocked[-1])
    pairs = np.array([(c["quantizer"], c["quality"]) for c in held if c["codec"] == "x264"])
    ranks = pairs.argsort(0).argsort(0)
    print(f"rank correlation of the quantizer: {np.corrcoef(ranks.T)[0, 1]:.3f} on {len(pairs)} clips of x264")
    numbers = {"smooth": smooth.tolist(), "blocked": blocked.tolist()}
    damaged = [c for c in learned if c["quantizer"] > 21.5 or c["blockiness"] > 1]
    for name in ("balanced", "fast"):
        curves = Curves(name == "fast")
        train(curves, damaged, args.steps, np.random.default_rng(args.seed))
        report(name, curves, held)
        numbers[name] = {k: (v.exp() if "low" in k or "middle" in k else 1 + 0.1 * v if k == "top" else v).tolist() for k, v in curves.named_parameters()}
    Path(args.out).write_text(json.dumps(numbers))


if __name__ == "__main__":
    main()
