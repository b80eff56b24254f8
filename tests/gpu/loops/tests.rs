//! Loops of small shaders, counted by hand.

use std::collections::HashMap;

use super::Loops;

/// Nests multiply, a minimum counts by the side that is known, halving by its logarithm, and loops that
/// load nothing do not count.
#[test]
fn loops_are_counted() {
    let shader = |body: &str| {
        format!(
            "struct P {{ count: u32, rows: u32 }} var<immediate> params: P;
             @group(0) @binding(0) var<storage, read_write> data: array<u32>;
             fn row(n: u32) -> u32 {{ var sum = 0u; for (var i = 0u; i < n; i++) {{ sum += data[i]; }} return sum; }}
             @compute @workgroup_size(64) fn main(@builtin(local_invocation_index) lane: u32) {{ {body} }}"
        )
    };
    for (body, wanted) in [
        (
            "for (var i = lane; i < params.count; i += 64u) { data[i] += 1u; }",
            16.0,
        ),
        (
            "for (var i = 0u; i < 5u; i++) { data[i] = row(params.rows); }",
            35.0,
        ),
        (
            "for (var i = 0u; i < min(lane, 9u); i++) { data[i] += 1u; }",
            9.0,
        ),
        (
            "for (var half = 32u; half > 0u; half /= 2u) { data[half] += 1u; }",
            6.0,
        ),
        (
            "var i = 0u; loop { data[i] += 1u; continuing { i += 2u; break if i >= 8u; } }",
            4.0,
        ),
        (
            "var sum = 0u; for (var i = 0u; i < 999u; i++) { sum += i; } data[0] = sum;",
            0.0,
        ),
    ] {
        let module = naga::front::wgsl::parse_str(&shader(body)).unwrap();
        let params: Vec<u8> = [1000u32, 7].iter().flat_map(|v| v.to_le_bytes()).collect();
        let loops = Loops {
            name: "",
            module: &module,
            params: &params,
            switches: HashMap::new(),
        };
        assert_eq!(loops.longest(), Ok(wanted), "{body}");
    }
    let endless = shader("for (var i = 0u; i < data[0]; i++) { data[i] += 1u; }");
    let module = naga::front::wgsl::parse_str(&endless).unwrap();
    let loops = Loops {
        name: "",
        module: &module,
        params: &[0; 8],
        switches: HashMap::new(),
    };
    assert_eq!(loops.longest(), Err("main".into()));
}
