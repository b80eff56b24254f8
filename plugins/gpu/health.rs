//! Errors of a device since it was opened.

use std::sync::{Mutex, PoisonError};

use super::error::GpuError;

/// The first loss or fault, if any.
#[derive(Debug, Default)]
pub(super) struct Health(Mutex<Option<GpuError>>);

impl Health {
    /// Records an error, unless one was recorded before.
    pub(super) fn report(&self, error: GpuError) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(error);
    }

    /// Returns the recorded error, if any.
    pub(super) fn check(&self) -> Result<(), GpuError> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }
}
