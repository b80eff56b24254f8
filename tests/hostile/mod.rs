//! Text and files from outside, at random and nearly right: parsers refuse them with a reason, and never panic,
//! hang or take what they cannot use.

mod pictures;
mod points;
mod track_file;
mod weights_file;

use proptest::prelude::*;

/// Bytes with some of them changed, left out or doubled.
pub fn damaged(whole: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4u8);
    proptest::collection::vec(change, 1..6).prop_map(move |changes| {
        let mut bytes = whole.clone();
        for (at, value, how) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = value,
                1 => bytes[at] ^= 1 << (value % 8),
                2 => bytes.truncate(at),
                _ => bytes.insert(at, value),
            }
        }
        bytes
    })
}
