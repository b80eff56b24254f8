//! What the filters offer upstream and take from downstream in ALLOCATION queries.

use std::sync::Arc;

use glib::translate::*;
use gst::prelude::*;
use gst_video::VideoMeta;

use super::caps;
use crate::gpu::Gpu;
use crate::video::drm_format;
use crate::video::pool::WgpuBufferPool;

/// Metas that downstream accepts, with their parameters. They are offered to upstream as well.
#[derive(Debug, Clone, Default)]
pub struct DownstreamMetas(Vec<(glib::Type, Option<gst::Structure>)>);

impl DownstreamMetas {
    /// Reads all but the metas about memory layout or picture size, which this filter answers itself.
    pub fn read(query: &gst::query::Allocation) -> Self {
        let foreign = |api: &glib::Type| {
            gst::meta::meta_api_type_has_tag::<gst::meta::tags::Memory>(*api)
                || gst::meta::meta_api_type_has_tag::<gst_video::video_meta::tags::Size>(*api)
        };
        let metas = query.allocation_metas();
        let kept = metas.filter(|(api, _)| !foreign(api));
        Self(
            kept.map(|(api, s)| (api, s.map(ToOwned::to_owned)))
                .collect(),
        )
    }

    fn offer(&self, query: &mut gst::query::Allocation) {
        for (api, structure) in &self.0 {
            let params = structure
                .as_ref()
                .map_or(std::ptr::null(), |structure| structure.as_ptr());
            // SAFETY: the query is writable, and GStreamer copies the structure.
            unsafe {
                let query = query.as_mut_ptr();
                gst::ffi::gst_query_add_allocation_meta(query, api.into_glib(), params);
            }
        }
    }
}

/// As [`propose`], for a second stream of which up to `waiting` buffers wait in the element: asks for so many, as
/// they must not exhaust upstream's pool.
pub fn propose_for_waiting(
    gpu: Option<&Arc<Gpu>>,
    waiting: u32,
    query: &mut gst::query::Allocation,
) -> Result<(), gst::LoggableError> {
    let proposed = propose(gpu, &DownstreamMetas::default(), query);
    if let Some((pool, size, _, most)) = query.allocation_pools().next() {
        query.set_nth_allocation_pool(0, pool.as_ref(), size, waiting, most);
    }
    proposed
}

/// Answers upstream's query: a pool for the kind of memory that it will send, any strides, and the metas
/// that downstream accepts.
pub fn propose(
    gpu: Option<&Arc<Gpu>>,
    metas: &DownstreamMetas,
    query: &mut gst::query::Allocation,
) -> Result<(), gst::LoggableError> {
    query.add_allocation_meta::<VideoMeta>(None);
    metas.offer(query);
    let (Some(caps), true) = query.get_owned() else {
        return Ok(());
    };
    let info = drm_format::info(&caps)?;
    if caps::are_dmabuf(&caps) {
        // The producer has a pool of its own.
        return Ok(());
    }
    let size = info.size() as u32;
    let pool: gst::BufferPool = match gpu.filter(|_| caps::are_gpu(&caps)) {
        Some(gpu) => WgpuBufferPool::configured(gpu, &caps, (0, 0))?.upcast(),
        // There is no device just now; upstream passes frames as well.
        None if caps::are_gpu(&caps) => return Ok(()),
        None => {
            let pool = gst_video::VideoBufferPool::new();
            let mut config = pool.config();
            config.set_params(Some(&caps), size, 0, 0);
            config.add_option(gst_video::BUFFER_POOL_OPTION_VIDEO_META);
            pool.set_config(config)?;
            pool.upcast()
        }
    };
    query.add_allocation_pool(Some(&pool), size, 0, 0);
    Ok(())
}

/// Puts the pool for output frames first in the query.
pub fn decide(
    gpu: Option<&Arc<Gpu>>,
    query: &mut gst::query::Allocation,
) -> Result<(), glib::BoolError> {
    let (Some(caps), _) = query.get_owned() else {
        return Ok(());
    };
    let info = drm_format::info(&caps)?;
    let is_own = caps::are_gpu(&caps) || caps::are_dmabuf(&caps);
    let offered = query.allocation_pools().next();
    let existed = offered.is_some();
    let (pool, size, min, max) = offered.unwrap_or_default();
    let size = size.max(info.size() as u32);
    let pool = match (is_own, gpu) {
        (true, Some(gpu)) => gpu_pool(gpu, &caps, pool, (min, max))?,
        // There is no device just now; the frames that pass are not from a pool.
        (true, None) => return Ok(()),
        (false, _) => {
            let video_meta = query.find_allocation_meta::<VideoMeta>().is_some();
            system_pool(&caps, pool, (size, min, max), video_meta)
        }
    };
    match existed {
        true => query.set_nth_allocation_pool(0, Some(&pool), size, min, max),
        false => query.add_allocation_pool(Some(&pool), size, min, max),
    }
    Ok(())
}

/// Downstream's pool if it is ours and on the same device, else a new one.
fn gpu_pool(
    gpu: &Arc<Gpu>,
    caps: &gst::Caps,
    offered: Option<gst::BufferPool>,
    (min, max): (u32, u32),
) -> Result<gst::BufferPool, glib::BoolError> {
    let ours = offered.and_then(|pool| pool.downcast::<WgpuBufferPool>().ok());
    let ours = ours.filter(|pool| pool.gpu().is_some_and(|theirs| Arc::ptr_eq(theirs, gpu)));
    let pool = match ours {
        Some(pool) => pool,
        None => WgpuBufferPool::configured(gpu, caps, (min, max))?,
    };
    Ok(pool.upcast())
}

/// Downstream's pool, or GStreamer's own for video.
fn system_pool(
    caps: &gst::Caps,
    offered: Option<gst::BufferPool>,
    (size, min, max): (u32, u32, u32),
    video_meta: bool,
) -> gst::BufferPool {
    let pool = offered.unwrap_or_else(|| gst_video::VideoBufferPool::new().upcast());
    let mut config = pool.config();
    config.set_params(Some(caps), size, min, max);
    if video_meta {
        config.add_option(gst_video::BUFFER_POOL_OPTION_VIDEO_META);
    }
    // If the pool refuses, the parent class replaces it and configures it again.
    let _ = pool.set_config(config);
    pool
}
