// Ends a hunt: the plane is found at the candidate where most of its texture agrees, or stays lost.
// include: trackoverlay/track/shared/state.wgsl
// include: trackoverlay/track/shared/params.wgsl
// include: trackoverlay/track/shared/candidate.wgsl
// include: trackoverlay/track/shared/quad.wgsl
// include: trackoverlay/track/shared/accepted.wgsl

var<immediate> params: FrameParams;
@group(0) @binding(0) var<storage, read_write> track: Track;
@group(0) @binding(1) var<storage, read> candidates: array<Candidate>;

@compute @workgroup_size(1)
fn main() {
    if ((track.mode & params.when) == 0u) {
        return;
    }
    accept_best();
}
