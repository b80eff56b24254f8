#!/usr/bin/env python3
"""Train the network on the pairs that pairs.py made; writes the weights file and scores it."""
import argparse
import copy
import json
import math
import time
from pathlib import Path

import numpy as np
import torch

import evaluate
import network

PATCH, BATCH = 128, 8
BUSY = 0.72
PLANE_SHARE = torch.tensor([0.25, 0.25, 0.25, 0.25, 0.2, 0.2])  # luma counts one, each chroma plane a fifth


class Pairs:
    """All shards in some folders; looks for new ones on `refresh`."""

    def __init__(self, folders, share):
        self.share = share
        self.folders, self.shards, self.errors, self.names, self.still = folders, [], [], set(), []
        self.refresh()

    def refresh(self):
        for path in sorted(p for f in self.folders for p in f.glob("train*.npy")):
            if path not in self.names:
                self.names.add(path)
                data, infos = np.load(path), json.loads(path.with_suffix(".json").read_text())
                each = len(data) // len(infos)
                self.still += [(len(self.shards), i) for i in range(len(data)) if infos[i // each]["codec"] == "mjpeg"]
                self.shards.append(data)
                self.errors.append(np.stack([frame_error(p) for p in data]))
        self.ends = np.cumsum([len(s) for s in self.shards])

    def draw(self, rng):
        """(shard, index) of a frame; of two, mostly the one with the larger error.

        Photos are smooth for the most part, video is busier: this evens it out.
        """
        if rng.random() < self.share:
            return self.still[rng.integers(len(self.still))]
        pair = []
        for k in rng.integers(self.ends[-1], size=2):
            s = int(np.searchsorted(self.ends, k, side="right"))
            pair.append((s, int(k - (self.ends[s - 1] if s else 0))))
        pair.sort(key=lambda p: -self.errors[p[0]][p[1], 0])
        return pair[0 if rng.random() < BUSY else 1]

    def batch(self, rng):
        """(clean, damaged) as uint8 I420 patches, and each frame's mean squared error of Y, U, V."""
        clean, bad, errors = [], [], []
        for _ in range(BATCH):
            s, i = self.draw(rng)
            # Mostly on the block grid, since most video is; else anywhere the chroma planes allow.
            step = 8 if rng.random() < 0.88 else 2
            rows, w = self.shards[s].shape[2:]
            h = rows * 2 // 3
            y, x = (int(rng.integers(0, (v - PATCH) // step + 1)) * step for v in (h, w))
            c, b = (cut(self.shards[s][i, j], y, x, h, w) for j in (0, 1))
            clean.append(c), bad.append(b), errors.append(self.errors[s][i])
        return torch.from_numpy(np.stack(clean)), torch.from_numpy(np.stack(bad)), torch.from_numpy(np.stack(errors)).float()


def frame_error(pair):
    d = (pair[0].astype(np.int32) - pair[1]) ** 2
    h = d.shape[0] * 2 // 3
    uv = d[h:].reshape(2, -1).mean(1)
    return np.array([d[:h].mean(), uv[0], uv[1]])


def cut(frame, y, x, h, w):
    """A PATCH x PATCH piece of an I420 frame."""
    uv = frame[h:].reshape(2, h // 2, w // 2)[:, y // 2:(y + PATCH) // 2, x // 2:(x + PATCH) // 2]
    return np.concatenate([frame[y:y + PATCH, x:x + PATCH], uv.reshape(PATCH // 2, PATCH)])


def loss_of(net, judge, batch, square):
    """Error relative to the damage of the whole frame, in each plane.

    A gain in PSNR is a ratio of errors, and the square error over that of the frame is what such a
    gain is made of. Charbonnier's distance, less swayed by hard places, leads in the first part.
    """
    clean, bad, errors = batch
    x, target = network.to_planes(bad), network.to_planes(clean)
    with torch.autocast("cpu", torch.bfloat16):
        fix = net(x)
    e = (x + fix.float() - target) * 255
    frame = errors[:, [0, 0, 0, 0, 1, 2]][:, :, None, None] + 2.0
    near = torch.sqrt(e * e + 0.25) / torch.sqrt(frame)
    each = square * e * e / frame + (1 - square) * near
    # The judge guesses the frame's damage from the picture's mean features, which so learn to tell it.
    guess = judge(net.outputs[3].float())[:, 0] - torch.log(errors[:, 0] + 1)
    return (each * PLANE_SHARE[:, None, None]).sum(1).mean(), (guess * guess).mean()


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--pairs", type=Path, nargs="+", required=True, help="folders of shards")
    ap.add_argument("--out", type=Path, required=True, help="weights file")
    ap.add_argument("--valid", type=Path, help="validation pairs from evaluate.py")
    ap.add_argument("--steps", type=int, default=40000)
    ap.add_argument("--minutes", type=float, help="let the clock and not the steps drive the learning rate")
    ap.add_argument("--square-from", type=float, default=-1.0,
                    help="part of the run after which the square error leads, Charbonnier's distance before; -1: all of it")
    ap.add_argument("--rate", type=float, default=7e-4)
    ap.add_argument("--width", type=int, default=32)
    ap.add_argument("--blocks", type=int, default=3)
    ap.add_argument("--mjpeg", type=float, default=0.0, help="share of patches that are drawn from MJPEG's frames alone")
    ap.add_argument("--init", type=Path, help="weights file to start from")
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--every", type=int, default=2000, help="steps between checkpoints")
    ap.add_argument("--seed", type=int, default=1)
    opt = ap.parse_args()
    torch.set_num_threads(opt.threads)
    torch.manual_seed(opt.seed)
    rng, pairs = np.random.default_rng(opt.seed), Pairs(opt.pairs, opt.mjpeg)
    net = network.load(opt.init) if opt.init else network.Network(network.layout(opt.width, opt.blocks))
    net = net.to(memory_format=torch.channels_last)
    mean = copy.deepcopy(net)
    judge = torch.nn.Linear(opt.width, 1)
    adam = torch.optim.Adam([*net.parameters(), *judge.parameters()], lr=opt.rate, betas=(0.9, 0.99), fused=True)
    print(f"{sum(p.numel() for p in net.parameters())} weights, {pairs.ends[-1]} pairs", flush=True)
    start, step, total, wrong = time.time(), 0, 0.0, 0.0
    while True:
        part = (time.time() - start) / 60 / opt.minutes if opt.minutes else step / opt.steps
        if part >= 1:
            break
        # The rate warms up over 300 steps and falls along a cosine to a hundredth.
        rate = opt.rate * min(1, (step + 1) / 300) * (0.01 + 0.99 * (0.5 + 0.5 * math.cos(math.pi * part)))
        for g in adam.param_groups:
            g["lr"] = rate
        loss, guess = loss_of(net, judge, pairs.batch(rng), min(1.0, max(0.0, (part - opt.square_from) / 0.1)))
        adam.zero_grad()
        (loss + 0.05 * guess).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        step, total, wrong = step + 1, total + loss.item(), wrong + guess.item()
        keep = min(0.999, step / (step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(list(mean.parameters()), list(net.parameters()), 1 - keep)
        if step % opt.every == 0:
            pairs.refresh()
            network.save(mean, opt.out)
            scores = evaluate.summary(evaluate.score(network.load(opt.out), opt.valid, 3)) if opt.valid else ""
            print(f"{step} part {part:.3f} {(time.time() - start) / 60:.1f} min rate {rate:.1e} loss {total / opt.every:.4f} "
                  f"guess {wrong / opt.every:.3f} "
                  f"pairs {pairs.ends[-1]} {scores}", flush=True)
            total = wrong = 0.0
    network.save(mean, opt.out)
    print(f"{step} steps, {opt.out.stat().st_size} bytes")
    if opt.valid:  # from the file as written: what is printed is what it gives
        print(evaluate.summary(evaluate.score(network.load(opt.out), opt.valid)))


if __name__ == "__main__":
    main()
