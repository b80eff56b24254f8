//! Writes a grain table from a thread of its own, so that neither measuring nor a slow disk keeps the stream.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::sample::Sample;
use super::segments::{Picture, Segment, Segmenter};
use super::sites::Span;
use super::table::{HEADER, entry, leader};
use crate::picture::planes::PictureShape;

/// Pictures that wait at most; beyond that they go unmeasured, and prolong the last one that waits.
const MOST_WAITING: usize = 64;

/// What is told to the writer.
#[derive(Debug)]
enum News {
    Picture {
        span: Span,
        bytes: Option<Vec<u8>>,
        shape: PictureShape,
        step: f64,
    },
    Break,
    End,
}

/// News that the thread has not seen yet.
#[derive(Debug, Default)]
struct Inbox {
    news: VecDeque<News>,
    /// Time stamp of the first picture of the stream.
    origin: Option<u64>,
    /// The thread has ended.
    done: bool,
}

#[derive(Debug, Default)]
struct Shared {
    inbox: Mutex<Inbox>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, news: News) {
        self.lock().news.push_back(news);
        self.changed.notify_all();
    }

    fn next(&self) -> (News, u64) {
        let mut inbox = self.lock();
        loop {
            if let Some(news) = inbox.news.pop_front() {
                return (news, inbox.origin.unwrap_or_default());
            }
            let woken = self.changed.wait(inbox);
            inbox = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Receives errors of the file: the first that occurs, and the first after each success.
pub type Complain = Box<dyn Fn(&Path, &io::Error) + Send>;

/// A table that is being written. Dropping it ends the table without waiting.
#[derive(Debug)]
pub struct TableWriter {
    shared: Arc<Shared>,
}

impl TableWriter {
    /// Creates or empties the file, on the writer's thread.
    ///
    /// # Errors
    /// If there can be no thread.
    pub fn create(path: PathBuf, complain: Complain) -> io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let thread = shared.clone();
        let builder = std::thread::Builder::new().name("grain table".into());
        builder.spawn(move || {
            write(&thread, TableFile::new(path, complain));
            thread.lock().done = true;
            thread.changed.notify_all();
        })?;
        Ok(Self { shared })
    }

    /// Notes the time stamp of a picture of the stream, filtered or not: the table counts from the first one.
    pub fn see(&self, start: u64) {
        self.shared.lock().origin.get_or_insert(start);
    }

    /// Adds a picture: when it is shown, and the bytes of its sites if they were read. `step` is the distance of two codes in
    /// 8-bit code values.
    pub fn add(&self, span: Span, bytes: Option<Vec<u8>>, shape: &PictureShape, step: f64) {
        let mut inbox = self.shared.lock();
        // A disk that does not answer must not fill the memory either.
        if inbox.news.len() >= MOST_WAITING
            && let Some(News::Picture { span: last, .. }) = inbox.news.back_mut()
        {
            last.end = span.end;
            return;
        }
        inbox.news.push_back(News::Picture {
            span,
            bytes,
            shape: *shape,
            step,
        });
        drop(inbox);
        self.shared.changed.notify_all();
    }

    /// The pictures do not go on: ends the segment.
    pub fn break_off(&self) {
        self.shared.send(News::Break);
    }

    /// Ends the table. False if it is not on the disk after this time; then it is written later.
    pub fn finish(self, patience: Duration) -> bool {
        self.shared.send(News::End);
        let inbox = self.shared.lock();
        let waited = self
            .shared
            .changed
            .wait_timeout_while(inbox, patience, |inbox| !inbox.done);
        waited.is_ok_and(|(inbox, _)| inbox.done)
    }
}

impl Drop for TableWriter {
    fn drop(&mut self) {
        self.shared.send(News::End);
    }
}

/// The thread: ends with the table.
fn write(shared: &Shared, mut file: TableFile) {
    let mut segmenter = None;
    let mut picture = None;
    loop {
        let (news, origin) = shared.next();
        let segmenter = segmenter.get_or_insert_with(|| Segmenter::new(origin));
        let ended = match (&news, picture) {
            (
                News::Picture {
                    span,
                    bytes,
                    shape,
                    step,
                },
                before,
            ) => {
                let now = Picture {
                    step: *step,
                    shifts: shape.shifts,
                };
                picture = Some(now);
                let mut ended = Vec::new();
                if let Some(before) = before.filter(|before| *before != now) {
                    ended = segmenter.break_off(before);
                }
                let sample = bytes.as_ref().map(|bytes| Sample::read(shape, bytes));
                ended.extend(segmenter.take(*span, sample.as_ref(), now));
                ended
            }
            (News::Break | News::End, Some(picture)) => segmenter.break_off(picture),
            (News::Break | News::End, None) => Vec::new(),
        };
        for segment in &ended {
            file.append(segment);
        }
        if matches!(news, News::End) {
            return;
        }
    }
}

/// The file, in which all that was written is whole.
struct TableFile {
    path: PathBuf,
    complain: Complain,
    /// `None` if it could not be opened.
    file: Option<File>,
    /// Bytes that are known to be good.
    length: u64,
    /// Entries that could not be written yet.
    waiting: String,
    /// The entry at the front is written, or waits.
    has_leader: bool,
    failing: bool,
}

impl TableFile {
    fn new(path: PathBuf, complain: Complain) -> Self {
        let mut table = Self {
            path,
            complain,
            file: None,
            length: 0,
            waiting: HEADER.to_owned(),
            has_leader: false,
            failing: false,
        };
        let opened = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&table.path);
        let written = opened.and_then(|file| {
            table.file = Some(file);
            table.write_waiting()
        });
        table.note(written);
        table
    }

    /// Adds a segment, and the mean of all to the entry at the front. What cannot be written is tried again
    /// with the next segment.
    fn append(&mut self, segment: &Segment) {
        let leader = leader(&segment.mean);
        let front = HEADER.len() as u64;
        if !std::mem::replace(&mut self.has_leader, true) {
            self.waiting.push_str(&leader);
        }
        self.waiting
            .push_str(&entry(segment.period, &segment.params));
        let written = self
            .write_waiting()
            .and_then(|()| self.write_at(front, leader.as_bytes()));
        self.note(written);
    }

    fn write_waiting(&mut self) -> io::Result<()> {
        let text = std::mem::take(&mut self.waiting);
        let written = self.write_at(self.length, text.as_bytes());
        match written {
            Ok(()) => self.length += text.len() as u64,
            Err(_) => self.waiting = text,
        }
        written
    }

    fn write_at(&mut self, place: u64, bytes: &[u8]) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let written = file
            .seek(SeekFrom::Start(place))
            .and_then(|_| file.write_all(bytes));
        if written.is_err() {
            // A part of an entry would make the table unreadable.
            let _ = file.set_len(self.length);
        }
        written
    }

    fn note(&mut self, written: io::Result<()>) {
        match written {
            Err(error) if !self.failing => {
                self.failing = true;
                (self.complain)(&self.path, &error);
            }
            Err(_) => {}
            Ok(()) => self.failing = false,
        }
    }
}
