//! Compiled pipelines kept on disk, so that later starts are quick.

use std::path::PathBuf;

/// The driver's pipeline cache and the file it lives in.
///
/// The file is named after adapter and driver. A driver rejects data that it did not write, and finds
/// pipelines by their code, so neither a driver update nor a changed shader can load a stale one.
#[derive(Debug)]
pub struct PipelineStore {
    cache: wgpu::PipelineCache,
    file: Option<PathBuf>,
}

impl PipelineStore {
    /// Loads the cache of this device, or starts an empty one. `None` if the backend has no pipeline cache.
    pub fn load(device: &wgpu::Device, info: &wgpu::AdapterInfo) -> Option<Self> {
        if !device.features().contains(wgpu::Features::PIPELINE_CACHE) {
            return None;
        }
        let file = cache_file(info);
        let data = file.as_ref().and_then(|file| std::fs::read(file).ok());
        // SAFETY: the data was written by `save` from `get_data` of a cache of the same adapter
        // and driver version; wgpu checks its header and, with `fallback`, drops foreign data.
        let cache = unsafe {
            device.create_pipeline_cache(&wgpu::PipelineCacheDescriptor {
                label: Some("gstwgpu"),
                data: data.as_deref(),
                fallback: true,
            })
        };
        Some(Self { cache, file })
    }

    /// The cache to compile pipelines with.
    pub fn cache(&self) -> &wgpu::PipelineCache {
        &self.cache
    }

    /// Writes the file if the cache changed. Failures are ignored: without the file only the next start is
    /// slower.
    pub fn save(&self) {
        let (Some(file), Some(data)) = (&self.file, self.cache.get_data()) else {
            return;
        };
        if std::fs::read(file).is_ok_and(|old| old == data) {
            return;
        }
        // Written to a temporary file and renamed, since another process may be reading.
        let aside = file.with_extension(format!("{}.tmp", std::process::id()));
        let Some(folder) = file.parent() else { return };
        if std::fs::create_dir_all(folder).is_ok() && std::fs::write(&aside, data).is_ok() {
            let _ = std::fs::rename(&aside, file);
        }
    }
}

/// `$GSTWGPU_CACHE_DIR`, or `gst-plugins-wgpu` in the user's cache folder. If the variable is set but empty,
/// there is no cache.
fn cache_file(info: &wgpu::AdapterInfo) -> Option<PathBuf> {
    let folder = match std::env::var_os("GSTWGPU_CACHE_DIR") {
        Some(folder) if folder.is_empty() => return None,
        Some(folder) => PathBuf::from(folder),
        None => std::env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
            .or_else(|| std::env::var_os("LOCALAPPDATA").map(PathBuf::from))?
            .join("gst-plugins-wgpu"),
    };
    let driver: String = format!("{}-{}", info.driver, info.driver_info)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    Some(folder.join(format!(
        "pipelines-{:04x}-{:04x}-{driver}",
        info.vendor, info.device
    )))
}
