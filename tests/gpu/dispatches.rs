//! How many dispatches a frame takes, read from recordings: each costs a GPU some 6 us, however little
//! it does. Needs no GPU: wgpu's device that does nothing stands for one.

use std::sync::Arc;

use gstwgpu::deartifact::Repairer;
use gstwgpu::denoise::{Build, Denoiser, Shape};
use gstwgpu::gpu::pass::{Groups, Pass};
use gstwgpu::gpu::{
    ChromaOrder, Frame, FrameLayout, Gpu, Recorder, Recording, StorageBuffer, Subsampling,
};
use gstwgpu::tone::{Colour, Toner};
use gstwgpu::trackoverlay::colour::{StreamColour, Target};
use gstwgpu::trackoverlay::exposure::meter::{Drawn, Meter, Occasion};
use gstwgpu::trackoverlay::place::look::Look;
use gstwgpu::trackoverlay::place::placement::Placement;
use gstwgpu::trackoverlay::pose::POSE_BYTES;
use gstwgpu::trackoverlay::quad::Quad;
use gstwgpu::trackoverlay::settings::{MotionModel, OnLost, Settings};
use gstwgpu::trackoverlay::source::Source;
use gstwgpu::trackoverlay::source::picture::Picture;
use gstwgpu::trackoverlay::track::tracker::{TrackStep, Tracker};
use gstwgpu::{deartifact, denoise};

use super::loops::Lengths;

/// A device that takes all commands and runs none, and passes for a GPU: software gets other passes.
fn idle_gpu() -> Arc<Gpu> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends: wgpu::Backends::NOOP,
        backend_options: wgpu::BackendOptions {
            noop: wgpu::NoopBackendOptions {
                enable: true,
                ..Default::default()
            },
            ..Default::default()
        },
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    });
    let adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::NOOP));
    let adapter = &adapters[0];
    let descriptor = wgpu::DeviceDescriptor {
        required_features: wgpu::Features::IMMEDIATES,
        required_limits: adapter.limits(),
        ..Default::default()
    };
    let (device, queue) = pollster::block_on(adapter.request_device(&descriptor)).unwrap();
    let info = wgpu::AdapterInfo {
        device_type: wgpu::DeviceType::DiscreteGpu,
        ..adapter.get_info()
    };
    let gpu = Gpu::from_parts(device, queue, info);
    assert!(!gpu.is_software());
    Arc::new(gpu)
}

fn full_hd() -> FrameLayout {
    FrameLayout {
        width: 1920,
        height: 1080,
        subsampling: Subsampling::S420,
        chroma: ChromaOrder::InterleavedUv,
        depth: 8,
        shift: 0,
        alpha: false,
        host: None,
    }
}

/// Loads that an invocation may wait for one after another: 64 cost a GPU 5 us, as much as a dispatch.
const MOST_LOADS: f64 = 64.0;

/// Kernels that run as one workgroup, which leaves the rest of a GPU idle: they have no more to do than its
/// lanes do side by side.
const ALONE: [&str; 10] = [
    "deartifact/correction_share",
    "denoise/noise_model",
    "network/dense",
    // Measures at 2304 places only.
    "trackoverlay/exposure/measure",
    // All iterations of the tracker happen in one workgroup; the rest has one plane to think of.
    "trackoverlay/track/arm",
    "trackoverlay/track/blur",
    "trackoverlay/track/conclude",
    "trackoverlay/track/expect",
    "trackoverlay/track/finish",
    "trackoverlay/track/predict",
];

/// Kernels that may wait longer, because their products take longer than that: 64 channels to four, 300 million
/// products at 1080p.
const LONGER: [(&str, f64); 1] = [("network/conv_narrow", 88.0)];

fn is_alone(pass: &Pass) -> bool {
    matches!(pass.groups, Groups::Fixed([1, 1, 1]))
}

/// Frames after which estimators have settled.
const FRAMES: u32 = 24;

