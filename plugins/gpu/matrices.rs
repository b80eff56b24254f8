//! Matrix units of an adapter, which wgpu calls cooperative matrices.

use std::fmt;
use std::sync::OnceLock;

use wgpu::CooperativeScalarType::{F16, F32};

/// Rows and columns of the matrices that kernels use.
const SIDE: u32 = 16;
/// Subgroup size that kernels with matrices need.
const SUBGROUP: u32 = 32;

/// The matrices that an adapter offers, and whether they have been proven correct.
#[derive(Debug, Default)]
pub struct Matrices {
    offered: Vec<wgpu::CooperativeMatrixProperties>,
    is_usable: bool,
    proof: OnceLock<bool>,
}

impl Matrices {
    /// Queries the adapter.
    pub(super) fn of(adapter: &wgpu::Adapter) -> Self {
        let info = adapter.get_info();
        Self::from_parts(
            adapter.cooperative_matrix_properties(),
            adapter.features(),
            (info.subgroup_min_size, info.subgroup_max_size),
        )
    }

    /// From the adapter's matrix formats, its features, and its smallest and largest subgroup size. Usable
    /// are 16x16 f16 matrices with f32 sums and subgroups of exactly 32: f16 sums would be less exact than
    /// the kernels without matrix units, and other sizes would need another tiling.
    fn from_parts(
        offered: Vec<wgpu::CooperativeMatrixProperties>,
        features: wgpu::Features,
        subgroups: (u32, u32),
    ) -> Self {
        let needed = wgpu::Features::EXPERIMENTAL_COOPERATIVE_MATRIX | wgpu::Features::SHADER_F16;
        let fits = |one: &wgpu::CooperativeMatrixProperties| {
            [one.m_size, one.n_size, one.k_size] == [SIDE; 3]
                && (one.ab_type, one.cr_type) == (F16, F32)
        };
        let is_usable = features.contains(needed)
            && subgroups == (SUBGROUP, SUBGROUP)
            && offered.iter().any(fits);
        Self {
            offered,
            is_usable,
            proof: OnceLock::new(),
        }
    }

    /// Device features to request.
    pub(super) fn features(&self) -> wgpu::Features {
        match self.is_usable {
            true => wgpu::Features::EXPERIMENTAL_COOPERATIVE_MATRIX,
            false => wgpu::Features::empty(),
        }
    }

    /// Permission for experimental features, which wgpu wants explicitly.
    pub(super) fn consent(&self) -> wgpu::ExperimentalFeatures {
        if !self.is_usable {
            return wgpu::ExperimentalFeatures::disabled();
        }
        // SAFETY: requested for one feature of one kernel, which is this project's own: its matrices lie
        // inside its buffers, and offsets and strides are uniform in a subgroup. A second device tests it
        // before this one relies on it.
        unsafe { wgpu::ExperimentalFeatures::enabled() }
    }

    /// True if kernels may use them, provided that they pass the proof.
    pub fn is_usable(&self) -> bool {
        self.is_usable
    }

    /// Whether matrices are usable and the proof succeeded. `prove` runs on the first call only; later calls
    /// return its result.
    pub fn prove_once(&self, prove: impl FnOnce() -> bool) -> bool {
        self.is_usable && *self.proof.get_or_init(prove)
    }
}

impl fmt::Display for Matrices {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.offered.is_empty() {
            return formatter.write_str("none");
        }
        for (number, one) in self.offered.iter().enumerate() {
            let comma = if number > 0 { ", " } else { "" };
            let (m, n, k) = (one.m_size, one.n_size, one.k_size);
            let (from, to) = (one.ab_type, one.cr_type);
            write!(formatter, "{comma}{m}x{n}x{k} {from:?} to {to:?}")?;
        }
        formatter.write_str(match (self.is_usable, self.proof.get()) {
            (false, _) => " (no format that kernels use)",
            (true, None) => " (not tested yet)",
            (true, Some(true)) => " (in use)",
            (true, Some(false)) => " (tested, wrong results)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wgpu::Features;

    fn square(side: u32, to: wgpu::CooperativeScalarType) -> wgpu::CooperativeMatrixProperties {
        wgpu::CooperativeMatrixProperties {
            m_size: side,
            n_size: side,
            k_size: side,
            ab_type: F16,
            cr_type: to,
            saturating_accumulation: false,
        }
    }

    #[test]
    fn only_matrices_that_kernels_know_are_used() {
        let both = Features::EXPERIMENTAL_COOPERATIVE_MATRIX | Features::SHADER_F16;
        let good = square(16, F32);
        let cases = [
            (vec![square(16, F16), good], both, (32, 32), true),
            (vec![good], Features::SHADER_F16, (32, 32), false),
            (vec![good], both, (32, 64), false),
            (vec![good], both, (16, 16), false),
            (vec![square(16, F16)], both, (32, 32), false),
            (vec![square(8, F32)], both, (32, 32), false),
            (vec![], both, (32, 32), false),
        ];
        for (offered, features, subgroups, usable) in cases {
            let found = Matrices::from_parts(offered, features, subgroups);
            assert_eq!(
                found.is_usable(),
                usable,
                "{found} {features:?} {subgroups:?}"
            );
            assert_eq!(!found.features().is_empty(), usable);
            assert_eq!(found.prove_once(|| true), usable);
        }
    }

    #[test]
    fn they_are_tried_once_and_what_was_found_stays() {
        let both = Features::EXPERIMENTAL_COOPERATIVE_MATRIX | Features::SHADER_F16;
        let matrices = Matrices::from_parts(vec![square(16, F32)], both, (32, 32));
        let name = "16x16x16 F16 to F32";
        assert_eq!(matrices.to_string(), format!("{name} (not tested yet)"));
        assert!(!matrices.prove_once(|| false));
        assert!(!matrices.prove_once(|| true));
        assert_eq!(
            matrices.to_string(),
            format!("{name} (tested, wrong results)")
        );
        assert_eq!(Matrices::default().to_string(), "none");
    }
}
