//! Going through everything that is kept, block by block, in the order of ids, newest or oldest first.

use std::{ops::ControlFlow, rc::Rc};

use super::{
    Journal,
    block::{Block, Cell, Cells, Common},
    book::Book,
    chosen::{Chosen, Wanted},
    file::{BlockPlace, DayFile},
};
use crate::time::{Day, Moment, UnixTime};

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    NewestFirst,
    OldestFirst,
}

/// Where a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Everything was seen.
    AtTheEnd,
    /// The visitor had enough.
    Enough,
    /// Time was up before the block with this last id, whose queries are of this time.
    OutOfTime { id: u64, at: UnixTime },
}

impl Journal {
    /// Visits every query that is wanted, until the visitor has enough or the clock shows `deadline`. Reads files:
    /// not for a thread that must not wait.
    pub(super) fn walk(
        &self,
        wanted: &Wanted<'_>,
        order: Order,
        deadline: Moment,
        mut visit: impl FnMut(&Cell, &Book) -> ControlFlow<()>,
    ) -> Ended {
        self.walk_blocks(wanted, order, deadline, &mut |cells, chosen| {
            visit_cells(cells, chosen, wanted, order, &mut visit)
        })
    }

    /// [`Self::walk`] by blocks; the way to them is in the program once, and only what goes through one for each visitor.
    fn walk_blocks(&self, wanted: &Wanted<'_>, order: Order, deadline: Moment, visit: &mut BlockVisitor<'_>) -> Ended {
        let mut memory = Vec::new();
        let first_waiting = {
            let tail = self.tail();
            for (book, blocks) in tail.newest_first() {
                let chosen = Rc::new(Chosen::new(book, wanted));
                memory.extend(blocks.map(|block| (block.clone(), Rc::clone(&chosen))));
            }
            tail.first_id()
        };
        let mut walk = Walk { journal: self, wanted, order, deadline, first_waiting, visit };
        let ended = match order {
            Order::NewestFirst => walk.memory(memory.iter()).is_continue().then(|| walk.files()),
            Order::OldestFirst => Some(walk.files()).map(|ended| match ended {
                ControlFlow::Continue(()) => walk.memory(memory.iter().rev()),
                broken @ ControlFlow::Break(_) => broken,
            }),
        };
        match ended {
            Some(ControlFlow::Continue(())) => Ended::AtTheEnd,
            Some(ControlFlow::Break(ended)) => ended,
            None => Ended::Enough,
        }
    }
}

/// Sees a block, with what of it is chosen.
type BlockVisitor<'v> = dyn FnMut(Cells<'_>, &Chosen<'_>) -> ControlFlow<Ended> + 'v;

/// A walk under way.
struct Walk<'w> {
    journal: &'w Journal,
    wanted: &'w Wanted<'w>,
    order: Order,
    deadline: Moment,
    /// What has this id or a later one is seen in memory.
    first_waiting: u64,
    visit: &'w mut BlockVisitor<'w>,
}

/// An open file, its blocks that are still to be visited, the next one last, and the words that were read last.
struct Open<'w> {
    file: DayFile,
    places: Vec<BlockPlace>,
    chosen: Option<(u64, Chosen<'w>)>,
}

impl<'w> Walk<'w> {
    /// Visits blocks in memory, which come in the order of the walk.
    fn memory<'b>(&mut self, mut blocks: impl Iterator<Item = &'b (Block, Rc<Chosen<'b>>)>) -> ControlFlow<Ended> {
        blocks.try_for_each(|(block, chosen)| (self.visit)(block.cells(), chosen))
    }

    /// Visits the files of all days.
    fn files(&mut self) -> ControlFlow<Ended> {
        let mut closed: Vec<(Day, (u64, u64))> = self.days();
        let mut open: Vec<Open<'_>> = Vec::new();
        let mut is_ahead = false;
        loop {
            open.retain(|file| !file.places.is_empty());
            let next = open.iter().enumerate().filter_map(|(number, file)| Some((number, *file.places.last()?)));
            let next = next.reduce(|one, other| if self.comes_before(other.1.ids, one.1.ids) { other } else { one });
            // Only a clock that jumped makes files share a stretch of ids.
            let opens = closed.last().filter(|(_, ids)| next.is_none_or(|(_, next)| self.comes_before(*ids, next.ids)));
            if let Some((day, _)) = opens.copied() {
                closed.pop();
                open.extend(self.open(day));
                continue;
            }
            let Some((number, place)) = next else { return ControlFlow::Continue(()) };
            // One block is always seen, so that whoever continues gets ahead.
            if is_ahead && self.journal.clock().now().moment > self.deadline {
                return ControlFlow::Break(Ended::OutOfTime { id: place.ids.1, at: place.times.1 });
            }
            is_ahead = true;
            if let Some(file) = open.get_mut(number) {
                file.places.pop();
                self.place(file, &place)?;
            }
        }
    }

