#!/usr/bin/env python3
"""Give a trained network its gate: how much of the correction a frame gets as a whole.

A frame's best strength in the sense of least squares needs three numbers of it alone, so the gate is fitted
in seconds on whole frames, from the means of the channels that the last convolution reads.
"""
import argparse
from pathlib import Path

import numpy as np
import torch

import network

# Added to a frame's squared error: the smaller, the more a clean frame counts.
FLOOR = 0.5
# The fit says 0.6 of a clean picture with soft edges, for many damaged ones look the same. A little repair that
# was missed is lost by nobody, harm to a clean picture is: what lies between these two is stretched to 0 to 1.
CLOSED, OPEN = 0.6, 0.95


def gated(net):
    """The same network with its gate, which is 1 throughout; the two dense layers are those that `fit` fills."""
    *body, last = net.records
    n, width = len(body), last.inputs
    ends = [network.Record(network.MEAN, last.source, width, width, network.LINEAR), network.Record(network.DENSE, n, width, width),
            network.Record(network.DENSE, n + 1, width, network.PLANES, network.SHARE),
            network.Record(network.CONV, last.source, width, network.PLANES, network.GATED, vector=n + 2)]
    out = network.Network([*body, *ends])
    for i in range(n):
        out.weight[i].data, out.bias[i].data = net.weight[i].data, net.bias[i].data
    out.weight[-1].data, out.bias[-1].data = net.weight[-1].data, net.bias[-1].data
    out.weight[n + 2].data.zero_()
    out.bias[n + 2].data.fill_(1.0)
    return out


def frame_numbers(net, clean, bad):
    """Of each frame: the channel means, and for Y and for U with V: error x correction, correction squared, error squared."""
    means, numbers, at = [], [], len(net.records) - 4
    with torch.inference_mode():
        for c, b in zip(clean, bad):
            x, t = (network.to_planes(torch.from_numpy(v[None])) for v in (b, c))
            r, e = net(x) * 255, (t - x) * 255
            means.append(net.outputs[at][0].clone())
            numbers.append(torch.stack([torch.stack([(r[:, p] * e[:, p]).mean(), (r[:, p] ** 2).mean(), (e[:, p] ** 2).mean()])
                                        for p in (slice(0, 4), slice(4, 6))]))
    return torch.stack(means), torch.stack(numbers)


def fit(net, means, numbers, seed, steps=3000):
    """Fit the two dense layers of the gate."""
    torch.manual_seed(seed)
    middle, spread = means.mean(0), means.std(0)
    spread = torch.maximum(spread, 0.1 * spread.median())  # a channel that never moves must not count
    layers = [torch.nn.Linear(means.shape[1], means.shape[1]), torch.nn.Linear(means.shape[1], 1)]
    torch.nn.init.zeros_(layers[1].weight), torch.nn.init.ones_(layers[1].bias)
    adam = torch.optim.Adam([p for l in layers for p in l.parameters()], lr=3e-3, weight_decay=1e-3)
    leaky = lambda v: torch.nn.functional.leaky_relu(v, network.SLOPE)
    for step in range(steps):
        adam.param_groups[0]["lr"] = 3e-3 * (1 - step / steps)
        pick = torch.randint(len(means), (256,))
        # A tenth of its spread as noise: what a frame of another size or kind may add.
        x = (means[pick] - middle) / spread
        s, q = leaky(layers[1](leaky(layers[0](x + 0.1 * torch.randn_like(x))))), numbers[pick]
        loss = ((q[..., 2] - 2 * s * q[..., 0] + s * s * q[..., 1]) / (q[..., 2] + FLOOR) * torch.tensor([1.0, 0.4])).sum(1).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
    n = len(net.records) - 3
    with torch.no_grad():
        w = layers[0].weight / spread
        net.weight[n].data, net.bias[n].data = w.clone(), (layers[0].bias - w @ middle)[None].clone()
        planes = [0] * network.PLANES
        stretch = 1 / (OPEN - CLOSED)
        net.weight[n + 1].data = layers[1].weight[planes] * stretch
        net.bias[n + 1].data = (layers[1].bias[planes][None] - CLOSED) * stretch
    return loss.item()


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--weights", type=Path, required=True)
    ap.add_argument("--pairs", type=Path, nargs="+", required=True, help="folders of shards")
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--valid", type=Path)
    ap.add_argument("--every", type=int, default=4, help="use each so manieth frame")
    ap.add_argument("--threads", type=int, default=1)
    ap.add_argument("--seed", type=int, default=1)
    opt = ap.parse_args()
    torch.set_num_threads(opt.threads)
    net = gated(network.load(opt.weights))
    rows = []
    for path in sorted(p for f in opt.pairs for p in f.glob("train*.npy")):
        data = np.load(path)
        rows.append(frame_numbers(net, data[::opt.every, 0], data[::opt.every, 1]))
    loss = fit(net, *(torch.cat(v) for v in zip(*rows)), opt.seed)
    network.save(net, opt.out)
    print(f"gate from {sum(len(r[0]) for r in rows)} frames, loss {loss:.4f}, {opt.out.stat().st_size} bytes")
    if opt.valid:  # from the file as written
        import evaluate  # which needs OpenCV, the rest does not

        print(evaluate.summary(evaluate.score(network.load(opt.out), opt.valid)))


if __name__ == "__main__":
    main()
