//! Threads that compile kernels: up to one for each core while there is work, none when there is not.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

type Job = Box<dyn FnOnce() + Send>;

/// Jobs that wait for a thread, and the number of running threads.
#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    threads: usize,
}

/// Runs jobs on threads of its own.
#[derive(Default)]
pub(super) struct Compiler(Arc<Mutex<Queue>>);

impl std::fmt::Debug for Compiler {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let queue = lock(&self.0);
        formatter
            .debug_struct("Compiler")
            .field("waiting", &queue.jobs.len())
            .field("threads", &queue.threads)
            .finish()
    }
}

impl Compiler {
    /// Queues a job for a thread. Runs it on the calling thread if no thread can be started.
    pub(super) fn run(&self, job: impl FnOnce() + Send + 'static) {
        let mut queue = lock(&self.0);
        queue.jobs.push_back(Box::new(job));
        let most = std::thread::available_parallelism().map_or(1, usize::from);
        if queue.threads >= most {
            return;
        }
        queue.threads += 1;
        drop(queue);
        let shared = self.0.clone();
        let thread = std::thread::Builder::new().name("wgpu-compile".into());
        if thread.spawn(move || work(&shared)).is_err() {
            work(&self.0);
        }
    }
}

/// Runs jobs until the queue is empty.
fn work(queue: &Mutex<Queue>) {
    let thread = Thread(queue);
    while let Some(job) = thread.next() {
        // A panicking job marks its kernel as failed; the thread goes on with the next job.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
    }
}

/// Counts as a running thread of the queue until it is dropped.
struct Thread<'a>(&'a Mutex<Queue>);

impl Thread<'_> {
    /// Takes the next job. If there is none, the thread is uncounted under the same lock, so that no job
    /// queued afterwards relies on it.
    fn next(&self) -> Option<Job> {
        let mut queue = lock(self.0);
        let job = queue.jobs.pop_front();
        if job.is_none() {
            queue.threads -= 1;
        }
        job
    }
}

fn lock(queue: &Mutex<Queue>) -> std::sync::MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{channel, sync_channel};

    /// As many jobs as there are cores wait for one another: they end only if all run in parallel.
    #[test]
    fn jobs_run_side_by_side() {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let barrier = Arc::new(std::sync::Barrier::new(cores));
        let compiler = Compiler::default();
        let (sender, receiver) = channel();
        for _ in 0..cores {
            let (barrier, sender) = (barrier.clone(), sender.clone());
            compiler.run(move || {
                barrier.wait();
                sender.send(()).unwrap();
            });
        }
        drop(sender);
        assert_eq!(receiver.iter().count(), cores);
    }

    #[test]
    fn a_panic_stops_no_other_job() {
        let compiler = Compiler::default();
        compiler.run(|| panic!("on purpose"));
        let (sender, receiver) = sync_channel(1);
        compiler.run(move || sender.send(7).unwrap());
        assert_eq!(receiver.recv(), Ok(7));
    }
}
