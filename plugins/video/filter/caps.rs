//! Caps of the filters: output caps equal input caps except for the memory, which may change either way.

use gst::prelude::*;

use crate::video::memory::MEMORY_FEATURE;
use crate::video::{drm_format, format};

/// Memory that drivers share, which need not be readable by the CPU.
const DMABUF_FEATURE: &str = "memory:DMABuf";
const SYSTEM_MEMORY: &str = "memory:SystemMemory";

/// Caps features beside the memory that a filter passes on unchanged: subtitles carried along, and streams
/// whose buffers are single fields.
const COMPANIONS: [&str; 2] = ["meta:GstVideoOverlayComposition", "format:Interlaced"];

/// Which memories a pad accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memories {
    /// GPU frames and system memory.
    Both,
    /// GPU frames only.
    Gpu,
    /// System memory only.
    System,
}

/// Caps of a pad template.
pub fn template(memories: Memories) -> gst::Caps {
    let mut caps = gst::Caps::new_empty();
    if memories != Memories::System {
        append(&mut caps, &[MEMORY_FEATURE]);
        for companion in COMPANIONS {
            append(&mut caps, &[MEMORY_FEATURE, companion]);
        }
    }
    if memories != Memories::Gpu {
        append(&mut caps, &[]);
        for companion in COMPANIONS {
            append(&mut caps, &[companion]);
            append(&mut caps, &[SYSTEM_MEMORY, companion]);
        }
    }
    caps
}

/// Caps of the template of a pad that takes or gives DMABuf as well, where there is such a thing.
pub fn template_with_dmabuf(memories: Memories) -> gst::Caps {
    let mut caps = template(memories);
    if cfg!(target_os = "linux") {
        append(&mut caps, &[DMABUF_FEATURE]);
        for form in all_formats().iter().filter_map(drm_format::drm) {
            append_structure(&mut caps, form, &[DMABUF_FEATURE]);
        }
    }
    caps
}

fn all_formats() -> gst::Caps {
    gst_video::VideoCapsBuilder::new()
        .format_list(format::FORMATS)
        .build()
}

fn append_structure(caps: &mut gst::Caps, structure: gst::Structure, features: &[&str]) {
    let features = gst::CapsFeatures::new(features.iter().copied());
    let caps = caps.make_mut();
    caps.append_structure_full(structure, Some(features));
}

fn append(caps: &mut gst::Caps, features: &[&str]) {
    let one = all_formats();
    for structure in one.iter() {
        append_structure(caps, structure.to_owned(), features);
    }
}

