//! What the benchmark works on: the noisy moving scene of the demo's clip, repeated side by side
//! where a larger picture is wanted. All of it is made before any clock starts.

#[path = "../demo/clip/noise.rs"]
pub mod noise;
#[path = "../demo/clip/scene.rs"]
mod scene;
#[path = "../demo/clip/texture.rs"]
mod texture;

use gstwgpu::gpu::transfer::HostPlane;
use gstwgpu::gpu::{ChromaOrder, FrameLayout, Subsampling};
use std::sync::Arc;

/// Pictures in the clip.
const COUNT: usize = 10;

/// A size in pixels.
pub type Size = (u32, u32);

/// The size of the scene.
pub const SCENE: Size = (scene::WIDTH as u32, scene::HEIGHT as u32);

/// The scene at its own size.
pub struct Clip {
    /// Noisy pictures, I420 without padding.
    pub noisy: Vec<Arc<[u8]>>,
    /// Luma of the same pictures without noise.
    pub clean: Vec<Vec<u8>>,
}

impl Clip {
    /// Makes all pictures.
    pub fn new() -> Self {
        let scene = scene::Scene::new();
        let numbers = 0..COUNT as u64;
        Self {
            noisy: numbers.clone().map(|n| scene.noisy(n).into()).collect(),
            clean: numbers.map(|n| scene.clean_luma(n)).collect(),
        }
    }

    /// The pictures in another size, in an order that can be repeated without a jump: forth and
    /// back.
    pub fn cycle(&self, size: Size) -> Vec<Arc<[u8]>> {
        let forth: Vec<Arc<[u8]>> = match size == SCENE {
            true => self.noisy.clone(),
            false => self.noisy.iter().map(|p| tiled(p, size)).collect(),
        };
        let back = forth[1..forth.len() - 1].iter().rev().cloned();
        forth.iter().cloned().chain(back).collect()
    }

    /// Mean PSNR of luma in decibels of I420 pictures of the scene's size, from the first on.
    pub fn psnr<'a>(&self, pictures: impl Iterator<Item = &'a [u8]>) -> f64 {
        let each: Vec<f64> = pictures
            .zip(&self.clean)
            .map(|(picture, clean)| psnr(picture, clean))
            .collect();
        each.iter().sum::<f64>() / each.len() as f64
    }
}

/// Shape of a picture of this size.
pub fn layout((width, height): Size) -> FrameLayout {
    FrameLayout {
        width,
        height,
        subsampling: Subsampling::S420,
        chroma: ChromaOrder::PlanarUv,
        depth: 8,
        shift: 0,
        alpha: false,
        host: None,
    }
}

/// Bytes of a picture of this size.
pub fn bytes(size: Size) -> usize {
    planes(size).iter().map(|(w, h)| w * h).sum()
}

/// The planes of a picture.
pub fn host_planes(picture: &[u8], size: Size) -> Vec<HostPlane<'_>> {
    let mut rest = picture;
    let mut next = |(width, height): (usize, usize)| {
        let (data, after) = rest.split_at(width * height);
        rest = after;
        HostPlane {
            data,
            stride: width,
        }
    };
    planes(size).into_iter().map(&mut next).collect()
}

/// Width and height of Y, U and V.
pub fn planes((width, height): Size) -> [(usize, usize); 3] {
    let chroma = (width.div_ceil(2) as usize, height.div_ceil(2) as usize);
    [(width as usize, height as usize), chroma, chroma]
}

fn tiled(picture: &[u8], size: Size) -> Arc<[u8]> {
    let mut large = Vec::with_capacity(bytes(size));
    for ((width, height), plane) in planes(size).into_iter().zip(host_planes(picture, SCENE)) {
        let rows = plane.data.len() / plane.stride;
        for y in 0..height {
            let row = &plane.data[y % rows * plane.stride..][..plane.stride];
            large.extend(row.iter().cycle().take(width));
        }
    }
    large.into()
}

fn psnr(picture: &[u8], clean: &[u8]) -> f64 {
    let square = |(a, b): (&u8, &u8)| (f64::from(*a) - f64::from(*b)).powi(2);
    let squares: f64 = picture.iter().zip(clean).map(square).sum();
    10.0 * (255.0 * 255.0 * clean.len() as f64 / squares.max(1e-9)).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_picture_repeats_the_scene() {
        let picture: Vec<u8> = (0..bytes(SCENE)).map(|i| (i % 251) as u8).collect();
        let size = (SCENE.0 + 3, SCENE.1 + 1);
        let large = tiled(&picture, size);
        assert_eq!(large.len(), bytes(size));
        let (wide, high) = (SCENE.0 as usize, SCENE.1 as usize);
        assert_eq!(large[wide..wide + 3], picture[..3]);
        assert_eq!(large[high * (wide + 3)..][..wide], picture[..wide]);
    }
}
