//! DMABuf on a driver that has none: a file descriptor is mapped, and given to the driver as memory of the
//! host. The memory may come from anywhere, a memfd included. Only if `GSTWGPU_LAYER_DMABUF` is set.

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_void};
use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use ash::vk;

use super::{Callbacks, GetProc, next};

const DMA_BUF: vk::ExternalMemoryHandleTypeFlags = vk::ExternalMemoryHandleTypeFlags::DMA_BUF_EXT;
const HOST: vk::ExternalMemoryHandleTypeFlags =
    vk::ExternalMemoryHandleTypeFlags::HOST_ALLOCATION_EXT;
/// Memory of the host is mapped and given in pieces of this many bytes.
const PAGE: u64 = 4096;

/// True if this process asked for it.
pub fn is_on() -> bool {
    static ON: LazyLock<bool> =
        LazyLock::new(|| std::env::var_os("GSTWGPU_LAYER_DMABUF").is_some());
    *ON
}

/// What is mapped for a VkDeviceMemory.
struct Mapped {
    address: usize,
    bytes: usize,
    /// The descriptor of memory that was made to be exported.
    exported: Option<i32>,
}

static MAPPED: Mutex<BTreeMap<u64, Mapped>> = Mutex::new(BTreeMap::new());

fn mapped() -> MutexGuard<'static, BTreeMap<u64, Mapped>> {
    MAPPED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many imports are alive, for tests of leaks.
#[unsafe(no_mangle)]
pub extern "C" fn gstwgpu_imports() -> u32 {
    mapped().len() as u32
}

/// The structure of a type in a chain.
///
/// # Safety
/// The chain is one of Vulkan's, and `T` begins as its structures do.
unsafe fn find<T: vk::TaggedStructure>(mut chain: *const c_void) -> Option<*mut T> {
    while !chain.is_null() {
        let base = chain.cast::<vk::BaseInStructure<'_>>();
        // SAFETY: all structures of a chain begin with their type and the next one.
        unsafe {
            if (*base).s_type == T::STRUCTURE_TYPE {
                return Some(base.cast::<T>().cast_mut());
            }
            chain = (*base).p_next.cast();
        }
    }
    None
}

type Enumerate = unsafe extern "system" fn(
    vk::PhysicalDevice,
    *const c_char,
    *mut u32,
    *mut vk::ExtensionProperties,
) -> vk::Result;
type BufferProperties = unsafe extern "system" fn(
    vk::PhysicalDevice,
    *const vk::PhysicalDeviceExternalBufferInfo<'_>,
    *mut vk::ExternalBufferProperties<'_>,
);

/// The driver's functions of an instance.
struct NextOfInstance {
    enumerate: Enumerate,
    buffer_properties: BufferProperties,
}

static NEXT: OnceLock<NextOfInstance> = OnceLock::new();

/// Looks up the driver's functions while an instance is made: later the loader gives those of this layer.
pub fn instance_is_made(instance: vk::Instance, get: GetProc<vk::Instance>) {
    let enumerate = c"vkEnumerateDeviceExtensionProperties";
    let properties = c"vkGetPhysicalDeviceExternalBufferProperties";
    // SAFETY: the loader's function, and an instance that it knows; the types are those of the functions.
    unsafe {
        let enumerate = get(instance, enumerate.as_ptr());
        let properties = get(instance, properties.as_ptr());
        if let (Some(enumerate), Some(properties)) = (enumerate, properties) {
            let _ = NEXT.set(NextOfInstance {
                enumerate: std::mem::transmute_copy(&enumerate),
                buffer_properties: std::mem::transmute_copy(&properties),
            });
        }
    }
}

/// The driver's extensions, and that of DMABuf where it can be made of memory of the host.
pub unsafe extern "system" fn enumerate_device_extensions(
    physical: vk::PhysicalDevice,
    layer: *const c_char,
    count: *mut u32,
    properties: *mut vk::ExtensionProperties,
) -> vk::Result {
    let Some(NextOfInstance { enumerate, .. }) = NEXT.get() else {
        return vk::Result::ERROR_INITIALIZATION_FAILED;
    };
    if !is_on() || !layer.is_null() {
        // SAFETY: as the caller says.
        return unsafe { enumerate(physical, layer, count, properties) };
    }
    let mut all = Vec::new();
    // SAFETY: room for as many as the driver says, and the caller's room for as many as it says.
    unsafe {
        let mut known = 0;
        let _ = enumerate(physical, layer, &mut known, std::ptr::null_mut());
        all.resize(known as usize, vk::ExtensionProperties::default());
        let result = enumerate(physical, layer, &mut known, all.as_mut_ptr());
        if result != vk::Result::SUCCESS {
            return result;
        }
        for name in [c"VK_EXT_external_memory_dma_buf"] {
            let mut own = vk::ExtensionProperties::default();
            for (to, from) in own.extension_name.iter_mut().zip(name.to_bytes()) {
                *to = *from as c_char;
            }
            own.spec_version = 1;
            all.push(own);
        }
        if properties.is_null() {
            *count = all.len() as u32;
            return vk::Result::SUCCESS;
        }
        let room = (*count as usize).min(all.len());
        std::ptr::copy_nonoverlapping(all.as_ptr(), properties, room);
        *count = room as u32;
        match room < all.len() {
            true => vk::Result::INCOMPLETE,
            false => vk::Result::SUCCESS,
        }
    }
}

