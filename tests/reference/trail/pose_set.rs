//! Twin of `trail/pose_set.wgsl`: ten vectors from the numbers of a pose.

/// The words of a pose from its rows to the frame and back, the eight numbers of light, trust and
/// frame, and its box.
pub fn pose_words(
    to_frame: [[f32; 3]; 3],
    to_plane: [[f32; 3]; 3],
    numbers: [f32; 8],
    bounds: [f32; 4],
) -> Vec<f32> {
    let mut words = Vec::new();
    for row in to_frame.iter().chain(&to_plane) {
        words.extend(row);
        words.push(0.0);
    }
    words.extend(numbers);
    words.extend(bounds);
    words.extend([0.0; 4]);
    words
}
