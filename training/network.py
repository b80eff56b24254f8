"""The network and its weights file.

A graph of records as the file format has them (see README.md): convolutions over the picture at half
size, and a small branch that takes the mean over the whole picture, so that each place knows how
damaged the picture is as a whole.
"""
import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

MAGIC, VERSION, NONE = b"WGPUNET1", 2, 0xFFFFFFFF
CONV, MEAN, DENSE = 0, 1, 2
LINEAR, LEAKY, GATED, SHARE = 0, 1, 2, 3
SLOPE = 0.1
# While training, the picture comes in larger and the correction goes out smaller, so that weights near one
# and their steps fit both; the file has the weights with these powers of two multiplied in.
GAIN_IN, GAIN_OUT, GAIN_MEAN = 16.0, 1 / 64, 0.125
PLANES = 6  # four luma samples of a 2 x 2 cell in reading order, then U and V; a network may read more, but corrects these


@dataclass
class Record:
    """One layer: `source`, `skip` and `vector` are numbers of earlier layers, or NONE."""
    kind: int
    source: int
    inputs: int
    outputs: int
    act: int = LEAKY
    skip: int = NONE
    vector: int = NONE
    positions: int = field(default=1)


def layout(width=32, blocks=3):
    """The layer list: one convolution in, `blocks` residual pairs, one out, and the mean branch."""
    conv = lambda source, **k: Record(CONV, source, width, width, **k)
    net = [Record(CONV, NONE, PLANES, width, positions=16), conv(0), Record(MEAN, 1, width, width, LINEAR),
           Record(DENSE, 2, width, width), Record(DENSE, 3, width, width, LINEAR), Record(DENSE, 3, width, width, LINEAR)]
    net.append(conv(1, skip=0, vector=4))
    for i in range(blocks - 1):
        first = len(net)
        net.append(conv(first - 1, vector=5 if i == 0 else NONE))
        net.append(conv(first, skip=first - 1))
    net.append(Record(CONV, len(net) - 1, width, PLANES, LINEAR))
    return net


class Network(nn.Module):
    """Runs a layer list; the output is the correction of the six planes."""

    def __init__(self, records):
        super().__init__()
        self.records, self.weight, self.bias = records, nn.ParameterList(), nn.ParameterList()
        self.outputs = []  # of each layer in the last forward
        for i, r in enumerate(records):
            taps = {CONV: 9, MEAN: 0, DENSE: 1}[r.kind]
            # He's initialisation; the last layer and whatever feeds a vector start near nothing.
            scale = (2 / max(1, taps * r.inputs)) ** 0.5
            quiet = i == len(records) - 1 or any(i == other.vector for other in records)
            scale *= 0.05 if quiet else 0.7 if r.skip != NONE else 1.0
            self.weight.append(nn.Parameter(torch.randn(r.outputs, r.inputs if taps else 0, *([3, 3] if taps == 9 else [])) * scale))
            self.bias.append(nn.Parameter(torch.zeros(r.positions if taps else 0, r.outputs)))

    def forward(self, x):
        out, x = [], x * GAIN_IN
        for r, w, b in zip(self.records, self.weight, self.bias):
            source = x if r.source == NONE else out[r.source]
            if r.kind == MEAN:
                out.append(source.sum((2, 3)).float() / source[0, 0].numel())
                continue
            if r.kind == DENSE:
                y = F.linear(source, w, b[0])
            else:
                w = flatter(w, GAIN_MEAN) if r.source == NONE else w
                y = F.conv2d(source, w, b[0] if r.positions == 1 else None, padding=1)
                if r.positions > 1:
                    y += tiled(b, *y.shape[2:]).to(y.dtype)
                if r.act == GATED:
                    y = y * out[r.vector][:, :, None, None].to(y.dtype)
                elif r.vector != NONE:
                    y += out[r.vector][:, :, None, None].to(y.dtype)
                if r.skip != NONE:
                    y += out[r.skip]
            out.append(F.leaky_relu(y, SLOPE, inplace=True) if r.act == LEAKY else y.clamp(0, 1) if r.act == SHARE else y)
        self.outputs = out
        return out[-1] * GAIN_OUT


def flatter(weight, factor):
    """First-layer weights with the response to plain brightness and colour times `factor`.

    What compression does is small against the picture's brightness: with the full response, steps that suit the
    one are far too large or too small for the other, and training creeps.
    """
    luma, chroma, rest = weight[:, :4], weight[:, 4:PLANES], weight[:, PLANES:]
    means = torch.cat([luma.mean((1, 2, 3), keepdim=True).expand(-1, 4, -1, -1), chroma.mean((2, 3), keepdim=True)], 1)
    return torch.cat([weight[:, :PLANES] + (factor - 1) * means, rest], 1)