/// The names of the extensions that the driver is asked for in place of those that only the layer has.
pub fn extensions(wanted: &[*const c_char]) -> Vec<*const c_char> {
    let host = c"VK_EXT_external_memory_host";
    // SAFETY: Vulkan's names are strings.
    let named = |name: &*const c_char| unsafe { CStr::from_ptr(*name) };
    let own = |name: &*const c_char| named(name) == c"VK_EXT_external_memory_dma_buf";
    let kept = wanted.iter().filter(|name| !own(name));
    let mut kept: Vec<_> = kept.copied().collect();
    if wanted.iter().any(own) && !kept.iter().any(|name| named(name) == host) {
        kept.push(host.as_ptr());
    }
    kept
}

/// Buffers of DMABuf can be imported and exported.
pub unsafe extern "system" fn external_buffer_properties(
    physical: vk::PhysicalDevice,
    info: *const vk::PhysicalDeviceExternalBufferInfo<'_>,
    properties: *mut vk::ExternalBufferProperties<'_>,
) {
    // SAFETY: the caller gives both structures.
    unsafe {
        if is_on() && (*info).handle_type == DMA_BUF {
            (*properties).external_memory_properties = vk::ExternalMemoryProperties {
                external_memory_features: vk::ExternalMemoryFeatureFlags::IMPORTABLE
                    | vk::ExternalMemoryFeatureFlags::EXPORTABLE,
                export_from_imported_handle_types: DMA_BUF,
                compatible_handle_types: DMA_BUF,
            };
            return;
        }
        if let Some(next) = NEXT.get() {
            (next.buffer_properties)(physical, info, properties);
        }
    }
}

/// Has a buffer of DMABuf made as one of the host's memory, while `create` runs.
///
/// # Safety
/// The structure is valid.
pub unsafe fn translated<T>(
    info: *const vk::BufferCreateInfo<'_>,
    create: impl FnOnce() -> T,
) -> T {
    // SAFETY: the chain is the caller's, and nobody else reads it meanwhile.
    let external = unsafe { find::<vk::ExternalMemoryBufferCreateInfo<'_>>((*info).p_next) };
    let Some(external) = external.filter(|_| is_on()) else {
        return create();
    };
    // SAFETY: as above; the caller finds it as it was.
    unsafe {
        let before = (*external).handle_types;
        if before.contains(DMA_BUF) {
            (*external).handle_types = HOST;
        }
        let created = create();
        (*external).handle_types = before;
        created
    }
}

/// The kinds of memory that a descriptor can be.
pub unsafe extern "system" fn memory_fd_properties(
    device: vk::Device,
    _kind: vk::ExternalMemoryHandleTypeFlags,
    fd: i32,
    properties: *mut vk::MemoryFdPropertiesKHR<'_>,
) -> vk::Result {
    let Some(address) = map(fd, PAGE) else {
        return vk::Result::ERROR_INVALID_EXTERNAL_HANDLE;
    };
    type Next = unsafe extern "system" fn(
        vk::Device,
        vk::ExternalMemoryHandleTypeFlags,
        *const c_void,
        *mut vk::MemoryHostPointerPropertiesEXT<'_>,
    ) -> vk::Result;
    let mut host = vk::MemoryHostPointerPropertiesEXT::default();
    // SAFETY: the address is mapped, and the type that of the function of this name.
    unsafe {
        let get = next::<Next>(device, c"vkGetMemoryHostPointerPropertiesEXT");
        let result = get(device, HOST, address as *const c_void, &mut host);
        libc::munmap(address as *mut c_void, PAGE as usize);
        (*properties).memory_type_bits = host.memory_type_bits;
        result
    }
}

fn map(fd: i32, bytes: u64) -> Option<usize> {
    let rights = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping, which touches no other memory.
    let address = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            bytes as usize,
            rights,
            libc::MAP_SHARED,
            fd,
            0,
        )
    };
    (address != libc::MAP_FAILED).then_some(address as usize)
}

/// The size of a file in whole pages.
fn pages_of(fd: i32) -> u64 {
    // SAFETY: a structure of numbers, which `fstat` fills.
    let size = unsafe {
        let mut about: libc::stat = std::mem::zeroed();
        if libc::fstat(fd, &mut about) != 0 {
            return 0;
        }
        about.st_size
    };
    (size as u64).next_multiple_of(PAGE)
}

