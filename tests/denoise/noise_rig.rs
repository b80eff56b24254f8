//! Synthetic pictures, and running the noise estimator over them.

use gstwgpu::denoise::Settings;
use gstwgpu::denoise::noise::NoiseEstimator;
use gstwgpu::denoise::planes::{PictureShape, Planes};
use gstwgpu::denoise::unpack::Rows;
use gstwgpu::gpu::Recorder;
use gstwgpu::gpu::{ChromaOrder, FrameLayout, StorageBuffer, Subsampling};

use crate::reference::noise_model::Estimator;
use crate::reference::samples::Samples;

pub fn layout(width: u32, height: u32, subsampling: Subsampling) -> FrameLayout {
    FrameLayout {
        width,
        height,
        subsampling,
        chroma: ChromaOrder::PlanarUv,
        depth: 8,
        shift: 0,
        alpha: false,
        host: None,
    }
}

/// A generator of Gaussian numbers.
pub struct Random(pub u64);

impl Random {
    pub fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        ((self.0 >> 33) as f64 + 0.5) / f64::from(1u32 << 31)
    }

    pub fn gauss(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (self.uniform() * std::f64::consts::TAU).cos()
    }
}

/// A slope from dark to bright with a moving disc, and noise whose deviation is `sigma(y)`.
pub fn picture(
    size: (u32, u32),
    time: f64,
    sigma: &dyn Fn(f64) -> f64,
    random: &mut Random,
) -> Samples {
    let (width, height) = (size.0 as usize, size.1 as usize);
    let mut data = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (fx, fy) = (x as f64, y as f64);
            let slope = 30.0 + 180.0 * fx / width as f64;
            let disc = (fx - 40.0 - 5.0 * time).hypot(fy - 60.0) < 30.0;
            let clean = if disc { 255.0 - slope } else { slope };
            let code = clean + sigma(clean) * random.gauss();
            data.push(code.round().clamp(0.0, 255.0));
        }
    }
    Samples {
        width,
        height,
        data,
    }
}

/// Pictures of one layout, Y or Y, U and V each.
pub fn clip(layout: &FrameLayout, frames: usize, sigma: &dyn Fn(f64) -> f64) -> Vec<Vec<Samples>> {
    let mut random = Random(7);
    let mut sizes = vec![(layout.width, layout.height)];
    if layout.has_chroma() {
        sizes.extend([layout.chroma_size(), layout.chroma_size()]);
    }
    let mut frame = |t: usize| {
        let planes = sizes
            .iter()
            .map(|s| picture(*s, t as f64, sigma, &mut random));
        planes.collect()
    };
    (0..frames).map(&mut frame).collect()
}

/// All components on the GPU, their rows filled up to whole quads.
pub fn on_gpu(components: &[Samples]) -> Planes {
    let size = |component: &Samples| (component.width as u32, component.height as u32);
    let shape = PictureShape {
        luma: size(&components[0]),
        chroma: components.get(1).map(size),
        shifts: (0, 0),
        joined: true,
    };
    let filled = |component: &Samples| {
        Samples::from_fn(crate::picture::rig::filled(size(component)), |x, y| {
            component.at(x.min(component.width - 1), y)
        })
    };
    let all: Vec<_> = components.iter().map(filled).collect();
    crate::picture::rig::planes(shape, &all)
}

pub fn read(buffer: &StorageBuffer) -> Vec<u8> {
    let gpu = crate::gpu::gpu();
    let readback = gstwgpu::gpu::Readback::new(&gpu, buffer.buffer().size());
    let mut recorder = Recorder::new(&gpu);
    let mut recording = recorder.begin();
    recording.read_back(&readback, buffer);
    let submission = recording.submit().unwrap();
    gpu.wait(&submission).unwrap();
    wait_for(|| readback.latest())
}

