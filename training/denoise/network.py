"""The network of `wgpudenoise preset=neural`: what it reads, what it computes, and how its result is used.

It works on cells of 2x2 luma pixels. Of each cell it reads 22 numbers, all small: the state's four values (0..1 less a half)
and deviations, the noisy pixels and those that shrinkage of blocks leaves less the state, U and V of the state, their mean deviation,
noisy U and V less the state, and the deviation of the noise in luma. Everything but values is 4/255 of code values. It computes eight
numbers: the noise of four pixels in deviations of the state, and the four shares in which the pixels of shrunk blocks replace the state.
Chroma is left to the blocks, which do it better.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

INPUTS, OUTPUTS, CHANNELS, MIDDLE = 22, 8, 64, 6
SCALE = 4 / 255


class Network(nn.Module):
    def __init__(self, inputs=INPUTS, outputs=OUTPUTS, channels=CHANNELS, middle=MIDDLE):
        super().__init__()
        self.first = nn.Conv2d(inputs, channels, 3, padding=1)
        self.mid = nn.ModuleList(nn.Conv2d(channels, channels, 3, padding=1) for _ in range(middle))
        self.last = nn.Conv2d(channels, outputs, 3, padding=1)

    def forward(self, cells):
        x = F.relu(self.first(cells))
        kept = x
        for i, layer in enumerate(self.mid):
            x = F.relu(layer(x))
            if i % 2:
                x = x + kept
                kept = x
        return self.last(x)

    def start_from(self, arrays):
        """Takes given weights; those of a network with fewer numbers begin at zero."""
        with torch.no_grad():
            for name, own in self.state_dict().items():
                given = torch.from_numpy(arrays[name]).float().to(own.device)
                own.zero_()
                own[tuple(slice(n) for n in given.shape)] = given


def cells(luma, chroma, sigma):
    """The network's input. `luma`: (values, deviations, noisy, blocks); `chroma`: (values, deviations, noisy), each [B, 2, h, w]."""
    z, d, noisy, blocks = luma
    zc, dc, nc = chroma
    down = F.pixel_unshuffle
    return torch.cat([down(z / 255 - 0.5, 2), down(d * SCALE, 2), down((noisy - z) * SCALE, 2), down((blocks - z) * SCALE, 2),
                      zc / 255 - 0.5, dc.mean(1, keepdim=True) * SCALE, (nc - zc) * SCALE,
                      F.avg_pool2d(sigma, 2) * SCALE], 1)


def picture(found, luma):
    """The denoised luma from what the network computed."""
    noise, share = (F.pixel_shuffle(part, 2) for part in found.float().split(4, 1))
    z, d, _, blocks = luma
    return z - d * noise + (blocks - z) * share
