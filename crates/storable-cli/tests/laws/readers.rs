//! What the command reads - HAR files, message heads as tools print them, and exchanges as JSON, one
//! to a line: any bytes give a judgement or an error, and what is read is what HTTP can carry and
//! JSON can say.

use storable::Profile;
use storable_cli::input::har::{Entry, File};
use storable_cli::input::heads;
use storable_wire::{Line, WireExchange, lend};

pub(crate) fn check(input: &[u8]) {
    if let Ok(file) = File::read(input) {
        for entry in file.entries() {
            let Ok(Entry::Exchange(exchange)) = Entry::read(entry) else { continue };
            let (request, response) = (&exchange.request, &exchange.response);
            request.headers.iter().chain(&response.headers).for_each(check_line);
            lend(request, response, exchange.times, |exchange| {
                let verdict = exchange.judge(&Profile::RFC9111_SHARED);
                assert!(!verdict.reasons().is_empty(), "{}", exchange.response().status());
            });
        }
    }
    if let Ok(heads) = heads::read(input) {
        heads.request.headers.iter().flatten().for_each(check_line);
        heads.response.iter().flat_map(|response| &response.headers).for_each(check_line);
    }
    for line in input.split(|&byte| byte == b'\n') {
        let Ok(exchange) = serde_json::from_slice::<WireExchange>(line) else { continue };
        exchange.request.headers.iter().chain(&exchange.response.headers).for_each(check_line);
        let judged = exchange.judge(&Profile::RFC9111_SHARED, |_| ());
        assert_eq!(judged.is_ok(), exchange.received_at().is_ok());
    }
}

/// A line of a message, which comes back from the JSON that says it.
fn check_line(line: &Line) {
    let (name, value) = line.parts();
    assert!(http::HeaderName::from_bytes(name.as_bytes()).is_ok(), "{name}");
    assert!(!value.iter().any(|byte| b"\r\n\0".contains(byte)), "{}", value.escape_ascii());
    let text: String = value.iter().copied().map(char::from).collect();
    let json = serde_json::json!([name, text]).to_string();
    let again: Line = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
    assert_eq!(again.parts(), (name, value));
}