    /// The days that may hold what is looked for, the next one last.
    fn days(&self) -> Vec<(Day, (u64, u64))> {
        let Wanted { from, until, before, after, .. } = *self.wanted;
        let mut days: Vec<_> = self.journal.spans().iter().map(|(day, ids)| (*day, *ids)).collect();
        days.retain(|(day, ids)| {
            from.is_none_or(|from| Day::of(from) <= *day)
                && until.is_none_or(|until| *day <= Day::of(until))
                && before.is_none_or(|before| ids.0 < before)
                && after.is_none_or(|after| ids.1 > after)
        });
        match self.order {
            Order::NewestFirst => days.sort_unstable_by_key(|(_, ids)| ids.1),
            Order::OldestFirst => days.sort_unstable_by_key(|(_, ids)| std::cmp::Reverse(ids.0)),
        }
        days
    }

    fn open(&self, day: Day) -> Option<Open<'w>> {
        let Wanted { from, until, before, after, .. } = *self.wanted;
        let opened = DayFile::read(&self.journal.folder().day(day)).and_then(|file| Ok((file.places()?, file)));
        let (mut places, file) = opened.inspect_err(|_| self.unreadable(1)).ok()?;
        places.retain(|place| {
            place.ids.0 < self.first_waiting
                && before.is_none_or(|before| place.ids.0 < before)
                && after.is_none_or(|after| place.ids.1 > after)
                && from.is_none_or(|from| place.times.1 >= from)
                && until.is_none_or(|until| place.times.0 < until)
        });
        if self.order == Order::OldestFirst {
            places.reverse();
        }
        Some(Open { file, places, chosen: None })
    }

    /// Visits one block of a file. What cannot be read is counted and passed over.
    fn place(&mut self, open: &mut Open<'w>, place: &BlockPlace) -> ControlFlow<Ended> {
        let epoch = place.epoch;
        let chosen = match &mut open.chosen {
            Some((known, chosen)) if *known == epoch => chosen,
            other => {
                let (book, damaged) = open.file.book(epoch).unwrap_or_else(|_| (Book::new(epoch), 1));
                self.unreadable(damaged);
                &other.insert((epoch, Chosen::new(book, self.wanted))).1
            }
        };
        if chosen.is_nothing() {
            return ControlFlow::Continue(());
        }
        let octets = open.file.cells(place).unwrap_or_default();
        if let Some(cells) = Cells::decode(&octets) {
            return (self.visit)(cells, chosen);
        }
        self.unreadable(1);
        ControlFlow::Continue(())
    }

    fn comes_before(&self, one: (u64, u64), other: (u64, u64)) -> bool {
        match self.order {
            Order::NewestFirst => one.1 > other.1,
            Order::OldestFirst => one.0 < other.0,
        }
    }

    fn unreadable(&self, parts: u64) {
        self.journal.health_mut().unreadable += parts;
    }
}

/// Visits the queries of a block that are looked for.
fn visit_cells(
    cells: Cells<'_>,
    chosen: &Chosen<'_>,
    wanted: &Wanted<'_>,
    order: Order,
    visit: &mut impl FnMut(&Cell, &Book) -> ControlFlow<()>,
) -> ControlFlow<Ended> {
    if !chosen.are_all() && !cells.has(|common| chosen.has(common)) {
        return ControlFlow::Continue(());
    }
    let found = cells.filter(|cell| wanted.holds(cell) && chosen.has(&Common::from(cell)));
    let mut visit = |cell: &Cell| match visit(cell, chosen.book()) {
        ControlFlow::Continue(()) => ControlFlow::Continue(()),
        ControlFlow::Break(()) => ControlFlow::Break(Ended::Enough),
    };
    match order {
        Order::OldestFirst => found.into_iter().try_for_each(|cell| visit(&cell)),
        Order::NewestFirst => found.collect::<Vec<_>>().iter().rev().try_for_each(visit),
    }
}