/// The sink and the source template; a class makes them once.
pub fn templates(sink: Memories, src: Memories) -> Vec<gst::PadTemplate> {
    let pad = |name, direction, caps| {
        gst::PadTemplate::new(name, direction, gst::PadPresence::Always, &caps)
    };
    [
        pad("sink", gst::PadDirection::Sink, template_with_dmabuf(sink)),
        pad(
            "src",
            gst::PadDirection::Src,
            match src {
                Memories::Gpu => template(src),
                _ => template_with_dmabuf(src),
            },
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The memory that fixed caps describe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// Memory of the CPU.
    System,
    /// Frames of ours.
    Gpu,
    /// Memory that drivers share, which the CPU need not be able to read.
    DmaBuf,
}

impl Memory {
    /// The memory of fixed caps.
    pub fn of(caps: &gst::CapsRef) -> Self {
        match (are_gpu(caps), are_dmabuf(caps)) {
            (true, _) => Self::Gpu,
            (_, true) => Self::DmaBuf,
            _ => Self::System,
        }
    }
}

/// True if the features name our memory; false for "any".
pub fn is_gpu(features: &gst::CapsFeaturesRef) -> bool {
    !features.is_any() && features.contains(MEMORY_FEATURE)
}

/// True if fixed caps describe GPU frames.
pub fn are_gpu(caps: &gst::CapsRef) -> bool {
    caps.features(0).is_some_and(is_gpu)
}

/// True if fixed caps describe DMABuf memory.
pub fn are_dmabuf(caps: &gst::CapsRef) -> bool {
    caps.features(0).is_some_and(is_dmabuf)
}

/// The caps on the other side: each structure in GPU memory and in system memory.
pub fn transform(caps: &gst::Caps, filter: Option<&gst::Caps>) -> gst::Caps {
    let mut other = gst::Caps::new_empty();
    for gpu in [true, false] {
        for (structure, features) in caps.iter_with_features() {
            // Buffers of these may hold their fields apart, which no frame on the GPU does.
            if gpu && structure.get::<&str>("interlace-mode") == Ok("fields") {
                continue;
            }
            for features in swap_memory(features, gpu) {
                other.merge_structure_full(structure.to_owned(), Some(features));
            }
        }
    }
    match filter {
        Some(filter) => filter.intersect_with_mode(&other, gst::CapsIntersectMode::First),
        None => other,
    }
}

/// What upstream may send for these caps of the output: [`transform`], and DMABuf if the device `imports` it.
pub fn transform_up(caps: &gst::Caps, filter: Option<&gst::Caps>, imports: bool) -> gst::Caps {
    filtered(with_dmabuf(transform(&plain(caps), None), imports), filter)
}

/// What the source pad may give for these caps of the input: [`transform`], and DMABuf if the device `exports` it.
pub fn transform_down(caps: &gst::Caps, filter: Option<&gst::Caps>, exports: bool) -> gst::Caps {
    filtered(with_dmabuf(transform(&plain(caps), None), exports), filter)
}

fn filtered(caps: gst::Caps, filter: Option<&gst::Caps>) -> gst::Caps {
    match filter {
        Some(filter) => filter.intersect_with_mode(&caps, gst::CapsIntersectMode::First),
        None => caps,
    }
}

/// The same pictures in system memory where caps say DMABuf.
fn plain(caps: &gst::Caps) -> gst::Caps {
    let plain = caps
        .iter_with_features()
        .filter_map(|(structure, features)| {
            if !is_dmabuf(features) {
                return Some((structure.to_owned(), features.to_owned()));
            }
            let none = gst::CapsFeatures::new_empty();
            Some((drm_format::plain(structure)?, none))
        });
    plain.collect()
}

/// Adds the same pictures in DMABuf. Before system memory where caps say how planes lie; the plain form may hold
/// any tiles of its producer's, and is for those who have nothing else.
fn with_dmabuf(caps: gst::Caps, wanted: bool) -> gst::Caps {
    if !wanted {
        return caps;
    }
    let (mut drm, mut rows) = (gst::Caps::new_empty(), gst::Caps::new_empty());
    for (structure, features) in caps.iter_with_features() {
        // With another feature beside it nobody has it.
        if features.is_any() || is_gpu(features) || has_companion(features) {
            continue;
        }
        let add = |to: &mut gst::Caps, structure| {
            to.merge_structure_full(structure, Some(gst::CapsFeatures::new([DMABUF_FEATURE])));
        };
        if let Some(form) = drm_format::drm(structure) {
            add(&mut drm, form);
        }
        add(&mut rows, structure.to_owned());
    }
    let all = caps.iter_with_features();
    let (gpu, system): (Vec<_>, Vec<_>) = all.partition(|(_, features)| is_gpu(features));
    let in_order = gpu
        .into_iter()
        .chain(drm.iter_with_features())
        .chain(system)
        .chain(rows.iter_with_features());
    let in_order = in_order.map(|(s, f)| (s.to_owned(), f.to_owned()));
    in_order.collect()
}

fn has_companion(features: &gst::CapsFeaturesRef) -> bool {
    COMPANIONS.iter().any(|name| features.contains(*name))
}

fn is_dmabuf(features: &gst::CapsFeaturesRef) -> bool {
    !features.is_any() && features.contains(DMABUF_FEATURE)
}

/// Takes the plain form of DMABuf out of what is offered, unless that is all that `asked` says. Decoders of
/// GStreamer 1.22 and before send tiles in it, and tell nobody.
pub fn without_plain_dmabuf(caps: gst::Caps, asked: Option<&gst::CapsRef>) -> gst::Caps {
    let only = |asked: &gst::CapsRef| {
        let mut all = asked.iter_with_features();
        !asked.is_any() && all.all(|(_, features)| is_dmabuf(features))
    };
    if asked.is_some_and(only) {
        return caps;
    }
    let kept = caps
        .iter_with_features()
        .filter(|(structure, features)| !is_dmabuf(features) || drm_format::is_drm(structure));
    kept.map(|(s, f)| (s.to_owned(), f.to_owned())).collect()
}

/// What upstream may send, in our order of preference: a source that can make any format then makes a
/// common one.
pub fn preferred(mut caps: gst::Caps) -> gst::Caps {
    for structure in caps.make_mut().iter_mut() {
        let Ok(given) = structure.get::<gst::List>("format") else {
            continue;
        };
        let names: Vec<_> = given
            .iter()
            .filter_map(|name| name.get::<&str>().ok())
            .collect();
        let ours = format::FORMATS.iter().map(|format| format.to_str());
        let ours = ours.filter(|name| names.contains(&name.as_str()));
        let ours = gst::List::new(ours.map(|name| name.as_str().to_send_value()));
        if ours.len() == names.len() {
            structure.set("format", ours);
        }
    }
    caps
}

/// The same features with the memory asked for; empty if the features name a memory of another kind.
fn swap_memory(features: &gst::CapsFeaturesRef, gpu: bool) -> Vec<gst::CapsFeatures> {
    if features.is_any() {
        return vec![features.to_owned()];
    }
    let names: Vec<String> = features.iter().map(|name| name.to_string()).collect();
    let is_memory = |name: &&String| name.starts_with("memory:");
    let ours = |name: &String| name == MEMORY_FEATURE || name == SYSTEM_MEMORY;
    if !names.iter().filter(is_memory).all(ours) {
        return Vec::new();
    }
    let others = || names.iter().filter(|n| !is_memory(n)).map(String::as_str);
    let with = |memory| std::iter::once(memory).chain(others());
    match (gpu, others().count()) {
        (true, _) => vec![gst::CapsFeatures::new(with(MEMORY_FEATURE))],
        (false, 0) => vec![gst::CapsFeatures::new_empty()],
        // With another feature present, some elements write out system memory and some leave it out.
        (false, _) => vec![
            gst::CapsFeatures::new(others()),
            gst::CapsFeatures::new(with(SYSTEM_MEMORY)),
        ],
    }
}

/// Restricts `candidates` to the structures to fixate from: GPU frames if downstream names them, else system
/// memory, else DMABuf. A sink that accepts any caps gets system memory. DMABuf is only for who takes nothing else:
/// whether another driver can read it turns out too late to take it back.
pub fn prefer(candidates: gst::Caps, peer: Option<&gst::Caps>) -> gst::Caps {
    let names_gpu = |peer: &gst::Caps| peer.iter_with_features().any(|(_, f)| is_gpu(f));
    let gpu = peer.is_some_and(|peer| !peer.is_any() && names_gpu(peer));
    let mut chosen: gst::Caps = candidates
        .iter_with_features()
        .filter(|(_, features)| is_gpu(features) == gpu && !is_dmabuf(features))
        .map(|(structure, features)| (structure.to_owned(), features.to_owned()))
        .collect();
    if chosen.is_empty() {
        chosen = candidates;
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn caps(text: &str) -> gst::Caps {
        gst::Caps::from_str(text).unwrap()
    }

    #[test]
    fn fields_stay_and_both_memories_are_offered() {
        gst::init().unwrap();
        let input = caps("video/x-raw,format=NV12,colorimetry=bt2020,unknown-field=(int)7");
        let expected = caps(
            "video/x-raw(memory:WGPUMemory),format=NV12,colorimetry=bt2020,unknown-field=(int)7;\
             video/x-raw,format=NV12,colorimetry=bt2020,unknown-field=(int)7",
        );
        assert_eq!(transform(&input, None), expected);
        assert_eq!(transform(&expected, None), expected);
    }

    #[test]
    fn a_source_of_any_format_makes_a_common_one() {
        gst::init().unwrap();
        let any = caps("video/x-raw,format={GBRA_12LE,RGBA,I420,NV12}");
        let found = preferred(any);
        let wanted = caps("video/x-raw,format={NV12,I420,RGBA,GBRA_12LE}");
        assert_eq!(found.to_string(), wanted.to_string());
    }

    #[test]
    fn other_features_stay() {
        gst::init().unwrap();
        let input = caps("video/x-raw(memory:SystemMemory,meta:GstVideoOverlayComposition)");
        let output = transform(&input, None);
        for wanted in [
            "video/x-raw(memory:WGPUMemory,meta:GstVideoOverlayComposition)",
            "video/x-raw(memory:SystemMemory,meta:GstVideoOverlayComposition)",
            "video/x-raw(meta:GstVideoOverlayComposition)",
        ] {
            assert!(caps(wanted).is_subset(&output), "{wanted} in {output}");
        }
        assert!(!caps("video/x-raw").is_subset(&output));
        assert!(transform(&caps("video/x-raw(memory:CUDAMemory)"), None).is_empty());
    }

    #[test]
    fn gpu_frames_only_for_those_who_name_them() {
        gst::init().unwrap();
        let both = caps("video/x-raw(memory:WGPUMemory);video/x-raw");
        let system = caps("video/x-raw");
        assert!(are_gpu(&prefer(both.clone(), Some(&both))));
        assert!(!are_gpu(&prefer(both.clone(), Some(&gst::Caps::new_any()))));
        assert!(!are_gpu(&prefer(
            both.clone(),
            Some(&caps("video/x-raw(ANY)"))
        )));
        assert!(!are_gpu(&prefer(both.clone(), None)));
        assert_eq!(prefer(system.clone(), Some(&both)), system);
    }
}
