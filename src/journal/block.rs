//! A run of queries, column by column: about ten octets a query. Names, devices and causes stand as their numbers in the
//! words of an epoch.

use super::octets::{Reader, put, put_octets, put_signed, seal, unseal};
use crate::{
    dns::{Rcode, RecordType},
    policy::Verdict,
    stats::Transport,
    time::UnixTime,
};

/// The form of the octets; another one is not read.
const VERSION: u8 = 2;
/// Columns of a block.
const COLUMNS: usize = 8;
/// Flags beside verdict and transport: the code is not NOERROR, and ids were left out before this one.
const HAS_RCODE: u8 = 0x40;
const HAS_GAP: u8 = 0x80;

const VERDICTS: [Verdict; 5] = [Verdict::Stopped, Verdict::Allowed, Verdict::Cached, Verdict::Local, Verdict::Failed];
const TRANSPORTS: [Transport; 6] =
    [Transport::Udp, Transport::Tcp, Transport::Dot, Transport::Doh, Transport::Doh3, Transport::Doq];

/// A query whose name, device and cause are told by number; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) id: u64,
    pub(super) at: UnixTime,
    pub(super) device: u32,
    pub(super) name: u32,
    pub(super) cause: u32,
    pub(super) rtype: RecordType,
    pub(super) rcode: Rcode,
    pub(super) verdict: Verdict,
    pub(super) transport: Transport,
    pub(super) latency_us: u32,
}

/// A run of queries, their ids rising.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    count: u32,
    ids: (u64, u64),
    /// Of the first query, and of the last.
    ends: (u64, u64),
    /// The earliest and the latest time.
    times: (u64, u64),
    columns: [Vec<u8>; COLUMNS],
}

impl Block {
    /// How many queries it has.
    pub(super) fn len(&self) -> u32 {
        self.count
    }

    /// Whether it has none.
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first and the last id.
    pub(super) fn ids(&self) -> (u64, u64) {
        self.ids
    }

    /// The earliest and the latest time.
    pub(super) fn times(&self) -> (UnixTime, UnixTime) {
        (UnixTime(self.times.0), UnixTime(self.times.1))
    }

    /// Adds a query, whose id is greater than all before.
    pub(super) fn push(&mut self, cell: &Cell) {
        let at = cell.at.0;
        if self.count == 0 {
            self.ids = (cell.id, cell.id.wrapping_sub(1));
            self.ends = (at, at);
            self.times = (at, at);
        }
        let gap = cell.id.wrapping_sub(self.ids.1).wrapping_sub(1);
        let [times, devices, names, causes, types, flags, extras, latencies] = &mut self.columns;
        put_signed(times, at.wrapping_sub(self.ends.1).cast_signed());
        put(devices, cell.device.into());
        put(names, cell.name.into());
        put(causes, cell.cause.into());
        put(types, cell.rtype.0.into());
        put(latencies, cell.latency_us.into());
        let mut flag = cell.verdict as u8 | (cell.transport as u8) << 3;
        if cell.rcode != Rcode::NOERROR {
            flag |= HAS_RCODE;
            put(extras, cell.rcode.0.into());
        }
        if gap > 0 {
            flag |= HAS_GAP;
            put(extras, gap);
        }
        flags.push(flag);
        self.count += 1;
        self.ids.1 = cell.id;
        self.ends.1 = at;
        self.times = (self.times.0.min(at), self.times.1.max(at));
    }

    /// The queries, oldest first.
    pub(super) fn cells(&self) -> Cells<'_> {
        Cells {
            left: self.count,
            id: self.ids.0,
            at: self.ends.0,
            columns: std::array::from_fn(|column| Reader(&self.columns[column])),
        }
    }

    /// The block as octets.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut octets = vec![VERSION];
        put(&mut octets, self.count.into());
        put(&mut octets, self.ids.0);
        put(&mut octets, self.ends.0);
        self.columns.iter().for_each(|column| put_octets(&mut octets, column));
        seal(octets)
    }
}

/// The queries of a block, oldest first.
#[derive(Debug)]
pub(super) struct Cells<'a> {
    left: u32,
    id: u64,
    at: u64,
    columns: [Reader<'a>; COLUMNS],
}

impl<'a> Cells<'a> {
    /// Reads what [`Block::encode`] wrote; `None` when the octets are damaged.
    pub(super) fn decode(octets: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(unseal(octets)?);
        if reader.octet()? != VERSION {
            return None;
        }
        let (left, id, at) = (reader.small()?, reader.number()?, reader.number()?);
        let mut columns = [Reader(&[]); COLUMNS];
        for column in &mut columns {
            *column = Reader(reader.octets()?);
        }
        Some(Self { left, id, at, columns })
    }
}

