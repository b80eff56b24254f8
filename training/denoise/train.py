"""Trains the network of `wgpudenoise preset=neural` on pictures that the denoiser's own recursion averaged.

usage: train.py [--minutes 40] [--slice 7.5] [--seed 1] [--out run] [--threads N] [--table]
Runs on a GPU where PyTorch finds one (bf16), else on the processor's cores. Goes on from the checkpoint in `--out` where there is one; run it
again until it says that it is done. `--minutes` is the whole training, `--slice` the longest that one run takes. At the end, and
after each slice, it prints gains in dB of PSNR on photos that were held back.
"""
import argparse
import json
import lzma
import math
import os
import pickle
import time

import numpy as np
import torch

import weights_file
from loss import CHANGE, relative_change, relative_error
from network import Network, cells, picture
from scenes import Scenes, Sources, undo
from stream import Stream

HERE = os.path.dirname(os.path.abspath(__file__))
DEVICE = 'cuda' if torch.cuda.is_available() else 'cpu'
GPU = DEVICE == 'cuda'
BATCH, SIZE, COUNT = (128, 96, 1500) if GPU else (8, 64, 160)
RATE, WARM = (1e-3, 300) if GPU else (3e-4, 50)
HOLD = 0.999 if GPU else 0.995
QUALITY = os.path.join(HERE, 'quality.json')
KINDS = {'white': 0.2, 'signal-dependent': 0.6, 'correlated': 0.8, 'coded': 0.95}
SIGMAS = (5, 10, 20, 40)
FRAMES = 10
TABLE = 180  # seconds that the table may take on a machine of its own


def photos(kind):
    with lzma.open(os.path.join(HERE, 'data', 'photos.xz')) as file:
        return [[undo(p) for p in photo] for photo in pickle.load(file)[kind]]


def compute(net, inputs):
    luma, chroma, sigma = inputs
    with torch.autocast(DEVICE, torch.bfloat16, enabled=GPU):
        found = net(cells(luma, chroma, sigma).to(memory_format=torch.channels_last))
    return picture(found, luma)


def loss_of(errors, before, sigma, restart):
    """Of a frame's errors, and of their change since the frame before unless a scene begins. Both are those of the network and of the blocks."""
    sigma = sigma.view(-1).clamp(min=1)
    loss = relative_error(*errors, sigma).mean()
    if before is None:
        return loss
    changes = [now - then for now, then in zip(errors, before)]
    return loss + CHANGE * (relative_change(*changes, sigma) * (1 - restart.view(-1))).mean()


def psnr(a, b):
    return -10 * torch.log10(((a.clamp(0, 255) - b) / 255).pow(2).mean((1, 2, 3)) + 1e-9)


def held_sources():
    return Sources(photos('held'), 24, torch.Generator().manual_seed(3), 'cpu')


def held_scenes(sources, sigma, kind):
    """Made on the processor, so that every machine sees the same."""
    fixed = {'sigma': float(sigma), 'kind': kind, 'length': 100, 'rounds': True, 'belief': 1.0}
    return Scenes(sources, 4, 160, 'cpu', seed=7, fixed=fixed)


@torch.no_grad()
def gains(net, sources, sigma, kind, frames=FRAMES):
    """Mean gain over the noisy picture, frames 2 on: of the network, of shrunk blocks, and of the state itself."""
    stream, found = Stream(held_scenes(sources, sigma, kind), DEVICE), []
    for frame in range(frames):
        inputs, truth, _ = stream.next()
        output = compute(net, inputs)
        stream.keep(output)
        if frame > 1:
            state, _, noisy, blocks = inputs[0]
            found.append(torch.stack([(psnr(plane, truth) - psnr(noisy, truth)).mean() for plane in (output, blocks, state)]))
    return torch.stack(found).mean(0).tolist()


