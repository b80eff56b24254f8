//! The colour matrix of a stream from its caps.

use gst_video::{VideoColorMatrix, VideoColorimetry};

use crate::picture::matrix::Matrix;

/// The matrix that a colorimetry names; `None` if it names none of Y'CbCr.
pub fn of(colorimetry: &VideoColorimetry) -> Option<Matrix> {
    match colorimetry.matrix() {
        VideoColorMatrix::Bt601 => Some(Matrix::BT601),
        VideoColorMatrix::Bt709 => Some(Matrix::BT709),
        VideoColorMatrix::Bt2020 => Some(Matrix::BT2020),
        VideoColorMatrix::Smpte240m => Some(Matrix::SMPTE240M),
        VideoColorMatrix::Fcc => Some(Matrix::FCC),
        _ => None,
    }
}
