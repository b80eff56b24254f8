//! Conversion of a source's colours to those of the frames: primaries, transfer and white.

use super::passes::{SOURCE_CONVERT, SourceConvertParams};
use crate::gpu::KernelSpec;
use crate::gpu::kernel::Switches;
use crate::trackoverlay::colour::{Encoding, Target, Transfer, pq_code};

/// From the coding of a source to that of frames. Standard range becomes high range with its white at
/// graphics white (ITU-R BT.2408); high range becomes a lower one by the tone curve of ITU-R BT.2390, and
/// colours that the frames cannot show are cut off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conversion {
    from: Encoding,
    to: Target,
}

impl Conversion {
    /// The conversion that is needed; `None` if codes mean the same in both.
    pub fn between(from: &Encoding, to: &Target) -> Option<Self> {
        let (a, b) = (from, &to.encoding);
        let same = a.transfer == b.transfer && a.primaries == b.primaries;
        (!same).then_some(Self {
            from: *from,
            to: *to,
        })
    }

    /// The kernel and its variant.
    pub fn kernel(&self) -> (&'static KernelSpec, Switches) {
        (
            &SOURCE_CONVERT,
            switches(self.from.transfer, self.to.encoding.transfer),
        )
    }

    /// True if levels are made before the conversion. They are means of squares, which are close to light
    /// in standard range and in HLG, but not in PQ.
    pub fn comes_last(&self) -> bool {
        squareness(self.from.transfer) < squareness(self.to.encoding.transfer)
    }

    /// Parameters for `count` texels, in rows of `width` invocations.
    pub(super) fn params(&self, count: u32, width: u32) -> SourceConvertParams {
        let (from, to) = (self.from, self.to.encoding);
        let shares = from.primaries.luminance();
        let rows = from.primaries.matrix_to(&to.primaries);
        let mut with_shares = rows
            .iter()
            .zip(shares)
            .map(|(row, share)| [row[0], row[1], row[2], share].map(|v| v as f32));
        let [red, green, blue] = std::array::from_fn(|_| with_shares.next().unwrap_or_default());
        let weights = to.primaries.luminance().map(|v| v as f32);
        let light = |light: f32| light / Transfer::PQ_PEAK;
        SourceConvertParams {
            red,
            green,
            blue,
            weights: [
                weights[0],
                weights[1],
                weights[2],
                light(self.to.graphics_white),
            ],
            count,
            width,
            most: pq_code(light(self.brightest(&to))),
            brightest: pq_code(light(self.brightest(&from))),
        }
    }

    /// Brightest light that a coding can have here, in cd/m2.
    fn brightest(&self, encoding: &Encoding) -> f32 {
        match encoding.transfer {
            Transfer::Standard => self.to.graphics_white,
            Transfer::Hlg => Transfer::HLG_PEAK,
            Transfer::Pq => encoding.mastered,
        }
    }
}

/// Order of codings, from close to the square root of light to far from it.
fn squareness(transfer: Transfer) -> u32 {
    match transfer {
        Transfer::Standard => 0,
        Transfer::Hlg => 1,
        Transfer::Pq => 2,
    }
}

/// Every pair is a variant of its own: software would compute all curves otherwise.
fn switches(from: Transfer, to: Transfer) -> Switches {
    use Transfer::{Hlg, Pq, Standard};
    macro_rules! pair {
        ($from_hlg:literal, $from_pq:literal, $to_hlg:literal, $to_pq:literal) => {
            &[
                ("FROM_HLG", $from_hlg),
                ("FROM_PQ", $from_pq),
                ("TO_HLG", $to_hlg),
                ("TO_PQ", $to_pq),
            ]
        };
    }
    match (from, to) {
        (Standard, Standard) => pair!(false, false, false, false),
        (Standard, Hlg) => pair!(false, false, true, false),
        (Standard, Pq) => pair!(false, false, false, true),
        (Hlg, Standard) => pair!(true, false, false, false),
        (Hlg, Hlg) => pair!(true, false, true, false),
        (Hlg, Pq) => pair!(true, false, false, true),
        (Pq, Standard) => pair!(false, true, false, false),
        (Pq, Hlg) => pair!(false, true, true, false),
        (Pq, Pq) => pair!(false, true, false, true),
    }
}
