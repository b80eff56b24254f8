//! How convolutions are done.

use super::proof;
use crate::gpu::Gpu;

/// Variable that asks for a method by its name.
const VARIABLE: &str = "GSTWGPU_CONVOLUTIONS";

/// How convolutions are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Straight from memory: for software adapters.
    Direct,
    /// By tiles in workgroup memory.
    Tiled,
    /// By tiles, with products of half floats where there are four channel groups of outputs.
    TiledHalf,
    /// On matrix units, where there are some that hold: see [`proof`].
    Matrix,
    /// As on matrix units, in plain loops: for tests of the tiling.
    MatrixPlain,
}

impl Method {
    /// The fastest one on this adapter, or the one that `GSTWGPU_CONVOLUTIONS` asks for, if the adapter
    /// can do it so.
    pub fn of(gpu: &Gpu) -> Self {
        let asked = std::env::var(VARIABLE).ok();
        let asked = asked.as_deref().and_then(Self::named);
        let has_half = gpu.device().features().contains(wgpu::Features::SHADER_F16);
        // What runs in software, or is told to stay away from them, opens no device to try them on.
        let wants_matrices = matches!(asked, None | Some(Self::Matrix)) && !gpu.is_software();
        let has_matrices = wants_matrices && proof::matrices_hold(gpu);
        Self::choose(asked, gpu.is_software(), has_half, has_matrices)
    }

    fn choose(asked: Option<Self>, is_software: bool, has_half: bool, has_matrices: bool) -> Self {
        let can = |method: &Self| match method {
            Self::Direct | Self::Tiled => true,
            Self::TiledHalf | Self::MatrixPlain => has_half,
            Self::Matrix => has_matrices,
        };
        // Software has no arithmetic on half floats: each product would be converted.
        let fastest: &[Self] = match is_software {
            true => &[Self::Direct],
            false => &[Self::Matrix, Self::TiledHalf],
        };
        let mut wanted = asked.iter().chain(fastest);
        wanted
            .find(|method| can(method))
            .copied()
            .unwrap_or(Self::Tiled)
    }

    /// The method of a name.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "direct" => Self::Direct,
            "tiled" => Self::Tiled,
            "half" => Self::TiledHalf,
            "matrix" => Self::Matrix,
            "matrix-plain" => Self::MatrixPlain,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Method::{self, Direct, Matrix, MatrixPlain, Tiled, TiledHalf};

    #[test]
    fn an_adapter_gets_the_fastest_that_it_can_do() {
        let cases = [
            (None, (true, true, false), Direct),
            (None, (false, true, true), Matrix),
            (None, (false, true, false), TiledHalf),
            (None, (false, false, false), Tiled),
            (Some("half"), (false, true, true), TiledHalf),
            (Some("half"), (false, false, false), Tiled),
            (Some("matrix"), (false, true, false), TiledHalf),
            (Some("matrix"), (true, true, false), Direct),
            (Some("matrix-plain"), (true, true, false), MatrixPlain),
            (Some("tiled"), (true, true, false), Tiled),
            (Some("other"), (false, true, true), Matrix),
        ];
        for (name, (is_software, has_half, has_matrices), wanted) in cases {
            let asked = name.and_then(Method::named);
            let found = Method::choose(asked, is_software, has_half, has_matrices);
            assert_eq!(found, wanted, "{name:?}");
        }
    }
}
