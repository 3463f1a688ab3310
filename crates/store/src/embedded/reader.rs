//! Reading: changes in their order, blocks, and the answers to lookups.

use super::{
    block::{Block, Span},
    coding::{Head, Input},
    frames::{Framed, Frames},
    harvest::Use,
    index,
    log::Log,
    segment,
    view::{IndexState, View},
};
use crate::{
    AttributeKind, Cursor, Damage, Extractor, Found, LastUsed, Lookup, Page, Seq, StoreError, event_id,
    medium::{Medium, Order, Table},
};
use rolecall_names::{AccessKeyId, Instant};
use std::ops::{ControlFlow, RangeInclusive};

/// Whether to go on, or what is wrong with what was shown.
pub(super) type Visited = Result<ControlFlow<()>, Damage>;

impl<M: Medium> Log<M> {
    pub(super) fn row(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.medium.get(table, key).map_err(|error| self.failed(error))
    }

    /// Shows rows; the first damage that `visit` finds ends it.
    pub(super) fn rows(
        &self,
        table: Table,
        keys: RangeInclusive<u64>,
        order: Order,
        visit: &mut dyn FnMut(u64, &[u8]) -> Visited,
    ) -> Result<(), StoreError> {
        let mut damage = None;
        let scanned = self.medium.scan(table, keys, order, &mut |key, row| {
            visit(key, row).unwrap_or_else(|found| {
                damage = Some(self.damaged(key, found));
                ControlFlow::Break(())
            })
        });
        scanned.map_err(|error| self.failed(error))?;
        damage.map_or(Ok(()), Err)
    }

    /// Shows blocks, opened, and demands that none between them is missing.
    pub(super) fn blocks(
        &self,
        keys: RangeInclusive<u64>,
        order: Order,
        visit: &mut dyn FnMut(Block) -> Visited,
    ) -> Result<(), StoreError> {
        let mut neighbour: Option<u64> = None;
        self.rows(Table::Block, keys, order, &mut |key, row| {
            let block = Block::open(key, row)?;
            let (here, next) = match order {
                Order::Rising => (block.before, block.span.last),
                Order::Falling => (block.span.last, block.before),
            };
            if neighbour.is_some_and(|neighbour| neighbour != here) {
                return Err(Damage::Gap);
            }
            neighbour = Some(next);
            visit(block)
        })
    }

