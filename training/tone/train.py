"""Fits the numbers of tone/shared/tone_trained.wgsl to photographs with known damage; see README.md.

usage: train.py --photos FOLDER... [--turns 120] [--fold 0|1|2]
"""
import argparse

import numpy as np

import damage
import tone

# How far a turn of the search goes.
REACH = np.array([0.04, 0.05, 0.1, 0.02, 0.6, 0.01, 0.05, 0.04] + [0.25] * 16)
# Mean CIEDE2000 that undamaged pictures may get.
HARMLESS = 1.7


def examples(folders):
    random = np.random.default_rng(11)
    found = []
    for index, picture in enumerate(damage.photographs(folders, 480)):
        picture = picture[1::2, 1::2]
        for case, how in damage.CASES.items():
            sent = damage.damaged(picture, random, **how)
            found.append((index, case, picture[1::8, 1::8], sent[1::8, 1::8], tone.measured(sent), damage.truth(**how)))
    return found


def casts(all_examples, numbers):
    """Weights of colours by least squares."""
    colours = np.array([tone.estimate(found, numbers)[3] for *_, found, _ in all_examples])
    wanted = np.array([cast for *_, cast in all_examples])
    return np.linalg.solve(colours.T @ colours + 0.05 * np.eye(8), colours.T @ wanted).ravel()


def errors(all_examples, numbers):
    """Mean CIEDE2000 of damaged and of undamaged pictures after correction."""
    damaged, undamaged = [], []
    for _, case, picture, sent, found, _ in all_examples:
        stops, lift, top, colours = tone.estimate(found, numbers)
        corrected = tone.applied(sent, stops, lift, top, tone.cast_of(colours, numbers))
        (undamaged if case == 'original' else damaged).append(damage.difference(corrected, picture).mean())
    return np.mean(damaged), np.mean(undamaged)


def loss(all_examples, numbers):
    damaged, undamaged = errors(all_examples, numbers)
    return damaged + 2 * max(0, undamaged - HARMLESS) + 0.3 * undamaged


def searched(all_examples, turns):
    random = np.random.default_rng(3)
    numbers = np.concatenate([tone.START, casts(all_examples, tone.START)])
    least = loss(all_examples, numbers)
    for turn in range(turns):
        tried = numbers + random.normal(0, 1, numbers.size) * REACH * (random.random(numbers.size) < 0.25) * (1 if turn < turns / 2 else 0.4)
        # A short ramp would make two pictures that look alike differ.
        tried[:8] = np.maximum(tried[:8], [0, 0.15, 0, 0, 0, 0, 0, 0.05])
        if turn % 40 == 39:
            tried = np.concatenate([numbers[:8], casts(all_examples, numbers)])
        now = loss(all_examples, tried)
        if now < least:
            least, numbers = now, tried
        if turn % 20 == 19:
            print(f'turn {turn + 1}: {least:.3f}', flush=True)
    return numbers


def lines(numbers):
    """The numbers as the shader has them."""
    text = [f'const {name}: f32 = {value:.3f};' for name, value in zip(tone.NAMES, numbers)]
    pairs = [f'vec2f({red:.3f}, {blue:.3f})' for red, blue in numbers[8:].reshape(-1, 2)]
    for name, three in (('CAST_OF_BLUE', pairs[0:6:2]), ('CAST_OF_RED', pairs[1:6:2])):
        text.append(f'const {name} = array<vec2f, 3>({", ".join(three)});')
    text += [f'const CAST_OF_TOP_RED = {pairs[6]};', f'const CAST_OF_TOP_BLUE = {pairs[7]};']
    return '\n'.join(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--photos', nargs='+', required=True)
    parser.add_argument('--turns', type=int, default=120)
    parser.add_argument('--fold', type=int, default=-1)
    options = parser.parse_args()
    found = examples(options.photos)
    kept = [one for one in found if options.fold < 0 or one[0] % 3 != options.fold]
    numbers = searched(kept, options.turns)
    print(lines(numbers))
    print('damaged %.2f, undamaged %.2f' % errors(kept, numbers))
    left_out = [one for one in found if one[0] % 3 == options.fold]
    if left_out:
        print('left out: damaged %.2f, undamaged %.2f' % errors(left_out, numbers))


if __name__ == '__main__':
    main()
