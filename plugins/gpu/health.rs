//! Errors of a device since it was opened.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::error::GpuError;

thread_local! {
    /// What this thread could not allocate, and on which device. The others on the device need not know.
    static SHORTAGE: RefCell<Option<(usize, String)>> = const { RefCell::new(None) };
}

/// The first loss or fault.
#[derive(Debug, Default)]
pub(super) struct Health {
    first: Mutex<Option<GpuError>>,
    /// Those who have told others of it.
    told: Mutex<BTreeSet<usize>>,
}

impl Health {
    /// Records an error, unless one was recorded before.
    pub(super) fn report(&self, error: GpuError) {
        self.first().get_or_insert(error);
    }

    fn first(&self) -> MutexGuard<'_, Option<GpuError>> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True the first time that it is asked with this number.
    pub(super) fn is_first_to_tell(&self, number: usize) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.insert(number)
    }

    /// This thread asked for more memory than there is. The device goes on.
    pub(super) fn report_shortage(&self, reason: String) {
        SHORTAGE.set(Some((self.number(), reason)));
    }

    /// The first error; else, once, what this thread could not allocate.
    pub(super) fn check(&self) -> Result<(), GpuError> {
        if let Some(error) = &*self.first() {
            return Err(error.clone());
        }
        let ours = |(device, _): &mut (usize, String)| *device == self.number();
        match SHORTAGE.with_borrow_mut(|shortage| shortage.take_if(ours)) {
            Some((_, reason)) => Err(GpuError::OutOfMemory(reason)),
            None => Ok(()),
        }
    }

    fn number(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortage_is_told_once_and_to_whom_it_concerns() {
        let (health, other) = (Health::default(), Health::default());
        health.report_shortage("a frame".into());
        std::thread::scope(|scope| {
            scope.spawn(|| assert!(health.check().is_ok()));
        });
        assert!(other.check().is_ok());
        assert!(matches!(health.check(), Err(GpuError::OutOfMemory(_))));
        assert!(health.check().is_ok());
    }
}
