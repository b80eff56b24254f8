"""Trains the network on maps that the plugin itself made: its own motion, its own estimate of the noise.

usage: fit.py MAPS START OUT [--minutes 90] [--rate 8e-4] [--threads 1] [--blend 1]
MAPS is a folder of pairs: NAME.pair.npy, half floats [frames, 28, rows, columns] of cells, is what `state_cells.wgsl` wrote
(22 numbers, see `network.py`), then the truth less the state, of four luma pixels, U and V; NAME.info.npy is the deviation of the
noise, its kind (as in `scenes.py`) and chroma's share. Bf16 on a processor: 0.35 s a step on one core.
"""
import argparse
import glob
import math
import os
import time

import numpy as np
import torch

import weights_file
from loss import CHANGE, relative_change, relative_error
from network import Network

CELLS, EDGE, BATCH, WARM, HOLD = 64, 4, 5, 200, 0.999  # a batch has two frames of each clip; cells at the edge of a part see zeros beyond it and are not judged
CODES = 255 / 4  # of the network's units
CORRELATED, KEPT = 0.7, 0.5  # kinds from here on are correlated or coded; so many of these are taken
# Where the four pixels of a cell go when a picture is mirrored or turned, and the numbers of a map that come in fours.
MIRROR, FLIP, TURN = np.array([1, 0, 3, 2]), np.array([2, 3, 0, 1]), np.array([0, 2, 1, 3])
FOURS = (0, 4, 8, 12, 22)


def order(four):
    index = np.arange(28)
    for first in FOURS:
        index[first:first + 4] = first + four
    return index


def load(folder):
    names = sorted(glob.glob(os.path.join(folder, '*.pair.npy')))
    return [(np.load(name, mmap_mode='r'), np.load(name.replace('.pair.', '.info.'))) for name in names]


def batch(pairs, rng):
    """Parts of two frames in a row of each clip, frame after frame, and the deviation of the noise for each clip."""
    parts, sigmas = [], []
    while len(sigmas) < BATCH:
        maps, (sigma, kind, _) = pairs[rng.integers(len(pairs))]
        if kind > CORRELATED and rng.random() > KEPT:
            continue
        y, x = (rng.integers(0, n - CELLS + 1) for n in maps.shape[2:])
        first = rng.integers(len(maps) - 1)
        mirrors, flips, turns = rng.random(3) < 0.5
        for part in np.array(maps[first:first + 2, :, y:y + CELLS, x:x + CELLS]):
            if mirrors:
                part = part[order(MIRROR)][:, :, ::-1]
            if flips:
                part = part[order(FLIP)][:, ::-1]
            if turns:
                part = part[order(TURN)].transpose(0, 2, 1)
            parts.append(np.ascontiguousarray(part))
        sigmas.append(max(float(sigma), 1.0))
    return torch.from_numpy(np.stack(parts)).float().to(memory_format=torch.channels_last), torch.tensor(sigmas)


def loss_of(maps, found, sigma):
    """As in `train.py`."""
    maps, found = (part[:, :, EDGE:-EDGE, EDGE:-EDGE].float() for part in (maps, found))
    truth, blocks = maps[:, 22:26], maps[:, 12:16] * CODES
    output = maps[:, 12:16] * CODES * found[:, 4:8] - maps[:, 4:8] * CODES * found[:, :4]
    errors = output - truth, blocks - truth
    changes = [error[1::2] - error[::2] for error in errors]
    return relative_error(*errors, sigma.repeat_interleave(2)).mean() + CHANGE * relative_change(*changes, sigma).mean()


def train(net, mean, pairs, options):
    rng, began, step, recent = np.random.default_rng(5), time.time(), 0, []
    optimiser = torch.optim.AdamW(net.parameters(), options.rate, betas=(0.9, 0.99), weight_decay=1e-4)
    while (part := (time.time() - began) / (60 * options.minutes)) < 1:
        for group in optimiser.param_groups:
            group['lr'] = options.rate * min(1, (step + 1) / WARM) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * part)))
        maps, sigma = batch(pairs, rng)
        with torch.autocast('cpu', torch.bfloat16):
            found = net(maps[:, :22])
        loss = loss_of(maps, found, sigma)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        with torch.no_grad():
            for a, b in zip(mean.parameters(), net.parameters()):
                a.lerp_(b, 1 - min(HOLD, (step + 1) / (step + 10)))
        step += 1
        recent.append(loss.item())
        if step % 100 == 0:
            print(f'step {step}, {time.time() - began:.0f} s, loss {np.mean(recent):.4f}', flush=True)
            recent.clear()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('maps')
    parser.add_argument('start', help='weights to begin with, as the plugin has them')
    parser.add_argument('out', help='where the trained weights go')
    parser.add_argument('--minutes', type=float, default=90)
    parser.add_argument('--rate', type=float, default=8e-4)
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--blend', type=float, default=1, help='share of the trained weights in the result, the rest being those of the start')
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(5)
    net, mean, start = (Network().to(memory_format=torch.channels_last) for _ in range(3))
    for each in (net, mean, start):
        each.start_from(weights_file.read(options.start))
    train(net, mean, load(options.maps), options)
    first = start.state_dict()
    arrays = {name: first[name].lerp(value, options.blend).half().numpy() for name, value in mean.state_dict().items()}
    weights_file.write(arrays, options.out)


if __name__ == '__main__':
    main()
