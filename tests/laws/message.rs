//! Exchanges as text that can be mutated: a request's first line `METHOD URL SECONDS DELAY` and its
//! header lines, an empty line, a response's status and its header lines. What makes no sense is
//! left out, so every text is an exchange.

use std::time::{Duration, SystemTime};

use storable::{Exchange, HeaderLines, RequestHead, ResponseHead};

type Lines<'a> = Vec<(&'a str, &'a [u8])>;

/// An exchange, borrowed from its text.
pub(crate) struct Message<'a> {
    method: &'a str,
    url: &'a str,
    /// When the response was received, in seconds since 1970, if that is known.
    pub(crate) received_at: Option<u64>,
    delay: u64,
    request: Lines<'a>,
    status: u16,
    pub(crate) response: Lines<'a>,
}

fn header_lines<'a>(lines: &mut impl Iterator<Item = &'a [u8]>) -> Lines<'a> {
    lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            let colon = line.iter().position(|&byte| byte == b':')?;
            let (name, value) = line.split_at_checked(colon)?;
            Some((std::str::from_utf8(name).ok()?, value.get(1..)?))
        })
        .collect()
}

impl<'a> Message<'a> {
    /// Reads a text.
    pub(crate) fn read(text: &'a [u8]) -> Self {
        let mut lines = text.split(|&byte| byte == b'\n');
        let first = lines.next().unwrap_or_default();
        let mut words = first.split(|&byte| byte == b' ').map(std::str::from_utf8);
        let mut word = || words.next().and_then(Result::ok).unwrap_or_default();
        let (method, url) = (word(), word());
        let (received_at, delay) = (word().parse().ok(), word().parse().unwrap_or(0));
        let request = header_lines(&mut lines);
        let status = lines.next().and_then(|line| std::str::from_utf8(line).ok());
        Self {
            method,
            url,
            received_at,
            delay,
            request,
            status: status.and_then(|status| status.parse().ok()).unwrap_or(200),
            response: header_lines(&mut lines),
        }
    }

    /// Hands the exchange on.
    pub(crate) fn lend<T>(&self, then: impl FnOnce(Exchange<'_>) -> T) -> T {
        let request =
            RequestHead::new(self.method, self.url, HeaderLines::from_pairs(&self.request));
        let response = ResponseHead::new(self.status, HeaderLines::from_pairs(&self.response));
        let mut exchange = Exchange::new(&request, &response);
        let at = |seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        if let Some(received_at) = self.received_at {
            let asked = received_at.checked_sub(self.delay).and_then(at);
            if let (Some(asked), Some(received_at)) = (asked, at(received_at)) {
                exchange = exchange.requested_at(asked).received_at(received_at);
            }
        }
        then(exchange)
    }
}
