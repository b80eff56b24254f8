"""The recursion of `wgpudenoise preset=neural` in PyTorch: what its network reads, made on any device.

Planes are in 8-bit code values. Arithmetic and constants are those of shaders/picture/shared/kalman.wgsl; the search for
motion is a stand-in that chooses among vectors near the true ones, by the same cost.
"""
import torch
import torch.nn.functional as F

TILE = 8
CUBIC = -0.75                       # CUBIC in kalman.wgsl
TOLERANCE, MEAN_TOLERANCE = 1.4, 5.0  # TOLERANCE and MEAN_TOLERANCE in temporal.rs
FIRST5 = [0, 0, 0, 1, 2, 3, 3, 3]   # first of the five rows or columns that are summed, for each of a tile
FIRST3 = [0, 0, 1, 2, 3, 4, 5, 5]


def cubic(t):
    u = 1 - t
    return (CUBIC * t * u * u, ((CUBIC + 2) * t - (CUBIC + 3)) * t * t + 1,
            ((CUBIC + 2) * u - (CUBIC + 3)) * u * u + 1, CUBIC * u * t * t)


def linear(t):
    return 1 - t, t


class Places:
    """Where each pixel of a plane reads the past: its tile's vector. `vectors`: [B, 2, rows, columns] of tiles, x first."""

    def __init__(self, vectors, height, width):
        whole = torch.floor(vectors)
        spread = lambda v: v.repeat_interleave(TILE, 2).repeat_interleave(TILE, 3)[..., :height, :width]
        self.part, self.size = spread(vectors - whole), (height, width)
        whole = spread(whole).long()
        self.x = whole[:, 0] + torch.arange(width, device=vectors.device)
        self.y = whole[:, 1] + torch.arange(height, device=vectors.device).view(-1, 1)

    def columns(self, offsets):
        return [(self.x + o).clamp(0, self.size[1] - 1) for o in offsets]

    def rows(self, offsets):
        return [(self.y + o).clamp(0, self.size[0] - 1) * self.size[1] for o in offsets]

    @staticmethod
    def read(plane, at):
        """The pixels of [B, C, H, W] at places [B, H, W]."""
        at = at.flatten(1)[:, None].expand(-1, plane.shape[1], -1)
        return plane.flatten(2).gather(2, at).view(plane.shape)

    def whole(self, plane):
        return self.read(plane, self.rows([0])[0] + self.columns([0])[0])

    def interpolate(self, plane, weights, offsets):
        wx, wy = weights(self.part[:, :1]), weights(self.part[:, 1:])
        xs, total = self.columns(offsets), 0
        for y, b in zip(self.rows(offsets), wy):
            total = total + b * sum(a * self.read(plane, y + x) for x, a in zip(xs, wx))
        return total

    def smooth(self, plane):
        return self.interpolate(plane, cubic, (-1, 0, 1, 2))

    def rough(self, plane):
        return self.interpolate(plane, linear, (0, 1))


def tile_means(plane, size, first):
    """Means of size x size pixels around each, moved into the pixel's tile."""
    n, c, h, w = plane.shape
    b = n * c
    tiles = plane.reshape(b, h // TILE, TILE, w // TILE, TILE).permute(0, 1, 3, 2, 4).reshape(-1, 1, TILE, TILE)
    means = F.avg_pool2d(tiles, size, 1)[:, :, first][:, :, :, first]
    return means.view(b, h // TILE, w // TILE, TILE, TILE).permute(0, 1, 3, 2, 4).reshape(plane.shape)


def update(past, places, measured, noise, restart):
    """The Kalman update. `past`: (values, variances); `noise`: variance; `restart`: [B, 1, 1, 1] of 0 or 1."""
    z, p = places.smooth(past[0]), places.whole(past[1])
    d = measured - z
    noise = noise + 1e-4
    expected = noise + p
    square, mean = tile_means(d * d, 5, FIRST5), tile_means(d, 3, FIRST3)
    excess = F.relu(square - TOLERANCE * expected) + F.relu(mean * mean - MEAN_TOLERANCE / 9 * expected)
    prior = p + excess * (1 + 0.5 * excess / expected)
    gain = torch.where(restart > 0, torch.ones_like(prior), prior / (prior + noise))
    # As the state is stored: values in steps of 1/128, deviations in steps of 1/256.
    values = torch.round((z + gain * d) * 128) / 128
    deviations = torch.round((gain * noise).sqrt() * 256) / 256
    return values, deviations * deviations


def choose_motion(candidates, pilot, last, sigma):
    """The best of [B, K, 2, rows, columns] vectors for each tile: the last of them is zero and has a bonus."""
    b, k, _, rows, columns = candidates.shape
    several = lambda plane: plane.expand(-1, k, -1, -1).reshape(b * k, 1, *plane.shape[-2:])
    places = Places(candidates.flatten(0, 1), *pilot.shape[-2:])
    difference = (several(pilot) - places.rough(several(last))).abs()
    costs = F.avg_pool2d(difference, 12, TILE, 2, count_include_pad=False).view(b, k, rows, columns)
    costs[:, -1] -= 0.02 * sigma.view(-1, 1, 1)
    best = costs.argmin(1)[:, None, None].expand(-1, 1, 2, -1, -1)
    return candidates.gather(1, best)[:, 0]


def chroma_motion(vectors):
    """Vectors of the tiles of half-size chroma: the mean of four."""
    return F.avg_pool2d(vectors, 2) / 2
