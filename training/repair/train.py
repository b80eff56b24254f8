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
import network

HERE = os.path.dirname(os.path.abspath(__file__))
GPU = torch.cuda.is_available()
DEVICE = 'cuda' if GPU else 'cpu'
BATCH, PATCH = (32, 128) if GPU else (6, 96)
RATE, WARM, HOLD = 4e-4, 200, 0.999
OWN = 0.35  # part of the clips that get the damage of `coder.py` in place of that of their encoder
PLANE_SHARE = torch.tensor([0.25, 0.25, 0.25, 0.25, 0.2, 0.2], device=DEVICE)
PAST = 7  # planes in addition to the picture's six: the aligned last output less the picture, and whether there is one


# ---------------------------------------------------------------- clips
def unpacked(clip):
    clean = np.cumsum(clip['clean'], axis=2, dtype=np.uint8)
    return {'clean': clean, 'bad': clean + clip['damage'], 'motion': clip['motion'], 'kind': clip['kind']}


def load(path):
    with lzma.open(path, 'rb') as file:
        data = pickle.load(file)
    return [unpacked(c) for c in data['train']], {name: [unpacked(c) for c in clips] for name, clips in data['held'].items()}


def planes_of(frames):
    """I420 frames (..., height * 3 / 2, width) as luma and as U with V, in code values."""
    rows, width = frames.shape[-2:]
    height = rows * 2 // 3
    uv = frames[..., height:, :].reshape(*frames.shape[:-2], 2, height // 2, width // 2)
    return frames[..., :height, :], uv


def drawn(clips, rng):
    """A batch of patches, frames first: luma [T, B, H, W] and chroma [T, B, 2, H/2, W/2], clean then damaged; motion [T-1, B, 2, H/8, W/8]."""
    parts = []
    for _ in range(BATCH):
        clip = clips[rng.integers(len(clips))]
        (y, uv), (by, buv) = planes_of(clip['clean']), planes_of(clip['bad'])
        height, width = y.shape[1:]
        # Whole blocks, so that the grid is where the network's first layer expects it; turned over it stays there.
        size = [min(PATCH, side) for side in (height, width)]
        top, left = (int(rng.integers(0, (side - part) // 8 + 1)) * 8 for side, part in zip((height, width), size))
        cut = lambda p, step: np.ascontiguousarray(p[..., top // step:(top + size[0]) // step, left // step:(left + size[1]) // step])
        motion = cut(clip['motion'].transpose(0, 3, 1, 2), 8)
        part = [cut(y, 1), cut(uv, 2), cut(by, 1), cut(buv, 2), motion]
        for axis, component in ((-1, 1), (-2, 0)):
            if rng.random() < 0.5:
                part = [np.flip(p, axis) for p in part]
                part[4] = part[4].copy()
                part[4][:, component] *= -1
        parts.append(part)
    return [torch.from_numpy(np.ascontiguousarray(np.stack(p, 1))).to(DEVICE).float() for p in zip(*parts)]


# ---------------------------------------------------------------- the network
def cells(y, uv):
    """Six planes of a cell of 2x2 pixels, in 0..1 less 0.5."""
    return torch.cat([F.pixel_unshuffle(y[:, None], 2), uv], 1) / 255 - 0.5


class Repairer(torch.nn.Module):
    """The network of the weights file without its gate; the first layer has `PAST` inputs more."""

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
        records[0].inputs += PAST
        self.body = network.Network(records)
        for i, k in enumerate(keep):
            weight = whole.weight[k].data
            if i == 0:
                weight = torch.cat([weight, torch.zeros(weight.shape[0], PAST, *weight.shape[2:])], 1)
            self.body.weight[i].data, self.body.bias[i].data = weight.clone(), whole.bias[k].data.clone()

    def forward(self, x, past):
        """`past`: the aligned last output as six planes, or None at the start."""
        none = torch.zeros_like(x[:, :1])
        extra = torch.cat([none.expand(-1, 6, -1, -1), none], 1) if past is None else torch.cat([(past - x).clamp(-0.15, 0.15), none + 0.1], 1)
        fix = self.body(torch.cat([x, extra], 1).contiguous(memory_format=torch.channels_last))
        return fix.float()


def aligned(y, uv, motion):
    """The last output along the motion, pixel by pixel, as cells."""
    luma = F.grid_sample(y[:, None], places(y.shape[-2:], motion, 2), mode='bilinear', padding_mode='border', align_corners=True)[:, 0]
    chroma = F.grid_sample(uv, places(uv.shape[-2:], motion, 4), mode='bilinear', padding_mode='border', align_corners=True)
    return cells(luma, chroma)


def places(size, motion, units):
    """Sampling positions for grid_sample; motion has so many units to a pixel."""
    field = F.interpolate(motion, size, mode='nearest') / units
    y, x = (torch.arange(side, device=motion.device).float() for side in size)
    return torch.stack([(x + field[:, 1]) / (size[1] - 1) * 2 - 1, (y[:, None] + field[:, 0]) / (size[0] - 1) * 2 - 1], -1)


def split(planes):
    """Cells in 0..1 less 0.5 as luma and chroma in code values."""
    planes = (planes + 0.5) * 255
    return F.pixel_shuffle(planes[:, :4], 2)[:, 0], planes[:, 4:]


# ---------------------------------------------------------------- training
def damaged(batch, generator):
    """Some clips of a batch with damage of our own coder in place of that of their encoder."""
    y, uv, by, buv, motion = batch
    own = torch.rand(y.shape[1], generator=generator) < OWN
    if own.any():
        own = own.to(y.device)
        by[:, own], buv[:, own] = coder.coded(y[:, own], uv[:, own], motion[:, own], places, generator)
    return y, uv, by, buv, motion


def loss_of(net, batch, stepped):
    """Error relative to the damage of each frame; each frame is learnt from by itself, `stepped` takes up its loss."""
    y, uv, by, buv, motion = batch
    last, total = None, 0.0
    for t in range(len(y)):
        x, target = cells(by[t], buv[t]), cells(y[t], uv[t])
        past = None if last is None else aligned(*last, motion[t - 1])
        with torch.autocast(DEVICE, torch.bfloat16, enabled=GPU):
            fix = net(x, past)
        e, before = (x + fix - target) * 255, (x - target) * 255
        frame = torch.cat([before[:, :4].square().mean((1, 2, 3))[:, None].expand(-1, 4), before[:, 4:].square().mean((2, 3))], 1)
        loss = (e.square() / (frame + 2.0)[:, :, None, None] * PLANE_SHARE[:, None, None]).sum(1).mean()
        stepped(loss)
        total += float(loss.detach())
        last = split((x + fix).detach())
    return total / len(y)


# ---------------------------------------------------------------- the table
def psnr(a, b):
    return -10 * torch.log10(((a.clamp(0, 255).round() - b) / 255).square().mean() + 1e-9)


@torch.no_grad()
def gains(net, clips, with_past=True):
    """Mean gains in dB of luma and chroma, frames 1 on; on undamaged clips the PSNR itself. Also the means and numbers that the gate is fitted to."""
    found = []
    for clip in clips:
        (y, uv), (by, buv) = ([torch.from_numpy(p.copy()).to(DEVICE).float() for p in planes_of(clip[k])] for k in ('clean', 'bad'))
        motion, last = torch.from_numpy(clip['motion'].transpose(0, 3, 1, 2).copy()).to(DEVICE).float(), None
        for t in range(len(y)):
            x = cells(by[t:t + 1], buv[t:t + 1])
            past = aligned(*last, motion[t - 1:t]) if t and with_past else None
            out = split(x + net(x, past))
            last = out
            if t:
                pairs = ((out[0][0], by[t], y[t]), (out[1][0], buv[t], uv[t]))
                found.append([float(psnr(o, c) - (psnr(b, c) if (b != c).any() else 0)) for o, b, c in pairs])
    return np.mean(found, 0)


def table(net, start, held, log):
    log('held-back clips, luma and chroma: the start; this network without its past; this network (without a gate; "clean" is PSNR)')
    for name, clips in held.items():
        a, b, c = gains(start, clips, False), gains(net, clips, False), gains(net, clips)
        log(f'{name:6}: {a[0]:+6.2f} {a[1]:+6.2f}; {b[0]:+6.2f} {b[1]:+6.2f}; {c[0]:+6.2f} {c[1]:+6.2f}')


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
        return table(mean, start, held, log)
    rng, generator = np.random.default_rng([options.seed, step]), torch.Generator().manual_seed(options.seed * 7919 + step)
    total = options.minutes * 60
    log(f'{DEVICE}, {torch.get_num_threads()} threads, {len(clips)} clips; from step {step}, {done:.0f} of {total:.0f} s; made ready in {time.time() - began:.0f} s')

    def stepped(loss):
        nonlocal step
        adam.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        step += 1
        with torch.no_grad():
            torch._foreach_lerp_(list(mean.parameters()), list(net.parameters()), 1 - min(HOLD, step / (step + 10)))

    since, ends, recent, told = time.time(), options.slice * 60 - 30, [], 0
    while done + time.time() - since < total and time.time() - began < ends:
        part = min(1.0, (done + time.time() - since) / total)
        for group in adam.param_groups:
            group['lr'] = RATE * min(1, (step + 1) / WARM) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * part)))
        recent.append(loss_of(net, damaged(drawn(clips, rng), generator), stepped))
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
    if finished:
        network.save(copy.deepcopy(mean).cpu().body, os.path.join(options.out, 'repair.bin'))
    log(f'{"done" if finished else "to be gone on with"}: {step} steps, {done:.0f} of {total:.0f} s')
    if finished:
        table(mean, start, held, log)


if __name__ == '__main__':
    main()
