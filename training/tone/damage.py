"""Photographs with known damage, and how far a picture is from its original."""
import glob
import os

import numpy as np
from PIL import Image

KR, KB = 0.2126, 0.0722
KG = 1 - KR - KB

# Stops of light, luma of black, warmth of the light, noise in 8-bit codes.
CASES = {
    'original': {},
    'dark -2': dict(stops=-2), 'dark -1': dict(stops=-1), 'bright +0.75': dict(stops=0.75), 'bright +1.5': dict(stops=1.5),
    'lifted 0.08': dict(lift=0.08), 'lifted 0.16': dict(lift=0.16),
    'warm': dict(warmth=0.6), 'tungsten': dict(warmth=1.0), 'cool': dict(warmth=-0.4), 'shade': dict(warmth=-0.8),
    'dark warm noisy': dict(stops=-1.5, warmth=0.7, noise=3),
    'dark lifted noisy': dict(stops=-1.2, lift=0.08, noise=3),
    'bright cool': dict(stops=0.8, warmth=-0.5),
}


def photographs(folders, side):
    """All photographs of these folders, 0 to 1, their longer side at most `side`."""
    names = [name for folder in folders for name in sorted(glob.glob(os.path.join(folder, '*.[jp][pn]g')))]
    pictures = []
    for name in names:
        picture = Image.open(name).convert('RGB')
        picture.thumbnail((side, side), Image.LANCZOS)
        width, height = picture.size
        picture = picture.crop((0, 0, width // 4 * 4, height // 2 * 2))
        pictures.append(np.asarray(picture, np.float32) / 255)
    return pictures


def light(codes):
    return np.where(codes <= 0.04045, codes / 12.92, ((np.maximum(codes, 0) + 0.055) / 1.055) ** 2.4)


def codes(light):
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)


def cast(warmth):
    """Gains of light on red, green and blue: 1 is about 3000 K where 5500 K is white. Grey keeps its light."""
    gains = np.exp(np.array([0.40, 0.0, -0.62]) * warmth)
    return (gains / (gains @ [KR, KG, KB])).astype(np.float32)


def damaged(picture, random, stops=0.0, lift=0.0, warmth=0.0, noise=0.0):
    codes_now = codes(np.clip(light(picture) * 2.0 ** stops * cast(warmth), 0, 1))
    codes_now = lift + (1 - lift) * codes_now
    if noise:
        codes_now = codes_now + random.normal(0, noise / 255, codes_now.shape)
    return (np.round(np.clip(codes_now, 0, 1) * 255) / 255).astype(np.float32)


def truth(stops=0.0, lift=0.0, warmth=0.0, noise=0.0):
    """Stops of red and blue above green."""
    stops_of_light = np.log2(cast(warmth))
    return stops_of_light[[0, 2]] - stops_of_light[1]


def lab(picture):
    to_xyz = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
    xyz = light(np.clip(picture, 0, 1)) @ to_xyz.T / [0.95047, 1, 1.08883]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])])


def difference(picture, original):
    """CIEDE2000 of each pixel (Sharma, Wu and Dalal, 2005)."""
    (l1, a1, b1), (l2, a2, b2) = lab(picture), lab(original)
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    more = 1.5 - 0.5 * np.sqrt(chroma ** 7 / (chroma ** 7 + 25.0 ** 7))
    c1, c2 = np.hypot(more * a1, b1), np.hypot(more * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, more * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = h2 - h1
    turn = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    turn = np.where(c1 * c2 == 0, 0, turn)
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    l, c, both = (l1 + l2) / 2, (c1 + c2) / 2, h1 + h2
    h = np.where(np.abs(h1 - h2) > 180, np.where(both < 360, (both + 360) / 2, (both - 360) / 2), both / 2)
    h = np.where(c1 * c2 == 0, both, h)
    cosine = lambda times, shift: np.cos(np.radians(times * h + shift))
    t = 1 - 0.17 * cosine(1, -30) + 0.24 * cosine(2, 0) + 0.32 * cosine(3, 6) - 0.2 * cosine(4, -63)
    rotation = -np.sin(np.radians(60 * np.exp(-((h - 275) / 25) ** 2))) * 2 * np.sqrt(c ** 7 / (c ** 7 + 25.0 ** 7))
    sl = 1 + 0.015 * (l - 50) ** 2 / np.sqrt(20 + (l - 50) ** 2)
    dl, dc, dh = dl / sl, dc / (1 + 0.045 * c), dh / (1 + 0.015 * c * t)
    return np.sqrt(np.maximum(0, dl ** 2 + dc ** 2 + dh ** 2 + rotation * dc * dh))
