"""The plugin's weights files (training/README.md has the format) of networks as `network.py` builds them.

usage: weights_file.py ARRAYS.npz OUT.bin
Arrays go by name: `first`, `mid.N` and `last`, each with `.weight` [out, in, 3, 3] and `.bias`.
"""
import struct
import sys

import numpy as np

NONE = 0xFFFFFFFF
LINEAR, CUT, CUT_LATE = 0, 4, 5


def layers(count):
    """(name, activation, number of the layer whose map is added) of each convolution."""
    yield 'first', CUT, NONE
    for i in range(count):
        # Every second one adds the map from before the two, after its activation.
        yield f'mid.{i}', (CUT_LATE if i % 2 else CUT), (i - 1 if i % 2 else NONE)
    yield 'last', LINEAR, NONE


def write(arrays, target):
    count = sum(name.startswith('mid.') for name in arrays) // 2
    records, data, at = [], [], 0
    for number, (name, act, skip) in enumerate(layers(count)):
        weight, bias = (arrays[f'{name}.{part}'].astype(np.float32) for part in ('weight', 'bias'))
        outputs, inputs = weight.shape[:2]
        values = np.concatenate([weight.transpose(2, 3, 1, 0).ravel(), bias])
        before = NONE if number == 0 else number - 1
        records.append(struct.pack('<9I', 0, before, skip, NONE, act, inputs, outputs, 1, at))
        data.append(values.astype('<f2').tobytes())
        at += len(values)
    planes, made = arrays['first.weight'].shape[1], arrays['last.weight'].shape[0]
    header = b'WGPUNET1' + struct.pack('<6I', 2, 2, planes, len(records), at, made)
    with open(target, 'wb') as file:
        file.write(header + b''.join(records) + b''.join(data))


def read(source):
    with open(source, 'rb') as file:
        content = file.read()
    count = struct.unpack_from('<I', content, 20)[0]
    data = np.frombuffer(content, '<f2', offset=32 + 36 * count)
    arrays = {}
    for number, (name, _, _) in enumerate(layers(count - 2)):
        fields = struct.unpack_from('<9I', content, 32 + 36 * number)
        inputs, outputs, at = fields[5], fields[6], fields[8]
        end = at + 9 * inputs * outputs
        arrays[name + '.weight'] = data[at:end].reshape(3, 3, inputs, outputs).transpose(3, 2, 0, 1).astype(np.float32)
        arrays[name + '.bias'] = data[end:end + outputs].astype(np.float32)
    return arrays


if __name__ == '__main__':
    source, target = sys.argv[1:]
    write(dict(np.load(source)), target)
