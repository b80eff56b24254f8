#!/usr/bin/env python3
"""The fit that tells coded pictures from clean regular structures: CODED_* in shaders/deartifact/damage_model.wgsl.

    structure.py --photos PHOTOS

Tiles, windows, grids and stripes have lines as far apart as those of blocks, and little between them, as coarsely
coded blocks have. Photographs get such structures and noise, clean or through a coder; a logistic fit on the means that
damage_blocks.wgsl measures, and on the height of the block grid, tells which is which. Prints where held-back photographs
end up (the shader believes in damage from 0 on, and in none of it below -1), then the weights.
"""
import argparse
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from PIL import Image

WIDTH, HEIGHT, FRAMES = 320, 192, 5
DCT = np.array([[np.cos((2 * x + 1) * k * np.pi / 16) * (0.125**0.5 if k == 0 else 0.5) for x in range(8)] for k in range(8)])
DIAGONAL = np.add.outer(np.arange(8), np.arange(8))
BANDS, SMALL = [(1, 2), (3, 4), (5, 6), (7, 9), (10, 14)], (0.5, 1, 2, 4, 8)
GRIDS = [(p, o) for p, count in ((8.0, 8), (16.0, 16), (12.0, 12), (32 / 3, 11)) for o in range(count)]
# Encoder, muxer, and the range of a quantizer that does visible damage.
CODERS = {
    "mpeg2": ("mpeg2video -g 12 -bf 2 -q:v {}", "mpeg2video", 7, 32), "mjpeg": ("mjpeg -q:v {}", "mjpeg", 9, 32),
    "x264": ("libx264 -preset medium -crf {}", "h264", 31, 46), "mpeg4": ("mpeg4 -q:v {}", "m4v", 7, 32),
    "x265": ("libx265 -preset fast -crf {} -x265-params log-level=none:pools=1:frame-threads=1", "hevc", 28, 44),
}


