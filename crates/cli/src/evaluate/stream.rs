//! Lines in, answers out: one reader, a worker for each core, one writer, and bounds on all that lies between.

use super::{EvaluateFailure, answer};
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    sync::{
        Mutex,
        mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    },
    thread,
};

/// The longest line that is read, in bytes. A longer one is answered with an error and passed over.
pub(super) const LONGEST_LINE: usize = 8 << 20;

/// A batch is full with this many lines or bytes, whichever comes first; it is sent on before that when nothing more
/// is at hand, so that whoever writes line by line is answered line by line.
const BATCH_LINES: usize = 64;
const BATCH_BYTES: usize = 1 << 18;

/// How much of an answer is gathered before it goes to the writer, in bytes, and how many such pieces may wait.
const PIECE: usize = 1 << 16;
const PIECES: usize = 4;

/// How much of a line that is too long is kept, to find its id in.
const KEPT_OF_LONG: usize = 1 << 12;

/// One line as it was read.
pub(super) struct Line {
    /// Its bytes, without the end of line; the first of them where it was too long.
    pub(super) bytes: Vec<u8>,
    /// Whether there were more than [`LONGEST_LINE`].
    pub(super) cut: bool,
}

struct Job {
    lines: Vec<Line>,
    answers: SyncSender<Vec<u8>>,
}

/// Answers every line of `input` on `output`.
///
/// # Errors
/// When `input` cannot be read or `output` not written. What was answered by then stays.
pub(super) fn run<R: Read, W: Write + Send>(
    mut input: BufReader<R>,
    output: W,
    workers: usize,
) -> Result<(), EvaluateFailure> {
    // A batch's place in the order is its receiver's place in this queue, so workers may finish as they like.
    let (order, ordered) = sync_channel::<Receiver<Vec<u8>>>(workers);
    let (jobs, waiting) = sync_channel::<Job>(workers);
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        for _ in 0..workers.max(1) {
            scope.spawn(|| work(&waiting));
        }
        let writer = scope.spawn(move || write(&ordered, output));
        let read = read(&mut input, &order, &jobs);
        drop((order, jobs));
        match writer.join() {
            Ok(written) => written.map_err(EvaluateFailure::Output)?,
            Err(panic) => std::panic::resume_unwind(panic),
        }
        read.map_err(EvaluateFailure::Input)
    })
}

/// Hands out batches until the input ends, or until nobody wants answers any more.
fn read<R: Read>(
    input: &mut BufReader<R>,
    order: &SyncSender<Receiver<Vec<u8>>>,
    jobs: &SyncSender<Job>,
) -> io::Result<()> {
    loop {
        let (lines, end) = batch(input);
        if !lines.is_empty() {
            let (answers, answered) = sync_channel(PIECES);
            if order.send(answered).is_err() || jobs.send(Job { lines, answers }).is_err() {
                return Ok(());
            }
        }
        match end {
            Ok(false) => {}
            Ok(true) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// The next lines, and whether they are the last.
fn batch<R: Read>(input: &mut BufReader<R>) -> (Vec<Line>, io::Result<bool>) {
    let mut lines = Vec::new();
    let mut bytes = 0;
    loop {
        match line(input) {
            Ok(Some(line)) => {
                bytes += line.bytes.len();
                lines.push(line);
            }
            Ok(None) => return (lines, Ok(true)),
            Err(error) => return (lines, Err(error)),
        }
        if lines.len() == BATCH_LINES || bytes >= BATCH_BYTES || input.buffer().is_empty() {
            return (lines, Ok(false));
        }
    }
}

/// The next line; `None` at the end.
fn line<R: Read>(input: &mut BufReader<R>) -> io::Result<Option<Line>> {
    let mut bytes = Vec::new();
    input.by_ref().take(LONGEST_LINE as u64 + 1).read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
        return Ok(Some(Line { bytes, cut: false }));
    }
    if bytes.len() <= LONGEST_LINE {
        return Ok(Some(Line { bytes, cut: false }));
    }
    bytes.truncate(KEPT_OF_LONG);
    bytes.shrink_to_fit();
    input.skip_until(b'\n')?;
    Ok(Some(Line { bytes, cut: true }))
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    loop {
        // The guard is gone at the end of the statement: others take the next batch while this one is judged.
        let job = waiting.lock().map_or(None, |waiting| waiting.recv().ok());
        let Some(Job { lines, answers }) = job else { return };
        let mut pieces = Pieces { gathered: Vec::new(), answers };
        let done = lines.iter().try_for_each(|line| answer::write(line, &mut pieces));
        // Nobody to answer any more: the writer has failed, and says why.
        let _ = done.and_then(|()| pieces.flush());
    }
}

/// What a worker writes to: pieces of bounded number go to the writer, so that no answer is ever held whole.
struct Pieces {
    gathered: Vec<u8>,
    answers: SyncSender<Vec<u8>>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = std::mem::take(&mut self.gathered);
        self.answers.send(piece).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// Writes the batches in their order, and flushes whenever nothing more is ready.
fn write(ordered: &Receiver<Receiver<Vec<u8>>>, mut output: impl Write) -> io::Result<()> {
    loop {
        let answers = match ordered.try_recv() {
            Ok(answers) => answers,
            Err(TryRecvError::Empty) => {
                output.flush()?;
                let Ok(answers) = ordered.recv() else { return Ok(()) };
                answers
            }
            Err(TryRecvError::Disconnected) => return output.flush(),
        };
        for piece in answers {
            output.write_all(&piece)?;
        }
    }
}