def table(net, start, sources, log):
    """Gains in dB beside those of `preset=quality` on the same clips, where `reference.py` measured them."""
    quality = {}
    if os.path.exists(QUALITY):
        with open(QUALITY) as file:
            quality = json.load(file)
    totals = []
    log('held-back clips: the network; the start; preset=quality; shrunk blocks; the state alone')
    for label, kind in KINDS.items():
        for sigma in SIGMAS:
            own, blocks, state = gains(net, sources, sigma, kind)
            first = gains(start, sources, sigma, kind)[0]
            totals.append((own, first, quality.get(f'{label} {sigma}', [math.nan])[0], blocks, state))
            log(f'{label:16} {sigma:2}: ' + '; '.join(f'{gain:5.2f}' for gain in totals[-1]))
    log('mean               : ' + '; '.join(f'{gain:5.2f}' for gain in np.mean(totals, 0)))


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
    torch.backends.cudnn.benchmark = True
    start, net, mean = [Network().to(DEVICE).to(memory_format=torch.channels_last) for _ in range(3)]
    arrays = weights_file.read(os.path.join(HERE, 'data', 'start.bin'))
    for each in (start, net, mean):
        each.start_from(arrays)
    optimiser = torch.optim.AdamW(net.parameters(), RATE, betas=(0.9, 0.99), weight_decay=1e-4)
    done, step = 0.0, 0
    if os.path.exists(path):
        kept = torch.load(path, map_location=DEVICE)
        net.load_state_dict(kept['net']), mean.load_state_dict(kept['mean']), optimiser.load_state_dict(kept['optimiser'])
        done, step = kept['seconds'], kept['step']
    generator = torch.Generator().manual_seed(options.seed * 1000 + step % 997)
    held = held_sources()
    if options.table:
        table(mean, start, held, log)
        return
    total = options.minutes * 60
    scenes = Scenes(Sources(photos('train'), COUNT, generator, DEVICE), BATCH, SIZE, DEVICE, options.seed * 7919 + step)
    stream = Stream(scenes, DEVICE)
    log(f'{DEVICE}, {torch.get_num_threads()} threads; from step {step}, {done:.0f} of {total:.0f} s; made ready in {time.time() - began:.0f} s')
    # Scenes of all ages from the first step on.
    scenes.age = torch.randint(0, 4, (BATCH,), device=DEVICE).float()
    since, ends, recent, before = time.time(), options.slice * 60 - (30 if GPU else 20), [], None
    while done + time.time() - since < total and time.time() - began < ends:
        part = min(1.0, (done + time.time() - since) / total)
        for group in optimiser.param_groups:
            group['lr'] = RATE * min(1, (step + 1) / WARM) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * part)))
        inputs, truth, restart = stream.next()
        output = compute(net, inputs)
        errors = output - truth, inputs[0][3] - truth
        loss = loss_of(errors, before, scenes.sigma.to(DEVICE), restart)
        before = [error.detach() for error in errors]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        stream.keep(output)
        with torch.no_grad():
            hold = min(HOLD, (step + 1) / (step + 10))
            for a, b in zip(mean.parameters(), net.parameters()):
                a.lerp_(b, 1 - hold)
        step += 1
        recent.append(loss.detach())
        if step % (500 if GPU else 50) == 0:
            recent = [torch.stack(recent).mean()]
            if not math.isfinite(recent[0]):
                raise SystemExit('the loss is no number: start again with another seed')
            log(f'step {step}, {done + time.time() - since:.0f} s, loss {recent.pop():.4f}')
    done += time.time() - since
    kept = {'net': net.state_dict(), 'mean': mean.state_dict(), 'optimiser': optimiser.state_dict(), 'seconds': done, 'step': step}
    torch.save(kept, path + '.new')
    os.replace(path + '.new', path)
    weights = {name: value.detach().half().cpu().numpy() for name, value in mean.state_dict().items()}
    np.savez(os.path.join(options.out, 'neural.npz'), **weights)
    log(f'{step} steps, {done:.0f} of {total:.0f} s')
    if done < total:
        log('run it again to go on')
    elif time.time() - began > options.slice * 60 - TABLE:
        log('trained; run it again for the table')
    else:
        table(mean, start, held, log)
        log('done')


if __name__ == '__main__':
    main()
