//! Handle to submitted work.

/// A submitted recording, to wait for with `Gpu::wait`.
#[derive(Debug, Clone)]
pub struct Submission(pub(super) wgpu::SubmissionIndex);
