//! The devices that the elements of this process share.

use std::sync::{Arc, Mutex, PoisonError};

use super::adapter::{AdapterSelector, candidates, choose, enumerate};
use super::device::Gpu;
use super::error::GpuError;
use super::trial;

/// Devices of this process that elements share, one for each adapter they have asked for. They stay open
/// when the last pipeline stops: a driver refused to open one after some thirty times, and a channel that
/// starts again finds its kernels compiled.
static OPEN: Mutex<Vec<Arc<Gpu>>> = Mutex::new(Vec::new());

impl Gpu {
    /// The device of an adapter that this process has open already, or else a new one. Elements use
    /// this: devices of one adapter take turns, and streams on one device are faster together. One
    /// that is lost or faulty is left to those who hold it, and replaced; others stay open.
    ///
    /// # Errors
    /// As [`Gpu::open`].
    pub fn shared(selector: &AdapterSelector) -> Result<Arc<Self>, GpuError> {
        let adapters = enumerate()?;
        shared_on(choose(&adapters, selector)?)
    }

    /// A device in place of one that failed: as [`Gpu::shared`], and it has shown that it works. With
    /// `anywhere` another adapter is taken where the one meant does not come back, and software in the
    /// end, unless the selector names one.
    ///
    /// # Errors
    /// As [`Gpu::open`], or what failed when it was tried.
    pub fn replacement(selector: &AdapterSelector, anywhere: bool) -> Result<Arc<Self>, GpuError> {
        let adapters = enumerate()?;
        let mut first_error = None;
        for adapter in candidates(&adapters, selector, anywhere)? {
            let tried = shared_on(adapter).and_then(|gpu| match trial::attempt(&gpu) {
                Ok(()) => Ok(gpu),
                Err(error) => {
                    // So that the next attempt opens another one.
                    gpu.give_up(error.clone());
                    Err(error)
                }
            });
            match tried {
                Ok(gpu) => return Ok(gpu),
                Err(error) => first_error.get_or_insert(error),
            };
        }
        Err(first_error.unwrap_or_else(|| GpuError::Fault("no adapter".into())))
    }
}

fn shared_on(adapter: &wgpu::Adapter) -> Result<Arc<Gpu>, GpuError> {
    // Two cards of one name differ by their place on the bus.
    let name = |info: wgpu::AdapterInfo| (info.name, info.device_pci_bus_id);
    let wanted = name(adapter.get_info());
    // Held while opening on purpose: two pipelines that start together get one device.
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.retain(|gpu| gpu.check().is_ok());
    let same = |gpu: &&Arc<Gpu>| name(gpu.info().clone()) == wanted;
    if let Some(gpu) = open.iter().find(same) {
        return Ok(gpu.clone());
    }
    let gpu = Gpu::open_adapter(adapter)?;
    open.push(gpu.clone());
    Ok(gpu)
}
