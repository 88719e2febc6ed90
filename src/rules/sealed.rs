//! Files that are trusted as a whole or not at all: a header that says what is where, and checksums over all of it.
//!
//! Tables and runs are such files. All numbers stand in little-endian order, which the header states; sections begin at
//! multiples of 64. What they hold is the business of `table` and `run`.

use std::{
    io::{self, Seek, SeekFrom, Write},
    ops::Range,
};

use bytes::Bytes;
use crc32fast::Hasher;

/// The octets of the header.
const HEADER: usize = 256;
/// Sections that a file may have.
const SECTIONS: usize = 8;
/// Numbers that a file may have in its header.
pub(super) const NUMBERS: usize = 8;
/// Sections begin at multiples of this: a cache line.
pub(super) const ALIGNMENT: usize = 64;
/// Written in little-endian order; in any other it reads differently.
const BYTE_ORDER: u32 = 0x0102_0304;
/// What is gathered before it is written.
const BUFFER: usize = 64 << 10;

/// Where the header's fields stand, in octets.
const VERSION_AT: usize = 8;
const BYTE_ORDER_AT: usize = 12;
const CHECKSUM_AT: usize = 16;
const LENGTH_AT: usize = 24;
const NUMBERS_AT: usize = 32;
const SECTIONS_AT: usize = 96;
const SECTION_SIZE: usize = 20;

/// Which kind of file it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// What it begins with.
    pub(super) magic: [u8; 8],
    /// The form that this program writes and reads.
    pub(super) version: u32,
}

/// Why a file is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It begins differently.
    #[error("it is no such file")]
    Foreign,
    /// Another version of ponor wrote it.
    #[error("it has another version")]
    Version,
    /// A part of it is missing or has changed.
    #[error("it is damaged")]
    Damaged,
    /// It was made with another key.
    #[error("it was made with another key")]
    Key,
}

/// A place for the octets of a file, from which parts can be read in any order.
pub trait ReadAt {
    /// Fills `buffer` from `offset` onwards.
    ///
    /// # Errors
    /// When reading fails or the octets end before.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;
}

impl ReadAt for [u8] {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let range = usize::try_from(offset).ok().and_then(|start| Some(start..start.checked_add(buffer.len())?));
        let part = range.and_then(|range| self.get(range)).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(part);
        Ok(())
    }
}

impl ReadAt for Vec<u8> {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.as_slice().read_exact_at(buffer, offset)
    }
}

/// What a header says, once it has been believed.
#[derive(Clone, Debug)]
pub(super) struct Header {
    /// Numbers whose meaning is the business of the kind of file.
    pub(super) numbers: [u64; NUMBERS],
    sections: [Section; SECTIONS],
    length: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Section {
    offset: u64,
    length: u64,
    checksum: u32,
}

impl Header {
    /// Reads and checks the header alone.
    ///
    /// # Errors
    /// When the octets cannot be read, or are not those of a header that this program wrote.
    pub(super) fn read(from: &(impl ReadAt + ?Sized), kind: Kind) -> io::Result<Result<Self, Damage>> {
        let mut octets = [0; HEADER];
        match from.read_exact_at(&mut octets, 0) {
            Ok(()) => Ok(Self::parse(&octets, kind)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Err(Damage::Foreign)),
            Err(error) => Err(error),
        }
    }

    fn parse(octets: &[u8; HEADER], kind: Kind) -> Result<Self, Damage> {
        if octets[..VERSION_AT] != kind.magic {
            return Err(Damage::Foreign);
        }
        if u32_at(octets, VERSION_AT) != kind.version || u32_at(octets, BYTE_ORDER_AT) != BYTE_ORDER {
            return Err(Damage::Version);
        }
        if u32_at(octets, CHECKSUM_AT) != header_checksum(octets) {
            return Err(Damage::Damaged);
        }
        let length = u64_at(octets, LENGTH_AT);
        let numbers = std::array::from_fn(|number| u64_at(octets, NUMBERS_AT + 8 * number));
        let sections = std::array::from_fn(|section| {
            let at = SECTIONS_AT + SECTION_SIZE * section;
            Section { offset: u64_at(octets, at), length: u64_at(octets, at + 8), checksum: u32_at(octets, at + 16) }
        });
        let header = Self { numbers, sections, length };
        let fits = |section: &Section| {
            section.offset.checked_add(section.length).is_some_and(|end| end <= length)
                && usize::try_from(section.length).is_ok()
        };
        if header.sections.iter().all(fits) { Ok(header) } else { Err(Damage::Damaged) }
    }

    /// Where a section lies.
    pub(super) fn section(&self, section: usize) -> Range<u64> {
        let Section { offset, length, .. } = self.sections[section];
        offset..offset + length
    }

    /// The octets of a section that lies in memory, once their checksum agrees.
    ///
    /// # Errors
    /// When it does not.
    pub(super) fn take(&self, octets: &Bytes, section: usize) -> Result<Bytes, Damage> {
        let part = self.slice(octets, section)?;
        if crc32fast::hash(&part) == self.sections[section].checksum { Ok(part) } else { Err(Damage::Damaged) }
    }

