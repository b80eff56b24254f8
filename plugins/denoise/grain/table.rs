//! The text of a film-grain table, as libaom and SVT-AV1 read it: `filmgrn1`.
//!
//! Each entry has a period of time, in units of 100 ns, and the grain of the pictures in it.

use super::lags::LAG;
use super::params::GrainParams;

/// First line of the file.
pub const HEADER: &str = "filmgrn1\n";
/// Bytes of the entry that [`leader`] makes: more than any entry has.
pub const LEADER_BYTES: usize = 1024;
/// Random numbers begin with this; encoders go on from there by themselves.
const SEED: u16 = 7391;
/// Overlap of blocks, which hides their borders; on.
const OVERLAP: u8 = 1;
/// Chroma's grain depends on luma alone: factor 0 on chroma, 1 on luma, no offset.
const CHROMA_BY_LUMA: &str = "128 192 256 128 192 256";

/// A period of time in units of 100 ns, from the first picture of the stream on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Of its first picture.
    pub start: i64,
    /// Of the first picture after it.
    pub end: i64,
}

/// The text of one entry.
pub fn entry(period: Period, params: &GrainParams) -> String {
    padded(period, params, 0)
}

/// An entry of [`LEADER_BYTES`] for encoders that read no more than the first one, such as SVT-AV1. It lasts
/// no time, so that others pass over it.
pub fn leader(params: &GrainParams) -> String {
    let moment = Period { start: 0, end: 0 };
    let length = padded(moment, params, 0).len();
    padded(moment, params, LEADER_BYTES.saturating_sub(length))
}

fn padded(Period { start, end }: Period, params: &GrainParams, blanks: usize) -> String {
    let applies = u8::from(params.has_grain());
    let blanks = " ".repeat(blanks);
    let shape = format!(
        "\tp {LAG} {} {} {} 0 {OVERLAP} {CHROMA_BY_LUMA}\n",
        params.weight_shift, params.grain_scale_shift, params.scaling_shift
    );
    let curves = ["sY", "sCb", "sCr"].iter().zip(&params.points);
    let curves = curves.map(|(name, points)| {
        let points = points.iter().map(|(x, y)| format!(" {x} {y}"));
        let blank = if *name == "sY" { " " } else { "" };
        format!(
            "\t{name} {}{blank}{}\n",
            points.len(),
            points.collect::<String>()
        )
    });
    let weights = ["cY", "cCb", "cCr"].iter().zip(&params.weights);
    let weights = weights.map(|(name, weights)| {
        let weights = weights.iter().map(|weight| format!(" {weight}"));
        format!("\t{name}{}\n", weights.collect::<String>())
    });
    let head = format!("E{blanks} {start} {end} {applies} {SEED} 1\n");
    [head, shape]
        .into_iter()
        .chain(curves)
        .chain(weights)
        .collect()
}
