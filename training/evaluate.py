#!/usr/bin/env python3
"""Score a weights file: gain in PSNR-Y and SSIM-Y over the damaged picture, column by column.

`make` writes validation pairs from the held-back photos. `score` reads a weights file and gives the
mean gain on such pairs, or on videos damaged the same way as by common quality scripts (24 frames, at
most 360 lines).
"""
import argparse
import re
import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np

import damage
import motion
import network
import pictures

X264, MPEG2 = ["libx264", "-preset", "medium"], ["mpeg2video", "-g", "12", "-bf", "2"]


def rated(kbit):
    return ["-b:v", f"{kbit}k", "-maxrate", f"{kbit}k", "-bufsize", f"{kbit // 5}k"]


# name: encoder, container, pixel format
COLUMNS = {
    "clean": None,
    "crf18": ([*X264, "-crf", 18], "h264", "yuv420p"), "crf24": ([*X264, "-crf", 24], "h264", "yuv420p"),
    "crf32": ([*X264, "-crf", 32], "h264", "yuv420p"), "crf38": ([*X264, "-crf", 38], "h264", "yuv420p"),
    "crf43": ([*X264, "-crf", 43], "h264", "yuv420p"), "mpeg2": ([*MPEG2, *rated(500)], "mpeg2video", "yuv420p"),
    "mjpeg": (["mjpeg", "-q:v", 20], "mjpeg", "yuvj420p"),
    "x265": (["libx265", "-preset", "medium", "-crf", 34, "-x265-params", "log-level=none:pools=1:frame-threads=1"], "hevc", "yuv420p"),
    "av1": (["libsvtav1", "-preset", "8", "-crf", 50, "-svtav1-params", "lp=1"], "ivf", "yuv420p"),
}


def make(folder, photos, clips=14, seed=7):
    """Clips over the held-back photos through each column; three frames of each are kept."""
    held = {k: v for k, v in pictures.load_photos(photos).items() if k in pictures.HELD_BACK}
    rng, out = np.random.default_rng(seed), {k: [] for k in COLUMNS}
    for _ in range(clips):
        clean, _info = motion.clip(rng, held, 320, 192, 12, busy=False, artificial=0.0)
        for name, how in COLUMNS.items():
            if name == "mpeg2":  # the same bits a pixel as 500 kbit/s at 640 x 360
                how = ([*MPEG2, *rated(140)], *how[1:])
            bad = damage.transcode(clean, *how) if how else clean
            out[name].append(np.stack([clean, bad], 1)[[0, 5, 10]])
    np.savez(folder, **{k: np.concatenate(v) for k, v in out.items()})


def psnr(a, b):
    return 10 * np.log10(65025 / max(1e-9, ((a.astype(np.float64) - b) ** 2).mean()))


def ssim(a, b):
    """FFmpeg's kind of SSIM: 8 x 8 windows at every fourth pixel."""
    a, b = a.astype(np.float32), b.astype(np.float32)
    box = lambda x: cv2.blur(x, (8, 8))[4:-3:4, 4:-3:4]
    ma, mb = box(a), box(b)
    va, vb, cov = box(a * a) - ma * ma, box(b * b) - mb * mb, box(a * b) - ma * mb
    c1, c2 = 6.5025, 58.5225
    return float(((2 * ma * mb + c1) * (2 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))).mean())


def gains(net, clean, bad, strength=1.0):
    """Mean over frames: PSNR-Y gain (PSNR itself on undamaged input), SSIM-Y gain, PSNR-U and V gain."""
    out, rows = network.repair(net, bad, strength), []
    h = clean.shape[1] * 2 // 3
    for c, b, o in zip(clean, bad, out):
        if np.array_equal(c, b):
            rows.append((min(100.0, psnr(c[:h], o[:h])), 0.0, min(100.0, psnr(c[h:], o[h:]))))
        else:
            rows.append((psnr(c[:h], o[:h]) - psnr(c[:h], b[:h]), ssim(c[:h], o[:h]) - ssim(c[:h], b[:h]),
                         psnr(c[h:], o[h:]) - psnr(c[h:], b[h:])))
    return np.mean(rows, 0)


def score(net, path, step=1):
    """{column: (PSNR-Y gain, SSIM gain, chroma gain)} on each step-th frame of a file that `make` wrote."""
    with np.load(path) as data:
        return {k: gains(net, data[k][::step, 0], data[k][::step, 1]) for k in data.files}


def summary(scores):
    return " ".join(f"{k} {y:+.2f}/{s * 1000:+.1f}/{c:+.2f}" for k, (y, s, c) in scores.items())


def read_clip(path, frames=24, lines=360):
    """The first frames of a video as I420, scaled down to at most `lines`."""
    vf = (f"scale=-2:'trunc(min(ih,{lines})/2)*2':flags=area+accurate_rnd,crop='trunc(iw/8)*8':'trunc(ih/2)*2',format=yuv420p")
    with tempfile.NamedTemporaryFile(suffix=".yuv", dir=damage.SCRATCH) as f:
        log = subprocess.run([damage.FFMPEG, "-hide_banner", "-y", "-i", path, "-vf", vf, "-frames:v", str(frames), "-fps_mode",
                              "passthrough", "-f", "rawvideo", f.name], capture_output=True, text=True, check=True).stderr
        w, h = map(int, re.findall(r"rawvideo.*?\b(\d{2,5})x(\d{2,5})\b", log)[-1])
        fps = max(1, round(float((re.findall(r"([\d.]+) fps", log) or [25])[0])))
        return np.fromfile(f.name, np.uint8).reshape(-1, h * 3 // 2, w), fps


def videos(net, paths, columns, strength=1.0):
    """{clip: {column: gains}}."""
    out = {}
    for path in paths:
        clean, fps = read_clip(path)
        for name in columns:
            bad = damage.transcode(clean, *COLUMNS[name], rate=fps) if COLUMNS[name] else clean
            out.setdefault(path.stem, {})[name] = gains(net, clean, bad, strength)
        print(path.stem, summary(out[path.stem]), flush=True)
    return out


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("task", choices=["make", "score"])
    ap.add_argument("--photos", nargs="+", help="make: folders of photos")
    ap.add_argument("--valid", type=Path, required=True, help="validation pairs (.npz), or score: a folder of videos")
    ap.add_argument("--weights", type=Path)
    ap.add_argument("--columns", default="clean,crf18,crf24,crf32,crf38,crf43,mpeg2,mjpeg")
    ap.add_argument("--strength", type=float, default=1.0)
    opt = ap.parse_args()
    if opt.task == "make":
        return make(opt.valid, opt.photos)
    net = network.load(opt.weights)
    if not opt.valid.is_dir():
        return print(summary(score(net, opt.valid)))
    rows = videos(net, sorted(opt.valid.iterdir()), opt.columns.split(","), opt.strength)
    print("mean", summary({c: np.mean([r[c] for r in rows.values()], 0) for c in opt.columns.split(",")}))


if __name__ == "__main__":
    main()