    /// The octets of a section that lies in memory, whatever they are: [`Self::check`] says whether they are right.
    ///
    /// # Errors
    /// When there are fewer or more octets than the header says.
    pub(super) fn slice(&self, octets: &Bytes, section: usize) -> Result<Bytes, Damage> {
        let Section { offset, length, .. } = self.sections[section];
        let (start, end) = (usize::try_from(offset), usize::try_from(offset + length));
        let (Ok(start), Ok(end)) = (start, end) else { return Err(Damage::Damaged) };
        if end > octets.len() || self.length != octets.len() as u64 {
            return Err(Damage::Damaged);
        }
        Ok(octets.slice(start..end))
    }

    /// Reads a small section whole, once its checksum agrees.
    ///
    /// # Errors
    /// When it cannot be read or is longer than `longest`.
    pub(super) fn load(
        &self,
        from: &(impl ReadAt + ?Sized),
        section: usize,
        longest: u64,
    ) -> io::Result<Result<Vec<u8>, Damage>> {
        let Section { offset, length, checksum } = self.sections[section];
        if length > longest {
            return Ok(Err(Damage::Damaged));
        }
        let mut octets = vec![0; usize::try_from(length).unwrap_or_default()];
        from.read_exact_at(&mut octets, offset)?;
        Ok(if crc32fast::hash(&octets) == checksum { Ok(octets) } else { Err(Damage::Damaged) })
    }

    /// Reads a section piece by piece to see whether its checksum agrees.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn check(&self, from: &(impl ReadAt + ?Sized), section: usize) -> io::Result<Result<(), Damage>> {
        let Section { offset, length, checksum } = self.sections[section];
        let (mut hasher, mut buffer, mut done) = (Hasher::new(), vec![0; BUFFER], 0);
        while done < length {
            let size = usize::try_from(length - done).unwrap_or(BUFFER).min(BUFFER);
            from.read_exact_at(&mut buffer[..size], offset + done)?;
            hasher.update(&buffer[..size]);
            done += size as u64;
        }
        Ok(if hasher.finalize() == checksum { Ok(()) } else { Err(Damage::Damaged) })
    }
}

/// Writes such a file, section by section; the header last.
pub(super) struct Sealer<W> {
    out: W,
    buffer: Vec<u8>,
    /// Octets written, those in the buffer included.
    at: u64,
    sections: [Section; SECTIONS],
    /// The section that is being written, and its checksum so far.
    current: usize,
    hasher: Hasher,
}

impl<W: Write + Seek> Sealer<W> {
    /// Begins a file with room for the header.
    ///
    /// # Errors
    /// When writing fails.
    pub(super) fn new(mut out: W) -> io::Result<Self> {
        out.write_all(&[0; HEADER])?;
        let (buffer, sections) = (Vec::with_capacity(BUFFER), [Section::default(); SECTIONS]);
        Ok(Self { out, buffer, at: HEADER as u64, sections, current: 0, hasher: Hasher::new() })
    }

    /// Begins section number `section`; each may be written once, in any order.
    ///
    /// # Errors
    /// When writing fails.
    pub(super) fn begin(&mut self, section: usize) -> io::Result<()> {
        self.end_section()?;
        let padding = self.at.next_multiple_of(ALIGNMENT as u64) - self.at;
        self.out.write_all(&[0; ALIGNMENT][..usize::try_from(padding).unwrap_or_default()])?;
        self.at += padding;
        self.current = section;
        self.sections[section].offset = self.at;
        Ok(())
    }

    /// How far into its section the writing is, in octets.
    pub(super) fn position(&self) -> u64 {
        self.at - self.sections[self.current].offset
    }

    /// Adds to the current section.
    ///
    /// # Errors
    /// When writing fails.
    #[inline]
    pub(super) fn write(&mut self, octets: &[u8]) -> io::Result<()> {
        self.buffer.extend_from_slice(octets);
        self.at += octets.len() as u64;
        if self.buffer.len() >= BUFFER { self.empty_buffer() } else { Ok(()) }
    }

