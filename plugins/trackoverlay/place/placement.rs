//! Draws a source into a frame's planes at the quad of a pose.

use std::sync::Arc;

use super::grain::{Grain, unit};
use super::look::{Look, blend_number};
use super::matte::Matte;
use super::passes::{PLACE_CHROMA, PLACE_LUMA, PLACE_SETUP, PlaceParams, PlaceSetupParams};
use crate::gpu::kernel::Switches;
use crate::gpu::{
    Binding, Frame, FrameLayout, Gpu, GpuError, Kernel, Recording, SamplePlaces, StorageBuffer,
};
use crate::trackoverlay::colour::{Codes, StreamColour};
use crate::trackoverlay::settings::BlendMode;
use crate::trackoverlay::source::Source;

/// Size in bytes of `Spot` in `trackoverlay/place/shared/spot.wgsl`.
pub const SPOT_BYTES: u64 = 14 * 16;
/// Bytes of the workgroup counts of luma, chroma and grain; below, the first bytes of the latter two.
const GROUPS_BYTES: u64 = 48;
const CHROMA_GROUPS: u64 = 16;
const GRAIN_GROUPS: u64 = 32;

/// Composites sources into frames of one layout. Pixels outside the source's quad are copied.
///
/// The cost is proportional to the quad's bounding box: the GPU computes the number of tiles from the pose,
/// and dispatches as many.
#[derive(Debug)]
pub struct Placement {
    layout: FrameLayout,
    colour: StreamColour,
    site: [f32; 2],
    codes: Codes,
    samples: SamplePlaces,
    setup: Arc<Kernel>,
    variants: [Variant; 6],
    grain: Grain,
    spot: StorageBuffer,
    groups: StorageBuffer,
}

/// Kernels for a blend mode, with or without a matte, with or without grain.
#[derive(Debug)]
struct Variant {
    luma: Arc<Kernel>,
    chroma: Option<Arc<Kernel>>,
}

/// Inputs and outputs of the passes of one frame.
struct Job<'a> {
    kernels: &'a Variant,
    input: &'a Frame,
    output: &'a Frame,
    source: &'a Source,
    /// Cells, shares and plate.
    matte: [&'a StorageBuffer; 3],
}

impl Placement {
    /// Compiles the kernels for a layout and allocates buffers.
    ///
    /// # Errors
    /// As [`Gpu::kernel`].
    pub fn new(gpu: &Gpu, layout: FrameLayout, colour: StreamColour) -> Result<Self, GpuError> {
        let variant = |switches: Switches| -> Result<Variant, GpuError> {
            Ok(Variant {
                luma: gpu.variant(&PLACE_LUMA, switches)?,
                chroma: match layout.has_chroma() {
                    true => Some(gpu.variant(&PLACE_CHROMA, switches)?),
                    false => None,
                },
            })
        };
        Ok(Self {
            layout,
            colour,
            site: colour.site(&layout),
            codes: colour.codes(&layout),
            samples: SamplePlaces::new(&layout),
            setup: gpu.kernel(&PLACE_SETUP)?,
            variants: [
                variant(&[("BLENDS", false), ("HAS_MATTE", false)])?,
                variant(&[("BLENDS", false), ("HAS_MATTE", true)])?,
                variant(&[("BLENDS", true), ("HAS_MATTE", false)])?,
                variant(&[("BLENDS", true), ("HAS_MATTE", true)])?,
                variant(&[("BLENDS", false), ("HAS_MATTE", false), ("IS_GRAINY", true)])?,
                variant(&[("BLENDS", false), ("HAS_MATTE", true), ("IS_GRAINY", true)])?,
            ],
            grain: Grain::new(gpu, &layout)?,
            spot: StorageBuffer::new(gpu, "spot", SPOT_BYTES),
            groups: StorageBuffer::arguments(gpu, "place groups", GROUPS_BYTES),
        })
    }