/// A pass for GPUs is neither long nor alone.
fn assert_short(lengths: &mut Lengths, pass: &Pass) {
    let (name, loads) = (pass.kernel.name(), lengths.of(pass));
    let longer = LONGER.into_iter().find(|(own, _)| *own == name);
    let most = longer.map_or(MOST_LOADS, |(_, most)| most);
    assert!(loads <= most, "{name}: {loads} loads");
    assert!(
        !is_alone(pass) || ALONE.contains(&name),
        "{name}: one workgroup"
    );
}

/// Most dispatches that any of the frames from the tenth on takes, and their names.
fn busiest_frame(
    gpu: &Arc<Gpu>,
    mut record: impl FnMut(u32, &mut Recording<'_>),
    mut check: impl FnMut(&Pass),
) -> Vec<&'static str> {
    let mut recorder = Recorder::new(gpu);
    let frames = (0..FRAMES).map(|number| {
        let mut recording = recorder.begin();
        record(number, &mut recording);
        recording.passes().for_each(&mut check);
        let passes = recording.passes();
        passes.map(|pass| pass.kernel.name()).collect::<Vec<_>>()
    });
    let settled = frames.skip(10);
    settled.max_by_key(Vec::len).unwrap()
}

/// As [`busiest_frame`], of passes for GPUs.
fn busiest_gpu_frame(
    gpu: &Arc<Gpu>,
    record: impl FnMut(u32, &mut Recording<'_>),
) -> Vec<&'static str> {
    let mut lengths = Lengths::default();
    busiest_frame(gpu, record, |pass| assert_short(&mut lengths, pass))
}

