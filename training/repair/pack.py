"""Makes the clips that `train.py` learns from, through real encoders. Needs OpenCV and imageio-ffmpeg, which the training itself does not.

usage: pack.py PHOTOS OUT [CLIPS]

Each clip has eight frames in a row of a longer one, whole and damaged, and for each but the first its motion to the one before, as a decoder's output
shows it. Differences are stored, which pack well, and clips go to the file one after another. Each clip has a seed of its own.
"""
import lzma
import os
import pickle
import sys

import cv2
import numpy as np

import damage
import motion
import pictures

WIDTH, HEIGHT, KEPT = 160, 128, 8
CLIPS = 280
UNITS = 8  # of a stored vector, to a pixel
# What `evaluate.py` measures, with the bits a pixel of 500 kbit/s at 640 x 360.
X264 = ['libx264', '-preset', 'medium', '-crf']
COLUMNS = {
    'clean': None, 'crf18': ([*X264, 18], 'h264', 'yuv420p'), 'crf32': ([*X264, 32], 'h264', 'yuv420p'),
    'crf38': ([*X264, 38], 'h264', 'yuv420p'), 'crf43': ([*X264, 43], 'h264', 'yuv420p'),
    'mpeg2': (['mpeg2video', '-g', 12, '-bf', 2, '-b:v', '45k', '-maxrate', '45k', '-bufsize', '9k'], 'mpeg2video', 'yuv420p'),
    'mjpeg': (['mjpeg', '-q:v', 20], 'mjpeg', 'yuvj420p'),
    'x265': (['libx265', '-preset', 'medium', '-crf', 34, '-x265-params', 'log-level=none:pools=1:frame-threads=1'], 'hevc', 'yuv420p'),
}
FLOW = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)


def vectors(now, before):
    """Motion from `now` to `before` for each 8x8 tile: (rows, columns, 2), down and right, in eighths of a pixel.

    The plugin has one vector for 16x16 pixels and takes those of tiles between; so the flow is made that coarse first.
    """
    flow = FLOW.calc(np.ascontiguousarray(now[:HEIGHT]), np.ascontiguousarray(before[:HEIGHT]), None)
    coarse = cv2.resize(flow, (WIDTH // 16, HEIGHT // 16), interpolation=cv2.INTER_AREA)
    tiles = cv2.resize(coarse, (WIDTH // 8, HEIGHT // 8), interpolation=cv2.INTER_LINEAR)
    return np.clip(np.rint(tiles[..., ::-1] * UNITS), -127, 127).astype(np.int8)


def motions(bad):
    return np.stack([vectors(bad[t], bad[t - 1]) for t in range(1, len(bad))])


def packed(clean, bad, kind):
    """One clip as differences, with its motion."""
    return {'clean': np.diff(clean, axis=2, prepend=np.uint8(0)), 'damage': bad - clean, 'motion': motions(bad), 'kind': kind}


def one(seed, photos):
    """A clip with random damage; None where an encoder refuses an odd setting."""
    rng = np.random.default_rng(seed)
    try:
        clean, _ = motion.clip(rng, photos, WIDTH, HEIGHT, int(rng.integers(KEPT + 1, KEPT + 6)), seed % 2 == 1)
        if rng.random() < 0.06:
            bad, info = clean, {'codec': 'none'}
        else:
            bad, info = damage.encode_once(rng, clean)
        start = int(rng.integers(0, len(clean) - KEPT + 1))
        return packed(clean[start:start + KEPT], bad[start:start + KEPT], info['codec'])
    except Exception as error:
        print(f'clip {seed} is left out: {error}', flush=True)
        return None


def held_back(photos, seeds):
    """Clips of photos that are never trained on, through each column."""
    for seed in seeds:
        clean, _ = motion.clip(np.random.default_rng(seed), photos, WIDTH, HEIGHT, KEPT + 4, False, artificial=0.0)
        for name, how in COLUMNS.items():
            bad = damage.transcode(clean, *how) if how else clean
            yield packed(clean[2:][:KEPT], bad[2:][:KEPT], name) | {'held': True}


def main(folder, out, clips=CLIPS):
    cv2.setNumThreads(1)
    photos = pictures.load_photos([folder])
    held = {name: photo for name, photo in photos.items() if name in pictures.HELD_BACK}
    rest = {name: photo for name, photo in photos.items() if name not in held}
    if not held or not rest:
        raise SystemExit(f'{folder} lacks photos: {len(held)} to hold back, {len(rest)} to train on')
    made = 0
    with lzma.open(out + '.part', 'wb', preset=2) as file:
        for clip in held_back(held, range(9000, 9006)):
            pickle.dump(clip, file)
        for seed in range(int(clips)):
            clip = one(seed, rest)
            if clip:
                pickle.dump(clip, file)
                made += 1
            if seed % 50 == 49:
                print(seed + 1, 'clips', flush=True)
    os.replace(out + '.part', out)
    print(made, 'clips,', os.path.getsize(out) >> 10, 'KiB')


if __name__ == '__main__':
    main(*sys.argv[1:])
