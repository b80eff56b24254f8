//! Block motion against twins.

use gstwgpu::denoise::guide::{FullGuide, Guide, GuideMaker};
use gstwgpu::denoise::motion::Motion;
use gstwgpu::denoise::motion_fine::FineMotion;
use gstwgpu::denoise::scene_cut::SceneCut;
use gstwgpu::gpu::Image;

use super::rig::{SIZES, filled, held, noise_model, read_image, submit, values, write_image};
use crate::denoise::noise_rig::{Random, read};
use crate::reference::guide_full::full;
use crate::reference::guide_pyramid::{Level, pyramid};
use crate::reference::motion_refine::refine;
use crate::reference::motion_search::{Matches, moved, search, vertex};
use crate::reference::samples::Samples;
use crate::reference::scene_cut::{activity, is_cut};
use crate::reference::settled_motion::settled;

/// Standard deviation of the noise in the model.
const SIGMA: f64 = 5.0;

/// Waves of several lengths, shifted by `shift` to the left and up, and noise.
fn waves(size: (u32, u32), shift: [f64; 2], sigma: f64, seed: u64) -> Samples {
    let mut random = Random(seed);
    Samples::from_fn(filled(size), |x, y| {
        let (x, y) = (x as f64 + shift[0], y as f64 + shift[1]);
        let long = (x * 0.11 + y * 0.05).sin() * 35.0 + (y * 0.13 - x * 0.03).sin() * 35.0;
        let short = (x * 0.41 - y * 0.37).sin() * 20.0 + (x * 0.23 + y * 0.52).cos() * 15.0;
        held((120.0 + long + short + sigma * random.gauss()).clamp(0.0, 255.0))
    })
}

/// Current picture and reference: waves that move, with another vector in a corner and less light beside it.
fn pair(size: (u32, u32)) -> [Samples; 2] {
    let current = waves(size, [0.0, 0.0], SIGMA, 1);
    let far = waves(size, [-9.0, 6.5], 1.0, 2);
    let mut reference = waves(size, [2.5, -1.25], 1.0, 2);
    for at in 0..reference.data.len() {
        if at % reference.width > reference.width / 2 && at / reference.width > 20 {
            reference.data[at] = far.data[at];
        } else if at % reference.width > reference.width / 3 {
            reference.data[at] = (reference.data[at] - 9.0).max(0.0);
        }
    }
    [current, reference]
}

/// Pixels without similar neighbours, in patches of 24x24 that move differently.
fn patches(size: (u32, u32)) -> [Samples; 2] {
    let mut random = Random(8);
    let reference = Samples::from_fn(filled(size), |_, _| held(255.0 * random.uniform()));
    // Blurred, or the coarse levels would see nothing.
    let reference = Samples::from_fn(filled(size), |x, y| {
        let around = (0..25).map(|i| reference.nearest(x as i64 + i % 5 - 2, y as i64 + i / 5 - 2));
        held(128.0 + (around.sum::<f64>() / 25.0 - 128.0) * 3.0)
    });
    let vectors: Vec<[i64; 2]> = (0..100)
        .map(|_| [0, 0].map(|_: i64| (50.0 * random.uniform() - 25.0) as i64))
        .collect();
    let current = Samples::from_fn(filled(size), |x, y| {
        let [dx, dy] = vectors[x / 24 % 10 + y / 24 % 10 * 10];
        held(reference.nearest(x as i64 + dx, y as i64 + dy) + SIGMA * random.gauss())
    });
    [current, reference]
}

/// Bonus of the zero vector over 144 pixels, at a reduced size and with a part of the noise.
fn bonus(part: f64, reduction: f64) -> f64 {
    0.04 * 144.0 * SIGMA * part / reduction
}

/// Twin of the whole search, coarsest level first.
fn search_all(current: &[Level; 3], reference: &[Level; 3], part: f64) -> Matches {
    let third = search(&current[2], &reference[2], None, 4, bonus(part, 8.0));
    let second = search(
        &current[1],
        &reference[1],
        Some(&third),
        2,
        bonus(part, 4.0),
    );
    search(
        &current[0],
        &reference[0],
        Some(&second),
        1,
        bonus(part, 2.0),
    )
}