/// Dispatches of a frame. Exactly so many: fewer is good news, to be written down here.
type Count = (&'static str, usize);

fn assert_counts(found: &[(&'static str, Vec<&'static str>)], wanted: &[Count]) {
    for (what, names) in found {
        println!("{what}: {names:#?}");
    }
    let found: Vec<Count> = found
        .iter()
        .map(|(what, names)| (*what, names.len()))
        .collect();
    assert_eq!(found, wanted);
}

#[test]
fn denoising_takes_few_dispatches() {
    let gpu = idle_gpu();
    let [input, output] = [(); 2].map(|()| Frame::new(&gpu, full_hd()).unwrap());
    let found = [
        ("fast", denoise::Preset::Fast, 0),
        ("balanced", denoise::Preset::Balanced, 0),
        ("quality", denoise::Preset::Quality, 0),
        ("neural", denoise::Preset::Neural, 0),
        ("balanced with lookahead", denoise::Preset::Balanced, 1),
    ]
    .map(|(what, preset, lookahead)| {
        let mut denoiser = Denoiser::new(
            &gpu,
            &Shape::progressive(full_hd()),
            Build { preset, lookahead },
        )
        .unwrap();
        let settings = denoise::Settings::default();
        let names = busiest_gpu_frame(&gpu, |_, recording| {
            denoiser
                .process(recording, (&input, &output), false, &settings)
                .unwrap();
        });
        (what, names)
    });
    let wanted = [
        ("fast", 15),
        ("balanced", 16),
        ("quality", 25),
        ("neural", 34),
        ("balanced with lookahead", 23),
    ];
    assert_counts(&found, &wanted);
}

#[test]
fn a_grain_table_takes_one_dispatch_more() {
    let gpu = idle_gpu();
    let [input, output] = [(); 2].map(|()| Frame::new(&gpu, full_hd()).unwrap());
    let build = Build {
        preset: denoise::Preset::Fast,
        lookahead: 0,
    };
    let counts = [false, true].map(|reads| {
        let mut denoiser = Denoiser::new(&gpu, &Shape::progressive(full_hd()), build).unwrap();
        denoiser.read_grain(&gpu, reads).unwrap();
        let settings = denoise::Settings::default();
        let names = busiest_gpu_frame(&gpu, |_, recording| {
            denoiser
                .process(recording, (&input, &output), false, &settings)
                .unwrap();
        });
        names.len()
    });
    assert_eq!(counts[1], counts[0] + 1);
}

#[test]
fn comparing_takes_one_dispatch() {
    let gpu = idle_gpu();
    let [a, b, mixed] = [(); 3].map(|()| Frame::new(&gpu, full_hd()).unwrap());
    let mixer = gstwgpu::compare::mix::Mixer::new(&gpu, full_hd()).unwrap();
    let settings = gstwgpu::compare::Settings {
        mode: gstwgpu::compare::Mode::Wipe,
        position: 0.5,
        gain: 1.0,
    };
    let names = busiest_gpu_frame(&gpu, |_, recording| {
        mixer
            .record(recording, [&a, &b], &mixed, &settings)
            .unwrap();
    });
    assert_eq!(names.len(), 1, "{names:?}");
}

#[test]
fn correcting_tone_takes_four_dispatches() {
    let gpu = idle_gpu();
    let [input, output] = [(); 2].map(|()| Frame::new(&gpu, full_hd()).unwrap());
    let shape = Shape::progressive(full_hd());
    let mut toner = Toner::new(&gpu, &shape, &Colour::default()).unwrap();
    let settings = gstwgpu::tone::Settings::default();
    let names = busiest_gpu_frame(&gpu, |_, recording| {
        toner
            .process(recording, (&input, &output), &settings)
            .unwrap();
    });
    assert_eq!(names.len(), 4, "{names:?}");
}

#[test]
fn repairing_takes_few_dispatches() {
    let gpu = idle_gpu();
    let [input, output] = [(); 2].map(|()| Frame::new(&gpu, full_hd()).unwrap());
    let shape = Shape::progressive(full_hd());
    let found = [
        ("fast", deartifact::Preset::Fast),
        ("balanced", deartifact::Preset::Balanced),
        ("quality", deartifact::Preset::Quality),
    ]
    .map(|(what, preset)| {
        let mut repairer = Repairer::new(&gpu, &shape, preset).unwrap();
        let settings = deartifact::Settings::default();
        let names = busiest_gpu_frame(&gpu, |_, recording| {
            repairer
                .process(recording, (&input, &output), false, &settings)
                .unwrap();
        });
        (what, names)
    });
    let wanted = [("fast", 8), ("balanced", 16), ("quality", 32)];
    assert_counts(&found, &wanted);
}

/// A chain of one denoiser and one repairer, with the frame between them.
struct Chain {
    denoiser: Denoiser,
    repairer: Repairer,
    between: Frame,
    ends: [Frame; 2],
}

impl Chain {
    fn new(gpu: &Arc<Gpu>) -> Self {
        let frame = || Frame::new(gpu, full_hd()).unwrap();
        let shape = Shape::progressive(full_hd());
        Self {
            denoiser: Denoiser::new(
                gpu,
                &shape,
                Build {
                    preset: denoise::Preset::Balanced,
                    lookahead: 0,
                },
            )
            .unwrap(),
            repairer: Repairer::new(gpu, &shape, deartifact::Preset::Balanced).unwrap(),
            between: frame(),
            ends: [frame(), frame()],
        }
    }

    fn denoise(&mut self, recording: &mut Recording<'_>, [input, output]: [usize; 2]) {
        let frames = [&self.ends[0], &self.between, &self.ends[1]];
        let settings = denoise::Settings::default();
        self.denoiser
            .process(recording, (frames[input], frames[output]), false, &settings)
            .unwrap();
    }

    fn repair(&mut self, recording: &mut Recording<'_>, [input, output]: [usize; 2]) {
        let frames = [&self.ends[0], &self.between, &self.ends[1]];
        let settings = deartifact::Settings::default();
        self.repairer
            .process(recording, (frames[input], frames[output]), false, &settings)
            .unwrap();
    }
}

/// Motion is searched for once in a chain: guides, levels, refinement and scene cut fall away in the
/// second filter, whichever it is.
#[test]
fn the_second_filter_of_a_chain_searches_no_motion() {
    let gpu = idle_gpu();
    let mut chain = Chain::new(&gpu);
    let mut aside = Recorder::new(&gpu);
    let repaired = busiest_gpu_frame(&gpu, |_, recording| {
        chain.denoise(&mut aside.begin(), [0, 1]);
        chain.repair(recording, [1, 2]);
    });
    let mut chain = Chain::new(&gpu);
    let denoised = busiest_gpu_frame(&gpu, |_, recording| {
        chain.repair(&mut aside.begin(), [0, 1]);
        chain.denoise(recording, [1, 2]);
    });
    let found = [("repair", repaired), ("denoise", denoised)];
    assert_counts(&found, &[("repair", 11), ("denoise", 10)]);
}

/// A frame that was dropped between two filters breaks the motion between its neighbours.
#[test]
fn motion_to_a_frame_that_never_came_is_not_used() {
    let gpu = idle_gpu();
    let mut chain = Chain::new(&gpu);
    let mut aside = Recorder::new(&gpu);
    let mut counts = Vec::new();
    for number in 0..20 {
        chain.denoise(&mut aside.begin(), [0, 1]);
        if number == 14 {
            continue;
        }
        let mut recorder = Recorder::new(&gpu);
        let mut recording = recorder.begin();
        chain.repair(&mut recording, [1, 2]);
        counts.push(recording.passes().count());
    }
    // After the gap one more guide is filled, of the picture before.
    assert_eq!(counts[12..17], [11, 11, 17, 11, 11]);
}

/// The passes of a frame are the same whether the plane rests, moves or is lost: those that it does not
/// need end at once, and cost a GPU all the same.
#[test]
fn tracking_takes_few_dispatches() {
    let gpu = idle_gpu();
    let frame = Frame::new(&gpu, full_hd()).unwrap();
    let quad = Quad([
        [600.0, 300.0],
        [1300.0, 320.0],
        [1280.0, 800.0],
        [620.0, 780.0],
    ]);
    let found = [("for GPUs", true), ("for software", false)].map(|(what, is_chain)| {
        let mut tracker =
            Tracker::in_chain(&gpu, full_hd(), &StreamColour::usual(&full_hd()), is_chain).unwrap();
        tracker.arm(quad).unwrap();
        let record = |number, recording: &mut Recording<'_>| {
            let step = TrackStep {
                frame: number,
                seconds: 0.04,
                model: MotionModel::Homography,
                on_lost: OnLost::Hide,
                fade_out: 0.2,
                fade_in: 0.2,
                has_matte: true,
            };
            tracker.record(recording, &frame, &step).unwrap();
        };
        let names = match is_chain {
            true => busiest_gpu_frame(&gpu, record),
            false => busiest_frame(&gpu, record, |_| ()),
        };
        (what, names)
    });
    assert_counts(&found, &[("for GPUs", 18), ("for software", 62)]);
}

