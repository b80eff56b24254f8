"""Converts a network for `wgpudenoise preset=neural` to the plugin's weights file.

Takes the weights as an .npz of arrays by name, `first`, `mid.N` and `last` with `.weight` [out, in, 3, 3] and `.bias`.
usage: export.py NETWORK.npz OUT.bin
"""
import struct
import sys

import numpy as np

NONE = 0xFFFFFFFF
LINEAR, CUT, CUT_LATE = 0, 4, 5


def layers(arrays):
    """(name, activation, number of the layer whose map is added) of each convolution."""
    count = sum(name.startswith("mid.") for name in arrays) // 2
    yield "first", CUT, NONE
    for i in range(count):
        # Every second one adds the map from before the two, after its activation.
        yield f"mid.{i}", (CUT_LATE if i % 2 else CUT), (i - 1 if i % 2 else NONE)
    yield "last", LINEAR, NONE


def main(source, target):
    arrays = dict(np.load(source))
    records, data, at = [], [], 0
    for number, (name, act, skip) in enumerate(layers(arrays)):
        weight, bias = arrays[name + ".weight"].astype(np.float32), arrays[name + ".bias"].astype(np.float32)
        outputs, inputs = weight.shape[:2]
        values = np.concatenate([weight.transpose(2, 3, 1, 0).ravel(), bias])
        before = NONE if number == 0 else number - 1
        records.append(struct.pack("<9I", 0, before, skip, NONE, act, inputs, outputs, 1, at))
        data.append(values.astype("<f2").tobytes())
        at += len(values)
    planes, made = arrays["first.weight"].shape[1], arrays["last.weight"].shape[0]
    header = b"WGPUNET1" + struct.pack("<6I", 2, 2, planes, len(records), at, made)
    with open(target, "wb") as file:
        file.write(header + b"".join(records) + b"".join(data))


if __name__ == "__main__":
    main(*sys.argv[1:])
