"""What the shaders of `wgputone` measure, estimate and apply, of one picture without a past."""
import numpy as np

from damage import KB, KG, KR

BINS = 64


def to_ycc(rgb):
    y = rgb @ np.array([KR, KG, KB], np.float32)
    return y, (rgb[..., 2] - y) / (2 * (1 - KB)), (rgb[..., 0] - y) / (2 * (1 - KR))


def quantile(shares, wanted):
    below = np.concatenate([[0], np.cumsum(shares)])
    at = max(min(np.searchsorted(below, wanted), BINS), 1)
    part = (wanted - below[at - 1]) / max(shares[at - 1], 1e-9)
    return (at - 1 + np.clip(part, 0, 1)) / BINS


def measured(rgb):
    """tone/measure.wgsl"""
    y, cb, cr = to_ycc(rgb)
    shares = np.bincount(np.clip((y * BINS).astype(int), 0, BINS - 1).ravel(), minlength=BINS) / y.size
    counts = (y > 0.02) & (y < 0.97)
    square = (cb * cb + cr * cr) / (y + 0.05) ** 2
    grey = lambda most: np.maximum(0, 1 - square / most ** 2) ** 2
    weights = [counts * y ** 3, counts * grey(0.12), counts * grey(0.35)]
    sums = [[(w * v).mean() for v in (1, y, cb, cr)] for w in weights]
    quads = lambda v: v[:, :v.shape[1] // 4 * 4].reshape(v.shape[0], -1, 4).mean(-1)
    return dict(
        quantiles=[quantile(shares, q) for q in (0.005, 0.5, 0.995)], clipped=shares[-2:].sum(), sums=sums,
        most=quads(y).max(), least=quads(y).min(), colours=np.array([quads(rgb[..., c]).max() for c in range(3)]))


# Names in the shader of the first numbers; 16 weights of colours follow.
NAMES = ['TOP_FLOOR', 'TOP_RAMP', 'TOP_SLOPE', 'CLIPPED_SHARE', 'CLIPPED_SLOPE', 'LIFT_FLOOR', 'LIFT_SHARE', 'UNSURE_CAST']
START = np.array([0.38, 0.2, 2.2, 0.13, 4.6, 0.025, 1.0, 0.22])


def estimate(found, numbers):
    """tone/shared/tone_estimate.wgsl: stops, lift, luma of the brightest spot, and the colours that casts follow from."""
    v = dict(zip(NAMES, numbers))
    low, middle, high = found['quantiles']
    fog = np.clip((0.45 - low) / 0.2, 0, 1)
    lift = np.clip(max(0, min(found['least'], low) - v['LIFT_FLOOR']) * v['LIFT_SHARE'] * fog, 0, 0.2)
    top, peak, middle = (max(luma - lift, 0.004) / (1 - lift) for luma in (found['most'], high, middle))
    short = -np.log2(min(top, 1))
    # Not fitted: photographs have no lamps in dark rooms.
    gap = max(0, -0.6 - np.log2(min(peak / max(top, 0.02), 1)))
    dark = short * v['TOP_SLOPE'] * np.clip((short - v['TOP_FLOOR']) / v['TOP_RAMP'], 0, 1) + 0.8 * gap + 0.2 * min(gap / 0.3, 1)
    share = max(0, np.sqrt(found['clipped']) - v['CLIPPED_SHARE']) * v['CLIPPED_SLOPE']
    bright = share * np.clip(2 * np.log2(middle / 0.35), 0, 1)
    stops = np.clip(np.clip((high - 0.04) / 0.08, 0, 1) * (bright - dark), -2.5, 1.5)
    colours = []
    for weight, luma, blue, red in found['sums']:
        below = max(luma - lift * weight, 0.05 * weight) + 1e-4
        colours += [np.clip(blue / below, -0.15, 0.15), np.clip(red / below, -0.15, 0.15)]
    tops = np.maximum(found['colours'] - lift, 0.02)
    colours += [np.clip(np.log2(tops[0] / tops[1]), -0.5, 0.5), np.clip(np.log2(tops[2] / tops[1]), -0.5, 0.5)]
    return stops, lift, top, np.array(colours)


def cast_of(colours, numbers):
    stops = colours @ numbers[len(NAMES):].reshape(-1, 2)
    return stops * np.clip(np.hypot(*stops) / numbers[7] - 1, 0, 1)


def toned(luma, gain, top):
    if gain < 1:
        return luma * (gain + (1 - gain) * np.clip(luma, 0, 1) ** 6)
    far, top = luma * gain, max(top * gain, 1)
    steep, over = (top - 0.7) / 0.3, np.maximum((far - 0.7) / (top - 0.7), 0)
    return np.where(far < 0.7, far, 0.7 + 0.3 * steep * over / (1 + (steep - 1) * over))


def applied(rgb, stops, lift, top, cast):
    """tone/apply.wgsl"""
    gains = 2.0 ** (-np.array([cast[0], 0, cast[1]]) / 2.2)
    rgb = (rgb - lift) / (1 - lift) * gains / (gains @ [KR, KG, KB])
    luma = rgb @ np.array([KR, KG, KB])
    gain = 2.0 ** (-stops / 2.2)
    return rgb * np.where(luma < 1 / 1024, gain, toned(luma, gain, top) / np.maximum(luma, 1 / 1024))[..., None]
