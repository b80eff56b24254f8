// Writes a pose from the host.

struct PoseSetParams {
    // Rows of the homography from the plane to the frame, and of its inverse.
    to_frame_xx: f32,
    to_frame_xy: f32,
    to_frame_xw: f32,
    to_frame_yx: f32,
    to_frame_yy: f32,
    to_frame_yw: f32,
    to_frame_wx: f32,
    to_frame_wy: f32,
    to_frame_ww: f32,
    to_plane_xx: f32,
    to_plane_xy: f32,
    to_plane_xw: f32,
    to_plane_yx: f32,
    to_plane_yy: f32,
    to_plane_yw: f32,
    to_plane_wx: f32,
    to_plane_wy: f32,
    to_plane_ww: f32,
    // As in the pose.
    gain: f32,
    bias: f32,
    confidence: f32,
    visibility: f32,
    state: f32,
    frame_low: f32,
    frame_high: f32,
    inliers: f32,
    x0: f32,
    y0: f32,
    x1: f32,
    y1: f32,
}

var<immediate> params: PoseSetParams;
@group(0) @binding(0) var<storage, read_write> pose: array<vec4f>;

@compute @workgroup_size(1)
fn main() {
    pose[0] = vec4f(params.to_frame_xx, params.to_frame_xy, params.to_frame_xw, 0.0);
    pose[1] = vec4f(params.to_frame_yx, params.to_frame_yy, params.to_frame_yw, 0.0);
    pose[2] = vec4f(params.to_frame_wx, params.to_frame_wy, params.to_frame_ww, 0.0);
    pose[3] = vec4f(params.to_plane_xx, params.to_plane_xy, params.to_plane_xw, 0.0);
    pose[4] = vec4f(params.to_plane_yx, params.to_plane_yy, params.to_plane_yw, 0.0);
    pose[5] = vec4f(params.to_plane_wx, params.to_plane_wy, params.to_plane_ww, 0.0);
    pose[6] = vec4f(params.gain, params.bias, params.confidence, params.visibility);
    pose[7] = vec4f(params.state, params.frame_low, params.frame_high, params.inliers);
    pose[8] = vec4f(params.x0, params.y0, params.x1, params.y1);
    pose[9] = vec4f(0.0);
}