    pub(super) fn replay(
        &self,
        after: Seq,
        visit: &mut dyn FnMut(Seq, &[u8]) -> ControlFlow<()>,
    ) -> Result<Seq, StoreError> {
        let mut shown = after;
        let start = self.change_row_of(after)?;
        let mut chain: Option<u64> = (after.0 == 0).then_some(0);
        self.rows(Table::Change, start..=u64::MAX, Order::Rising, &mut |key, row| {
            let (head, sealed) = Head::read(key, row)?;
            if chain.is_some_and(|before| before != head.before) {
                return Err(Damage::Gap);
            }
            chain = Some(head.last);
            let plain = self.vault.open_changes(head.first, &head.fields(), sealed.0)?;
            let (mut input, mut seq) = (Input(&plain), head.first);
            for _ in 0..head.count {
                seq = seq.checked_add(input.varint()?).ok_or(Damage::Shape)?;
                let length = input.size()?;
                let change = input.bytes(length)?;
                if seq > after.0 {
                    shown = Seq(seq);
                    if visit(shown, change).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
            if seq == head.last { Ok(ControlFlow::Continue(())) } else { Err(Damage::Shape) }
        })?;
        Ok(shown)
    }

    /// The key of the last row of changes that begins at `seq` or before it.
    fn change_row_of(&self, seq: Seq) -> Result<u64, StoreError> {
        let mut start = 0;
        self.rows(Table::Change, 0..=seq.0, Order::Falling, &mut |key, _| {
            start = key;
            Ok(ControlFlow::Break(()))
        })?;
        Ok(start)
    }

    pub(super) fn lookup(&self, ask: &Lookup) -> Result<Page, StoreError> {
        let view = self.snapshot();
        let attribute = ask.attribute.as_ref().map(|(kind, value)| (*kind, value.as_str()));
        let mut gather = Gather { ask, extract: self.extract, page: Page::default() };
        if let Some((AttributeKind::EventId, id)) = attribute {
            if let Some(seq) = event_id::parse(id).and_then(|id| self.ids.seq(id)) {
                self.find(&view, seq.0, &mut gather)?;
            }
            return Ok(gather.page);
        }
        let hash = self.hashing.hash(ask.account.number(), ask.region.name().as_bytes(), attribute);
        // Broken off or not, the page is what there is.
        let _: ControlFlow<()> = self.gather(&view, hash, &mut gather)?;
        Ok(gather.page)
    }

    pub(super) fn events(&self, visit: &mut dyn FnMut(Found) -> ControlFlow<()>) -> Result<(), StoreError> {
        let view = self.snapshot();
        let mut show = |events: &[Framed<'_>]| events.iter().rev().try_for_each(|event| visit(found(event)));
        for chunk in view.raw.iter().rev() {
            let events = Frames::all(chunk.base, chunk.frames()).map_err(|damage| self.damaged(chunk.base, damage))?;
            if show(&events).is_break() {
                return Ok(());
            }
        }
        self.blocks(0..=view.last_blocked(), Order::Falling, &mut |block| Ok(show(&block.events()?)))
    }

    fn gather(&self, view: &View, hash: u32, gather: &mut Gather<'_>) -> Result<ControlFlow<()>, StoreError> {
        let ask = gather.ask;
        for chunk in view.raw.iter().rev().filter(|chunk| wants(ask, chunk.base)) {
            let events = Frames::all(chunk.base, chunk.frames()).map_err(|damage| self.damaged(chunk.base, damage))?;
            if events.iter().rev().try_for_each(|event| gather.offer(event)).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        for block in view.open.iter().rev().filter(|block| wants_span(ask, &block.span)) {
            let mut ordinals: Vec<u32> = index::ordinals(&block.entries, hash).collect();
            ordinals.dedup();
            if self.offer_block(&block.span, block.ordinal, &ordinals, gather)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        for segment in view.segments.iter().rev().filter(|segment| wants_span(ask, &segment.span)) {
            if self.gather_segment(&segment.span, segment.index, hash, gather)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn gather_segment(
        &self,
        span: &Span,
        state: IndexState,
        hash: u32,
        gather: &mut Gather<'_>,
    ) -> Result<ControlFlow<()>, StoreError> {
        let ordinals = match state {
            IndexState::There => self.ordinals(span, hash)?,
            IndexState::Missing | IndexState::Hopeless => (0..span.count).collect(),
        };
        if ordinals.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        let row = self.row(Table::Segment, span.first)?.ok_or_else(|| self.damaged(span.first, Damage::Gap))?;
        let (_, _, blocks) = segment::open(span.first, &row).map_err(|damage| self.damaged(span.first, damage))?;
        let mut rest = ordinals.as_slice();
        let mut above = span.count;
        for block in blocks.iter().rev() {
            let first = above.saturating_sub(block.count);
            let (below, here) = rest.split_at(rest.partition_point(|ordinal| *ordinal < first));
            if wants_span(gather.ask, block) && self.offer_block(block, first, here, gather)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            (rest, above) = (below, first);
        }
        Ok(ControlFlow::Continue(()))
    }

    /// What a segment's index says of a hash; everything, and the index is made again, when it cannot be read.
    fn ordinals(&self, span: &Span, hash: u32) -> Result<Vec<u32>, StoreError> {
        let key = index::row_key(span.first, hash);
        if let Some(row) = self.row(Table::Index, key)?
            && let Ok(found) = index::find(key, &row, hash)
        {
            return Ok(found);
        }
        self.lock_view().set_index(span.first, IndexState::Missing);
        self.durable.notify_one();
        Ok((0..span.count).collect())
    }

    /// Offers the events at `ordinals`, rising, of a block whose first event is at `first`; the newest first.
    fn offer_block(
        &self,
        span: &Span,
        first: u32,
        ordinals: &[u32],
        gather: &mut Gather<'_>,
    ) -> Result<ControlFlow<()>, StoreError> {
        if ordinals.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        let damaged = |damage| self.damaged(span.first, damage);
        let row = self.row(Table::Block, span.first)?.ok_or_else(|| damaged(Damage::Gap))?;
        let block = Block::open(span.first, &row).map_err(damaged)?;
        let events = block.events().map_err(damaged)?;
        for ordinal in ordinals.iter().rev() {
            let event = ordinal.checked_sub(first).and_then(|at| events.get(at as usize));
            if event.is_some_and(|event| gather.offer(event).is_break()) {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Offers the one event at `seq`.
    fn find(&self, view: &View, seq: u64, gather: &mut Gather<'_>) -> Result<(), StoreError> {
        let mut offer = |events: &[Framed<'_>]| {
            if let Some(event) = events.iter().find(|event| event.seq == seq) {
                let _: ControlFlow<()> = gather.offer(event);
            }
        };
        if seq > view.last_blocked() {
            for chunk in view.raw.iter().filter(|chunk| (chunk.base..=chunk.last).contains(&seq)) {
                offer(&Frames::all(chunk.base, chunk.frames()).map_err(|damage| self.damaged(chunk.base, damage))?);
            }
            return Ok(());
        }
        self.blocks(0..=seq, Order::Falling, &mut |block| {
            offer(&block.events()?);
            Ok(ControlFlow::Break(()))
        })
    }

    pub(super) fn last_used(&self, key: &AccessKeyId) -> Result<Option<LastUsed>, StoreError> {
        if key.is_temporary() {
            return Ok(None);
        }
        let view = self.snapshot();
        let told = |found: Use, at: u64| found.told().map(Some).map_err(|damage| self.damaged(at, damage));
        for chunk in view.raw.iter().rev() {
            let events = Frames::all(chunk.base, chunk.frames()).map_err(|damage| self.damaged(chunk.base, damage))?;
            if let Some(found) = events.iter().rev().find_map(|event| Use::in_event(event, self.extract, key.as_str()))
            {
                return told(found, chunk.base);
            }
        }
        if let Some(found) = view.uses.get(key.as_str()) {
            return told(found.clone(), found.seq);
        }
        match self.use_row(key.as_str()) {
            Ok(Some(found)) => told(found, 0),
            Ok(None) if view.unindexed().is_none() => Ok(None),
            Ok(None) | Err(StoreError::Damaged { .. }) => self.last_used_in_blocks(view.last_blocked(), key.as_str()),
            Err(error) => Err(error),
        }
    }

    /// The slow way, for as long as the view is not whole.
    fn last_used_in_blocks(&self, end: u64, key: &str) -> Result<Option<LastUsed>, StoreError> {
        let mut last = None;
        self.blocks(0..=end, Order::Falling, &mut |block| {
            for event in block.events()?.iter().rev() {
                if let Some(found) = Use::in_event(event, self.extract, key) {
                    last = Some(found.told()?);
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(last)
    }

    /// The last use of a key in any block.
    pub(super) fn use_row(&self, key: &str) -> Result<Option<Use>, StoreError> {
        let row_key = Use::row_key(&self.hashing, key);
        let Some(row) = self.row(Table::Use, row_key)? else { return Ok(None) };
        Use::open(row_key, &row, key).map_err(|damage| self.damaged(row_key, damage))
    }
}

fn found(event: &Framed<'_>) -> Found {
    Found { seq: Seq(event.seq), time: Instant::from_millis(event.time), body: event.body.to_vec() }
}

/// Whether an event at `seq` or behind it could be wanted: it is not behind the cursor.
fn wants(ask: &Lookup, seq: u64) -> bool {
    ask.after.is_none_or(|Cursor(after)| seq < after.0)
}

fn wants_span(ask: &Lookup, span: &Span) -> bool {
    wants(ask, span.first) && span.overlaps(ask.start.millis(), ask.end.millis())
}

/// A page being gathered.
struct Gather<'a> {
    ask: &'a Lookup,
    extract: Extractor,
    page: Page,
}

impl Gather<'_> {
    fn fits(&self, event: &Framed<'_>) -> bool {
        let ask = self.ask;
        let here = wants(ask, event.seq)
            && event.account == ask.account.number()
            && event.region == ask.region.name().as_bytes()
            && (ask.start.millis()..=ask.end.millis()).contains(&event.time);
        here && match &ask.attribute {
            None | Some((AttributeKind::EventId, _)) => true,
            Some((wanted, value)) => {
                let mut found = false;
                (self.extract)(event.body, &mut |kind, text| found |= kind == *wanted && text == value);
                found
            }
        }
    }

    /// Takes an event that fits; breaks off when there is one more than the page holds.
    fn offer(&mut self, event: &Framed<'_>) -> ControlFlow<()> {
        if !self.fits(event) {
            return ControlFlow::Continue(());
        }
        if self.page.events.len() >= self.ask.limit.max(1) {
            self.page.next = self.page.events.last().map(|last| Cursor(last.seq));
            return ControlFlow::Break(());
        }
        self.page.events.push(found(event));
        ControlFlow::Continue(())
    }
}
