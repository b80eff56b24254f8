//! What can go wrong on the GPU, in words an operator can act on.

/// Errors of the GPU layer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GpuError {
    /// No adapter at all, or none that fits.
    #[error(
        "no usable GPU adapter: {reason}. Adapters found: {found}. Install a Vulkan driver \
         (Debian and Ubuntu: mesa-vulkan-drivers, which includes a software device)"
    )]
    NoAdapter {
        /// Why none was taken.
        reason: String,
        /// The adapters that exist, one after the other, or `none`.
        found: String,
    },
    /// The property `adapter` matches nothing.
    #[error("adapter \"{wanted}\" not found; accepted is an index or a part of a name of: {found}")]
    UnknownAdapter {
        /// What was asked for.
        wanted: String,
        /// The adapters that exist.
        found: String,
    },
    /// The adapter lacks something every element needs.
    #[error(
        "adapter \"{adapter}\" cannot be used: it lacks {missing}; choose another one with the property `adapter`"
    )]
    Unsupported {
        /// Name of the adapter.
        adapter: String,
        /// The missing features or limits.
        missing: String,
    },
    /// The driver refused to open the device.
    #[error("adapter \"{adapter}\" could not be opened: {reason}")]
    Open {
        /// Name of the adapter.
        adapter: String,
        /// The driver's words.
        reason: String,
    },
    /// The device went away: driver reset, unplugged, out of memory.
    #[error("the GPU device was lost: {0}; restart the pipeline")]
    Lost(String),
    /// A frame's work did not end in time.
    #[error("the GPU did not finish a frame within {0} seconds; it hangs or is overloaded")]
    Stalled(u64),
    /// wgpu rejected a command: a bug in this plugin or in the driver.
    #[error("GPU fault: {0}")]
    Fault(String),
    /// A frame is larger than the device's textures.
    #[error("frames of {width}x{height} exceed this adapter's limit of {limit}x{limit} pixels")]
    TooLarge {
        /// Width asked for, in pixels.
        width: u32,
        /// Height asked for, in pixels.
        height: u32,
        /// The largest side.
        limit: u32,
    },
    /// A shader does not parse, or the host's view of it differs from its own.
    #[error("shader {name}: {reason}")]
    Shader {
        /// Name of the shader, as `denoise/unpack`.
        name: String,
        /// What does not fit.
        reason: String,
    },
    /// Memory given for a transfer is smaller than its strides say.
    #[error("plane {plane} needs {needed} bytes, {given} were given")]
    ShortPlane {
        /// Index of the plane.
        plane: usize,
        /// Bytes its size and stride call for.
        needed: usize,
        /// Bytes that are there.
        given: usize,
    },
}