impl Cells<'_> {
    /// Whether there may be a query of which this holds, as far as name, device, cause, type, verdict and transport tell:
    /// to be asked before any query is taken. Costs a part of what taking all of them does.
    pub(super) fn has(&self, is_looked_for: impl Fn(&Common) -> bool) -> bool {
        let mut columns = self.columns;
        let [_, devices, names, causes, types, flags, ..] = &mut columns;
        let mut common = || {
            let (device, name, cause) = (devices.small()?, names.small()?, causes.small()?);
            let (rtype, flag) = (types.number()?, flags.octet()?);
            let (verdict, transport) = ends(flag)?;
            Some(Common { device, name, cause, rtype: RecordType(rtype.try_into().ok()?), verdict, transport })
        };
        (0..self.left).map_while(|_| common()).any(|common| is_looked_for(&common))
    }
}

/// What a query has in common with many others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Common {
    pub(super) device: u32,
    pub(super) name: u32,
    pub(super) cause: u32,
    pub(super) rtype: RecordType,
    pub(super) verdict: Verdict,
    pub(super) transport: Transport,
}

impl From<&Cell> for Common {
    fn from(cell: &Cell) -> Self {
        let Cell { device, name, cause, rtype, verdict, transport, .. } = *cell;
        Self { device, name, cause, rtype, verdict, transport }
    }
}

impl Iterator for Cells<'_> {
    type Item = Cell;

    fn next(&mut self) -> Option<Cell> {
        self.left = self.left.checked_sub(1)?;
        let [times, devices, names, causes, types, flags, extras, latencies] = &mut self.columns;
        let flag = flags.octet()?;
        let rcode = if flag & HAS_RCODE == 0 { 0 } else { extras.number()? };
        let gap = if flag & HAS_GAP == 0 { 0 } else { extras.number()? };
        self.at = self.at.wrapping_add(times.signed()?.cast_unsigned());
        let id = self.id.wrapping_add(gap);
        self.id = id.wrapping_add(1);
        let (verdict, transport) = ends(flag)?;
        Some(Cell {
            id,
            at: UnixTime(self.at),
            device: devices.small()?,
            name: names.small()?,
            cause: causes.small()?,
            rtype: RecordType(types.number()?.try_into().ok()?),
            rcode: Rcode(rcode.try_into().ok()?),
            verdict,
            transport,
            latency_us: latencies.small()?,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, usize::try_from(self.left).ok())
    }
}

/// How a query ended and what carried it, of its flags.
fn ends(flag: u8) -> Option<(Verdict, Transport)> {
    Some((verdict(flag & 7)?, *TRANSPORTS.get(usize::from(flag >> 3 & 7))?))
}

/// The verdict with this number.
pub(super) fn verdict(number: u8) -> Option<Verdict> {
    VERDICTS.get(usize::from(number)).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    prop_compose! {
        fn cell()(
            gap in prop_oneof![Just(0_u64), 0..1000_u64],
            at: u32, numbers: [u16; 5], verdict in 0..5_usize, transport in 0..6_usize, latency_us: u32,
        ) -> (u64, Cell) {
            let [device, name, cause, rtype, rcode] = numbers;
            (gap, Cell {
                id: 0,
                at: UnixTime(1_795_464_000_000 + u64::from(at)),
                device: device.into(),
                name: name.into(),
                cause: cause.into(),
                rtype: RecordType(rtype),
                rcode: Rcode(rcode % 24),
                verdict: VERDICTS[verdict],
                transport: TRANSPORTS[transport],
                latency_us,
            })
        }
    }

    proptest! {
        #[test]
        fn what_was_pushed_comes_out_of_memory_and_of_octets(first: u32, cells in prop::collection::vec(cell(), 1..200)) {
            let (mut block, mut expected, mut id) = (Block::default(), Vec::new(), u64::from(first));
            for (gap, cell) in cells {
                id += gap + 1;
                let cell = Cell { id, ..cell };
                block.push(&cell);
                expected.push(cell);
            }
            prop_assert_eq!(block.cells().collect::<Vec<_>>(), expected.clone());
            let octets = block.encode();
            prop_assert_eq!(Cells::decode(&octets).unwrap().collect::<Vec<_>>(), expected.clone());
            for cell in &expected {
                let decoded = Cells::decode(&octets).unwrap();
                prop_assert!(decoded.has(|common| (common.name, common.device) == (cell.name, cell.device)));
                let others = expected.iter().any(|other| other.rtype != cell.rtype);
                prop_assert_eq!(decoded.has(|common| common.rtype != cell.rtype), others);
            }
            prop_assert_eq!(block.ids(), (expected[0].id, id));
            let times: Vec<_> = expected.iter().map(|cell| cell.at).collect();
            prop_assert_eq!(block.times(), (*times.iter().min().unwrap(), *times.iter().max().unwrap()));
        }

        #[test]
        fn no_octets_panic(octets: Vec<u8>) {
            let sealed = seal([&[VERSION], &*octets].concat());
            if let Some(cells) = Cells::decode(&sealed) {
                prop_assert!(cells.count() <= octets.len());
            }
        }
    }
}
