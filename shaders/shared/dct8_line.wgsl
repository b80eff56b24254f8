// Orthonormal DCT-II of eight values and its inverse, for blocks of which each invocation has one row or
// column. Arithmetic and constants as in shared/dct8.wgsl.

struct Line {
    a: vec4f,
    b: vec4f,
}

fn dct8_line(v: Line) -> Line {
    let s = v.a + v.b.wzyx;
    let d = v.a - v.b.wzyx;
    let e0 = s.x + s.w;
    let e1 = s.y + s.z;
    let e2 = s.y - s.z;
    let e3 = s.x - s.w;
    let r0 = d.x * DCT_R3 - d.w * DCT_R5;
    let r1 = d.y * DCT_R1 - d.z * DCT_R7;
    let r2 = d.y * DCT_R7 + d.z * DCT_R1;
    let r3 = d.x * DCT_R5 + d.w * DCT_R3;
    let p = r0 + r2;
    let q = r1 + r3;
    return Line(
        vec4f((e0 + e1) * DCT_C4, p + q, e3 * DCT_C2 + e2 * DCT_C6, (r0 - r2) * DCT_ROOT),
        vec4f((e0 - e1) * DCT_C4, (r3 - r1) * DCT_ROOT, e3 * DCT_C6 - e2 * DCT_C2, p - q),
    );
}

fn idct8_line(f: Line) -> Line {
    let p = f.a.x * DCT_C4;
    let q = f.b.x * DCT_C4;
    let e0 = p + q;
    let e1 = p - q;
    let e2 = f.a.z * DCT_C6 - f.b.z * DCT_C2;
    let e3 = f.a.z * DCT_C2 + f.b.z * DCT_C6;
    let s = vec4f(e0 + e3, e1 + e2, e1 - e2, e0 - e3);
    let u = f.a.y + f.b.w;
    let v = f.a.y - f.b.w;
    let w = f.a.w * DCT_ROOT;
    let x = f.b.y * DCT_ROOT;
    let r0 = u + w;
    let r1 = v - x;
    let r2 = u - w;
    let r3 = v + x;
    let d = vec4f(
        r0 * DCT_R3 + r3 * DCT_R5,
        r1 * DCT_R1 + r2 * DCT_R7,
        r2 * DCT_R1 - r1 * DCT_R7,
        r3 * DCT_R3 - r0 * DCT_R5,
    );
    let end = s - d;
    return Line(s + d, end.wzyx);
}
