#!/usr/bin/env python3
"""Make training pairs (clean and damaged I420 frames) and keep them in shards on disk.

Each shard has its own seed, so a shard is the same whenever and in whatever order it is made.
"""
import argparse
import json
from pathlib import Path

import cv2
import numpy as np

import damage
import motion
import pictures

WIDTH, HEIGHT, KEPT = 256, 192, 3


def one_clip(rng, photos, busy):
    """(clean, damaged, description) of the frames kept of one clip."""
    scaled = rng.random() < 0.1
    ratio = float(rng.uniform(0.55, 1.6)) if scaled else 1.0  # stored size over coded size
    w, h = (int(v / ratio) // 16 * 16 for v in (WIDTH, HEIGHT))
    frames = int(rng.integers(5, 13) if busy else rng.integers(4, 10))
    clean, info = motion.clip(rng, photos, w, h, frames, busy)
    kind = rng.random()
    if kind < 0.06 and not scaled:
        bad, info["codec"], info["quality"] = clean, "none", 0.0
    elif kind < 0.16:
        first, was = damage.encode_once(rng, clean, ["x264", "mpeg2", "mjpeg"])
        bad, now = damage.encode_once(rng, first, ["x264", "mpeg2", "mjpeg", "x265"])
        info |= {"codec": f"{was['codec']}+{now['codec']}", "quality": now["quality"]}
    else:
        bad, now = damage.encode_once(rng, clean)
        info |= now
    # The first frame is an I-frame; of the others each is as good as the next.
    keep = [0, *sorted(rng.choice(np.arange(1, len(clean)), KEPT - 1, replace=False))]
    clean, bad = clean[keep], bad[keep]
    if scaled:
        how = [cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4][rng.integers(3)] if ratio > 1 else cv2.INTER_AREA
        clean, bad = (damage.resize(x, WIDTH, HEIGHT, how) for x in (clean, bad))
    info |= {"scaled": scaled, "frames": [int(k) for k in keep]}
    return clean, bad, info


def make_shard(path, photos, seed, clips, busy):
    """Write one shard: pairs as uint8 (pairs, 2, height * 3 / 2, width) and a list of descriptions."""
    rng, pairs, infos = np.random.default_rng(seed), [], []
    while len(infos) < clips:
        try:
            clean, bad, info = one_clip(rng, photos, busy)
        except Exception as e:  # an encoder that refuses one odd setting must not end the run
            print(f"{path.name}: skipped, {e}", flush=True)
            continue
        pairs.append(np.stack([clean, bad], 1))
        infos.append(info)
    part = path.with_suffix(".part")
    with open(part, "wb") as f:
        np.save(f, np.concatenate(pairs))
    path.with_suffix(".json").write_text(json.dumps(infos))
    part.replace(path)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--photos", nargs="+", required=True, help="folders of photos")
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--shards", type=int, default=40)
    ap.add_argument("--first", type=int, default=0, help="number of the first shard")
    ap.add_argument("--clips", type=int, default=40, help="clips a shard; three pairs each")
    ap.add_argument("--calm", action="store_true", help="rigid motion and plain photos alone")
    ap.add_argument("--seed", type=int, default=1)
    opt = ap.parse_args()
    cv2.setNumThreads(1)
    opt.out.mkdir(parents=True, exist_ok=True)
    photos = pictures.load_photos(opt.photos)
    train = {k: v for k, v in photos.items() if k not in pictures.HELD_BACK}
    for i in range(opt.first, opt.first + opt.shards):
        path = opt.out / f"train{i:03}.npy"
        if not path.exists():
            make_shard(path, train, (opt.seed, i), opt.clips, not opt.calm)
            print(path, flush=True)


if __name__ == "__main__":
    main()
