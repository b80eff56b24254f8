//! Motion that travels with a frame to the next filter of a chain, which need not search again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::motion::VectorField;
use super::unpack::Rows;
use crate::gpu::{Frame, Image, StorageBuffer};

/// A picture's place in the stream of one filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    /// Another one for each filter, and after each start afresh.
    stream: u64,
    /// Pictures before it.
    number: u64,
}

/// What a filter found out about the motion from one picture to the one before it.
#[derive(Debug)]
pub struct CarriedMotion {
    place: Place,
    vectors: Arc<Image>,
    /// Side of a block in pixels of luma.
    block: u32,
    scene: Arc<StorageBuffer>,
}

impl CarriedMotion {
    /// The vectors. Those of a stream's first picture mean nothing.
    pub fn field(&self) -> VectorField<'_> {
        VectorField {
            vectors: &self.vectors,
            block: self.block,
        }
    }

    /// 1 in its first word where the picture begins a scene; then the cuts before it.
    pub fn scene(&self) -> &StorageBuffer {
        &self.scene
    }
}

/// Numbers the pictures that a filter gives out.
#[derive(Debug)]
pub struct Sender(Place);

impl Sender {
    /// At the first picture of a stream of its own.
    #[expect(
        clippy::new_without_default,
        reason = "no two are the same, so none is the default"
    )]
    pub fn new() -> Self {
        static STREAMS: AtomicU64 = AtomicU64::new(0);
        Self(Place {
            stream: STREAMS.fetch_add(1, Ordering::Relaxed),
            number: 0,
        })
    }

    /// What the next picture carries.
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

/// Tells whether the motion that comes with a picture leads to the picture that came before it: one
/// may have been dropped or repeated on the way, or filtered without motion.
#[derive(Debug, Default)]
pub struct Receiver {
    last: Option<Place>,
}

impl Receiver {
    /// Forgets the picture before.
    pub fn reset(&mut self) {
        self.last = None;
    }

    /// What came with these rows of `frame`, where it leads to those of the frame before.
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

/// A resource of which others may hold what it was for earlier pictures.
#[derive(Debug)]
pub struct Held<T> {
    /// The latest, and earlier ones for reuse.
    all: Vec<Arc<T>>,
    latest: Arc<T>,
}

impl<T> Held<T> {
    /// Starts with one.
    pub fn new(first: T) -> Self {
        let latest = Arc::new(first);
        Self {
            all: vec![latest.clone()],
            latest,
        }
    }

    /// The one of the latest picture.
    pub fn latest(&self) -> &Arc<T> {
        &self.latest
    }

    /// Makes the latest one that nobody else holds. Whoever let one go has submitted what reads it, and
    /// the queue keeps the order.
    pub fn renew(&mut self, make: impl FnOnce() -> T) {
        // One is held by `all`, the latest by `latest` too.
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
