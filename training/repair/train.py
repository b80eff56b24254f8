"""Trains the second network of `wgpudeartifact preset=quality`, which sees its own last output along the motion.

usage: train.py [--minutes 40] [--out run]     # again and again, until it says "done"; see README.md
"""
import argparse
import copy
import lzma
import math
import os
import pickle
import time

import numpy as np
import torch
import torch.nn.functional as F

import coder
import gate
import network

HERE = os.path.dirname(os.path.abspath(__file__))
GPU = torch.cuda.is_available()
DEVICE = 'cuda' if GPU else 'cpu'
BATCH, PATCH = (32, 112) if GPU else (10, 112)
RATE, WARM, HOLD = 4e-4, 300, 0.999
ROUND = 1000        # clips that get new pasts at a time
GATE_CLIPS = 400    # that the gate is fitted to
OWN = 0.3           # part of the clips that get the damage of `coder.py` in place of that of their encoder
PARTLY = 0.3        # part of the clips whose last output has a part of the correction alone, as the gate and `strength` leave it
SETTLED = 0.5       # part of the clips whose last output is averaged along the motion, as the plugin's next step does
BUSY = 0.72         # how often the more damaged of two frames is taken: photos are smooth for the most part, video is busier
MISLED = 0.04       # part of the vectors that are wrong
PLANE_SHARE = torch.tensor([0.25, 0.25, 0.25, 0.25, 0.2, 0.2], device=DEVICE)
# Planes that the first layer reads: six of the picture, two of zeros, so that the rest is a channel group of its own, six of the aligned last output
# less the picture, and one that says whether there is one.
INPUTS = 15
UNITS = 8  # of a stored vector, to a pixel
HALF = GPU or torch.ops.mkldnn._is_mkldnn_bf16_supported()
WEAK, MOST = 4.0, 0.15  # differences are read so many times as large, and are held to this part of the range


# ---------------------------------------------------------------- clips
def unpacked(clip):
    clean = np.cumsum(clip['clean'], axis=2, dtype=np.uint8)
    return {'clean': clean, 'bad': clean + clip['damage'], 'motion': clip['motion'], 'kind': clip['kind']}


def load(path):
    """Clips to train on, and by kind those held back."""
    clips, held = [], {}
    with lzma.open(path, 'rb') as file:
        while True:
            try:
                clip = pickle.load(file)
            except EOFError:
                return clips, held
            (held.setdefault(clip['kind'], []) if 'held' in clip else clips).append(unpacked(clip))


