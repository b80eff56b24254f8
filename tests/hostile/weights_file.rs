//! Files of a network's weights.

use gstwgpu::network::WeightsFile;
use proptest::prelude::*;

use super::damaged;

const WEIGHTS: &[u8] = include_bytes!("../../plugins/deartifact/weights/deartifact.bin");

/// Layers of a file that is taken read earlier ones only, and have all their weights.
fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(file) = WeightsFile::parse(bytes) {
        for (index, layer) in file.layers.iter().enumerate() {
            prop_assert!(
                layer.gate().is_none_or(|gate| gate < file.layers.len()),
                "{}",
                index
            );
            prop_assert!(layer.inputs > 0 && layer.outputs > 0);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_bytes_are_weights_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes)?;
        check(&[&WEIGHTS[..8], &bytes].concat())?;
    }

    /// The header and the layers' own words, where a number out of place hurts most.
    #[test]
    fn a_damaged_beginning_is_taken_or_refused(head in damaged(WEIGHTS[..600].to_vec())) {
        check(&[&head, &WEIGHTS[600..]].concat())?;
    }
}