type Allocate = unsafe extern "system" fn(
    vk::Device,
    *const vk::MemoryAllocateInfo<'_>,
    Callbacks<'_>,
    *mut vk::DeviceMemory,
) -> vk::Result;

/// Allocates memory that is imported or to be exported; `None` for any other.
///
/// # Safety
/// As `vkAllocateMemory`.
pub unsafe fn allocate(
    device: vk::Device,
    info: *const vk::MemoryAllocateInfo<'_>,
    memory: *mut vk::DeviceMemory,
) -> Option<vk::Result> {
    if !is_on() {
        return None;
    }
    // SAFETY: the chain is the caller's.
    let (import, export, bytes) = unsafe {
        let import = find::<vk::ImportMemoryFdInfoKHR<'_>>((*info).p_next);
        let export = find::<vk::ExportMemoryAllocateInfo<'_>>((*info).p_next);
        let import = import.filter(|one| (**one).handle_type == DMA_BUF);
        let export = export.filter(|one| (**one).handle_types == DMA_BUF);
        (
            import,
            export,
            (*info).allocation_size.next_multiple_of(PAGE),
        )
    };
    let (fd, exported) = match (import, export) {
        // SAFETY: found above.
        (Some(import), _) => (unsafe { (*import).fd }, None),
        (None, Some(_)) => {
            // SAFETY: a new descriptor.
            let fd = unsafe { libc::memfd_create(c"exported".as_ptr(), libc::MFD_CLOEXEC) };
            // SAFETY: a descriptor of our own.
            unsafe { libc::ftruncate(fd, bytes as libc::off_t) };
            (fd, Some(fd))
        }
        (None, None) => return None,
    };
    // As drivers do.
    if bytes > pages_of(fd) {
        return Some(vk::Result::ERROR_INVALID_EXTERNAL_HANDLE);
    }
    let Some(address) = map(fd, bytes) else {
        return Some(vk::Result::ERROR_INVALID_EXTERNAL_HANDLE);
    };
    // SAFETY: what was mapped stays so until the memory is freed.
    unsafe {
        let mut host = vk::ImportMemoryHostPointerInfoEXT::default()
            .handle_type(HOST)
            .host_pointer(address as *mut c_void);
        let own = vk::MemoryAllocateInfo::default()
            .allocation_size(bytes)
            .memory_type_index((*info).memory_type_index)
            .push_next(&mut host);
        let real = next::<Allocate>(device, c"vkAllocateMemory");
        let result = real(device, &own, std::ptr::null(), memory);
        if result != vk::Result::SUCCESS {
            libc::munmap(address as *mut c_void, bytes as usize);
            return Some(result);
        }
        if import.is_some() {
            // It is Vulkan's now.
            libc::close(fd);
        }
        let bytes = bytes as usize;
        let one = Mapped {
            address,
            bytes,
            exported,
        };
        mapped().insert(vk::Handle::as_raw(*memory), one);
    }
    Some(vk::Result::SUCCESS)
}

/// Gives a descriptor of memory that was made to be exported.
pub unsafe extern "system" fn memory_fd(
    device: vk::Device,
    info: *const vk::MemoryGetFdInfoKHR<'_>,
    fd: *mut i32,
) -> vk::Result {
    type Next = unsafe extern "system" fn(
        vk::Device,
        *const vk::MemoryGetFdInfoKHR<'_>,
        *mut i32,
    ) -> vk::Result;
    // SAFETY: the caller gives both; the type is that of the function of this name.
    unsafe {
        let own = mapped()
            .get(&vk::Handle::as_raw((*info).memory))
            .and_then(|one| one.exported);
        match own {
            Some(own) => {
                *fd = libc::dup(own);
                vk::Result::SUCCESS
            }
            None => next::<Next>(device, c"vkGetMemoryFdKHR")(device, info, fd),
        }
    }
}

/// Frees memory, and what was mapped for it.
pub unsafe extern "system" fn free_memory(
    device: vk::Device,
    memory: vk::DeviceMemory,
    callbacks: Callbacks<'_>,
) {
    type Next = unsafe extern "system" fn(vk::Device, vk::DeviceMemory, Callbacks<'_>);
    let own = mapped().remove(&vk::Handle::as_raw(memory));
    // SAFETY: the type is that of the function of this name, and nobody uses the memory any more.
    unsafe {
        next::<Next>(device, c"vkFreeMemory")(device, memory, callbacks);
        if let Some(own) = own {
            libc::munmap(own.address as *mut c_void, own.bytes);
            if let Some(fd) = own.exported {
                libc::close(fd);
            }
        }
    }
}
