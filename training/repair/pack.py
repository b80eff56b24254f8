"""Makes the clips that `train.py` learns from, through real encoders. Needs OpenCV and imageio-ffmpeg, which the training itself does not.

usage: pack.py PHOTOS OUT [CLIPS]

Each clip has five frames in a row of a longer one, whole and damaged, and for each but the first the motion of its 8x8 blocks to the one before, as a
decoder's output shows it. Differences are stored, which pack well. Each clip has a seed of its own.
"""
import lzma
import os
import pickle
import sys

import numpy as np

import damage
import motion
import pictures

WIDTH, HEIGHT, KEPT = 160, 128, 5
CLIPS = 320
REACH = 7  # pixels that the search for motion covers in each direction
# What `evaluate.py` measures, with the bits a pixel of 500 kbit/s at 640 x 360.
X264 = ['libx264', '-preset', 'medium', '-crf']
COLUMNS = {
    'clean': None, 'crf18': ([*X264, 18], 'h264', 'yuv420p'), 'crf32': ([*X264, 32], 'h264', 'yuv420p'),
    'crf38': ([*X264, 38], 'h264', 'yuv420p'), 'crf43': ([*X264, 43], 'h264', 'yuv420p'),
    'mpeg2': (['mpeg2video', '-g', 12, '-bf', 2, '-b:v', '45k', '-maxrate', '45k', '-bufsize', '9k'], 'mpeg2video', 'yuv420p'),
    'mjpeg': (['mjpeg', '-q:v', 20], 'mjpeg', 'yuvj420p'),
    'x265': (['libx265', '-preset', 'medium', '-crf', 34, '-x265-params', 'log-level=none:pools=1:frame-threads=1'], 'hevc', 'yuv420p'),
}


def luma(frame):
    return frame[:HEIGHT].astype(np.int16)


def costs(error):
    """Of each 8x8 block, with half of those of its four neighbours."""
    own = np.pad(error.reshape(HEIGHT // 8, 8, WIDTH // 8, 8).sum((1, 3)), 1, mode='edge').astype(np.float32)
    return own[1:-1, 1:-1] + (own[:-2, 1:-1] + own[2:, 1:-1] + own[1:-1, :-2] + own[1:-1, 2:]) / 2


def vectors(now, before):
    """Motion from `now` to `before` in half pixels: (rows, columns, 2), down and right. Still blocks are preferred."""
    edge = np.pad(before, REACH + 1, mode='edge')
    best, found = np.full((HEIGHT // 8, WIDTH // 8), np.inf, np.float32), np.zeros((HEIGHT // 8, WIDTH // 8, 2), np.int64)
    for dy in range(-REACH, REACH + 1):
        for dx in range(-REACH, REACH + 1):
            at = edge[REACH + 1 + dy:, REACH + 1 + dx:][:HEIGHT, :WIDTH]
            cost = costs(np.abs(at - now)) + 48 * (abs(dy) + abs(dx)) ** 0.5
            better = cost < best
            best[better], found[better] = cost[better], (dy, dx)
    rows, columns = np.arange(HEIGHT), np.arange(WIDTH)
    whole, found = found, 2 * found
    place = whole.repeat(8, 0).repeat(8, 1) + REACH + 1
    ys, xs = place[..., 0] + rows[:, None], place[..., 1] + columns
    for dy, dx in sorted(((y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)), key=lambda at: at != (0, 0)):
        at = sum(edge[ys + i, xs + j] for i in {0, dy} for j in {0, dx}).astype(np.float32) / (len({0, dy}) * len({0, dx}))
        cost = costs(np.abs(at - now)) + 48 * np.abs(whole + np.array([dy, dx]) / 2).sum(2) ** 0.5
        if dy == dx == 0:
            centre = cost
            best, found_at = cost.copy(), np.zeros_like(found)
        else:
            # Half pixels smooth, which alone makes damaged pictures look alike.
            better = cost < np.minimum(best, 0.96 * centre)
            best[better], found_at[better] = cost[better], (dy, dx)
    return (found + found_at).astype(np.int8)


def packed(clean, bad, kind):
    """One clip as differences, with its motion."""
    motions = np.stack([vectors(luma(bad[t]), luma(bad[t - 1])) for t in range(1, len(bad))])
    return {'clean': np.diff(clean, axis=2, prepend=np.uint8(0)), 'damage': bad - clean, 'motion': motions, 'kind': kind}


def one(seed, photos):
    """A clip with random damage; None where an encoder refuses an odd setting."""
    rng = np.random.default_rng(seed)
    try:
        clean, _ = motion.clip(rng, photos, WIDTH, HEIGHT, int(rng.integers(6, 14)), seed % 2 == 1)
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
    out = {name: [] for name in COLUMNS}
    for seed in seeds:
        clean, _ = motion.clip(np.random.default_rng(seed), photos, WIDTH, HEIGHT, 10, False, artificial=0.0)
        for name, how in COLUMNS.items():
            bad = damage.transcode(clean, *how) if how else clean
            out[name].append(packed(clean[4 - KEPT // 2:][:KEPT], bad[4 - KEPT // 2:][:KEPT], name))
    return out


def main(folder, out, clips=CLIPS):
    photos = pictures.load_photos([folder])
    held = {name: photo for name, photo in photos.items() if name in pictures.HELD_BACK}
    rest = {name: photo for name, photo in photos.items() if name not in held}
    if not held or not rest:
        raise SystemExit(f'{folder} lacks photos: {len(held)} to hold back, {len(rest)} to train on')
    made = []
    for seed in range(int(clips)):
        clip = one(seed, rest)
        made += [clip] if clip else []
        if seed % 50 == 49:
            print(seed + 1, 'clips', flush=True)
    with lzma.open(out, 'wb', preset=6) as file:
        pickle.dump({'train': made, 'held': held_back(held, range(9000, 9006))}, file)
    print(len(made), 'clips,', os.path.getsize(out) >> 10, 'KiB')


if __name__ == '__main__':
    main(*sys.argv[1:])
