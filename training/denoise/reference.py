"""What `wgpudenoise preset=quality` gains on the held-back clips of `train.py`: writes quality.json beside it.

Needs gst-launch-1.0 and the plugin where GStreamer finds it. The element is told the deviation of the noise.
"""
import json
import os
import subprocess
import tempfile

import numpy as np
import torch

from train import FRAMES, HERE, KINDS, QUALITY, SIGMAS, held_scenes, held_sources, psnr


def run(frames, sigma, preset='quality'):
    """The element's output for I420 frames [n, h * 3 / 2, w]."""
    n, rows, w = frames.shape
    h = rows * 2 // 3
    with tempfile.TemporaryDirectory() as folder:
        source, target = (os.path.join(folder, name) for name in ('in.yuv', 'out.yuv'))
        frames.tofile(source)
        subprocess.run(['gst-launch-1.0', '-q', 'filesrc', f'location={source}', '!', 'rawvideoparse', 'format=i420', f'width={w}', f'height={h}', '!',
                        'wgpudenoise', f'preset={preset}', f'sigma={sigma:.3f}', '!', 'filesink', f'location={target}'], check=True, timeout=600)
        return np.fromfile(target, np.uint8).reshape(frames.shape)


def main():
    held, found = held_sources(), {}
    for label, kind in KINDS.items():
        for sigma in SIGMAS:
            scenes = held_scenes(held, sigma, kind)
            shown = []
            for _ in range(FRAMES):
                clean, vectors, _ = scenes.next()
                truth, noisy, _ = scenes.observe(clean)
                # As `Stream` draws them: what follows must come out the same.
                scenes.candidates(vectors)
                shown.append((truth, noisy))
            size = shown[0][0][0].shape[-1]
            flat = lambda y, c: np.concatenate([y.reshape(y.shape[0], -1), c.reshape(c.shape[0], -1)], 1)
            frames = [flat(*(p.clamp(0, 255).round().byte().numpy() for p in noisy)) for _, noisy in shown]
            frames = np.stack(frames, 1).reshape(len(frames[0]), FRAMES, size * 3 // 2, size)
            deviation = np.mean([(n[0] - t[0]).std().item() for t, n in shown])
            gains = []
            for i, clip in enumerate(frames):
                out = torch.from_numpy(run(clip, deviation).reshape(FRAMES, -1)).float()
                y, c = out[:, :size * size].view(-1, 1, size, size), out[:, size * size:].view(-1, 2, size // 2, size // 2)
                for t in range(2, FRAMES):
                    truth, noisy = shown[t]
                    pairs = ((y, 0), (c, 1))
                    gains.append([(psnr(o[t:t + 1], truth[j][i:i + 1]) - psnr(noisy[j][i:i + 1], truth[j][i:i + 1])).item() for o, j in pairs])
            found[f'{label} {sigma}'] = [round(g, 3) for g in np.mean(gains, 0).tolist()]
            print(label, sigma, f'deviation {deviation:.1f}', found[f'{label} {sigma}'], flush=True)
            with open(QUALITY, 'w') as file:
                json.dump(found, file, indent=1)


if __name__ == '__main__':
    main()
