//! The compound file of old Office programs (MS-CFB): which streams it has, and their bytes.

/// The first bytes of every compound file.
pub const MAGIC: [u8; 8] = *b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

const LAST_SECTOR: u32 = 0xFFFF_FFF9;

/// A compound file whose chains were followed once and found to end inside the file.
pub struct Cfb<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    start: u32,
    len: usize,
}

impl<'a> Cfb<'a> {
    /// `None` if a chain has a loop or leaves the file: nothing that trusts the file may read it.
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut file =
            Self { bytes, sector, fat: Vec::new(), mini_fat: Vec::new(), mini: Vec::new(), entries: Vec::new() };
        let sectors = bytes.len() / sector + 1;

        // Sectors that hold the allocation table: 109 in the header, more in a chain of their own.
        let mut tables: Vec<u32> = bytes.get(76..512)?.chunks_exact(4).filter_map(|c| u32_at(c, 0)).collect();
        let mut next = u32_at(bytes, 68)?;
        let mut turns = 0;
        while next <= LAST_SECTOR {
            turns += 1;
            if turns > sectors {
                return None;
            }
            let mut more: Vec<u32> = file.sector(next)?.chunks_exact(4).filter_map(|c| u32_at(c, 0)).collect();
            next = more.pop()?;
            tables.extend(more);
        }
        tables.retain(|t| *t <= LAST_SECTOR);
        if tables.len() > sectors {
            return None;
        }
        for table in tables {
            let entries = file.sector(table)?.chunks_exact(4).filter_map(|c| u32_at(c, 0)).collect::<Vec<_>>();
            file.fat.extend(entries);
        }

        let directory = file.chain(u32_at(bytes, 48)?, usize::MAX)?;
        for entry in directory.chunks_exact(128) {
            let units: Vec<u16> =
                entry.get(..64)?.chunks_exact(2).filter_map(|c| u16_at(c, 0)).take_while(|u| *u != 0).collect();
            file.entries.push(Entry {
                name: String::from_utf16_lossy(&units),
                start: u32_at(entry, 116)?,
                len: u32_at(entry, 120)? as usize,
            });
        }
        // The root holds the sectors of small streams.
        if u32_at(bytes, 64)? > 0 {
            let root = file.entries.first()?;
            let (start, len) = (root.start, root.len);
            file.mini = file.chain(start, len)?;
            let table = file.chain(u32_at(bytes, 60)?, usize::MAX)?;
            file.mini_fat = table.chunks_exact(4).filter_map(|c| u32_at(c, 0)).collect();
        }
        Some(file)
    }

    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|e| e.name.eq_ignore_ascii_case(name))
    }

    /// The bytes of the first stream of that name.
    pub fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.iter().find(|e| e.name.eq_ignore_ascii_case(name))?;
        if entry.len >= 4096 {
            return self.chain(entry.start, entry.len);
        }
        let (mut out, mut at) = (Vec::new(), entry.start);
        while out.len() < entry.len && at <= LAST_SECTOR {
            let start = at as usize * 64;
            out.extend_from_slice(self.mini.get(start..(start + 64).min(self.mini.len()))?);
            at = *self.mini_fat.get(at as usize)?;
        }
        out.truncate(entry.len);
        Some(out)
    }

    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let start = (id as usize + 1) * self.sector;
        // The last sector may be cut short.
        self.bytes.get(start..(start + self.sector).min(self.bytes.len())).filter(|s| !s.is_empty())
    }

    fn chain(&self, start: u32, len: usize) -> Option<Vec<u8>> {
        let (mut out, mut at, mut turns) = (Vec::new(), start, 0);
        while at <= LAST_SECTOR && out.len() < len {
            turns += 1;
            if turns > self.bytes.len() / self.sector + 1 {
                return None;
            }
            let sector = self.sector(at)?;
            out.extend_from_slice(sector.get(..sector.len().min(len - out.len()))?);
            if out.len() < len {
                at = *self.fat.get(at as usize)?;
            }
        }
        Some(out)
    }
}

pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