    /// Writes the header and gives the output back.
    ///
    /// # Errors
    /// When writing fails.
    pub(super) fn finish(mut self, kind: Kind, numbers: [u64; NUMBERS]) -> io::Result<W> {
        self.end_section()?;
        let mut header = [0; HEADER];
        let mut put = |at: usize, octets: &[u8]| header[at..at + octets.len()].copy_from_slice(octets);
        put(0, &kind.magic);
        put(VERSION_AT, &kind.version.to_le_bytes());
        put(BYTE_ORDER_AT, &BYTE_ORDER.to_le_bytes());
        put(LENGTH_AT, &self.at.to_le_bytes());
        for (number, at) in numbers.iter().zip((NUMBERS_AT..).step_by(8)) {
            put(at, &number.to_le_bytes());
        }
        for (section, at) in self.sections.iter().zip((SECTIONS_AT..).step_by(SECTION_SIZE)) {
            put(at, &section.offset.to_le_bytes());
            put(at + 8, &section.length.to_le_bytes());
            put(at + 16, &section.checksum.to_le_bytes());
        }
        let checksum = header_checksum(&header);
        header[CHECKSUM_AT..CHECKSUM_AT + 4].copy_from_slice(&checksum.to_le_bytes());
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&header)?;
        Ok(self.out)
    }

    fn end_section(&mut self) -> io::Result<()> {
        self.empty_buffer()?;
        let section = &mut self.sections[self.current];
        section.length = if section.offset == 0 { 0 } else { self.at - section.offset };
        section.checksum = std::mem::take(&mut self.hasher).finalize();
        Ok(())
    }

    fn empty_buffer(&mut self) -> io::Result<()> {
        self.hasher.update(&self.buffer);
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

/// Sets the checksums of a changed table or run right, for tests of what lies behind them.
#[doc(hidden)]
pub fn reseal(octets: &mut [u8]) {
    let Some(header) = octets.first_chunk::<HEADER>() else { return };
    let mut header = *header;
    for at in (SECTIONS_AT..).step_by(SECTION_SIZE).take(SECTIONS) {
        let (offset, length) = (u64_at(&header, at), u64_at(&header, at + 8));
        let range = usize::try_from(offset).ok().zip(usize::try_from(offset.saturating_add(length)).ok());
        if let Some(section) = range.and_then(|(start, end)| octets.get(start..end)) {
            header[at + 16..at + 20].copy_from_slice(&crc32fast::hash(section).to_le_bytes());
        }
    }
    let checksum = header_checksum(&header);
    header[CHECKSUM_AT..CHECKSUM_AT + 4].copy_from_slice(&checksum.to_le_bytes());
    octets[..HEADER].copy_from_slice(&header);
}

/// The checksum of a header, its own field counted as zero.
fn header_checksum(octets: &[u8; HEADER]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&octets[..CHECKSUM_AT]);
    hasher.update(&[0; 4]);
    hasher.update(&octets[CHECKSUM_AT + 4..]);
    hasher.finalize()
}

/// The number at `at`; 0 where the octets end before.
pub(super) fn u32_at(octets: &[u8], at: usize) -> u32 {
    octets.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |octets| u32::from_le_bytes(*octets))
}

/// The number at `at`; 0 where the octets end before.
pub(super) fn u64_at(octets: &[u8], at: usize) -> u64 {
    octets.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |octets| u64::from_le_bytes(*octets))
}

/// A file made in memory, moved so that its sections begin at cache lines.
pub(super) fn aligned(octets: Vec<u8>) -> Bytes {
    if octets.as_ptr().align_offset(ALIGNMENT) == 0 {
        return octets.into();
    }
    let mut moved: Vec<u8> = Vec::with_capacity(octets.len() + ALIGNMENT);
    let padding = moved.as_ptr().align_offset(ALIGNMENT);
    moved.resize(padding, 0);
    moved.extend_from_slice(&octets);
    Bytes::from(moved).slice(padding..)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const KIND: Kind = Kind { magic: *b"TESTTEST", version: 3 };

    fn sealed() -> Vec<u8> {
        let mut sealer = Sealer::new(Cursor::new(Vec::new())).unwrap();
        sealer.begin(2).unwrap();
        sealer.write(b"two").unwrap();
        sealer.begin(1).unwrap();
        sealer.write(&[7; 100]).unwrap();
        sealer.finish(KIND, [1, 2, 3, 4, 5, 6, 7, 8]).unwrap().into_inner()
    }

    fn open(octets: Vec<u8>, kind: Kind) -> Result<[Bytes; 3], Damage> {
        let octets = aligned(octets);
        let header = Header::read(&octets[..], kind).unwrap()?;
        Ok([header.take(&octets, 0)?, header.take(&octets, 1)?, header.take(&octets, 2)?])
    }

    #[test]
    fn what_was_sealed_is_read() {
        let octets = sealed();
        let header = Header::read(&octets, KIND).unwrap().unwrap();
        assert_eq!(header.numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!((header.section(2).start % 64, header.section(1).start % 64), (0, 0));
        assert_eq!(header.load(&octets, 2, 3).unwrap(), Ok(b"two".to_vec()));
        assert_eq!(header.load(&octets, 2, 2).unwrap(), Err(Damage::Damaged));
        assert_eq!(header.check(&octets, 1).unwrap(), Ok(()));
        let [none, one, two] = open(octets, KIND).unwrap();
        assert_eq!((&none[..], &one[..], &two[..]), (&[][..], &[7; 100][..], &b"two"[..]));
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let whole = sealed();
        for length in 0..whole.len() {
            assert!(open(whole[..length].to_vec(), KIND).is_err(), "{length}");
        }
        let padding = 256 + 3..256 + 64;
        for at in (0..whole.len()).filter(|at| !padding.contains(at)) {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            assert!(open(flipped, KIND).is_err(), "{at}");
        }
        let check = |kind, damage| assert_eq!(open(whole.clone(), kind).unwrap_err(), damage);
        check(Kind { version: 4, ..KIND }, Damage::Version);
        check(Kind { magic: *b"TESTTES2", ..KIND }, Damage::Foreign);
    }
}
