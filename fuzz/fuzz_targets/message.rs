//! Messages made of arbitrary bytes, with the field names that caches read.

use arbitrary::Arbitrary;
use std::time::{Duration, SystemTime};
use storable::field::Field;
use storable::{Exchange, HeaderLines, RequestHead, ResponseHead};

#[derive(Arbitrary, Debug)]
pub struct Message<'a> {
    method: Method,
    url: &'a str,
    request: Vec<(u8, &'a [u8])>,
    status: u16,
    response: Vec<(u8, &'a [u8])>,
    received_at: Option<u64>,
    response_delay: u32,
}

#[derive(Arbitrary, Debug)]
enum Method {
    Get,
    Head,
    Post,
    Query,
    Lower,
}

fn pairs<'a>(lines: &[(u8, &'a [u8])]) -> Vec<(&'static str, &'a [u8])> {
    let name = |number: u8| Field::ALL[usize::from(number) % Field::ALL.len()].name();
    lines.iter().map(|&(number, value)| (name(number), value)).collect()
}

impl Message<'_> {
    /// Hands the exchange on, with `added` response lines at the end.
    pub fn with<T>(&self, added: &[(&str, &[u8])], then: impl FnOnce(Exchange<'_>) -> T) -> T {
        let request_lines = pairs(&self.request);
        let mut response_lines = pairs(&self.response);
        response_lines.extend_from_slice(added);
        let method = match self.method {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Query => "QUERY",
            Method::Lower => "get",
        };
        let request = RequestHead::new(method, self.url, HeaderLines::from_pairs(&request_lines));
        let response = ResponseHead::new(self.status, HeaderLines::from_pairs(&response_lines));
        let mut exchange = Exchange::new(&request, &response);
        if let Some(at) = self
            .received_at
            .and_then(|at| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(at)))
        {
            exchange = exchange.received_at(at);
            if let Some(asked) = at.checked_sub(Duration::from_secs(self.response_delay.into())) {
                exchange = exchange.requested_at(asked);
            }
        }
        then(exchange)
    }
}
