"""A block coder of our own in PyTorch: what JPEG and MPEG-2 do, without a bit stream, so that clips get new damage on every draw and on any machine."""
import torch
import torch.nn.functional as F

BASIS = torch.tensor([[(0.125 ** 0.5 if k == 0 else 0.5) for _ in range(8)] for k in range(8)])
BASIS = BASIS * torch.cos(torch.pi * (torch.arange(8) + 0.5) * torch.arange(8)[:, None] / 8)
# Coarser for high frequencies, as both standards' tables are on the whole.
SLOPE = 1 + 0.16 * (torch.arange(8)[:, None] + torch.arange(8)).float()


def quantized(planes, step, intra):
    """Planes [B, C, H, W] after their 8x8 blocks went through the quantizer: `step` [B]; what is not `intra` has a dead zone."""
    b, c, height, width = planes.shape
    padded = F.pad(planes, (0, -width % 8, 0, -height % 8), mode='replicate')
    rows, columns = padded.shape[-2] // 8, padded.shape[-1] // 8
    blocks = padded.reshape(b, c, rows, 8, columns, 8).transpose(3, 4)
    basis, slope = BASIS.to(planes.device), SLOPE.to(planes.device)
    steps = step[:, None, None, None, None, None] * (slope if intra else 0.5 * (slope + 1))
    if intra:
        steps = torch.cat([steps[..., :1].clamp(max=8.0 * 4), steps[..., 1:]], -1)
    freq = basis @ blocks @ basis.T
    ratio = freq / steps
    whole = ratio.round() if intra else ratio.sign() * (ratio.abs() + 0.2).floor()
    back = (basis.T @ (whole * steps) @ basis).transpose(3, 4).reshape(b, c, rows * 8, columns * 8)
    return back[..., :height, :width]


def coded(y, uv, motion, places, generator):
    """Clips luma [T, B, H, W] and chroma [T, B, 2, H/2, W/2] coded and decoded: half as pictures each by itself, half with the motion [T-1, B, 2, .., ..]
    to the decoded picture before. `places` gives positions for grid_sample."""
    count = y.shape[1]
    rand = lambda: torch.rand(count, generator=generator).to(y.device)
    step = torch.exp(rand() * 2.4 + 1.6)         # 5 to 55
    alone, chroma = rand() < 0.5, 0.7 + 0.8 * rand()
    outs, last = [], None
    for t in range(len(y)):
        now = step * torch.exp(0.25 * (rand() - 0.5))
        if last is None:
            out = quantized(y[t][:, None], now, True)[:, 0], quantized(uv[t], now * chroma, True)
        else:
            sample = lambda p, units: F.grid_sample(p, places(p.shape[-2:], motion[t - 1], units), mode='bilinear', padding_mode='border', align_corners=True)
            keep = (~alone).float()
            py, puv = sample(last[0][:, None], 1)[:, 0] * keep[:, None, None], sample(last[1], 2) * keep[:, None, None, None]
            first = quantized((y[t] - py)[:, None], now, True)[:, 0], quantized(uv[t] - puv, now * chroma, True)
            later = quantized((y[t] - py)[:, None], now, False)[:, 0], quantized(uv[t] - puv, now * chroma, False)
            out = [p + torch.where(alone.reshape(-1, *[1] * (p.dim() - 1)), a, b) for p, a, b in ((py, first[0], later[0]), (puv, first[1], later[1]))]
        last = [p.clamp(0, 255).round() for p in out]
        outs.append(last)
    return torch.stack([o[0] for o in outs]), torch.stack([o[1] for o in outs])
