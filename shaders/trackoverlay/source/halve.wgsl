// Makes the next coarser mip level of a source: means over areas, so that odd sizes do not shift the
// picture.
//
// Means are of linear light: a picture that is small in the frame must be as bright as the real object from
// afar. Light is approximated by the square of a component, which is close to the cameras' transfer
// functions and cheaper than a power.
// include: trackoverlay/shared/source_texel.wgsl

struct SourceHalveParams {
    // Index of the level to read; the next one is written.
    level: u32,
}

var<immediate> params: SourceHalveParams;
@group(0) @binding(0) var<storage, read_write> source: array<vec2u>;

fn size_of(entry: vec2u) -> vec2u {
    return vec2u(entry.y & 0xffffu, entry.y >> 16u);
}

// Weights of up to three finer texels, from the first that coarse texel `i` covers. One of `coarse` texels
// covers fine/coarse of the `fine` ones: two, or slightly more.
fn shares(i: u32, fine: u32, coarse: u32) -> vec3f {
    let start = i * fine;
    let part = f32(start % coarse) / f32(coarse);
    let length = f32(fine) / f32(coarse);
    let first = min(1.0 - part, length);
    let second = min(length - first, 1.0);
    return vec3f(first, second, length - first - second) / length;
}

@compute @workgroup_size(32, 2)
fn main(@builtin(global_invocation_id) id: vec3u) {
    let fine = source[params.level];
    let coarse = source[params.level + 1u];
    let fine_size = size_of(fine);
    let size = size_of(coarse);
    if (id.x >= size.x || id.y >= size.y) {
        return;
    }
    let columns = shares(id.x, fine_size.x, size.x);
    let rows = shares(id.y, fine_size.y, size.y);
    let first = id.xy * fine_size / size;
    // Two texels, or three for odd sizes. The loop tests its condition at the end, because software Vulkan
    // would run the body of a `for` once more.
    let last = vec2u(1u) + (fine_size & vec2u(1u));
    var light = vec3f(0.0);
    var alpha = 0.0;
    var j = 0u;
    loop {
        let row = select(select(rows.z, rows.y, j == 1u), rows.x, j == 0u);
        var i = 0u;
        loop {
            let share = row * select(select(columns.z, columns.y, i == 1u), columns.x, i == 0u);
            // The last weight may be 0, at a texel beyond the edge.
            let at = min(first + vec2u(i, j), fine_size - vec2u(1u));
            let texel = texel_steps(source[fine.x + at.y * fine_size.x + at.x]) / TEXEL_SCALE;
            // Light of a premultiplied colour, times alpha.
            light += share * texel.rgb * abs(texel.rgb) / max(texel.a, 1e-4);
            alpha += share * texel.a;
            continuing {
                i++;
                break if i > last.x;
            }
        }
        continuing {
            j++;
            break if j > last.y;
        }
    }
    let colour = sign(light) * sqrt(abs(light) * alpha);
    source[coarse.x + id.y * size.x + id.x] = encode_texel(vec4f(colour, alpha));
}
