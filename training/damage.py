"""Damage by real encoders: raw I420 clips through FFmpeg and back."""
import os
import subprocess
import tempfile
from pathlib import Path

import cv2
import imageio_ffmpeg
import numpy as np

FFMPEG = os.environ.get("FFMPEG") or imageio_ffmpeg.get_ffmpeg_exe()
SCRATCH = "/dev/shm" if Path("/dev/shm").is_dir() else None


def transcode(frames, encoder, container, pix="yuv420p", rate=25):
    """Encode and decode I420 frames (n, height * 3 / 2, width); the same shape comes back.

    `encoder` is FFmpeg's encoder and its options. With pix = "yuvj420p" code values stay as they are.
    """
    n, rows, width = frames.shape
    raw = ["-f", "rawvideo", "-pix_fmt", pix, "-s", f"{width}x{rows * 2 // 3}", "-r", str(rate)]
    quiet = [FFMPEG, "-hide_banner", "-loglevel", "error", "-y"]
    with tempfile.NamedTemporaryFile(suffix="." + container, dir=SCRATCH) as f:
        subprocess.run([*quiet, *raw, "-i", "-", "-c:v", *map(str, encoder), "-threads", "1", "-pix_fmt", pix, "-f", container, f.name],
                       input=frames.tobytes(), check=True, stderr=subprocess.DEVNULL)
        demux = {"mpeg2video": "mpegvideo"}.get(container, container)
        out = subprocess.run([*quiet, "-threads", "1", "-f", demux, "-i", f.name, "-fps_mode", "passthrough", "-pix_fmt", pix,
                              "-f", "rawvideo", "-"], capture_output=True, check=True).stdout
    out = np.frombuffer(out, np.uint8)
    if out.size != frames.size:
        raise ValueError(f"{encoder}: {out.size} bytes out, {frames.size} in")
    return out.reshape(frames.shape)


def x264(rng):
    """crf 14..47: a quarter light, most between 27 and 44; presets as they are met."""
    crf = rng.uniform(14, 27) if rng.random() < 0.27 else rng.triangular(26, 36, 47)
    preset = rng.choice(["ultrafast", "veryfast", "fast", "medium", "slow"], p=[0.06, 0.2, 0.14, 0.5, 0.1])
    args = ["libx264", "-preset", preset, "-crf", f"{crf:.1f}"]
    if rng.random() < 0.12:
        args += ["-tune", str(rng.choice(["film", "animation", "grain", "zerolatency"]))]
    if rng.random() < 0.1:
        args += ["-profile:v", "baseline"]
    return args, "h264", "yuv420p", crf


def x265(rng):
    crf = rng.uniform(18, 28) if rng.random() < 0.25 else rng.uniform(28, 46)
    return ["libx265", "-preset", str(rng.choice(["ultrafast", "veryfast", "medium"], p=[0.3, 0.4, 0.3])), "-crf", f"{crf:.1f}",
            "-x265-params", "log-level=none:pools=1:frame-threads=1"], "hevc", "yuv420p", crf


def av1(rng):
    crf = int(rng.integers(20, 64))
    return ["libsvtav1", "-preset", str(rng.choice([8, 10])), "-crf", str(crf), "-svtav1-params", "lp=1"], "ivf", "yuv420p", crf * 0.75


def mpeg2(rng):
    """Half at a steady quantizer, half at a rate: 0.03 to 0.7 bits a pixel."""
    args = ["mpeg2video", "-g", str(rng.choice([12, 15, 1, 6], p=[0.6, 0.2, 0.1, 0.1])), "-bf", str(rng.choice([0, 2], p=[0.25, 0.75]))]
    if rng.random() < 0.5:
        q = float(np.exp(rng.uniform(np.log(2), np.log(31))))
        return [*args, "-q:v", f"{q:.1f}"], "mpeg2video", "yuv420p", q
    bits = float(np.exp(rng.uniform(np.log(0.03), np.log(0.7))))
    return [*args, "-bits-a-pixel", bits], "mpeg2video", "yuv420p", bits


def mpeg4(rng):
    q = float(np.exp(rng.uniform(np.log(2), np.log(31))))
    return ["mpeg4", "-g", "24", "-bf", str(rng.choice([0, 2])), "-q:v", f"{q:.1f}"], "m4v", "yuv420p", q


def mjpeg(rng):
    q = float(np.exp(rng.uniform(np.log(2.5), np.log(31))))
    return ["mjpeg", "-q:v", f"{q:.1f}"], "mjpeg", "yuvj420p", q


CODECS = {"x264": (x264, 0.46), "mpeg2": (mpeg2, 0.17), "mjpeg": (mjpeg, 0.17), "x265": (x265, 0.08), "av1": (av1, 0.06), "mpeg4": (mpeg4, 0.06)}


def encode_once(rng, frames, names=None):
    """One random codec at random quality; returns (decoded frames, description)."""
    names = names or list(CODECS)
    p = np.array([CODECS[n][1] for n in names])
    name = str(rng.choice(names, p=p / p.sum()))
    args, container, pix, quality = CODECS[name][0](rng)
    if "-bits-a-pixel" in args:
        area = frames.shape[1] * 2 // 3 * frames.shape[2]
        rate = int(args[-1] * area * 25)
        args = [*args[:-2], "-b:v", str(rate), "-maxrate", str(rate), "-bufsize", str(rate // 5)]
    return transcode(frames, args, container, pix), {"codec": name, "quality": float(quality)}


def resize(frames, width, height, how):
    """I420 frames at another size, each plane on its own."""
    n, rows, w = frames.shape
    h = rows * 2 // 3
    out = []
    for f in frames:
        y, u, v = f[:h], f[h:h + h // 4].reshape(h // 2, w // 2), f[h + h // 4:].reshape(h // 2, w // 2)
        planes = [cv2.resize(y, (width, height), interpolation=how)]
        planes += [cv2.resize(p, (width // 2, height // 2), interpolation=how).reshape(height // 4, width) for p in (u, v)]
        out.append(np.concatenate(planes))
    return np.stack(out)
