//! Two frames in one, against its twin, in all formats.

use gstwgpu::compare::mix::Mixer;
use gstwgpu::compare::{Mode, Settings};
use gstwgpu::gpu::transfer::Downloader;
use gstwgpu::gpu::{Frame, Recorder};

use crate::picture::unpack::FORMATS;
use crate::reference::compare::mix::{Mixing, mix};
use crate::trackoverlay::place::rig::{Planes, Under, samples_of, under, upload};

fn mixed([first, second]: [&Under; 2], settings: &Settings) -> Planes {
    let gpu = crate::gpu::gpu();
    let layout = first.layout;
    let [a, b, out] = [(); 3].map(|()| Frame::new(&gpu, layout).unwrap());
    upload(&a, &first.planes);
    upload(&b, &second.planes);
    let mixer = Mixer::new(&gpu, layout).unwrap();
    let mut recorder = Recorder::new(&gpu);
    let mut recording = recorder.begin();
    mixer
        .record(&mut recording, [&a, &b], &out, settings)
        .unwrap();
    let download = Downloader::new(&gpu, &layout).unwrap().prepare();
    recording.download(&download, &out).unwrap();
    let submission = recording.submit().unwrap();
    let done = download.wait(&submission).unwrap();
    let copy = |(index, plane): (usize, &gstwgpu::gpu::PlaneLayout)| {
        let row = plane.row_bytes() as usize;
        let mut bytes = vec![0; row * plane.height as usize];
        done.copy_plane(index, &mut bytes, row).unwrap();
        bytes
    };
    layout.planes().iter().enumerate().map(copy).collect()
}

#[test]
fn mixing_matches_its_twin_in_all_formats() {
    let cases = [
        (Mode::Wipe, 0.37, 1.0),
        (Mode::Wipe, 0.0, 1.0),
        (Mode::Wipe, 1.0, 1.0),
        (Mode::SideBySide, 0.5, 1.0),
        (Mode::Difference, 0.5, 2.5),
    ];
    for (name, subsampling, chroma, depth, shift) in FORMATS {
        let size = (67, 18);
        let [first, second] =
            [3, 4].map(|seed| under(size, (subsampling, chroma), (depth, shift), seed));
        let before = [&first, &second].map(|one| samples_of(one.layout, &one.planes));
        for (mode, position, gain) in cases {
            let settings = Settings {
                mode,
                position,
                gain,
            };
            let found = samples_of(first.layout, &mixed([&first, &second], &settings));
            let mixing = match mode {
                Mode::Wipe => Mixing::Wipe((position * 67.0).round() as usize),
                Mode::SideBySide => Mixing::Beside,
                Mode::Difference => Mixing::Difference(gain),
            };
            let largest = f64::from((1u32 << depth) - 1);
            for (component, found) in found.iter().enumerate() {
                let step = if component == 0 {
                    1.0
                } else {
                    subsampling.steps()[0]
                };
                let pair = [&before[0][component], &before[1][component]];
                let wanted = mix(pair, component, (step as usize, 67), largest, &mixing);
                assert!(
                    found.data == wanted,
                    "{name} {mode:?}, component {component}"
                );
            }
        }
    }
}
