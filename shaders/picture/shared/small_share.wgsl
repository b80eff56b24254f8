// What is kept of coefficients that are too small to be told from noise one by one.

// Factor on the energy of coefficients that makes noise of this spectrum white.
fn white_factor(shape: vec4f) -> vec4f {
    return 1.0 / max(shape, vec4f(1e-3));
}

// Share kept of `count` small coefficients, whose energies sum up to `energy`, in noise of variance `level`; a `power`
// below 1 keeps more of weak texture, and of noise with it. Noise that
// happens to be strong keeps little: its small coefficients have 0.99 of its energy. A margin of 1.1 lost 0.1 dB.
fn share_kept(count: f32, energy: f32, level: f32, power: f32) -> f32 {
    return pow(max(1e-6, 1.0 - count * level / max(energy, 1e-6)), power);
}
