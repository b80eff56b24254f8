//! What a recording is known by once it is submitted.

/// Names a submitted recording, to wait for.
#[derive(Debug, Clone)]
pub struct Submission(pub(super) wgpu::SubmissionIndex);
