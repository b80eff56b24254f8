//! Numbers of shaders that the host needs as well: read from the WGSL at compile time, so that they stand
//! in one place.

/// The number that a shader gives a constant of whole numbers: `shader_constant!("network/strip_sums",
/// "STRIP")` is that of `const STRIP: u32 = 32u;` in `shaders/network/strip_sums.wgsl`. A constant that is
/// missing, or is no plain number, does not compile.
///
/// ```
/// const STRIP: u32 = gstwgpu::shader_constant!("network/strip_sums", "STRIP");
/// assert_eq!(STRIP, 32);
/// ```
///
/// ```compile_fail
/// const STRIPE: u32 = gstwgpu::shader_constant!("network/strip_sums", "STRIPE");
/// ```
#[macro_export]
macro_rules! shader_constant {
    ($shader:literal, $name:literal) => {{
        const VALUE: Option<u32> = $crate::gpu::shader_constant::value(
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/shaders/",
                $shader,
                ".wgsl"
            )),
            $name,
        );
        const FOUND: u32 = match VALUE {
            Some(value) => value,
            None => u32::MAX,
        };
        const _: () = assert!(
            VALUE.is_some(),
            concat!("no number ", $name, " in ", $shader)
        );
        FOUND
    }};
}

/// The number in the line `const NAME: u32 = NUMBERu;`; also of `i32`.
pub const fn value(text: &str, name: &str) -> Option<u32> {
    let mut rest = text.as_bytes();
    let mut is_start_of_line = true;
    while let [byte, next @ ..] = rest {
        if is_start_of_line
            && let Some(declared) = behind(rest, b"const ")
            && let Some(typed) = behind(declared, name.as_bytes())
        {
            let number = match behind(typed, b": u32 = ") {
                None => behind(typed, b": i32 = "),
                number => number,
            };
            if let Some(number) = number {
                return number_at(number);
            }
        }
        is_start_of_line = *byte == b'\n';
        rest = next;
    }
    None
}

/// What follows `start` in a text that begins with it.
const fn behind<'t>(text: &'t [u8], start: &[u8]) -> Option<&'t [u8]> {
    match (text, start) {
        (_, []) => Some(text),
        ([have, text @ ..], [want, start @ ..]) if *have == *want => behind(text, start),
        _ => None,
    }
}

/// A decimal number that ends the statement.
const fn number_at(text: &[u8]) -> Option<u32> {
    let mut rest = text;
    let mut number: Option<u32> = None;
    while let [digit @ b'0'..=b'9', next @ ..] = rest {
        let before = match number {
            Some(number) => number,
            None => 0,
        };
        number = Some(before * 10 + (*digit - b'0') as u32);
        rest = next;
    }
    match rest {
        [b';', ..] | [b'u', b';', ..] => number,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn numbers_are_those_of_whole_declarations() {
        let text =
            "// const A: u32 = 1u;\nconst AB: u32 = 2u;\nconst A: u32 = 34u;\nconst B: i32 = 5;\n";
        let text =
            format!("{text}const C: u32 = A + 1u;\nconst D: u32 = 6u + A;\nconst E: f32 = 7.0;");
        let of = |name| value(&text, name);
        assert_eq!([of("AB"), of("A"), of("B")], [Some(2), Some(34), Some(5)]);
        assert_eq!([of("C"), of("D"), of("E"), of("F")], [None; 4]);
    }
}
