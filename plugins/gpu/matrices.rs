//! Matrix units of an adapter: what wgpu calls cooperative matrices.

use std::fmt;
use std::sync::OnceLock;

use wgpu::CooperativeScalarType::{F16, F32};

/// Rows and columns of the matrices that kernels use.
const SIDE: u32 = 16;
/// Invocations of a subgroup that kernels with matrices count on.
const SUBGROUP: u32 = 32;

/// What an adapter offers, and whether it has proved itself.
#[derive(Debug, Default)]
pub struct Matrices {
    offered: Vec<wgpu::CooperativeMatrixProperties>,
    is_usable: bool,
    proof: OnceLock<bool>,
}

impl Matrices {
    /// Asks the adapter.
    pub(super) fn of(adapter: &wgpu::Adapter) -> Self {
        let info = adapter.get_info();
        Self::from_parts(
            adapter.cooperative_matrix_properties(),
            adapter.features(),
            (info.subgroup_min_size, info.subgroup_max_size),
        )
    }

    /// From what an adapter says: its matrices, its features, its smallest and largest subgroup.
    /// Usable are 16x16 halves with sums of whole floats, on subgroups of just 32: sums of halves
    /// would be less exact than the form without matrix units, and smaller matrices or subgroups of
    /// several sizes call for another tiling.
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

    /// The feature to ask for.
    pub(super) fn features(&self) -> wgpu::Features {
        match self.is_usable {
            true => wgpu::Features::EXPERIMENTAL_COOPERATIVE_MATRIX,
            false => wgpu::Features::empty(),
        }
    }

    /// The consent that wgpu wants to an experimental feature.
    pub(super) fn consent(&self) -> wgpu::ExperimentalFeatures {
        if !self.is_usable {
            return wgpu::ExperimentalFeatures::disabled();
        }
        // SAFETY: asked for only where one kernel uses the one feature, and that kernel is this
        // project's own: its matrices lie inside its buffers, and places and strides are the same
        // in a whole subgroup. It is tried on a device of its own before it is relied on.
        unsafe { wgpu::ExperimentalFeatures::enabled() }
    }

    /// True where kernels may use them, once they have proved themselves.
    pub fn is_usable(&self) -> bool {
        self.is_usable
    }

    /// What `prove` found when this was asked for the first time; false where none are usable.
    pub fn hold(&self, prove: impl FnOnce() -> bool) -> bool {
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
            (false, _) => " (none that kernels use)",
            (true, None) => " (not tried yet)",
            (true, Some(true)) => " (in use)",
            (true, Some(false)) => " (tried, and wrong)",
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
            assert_eq!(found.hold(|| true), usable);
        }
    }

    #[test]
    fn they_are_tried_once_and_what_was_found_stays() {
        let both = Features::EXPERIMENTAL_COOPERATIVE_MATRIX | Features::SHADER_F16;
        let matrices = Matrices::from_parts(vec![square(16, F32)], both, (32, 32));
        let name = "16x16x16 F16 to F32";
        assert_eq!(matrices.to_string(), format!("{name} (not tried yet)"));
        assert!(!matrices.hold(|| false));
        assert!(!matrices.hold(|| true));
        assert_eq!(matrices.to_string(), format!("{name} (tried, and wrong)"));
        assert_eq!(Matrices::default().to_string(), "none");
    }
}
