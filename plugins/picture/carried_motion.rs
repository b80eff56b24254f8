//! Motion attached to a frame, so that the next filter of a chain need not search for it again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::motion::VectorField;
use super::unpack::Rows;
use crate::gpu::{Frame, Image, StorageBuffer};

/// A picture's position in the output of one filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// Number of the run of a filter, unique in the process.
    stream: u64,
    /// Index of the picture in that run.
    number: u64,
}

/// Motion from one picture to the one before it, as a filter found it.
#[derive(Debug)]
pub struct CarriedMotion {
    place: Place,
    vectors: Arc<Image>,
    /// Side of a block in luma pixels.
    block: u32,
    scene: Arc<StorageBuffer>,
}

impl CarriedMotion {
    /// The vectors. Those of a run's first picture are undefined.
    pub fn field(&self) -> VectorField<'_> {
        VectorField {
            vectors: &self.vectors,
            block: self.block,
        }
    }

    /// Word 0 is 1 if the picture begins a scene; word 1 counts the cuts before it.
    pub fn scene(&self) -> &StorageBuffer {
        &self.scene
    }
}

/// Numbers the pictures that a filter outputs.
#[derive(Debug)]
pub struct Sender(Place);

impl Sender {
    /// Begins a new run at picture 0.
    #[expect(
        clippy::new_without_default,
        reason = "each value is a new run, so there is no default"
    )]
    pub fn new() -> Self {
        static STREAMS: AtomicU64 = AtomicU64::new(0);
        Self(Place {
            stream: STREAMS.fetch_add(1, Ordering::Relaxed),
            number: 0,
        })
    }

    /// The motion to attach to the next output picture.
    pub fn send(
        &mut self,
        vectors: &Arc<Image>,
        block: u32,
        scene: &Arc<StorageBuffer>,
    ) -> Arc<CarriedMotion> {
        let place = self.0;
        self.0.number += 1;
        Arc::new(CarriedMotion {
            place,
            vectors: vectors.clone(),
            block,
            scene: scene.clone(),
        })
    }
}

/// Checks that the motion attached to a picture refers to the picture received before it. It does not if a
/// frame was dropped, repeated, or filtered without motion in between.
#[derive(Debug, Default)]
pub struct Receiver {
    last: Option<Place>,
}

impl Receiver {
    /// Forgets the last picture, so that the next one's motion is not used.
    pub fn reset(&mut self) {
        self.last = None;
    }

    /// The motion attached for these rows of `frame`, if it refers to the last frame received.
    pub fn receive(&mut self, frame: &Frame, rows: Rows) -> Option<Arc<CarriedMotion>> {
        let carried = frame.attached::<CarriedMotion>(rows.part());
        let next = self.last.map(|last| Place {
            number: last.number + 1,
            ..last
        });
        self.last = carried.as_ref().map(|carried| carried.place);
        carried.filter(|carried| next == Some(carried.place))
    }
}

/// A resource for the latest picture, while other users may still hold those of earlier pictures.
#[derive(Debug)]
pub struct Held<T> {
    /// The latest and earlier ones; those that nobody else holds are reused.
    all: Vec<Arc<T>>,
    latest: Arc<T>,
}

impl<T> Held<T> {
    /// Starts with `first` as the latest.
    pub fn new(first: T) -> Self {
        let latest = Arc::new(first);
        Self {
            all: vec![latest.clone()],
            latest,
        }
    }

    /// The resource of the latest picture.
    pub fn latest(&self) -> &Arc<T> {
        &self.latest
    }

    /// Makes another resource the latest: one that nobody holds, or a new one. Whoever dropped it has
    /// submitted all reads of it, and the queue keeps the order of submissions.
    pub fn renew(&mut self, make: impl FnOnce() -> T) {
        // Unused: held by `all` only, or by `all` and `latest`.
        if Arc::strong_count(&self.latest) == 2 {
            return;
        }
        let free = self.all.iter().find(|one| Arc::strong_count(one) == 1);
        self.latest = match free {
            Some(free) => free.clone(),
            None => {
                let made = Arc::new(make());
                self.all.push(made.clone());
                made
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_hold_is_not_written_again() {
        let mut held = Held::new(0);
        held.renew(|| 1);
        assert_eq!(**held.latest(), 0, "nobody holds it");
        let first = held.latest().clone();
        held.renew(|| 1);
        assert_eq!(**held.latest(), 1);
        let second = held.latest().clone();
        drop(first);
        held.renew(|| 2);
        assert_eq!(**held.latest(), 0, "free again");
        drop(second);
        assert_eq!(held.all.len(), 2);
    }
}
