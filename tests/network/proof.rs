//! The proof for matrix units, run with all other methods.

use gstwgpu::network::method::Method;
use gstwgpu::network::proof::matches_plain_loops;

/// All of them give the sums of plain loops to the bit, so only wrong ones fail.
#[test]
fn sums_of_whole_numbers_are_exact_by_every_method() {
    let gpu = crate::gpu::gpu();
    for method in [
        Method::Direct,
        Method::Tiled,
        Method::TiledHalf,
        Method::MatrixPlain,
    ] {
        assert!(matches_plain_loops(&gpu, method).unwrap(), "{method:?}");
    }
}
