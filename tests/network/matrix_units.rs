//! The kernel for matrix units, as far as it can be tested without them.

use gstwgpu::network::passes::CONV_MATRIX;
use naga::back::pipeline_constants::process_overrides;
use naga::back::spv;
use naga::valid::{Capabilities, ValidationFlags, Validator};

/// Numbers of SPIR-V: the instruction that declares a capability, and capabilities.
const CAPABILITY: u32 = 17;
const COOPERATIVE_MATRIX: u32 = 6022;
const OF_SUBGROUPS: std::ops::RangeInclusive<u32> = 61..=68;

/// SPIR-V that a driver gets for 16 or 32 outputs, with and without another map to add.
fn compiled(is_wide: bool, has_skip: bool) -> Vec<u32> {
    let (text, _) = CONV_MATRIX.load().unwrap();
    let module = naga::front::wgsl::parse_str(&text).unwrap();
    let mut validator = Validator::new(ValidationFlags::all(), Capabilities::all());
    let info = validator.validate(&module).unwrap();
    let switches = [("IS_WIDE", is_wide), ("HAS_SKIP", has_skip)];
    let switches = switches.map(|(name, on)| (name.to_owned(), f64::from(u8::from(on))));
    let (module, info) = process_overrides(&module, &info, None, &switches.into()).unwrap();
    let options = spv::Options {
        lang_version: (1, 6),
        ..spv::Options::default()
    };
    spv::write_vec(&module, &info, &options, None).unwrap()
}

fn capabilities(words: &[u32]) -> Vec<u32> {
    let mut found = Vec::new();
    let mut rest = &words[5..];
    while let Some(first) = rest.first() {
        let length = (first >> 16) as usize;
        if first & 0xffff == CAPABILITY {
            found.push(rest[1]);
        }
        rest = &rest[length..];
    }
    found
}

/// NVIDIA drivers were seen to crash on shaders that declare both.
#[test]
fn the_kernel_declares_matrices_and_no_subgroup_operations() {
    for (is_wide, has_skip) in [(false, false), (false, true), (true, false), (true, true)] {
        let words = compiled(is_wide, has_skip);
        let found = capabilities(&words);
        assert!(found.contains(&COOPERATIVE_MATRIX), "{found:?}");
        assert!(!found.iter().any(|c| OF_SUBGROUPS.contains(c)), "{found:?}");
        if let Ok(folder) = std::env::var("SPIRV_OUT") {
            let bytes: &[u8] = bytemuck::cast_slice(&words);
            std::fs::write(format!("{folder}/conv_{is_wide}_{has_skip}.spv"), bytes).unwrap();
        }
    }
}