/// Vectors, mean differences of the matches, and changes of brightness.
fn read_vectors(image: &Image) -> Vec<[f64; 4]> {
    let float = |b: &[u8]| f64::from(f32::from_le_bytes(b.try_into().unwrap()));
    let texels = read_image(image);
    let texel = |t: &[u8; 16]| [0, 4, 8, 12].map(|at| float(&t[at..at + 4]));
    texels.iter().map(texel).collect()
}

fn estimate(
    size: (u32, u32),
    [current, reference]: &[Samples; 2],
    part: f32,
    fine: bool,
) -> Vec<[f64; 4]> {
    let [one, lanes] =
        [false, true].map(|lanes| estimate_by(size, [current, reference], part, fine, lanes));
    assert_eq!(one, lanes, "{size:?}");
    one
}

/// Searches with one invocation, or with a workgroup, for each block.
fn estimate_by(
    size: (u32, u32),
    [current, reference]: [&Samples; 2],
    part: f32,
    fine: bool,
    lanes: bool,
) -> Vec<[f64; 4]> {
    let gpu = crate::gpu::gpu();
    let maker = GuideMaker::new(&gpu).unwrap();
    let motion = Motion::with_lanes(&gpu, size, fine, lanes).unwrap();
    let guides = [Guide::new(&gpu, size), Guide::new(&gpu, size)];
    let planes = [values(size, current), values(size, reference)];
    let noise = noise_model((SIGMA * SIGMA) as f32, &[[0.0; 16]; 3]);
    submit(|r| {
        maker.fill(r, &planes[0], &guides[0])?;
        maker.fill(r, &planes[1], &guides[1])?;
        motion.estimate(r, &guides[0], &guides[1], &noise, part, None)
    });
    read_vectors(motion.field().vectors)
}

/// Vectors that the search by workgroups finds.
pub fn outputs_by_lanes() -> Vec<u8> {
    let by_lanes = |(size, pictures): ((u32, u32), [Samples; 2])| {
        let [current, reference] = &pictures;
        estimate_by(size, [current, reference], 1.0, true, true)
    };
    let vectors = cases().flat_map(by_lanes);
    vectors
        .flat_map(|vector| bytemuck::bytes_of(&vector).to_vec())
        .collect()
}

fn sizes() -> impl Iterator<Item = (u32, u32)> {
    SIZES.into_iter().chain([(150, 75)])
}

fn cases() -> impl Iterator<Item = ((u32, u32), [Samples; 2])> {
    let moved = sizes().map(|size| (size, pair(size)));
    moved.chain([((200, 130), patches((200, 130)))])
}

/// Values stored with a block's vector: cost and change of brightness.
fn assert_rest(what: &str, found: &[f64; 4], cost: f64, brightening: f64) {
    assert!(
        (found[2] - cost / 144.0).abs() < 1e-3,
        "{what}: {found:?}, cost {cost}"
    );
    assert!(
        (found[3] - brightening).abs() < 1e-3,
        "{what}: {found:?}, brighter by {brightening}"
    );
}

/// Vectors of the search are in luma pixels; quarter pixels at half size are rounded.
#[test]
fn the_search_matches_its_twin() {
    for (size, pictures) in cases() {
        let found = estimate(size, &pictures, 1.0, false);
        let (current, reference) = (pyramid(&pictures[0]), pyramid(&pictures[1]));
        let wanted = search_all(&current, &reference, 1.0);
        assert_eq!(found.len(), wanted.all.len());
        for (at, (found, wanted)) in found.iter().zip(&wanted.all).enumerate() {
            let block = [(at % columns(size)) as i64, (at / columns(size)) as i64];
            let what = format!("{size:?} block {block:?}: {found:?}, wanted {wanted:?}");
            let [now, before] = [&current[0], &reference[0]];
            let exact = [0, 1].map(|axis| {
                let costs = [-1, 0, 1].map(|step| {
                    let mut vector = wanted.vector;
                    vector[axis] += step;
                    moved(now, before, block, vector)
                });
                wanted.vector[axis] as f64 + vertex(costs[0], costs[1], costs[2])
            });
            // Between two quarters, either may be meant.
            let least = exact.map(|v| (4.0 * v + 0.499).floor() / 4.0);
            let most = exact.map(|v| (4.0 * v + 0.501).floor() / 4.0);
            let corner = block.map(|b| 8 * b);
            let fits = [least, most, [least[0], most[1]], [most[0], least[1]]]
                .into_iter()
                .any(|vector| {
                    let levels = [now, before];
                    let [x, y, brighter] =
                        settled(levels, corner, vector, bonus(1.0, 2.0), SIGMA * SIGMA);
                    [2.0 * x, 2.0 * y] == found[..2] && (found[3] - brighter).abs() < 1e-3
                });
            assert!(fits, "{what} near {exact:?}");
            assert!((found[2] - wanted.cost / 144.0).abs() < 1e-3, "{what}");
        }
    }
}

