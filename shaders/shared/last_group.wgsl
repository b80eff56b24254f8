// Lets the workgroup that ends last go on with what all have found, in the same dispatch: a barrier between
// two dispatches costs a discrete GPU some 6 us.
//
// The shader that includes this binds `done: atomic<u32>`, which is 0 before and after, and keeps what
// workgroups tell one another in atomic words, with atomicStore and atomicLoad: a plain store may stay in
// a cache of the workgroup that made it. Which workgroup ends last differs from run to run, what it
// reads does not.

var<workgroup> ends_last: u32;

// True in all invocations of the last workgroup. All invocations of all workgroups call this, once.
fn is_last_group(groups: vec3u, thread: u32) -> bool {
    // What this workgroup has stored comes before its count.
    storageBarrier();
    if (thread == 0u) {
        let before = atomicAdd(&done, 1u);
        ends_last = select(0u, 1u, before + 1u == groups.x * groups.y * groups.z);
    }
    let is_last = workgroupUniformLoad(&ends_last) == 1u;
    // What the others have stored comes before what this one loads.
    storageBarrier();
    if (thread == 0u && is_last) {
        atomicStore(&done, 0u);
    }
    return is_last;
}