def planes_of(frames):
    """I420 frames (..., height * 3 / 2, width) as luma and as U with V, in code values."""
    rows, width = frames.shape[-2:]
    height = rows * 2 // 3
    uv = frames[..., height:, :].reshape(*frames.shape[:-2], 2, height // 2, width // 2)
    return frames[..., :height, :], uv


# ---------------------------------------------------------------- the network
def cells(y, uv):
    """Six planes of a cell of 2x2 pixels, in 0..1 less 0.5."""
    return torch.cat([F.pixel_unshuffle(y[:, None], 2), uv], 1) / 255 - 0.5


def read(x, past, known):
    """What the network reads: `x` and `past` as six planes; `known` is 1 where there is a past, else 0."""
    none = torch.zeros_like(x[:, :2])
    known = known[:, None, None, None]
    return torch.cat([x, none, (past - x).clamp(-MOST, MOST) * (WEAK * known), none[:, :1] + 0.1 * known], 1)


class Repairer(torch.nn.Module):
    """The network of the weights file without its gate; one of six planes gets weights of zero for the others."""

    def __init__(self, path):
        super().__init__()
        whole = network.load(path)
        records = [r for r in whole.records]
        if records[-1].act == network.GATED:
            # The gate: a mean and two dense layers before the last convolution.
            keep = [*range(len(records) - 4), len(records) - 1]
        else:
            keep = list(range(len(records)))
        records = [copy.copy(records[i]) for i in keep]
        records[-1].act, records[-1].vector = network.LINEAR, network.NONE
        more, records[0].inputs = INPUTS - records[0].inputs, INPUTS
        self.body = network.Network(records)
        for i, k in enumerate(keep):
            weight = whole.weight[k].data
            if i == 0 and more:
                weight = torch.cat([weight, torch.zeros(weight.shape[0], more, *weight.shape[2:])], 1)
            self.body.weight[i].data, self.body.bias[i].data = weight.clone(), whole.bias[k].data.clone()

    def forward(self, x, past, known=None):
        """`past`: the aligned last output as six planes, or None at the start."""
        known = torch.full((len(x),), float(past is not None), device=x.device) if known is None else known
        with torch.autocast(DEVICE, torch.bfloat16, enabled=HALF):
            fix = self.body(read(x, x if past is None else past, known).contiguous(memory_format=torch.channels_last))
        return fix.float()


def aligned(y, uv, motion):
    """The last output along the motion, pixel by pixel, as cells."""
    luma = F.grid_sample(y[:, None], places(y.shape[-2:], motion, 1), mode='bicubic', padding_mode='reflection', align_corners=True)[:, 0]
    chroma = F.grid_sample(uv, places(uv.shape[-2:], motion, 2), mode='bilinear', padding_mode='border', align_corners=True)
    return cells(luma, chroma)


def places(size, motion, units):
    """Sampling positions for grid_sample; motion has so many units to a pixel."""
    field = F.interpolate(motion, size, mode='nearest') / units
    y, x = (torch.arange(side, device=motion.device).float() for side in size)
    return torch.stack([(x + field[:, 1]) / (size[1] - 1) * 2 - 1, (y[:, None] + field[:, 0]) / (size[0] - 1) * 2 - 1], -1)


def split(planes):
    """Cells in 0..1 less 0.5 as luma and chroma in code values."""
    planes = ((planes + 0.5) * 255).clamp(0, 255)
    return F.pixel_shuffle(planes[:, :4], 2)[:, 0], planes[:, 4:]


# ---------------------------------------------------------------- training
def stacked(clips, rng, generator):
    """Clips of one length as luma and chroma, frames first, whole and damaged, and their motion in pixels: wrong in places, as the plugin's is."""
    planes = [planes_of(np.stack([clip[k] for clip in clips], 1)) for k in ('clean', 'bad')]
    motion = np.stack([clip['motion'] for clip in clips], 1).transpose(0, 1, 4, 2, 3).astype(np.float32) / UNITS
    wrong = rng.random(motion[:, :, :1].shape) < MISLED
    motion += rng.normal(0, 0.1, motion.shape) + wrong * rng.normal(0, 3, motion.shape)
    y, uv, by, buv, motion = (torch.from_numpy(np.ascontiguousarray(p)).to(DEVICE).float() for p in (*planes[0], *planes[1], motion))
    own = torch.rand(len(clips), generator=generator) < OWN
    if own.any():
        own = own.to(DEVICE)
        by[:, own], buv[:, own] = coder.coded(y[:, own], uv[:, own], motion[:, own], places, generator)
    return y, uv, by, buv, motion


@torch.no_grad()
def pasts(net, y, uv, by, buv, motion, generator):
    """For each frame of some clips what the network reads and what it is to make of it: cells in code values, [frames, 18, H/2, W/2], and
    whether there is a past."""
    draw = lambda part: (torch.rand(y.shape[1], generator=generator) < part).float()[:, None, None, None].to(DEVICE)
    partly, settles = draw(PARTLY), 0.5 * draw(SETTLED)
    shares = 1 - partly * torch.rand(partly.shape, generator=generator).to(DEVICE)
    last, frames = None, []
    for t in range(len(y)):
        x = cells(by[t], buv[t])
        past = None if last is None else aligned(*last, motion[t - 1])
        frames.append(torch.cat([cells(y[t], uv[t]), x, x if past is None else past], 1))
        out = x + shares * net(x, past)
        if past is not None:
            # The plugin averages what differs by no more than the damage may.
            out = out + settles * (past - out).clamp(-2.5 / 255, 2.5 / 255)
        last = split(out)
    known = torch.ones(len(y), y.shape[1])
    known[0] = 0
    return torch.cat(frames).mul(255).add(127.5).clamp(0, 255).round().to(torch.uint8).cpu(), known.flatten()


class Frames:
    """Frames of many clips with their pasts, drawn one by one; new pasts whenever the network has learnt."""

    def __init__(self, net, clips, rng, generator):
        lengths = sorted({len(clip['clean']) for clip in clips})
        picked = [clips[i] for i in rng.permutation(len(clips))[:ROUND]]
        batches = [group[i:i + 25] for length in lengths for group in [[c for c in picked if len(c['clean']) == length]] for i in range(0, len(group), 25)]
        made = [pasts(net, *stacked(batch, rng, generator), generator) for batch in batches]
        self.planes, self.known = torch.cat([m[0] for m in made]), torch.cat([m[1] for m in made])
        error = lambda part: torch.cat([(m[0][:, part].float() - m[0][:, part.start + 6:part.stop + 6].float()).square().mean((2, 3)) for m in made])
        luma = error(slice(0, 4)).mean(1, keepdim=True)
        self.errors = torch.cat([luma.expand(-1, 4), error(slice(4, 6))], 1)

    def drawn(self, rng):
        """Cells of patches, whole, damaged, and past; whether there is one; the frames' errors."""
        picked = []
        for _ in range(BATCH):
            pair = sorted(rng.integers(len(self.planes), size=2), key=lambda i: -self.errors[i, 0])
            picked.append(int(pair[0 if rng.random() < BUSY else 1]))
        height, width = self.planes.shape[2:]
        patches = []
        for i in picked:
            # Mostly on the block grid, since most video is; else anywhere.
            step = 4 if rng.random() < 0.88 else 1
            top, left = (int(rng.integers(0, (side - min(side, PATCH // 2)) // step + 1)) * step for side in (height, width))
            patches.append(self.planes[i, :, top:top + PATCH // 2, left:left + PATCH // 2])
        cells = torch.stack(patches).to(DEVICE).float() / 255 - 0.5
        return [*cells.split(6, 1), self.known[picked].to(DEVICE), self.errors[picked].to(DEVICE)]


def loss_of(net, target, x, past, known, errors):
    """Squared error relative to the damage of each frame."""
    e = (x + net(x, past, known) - target) * 255
    return (e.square() / (errors + 2.0)[:, :, None, None] * PLANE_SHARE[:, None, None]).sum(1).mean()


# ---------------------------------------------------------------- the gate
@torch.no_grad()
def gated(net, clips, seed):
    """The network with a gate fitted to its corrections of whole frames, each after its own last output."""
    net = copy.deepcopy(net).cpu()
    means, numbers = [], []
    for clip in clips:
        (y, uv), (by, buv) = ([torch.from_numpy(p.copy()).float() for p in planes_of(clip[k])] for k in ('clean', 'bad'))
        motion, last = torch.from_numpy(clip['motion'].transpose(0, 3, 1, 2).copy()).float() / UNITS, None
        for t in range(len(y)):
            x, target = cells(by[t:t + 1], buv[t:t + 1]), cells(y[t:t + 1], uv[t:t + 1])
            past = aligned(*last, motion[t - 1:t]) if t else None
            fix = net(x, past)
            last = split(x + fix)
            r, e = fix * 255, (target - x) * 255
            means.append(net.body.outputs[net.body.records[-1].source].float().mean((2, 3))[0])
            numbers.append(torch.stack([torch.stack([(r[:, p] * e[:, p]).mean(), (r[:, p] ** 2).mean(), (e[:, p] ** 2).mean()])
                                        for p in (slice(0, 4), slice(4, 6))]))
    whole = gate.gated(net.body)
    with torch.enable_grad():
        gate.fit(whole, torch.stack(means), torch.stack(numbers), seed)
    net.body = whole
    return net


# ---------------------------------------------------------------- the table
def psnr(a, b):
    return -10 * torch.log10(((a.clamp(0, 255).round() - b) / 255).square().mean() + 1e-9)


@torch.no_grad()
def gains(net, clips, with_past=True):
    """Mean gains in dB of luma and chroma, frames 1 on; on undamaged clips the PSNR itself. Also the means and numbers that the gate is fitted to."""
    found = []
    for clip in clips:
        (y, uv), (by, buv) = ([torch.from_numpy(p.copy()).to(DEVICE).float() for p in planes_of(clip[k])] for k in ('clean', 'bad'))
        motion, last = torch.from_numpy(clip['motion'].transpose(0, 3, 1, 2).copy()).to(DEVICE).float() / UNITS, None
        for t in range(len(y)):
            x = cells(by[t:t + 1], buv[t:t + 1])
            past = aligned(*last, motion[t - 1:t]) if t and with_past else None
            out = split(x + net(x, past))
            last = out
            if t:
                pairs = ((out[0][0], by[t], y[t]), (out[1][0], buv[t], uv[t]))
                found.append([float(psnr(o, c) - (psnr(b, c) if (b != c).any() else 0)) for o, b, c in pairs])
    return np.mean(found, 0)


def table(start, net, whole, held, log):
    log('held-back clips, luma and chroma, frames 1 on: the start; this network without its past; this network; with its gate ("clean" is PSNR)')
    for name, clips in held.items():
        each = [gains(start, clips, False), gains(net, clips, False), gains(net, clips), gains(whole, clips)]
        log(f'{name:6}: ' + '; '.join(f'{luma:+6.2f} {chroma:+6.2f}' for luma, chroma in each))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--minutes', type=float, default=40)
    parser.add_argument('--slice', type=float, default=7.5)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--out', default='run')
    parser.add_argument('--threads', type=int, help='of the processor: fewer than it has, where others work on it')
    parser.add_argument('--table', action='store_true', help='print the table of the weights in --out and train nothing')
    options = parser.parse_args()
    began = time.time()
    if options.threads:
        torch.set_num_threads(options.threads)
    os.makedirs(options.out, exist_ok=True)
    path = os.path.join(options.out, 'checkpoint.pt')

    def log(text):
        print(text, flush=True)
        with open(os.path.join(options.out, 'log.txt'), 'a') as file:
            file.write(text + '\n')

    torch.manual_seed(options.seed)
    clips, held = load(os.path.join(HERE, 'data', 'photos.xz'))
    start, net, mean = [Repairer(os.path.join(HERE, 'data', 'start.bin')).to(DEVICE).to(memory_format=torch.channels_last) for _ in range(3)]
    adam = torch.optim.Adam(net.parameters(), RATE, betas=(0.9, 0.99))
    done, step = 0.0, 0
    if os.path.exists(path):
        kept = torch.load(path, map_location=DEVICE)
        net.load_state_dict(kept['net']), mean.load_state_dict(kept['mean']), adam.load_state_dict(kept['adam'])
        done, step = kept['seconds'], kept['step']
    if options.table:
        return table(start, mean, gated(mean, clips[:GATE_CLIPS], options.seed).to(DEVICE), held, log)
    rng, generator = np.random.default_rng([options.seed, step]), torch.Generator().manual_seed(options.seed * 7919 + step)
    total = options.minutes * 60
    log(f'{DEVICE}, {torch.get_num_threads()} threads, {len(clips)} clips; from step {step}, {done:.0f} of {total:.0f} s; made ready in {time.time() - began:.0f} s')

    frames = Frames(mean, clips, rng, generator)
    log(f'{len(frames.known)} frames after {time.time() - began:.0f} s')
    since, ends, recent, told = time.time(), options.slice * 60 - 30, [], 0
    while done + time.time() - since < total and time.time() - began < ends:
        part = min(1.0, (done + time.time() - since) / total)
        for group in adam.param_groups:
            group['lr'] = RATE * min(1, (step + 1) / WARM) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * part)))
        loss = loss_of(net, *frames.drawn(rng))
        adam.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        step += 1
        with torch.no_grad():
            torch._foreach_lerp_(list(mean.parameters()), list(net.parameters()), 1 - min(HOLD, step / (step + 10)))
        recent.append(float(loss.detach()))
        if step - told >= (1000 if GPU else 100):
            told, loss = step, np.mean(recent)
            recent = []
            if not math.isfinite(loss):
                raise SystemExit('the loss is no number: start again with another seed')
            log(f'step {step}, {done + time.time() - since:.0f} s, loss {loss:.4f}')
    done += time.time() - since
    kept = {'net': net.state_dict(), 'mean': mean.state_dict(), 'adam': adam.state_dict(), 'seconds': done, 'step': step}
    torch.save(kept, path + '.new')
    os.replace(path + '.new', path)
    finished = done >= total
    log(f'{"done" if finished else "to be gone on with"}: {step} steps, {done:.0f} of {total:.0f} s')
    if finished:
        whole = gated(mean, clips[:GATE_CLIPS], options.seed)
        network.save(whole.body, os.path.join(options.out, 'repair.bin'))
        table(start, mean, whole.to(DEVICE), held, log)


if __name__ == '__main__':
    main()