#[test]
fn refined_vectors_match_their_twin() {
    for (size, pictures) in cases() {
        let found = estimate(size, &pictures, 0.3, true);
        let (current, reference) = (pyramid(&pictures[0]), pyramid(&pictures[1]));
        let rough = search_all(&current, &reference, 0.3);
        for (at, (found, rough)) in found.iter().zip(&rough.all).enumerate() {
            let corner = [at % columns(size), at / columns(size)].map(|i| 8 * i as i64);
            let start = rough.vector.map(|v| 4 * v);
            let wanted = refine(&current[0], &reference[0], corner, start, bonus(0.3, 2.0));
            let vector = wanted.vector.map(|v| v as f64 / 4.0);
            let levels = [&current[0], &reference[0]];
            let [x, y, brighter] = settled(levels, corner, vector, bonus(0.3, 2.0), SIGMA * SIGMA);
            let what = format!("{size:?} corner {corner:?}");
            assert_eq!(found[..2], [2.0 * x, 2.0 * y], "{what}");
            assert_rest(&what, found, wanted.cost, brighter);
        }
    }
}

/// Successive pictures, and the same after a picture of another scene.
fn scenes() -> impl Iterator<Item = ((u32, u32), [Samples; 2])> {
    cases().flat_map(|(size, [current, reference])| {
        let [other, _] = patches(size);
        let cut = [current.clone(), other];
        [(size, [current, reference]), (size, cut)]
    })
}

/// The vectors equal those of the plain refinement. Each picture is processed twice, to see that the first
/// run leaves all counters at zero.
#[test]
fn refinement_judges_the_scene_as_its_twin() {
    let gpu = crate::gpu::gpu();
    let maker = GuideMaker::new(&gpu).unwrap();
    let noise = noise_model((SIGMA * SIGMA) as f32, &[[0.0; 16]; 3]);
    let mut seen = [0; 2];
    for (size, pictures) in scenes() {
        let motion = Motion::with_scenes(&gpu, size, true).unwrap();
        let judge = SceneCut::new(&gpu, false).unwrap();
        let guides = [Guide::new(&gpu, size), Guide::new(&gpu, size)];
        let planes = [values(size, &pictures[0]), values(size, &pictures[1])];
        for _ in 0..2 {
            submit(|r| {
                maker.fill(r, &planes[0], &guides[0])?;
                maker.fill(r, &planes[1], &guides[1])?;
                motion.estimate(r, &guides[0], &guides[1], &noise, 1.0, Some(&judge))
            });
        }
        let vectors = read_vectors(motion.field().vectors);
        let [current, reference] = &pictures;
        let plain = estimate_by(size, [current, reference], 1.0, true, true);
        assert_eq!(vectors, plain, "{size:?}");
        let differences: Vec<f64> = vectors.iter().map(|vector| vector[2]).collect();
        let wanted = is_cut(&differences, SIGMA * SIGMA);
        let found: Vec<u32> = bytemuck::pod_collect_to_vec(&read(judge.scene()));
        let is_cut = u32::from(wanted);
        assert_eq!(found[..2], [is_cut, 2 * is_cut], "{size:?}");
        let blocks: Vec<[f64; 3]> = vectors.iter().map(|[x, y, d, _]| [*x, *y, *d]).collect();
        let figures = [found[2], found[3]].map(|word| f64::from(f32::from_bits(word)));
        for (found, wanted) in figures.into_iter().zip(activity(&blocks, SIGMA * SIGMA)) {
            assert!(
                (found - wanted).abs() < 0.05,
                "{size:?}: {figures:?}, {wanted}"
            );
        }
        seen[usize::from(wanted)] += 1;
    }
    assert!(seen.iter().all(|pictures| *pictures > 0), "{seen:?}");
}

