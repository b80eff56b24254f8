// Finds the workgroup that ends last, so that it can process the results of all in the same dispatch: a
// barrier between two dispatches costs about 6 us on a discrete GPU.
//
// The shader that includes this binds `done: atomic<u32>`, which is 0 before and after the dispatch. Results
// for other workgroups must be atomic words, accessed by atomicStore and atomicLoad: a plain store may stay
// in a cache of its workgroup. Which workgroup ends last varies; the result does not.

var<workgroup> ends_last: u32;

// True in all invocations of the last workgroup. All invocations of all workgroups must call this once.
fn is_last_group(groups: vec3u, thread: u32) -> bool {
    // Orders this workgroup's stores before its count.
    storageBarrier();
    if (thread == 0u) {
        let before = atomicAdd(&done, 1u);
        ends_last = select(0u, 1u, before + 1u == groups.x * groups.y * groups.z);
    }
    let is_last = workgroupUniformLoad(&ends_last) == 1u;
    // Orders this workgroup's loads after the other workgroups' counts.
    storageBarrier();
    if (thread == 0u && is_last) {
        atomicStore(&done, 0u);
    }
    return is_last;
}
