//! Shaders against the host's declarations. Needs no GPU, except for the last test.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use gstwgpu::deartifact;
use gstwgpu::deartifact::analysis::DamageModel;
use gstwgpu::denoise::KERNELS;
use gstwgpu::denoise::unpack::UNPACK;
use gstwgpu::gpu::packed;
use gstwgpu::gpu::shader::{Params, ParamsLayout};
use gstwgpu::gpu::shared_shaders::SHARED;
use gstwgpu::gpu::{KernelSpec, SamplePlaces};
use gstwgpu::network;
use gstwgpu::params;
use gstwgpu::picture;
use gstwgpu::picture::planes::Parts;
use gstwgpu::picture::temporal::TEMPORAL;
use gstwgpu::trackoverlay;
use gstwgpu::trackoverlay::track::passes::TRACK_ARM;
use gstwgpu::trackoverlay::track::state::Track;

use super::denoiser_rig::{PRESETS, Run, clip, to_i420};

/// Kernels of all elements.
pub const ALL: &[&[&KernelSpec]] = &[
    picture::KERNELS,
    network::KERNELS,
    KERNELS,
    gstwgpu::compare::KERNELS,
    gstwgpu::tone::KERNELS,
    deartifact::KERNELS,
    trackoverlay::KERNELS,
    trackoverlay::track::passes::TRACK_KERNELS,
    packed::KERNELS,
    #[cfg(target_os = "linux")]
    gstwgpu::gpu::gather::KERNELS,
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders")
}

/// All shaders by their path below `shaders/`.
fn files() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root()).unwrap();
            found.insert(name.to_str().unwrap().replace('\\', "/"));
        }
    }
    found
}

/// Whether other shaders include it: files in a folder named `shared`.
fn is_shared(file: &str) -> bool {
    file.split('/').rev().nth(1) == Some("shared")
}

