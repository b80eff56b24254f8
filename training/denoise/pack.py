"""Packs photos for `train.py`: as planes, without loss. Needs pillow, which the training itself does not.

usage: pack.py PHOTOS OUT
"""
import glob
import lzma
import os
import pickle
import sys

import numpy as np
from PIL import Image

HELD_BACK = slice(3, None, 7)  # as the first networks were trained
SIDE = 1120                    # the longest: a photo's own grain goes by scaling down


def planes(path):
    """Y, U and V (BT.601, limited range, 4:2:0) as differences to the left."""
    image = Image.open(path).convert('RGB')
    scale = min(0.8, SIDE / max(image.size))
    image = image.resize([int(n * scale) // 2 * 2 for n in image.size], Image.BOX if scale < 0.5 else Image.LANCZOS)
    rgb = np.asarray(image, np.float32) / 255
    y = 16 + rgb @ np.array([65.481, 128.553, 24.966], np.float32)
    u = 128 + rgb @ np.array([-37.797, -74.203, 112.0], np.float32)
    v = 128 + rgb @ np.array([112.0, -93.786, -18.214], np.float32)
    half = lambda p: p.reshape(p.shape[0] // 2, 2, -1, 2).mean((1, 3))
    return [np.diff(np.rint(p).astype(np.uint8), axis=1, prepend=np.uint8(0)) for p in (y, half(u), half(v))]


def main(folder, out):
    files = sorted(f for kind in ('jpg', 'png') for f in glob.glob(f'{folder}/*.{kind}'))
    held = files[HELD_BACK]
    if not held:
        raise SystemExit(f'{folder} has too few photos')
    photos = {'train': [planes(f) for f in files if f not in held], 'held': [planes(f) for f in held]}
    with lzma.open(out, 'wb', preset=6) as file:
        pickle.dump(photos, file)
    print(len(files), 'photos,', len(held), 'held back,', os.path.getsize(out) >> 10, 'KiB')


if __name__ == '__main__':
    main(*sys.argv[1:])
