//! The events as lookups see them: sealed segments, the segment that is still open, and what is not yet in blocks.

use super::{block::Span, coding::Head, harvest::Use};
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

/// A batch of events in memory, until its part of the index is made.
#[derive(Debug)]
pub(super) struct Chunk {
    /// What offsets count from; the key of the batch's row where it rests as it came.
    pub(super) base: u64,
    /// The last event's sequence number.
    pub(super) last: u64,
    pub(super) count: u32,
    /// Room for a head, and the events.
    pub(super) row: Arc<Vec<u8>>,
    /// The blocks in which the batch rests; none where it rests as it came.
    pub(super) blocks: Vec<Span>,
}

impl Chunk {
    pub(super) fn frames(&self) -> &[u8] {
        self.row.get(Head::LEN..).unwrap_or_default()
    }
}

/// A block of the segment that is still open. Its part of the index is here.
#[derive(Debug)]
pub(super) struct OpenBlock {
    pub(super) span: Span,
    /// The first event's ordinal in the segment.
    pub(super) ordinal: u32,
    /// Entries of the index, in the order of the events.
    pub(super) entries: Vec<u64>,
}

/// A segment that is complete.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub(super) span: Span,
    pub(super) index: IndexState,
}

/// What is known of a segment's index. Without it the whole segment is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IndexState {
    /// It is there.
    There,
    /// It is to be made again.
    Missing,
    /// It cannot be made again: the segment itself is damaged.
    Hopeless,
}

/// Where everything is. Cheap to clone: a lookup works on a clone.
#[derive(Debug, Clone, Default)]
pub(super) struct View {
    pub(super) segments: Arc<Vec<Segment>>,
    pub(super) open: Vec<Arc<OpenBlock>>,
    pub(super) raw: VecDeque<Arc<Chunk>>,
    /// Last uses of long-term keys that are told in `open`, by key id. Written when the segment is complete.
    pub(super) uses: Arc<HashMap<String, Use>>,
    /// Events and bytes in `raw`.
    pub(super) raw_events: u64,
    pub(super) raw_bytes: u64,
    /// The last durable sequence number.
    pub(super) committed: u64,
    /// The store is shut or about to close: nothing more is put into blocks.
    pub(super) closing: bool,
}

impl View {
    pub(super) fn push_raw(&mut self, chunk: Arc<Chunk>) {
        self.raw_events += u64::from(chunk.count);
        self.raw_bytes += chunk.row.len() as u64;
        self.raw.push_back(chunk);
    }

    /// `blocks` now hold what the first `chunks` batches held.
    pub(super) fn blocked(&mut self, chunks: usize, blocks: Vec<Arc<OpenBlock>>, uses: HashMap<String, Use>) {
        for chunk in self.raw.drain(..chunks.min(self.raw.len())) {
            self.raw_events -= u64::from(chunk.count);
            self.raw_bytes -= chunk.row.len() as u64;
        }
        self.open.extend(blocks);
        Arc::make_mut(&mut self.uses).extend(uses);
    }

    /// The open segment is complete.
    pub(super) fn closed(&mut self, span: Span) {
        self.open.clear();
        self.uses = Arc::default();
        Arc::make_mut(&mut self.segments).push(Segment { span, index: IndexState::There });
    }

    pub(super) fn set_index(&mut self, segment: u64, state: IndexState) {
        let segments = Arc::make_mut(&mut self.segments);
        if let Some(segment) = segments.iter_mut().find(|known| known.span.first == segment) {
            segment.index = state;
        }
    }

    /// Events in the segment that is still open.
    pub(super) fn open_events(&self) -> u32 {
        self.open.last().map_or(0, |block| block.ordinal + block.span.count)
    }

    /// The last event that is in a block; 0 when none is.
    pub(super) fn last_blocked(&self) -> u64 {
        let closed = self.segments.last().map_or(0, |segment| segment.span.last);
        self.open.last().map_or(closed, |block| block.span.last)
    }

    /// A segment whose index is to be made again.
    pub(super) fn unindexed(&self) -> Option<Span> {
        self.segments.iter().find(|segment| segment.index == IndexState::Missing).map(|segment| segment.span)
    }
}