/// A callback may still be running on another thread that polls.
pub fn wait_for<T>(latest: impl Fn() -> Option<T>) -> T {
    for _ in 0..2000 {
        if let Some(found) = latest() {
            return found;
        }
        crate::gpu::gpu().poll().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    panic!("nothing came back in two seconds");
}

/// The model after a frame, in the order of the shader's struct.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub sigma: [f32; 3],
    pub mean: [f32; 3],
    pub curves: [[f32; 16]; 3],
    pub sigmas: [f32; 16],
}

pub fn model(buffer: &StorageBuffer) -> Model {
    let bytes = read(buffer);
    let values: Vec<f32> = bytes
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes(b.try_into().unwrap()))
        .collect();
    let curve = |from: usize| -> [f32; 16] { values[from..from + 16].try_into().unwrap() };
    Model {
        sigma: values[0..3].try_into().unwrap(),
        mean: values[3..6].try_into().unwrap(),
        curves: [curve(8), curve(24), curve(40)],
        sigmas: curve(56),
    }
}

/// Runs an estimator over pictures; the model after each.
pub fn run(
    estimator: &mut NoiseEstimator,
    clip: &[Vec<Samples>],
    settings: &Settings,
) -> Vec<Model> {
    let gpu = crate::gpu::gpu();
    let mut recorder = Recorder::new(&gpu);
    let mut before: Option<Planes> = None;
    let mut models = Vec::new();
    for frame in clip {
        let now = on_gpu(frame);
        let mut recording = recorder.begin();
        estimator
            .record(&mut recording, &now, before.as_ref(), settings)
            .unwrap();
        recording.submit().unwrap();
        models.push(model(estimator.model()));
        before = Some(now);
    }
    models
}

pub fn estimator(layout: &FrameLayout) -> NoiseEstimator {
    NoiseEstimator::new(&crate::gpu::gpu(), layout, Rows::ALL, false).unwrap()
}

pub fn sparing_estimator(layout: &FrameLayout) -> NoiseEstimator {
    NoiseEstimator::new(&crate::gpu::gpu(), layout, Rows::ALL, true).unwrap()
}

pub fn estimate(layout: &FrameLayout, clip: &[Vec<Samples>]) -> Vec<Model> {
    run(&mut estimator(layout), clip, &Settings::default())
}

pub fn assert_close(what: &str, found: f64, wanted: f64, tolerance: f64) {
    let error = (found - wanted).abs();
    assert!(
        error <= tolerance * wanted.abs() + 1e-4,
        "{what}: {found}, wanted {wanted}"
    );
}

/// Asserts that both estimators agree after each picture.
pub fn compare_with_twin(layout: &FrameLayout, clip: &[Vec<Samples>]) {
    compare(&estimate(layout, clip), Estimator::default(), clip);
}

/// As above, for estimators that skip half of the pictures.
pub fn compare_sparing_with_twin(layout: &FrameLayout, clip: &[Vec<Samples>]) {
    let twin = Estimator::sparing();
    let mut estimator = sparing_estimator(layout);
    let models = run(&mut estimator, clip, &Settings::default());
    compare(&models, twin, clip);
}

fn compare(models: &[Model], mut twin: Estimator, clip: &[Vec<Samples>]) {
    for (t, model) in models.iter().enumerate() {
        let before = t.checked_sub(1).map(|t| clip[t].as_slice());
        twin.frame(&clip[t], before);
        for (plane, sigma) in model.sigma.iter().enumerate() {
            let what = format!("frame {t} plane {plane}");
            assert_close(&what, f64::from(*sigma), twin.sigma[plane], 0.01);
        }
        for k in 0..16 {
            let what = format!("frame {t} bin {k}");
            assert_close(&what, f64::from(model.sigmas[k]), twin.sigmas[k], 0.01);
            for (chroma, shape) in twin.shapes.iter().enumerate() {
                let variance = twin.sigma[chroma + 1] * twin.sigma[chroma + 1];
                let wanted = variance * shape.map_or(1.0, |shape| shape[k]);
                let found = f64::from(model.curves[chroma + 1][k]);
                assert_close(&format!("{what} chroma {chroma}"), found, wanted, 0.1);
            }
        }
    }
}
