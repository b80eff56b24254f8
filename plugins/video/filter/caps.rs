//! Caps of the filters: output caps equal input caps except for the memory, which may change either way.

use gst::prelude::*;

use crate::video::format;
use crate::video::memory::MEMORY_FEATURE;

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

fn append(caps: &mut gst::Caps, features: &[&str]) {
    let one = gst_video::VideoCapsBuilder::new()
        .format_list(format::FORMATS)
        .build();
    let caps = caps.make_mut();
    for structure in one.iter() {
        let features = gst::CapsFeatures::new(features.iter().copied());
        caps.append_structure_full(structure.to_owned(), Some(features));
    }
}

/// The sink and the source template; a class makes them once.
pub fn templates(sink: Memories, src: Memories) -> Vec<gst::PadTemplate> {
    let pad = |name, direction, memories| {
        gst::PadTemplate::new(
            name,
            direction,
            gst::PadPresence::Always,
            &template(memories),
        )
    };
    [
        pad("sink", gst::PadDirection::Sink, sink),
        pad("src", gst::PadDirection::Src, src),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// True if the features name our memory; false for "any".
pub fn is_gpu(features: &gst::CapsFeaturesRef) -> bool {
    !features.is_any() && features.contains(MEMORY_FEATURE)
}

/// True if fixed caps describe GPU frames.
pub fn are_gpu(caps: &gst::CapsRef) -> bool {
    caps.features(0).is_some_and(is_gpu)
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
/// memory. A sink that accepts any caps gets system memory.
pub fn prefer(candidates: gst::Caps, peer: Option<&gst::Caps>) -> gst::Caps {
    let names_gpu = |peer: &gst::Caps| peer.iter_with_features().any(|(_, f)| is_gpu(f));
    let gpu = peer.is_some_and(|peer| !peer.is_any() && names_gpu(peer));
    let mut chosen: gst::Caps = candidates
        .iter_with_features()
        .filter(|(_, features)| is_gpu(features) == gpu)
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
