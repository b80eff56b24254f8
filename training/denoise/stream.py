"""Scenes through the recursion: at each step every scene of a batch shows its next frame and what the network reads of it."""
import torch
import torch.nn.functional as F

import blocks
from recursion import Places, choose_motion, chroma_motion, update


def blur(plane):
    k = plane.new_tensor([1., 2., 1.]) / 4
    plane = F.conv2d(F.pad(plane, (1, 1, 1, 1), 'replicate'), (k.view(1, 3) * k.view(3, 1)).view(1, 1, 3, 3))
    return plane


class Stream:
    """The recursion's memory for a batch of scenes, and the network's own last output."""

    def __init__(self, scenes, device):
        self.scenes, self.device, self.state, self.last = scenes, device, None, None

    @torch.no_grad()
    def next(self):
        """((luma, chroma, sigma) that `network.cells` takes, true luma, restart)."""
        scenes = self.scenes
        clean, vectors, restart = scenes.next()
        (y, c), (ny, nc), (dy, dc) = scenes.observe(clean)
        vectors, errors = scenes.candidates(vectors)
        y, c, ny, nc, dy, dc, vectors, errors, restart = (x.to(self.device) for x in (y, c, ny, nc, dy, dc, vectors, errors, restart))
        if self.state is None:
            self.state = (ny, dy * dy), (nc, dc * dc)
            self.last, restart = ny, torch.ones_like(restart)
        # The search compares a picture with some of the noise left with the last output.
        pilot = y + 1.2 * blur(ny - y)
        motion = choose_motion(vectors, pilot, self.last, dy.mean((1, 2, 3))) + errors
        places = Places(motion, *y.shape[-2:])
        small = Places(chroma_motion(motion), *c.shape[-2:])
        luma = update(self.state[0], places, ny, dy * dy, restart)
        chroma = update(self.state[1], small, nc, dc * dc, restart)
        self.state = luma, chroma
        return ((luma[0], luma[1].sqrt(), ny, blocks.shrink(*luma)), (chroma[0], chroma[1].sqrt(), nc), dy), y, restart

    def keep(self, output):
        """The output that the next frame is compared with."""
        self.last = output.detach().clamp(-20, 275)
