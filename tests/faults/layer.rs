//! A Vulkan layer that makes calls of a driver fail, for the tests of lost devices.
//!
//! It is a library of its own, which the Vulkan loader puts between wgpu and any driver if
//! `VK_INSTANCE_LAYERS` names it (see `tests/faults/mod.rs`). A test in the same process says what fails by
//! [`gstwgpu_fault`].

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_void};
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use ash::vk;

#[path = "layer/dmabuf.rs"]
mod dmabuf;

/// The calls that can fail, numbered as in `tests/faults/mod.rs`.
const SUBMIT: usize = 0;
const ALLOCATE: usize = 1;
const WAIT: usize = 2;
const STATUS: usize = 3;
const PIPELINE: usize = 4;
const MAP: usize = 5;
const IMAGE: usize = 6;
const BUFFER: usize = 7;
const COMMAND_BUFFER: usize = 8;
const BEGIN: usize = 9;
const END: usize = 10;
const DEVICE: usize = 11;
const CALLS: usize = 12;

/// Asks waits never to end; no result of Vulkan's.
const STUCK: i32 = i32::MAX;

/// What a call gives instead of what the driver says.
struct Fault {
    result: AtomicI32,
    /// How often it still succeeds before.
    skip: AtomicU32,
    /// How often it then fails.
    times: AtomicU32,
}

static FAULTS: [Fault; CALLS] = [const {
    Fault {
        result: AtomicI32::new(0),
        skip: AtomicU32::new(0),
        times: AtomicU32::new(0),
    }
}; CALLS];

/// Lets a call fail with a result of Vulkan, or never end: after `skip` more that succeed, `times` in a row.
#[unsafe(no_mangle)]
pub extern "C" fn gstwgpu_fault(call: u32, result: i32, skip: u32, times: u32) {
    if let Some(fault) = FAULTS.get(call as usize) {
        fault.times.store(0, Ordering::SeqCst);
        fault.result.store(result, Ordering::SeqCst);
        fault.skip.store(skip, Ordering::SeqCst);
        fault.times.store(times, Ordering::SeqCst);
    }
}

fn take_one(counter: &AtomicU32) -> bool {
    let less = |count: u32| count.checked_sub(1);
    counter
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less)
        .is_ok()
}

/// The result that a call is to give, if it is to fail now.
fn due(call: usize) -> Option<i32> {
    let fault = &FAULTS[call];
    if fault.times.load(Ordering::SeqCst) == 0 || take_one(&fault.skip) {
        return None;
    }
    take_one(&fault.times).then(|| fault.result.load(Ordering::SeqCst))
}

fn failure(call: usize) -> Option<vk::Result> {
    due(call).map(vk::Result::from_raw)
}

type Void = vk::PFN_vkVoidFunction;
type GetProc<Handle> = unsafe extern "system" fn(Handle, *const c_char) -> Void;

/// The loader's link to the next layer or driver.
#[repr(C)]
struct Link<Next> {
    next: *mut Link<Next>,
    get_instance_proc: GetProc<vk::Instance>,
    /// In a link of instances that of physical devices.
    get_other_proc: Option<Next>,
}

/// What the loader adds to the creation of instances and devices.
#[repr(C)]
struct LinkInfo<Next> {
    kind: vk::StructureType,
    next: *const c_void,
    function: i32,
    link: *mut Link<Next>,
}

/// The loader's structure types, which `ash` does not know.
const LOADER_INSTANCE: i32 = 47;
const LOADER_DEVICE: i32 = 48;
const LINK: i32 = 0;

/// Finds the link in a chain of structures.
///
/// # Safety
/// The chain is the loader's.
unsafe fn link_info<Next>(mut chain: *const c_void, kind: i32) -> *mut LinkInfo<Next> {
    while !chain.is_null() {
        let info = chain.cast::<LinkInfo<Next>>().cast_mut();
        // SAFETY: all structures of a chain begin with their type and the next one.
        unsafe {
            if (*info).kind.as_raw() == kind && (*info).function == LINK {
                return info;
            }
            chain = (*info).next;
        }
    }
    std::ptr::null_mut()
}

