//! A GET and its response, given as header lines.

use storable::{Profile, Verdict, storable};

/// What a profile says of a GET, asked with a closure because a verdict borrows the messages.
pub(crate) fn ask<T>(
    profile: &Profile,
    request_lines: &[(&str, &str)],
    response_lines: &[(&str, &str)],
    then: impl FnOnce(Verdict<'_>) -> T,
) -> T {
    let mut request = http::Request::get("https://shop.example/x");
    for (name, value) in request_lines {
        request = request.header(*name, *value);
    }
    let mut response = http::Response::builder();
    for (name, value) in response_lines {
        response = response.header(*name, *value);
    }
    then(storable(&request.body(()).unwrap(), &response.body(()).unwrap(), profile))
}
