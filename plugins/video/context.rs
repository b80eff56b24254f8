//! Sharing the device between the elements of a pipeline, and with an application.
//!
//! An element asks its neighbours, then the bins around it and the application, for a context of type
//! [`CONTEXT_TYPE`]. If it finds none, it takes the device that another pipeline of the process has open on
//! the adapter, or opens one, and offers it to the others. The device closes when its last user drops it.
//!
//! An application that links this crate and registers it with
//! `gstwgpu::plugin_register_static()` can share a device of its own:
//! ```no_run
//! # fn share(device: wgpu::Device, queue: wgpu::Queue, info: wgpu::AdapterInfo, pipeline: gst::Pipeline) {
//! use gst::prelude::*;
//! let gpu = std::sync::Arc::new(gstwgpu::gpu::Gpu::from_parts(device, queue, info));
//! pipeline.set_context(&gstwgpu::video::context::new_context(&gpu, true));
//! # }
//! ```

use std::sync::{Arc, LazyLock};

use gst::prelude::*;

use crate::gpu::{AdapterSelector, Gpu, GpuError};

/// Type of the context that carries a device.
pub const CONTEXT_TYPE: &str = "gst.wgpu.device";

/// Field of the context's structure.
const FIELD: &str = "device";

static CAT: LazyLock<gst::DebugCategory> = LazyLock::new(|| {
    gst::DebugCategory::new(
        "wgpucontext",
        gst::DebugColorFlags::empty(),
        Some("Sharing of the GPU device"),
    )
});

/// A device as a GValue.
#[derive(Debug, Clone, glib::Boxed)]
#[boxed_type(name = "GstWgpuDevice", allow_name_conflict)]
struct SharedGpu(Arc<Gpu>);

/// A context that carries a device. A persistent one stays set on its element or pipeline when that goes to
/// NULL.
pub fn new_context(gpu: &Arc<Gpu>, persistent: bool) -> gst::Context {
    let mut context = gst::Context::new(CONTEXT_TYPE, persistent);
    if let Some(context) = context.get_mut() {
        let structure = context.structure_mut();
        structure.set(FIELD, SharedGpu(gpu.clone()));
        structure.set("adapter", gpu.info().name.as_str());
    }
    context
}

/// The device in a context; `None` for contexts of other types.
pub fn device_of(context: &gst::ContextRef) -> Option<Arc<Gpu>> {
    if context.context_type() != CONTEXT_TYPE {
        return None;
    }
    let shared = context.structure().get::<SharedGpu>(FIELD).ok()?;
    Some(shared.0)
}

/// True if the device is on the adapter that the property `adapter` asks for, and has not failed.
fn suits(gpu: &Gpu, wanted: &AdapterSelector) -> bool {
    if gpu.check().is_err() {
        return false;
    }
    let info = gpu.info();
    match wanted {
        AdapterSelector::Auto => true,
        AdapterSelector::Name(part) => info.name.to_lowercase().contains(part),
        AdapterSelector::Index(index) => {
            let described = format!(
                "{index}: {} ({:?}, {})",
                info.name, info.device_type, info.driver
            );
            Gpu::adapters().get(*index) == Some(&described)
        }
    }
}

/// The device for an element: a shared one if there is one, else a new one, which is then offered to the
/// others.
///
/// # Errors
/// As [`Gpu::shared`].
pub fn find_or_open(
    element: &gst::Element,
    wanted: &AdapterSelector,
) -> Result<Arc<Gpu>, GpuError> {
    if let Some(gpu) = find(element, wanted) {
        gst::info!(CAT, obj = element, "shares {}", gpu.info().name);
        return Ok(gpu);
    }
    let gpu = Gpu::shared(wanted)?;
    gst::info!(CAT, obj = element, "uses {:?}", gpu.info());
    gst::info!(CAT, obj = element, "matrix units: {}", gpu.matrices());
    offer(element, &gpu);
    Ok(gpu)
}

/// Offers a device to the other elements of the pipeline, and to the application.
pub fn offer(element: &gst::Element, gpu: &Arc<Gpu>) {
    let context = new_context(gpu, false);
    element.set_context(&context);
    let offer = gst::message::HaveContext::builder(context).src(element);
    // This fails only for an element without a bus, where there is nobody to share with.
    let _ = element.post_message(offer.build());
}

fn find(element: &gst::Element, wanted: &AdapterSelector) -> Option<Arc<Gpu>> {
    let suitable = |context: Option<gst::Context>| {
        let gpu = device_of(context.as_deref()?)?;
        suits(&gpu, wanted).then_some(gpu)
    };
    let own = || element.context(CONTEXT_TYPE);
    if let Some(gpu) = suitable(own()) {
        return Some(gpu);
    }
    for pads in [element.src_pads(), element.sink_pads()] {
        for pad in pads {
            let mut query = gst::query::Context::new(CONTEXT_TYPE);
            if !pad.peer_query(&mut query) {
                continue;
            }
            let context = query.context_owned();
            if let Some(gpu) = suitable(context.clone()) {
                if let Some(context) = context {
                    element.set_context(&context);
                }
                return Some(gpu);
            }
        }
    }
    let need = gst::message::NeedContext::builder(CONTEXT_TYPE).src(element);
    // An answer comes synchronously, through `set_context`, before this returns.
    let _ = element.post_message(need.build());
    suitable(own())
}
