"""Short clips with simulated motion over still pictures, as I420 frames."""
import cv2
import numpy as np

import pictures

# BT.601 limited range, RGB 0..1 to 8-bit code values.
YUV = np.array([[65.481, 128.553, 24.966], [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]], np.float32)
OFFSET = np.array([16, 128, 128], np.float32)


def to_i420(rgb, grain):
    """One RGB picture as an I420 array of shape (height * 3 / 2, width); grain is added before rounding."""
    h, w = rgb.shape[:2]
    yuv = rgb @ YUV.T + OFFSET + grain
    chroma = [cv2.resize(yuv[..., i], (w // 2, h // 2), interpolation=cv2.INTER_AREA).reshape(h // 4, w) for i in (1, 2)]
    return np.clip(np.rint(np.concatenate([yuv[..., 0], *chroma])), 0, 255).astype(np.uint8)


class Mover:
    """A picture seen through a window that pans, turns and zooms at a steady rate with some jitter."""

    def __init__(self, rng, picture, width, height, speed):
        self.picture, self.size = picture, (width, height)
        h, w = picture.shape[:2]
        self.centre = np.array([w / 2 + rng.uniform(-1, 1) * max(0, w - width) / 2,
                                h / 2 + rng.uniform(-1, 1) * max(0, h - height) / 2])
        heading = rng.uniform(0, 2 * np.pi)
        self.step = speed * np.array([np.cos(heading), np.sin(heading)])
        moves = rng.random() < 0.4 and speed > 0
        self.turn, self.zoom = (rng.normal(0, 0.01), rng.normal(0, 0.008)) if moves else (0.0, 0.0)
        self.angle = rng.normal(0, 0.1) if rng.random() < 0.4 else 0.0
        self.jitter = abs(rng.normal(0, 0.3)) if rng.random() < 0.3 and speed > 0 else 0.0

    def frame(self, t, shake):
        """The window's picture at time t in frames; shake is this frame's jitter in standard deviations."""
        scale, angle = np.exp(self.zoom * t), self.angle + self.turn * t
        c, s = np.cos(angle) * scale, np.sin(angle) * scale
        at = self.centre + self.step * t + self.jitter * shake
        half = np.array(self.size) / 2
        m = np.array([[c, -s, at[0] - c * half[0] + s * half[1]], [s, c, at[1] - s * half[0] - c * half[1]]])
        flags = cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP
        return np.clip(cv2.warpAffine(self.picture, m, self.size, flags=flags, borderMode=cv2.BORDER_REFLECT_101), 0, 1)


def speed(rng):
    """Pixels a frame: a third (nearly) still, half slow to brisk, the rest fast."""
    kind = rng.random()
    if kind < 0.15:
        return 0.0
    return float(rng.uniform(0, 0.4) if kind < 0.35 else np.exp(rng.uniform(np.log(0.3), np.log(5.0))) if kind < 0.85 else rng.uniform(4, 12))


def soft_mask(rng, width, height):
    """A soft-edged blob: the outline of something that moves in front."""
    mask = np.zeros((height, width), np.uint8)
    centre = np.array([rng.integers(0, width), rng.integers(0, height)])
    turns = np.sort(rng.uniform(0, 2 * np.pi, 12))
    reach = rng.uniform(0.15, 0.4) * height * rng.uniform(0.6, 1, 12)
    cv2.fillPoly(mask, [(centre + np.stack([np.cos(turns), np.sin(turns)], 1) * reach[:, None]).astype(np.int32)], 255, cv2.LINE_AA)
    return cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), rng.uniform(0.6, 1.5))[..., None]


class Ripple:
    """A smooth field of displacements that swings with time.

    Whatever moves otherwise than a rigid picture, leaves, water, limbs, defeats the encoder's motion search
    and is coded anew, which pans and zooms are not.
    """

    def __init__(self, rng, width, height):
        self.size, reach = (width, height), float(np.exp(rng.uniform(np.log(0.3), np.log(5.0))))
        cell = rng.uniform(12, 64)
        coarse = rng.normal(0, reach, (2, int(height / cell) + 2, int(width / cell) + 2, 2)).astype(np.float32)
        self.fields = [cv2.resize(f, self.size, interpolation=cv2.INTER_CUBIC) for f in coarse]
        self.rate, self.grid = 2 * np.pi / rng.uniform(5, 25), np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)

    def bend(self, picture, t):
        at = self.grid + self.fields[0] * np.float32(np.sin(self.rate * t)) + self.fields[1] * np.float32(np.cos(self.rate * t))
        return cv2.remap(picture.astype(np.float32), at, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)


def grain_strength(rng, share):
    """Standard deviation of added grain in code values; none for all but a share of the clips."""
    return float(rng.uniform(0.5, 7)) if rng.random() < share else 0.0


def clip(rng, photos, width, height, frames, busy, artificial=0.16):
    """A clip of I420 frames and its description.

    `busy` makes half the clips ripple and many of them finely detailed; `artificial` is the share of sources
    that are generated.
    """
    def source():
        if rng.random() < artificial:
            return pictures.generated(rng, width * 5 // 4, height * 5 // 4)
        names = sorted(photos)
        # Large photos hold more: they are drawn more often.
        weight = np.array([photos[n].shape[1] ** 0.5 for n in names])
        return pictures.scaled_photo(rng, photos[names[rng.choice(len(names), p=weight / weight.sum())]], width, height, busy)

    back = Mover(rng, source(), width, height, speed(rng))
    front = [(Mover(rng, source(), width, height, speed(rng)), soft_mask(rng, width, height), rng.normal(0, 3, 2))
             for _ in range(rng.choice(3, p=[0.55, 0.3, 0.15]))]
    caption = rng.random() < 0.08
    strength, soft_grain = grain_strength(rng, 0.28 if busy else 0.22), rng.random() < 0.5
    fade = rng.normal(0, 0.01) if rng.random() < 0.1 else 0.0
    caption_seed, out = int(rng.integers(1 << 31)), []
    blur, ripple = rng.random() < 0.5, Ripple(rng, width, height) if busy and rng.random() < 0.5 else None
    for t in range(frames):
        shake = rng.normal(0, 1, 2)
        # A shutter that is open for half a frame blurs fast motion.
        times = (t - 0.17, t, t + 0.17) if blur and np.hypot(*back.step) > 2.5 else (t,)
        picture = np.mean([back.frame(s, shake) for s in times], axis=0)
        for mover, mask, drift in front:
            a = cv2.warpAffine(mask, np.array([[1, 0, drift[0] * t], [0, 1, drift[1] * t]]), (width, height))[..., None]
            picture = picture * (1 - a) + mover.frame(t, shake) * a
        if ripple:
            picture = np.clip(ripple.bend(picture, t), 0, 1)
        if caption:
            page = np.ascontiguousarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
            pictures.write(np.random.default_rng(caption_seed), page, height - 20, 0.7)
            picture = page.astype(np.float32) / 255
        grain = rng.normal(0, strength, (height, width, 3)).astype(np.float32)
        if strength and soft_grain:
            grain = cv2.GaussianBlur(grain, (0, 0), 0.7) * 1.8
        out.append(to_i420(np.clip(picture * (1 + fade * t), 0, 1).astype(np.float32), grain * [1, 0.5, 0.5]))
    return np.stack(out), {"grain": strength, "speed": float(np.hypot(*back.step)), "back": back.picture.shape[0]}