def gains(net, i):
    """What the file's weights and biases of layer i are multiplied with."""
    last = GAIN_OUT if i == len(net.records) - 1 else 1.0
    return (GAIN_IN if net.records[i].source == NONE else 1.0) * last, last


def tiled(bias, height, width):
    """A bias for each of the 4 x 4 positions in an 8 x 8 luma block, laid over the picture."""
    t = bias.reshape(4, 4, -1).permute(2, 0, 1)
    return t.repeat(1, -(-height // 4), -(-width // 4))[None, :, :height, :width].contiguous(memory_format=torch.channels_last)


def save(net, path):
    """Write the weights file; returns the number of bytes."""
    head, data = b"", b""
    for i, (r, w, b) in enumerate(zip(net.records, net.weight, net.bias)):
        w, b = (v.detach() * g for v, g in zip((w, b), gains(net, i)))
        w = flatter(w, GAIN_MEAN) if r.source == NONE else w
        head += struct.pack("<9I", r.kind, r.source, r.skip, r.vector, r.act, r.inputs, r.outputs, r.positions, len(data) // 2)
        if r.kind == CONV:
            data += w.permute(2, 3, 1, 0).numpy().astype("<f2").tobytes()
        elif r.kind == DENSE:
            data += w.permute(1, 0).numpy().astype("<f2").tobytes()
        data += b.numpy().astype("<f2").tobytes()
    start = struct.pack("<8s6I", MAGIC, VERSION, 2, net.records[0].inputs, len(net.records), len(data) // 2, PLANES)
    return Path(path).write_bytes(start + head + data)


def load(path):
    """Read a weights file into a Network of 32-bit floats."""
    raw = Path(path).read_bytes()
    magic, version, shuffle, planes, layers, halves, outputs = struct.unpack_from("<8s6I", raw)
    if (magic, shuffle, outputs or planes) != (MAGIC, 2, PLANES) or version > VERSION:
        raise ValueError(f"{path}: no weights file of this kind")
    rows = [struct.unpack_from("<9I", raw, 32 + 36 * i) for i in range(layers)]
    data = np.frombuffer(raw, "<f2", halves, 32 + 36 * layers).astype(np.float32)
    net = Network([Record(k, s, i, o, a, skip, v, p) for k, s, skip, v, a, i, o, p, _ in rows])
    for j, (kind, *_, inputs, outputs, positions, at) in enumerate(rows):
        taps = {CONV: 9, MEAN: 0, DENSE: 1}[kind]
        if not taps:
            continue
        n = taps * inputs * outputs
        w = data[at:at + n].reshape(*([3, 3] if taps == 9 else []), inputs, outputs)
        w = w.transpose(3, 2, 0, 1) if taps == 9 else w.T
        bias = data[at + n:at + n + positions * outputs].reshape(positions, outputs)
        net.weight[j].data, net.bias[j].data = (torch.from_numpy(v.copy()) / g for v, g in zip((w, bias), gains(net, j)))
        if net.records[j].source == NONE:
            net.weight[j].data = flatter(net.weight[j].data, 1 / GAIN_MEAN)
    return net


def to_planes(frames):
    """uint8 I420 frames (n, height * 3 / 2, width) as network input (n, 6, height / 2, width / 2), -0.5..0.5."""
    n, rows, w = frames.shape
    h = rows * 2 // 3
    y = F.pixel_unshuffle(frames[:, :h].reshape(n, 1, h, w).float(), 2)
    uv = frames[:, h:].reshape(n, 2, h // 2, w // 2).float()
    return (torch.cat([y, uv], 1) / 255 - 0.5).contiguous(memory_format=torch.channels_last)


def repair(net, frames, strength=1.0):
    """uint8 I420 frames through the network: numpy in, numpy out."""
    n, rows, w = frames.shape
    h, out = rows * 2 // 3, []
    with torch.inference_mode():
        for f in torch.from_numpy(np.ascontiguousarray(frames)).split(4):
            x = to_planes(f)
            z = torch.clamp(torch.round((x + strength * net(x) + 0.5) * 255), 0, 255).to(torch.uint8)
            y = F.pixel_shuffle(z[:, :4].float(), 2).to(torch.uint8).reshape(len(f), h, w)
            out.append(torch.cat([y, z[:, 4:].reshape(len(f), h // 2, w)], 1).numpy())
    return np.concatenate(out)
