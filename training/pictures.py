"""Still pictures to train on: photos from folders, and a minor part of generated ones.

A picture is a float32 RGB array of shape (height, width, 3) with values 0..1.
"""
from pathlib import Path

import cv2
import numpy as np

SUFFIXES = {".jpg", ".jpeg", ".png"}
# Photos kept out of training, by file stem: the validation pictures.
HELD_BACK = {"portrait", "prairie_falcon", "coffee", "morskie_oko", "u76c0g_bliznaca_srgb8"}


def load_photos(folders):
    """Return {stem: uint8 RGB array} of every photo in the folders, at most 3000 pixels wide."""
    photos = {}
    for path in sorted(p for f in folders for p in Path(f).iterdir() if p.suffix.lower() in SUFFIXES):
        bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
        while bgr.shape[1] > 3000:
            bgr = cv2.resize(bgr, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        photos[path.stem] = np.ascontiguousarray(bgr[..., ::-1])
    return photos


def scaled_photo(rng, photo, width, height, busy):
    """A random part of a photo, scaled down so that it is sharp, at least width x height.

    Photos above 700 pixels are shrunk by at least 1.4: their own compression and demosaicking then
    leave next to nothing. With `busy`, one in three is shrunk further than it reaches and mirrored at its
    edges, fine detail all over as crowds and foliage are in video, and one in five is sharpened as by a camera.
    """
    h, w = photo.shape[:2]
    largest = min(w / width, h / height)  # the shrink at which the photo just covers the frame
    least = min(largest, 1.4 if w > 700 else 1.15)
    shrink = float(np.exp(rng.uniform(np.log(least), np.log(max(least, min(largest, 6.0))))))
    if busy and rng.random() < 0.33:
        shrink = min(largest, 6.0) * float(rng.uniform(1.0, 1.8))
    # Cut first, so that a huge photo is not resized as a whole.
    need_w, need_h = min(w, int(width * shrink * 1.6)), min(h, int(height * shrink * 1.6))
    x, y = rng.integers(0, w - need_w + 1), rng.integers(0, h - need_h + 1)
    part = photo[y:y + need_h, x:x + need_w].astype(np.float32) / 255
    part = cv2.resize(part, (round(need_w / shrink), round(need_h / shrink)), interpolation=cv2.INTER_AREA)
    if busy and rng.random() < 0.2:
        part = np.clip(part + rng.uniform(0.3, 1.0) * (part - cv2.GaussianBlur(part, (0, 0), 1.0)), 0, 1)
    short = max(0, height - part.shape[0]), max(0, width - part.shape[1])
    part = np.pad(part, ((0, short[0]), (0, short[1]), (0, 0)), "symmetric")
    if rng.random() < 0.5:
        part = part[:, ::-1]
    if rng.random() < 0.15:
        part = part[::-1]
    return recoloured(rng, np.ascontiguousarray(part))


def recoloured(rng, picture):
    """Random exposure, contrast, saturation and white balance: twenty photos stand for many."""
    out = np.power(np.clip(picture, 0, 1), rng.uniform(0.7, 1.5))
    out = out * rng.uniform(0.85, 1.15, 3).astype(np.float32)
    grey = out.mean(2, keepdims=True)
    out = grey + (out - grey) * rng.uniform(0.4, 1.3)
    gain = rng.uniform(0.55, 1.1)
    return np.clip(out * gain + rng.uniform(0, max(0.0, 1 - gain) * 0.8), 0, 1).astype(np.float32)


def generated(rng, width, height):
    """One generated picture of a random kind."""
    return [dead_leaves, gradient, line_art, text_page][rng.choice(4, p=[0.35, 0.2, 0.3, 0.15])](rng, width, height)


def gradient(rng, width, height):
    """A smooth field of low contrast, as skies and dark walls are: what banding eats."""
    coarse = rng.random((rng.integers(2, 5), rng.integers(2, 6), 3)) * rng.uniform(0.05, 0.6) + rng.uniform(0, 0.5)
    return np.clip(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1).astype(np.float32)


def dead_leaves(rng, width, height):
    """Overlapping shapes of a power-law size, each with a gradient and some with a texture."""
    out = gradient(rng, width, height)
    for _ in range(rng.integers(150, 500)):
        radius = min(height / 2, 3 / max(1e-3, rng.random()) ** 0.7)
        mask = np.zeros((height, width), np.uint8)
        centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        if rng.random() < 0.5:
            axes = (int(radius) + 1, int(radius * rng.uniform(0.3, 1)) + 1)
            cv2.ellipse(mask, centre, axes, rng.uniform(0, 180), 0, 360, 255, -1, cv2.LINE_AA)
        else:
            corners = centre + rng.normal(0, radius, (rng.integers(3, 6), 2))
            cv2.fillPoly(mask, [corners.astype(np.int32)], 255, cv2.LINE_AA)
        x, y, w, h = cv2.boundingRect(mask)
        if w == 0:
            continue
        fill = rng.random(3).astype(np.float32) + np.linspace(-0.1, 0.1, w)[None, :, None] * rng.normal()
        fill = np.broadcast_to(fill, (h, w, 3))
        if rng.random() < 0.3:
            fill = fill + cv2.GaussianBlur(rng.normal(0, 0.15, (h, w, 1)), (3, 3), rng.uniform(0.3, 1.5))[..., None]
        a = mask[y:y + h, x:x + w, None].astype(np.float32) / 255
        out[y:y + h, x:x + w] = out[y:y + h, x:x + w] * (1 - a) + np.clip(fill, 0, 1) * a
    return out


def line_art(rng, width, height):
    """Flat colours with outlines, as in drawn animation."""
    out = (gradient(rng, width, height) * 255).astype(np.uint8)
    for _ in range(rng.integers(5, 40)):
        centre = np.array([rng.integers(0, width), rng.integers(0, height)])
        turns = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(4, 12)))
        spokes = rng.uniform(8, height / 3) * rng.uniform(0.5, 1, len(turns))
        corners = (centre + np.stack([np.cos(turns), np.sin(turns)], 1) * spokes[:, None]).astype(np.int32)
        cv2.fillPoly(out, [corners], tuple(int(v) for v in rng.integers(0, 256, 3)), cv2.LINE_AA)
        if rng.random() < 0.8:
            cv2.polylines(out, [corners], True, (int(rng.integers(0, 60)),) * 3, int(rng.integers(1, 4)), cv2.LINE_AA)
    return out.astype(np.float32) / 255


def text_page(rng, width, height):
    """Lines of letters on a plain or graded ground."""
    out = (gradient(rng, width, height) * 255).astype(np.uint8)
    y = int(rng.integers(8, 24))
    while y < height:
        size = rng.uniform(0.3, 1.2)
        write(rng, out, y, size)
        y += int(size * 34) + int(rng.integers(0, 20))
    return out.astype(np.float32) / 255


def write(rng, out, y, size):
    """Put one line of random letters into a uint8 picture, its foot at row y."""
    letters = "".join(chr(c) for c in rng.choice([*range(48, 58), *range(65, 91), *range(97, 123), 32, 46], rng.integers(4, 40)))
    colour = (255, 255, 255) if out.mean() < 128 else (0, 0, 0)
    if rng.random() < 0.3:
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
    font = int(rng.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX]))
    at = (int(rng.integers(-20, out.shape[1] // 2)), y)
    if rng.random() < 0.4:
        cv2.putText(out, letters, at, font, size, tuple(255 - c for c in colour), 3, cv2.LINE_AA)
    cv2.putText(out, letters, at, font, size, colour, 1 if size < 0.8 else 2, cv2.LINE_AA)
