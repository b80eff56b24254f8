// Correlation of the frame with the template.

// From sums over samples: n; frame, template; their squares and product. Returns the correlation (x), the
// variance of the template (y), and 1 if there were enough samples (z).
fn correlation(n: f32, first: vec2f, second: vec3f) -> vec3f {
    if (n < 8.5) {
        return vec3f(0.0);
    }
    let mean = first / n;
    let variance = max(second.xy / n - mean * mean, vec2f(0.0));
    let covariance = second.z / n - mean.x * mean.y;
    return vec3f(covariance / sqrt(max(variance.x, 0.01) * max(variance.y, 0.01)), variance.y, 1.0);
}
