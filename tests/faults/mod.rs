//! Drivers that fail: what goes out of the elements then. A Vulkan layer (`layer.rs`) lets any call fail, under
//! any driver.

mod long;
mod loss;
pub mod stream;
mod table;

use std::path::PathBuf;
use std::sync::LazyLock;

use crate::video::errors::{in_child, is_child};

/// The calls that can fail, numbered as in `layer.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Call {
    Submit,
    Allocate,
    Wait,
    Status,
    Pipeline,
    Map,
    Image,
    Buffer,
    CommandBuffer,
    Begin,
    End,
    Device,
}

/// Results of Vulkan, and a wait that never ends.
pub const LOST: i32 = -4;
pub const OUT_OF_DEVICE_MEMORY: i32 = -2;
pub const OUT_OF_HOST_MEMORY: i32 = -1;
pub const STUCK: i32 = i32::MAX;

/// All of them.
pub const ALWAYS: u32 = u32::MAX;

/// Name of the layer, for Vulkan's loader.
const NAME: &str = "VK_LAYER_gstwgpu_faults";

/// The layer: an example, beside the folder of this test.
fn library() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap();
    folder.join("examples/libfaultlayer.so")
}

/// Builds the layer; the command that builds the tests leaves it out.
fn build() {
    let built = std::process::Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--example", "faultlayer"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    let path = library();
    assert!(built.success() && path.exists(), "no {}", path.display());
}

/// Runs a test in a process whose Vulkan calls go through the layer. `None` in that process.
pub fn through_layer(test: &str) -> Option<std::process::Output> {
    through_layer_with(test, &[])
}

/// The same, with further variables.
pub fn through_layer_with(test: &str, more: &[(&str, &str)]) -> Option<std::process::Output> {
    if !is_child() {
        build();
    }
    let folder = std::env::temp_dir().join(format!("gstwgpu-layer-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let manifest = format!(
        r#"{{"file_format_version":"1.1.2","layer":{{"name":"{NAME}","type":"GLOBAL",
        "library_path":{:?},"api_version":"1.3.0","implementation_version":"1",
        "description":"makes calls fail"}}}}"#,
        library()
    );
    std::fs::write(folder.join("faults.json"), manifest).unwrap();
    let path = folder.to_str().unwrap();
    let mut variables = vec![("VK_LAYER_PATH", path), ("VK_INSTANCE_LAYERS", NAME)];
    variables.extend(more);
    let output = in_child(test, &variables);
    if let Some(output) = &output {
        let _ = std::fs::remove_dir_all(&folder);
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("panicked at"), "{said}");
    }
    output
}

static LAYER: LazyLock<libloading::Library> = LazyLock::new(|| {
    // SAFETY: our own library, which does nothing when it is loaded.
    unsafe { libloading::Library::new(library()) }.unwrap()
});

/// Lets a call fail: after `skip` more that succeed, `times` in a row.
pub fn fault(call: Call, result: i32, skip: u32, times: u32) {
    type Fault = unsafe extern "C" fn(u32, i32, u32, u32);
    // SAFETY: the type is that of the layer's function.
    unsafe {
        let fault: libloading::Symbol<'_, Fault> = LAYER.get(b"gstwgpu_fault\0").unwrap();
        fault(call as u32, result, skip, times);
    }
}

/// How many imports of DMABuf are alive.
pub fn imports() -> u32 {
    type Imports = unsafe extern "C" fn() -> u32;
    // SAFETY: the type is that of the layer's function.
    unsafe {
        let imports: libloading::Symbol<'_, Imports> = LAYER.get(b"gstwgpu_imports\0").unwrap();
        imports()
    }
}

/// Lets no call fail any more.
pub fn heal() {
    for call in 0..=Call::Device as u32 {
        // SAFETY: all numbers up to the last are calls.
        fault(unsafe { std::mem::transmute::<u32, Call>(call) }, 0, 0, 0);
    }
}
