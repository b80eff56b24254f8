//! What a device told about itself since it was opened.

use std::sync::{Mutex, PoisonError};

use super::error::GpuError;

/// The first loss or fault.
#[derive(Debug, Default)]
pub(super) struct Health(Mutex<Option<GpuError>>);

impl Health {
    /// Keeps an error, if it is the first.
    pub(super) fn report(&self, error: GpuError) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(error);
    }

    /// The first error.
    pub(super) fn check(&self) -> Result<(), GpuError> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(error) => Err(error.clone()),
            None => Ok(()),
        }
    }
}