fn text(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

#[test]
fn hosts_and_shaders_agree_on_parameters() {
    for spec in ALL.concat() {
        spec.load().unwrap();
    }
}

params! {
    /// Parameters of `unpack.wgsl`, two of them exchanged.
    pub struct Exchanged {
        pub parts: Parts,
        pub row_offset: u32,
        pub row_step: u32,
        pub samples: SamplePlaces,
        pub keep_luma: u32,
        pub keep_chroma: u32,
        pub unit: f32,
        pub max_code: f32,
    }
}

/// Parameters of `unpack.wgsl`, the last one of another kind with the same size.
fn of_another_kind() -> ParamsLayout {
    let mut fields = UNPACK.params.fields.to_vec();
    let (.., kind) = fields.last_mut().unwrap();
    assert_eq!(*kind, naga::ScalarKind::Float);
    *kind = naga::ScalarKind::Uint;
    ParamsLayout {
        fields: fields.leak(),
        ..UNPACK.params
    }
}

#[test]
fn other_parameters_are_refused() {
    for params in [TEMPORAL.params, Exchanged::LAYOUT, of_another_kind()] {
        let spec = KernelSpec { params, ..UNPACK };
        let error = spec.load().unwrap_err().to_string();
        assert!(
            error.contains("picture/unpack") && error.contains("parameters differ"),
            "{error}"
        );
    }
}

/// Structs of storage buffers, and inside of parameter blocks: those of one name are the same in all shaders.
#[test]
fn hosts_and_shaders_agree_on_structs() {
    let hosts: Vec<_> = ALL.concat().iter().flat_map(|spec| spec.structs).collect();
    let names: BTreeSet<_> = hosts.iter().map(|host| host.name).collect();
    let mut wanted = ["Candidate", "DamageModel", "NoiseModel", "Parts"].to_vec();
    wanted.extend([
        "SamplePlaces",
        "Shown",
        "Track",
        "Levels",
        "Siting",
        "ToneModel",
    ]);
    assert_eq!(names, BTreeSet::from_iter(wanted));
    for spec in ALL.concat() {
        let found = spec.load().unwrap().1.structs;
        let shared = hosts.iter().filter(|host| found.contains_key(host.name));
        let structs: Vec<_> = shared.map(|host| **host).collect();
        let structs = structs.leak();
        KernelSpec { structs, ..*spec }.load().unwrap();
    }
}

/// A track of which two fields of one size and kind are exchanged.
fn exchanged_track() -> ParamsLayout {
    let mut fields = Track::LAYOUT.fields.to_vec();
    let (roi, judged) = (17, 18);
    assert_eq!([fields[roi].0, fields[judged].0], ["roi", "judged"]);
    (fields[roi].0, fields[judged].0) = (fields[judged].0, fields[roi].0);
    let fields = fields.leak();
    ParamsLayout {
        fields,
        ..Track::LAYOUT
    }
}

#[test]
fn other_structs_are_refused() {
    for (host, reason) in [
        (exchanged_track(), "structs Track differ"),
        (DamageModel::LAYOUT, "no struct DamageModel"),
    ] {
        let structs = vec![host].leak();
        let spec = KernelSpec {
            structs,
            ..TRACK_ARM
        };
        let error = spec.load().unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn every_shader_has_a_kernel() {
    let specs = ALL.concat();
    let named: BTreeSet<String> = specs
        .iter()
        .map(|spec| format!("{}.wgsl", spec.name))
        .collect();
    assert_eq!(named.len(), specs.len(), "two kernels have one name");
    let files = files().into_iter().filter(|file| !is_shared(file));
    assert_eq!(named, files.collect());
    for spec in specs {
        assert_eq!(spec.source, text(&format!("{}.wgsl", spec.name)));
    }
}

#[test]
fn every_shared_file_is_included() {
    let shared: BTreeSet<String> = files().into_iter().filter(|f| is_shared(f)).collect();
    let known: BTreeSet<String> = SHARED.iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!(shared, known);
    let mut included = BTreeSet::new();
    for spec in ALL.concat() {
        let lines = spec.source.lines();
        let names = lines.filter_map(|line| line.strip_prefix("// include: "));
        included.extend(names.map(str::to_owned));
    }
    assert_eq!(shared, included);
}

/// `shaders/shared` holds what several rooms use; what one uses alone is in a folder of its own.
#[test]
fn what_is_shared_serves_several_rooms() {
    for (file, _) in SHARED
        .iter()
        .filter(|(file, _)| file.starts_with("shared/"))
    {
        let line = format!("// include: {file}");
        let users = files().into_iter().filter(|user| {
            let text = std::fs::read_to_string(root().join(user)).unwrap();
            text.lines().any(|own| own == line)
        });
        let rooms: BTreeSet<String> = users
            .filter_map(|user| user.split('/').next().map(str::to_owned))
            .collect();
        assert!(rooms.len() > 1, "{file} serves {rooms:?} alone");
    }
}

/// A function that nobody calls is clutter or a mistake.
#[test]
fn every_shared_function_is_called() {
    let all: String = ALL
        .concat()
        .iter()
        .map(|spec| spec.load().unwrap().0)
        .collect();
    for (file, source) in SHARED {
        let functions = source.lines().filter_map(|line| line.strip_prefix("fn "));
        for name in functions.filter_map(|line| line.split('(').next()) {
            let called = format!("{name}(");
            let definitions = all.matches(&format!("fn {called}")).count();
            let uses = all
                .match_indices(&called)
                .filter(|(at, _)| !all[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'));
            assert!(uses.count() > definitions, "{file}: {name}");
        }
    }
}

/// Name of the file that a child process writes its result to.
const RESULT: &str = "GSTWGPU_TEST_RESULT";

/// Output of all presets for a clip with and without lookahead, of placements, of repairs and of tracking,
/// so that every kernel runs.
fn outputs() -> Vec<u8> {
    let mut all = crate::trackoverlay::place::placement::outputs();
    all.extend(crate::trackoverlay::track::lost::outputs());
    all.extend(super::neural::outputs());
    all.extend(crate::network::runner::outputs());
    all.extend(crate::network::past::outputs());
    all.extend(crate::picture::motion::outputs_by_lanes());
    all.extend(crate::picture::temporal::outputs_by_lanes());
    all.extend(crate::picture::spatial::outputs_in_tiles());
    all.extend(crate::deartifact::shrinkage::outputs_in_tiles());
    all.extend(crate::deartifact::element::outputs());
    all.extend(crate::tone::element::outputs());
    for size in [(77, 45), (64, 48)] {
        let (_, noisy) = clip(size, 4, 1.3, 9.0);
        let frames: Vec<_> = noisy.iter().map(to_i420).collect();
        for (preset, lookahead) in PRESETS.into_iter().flat_map(|p| [(p, 0), (p, 2)]) {
            let run = Run {
                lookahead,
                ..Run::new(size, preset)
            };
            all.extend(run.bytes(&frames).concat().concat());
        }
    }
    all
}

/// Whether kernels of this process are compiled with checks.
fn runs_checked() -> bool {
    crate::gpu::gpu().kernel(&UNPACK).unwrap().is_checked()
}

/// Not a test by itself: the next one runs it in a child process.
#[test]
fn outputs_for_another_process() {
    if let Some(file) = std::env::var_os(RESULT) {
        assert!(runs_checked());
        std::fs::write(file, outputs()).unwrap();
    }
}

/// Output of a child process in which an index beyond a buffer accesses this element.
fn checked_outputs(beyond: &str) -> Vec<u8> {
    let file = format!("gstwgpu-checked-{beyond}-{}", std::process::id());
    let file = std::env::temp_dir().join(file);
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "denoise::kernels::outputs_for_another_process"])
        .env("GSTWGPU_SHADER_CHECKS", beyond)
        .env(RESULT, &file)
        .status()
        .unwrap();
    let checked = std::fs::read(&file);
    std::fs::remove_file(&file).ok();
    assert!(status.success());
    checked.unwrap()
}

/// Shaders normally run without bounds checks. With them, they give the same bytes whichever element an
/// index beyond a buffer accesses: so no shader accesses any. Software gives the same bytes without checks
/// too; a GPU's compiler may round differently without them.
#[test]
fn checked_shaders_give_the_same_bytes() {
    let checked = checked_outputs("last");
    assert!(!checked.is_empty());
    assert!(checked == checked_outputs("first"));
    assert!(!runs_checked());
    if crate::gpu::gpu().is_software() {
        assert!(checked == outputs());
    }
}