/// Address of the next function of instances.
static NEXT_INSTANCE: OnceLock<GetProc<vk::Instance>> = OnceLock::new();
/// Of each device that was made: two cards may have two drivers.
static NEXT_DEVICES: Mutex<BTreeMap<u64, GetProc<vk::Device>>> = Mutex::new(BTreeMap::new());

fn next_devices() -> MutexGuard<'static, BTreeMap<u64, GetProc<vk::Device>>> {
    NEXT_DEVICES.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next_device(device: vk::Device) -> Option<GetProc<vk::Device>> {
    next_devices().get(&vk::Handle::as_raw(device)).copied()
}

/// The driver's function of a device.
///
/// # Safety
/// `F` is the type of the function of this name.
unsafe fn next<F: Copy>(device: vk::Device, name: &CStr) -> F {
    let get = next_device(device);
    // SAFETY: the loader's function, and a device that it knows.
    let found = get.and_then(|get| unsafe { get(device, name.as_ptr()) });
    let Some(found) = found else {
        eprintln!("no {name:?} below this layer");
        std::process::abort();
    };
    // SAFETY: both are function pointers, and the caller says which.
    unsafe { std::mem::transmute_copy(&found) }
}

/// A function of the device whose result a fault replaces.
macro_rules! intercepted {
    ($name:ident, $call:ident, $real:literal, ($($arg:ident: $type:ty),*), $owner:expr) => {
        unsafe extern "system" fn $name($($arg: $type),*) -> vk::Result {
            if let Some(result) = failure($call) {
                return result;
            }
            type Next = unsafe extern "system" fn($($type),*) -> vk::Result;
            // SAFETY: the type is that of the function of this name, and the rest is as the caller says.
            unsafe { next::<Next>($owner, $real)($($arg),*) }
        }
    };
}

/// The latest device, to look functions up with.
static LATEST: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

fn latest() -> vk::Device {
    vk::Handle::from_raw(LATEST.load(Ordering::SeqCst))
}

type Callbacks<'a> = *const vk::AllocationCallbacks<'a>;

