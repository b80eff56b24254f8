// Samples a source for a pixel of the frame, filtered over the pixel's footprint.

struct Level {
    first: u32,
    size: vec2i,
    // Factor from texels of level 0 to texels of this level.
    scale: vec2f,
}

struct Footprint {
    // From the first to the last tap, in texels of level 0.
    way: vec2f,
    taps: f32,
    fine: Level,
    coarse: Level,
    // Weight of the coarser level.
    part: f32,
}

// Most taps along the longer axis. The footprint on a plane tilted by 80 degrees is six times as long as
// wide.
const MOST_TAPS: f32 = 8.0;
// Chooses levels this much finer than one texel to a pixel, because linear interpolation blurs too.
const SHARPER: f32 = 0.25;

fn read_level(number: u32) -> Level {
    let entry = source[number];
    let size = vec2i(i32(entry.y & 0xffffu), i32(entry.y >> 16u));
    let whole = vec2f(f32(i32(source[0].y & 0xffffu)), f32(i32(source[0].y >> 16u)));
    return Level(entry.x, size, vec2f(size) / whole);
}

// Position in texels of level 0.
fn texel_at(at: vec2f) -> vec2f {
    let w = dot(spot.texel_w.xy, at) + spot.texel_w.z;
    let x = dot(spot.texel_x.xy, at) + spot.texel_x.z;
    let y = dot(spot.texel_y.xy, at) + spot.texel_y.z;
    return vec2f(x, y) / w;
}

// Ellipse in the source that the pixel of `size` around `at` covers while it moves during the shutter. Its
// axes are those of the summed covariances of pixel and motion.
fn footprint(at: vec2f, size: vec2f) -> Footprint {
    let w = dot(spot.texel_w.xy, at) + spot.texel_w.z;
    let texel = texel_at(at);
    let right = (vec2f(spot.texel_x.x, spot.texel_y.x) - texel * spot.texel_w.x) / w;
    let down = (vec2f(spot.texel_x.y, spot.texel_y.y) - texel * spot.texel_w.y) / w;
    let moved = right * spot.blur.x + down * spot.blur.y;
    let a = right * size.x;
    let b = down * size.y;
    let squares = a * a + b * b + moved * moved;
    let product = a.x * a.y + b.x * b.y + moved.x * moved.y;
    let middle = 0.5 * (squares.x + squares.y);
    let half = 0.5 * (squares.x - squares.y);
    let radius = sqrt(half * half + product * product);
    let long = sqrt(middle + radius);
    let short = max(sqrt(max(middle - radius, 0.0)), 1.0);
    // The eigenvector has two forms; uses the one that is not zero.
    let axis = select(vec2f(product, radius - half), vec2f(radius + half, product), half > 0.0);
    let direction = axis / max(length(axis), 1e-12);
    let taps = clamp(ceil(long / short - 0.25), 1.0, MOST_TAPS);
    let lod = max(log2(max(short, long / taps)) - SHARPER, 0.0);
    let last = i32(params.levels) - 1;
    let number = clamp(i32(lod), 0, last);
    let part = select(lod - f32(number), 0.0, number == last);
    let next = min(number + 1, last);
    return Footprint(direction * long, taps, read_level(u32(number)), read_level(u32(next)), clamp(part, 0.0, 1.0));
}

// In steps of the texel format.
fn texel(level: Level, x: i32, y: i32) -> vec4f {
    return texel_steps(source[level.first + u32(y * level.size.x + x)]);
}

// Interpolates between the texels of one level, in steps of the texel format; edge texels are repeated.
fn bilinear(level: Level, at: vec2f) -> vec4f {
    let last = vec2f(level.size - vec2i(1));
    let place = clamp(at * level.scale - 0.5, vec2f(0.0), last);
    let a = clamp(vec2i(place), vec2i(0), level.size - vec2i(1));
    let b = min(a + vec2i(1), level.size - vec2i(1));
    let part = place - vec2f(a);
    let upper = mix(texel(level, a.x, a.y), texel(level, b.x, a.y), part.x);
    let lower = mix(texel(level, a.x, b.y), texel(level, b.x, b.y), part.x);
    return mix(upper, lower, part.y);
}

fn level_of(print: Footprint, coarse: bool) -> Level {
    return Level(
        select(print.fine.first, print.coarse.first, coarse),
        select(print.fine.size, print.coarse.size, coarse),
        select(print.fine.scale, print.coarse.scale, coarse),
    );
}

// All taps in the finer level, then all in the coarser one if it has a weight.
fn filtered(at: vec2f, print: Footprint) -> vec4f {
    let count = select(print.taps, 2.0 * print.taps, print.part > 0.0);
    var sum = vec4f(0.0);
    var step = 0.0;
    loop {
        let coarse = step >= print.taps;
        let tap = 0.5 + step - select(0.0, print.taps, coarse);
        let place = at + print.way * (tap / print.taps - 0.5);
        sum += select(1.0 - print.part, print.part, coarse) * bilinear(level_of(print, coarse), place);
        continuing {
            step += 1.0;
            break if step >= count;
        }
    }
    return sum / (print.taps * TEXEL_SCALE);
}
