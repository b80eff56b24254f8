//! Errors of the GPU layer, in words that a user can act on.

/// Errors of the GPU layer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GpuError {
    /// No adapter at all, or none that can be used.
    #[error(
        "no usable GPU adapter: {reason}. Adapters found: {found}. Install a Vulkan driver \
         (Debian and Ubuntu: mesa-vulkan-drivers, which includes a software device)"
    )]
    NoAdapter {
        /// Why no adapter was chosen.
        reason: String,
        /// All adapters, separated by commas, or `none`.
        found: String,
    },
    /// The property `adapter` matches no adapter.
    #[error("adapter \"{wanted}\" not found; accepted is an index or a part of a name of: {found}")]
    UnknownAdapter {
        /// Value of the property.
        wanted: String,
        /// All adapters.
        found: String,
    },
    /// The adapter lacks a feature or limit that every element needs.
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
        /// The driver's message.
        reason: String,
    },
    /// The device went away: driver reset, unplugged, out of memory.
    #[error("the GPU device was lost: {0}")]
    Lost(String),
    /// The device has no room for what was asked of it; it works on.
    #[error("the GPU is out of memory: {0}")]
    OutOfMemory(String),
    /// A frame's work did not end in time.
    #[error("the GPU did not finish a frame within {0} seconds; it hangs or is overloaded")]
    Stalled(u64),
    /// A frame's work was given up, for its time was over; the device works on.
    #[error("the GPU is late")]
    Late,
    /// The wait was ended by [`Patience::cancel`](super::patience::Patience::cancel).
    #[error("the wait was cancelled")]
    Cancelled,
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
        /// Largest side that the device supports, in pixels.
        limit: u32,
    },
    /// Frames need a buffer that is too large to be bound.
    #[error(
        "frames of {width}x{height} need larger buffers than this adapter can bind; \
         {most_width}x{most_height} is the largest size here, at this aspect ratio, format and preset"
    )]
    TooManyPixels {
        /// Width asked for, in pixels.
        width: u32,
        /// Height asked for, in pixels.
        height: u32,
        /// Width of the largest frame of this aspect ratio.
        most_width: u32,
        /// Height of the largest frame of this aspect ratio.
        most_height: u32,
    },
    /// A shader does not parse, or its bindings or parameters differ from the host's.
    #[error("shader {name}: {reason}")]
    Shader {
        /// Path of the shader below `shaders/` without ending, such as `picture/unpack`.
        name: String,
        /// The parser's message, or the first difference.
        reason: String,
    },
    /// Memory given for a plane is smaller than its size and stride require.
    #[error("plane {plane} needs {needed} bytes, {given} were given")]
    ShortPlane {
        /// Index of the plane.
        plane: usize,
        /// Bytes required by size and stride.
        needed: usize,
        /// Bytes given.
        given: usize,
    },
}

impl GpuError {
    /// True where the device failed, and not what was asked of it: with another device, or later with the
    /// same, it may work.
    pub fn is_loss(&self) -> bool {
        matches!(
            self,
            Self::Open { .. }
                | Self::Lost(_)
                | Self::OutOfMemory(_)
                | Self::Stalled(_)
                | Self::Late
                | Self::Fault(_)
        )
    }
}
