//! What a recording borrows from others until the GPU has done with it.

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::identity::next_id;

/// Anything that is given back by dropping it, such as a producer's buffer.
pub type Lent = Box<dyn Any + Send>;

/// What a recording borrows until the GPU has done with it.
#[derive(Debug, Default)]
pub(super) struct Borrowed {
    /// Memory that others write or read.
    pub(super) foreign: Vec<wgpu::Buffer>,
    /// Dropped then.
    pub(super) kept: Vec<Lent>,
}

/// What recordings of one recorder have borrowed, by the number of the loan.
#[derive(Debug, Clone, Default)]
pub(super) struct Loans(Arc<Mutex<Vec<Loan>>>);

/// The number of a loan, and what was lent.
type Loan = (u64, Vec<Lent>);

impl Loans {
    /// Notes a loan; its number, to end it with.
    pub(super) fn begin(&self, lent: Vec<Lent>) -> u64 {
        let number = next_id();
        self.lock().push((number, lent));
        number
    }

    /// Gives back what belongs to one number.
    pub(super) fn end(&self, number: u64) {
        let mut all = self.lock();
        let (ended, others) = std::mem::take(&mut *all)
            .into_iter()
            .partition::<Vec<_>, _>(|loan| loan.0 == number);
        *all = others;
        drop(all);
        // Without the lock: its owner may do anything.
        drop(ended);
    }

    /// Gives all back: the GPU does nothing any more.
    pub(super) fn end_all(&self) {
        let ended = std::mem::take(&mut *self.lock());
        drop(ended);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Loan>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loan_is_given_back_once_it_ends() {
        let (loans, lent) = (Loans::default(), Arc::new(()));
        let numbers = [0, 1, 2].map(|_| loans.begin(vec![Box::new(lent.clone())]));
        assert_eq!(Arc::strong_count(&lent), 4);
        loans.end(numbers[1]);
        loans.end(numbers[1]);
        assert_eq!(Arc::strong_count(&lent), 3);
        loans.end_all();
        assert_eq!(Arc::strong_count(&lent), 1);
    }
}