/// Blocks of 16x16 in a row.
fn columns(size: (u32, u32)) -> usize {
    (size.0 as usize).div_ceil(16)
}

/// Texels of vectors up to three pixels long, all seven codes brighter.
fn random_vectors(count: u32) -> Vec<[f32; 4]> {
    let mut random = Random(6);
    let mut quarter = || ((24.0 * random.uniform() - 12.0).round() / 4.0) as f32;
    (0..count)
        .map(|_| [quarter(), quarter(), 0.0, 7.0])
        .collect()
}

/// The second pass starts from any vectors of blocks of 16x16.
#[test]
fn fine_vectors_match_their_twin() {
    let gpu = crate::gpu::gpu();
    let maker = GuideMaker::new(&gpu).unwrap();
    let noise = noise_model((SIGMA * SIGMA) as f32, &[[0.0; 16]; 3]);
    for size in sizes() {
        let pictures = pair(size);
        let planes = [values(size, &pictures[0]), values(size, &pictures[1])];
        let guides = [FullGuide::new(&gpu, size), FullGuide::new(&gpu, size)];
        let rough = Motion::new(&gpu, size, true).unwrap();
        let (columns, rows) = rough.field().vectors.size();
        let starts = random_vectors(columns * rows);
        write_image(rough.field().vectors, &starts);
        let fine = FineMotion::new(&gpu, size).unwrap();
        submit(|r| {
            maker.fill_full(r, &planes[0], &guides[0])?;
            maker.fill_full(r, &planes[1], &guides[1])?;
            fine.refine(r, rough.field(), &guides[0], &guides[1], &noise)
        });
        let field = fine.field();
        let across = field.vectors.size().0 as usize;
        assert_eq!((across, field.block), ((size.0 as usize).div_ceil(8), 8));
        let (current, reference) = (full(&pictures[0]), full(&pictures[1]));
        for (at, found) in read_vectors(field.vectors).iter().enumerate() {
            let block = [at % across, at / across];
            let start = starts[block[1] / 2 * columns as usize + block[0] / 2];
            let start = [start[0], start[1]].map(|v| (v * 4.0) as i64);
            let corner = block.map(|i| 8 * i as i64);
            let wanted = refine(&current, &reference, corner, start, bonus(0.5, 1.0));
            let vector = wanted.vector.map(|v| v as f64 / 4.0);
            let levels = [&current, &reference];
            let [x, y, _] = settled(levels, corner, vector, bonus(0.5, 1.0), SIGMA * SIGMA);
            let what = format!("{size:?} block {block:?}");
            assert_eq!(found[..2], [x, y], "{what}");
            assert_rest(&what, found, wanted.cost, 7.0);
        }
    }
}

/// A picture that moves as a whole has one vector away from its edges.
#[test]
fn a_moved_picture_is_found() {
    let size = (160, 112);
    for (shift, fine, error) in [
        ([12.0, -8.0], false, 0.5),
        ([-7.5, 3.0], true, 0.5),
        ([0.0, 0.0], false, 0.0),
    ] {
        let current = waves(size, [0.0, 0.0], 2.0, 1);
        let reference = waves(size, [-shift[0], -shift[1]], 2.0, 2);
        let found = estimate(size, &[current, reference], 1.0, fine);
        for at in
            (0..found.len()).filter(|at| (2..8).contains(&(at % 10)) && (2..5).contains(&(at / 10)))
        {
            let [x, y, ..] = found[at];
            assert!(
                (x - shift[0]).abs() <= error && (y - shift[1]).abs() <= error,
                "{shift:?}: {x}, {y}"
            );
        }
    }
}
