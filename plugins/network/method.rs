//! Choice of the convolution kernels.

use super::proof;
use crate::gpu::Gpu;

/// Environment variable with the name of a method to use.
const VARIABLE: &str = "GSTWGPU_CONVOLUTIONS";

/// Kind of convolution kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// No workgroup memory: for software adapters.
    Direct,
    /// Tiles in workgroup memory, f32 products.
    Tiled,
    /// Tiles in workgroup memory, f16 products in layers with at least four output channel groups.
    TiledHalf,
    /// Matrix units, if the adapter has usable ones that pass the [`proof`].
    Matrix,
    /// The tiling of `Matrix` in plain loops, for tests.
    MatrixPlain,
}

impl Method {
    /// The method that `GSTWGPU_CONVOLUTIONS` names if the adapter supports it, else the fastest one.
    pub fn of(gpu: &Gpu) -> Self {
        let asked = std::env::var(VARIABLE).ok();
        let asked = asked.as_deref().and_then(Self::named);
        let has_half = gpu.device().features().contains(wgpu::Features::SHADER_F16);
        // Software adapters, and runs with another method chosen, need no second device for the proof.
        let wants_matrices = matches!(asked, None | Some(Self::Matrix)) && !gpu.is_software();
        let has_matrices = wants_matrices && proof::matrices_are_correct(gpu);
        Self::choose(asked, gpu.is_software(), has_half, has_matrices)
    }

    fn choose(asked: Option<Self>, is_software: bool, has_half: bool, has_matrices: bool) -> Self {
        let can = |method: &Self| match method {
            Self::Direct | Self::Tiled => true,
            Self::TiledHalf | Self::MatrixPlain => has_half,
            Self::Matrix => has_matrices,
        };
        // Software has no f16 arithmetic: it would convert each operand.
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

    /// The method with this name.
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
