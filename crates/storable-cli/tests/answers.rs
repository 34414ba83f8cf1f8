//! The law of answers that `fuzz/` tries on arbitrary input, here on some that caches give.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

#[path = "laws/answers.rs"]
mod law;

use http::Version;

/// What is said, with the status and the number that are read of it; `None`: no answer.
type Case = (&'static str, Option<(u16, Option<u64>)>);

const CASES: [Case; 9] = [
    ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nserial=7;", Some((200, Some(7)))),
    ("HTTP/1.1 200 OK\r\nX-Probe-Serial: 8\r\nContent-Length: 0\r\n\r\n", Some((200, Some(8)))),
    (
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nseri\r\n5\r\nal=9;\r\n0\r\n\r\n",
        Some((200, Some(9))),
    ),
    ("HTTP/1.0 502 Bad Gateway\r\n\r\n<html>", Some((502, None))),
    (
        "HTTP/1.1 200 OK\r\nX-Probe-Serial: -1\r\nContent-Length: 8\r\n\r\nserial=;",
        Some((200, None)),
    ),
    ("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n", Some((304, None))),
    ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nseri", None),
    ("SSH-2.0-OpenSSH_9.2\r\n", None),
    ("", None),
];

#[test]
fn answers_are_read_as_they_are() {
    for (said, expected) in CASES {
        law::check(said.as_bytes());
        let read = law::answer_in(said.as_bytes(), Version::HTTP_11).ok();
        assert_eq!(read.map(|answer| (answer.status, answer.serial)), expected, "{said}");
    }
}

/// A page without an end is not waited for.
#[test]
fn no_more_is_read_than_an_answer_of_the_origin_may_have() {
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}serial=7;", "x".repeat(1 << 20));
    let answer = law::answer_in(endless.as_bytes(), Version::HTTP_11).unwrap();
    assert_eq!(answer.serial, None);
}