def grid(picture):
    """Period and first boundary along x and y, and height of the lower of both: damage_grid.wgsl."""
    found = []
    rows, columns = picture[1::4], picture[:, (np.arange(picture.shape[1]) // 4) % 4 == 0].T
    for lines in (rows, columns):
        steps = np.abs(np.diff(lines, axis=1, prepend=lines[:, :1]))
        around = (np.roll(steps, 1, 1) + np.roll(steps, -1, 1)) / 2
        profile = np.clip(steps - around, -8, 8).mean(0)[2:-2]
        heights = []
        for period, offset in GRIDS:
            at = np.zeros(len(profile) + 4, bool)
            places = np.rint(offset + np.arange(len(at) / period) * period).astype(int)
            at[places[places < len(at)]] = True
            heights.append(profile[at[2:-2]].mean() - profile[~at[2:-2]].mean())
        best = int(np.argmax([h / p**0.5 for h, (p, _) in zip(heights, GRIDS)]))
        found.append((*GRIDS[best], heights[best]))
    (px, ox, hx), (py, oy, hy) = found
    return (px, ox), (py, oy), max(min(hx, hy), 0)


def features(picture):
    """Means over blocks across the grid, then on it, then the height of the grid."""
    picture = picture.astype(np.float64)
    x, y, height = grid(picture)
    start = [int(offset) % 8 if height >= 1 and period in (8, 16) else 0 for period, offset in (y, x)]
    means = []
    for across in (4, 0):
        top, left = (s + across for s in start)
        places = [(top + 16 * i, left + 16 * j) for i in range((HEIGHT - 20) // 16 + 1) for j in range((WIDTH - 20) // 16 + 1)]
        squares = (DCT @ np.stack([picture[v:v + 8, u:u + 8] for v, u in places]) @ DCT.T) ** 2
        squares[:, 0, 0] = 1e12
        for low, high in BANDS:
            band = (DIAGONAL >= low) & (DIAGONAL <= high)
            means.append(np.log2(0.25 + np.sqrt(squares[:, band].mean(1))).mean())
        means += [(squares <= limit**2).sum((1, 2)).mean() / 63 for limit in SMALL]
    return np.array([*means, height])


def pan(rng, path):
    """Luma of a photo that moves."""
    photo = Image.open(path).convert("L")
    least = max(WIDTH / photo.width, HEIGHT / photo.height)
    scale = max(min(rng.uniform(1.15, 2.2) * least, 0.7), 1.12 * least)
    size = int(photo.width * scale), int(photo.height * scale)
    photo = np.asarray(photo.resize(size, Image.BOX if scale < 0.5 else Image.LANCZOS)).astype(np.float64)
    room = np.array(photo.shape) - (HEIGHT, WIDTH)
    first, speed = rng.integers(0, room + 1), rng.integers(-3, 4, 2)
    places = [np.clip(first + speed * t, 0, room) for t in range(FRAMES)]
    return np.stack([16 + photo[y:y + HEIGHT, x:x + WIDTH] * 219 / 255 for y, x in places])


def structure(rng):
    """A regular structure, to be added to a picture; in a part of it sometimes, and not always sharp."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    period = rng.choice([4, 8, 8, 8, 16, 16, 12, 32 / 3, 10, 8.1, 15.8])
    u, v = ((axis + rng.uniform(0, period).__round__()) / period for axis in (x, y))
    i, j, line = u.astype(int), v.astype(int), 1.01 / period
    shapes = {
        "checks": lambda: (i + j) % 2, "windows": lambda: (u % 1 < rng.uniform(0.3, 0.75)) & (v % 1 < rng.uniform(0.3, 0.75)),
        "grid": lambda: (u % 1 < line) | (v % 1 < line), "columns": lambda: i % 2, "rows": lambda: j % 2,
        "tiles": lambda: rng.uniform(0, 1, (99, 99))[j % 99, i % 99],
        "bricks": lambda: ((u + 0.5 * (j % 2)) % 1 < line) | (v % 1 < line),
    }
    shape = shapes[rng.choice(list(shapes))]().astype(np.float64)
    if rng.random() < 0.3:
        soft = rng.uniform(0.1, 0.3)
        for axis in (0, 1):
            shape = (1 - 2 * soft) * shape + soft * (np.roll(shape, 1, axis) + np.roll(shape, -1, axis))
    shape = np.exp(rng.uniform(np.log(5), np.log(110))) * rng.choice([-1, 1]) * (shape - 0.5)
    if rng.random() < 0.4:
        (h, w), part = rng.uniform(0.4, 1, 2), rng.uniform(0, 1, 2)
        top, left = part * (1 - np.array([h, w]))
        shape = shape * ((y / HEIGHT > top) & (y / HEIGHT < top + h) & (x / WIDTH > left) & (x / WIDTH < left + w))
    return shape


def coded(rng, luma):
    """Through an encoder and a decoder."""
    arguments, muxer, low, high = CODERS[rng.choice(list(CODERS))]
    pixels = "yuvj420p" if muxer == "mjpeg" else "yuv420p"
    raw = ["-f", "rawvideo", "-pix_fmt", pixels]
    frames = b"".join(f.tobytes() + b"\x80" * (f.size // 2) for f in np.clip(np.rint(luma), 0, 255).astype(np.uint8))
    run = lambda data, *a: subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "quiet", *a], input=data, capture_output=True).stdout
    encoder = arguments.format(rng.integers(low, high)).split()
    stream = run(frames, *raw, "-s", f"{WIDTH}x{HEIGHT}", "-i", "-", "-c:v", *encoder, "-threads", "1", "-pix_fmt", pixels, "-f", muxer, "-")
    back = run(stream, "-f", muxer.replace("mpeg2video", "mpegvideo"), "-i", "-", "-fps_mode", "passthrough", *raw, "-")
    return np.frombuffer(back, np.uint8).reshape(-1, HEIGHT * 3 // 2, WIDTH)[:, :HEIGHT]


def logistic(x, y, ridge=3.0):
    """Weights and a constant."""
    mean, deviation = x.mean(0), x.std(0) + 1e-9
    z, w = np.c_[(x - mean) / deviation, np.ones(len(x))], np.zeros(x.shape[1] + 1)
    held = ridge * np.r_[np.ones(x.shape[1]), 0]
    for _ in range(60):
        p = 1 / (1 + np.exp(-z @ w))
        w -= np.linalg.solve((z * (p * (1 - p))[:, None]).T @ z + np.diag(held + 1e-6), z.T @ (p - y) + held * w)
    return np.append(w[:-1] / deviation, w[-1] - (w[:-1] / deviation) @ mean)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--photos", type=Path, required=True)
    ap.add_argument("--rounds", type=int, default=6)
    opt = ap.parse_args()
    paths = sorted(p for p in opt.photos.iterdir() if p.suffix in (".jpg", ".png"))
    rng, rows = np.random.default_rng(0), []
    for _ in range(opt.rounds):
        for number, path in enumerate(paths):
            for kind, luma in (("plain", pan(rng, path)), ("structure", pan(rng, path) * rng.uniform(0.5, 1) + structure(rng))):
                noisy = luma[0] + rng.normal(0, rng.choice([1e-9, 0.7, 1.5, 3]), luma[0].shape)
                rows.append((0, kind, number, features(np.clip(np.rint(noisy), 0, 255))))
                rows += [(1, kind, number, features(frame)) for frame in coded(rng, luma)[::2]]
    is_coded, kind, photo = (np.array([row[i] for row in rows]) for i in range(3))
    x, found = np.stack([row[3] for row in rows]), np.zeros(len(rows))
    for fold in range(5):
        held = photo % 5 == fold
        w = logistic(x[~held], is_coded[~held])
        found[held] = x[held] @ w[:-1] + w[-1]
    for name, which in (("coded", (is_coded == 1) & (kind == "plain")), ("clean structures", (is_coded == 0) & (kind == "structure"))):
        print(name, dict(zip((2, 5, 10, 50, 90, 95), np.percentile(found[which], (2, 5, 10, 50, 90, 95)).round(2))))
    w = logistic(x, is_coded)
    print("across", w[:10].round(3), "on", w[10:20].round(3), "blockiness", w[20].round(4), "constant", w[21].round(3), sep="\n")


if __name__ == "__main__":
    main()