#[test]
fn placing_takes_few_dispatches() {
    let gpu = idle_gpu();
    let [input, output] = [(); 2].map(|()| Frame::new(&gpu, full_hd()).unwrap());
    let colour = StreamColour::usual(&full_hd());
    let placement = Placement::new(&gpu, full_hd(), colour).unwrap();
    let white = Picture {
        width: 1,
        height: 1,
        rgba: vec![255; 4],
    };
    let source = Source::from_picture(&gpu, &white, &Target::default()).unwrap();
    let pose = StorageBuffer::new(&gpu, "pose", POSE_BYTES);
    let look = Look::new(&Settings::default(), 1.0);
    let found = [("placed", false), ("and measured", true)].map(|(what, is_measured)| {
        let mut meter = Meter::new(&gpu, &full_hd(), &colour).unwrap();
        let mut lengths = Lengths::default();
        let record = |_, recording: &mut Recording<'_>| {
            placement
                .record(recording, &input, &output, &source, &pose, None, &look)
                .unwrap();
            let drawn = Drawn {
                placement: &placement,
                pose: &pose,
                matte: None,
                input: &input,
                output: &output,
                fit: [1.0; 2],
            };
            if is_measured {
                meter
                    .record(recording, &drawn, Occasion::default())
                    .unwrap();
            }
        };
        let check = |pass: &Pass| {
            if pass.kernel.name() == "trackoverlay/exposure/measure" {
                assert_short(&mut lengths, pass);
            }
        };
        (what, busiest_frame(&gpu, record, check))
    });
    assert_counts(&found, &[("placed", 5), ("and measured", 6)]);
}
