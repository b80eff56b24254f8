"""Shrinkage of blocks as `preset=quality` does it, in PyTorch: the picture that the network's result starts from.

The noise is taken as white; the plugin knows its spectrum. Steps, lattices and weights are those of plugins/denoise/shrink.rs,
the arithmetic that of the plain loops in tests/reference (dct_threshold, dct_wiener, block_merge).
"""
import math

import torch
import torch.nn.functional as F

SIDE, STEP, MARGIN = 8, 4, 8
DEVIATIONS = 3.0  # PILOT in shrink.rs
AVERAGED = ((2, 2), (0, 2), (2, 0))


def transform():
    """The orthonormal DCT of 8x8 as a matrix over 64 pixels."""
    i = torch.arange(SIDE).float()
    d = torch.cos(math.pi / SIDE * (i.view(1, -1) + 0.5) * i.view(-1, 1)) * 0.5
    d[0] *= math.sqrt(0.5)
    return torch.kron(d, d)


class Lattice:
    """The overlapping blocks of planes [B, 1, H, W], every four pixels from a shifted origin."""

    def __init__(self, shift, size, device):
        self.size, self.shift = size, shift
        self.dct = transform().to(device)
        line = 0.45 + 0.55 * torch.sin(math.pi * (torch.arange(SIDE, device=device) + 0.5) / SIDE)
        self.window = (line.view(-1, 1) * line).view(1, 64, 1)
        self.padded = [MARGIN + n + MARGIN - (MARGIN + n + MARGIN - SIDE) % STEP for n in size]

    def cut(self, plane):
        """[B, 64, blocks]; beyond its edges a plane is mirrored."""
        x, y = self.shift
        plane = F.pad(plane, (MARGIN + STEP,) * 4, 'reflect')
        h, w = self.padded
        plane = plane[..., STEP - y:STEP - y + h, STEP - x:STEP - x + w]
        return F.unfold(plane, SIDE, stride=STEP)

    def merge(self, coefficients, weights):
        blocks = (self.dct.T @ coefficients) * self.window * weights
        sums = F.fold(blocks, self.padded, SIDE, stride=STEP)
        total = F.fold(self.window * weights.expand(-1, 64, -1), self.padded, SIDE, stride=STEP)
        x, y = self.shift
        h, w = self.size
        return (sums / total)[..., MARGIN + y:MARGIN + y + h, MARGIN + x:MARGIN + x + w]

    def threshold(self, plane, noise):
        """Small coefficients keep the share by which their energy exceeds that of noise."""
        found = self.dct @ self.cut(plane)
        small = found.abs() < DEVIATIONS * noise.sqrt()
        small[:, 0] = False
        energy = (found * found * small).sum(1, keepdim=True)
        number = small.sum(1, keepdim=True)
        share = (1 - number * noise / energy.clamp(min=1e-9)).clamp(min=0)
        return self.merge(torch.where(small, found * share, found), 1 / (64 - number))

    def wiener(self, plane, pilot, noise):
        signal = (self.dct @ self.cut(pilot)) ** 2
        gain = signal / (signal + noise).clamp(min=1e-9)
        gain[:, 0] = 1
        weights = 1 / (gain * gain).sum(1, keepdim=True).clamp(min=0.5)
        return self.merge(self.dct @ self.cut(plane) * gain, weights)

    def noise(self, variances):
        return self.cut(variances).mean(1, keepdim=True)


@torch.no_grad()
def shrink(values, variances):
    """`quality`'s picture of a state: both are [B, 1, H, W]."""
    at = lambda shift: Lattice(shift, values.shape[-2:], values.device)
    plain = at((0, 0))
    noise = plain.noise(variances)
    last = plain.threshold(values, noise)
    shifted = at((2, 2))
    last = shifted.wiener(values, last, shifted.noise(variances))
    last = plain.wiener(values, last, noise)
    for others, shift in enumerate(AVERAGED, 1):
        lattice = at(shift)
        last += (lattice.wiener(values, last, lattice.noise(variances)) - last) / (others + 1)
    return last
