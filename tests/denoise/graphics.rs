//! Graphics over noise: a clock that runs, and black bars.

use gstwgpu::denoise::Preset;

use super::denoiser_rig::{Picture, Run, clean, noisy};

const SIZE: (u32, u32) = (168, 120);
const SIGMA: f64 = 6.0;

/// A place for a digit: left, top, width, height, width of a stroke, and luma.
type Place = ([usize; 4], usize, f64);

const PLACES: [Place; 4] = [
    ([10, 12, 16, 28], 3, 225.0),
    ([40, 60, 20, 36], 4, 20.0),
    ([90, 14, 24, 44], 5, 225.0),
    ([130, 66, 18, 32], 3, 225.0),
];

/// Digits 0 to 9 on seven segments: top, upper left, upper right, middle, lower left, lower right, bottom.
const DIGITS: [u8; 10] = [
    0b111_0111, 0b010_0100, 0b101_1101, 0b110_1101, 0b010_1110, 0b110_1011, 0b111_1011, 0b010_0101,
    0b111_1111, 0b110_1111,
];

fn draw(picture: &mut Picture, digit: usize, ([left, top, w, h], t, luma): Place) {
    let middle = h / 2;
    let segments = [
        [0, 0, w, t],
        [0, 0, t, middle],
        [w - t, 0, w, middle],
        [0, middle - t / 2, w, middle - t / 2 + t],
        [0, middle, t, h],
        [w - t, middle, w, h],
        [0, h - t, w, h],
    ];
    for (i, [x0, y0, x1, y1]) in segments.into_iter().enumerate() {
        if DIGITS[digit] >> i & 1 == 0 {
            continue;
        }
        for y in top + y0..top + y1 {
            let row = y * picture[0].width + left;
            picture[0].data[row + x0..row + x1].fill(luma);
        }
    }
}

/// A still picture with digits.
fn clock(number: usize) -> Picture {
    let mut picture = clean("I420", SIZE, 0.0, 0.0, 0);
    for (i, place) in PLACES.into_iter().enumerate() {
        draw(&mut picture, (number + 3 * i) % 10, place);
    }
    picture
}

/// Squared error around the digits.
fn error(out: &Picture, truth: &Picture) -> f64 {
    let mut sum = 0.0;
    for ([left, top, w, h], ..) in PLACES {
        for y in top - 4..top + h + 4 {
            for at in y * out[0].width + left - 4..y * out[0].width + left + w + 4 {
                sum += (out[0].data[at] - truth[0].data[at]).powi(2);
            }
        }
    }
    sum
}

/// The last picture of a clip after the denoiser, with noise that depends on the frame only.
fn last(preset: Preset, clip: &[Picture]) -> Picture {
    let noisy: Vec<_> = (0..).zip(clip).map(|(t, c)| noisy(c, SIGMA, t)).collect();
    Run::new(SIZE, preset).pictures(&noisy).pop().unwrap()
}

/// All digits change with each frame, and have no error much larger than the same digits standing still: neither
/// do they keep shadows of those before, nor does the picture around them suffer.
#[test]
fn changed_digits_come_out_clean_at_once() {
    for preset in [Preset::Fast, Preset::Balanced] {
        let (mut changed, mut still) = (0.0, 0.0);
        for frames in [8, 9] {
            let counting: Vec<_> = (0..frames)
                .map(|t: usize| clock(t.saturating_sub(3)))
                .collect();
            let truth = &counting[frames - 1];
            changed += error(&last(preset, &counting), truth);
            still += error(&last(preset, &vec![truth.clone(); frames]), truth);
        }
        let ratio = (changed / still).sqrt();
        // Before, 1.76 with preset `fast` and 2.0 with `balanced`.
        assert!(ratio < 1.62, "{preset:?}: {ratio}");
    }
}

/// Rows of black at the top and bottom, which begin and end in the middle of blocks.
const BAR: usize = 26;

/// Black bars without noise stay black beside a picture with it, and their first row is not pushed below black.
#[test]
fn bars_beside_noise_stay_black() {
    let barred = |mut picture: Picture| {
        for (component, [rows, black]) in
            picture
                .iter_mut()
                .zip([[BAR, 16], [BAR / 2, 128], [BAR / 2, 128]])
        {
            let bar = rows * component.width;
            let last = component.data.len() - bar;
            component.data[..bar].fill(black as f64);
            component.data[last..].fill(black as f64);
        }
        picture
    };
    let still = clean("I420", SIZE, 0.0, 0.0, 0);
    let frames: Vec<_> = (0..6).map(|t| barred(noisy(&still, 15.0, t))).collect();
    for (preset, deepest) in [(Preset::Fast, 14.0), (Preset::Balanced, 13.0)] {
        for (t, out) in Run::new(SIZE, preset).pictures(&frames).iter().enumerate() {
            let bar = BAR * out[0].width;
            let lowest = out[0].data[..bar].iter().copied().fold(255.0, f64::min);
            assert!(lowest >= deepest, "{preset:?} frame {t}: {lowest}");
            let first = &out[0].data[bar - out[0].width..bar];
            let mean = first.iter().sum::<f64>() / first.len() as f64;
            // It was 17.4 to 19.7 with both presets. At first little is known of where the noise is.
            assert!(t < 3 || mean < 16.3, "{preset:?} frame {t}: {mean}");
        }
    }
}