intercepted!(
    queue_submit,
    SUBMIT,
    c"vkQueueSubmit",
    (queue: vk::Queue, count: u32, submits: *const vk::SubmitInfo<'_>, fence: vk::Fence),
    latest()
);
intercepted!(
    allocate_plain,
    ALLOCATE,
    c"vkAllocateMemory",
    (device: vk::Device, info: *const vk::MemoryAllocateInfo<'_>, callbacks: Callbacks<'_>, memory: *mut vk::DeviceMemory),
    device
);
intercepted!(
    create_compute_pipelines,
    PIPELINE,
    c"vkCreateComputePipelines",
    (device: vk::Device, cache: vk::PipelineCache, count: u32, infos: *const vk::ComputePipelineCreateInfo<'_>, callbacks: Callbacks<'_>, pipelines: *mut vk::Pipeline),
    device
);
intercepted!(
    map_memory,
    MAP,
    c"vkMapMemory",
    (device: vk::Device, memory: vk::DeviceMemory, offset: u64, size: u64, flags: vk::MemoryMapFlags, data: *mut *mut c_void),
    device
);
intercepted!(
    create_image,
    IMAGE,
    c"vkCreateImage",
    (device: vk::Device, info: *const vk::ImageCreateInfo<'_>, callbacks: Callbacks<'_>, image: *mut vk::Image),
    device
);
intercepted!(
    create_plain_buffer,
    BUFFER,
    c"vkCreateBuffer",
    (device: vk::Device, info: *const vk::BufferCreateInfo<'_>, callbacks: Callbacks<'_>, buffer: *mut vk::Buffer),
    device
);
intercepted!(
    allocate_command_buffers,
    COMMAND_BUFFER,
    c"vkAllocateCommandBuffers",
    (device: vk::Device, info: *const vk::CommandBufferAllocateInfo<'_>, buffers: *mut vk::CommandBuffer),
    device
);
intercepted!(
    begin_command_buffer,
    BEGIN,
    c"vkBeginCommandBuffer",
    (buffer: vk::CommandBuffer, info: *const vk::CommandBufferBeginInfo<'_>),
    latest()
);
intercepted!(
    end_command_buffer,
    END,
    c"vkEndCommandBuffer",
    (buffer: vk::CommandBuffer),
    latest()
);

unsafe extern "system" fn allocate_memory(
    device: vk::Device,
    info: *const vk::MemoryAllocateInfo<'_>,
    callbacks: Callbacks<'_>,
    memory: *mut vk::DeviceMemory,
) -> vk::Result {
    // A fault is for any kind of memory.
    if FAULTS[ALLOCATE].times.load(Ordering::SeqCst) == 0 {
        // SAFETY: as the caller says.
        if let Some(result) = unsafe { dmabuf::allocate(device, info, memory) } {
            return result;
        }
    }
    // SAFETY: as the caller says.
    unsafe { allocate_plain(device, info, callbacks, memory) }
}

unsafe extern "system" fn create_buffer(
    device: vk::Device,
    info: *const vk::BufferCreateInfo<'_>,
    callbacks: Callbacks<'_>,
    buffer: *mut vk::Buffer,
) -> vk::Result {
    // SAFETY: as the caller says.
    unsafe {
        dmabuf::translated(info, || {
            create_plain_buffer(device, info, callbacks, buffer)
        })
    }
}

/// Waits in vain, as a driver that hangs does.
fn hang(timeout: u64) -> vk::Result {
    let longest = std::time::Duration::from_secs(20);
    std::thread::sleep(std::time::Duration::from_nanos(timeout).min(longest));
    vk::Result::TIMEOUT
}

unsafe extern "system" fn wait_semaphores(
    device: vk::Device,
    info: *const vk::SemaphoreWaitInfo<'_>,
    timeout: u64,
) -> vk::Result {
    match due(WAIT) {
        Some(STUCK) => return hang(timeout),
        Some(result) => return vk::Result::from_raw(result),
        None => {}
    }
    type Next =
        unsafe extern "system" fn(vk::Device, *const vk::SemaphoreWaitInfo<'_>, u64) -> vk::Result;
    // SAFETY: the type is that of the function of this name; and as the caller says.
    unsafe { next::<Next>(device, c"vkWaitSemaphores")(device, info, timeout) }
}

unsafe extern "system" fn wait_for_fences(
    device: vk::Device,
    count: u32,
    fences: *const vk::Fence,
    all: vk::Bool32,
    timeout: u64,
) -> vk::Result {
    match due(WAIT) {
        Some(STUCK) => return hang(timeout),
        Some(result) => return vk::Result::from_raw(result),
        None => {}
    }
    type Next =
        unsafe extern "system" fn(vk::Device, u32, *const vk::Fence, vk::Bool32, u64) -> vk::Result;
    // SAFETY: as in `wait_semaphores`.
    unsafe { next::<Next>(device, c"vkWaitForFences")(device, count, fences, all, timeout) }
}

/// The values that semaphores stay at while the device hangs. Those of one device say nothing of another's.
static REACHED: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());

fn reached() -> MutexGuard<'static, BTreeMap<u64, u64>> {
    REACHED.lock().unwrap_or_else(PoisonError::into_inner)
}

unsafe extern "system" fn get_semaphore_counter_value(
    device: vk::Device,
    semaphore: vk::Semaphore,
    value: *mut u64,
) -> vk::Result {
    match due(STATUS) {
        Some(STUCK) => {
            let stays = reached().get(&vk::Handle::as_raw(semaphore)).copied();
            // SAFETY: the caller gives room for the value.
            unsafe { *value = stays.unwrap_or(0) };
            return vk::Result::SUCCESS;
        }
        Some(result) => return vk::Result::from_raw(result),
        None => {}
    }
    type Next = unsafe extern "system" fn(vk::Device, vk::Semaphore, *mut u64) -> vk::Result;
    // SAFETY: as in `wait_semaphores`, and the caller gives room for the value.
    unsafe {
        let next: Next = next(device, c"vkGetSemaphoreCounterValue");
        let result = next(device, semaphore, value);
        reached().insert(vk::Handle::as_raw(semaphore), *value);
        result
    }
}

unsafe extern "system" fn get_fence_status(device: vk::Device, fence: vk::Fence) -> vk::Result {
    match due(STATUS) {
        Some(STUCK) => return vk::Result::NOT_READY,
        Some(result) => return vk::Result::from_raw(result),
        None => {}
    }
    type Next = unsafe extern "system" fn(vk::Device, vk::Fence) -> vk::Result;
    // SAFETY: as in `wait_semaphores`.
    unsafe { next::<Next>(device, c"vkGetFenceStatus")(device, fence) }
}

unsafe extern "system" fn create_instance(
    info: *const vk::InstanceCreateInfo<'_>,
    callbacks: Callbacks<'_>,
    instance: *mut vk::Instance,
) -> vk::Result {
    type Next = unsafe extern "system" fn(
        *const vk::InstanceCreateInfo<'_>,
        Callbacks<'_>,
        *mut vk::Instance,
    ) -> vk::Result;
    type Other = GetProc<vk::Instance>;
    // SAFETY: the loader gives the chain with its link, and each layer takes one off.
    unsafe {
        let link = link_info::<Other>((*info).p_next, LOADER_INSTANCE);
        let get = (*(*link).link).get_instance_proc;
        (*link).link = (*(*link).link).next;
        let create = get(vk::Instance::null(), c"vkCreateInstance".as_ptr());
        let create = std::mem::transmute::<Void, Next>(create);
        let _ = NEXT_INSTANCE.set(get);
        let result = create(info, callbacks, instance);
        if result == vk::Result::SUCCESS {
            dmabuf::instance_is_made(*instance, get);
        }
        result
    }
}

unsafe extern "system" fn create_device(
    physical: vk::PhysicalDevice,
    info: *const vk::DeviceCreateInfo<'_>,
    callbacks: Callbacks<'_>,
    device: *mut vk::Device,
) -> vk::Result {
    type Next = unsafe extern "system" fn(
        vk::PhysicalDevice,
        *const vk::DeviceCreateInfo<'_>,
        Callbacks<'_>,
        *mut vk::Device,
    ) -> vk::Result;
    if let Some(result) = failure(DEVICE) {
        return result;
    }
    // SAFETY: as in `create_instance`.
    unsafe {
        let link = link_info::<GetProc<vk::Device>>((*info).p_next, LOADER_DEVICE);
        let get_instance = (*(*link).link).get_instance_proc;
        let get_device = (*(*link).link).get_other_proc;
        (*link).link = (*(*link).link).next;
        let create = get_instance(vk::Instance::null(), c"vkCreateDevice".as_ptr());
        let create = std::mem::transmute::<Void, Next>(create);
        let wanted = (*info).enabled_extension_count as usize;
        let mut own = *info;
        let extensions = match wanted {
            0 => Vec::new(),
            _ => dmabuf::extensions(std::slice::from_raw_parts(
                own.pp_enabled_extension_names,
                wanted,
            )),
        };
        own.enabled_extension_count = extensions.len() as u32;
        own.pp_enabled_extension_names = extensions.as_ptr();
        let result = create(physical, &own, callbacks, device);
        if result == vk::Result::SUCCESS {
            if let Some(get_device) = get_device {
                next_devices().insert(vk::Handle::as_raw(*device), get_device);
            }
            LATEST.store(vk::Handle::as_raw(*device), Ordering::SeqCst);
        }
        result
    }
}

/// The functions of this layer.
fn own(name: &CStr) -> Void {
    macro_rules! table {
        ($($known:literal => $function:path),* $(,)?) => {
            match name {
                $(known if known == $known => $function as *const (),)*
                _ => std::ptr::null(),
            }
        };
    }
    let address = table! {
        c"vkCreateInstance" => create_instance,
        c"vkCreateDevice" => create_device,
        c"vkGetInstanceProcAddr" => get_instance_proc,
        c"vkGetDeviceProcAddr" => get_device_proc,
        c"vkEnumerateDeviceExtensionProperties" => dmabuf::enumerate_device_extensions,
        c"vkGetPhysicalDeviceExternalBufferProperties" => dmabuf::external_buffer_properties,
        c"vkGetPhysicalDeviceExternalBufferPropertiesKHR" => dmabuf::external_buffer_properties,
        c"vkFreeMemory" => dmabuf::free_memory,
        c"vkQueueSubmit" => queue_submit,
        c"vkAllocateMemory" => allocate_memory,
        c"vkCreateComputePipelines" => create_compute_pipelines,
        c"vkMapMemory" => map_memory,
        c"vkCreateImage" => create_image,
        c"vkCreateBuffer" => create_buffer,
        c"vkAllocateCommandBuffers" => allocate_command_buffers,
        c"vkBeginCommandBuffer" => begin_command_buffer,
        c"vkEndCommandBuffer" => end_command_buffer,
        c"vkWaitSemaphores" => wait_semaphores,
        c"vkWaitSemaphoresKHR" => wait_semaphores,
        c"vkWaitForFences" => wait_for_fences,
        c"vkGetSemaphoreCounterValue" => get_semaphore_counter_value,
        c"vkGetSemaphoreCounterValueKHR" => get_semaphore_counter_value,
        c"vkGetFenceStatus" => get_fence_status,
        c"vkGetMemoryFdPropertiesKHR" => dmabuf::memory_fd_properties,
        c"vkGetMemoryFdKHR" => dmabuf::memory_fd,
    };
    // SAFETY: null is none, and who asks for a function by its name knows its type.
    unsafe { std::mem::transmute::<*const (), Void>(address) }
}

unsafe extern "system" fn get_instance_proc(instance: vk::Instance, name: *const c_char) -> Void {
    // SAFETY: the caller gives a string.
    let found = own(unsafe { CStr::from_ptr(name) });
    let Some(next) = NEXT_INSTANCE.get() else {
        return found;
    };
    // SAFETY: the loader's function, asked what the loader asks.
    found.or_else(|| unsafe { next(instance, name) })
}

unsafe extern "system" fn get_device_proc(device: vk::Device, name: *const c_char) -> Void {
    // SAFETY: the caller gives a string.
    let found = own(unsafe { CStr::from_ptr(name) });
    let Some(next) = next_device(device) else {
        return found;
    };
    // SAFETY: the loader's function, asked what the loader asks.
    found.or_else(|| unsafe { next(device, name) })
}

/// What loader and layer tell each other first.
#[repr(C)]
pub struct Negotiation {
    kind: i32,
    next: *mut c_void,
    version: u32,
    get_instance_proc: Option<GetProc<vk::Instance>>,
    get_device_proc: Option<GetProc<vk::Device>>,
    get_physical_device_proc: Option<GetProc<vk::Instance>>,
}

/// The loader's first call.
///
/// # Safety
/// The loader gives its structure.
#[unsafe(no_mangle)]
#[allow(non_snake_case)]
pub unsafe extern "system" fn vkNegotiateLoaderLayerInterfaceVersion(
    negotiation: *mut Negotiation,
) -> vk::Result {
    // SAFETY: as the loader says.
    let negotiation = unsafe { &mut *negotiation };
    negotiation.version = 2;
    negotiation.get_instance_proc = Some(get_instance_proc);
    negotiation.get_device_proc = Some(get_device_proc);
    negotiation.get_physical_device_proc = None;
    vk::Result::SUCCESS
}
