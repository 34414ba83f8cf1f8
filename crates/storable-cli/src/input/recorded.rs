//! Exchanges that somebody has recorded, in whatever form: HAR, the lines of `storable decide`, or
//! flat lines with both heads' fields side by side, as a server's access log can write them.

use std::time::SystemTime;

use serde::Deserialize;
use storable_wire::{Line, LineError, Times, WireExchange, WireRequest, WireResponse};

use super::har;

/// One exchange.
#[derive(Debug)]
pub struct Recorded {
    /// The request.
    pub request: WireRequest,
    /// The response.
    pub response: WireResponse,
    /// When it took place.
    pub times: Times,
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Recording {
    /// What can be judged.
    pub exchanges: Vec<Recorded>,
    /// What could not be read, and where.
    pub bad: Vec<String>,
}

/// `{"at", "method", "url", "request": [[name, value]], "status", "response": [[name, value]]}`
#[derive(Deserialize)]
struct Flat {
    at: Option<String>,
    method: String,
    url: String,
    request: Vec<(String, String)>,
    status: u16,
    response: Vec<(String, String)>,
}

/// Reads a file; the error is a file that is neither.
pub fn read(bytes: &[u8]) -> Result<Recording, String> {
    match lines(bytes) {
        Some(lines) => Ok(recording(lines)),
        None => har(bytes),
    }
}

/// The exchanges of a file that holds one on each line, with the line's number; nothing for a file
/// of another kind.
pub fn lines(
    bytes: &[u8],
) -> Option<impl Iterator<Item = (usize, Result<Recorded, String>)> + use<'_>> {
    let lines = || {
        (1..)
            .zip(bytes.split(|byte| *byte == b'\n'))
            .filter(|(_, line)| !line.trim_ascii().is_empty())
    };
    let is_line = lines().next().is_none_or(|(_, line)| {
        serde_json::from_slice::<serde_json::Value>(line)
            .is_ok_and(|value| value.is_object() && value.get("log").is_none())
    });
    is_line.then(|| lines().map(|(number, line)| (number, line_of(line))))
}

fn har(bytes: &[u8]) -> Result<Recording, String> {
    let file = har::File::read(bytes)?;
    let mut recording = Recording::default();
    for (number, raw) in (1..).zip(file.entries()) {
        match har::Entry::read(raw) {
            Ok(har::Entry::Exchange(exchange)) => {
                let har::Exchange { request, response, times, .. } = *exchange;
                recording.exchanges.push(Recorded { request, response, times });
            }
            Ok(har::Entry::Skipped(_)) => {}
            Err(error) => recording.bad.push(format!("entry {number}: {error}")),
        }
    }
    Ok(recording)
}

fn recording(lines: impl Iterator<Item = (usize, Result<Recorded, String>)>) -> Recording {
    let mut recording = Recording::default();
    for (number, exchange) in lines {
        match exchange {
            Ok(exchange) => recording.exchanges.push(exchange),
            Err(error) => recording.bad.push(format!("line {number}: {error}")),
        }
    }
    recording
}

fn line_of(line: &[u8]) -> Result<Recorded, String> {
    let value: serde_json::Value =
        serde_json::from_slice(line).map_err(|error| error.to_string())?;
    if value.get("request").is_some_and(serde_json::Value::is_array) {
        let flat: Flat = serde_json::from_value(value).map_err(|error| error.to_string())?;
        return flat.recorded();
    }
    let exchange: WireExchange =
        serde_json::from_value(value).map_err(|error| error.to_string())?;
    let received_at = exchange.received_at()?;
    Ok(Recorded {
        request: exchange.request,
        response: exchange.response,
        times: Times { requested_at: None, received_at },
    })
}

impl Flat {
    fn recorded(self) -> Result<Recorded, String> {
        let at: Option<jiff::Timestamp> = match self.at {
            Some(text) => Some(text.parse().map_err(|error| format!("at: {error}"))?),
            None => None,
        };
        Ok(Recorded {
            request: WireRequest {
                method: self.method,
                url: self.url,
                headers: fields(self.request)?,
            },
            response: WireResponse {
                status: self.status,
                headers: fields(self.response)?,
                version: None,
            },
            times: Times {
                requested_at: None,
                received_at: at.and_then(|at| SystemTime::try_from(at).ok()),
            },
        })
    }
}

/// The fields, without the pseudo-headers of HTTP/2 (`:method`) and without what a log writes of a
/// field that is not there: nothing, or `-`.
fn fields(pairs: Vec<(String, String)>) -> Result<Vec<Line>, String> {
    let is_there = |(name, value): &(String, String)| {
        !name.starts_with(':') && !matches!(value.as_str(), "" | "-")
    };
    let lines = pairs.into_iter().filter(is_there).map(Line::try_from);
    lines.collect::<Result<_, _>>().map_err(|error: LineError| error.to_string())
}