    /// Records a copy of `input` to `output`, with `source` drawn at `pose`, a buffer that holds a
    /// [`Pose`](crate::trackoverlay::pose::Pose). Both frames must have the layout given to `new`.
    ///
    /// # Errors
    /// As [`Recording::pass`].
    #[expect(clippy::too_many_arguments, reason = "each is a thing of its own")]
    pub fn record(
        &self,
        recording: &mut Recording<'_>,
        input: &Frame,
        output: &Frame,
        source: &Source,
        pose: &StorageBuffer,
        matte: Option<&Matte>,
        look: &Look,
    ) -> Result<(), GpuError> {
        recording.copy(input, output);
        let is_grainy = look.match_grain > 0.0;
        if is_grainy {
            self.grain.measure(recording, input, pose, look)?;
        }
        let matte_size = matte.map_or((0, 0), |matte| (matte.cols, matte.rows));
        let bindings = [
            ("pose", pose.into()),
            ("source", source.texels().into()),
            ("spot", (&self.spot).into()),
            ("groups", (&self.groups).into()),
            ("noise", self.grain.buffers().0.into()),
        ];
        let params = self.setup_params(source, matte_size, look);
        recording.pass(&self.setup, &bindings, &params, (1, 1))?;
        if is_grainy {
            let groups = (&self.groups, GRAIN_GROUPS);
            self.grain.make(recording, groups, look)?;
        }
        let [plain, matted, blended, both, grainy, grainy_matted] = &self.variants;
        let job = Job {
            kernels: match (look.blend == BlendMode::Normal, matte.is_some(), is_grainy) {
                (true, false, false) => plain,
                (true, true, false) => matted,
                (true, false, true) => grainy,
                (true, true, true) => grainy_matted,
                (false, false, _) => blended,
                (false, true, _) => both,
            },
            input,
            output,
            source,
            matte: matte.map_or([pose; 3], |m| [&m.buffer, &m.shares, &m.plate]),
        };
        let params = PlaceParams {
            cell_texels: matte.map_or(0, |matte| matte.cell_texels),
            ..self.place_params(source, matte_size, look)
        };
        let bindings = self.bindings(&job);
        recording.indirect(&job.kernels.luma, &bindings, &params, (&self.groups, 0))?;
        if let Some(chroma) = &job.kernels.chroma {
            recording.indirect(chroma, &bindings, &params, (&self.groups, CHROMA_GROUPS))?;
        }
        Ok(())
    }

    /// Position and look of the source that was drawn last: `Spot` in `trackoverlay/place/shared/spot.wgsl`; and the
    /// workgroups that drew it, the first for luma, 0 if nothing of it was visible.
    pub fn found(&self) -> (&StorageBuffer, &StorageBuffer) {
        (&self.spot, &self.groups)
    }

    /// Another plane was armed: its noise is measured anew.
    pub fn forget_noise(&self) {
        self.grain.forget();
    }

    fn bindings<'a>(&'a self, job: &Job<'a>) -> [(&'static str, Binding<'a>); 8] {
        let [matte, shares, plate] = job.matte;
        [
            ("found_spot", (&self.spot).into()),
            ("source", job.source.texels().into()),
            ("matte", matte.into()),
            ("shares", shares.into()),
            ("plate", plate.into()),
            ("grain", self.grain.buffers().1.into()),
            ("frame", job.input.into()),
            ("target_frame", job.output.into()),
        ]
    }

    fn setup_params(&self, source: &Source, matte: (u32, u32), look: &Look) -> PlaceSetupParams {
        let [sub_x, sub_y] = self.layout.subsampling.steps();
        let [fit_x, fit_y] = look.fit(source.aspect());
        PlaceSetupParams {
            width: self.layout.width,
            height: self.layout.height,
            chroma_width: self.samples.chroma_width,
            chroma_height: self.samples.chroma_height,
            sub_x,
            sub_y,
            site_x: self.site[0],
            site_y: self.site[1],
            fit_x,
            fit_y,
            opacity: look.opacity,
            light: look.relight,
            motion_blur: look.motion_blur,
            luma_offset: self.codes.luma_offset / self.codes.max,
            luma_scale: self.codes.luma_scale / self.codes.max,
            matte_cols: matte.0,
            matte_rows: matte.1,
            grain: look.match_grain,
        }
    }

    fn place_params(&self, source: &Source, matte: (u32, u32), look: &Look) -> PlaceParams {
        let [sub_x, sub_y] = self.layout.subsampling.steps();
        PlaceParams {
            width: self.layout.width,
            height: self.layout.height,
            sub_x,
            sub_y,
            site_x: self.site[0],
            site_y: self.site[1],
            samples: self.samples,
            kr: self.colour.matrix.kr,
            kb: self.colour.matrix.kb,
            max_code: self.codes.max,
            luma_offset: self.codes.luma_offset,
            luma_scale: self.codes.luma_scale,
            chroma_mid: self.codes.chroma_mid,
            chroma_scale: self.codes.chroma_scale,
            blend: blend_number(look.blend),
            white: look.white,
            feather: look.feather,
            levels: source.levels(),
            matte_cols: matte.0,
            matte_rows: matte.1,
            cell_texels: 0,
            frame: look.frame,
            unit: unit(&self.layout),
        }
    }
}
