//! Bytes of a file as text in UTF-8, however they were saved.

use std::io::{Cursor, Read};

/// What a file holds: itself, or the members of an archive.
#[derive(Debug)]
pub struct Member {
    /// The member's name within an archive; empty for a file that is none.
    pub name: String,
    /// Its bytes, as UTF-8 where the file's first bytes tell of another encoding.
    pub bytes: Vec<u8>,
}

/// More than any recording: what unpacks to more is taken for an attack.
const LIMIT: u64 = 2 << 30;

/// Unpacks gzip and zip, and turns UTF-16 into UTF-8, as the first bytes tell.
///
/// PowerShell's `>` writes UTF-16, Playwright writes `.har.zip`, and some proxies' recordings start
/// with a byte order mark. Of a zip archive only the members whose name ends in `.har` are taken,
/// the others are the contents of responses.
pub fn decode(bytes: Vec<u8>) -> Result<Vec<Member>, String> {
    match bytes.as_slice() {
        [0x1F, 0x8B, ..] => {
            let unpacked = read_all(flate2::read::MultiGzDecoder::new(bytes.as_slice()));
            unpacked
                .and_then(decode)
                .map_err(|error| format!("a gzip file that cannot be unpacked: {error}"))
        }
        [b'P', b'K', 3, 4, ..] => {
            unzip(bytes).map_err(|error| format!("a zip archive that cannot be read: {error}"))
        }
        _ => Ok(vec![Member { name: String::new(), bytes: utf8(bytes) }]),
    }
}

fn read_all(from: impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = from.take(LIMIT).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if u64::try_from(read).is_ok_and(|read| read < LIMIT) {
        Ok(bytes)
    } else {
        Err("it unpacks to more than 2 GB".to_owned())
    }
}

fn unzip(bytes: Vec<u8>) -> Result<Vec<Member>, String> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|error| error.to_string())?;
        let name = member.name().to_owned();
        if name.to_ascii_lowercase().ends_with(".har") {
            members.push(Member { name, bytes: utf8(read_all(member)?) });
        }
    }
    if members.is_empty() { Err("no member's name ends in `.har`".to_owned()) } else { Ok(members) }
}

/// The text without its byte order mark, as UTF-8 where that mark tells of UTF-16.
fn utf8(bytes: Vec<u8>) -> Vec<u8> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let pairs = bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
        let units: Vec<u16> = pairs.map(unit).collect();
        String::from_utf16_lossy(&units).into_bytes()
    };
    match bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, text @ ..] => text.to_vec(),
        [0xFF, 0xFE, text @ ..] => utf16(text, u16::from_le_bytes),
        [0xFE, 0xFF, text @ ..] => utf16(text, u16::from_be_bytes),
        // No text in UTF-8 has NUL in it: this is a letter of ASCII in UTF-16, without a mark.
        [1..=255, 0, ..] => utf16(&bytes, u16::from_le_bytes),
        [0, 1..=255, ..] => utf16(&bytes, u16::from_be_bytes),
        _ => bytes,
    }
}
