//! Calls that may panic. wgpu panics where a device is lost while it is polled, and its queue where the
//! driver fails while the last of it goes; a stream shall end by neither.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// How many guards this thread is inside of.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Runs `work`. Where it panics, nothing is printed: the reason is given, for the caller to tell.
///
/// # Errors
/// What the panic said.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    silence();
    DEPTH.set(DEPTH.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(work));
    DEPTH.set(DEPTH.get() - 1);
    result.map_err(|panic| reason(&*panic))
}

/// Keeps panics inside of guards from being printed; all others are, as before.
fn silence() {
    static ONCE: Once = Once::new();
    // The hook cannot be changed by a thread that panics.
    if std::thread::panicking() {
        return;
    }
    ONCE.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if DEPTH.get() == 0 {
                before(panic);
            }
        }));
    });
}

fn reason(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    // wgpu's reasons run over several lines.
    let text = text.unwrap_or_else(|| "panicked".into());
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_reason() {
        assert_eq!(guarded(|| 7), Ok(7));
        let broken: Result<(), String> = guarded(|| panic!("on\n  {}", "purpose"));
        assert_eq!(broken, Err("on purpose".into()));
        // And the thread goes on as before.
        assert_eq!(DEPTH.get(), 0);
    }
}
