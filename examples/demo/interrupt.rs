//! Ctrl-C ends the video where it is, so that the file plays; a second one ends the program.

use std::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

#[cfg(target_os = "linux")]
extern "C" fn note(_signal: libc::c_int) {
    ASKED.store(true, Ordering::Relaxed);
    // SAFETY: `signal` may be called in a handler; from now on the signal has its default effect.
    unsafe { libc::signal(libc::SIGINT, libc::SIG_DFL) };
}

/// Notes Ctrl-C from now on, instead of dying of it.
pub fn watch() {
    #[cfg(target_os = "linux")]
    // SAFETY: the handler only writes an atomic and calls `signal`, both of which handlers may.
    unsafe {
        libc::signal(libc::SIGINT, note as *const () as libc::sighandler_t);
    }
}

/// True once after Ctrl-C.
pub fn asked() -> bool {
    ASKED.swap(false, Ordering::Relaxed)
}
