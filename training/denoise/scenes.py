"""Moving, noisy pictures without end, made on the device from photos: a batch of scenes that go on frame by frame.

A scene is a background and something in front of it, each a photo that pans, turns, zooms and ripples; the noise is white,
signal-dependent, correlated as demosaicing leaves it, or what a coder left of it. All is seeded.
"""
import math

import torch
import torch.nn.functional as F

from recursion import TILE

SIDE = 288  # of a source, in luma pixels of a picture
FINE = 2    # a source has so many samples in each of them, and a picture is the mean of as many: else its texture would be that of interpolation


def undo(rows):
    """A plane from its differences to the left, as `pack.py` stores it."""
    return torch.from_numpy(rows).to(torch.int32).cumsum(1).remainder(256).to(torch.uint8)


class Sources:
    """Parts of photos and drawn pictures, [N, 3, SIDE * FINE, SIDE * FINE] in bytes: Y and, enlarged, U and V."""

    def __init__(self, photos, count, generator, device):
        parts = []
        for _ in range(count):
            pick = lambda n: int(torch.randint(n, (1,), generator=generator))
            if torch.rand(1, generator=generator) < 0.15:
                parts.append(self.drawn(generator).repeat_interleave(FINE, 1).repeat_interleave(FINE, 2))
                continue
            photo = photos[pick(len(photos))]
            half = min(int(SIDE / (0.35, 0.5, 0.5, 0.75, 1.2)[pick(5)]), *photo[0].shape) // 2
            top, left = (pick(n - half + 1) for n in photo[1].shape)
            part = []
            for plane, n in zip(photo, (2, 1, 1)):
                cut = plane[None, None, n * top:n * (top + half), n * left:n * (left + half)].float()
                side = SIDE * FINE
                if cut.shape[-1] != side:
                    cut = F.interpolate(cut, (side, side), mode='bicubic', antialias=cut.shape[-1] > side)
                part.append(cut[0, 0])
            part = self.filmed(torch.stack(part), generator)
            parts.append(part.round().clamp(0, 255).to(torch.uint8))
        self.all = torch.stack(parts).to(device)

    @staticmethod
    def filmed(part, generator):
        """As video shows some photos: out of focus, or blurred by motion."""
        rand = lambda *n: torch.rand(*n, generator=generator)
        if rand(1) > 0.2:
            return part
        x = torch.arange(-8, 9).float() / FINE
        across, down = (torch.exp(-0.5 * (x / (0.3 + 1.5 * rand(1))) ** 2) for _ in range(2))
        kernel = (down.view(-1, 1) * across / (down.sum() * across.sum())).expand(3, 1, 17, 17)
        return F.conv2d(F.pad(part[None], (8,) * 4, 'reflect'), kernel, groups=3)[0]

    @staticmethod
    def drawn(generator):
        """Overlapping boxes, thin lines and rows of marks as of text, over a slope."""
        rand = lambda *n: torch.rand(*n, generator=generator)
        slope = torch.linspace(0, 1, SIDE)
        a, b = rand(3, 1, 1) * 80 - 40, rand(3, 1, 1) * 80 - 40
        y = torch.tensor([110., 128., 128.]).view(3, 1, 1) + a * slope.view(1, 1, -1) + b * slope.view(1, -1, 1)
        for i in range(40):
            at, size = (rand(2) * SIDE).long(), (rand(2) ** 3 * SIDE * 0.6).long() + 2
            if i % 4 == 0:
                size[i // 4 % 2] = 1 + i % 3
            tone = 16 + 219 * rand(3)
            tone[1:] = 128 + (tone[1:] - 128) * 0.5
            y[:, at[0]:at[0] + size[0], at[1]:at[1] + size[1]] = tone.view(3, 1, 1)
        tall = 7 + int(rand(1) * 9)
        for row in range(int(rand(1) * SIDE), SIDE - tall, tall + 6):
            marks = F.interpolate((rand(1, 1, 5, SIDE // 4) < 0.5).float(), (tall, SIDE), mode='nearest')[0]
            y[:, row:row + tall] = torch.where(marks > 0, y[:, row:row + tall] * 0 + 16 + 200 * rand(1), y[:, row:row + tall])
        return y.round().clamp(0, 255).to(torch.uint8)


def times(a, b):
    """Product of complex numbers, kept as two channels."""
    return torch.cat([a[:, :1] * b[:, :1] - a[:, 1:] * b[:, 1:], a[:, :1] * b[:, 1:] + a[:, 1:] * b[:, :1]], 1)


def over(a, b):
    n = (b * b).sum(1, keepdim=True)
    return times(a, torch.cat([b[:, :1], -b[:, 1:]], 1)) / n


class Layer:
    """How a layer of each scene moves: a point p of the picture shows the source at c(t) + m(t) (p - middle), and ripples."""

    def __init__(self, count, size, rand, normal, device):
        self.size = size
        kind = rand(count, 1, 1, 1)
        speed = torch.where(kind < 0.3, kind * 0, torch.where(kind < 0.45, rand(count, 1, 1, 1) * 0.5,
                            torch.where(kind < 0.85, torch.exp(rand(count, 1, 1, 1) * 2.8 - 1.2), 4 + 8 * rand(count, 1, 1, 1))))
        heading = rand(count, 1, 1, 1) * 2 * math.pi
        self.step = speed * torch.cat([heading.cos(), heading.sin()], 1)
        self.centre = SIDE * (0.3 + 0.4 * rand(count, 2, 1, 1))
        turns = (rand(count, 1, 1, 1) < 0.35) & (speed > 0)
        self.turn = torch.where(turns, 0.012 * normal(count, 1, 1, 1), torch.zeros_like(speed))
        self.zoom = torch.where(turns, 0.008 * normal(count, 1, 1, 1), torch.zeros_like(speed))
        self.scale0, self.angle0 = 0.25 * normal(count, 1, 1, 1).clamp(-1.5, 1.5), 0.15 * normal(count, 1, 1, 1)
        self.jitter = torch.where((rand(count, 1, 1, 1) < 0.25) & (speed > 0), 0.4 * normal(count, 1, 1, 1).abs(), torch.zeros_like(speed))
        ripples = (rand(count, 1, 1, 1) < 0.2).float()
        self.ripple = ripples * torch.exp(1.5 * rand(count, 1, 1, 1) - 0.7)
        self.wave = 2 * math.pi / (12 + 50 * rand(count, 2, 1, 1))
        self.rate, self.phase = 2 * math.pi / (6 + 18 * rand(count, 1, 1, 1)), 2 * math.pi * rand(count, 1, 1, 1)

    def take(self, other, which):
        for name, own in vars(self).items():
            if isinstance(own, torch.Tensor):
                own[which] = getattr(other, name)[which]

    def move(self, t, shake):
        """c(t) and m(t) of each scene."""
        at = self.centre + self.step * t + self.jitter * shake
        scale, angle = torch.exp(self.scale0 + self.zoom * t), self.angle0 + self.turn * t
        return at, torch.cat([scale * angle.cos(), scale * angle.sin()], 1)

    def swing(self, t):
        return torch.sin(self.rate * t + self.phase)

    def bend(self, at):
        return self.ripple * torch.sin(self.wave * at.flip(1))

    def source(self, p, now):
        """Places in the source of the points p, [B, 2, h, w]."""
        c, m, swing = now
        at = c + times(m.expand(-1, -1, *p.shape[2:]), p - self.size / 2)
        return at + self.bend(at) * swing

    def vectors(self, p, now, before):
        """From the points p of this picture to where they were in the last one."""
        at = self.source(p, now)
        c, m, swing = before
        return over(at - self.bend(at) * swing - c, m.expand_as(at)) + self.size / 2 - p


def sample(sources, which, at):
    grid = (at.permute(0, 2, 3, 1) + 0.5) * (2 / SIDE) - 1
    return F.grid_sample(sources[which].float(), grid, mode='bicubic', padding_mode='reflection', align_corners=False)


class Scenes:
    """A batch of scenes. `next()` gives each its next frame."""

    def __init__(self, sources, count, size, device, seed, longest=12, fixed=None):
        self.sources, self.count, self.size, self.device, self.longest = sources.all, count, size, device, longest
        self.g = torch.Generator(device=device).manual_seed(seed)
        self.fixed = fixed or {}
        self.age = None
        places = lambda n, step: torch.stack(torch.meshgrid(*[torch.arange(n, device=device) * step + (step - 1) / 2] * 2, indexing='ij')).flip(0)[None]
        self.samples, self.tiles = places(size * FINE, 1 / FINE).float(), places(size // TILE, TILE).float()
        self.draw(torch.ones(count, dtype=torch.bool, device=device), first=True)

    def rand(self, *n):
        return torch.rand(*n, generator=self.g, device=self.device)

    def normal(self, *n):
        return torch.randn(*n, generator=self.g, device=self.device)

    def draw(self, which, first=False):
        """New scenes in these places."""
        n = self.count
        rand, normal = self.rand, self.normal
        new = dict(
            back=torch.randint(len(self.sources), (n,), generator=self.g, device=self.device),
            front=torch.randint(len(self.sources), (n,), generator=self.g, device=self.device),
            mask=F.interpolate(normal(n, 1, 10, 10), (SIDE, SIDE), mode='bicubic') + 0.7 * (rand(n, 1, 1, 1) - 0.5),
            has_front=(rand(n, 1, 1, 1) < 0.55).float(), edge=2 + 6 * rand(n, 1, 1, 1),
            gain=0.55 + 0.45 * rand(n, 1, 1, 1) ** 0.5,
            sigma=torch.exp(math.log(50) * rand(n, 1, 1, 1)), chroma=0.4 + 0.8 * rand(n, 1, 1, 1),
            kind=rand(n, 1, 1, 1), width=0.4 + 0.9 * rand(n, 1, 1, 1),
            belief=torch.exp(0.08 * normal(n, 1, 1, 1)), lost=0.15 * rand(n, 1, 1, 1) ** 2,
            errs=0.3 * rand(n, 1, 1, 1) ** 2, rounds=rand(n, 1, 1, 1) < 0.6,
            grain=2.2 * rand(n, 1, 1, 1) * (rand(n, 1, 1, 1) < 0.7),
            length=4 + (rand(n) * (self.longest - 3)).long(),
        )
        for name, value in self.fixed.items():
            new[name] = torch.full_like(new[name], value) if not isinstance(value, torch.Tensor) else value
        layers = [Layer(n, self.size, rand, normal, self.device) for _ in range(2)]
        if first:
            vars(self).update(new)
            self.layers, self.age = layers, torch.zeros(n, device=self.device)
            self.before = [None, None]
            return
        for name, value in new.items():
            getattr(self, name)[which] = value[which]
        for own, other in zip(self.layers, layers):
            own.take(other, which)
        self.age[which] = 0

    def restart(self):
        """1 where a frame is the first of its scene; [B, 1, 1, 1]."""
        return (self.age == 0).float().view(-1, 1, 1, 1)

    def next(self):
        """(clean YUV [B, 3, h, w], vectors of both layers and their mix [B, 2, rows, columns], restart)."""
        done = self.age >= self.length
        if self.fixed.get('length') is None and bool(done.any()):
            self.draw(done)
        t = self.age.view(-1, 1, 1, 1)
        shake = self.normal(self.count, 2, 1, 1)
        now = [(*layer.move(t, shake), layer.swing(t)) for layer in self.layers]
        before = [b or n for b, n in zip(self.before, now)]
        back, front = self.layers
        pictures = []
        for layer, which, moved in ((back, self.back, now[0]), (front, self.front, now[1])):
            pictures.append(sample(self.sources, which, layer.source(self.samples, moved)))
        share = self.cover(front, self.samples, now[1])
        clean = F.avg_pool2d(pictures[0] * (1 - share) + pictures[1] * share, FINE)
        middle = clean.new_tensor([16., 128., 128.]).view(1, 3, 1, 1)
        clean = (clean - middle) * self.gain + middle
        # Filmed pictures have weak noise of their own, which is part of the truth: without it the network takes fine texture away.
        clean = (clean + self.grain * self.normal(*clean.shape)).clamp(0, 255)
        vectors = [layer.vectors(self.tiles, n, b) for layer, n, b in zip(self.layers, now, before)]
        shown = (self.cover(front, self.tiles, now[1]) > 0.5).float()
        main = vectors[0] * (1 - shown) + vectors[1] * shown
        restart = self.restart()
        self.before = now
        self.age += 1
        return clean, (*vectors, main), restart

    def cover(self, layer, p, now):
        """How much of the front is seen at points p."""
        at = layer.source(p, now)
        mask = F.grid_sample(self.mask, (at.permute(0, 2, 3, 1) + 0.5) * (2 / SIDE) - 1, mode='bilinear', padding_mode='border', align_corners=False)
        return torch.sigmoid((mask - 0.3) * self.edge * 4) * self.has_front

    def candidates(self, vectors):
        """Vectors among which the search chooses: near the true one, the other layer's, a wrong one, none; and what it errs by."""
        back, front, main = vectors
        quarter = lambda v: torch.round(v * 4) / 4
        lost = (self.rand(*main[:, :1].shape) < self.lost).float()
        main = quarter(main + lost * 3 * self.normal(*main.shape))
        around = [(0, 0), (0.25, 0), (-0.25, 0), (0, 0.25), (0, -0.25), (0.5, 0.5), (-0.5, -0.5)]
        near = [main + main.new_tensor(o).view(1, 2, 1, 1) for o in around]
        wrong = quarter(main + 2 * self.normal(*main.shape))
        all_ = torch.stack([*near, quarter(back), quarter(front), wrong, torch.zeros_like(main)], 1)
        errs = (self.rand(*main[:, :1].shape) < self.errs).float()
        errors = errs * torch.round(self.normal(*main.shape) * 1.5) / 4 * (self.sigma > 3)
        return all_.clamp(-40, 40), errors

    def deviation(self, y):
        """Of the noise where luma is y."""
        lit = (0.15 + 0.85 * ((y - 16) / 110).clamp(0, 2)).sqrt()
        return self.sigma * torch.where((self.kind > 0.5) & (self.kind < 0.7), lit, torch.ones_like(lit))

    def noise(self, plane):
        """Noise of deviation 1, correlated in some of the scenes."""
        white = self.normal(*plane.shape)
        x = torch.arange(-3, 4, device=self.device).view(1, 1, -1, 1).float()
        k = torch.exp(-0.5 * (x / self.width.view(-1, 1, 1, 1)) ** 2)
        k = k / (k * k).sum(2, keepdim=True).sqrt()
        # One blur for each scene: scenes are groups.
        b, c, h, w = plane.shape
        k = k.repeat_interleave(c, 0)
        soft = F.conv2d(white.reshape(1, b * c, h, w), k, padding=(3, 0), groups=b * c)
        soft = F.conv2d(soft, k.transpose(2, 3), padding=(0, 3), groups=b * c).view(b, c, h, w)
        return torch.where(self.kind > 0.7, soft, white)

    def observe(self, clean):
        """Noisy luma and chroma, and what the filter believes the deviations to be: [B, 1, ...] and [B, 2, ...] at half size."""
        y, c = clean[:, :1], F.avg_pool2d(clean[:, 1:], 2)
        dy = self.deviation(y)
        dc = self.chroma * F.avg_pool2d(dy, 2)
        noisy = [y + dy * self.noise(y), c + dc * self.noise(c)]
        noisy = [coded(n, self.kind > 0.9, self.sigma) for n in noisy]
        noisy = [torch.where(self.rounds, n.round(), n).clamp(0, 255) for n in noisy]
        # A tile has one deviation.
        tile = lambda d: F.avg_pool2d(d, TILE).repeat_interleave(TILE, 2).repeat_interleave(TILE, 3)
        belief = self.belief * torch.where(self.kind > 0.7, 0.75 + 0.25 * self.belief.clamp(0.5, 1.1), torch.ones_like(self.belief))
        return (y, c), noisy, (belief * tile(dy), belief * tile(dc.expand(-1, 2, -1, -1)))


def dct():
    i = torch.arange(8).float()
    d = torch.cos(math.pi / 8 * (i.view(1, -1) + 0.5) * i.view(-1, 1)) * 0.5
    d[0] *= math.sqrt(0.5)
    return d


def coded(plane, which, sigma):
    """As a coder leaves it: weak coefficients of blocks of 8x8 are gone."""
    d = dct().to(plane.device)
    b, c, h, w = plane.shape
    blocks = plane.view(b, c, h // 8, 8, w // 8, 8).permute(0, 1, 2, 4, 3, 5)
    found = d @ blocks @ d.T
    step = (1.2 * sigma).view(b, 1, 1, 1, 1, 1)
    kept = torch.where(found.abs() < step, torch.zeros_like(found), found)
    kept[..., 0, 0] = found[..., 0, 0]
    back = (d.T @ kept @ d).permute(0, 1, 2, 4, 3, 5).reshape(plane.shape)
    return torch.where(which, back, plane)
