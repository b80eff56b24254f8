//! Places of pictures, read back.

use gstwgpu::denoise::grain::sample::Sample;
use gstwgpu::denoise::grain::sites::{Given, GrainSitesParams, Read, SiteReader, Span};
use gstwgpu::denoise::planes::{PictureShape, Planes};
use gstwgpu::gpu::{Recorder, StorageBuffer};

use crate::denoise::noise_rig::wait_for;
use crate::picture::rig;
use crate::reference::grain_sites::{Lattice, place};
use crate::reference::pack::keeping;
use crate::reference::samples::Samples;

/// Reads the places of a picture, and where they were.
fn read(shape: PictureShape, noisy: &Planes, clean: &Planes, kept: [u32; 2]) -> (Sample, Lattice) {
    let gpu = crate::gpu::gpu();
    let scene = StorageBuffer::new(&gpu, "scene", 8);
    rig::write(&scene, bytemuck::cast_slice(&[0_u32, 7]));
    let mut reader = SiteReader::new(&gpu, &shape).unwrap().unwrap();
    let mut recorder = Recorder::new(&gpu);
    // The third picture: the lattice has moved by then.
    for number in 0..3 {
        let mut recording = recorder.begin();
        let given = Given {
            noisy,
            clean,
            kept,
            scene: &scene,
        };
        reader.record(&mut recording, given).unwrap();
        let pass = recording.passes().last().unwrap();
        let params: GrainSitesParams = bytemuck::pod_read_unaligned(&pass.params);
        let lattice = Lattice {
            first: (params.x as usize, params.y as usize),
            step: (params.step_x as usize, params.step_y as usize),
            ratio: (1 << params.shift_x, 1 << params.shift_y),
        };
        let span = Span {
            start: number,
            end: number + 1,
        };
        reader.show(span);
        let submission = recording.submit().unwrap();
        gpu.wait(&submission).unwrap();
        // Other pictures of the queue must not stay in the way.
        let reader = std::cell::RefCell::new(&mut reader);
        let Read { span: found, bytes } = wait_for(|| reader.borrow_mut().pop().unwrap());
        assert_eq!(found, Some(span));
        if number == 2 {
            return (Sample::read(&shape, &bytes), lattice);
        }
    }
    unreachable!()
}

fn compare(size: (u32, u32), chroma: Option<(u32, u32)>, shifts: (u32, u32)) {
    for kept in [[0, 0], [128, 77]] {
        compare_keeping(kept, size, chroma, shifts);
    }
}

fn compare_keeping(
    kept: [u32; 2],
    size: (u32, u32),
    chroma: Option<(u32, u32)>,
    shifts: (u32, u32),
) {
    let shape = PictureShape {
        luma: size,
        chroma,
        shifts,
        joined: true,
    };
    let sizes = [Some(size), chroma, chroma].into_iter().flatten();
    let pictures = |seed| -> Vec<Samples> {
        let sizes = sizes.clone().enumerate();
        sizes
            .map(|(c, size)| rig::texture(size, 20.0, seed + c as u64))
            .collect()
    };
    let (noisy, clean) = (pictures(1), pictures(9));
    let (sample, lattice) = read(
        shape,
        &rig::planes(shape, &noisy),
        &rig::planes(shape, &clean),
        kept,
    );
    let share = |component: usize| kept[component.min(1)];
    let given: Vec<_> = (0..clean.len())
        .map(|c| keeping(&clean[c], &noisy[c], share(c)))
        .collect();
    assert_eq!((sample.cuts, sample.sites.len()), (7, 8));
    for (number, site) in sample.sites.iter().enumerate() {
        assert_eq!(site.len(), noisy.len());
        for (component, patch) in site.iter().enumerate() {
            let wanted =
                |picture: &[Samples]| place(&picture[component], &lattice, number, component == 0);
            let found = |values: &[f32]| values.iter().copied().map(f64::from).collect::<Vec<_>>();
            assert_eq!(
                found(&patch.noisy),
                wanted(&noisy),
                "{size:?} {number} {component}"
            );
            assert_eq!(
                found(&patch.clean),
                wanted(&given),
                "{size:?} {number} {component}"
            );
        }
    }
}

#[test]
fn grain_sites_are_those_of_the_picture() {
    compare((203, 131), Some((102, 66)), (1, 1));
    compare((203, 131), Some((102, 131)), (1, 0));
    compare((64, 40), Some((64, 40)), (0, 0));
    compare((32, 32), Some((16, 16)), (1, 1));
    compare((90, 77), None, (0, 0));
}

#[test]
fn grain_of_pictures_smaller_than_a_site_is_not_read() {
    let shape = PictureShape {
        luma: (31, 64),
        chroma: None,
        shifts: (0, 0),
        joined: true,
    };
    assert!(
        SiteReader::new(&crate::gpu::gpu(), &shape)
            .unwrap()
            .is_none()
    );
}
