//! The filters that a PDF's text, fonts and object streams are packed with; those of pictures are left alone.

use flate2::read::{DeflateDecoder, ZlibDecoder};
use std::io::Read;

/// The bytes after one filter, at most `limit`; damaged data gives what can be read of it.
pub fn apply(name: &str, bytes: &[u8], limit: usize) -> Option<Vec<u8>> {
    match name {
        "FlateDecode" | "Fl" => Some(inflate(bytes, limit)),
        "LZWDecode" | "LZW" => Some(lzw(bytes, limit)),
        "ASCIIHexDecode" | "AHx" => Some(hex(bytes)),
        "ASCII85Decode" | "A85" => Some(base85(bytes)),
        "RunLengthDecode" | "RL" => Some(run_length(bytes, limit)),
        "Crypt" => Some(bytes.to_vec()),
        _ => None,
    }
}

fn inflate(bytes: &[u8], limit: usize) -> Vec<u8> {
    let mut out = Vec::new();
    // What was read before an error stays in `out`.
    let whole = ZlibDecoder::new(bytes).take(limit as u64).read_to_end(&mut out);
    if whole.is_err() && out.is_empty() {
        let _ = DeflateDecoder::new(bytes.get(2..).unwrap_or(bytes)).take(limit as u64).read_to_end(&mut out);
    }
    out
}

fn lzw(bytes: &[u8], limit: usize) -> Vec<u8> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let mut out = Vec::new();
    // Each entry of the table as a stretch of what was already written.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let (mut buffer, mut bits, mut width) = (0u32, 0u32, 9u32);
    let mut previous: Option<(usize, usize)> = None;
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        if bits < width {
            continue;
        }
        bits -= width;
        let code = ((buffer >> bits) & ((1 << width) - 1)) as usize;
        buffer &= (1 << bits) - 1;
        if code == END || out.len() >= limit {
            break;
        }
        if code == CLEAR {
            table.clear();
            (width, previous) = (9, None);
            continue;
        }
        let start = out.len();
        if code < 256 {
            out.push(code as u8);
        } else if let Some((from, len)) = table.get(code - 258).copied() {
            out.extend_from_within(from..from + len);
        } else if let Some((from, len)) = previous {
            out.extend_from_within(from..from + len);
            out.extend_from_within(from..from + 1);
        } else {
            break;
        }
        if let Some((from, len)) = previous
            && table.len() < 4096 - 258
        {
            // The former stretch and the first byte of this one stand side by side.
            table.push((from, len + 1));
        }
        previous = Some((start, out.len() - start));
        // One code early, as nearly every writer does.
        width = match table.len() + 259 {
            n if n >= 2048 => 12,
            n if n >= 1024 => 11,
            n if n >= 512 => 10,
            _ => 9,
        };
    }
    out.truncate(limit);
    out
}

fn hex(bytes: &[u8]) -> Vec<u8> {
    let digits: Vec<u32> =
        bytes.iter().take_while(|b| **b != b'>').filter_map(|b| char::from(*b).to_digit(16)).collect();
    digits.chunks(2).map(|c| (c.first().unwrap_or(&0) * 16 + c.get(1).unwrap_or(&0)) as u8).collect()
}

fn base85(bytes: &[u8]) -> Vec<u8> {
    let (mut out, mut group) = (Vec::new(), Vec::new());
    let body = bytes.strip_prefix(b"<~").unwrap_or(bytes);
    for b in body {
        match b {
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => {
                group.push(u32::from(b - b'!'));
                if group.len() == 5 {
                    let n = group.iter().fold(0u32, |n, d| n.wrapping_mul(85).wrapping_add(*d));
                    out.extend(n.to_be_bytes());
                    group.clear();
                }
            }
            b'~' => break,
            _ => {}
        }
    }
    if group.len() > 1 {
        let kept = group.len() - 1;
        group.resize(5, 84);
        let n = group.iter().fold(0u32, |n, d| n.wrapping_mul(85).wrapping_add(*d));
        out.extend(n.to_be_bytes().iter().take(kept));
    }
    out
}

fn run_length(bytes: &[u8], limit: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let Some((len, after)) = rest.split_first() {
        if *len == 128 || out.len() >= limit {
            break;
        }
        if *len < 128 {
            let taken = (usize::from(*len) + 1).min(after.len());
            out.extend_from_slice(after.get(..taken).unwrap_or(after));
            rest = after.get(taken..).unwrap_or(&[]);
        } else {
            let Some((byte, after)) = after.split_first() else { break };
            out.extend(std::iter::repeat_n(*byte, 257 - usize::from(*len)));
            rest = after;
        }
    }
    out
}

/// Undoes the prediction of PNG filters, which object streams may have.
pub fn unpredict(bytes: &[u8], predictor: i64, columns: usize, colors: usize, bits: usize) -> Vec<u8> {
    if predictor < 10 {
        return bytes.to_vec();
    }
    let pixel = (colors * bits).div_ceil(8).clamp(1, 64);
    let row = (columns.saturating_mul(colors).saturating_mul(bits)).div_ceil(8).clamp(1, 1 << 20);
    let (mut out, mut above) = (Vec::with_capacity(bytes.len()), vec![0u8; row]);
    for line in bytes.chunks(row + 1) {
        let Some((kind, line)) = line.split_first() else { break };
        let mut current = vec![0u8; row];
        for (i, b) in line.iter().enumerate() {
            let back = |v: &[u8]| i.checked_sub(pixel).and_then(|i| v.get(i)).copied().unwrap_or(0);
            let (left, corner) = (i32::from(back(&current)), i32::from(back(&above)));
            let up = i32::from(above.get(i).copied().unwrap_or(0));
            let guess = match kind {
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => {
                    let p = left + up - corner;
                    let (a, b, c) = ((p - left).abs(), (p - up).abs(), (p - corner).abs());
                    if a <= b && a <= c {
                        left
                    } else if b <= c {
                        up
                    } else {
                        corner
                    }
                }
                _ => 0,
            };
            if let Some(cell) = current.get_mut(i) {
                *cell = b.wrapping_add(guess as u8);
            }
        }
        out.extend_from_slice(current.get(..line.len()).unwrap_or(&current));
        above = current;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_give_back_what_was_packed() {
        assert_eq!(apply("ASCIIHexDecode", b"48 65 6c6C 6f>", 100).unwrap(), b"Hello");
        assert_eq!(apply("ASCII85Decode", b"87cURD]i,\"Ebo80~>", 100).unwrap(), b"Hello World!");
        assert_eq!(apply("RunLengthDecode", &[1, b'a', b'b', 254, b'c', 128], 100).unwrap(), b"abccc");
        // The example of the PDF reference (ISO 32000-1, 7.4.4.2).
        assert_eq!(
            apply("LZWDecode", &[0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01], 100).unwrap(),
            [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]
        );
        assert!(apply("DCTDecode", b"", 100).is_none());
    }

    #[test]
    fn what_unpacks_too_far_is_cut() {
        use std::io::Write;
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(&vec![0; 1 << 20]).unwrap();
        assert_eq!(inflate(&packed.finish().unwrap(), 1000).len(), 1000);
    }
}
