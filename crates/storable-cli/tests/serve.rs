//! `storable serve`, asked as a browser asks.

#![allow(missing_docs, clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

struct Served {
    program: Child,
    address: String,
}

impl Served {
    fn start() -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_storable"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let (_, rest) = line.split_once("http://").unwrap();
        let address = rest.split_once('/').unwrap().0.to_owned();
        Self { program, address }
    }

    fn ask(&self, start: &str, host: &str, content: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = content.len();
        let head = format!("{start} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
        write!(stream, "{head}Content-Length: {length}\r\n\r\n{content}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn a_page_answers_what_is_pasted() {
    let served = Served::start();
    let own = served.address.clone();
    let page = served.ask("GET /", &own, "");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("default-src 'none'"), "{page}");
    let head = "HTTP/2 200\ncache-control: no-cache\n";
    let story = served.ask("POST /explain?profile=fastly&url=/a", &own, head);
    assert!(story.contains("text/plain") && story.contains("LEAK: "), "{story}");
    let table = served.ask("POST /explain?profile=fastly&profile=cloudflare", &own, head);
    assert!(table.contains("| cloudflare") && !table.contains('\u{1b}'), "{table}");
    let refused = served.ask("POST /explain", &own, "hello");
    assert!(
        refused.starts_with("HTTP/1.1 422") && refused.contains("line 1: `hello`"),
        "{refused}"
    );
    let recording =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/shop.har"));
    let report = served.ask(
        "POST /switch?from=caching-off&to=mercari-2017&name=shop.har",
        &own,
        &recording.unwrap(),
    );
    assert!(report.contains("3 personal responses WOULD NEWLY GO TO OTHER USERS"), "{report}");
}

#[test]
fn another_sites_page_gets_no_answer() {
    let served = Served::start();
    for start in ["GET /", "POST /explain?profile=fastly"] {
        let answer = served.ask(start, "evil.example", "HTTP/2 200\n\n");
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    }
    assert!(served.ask("GET /etc/passwd", &served.address, "").starts_with("HTTP/1.1 404"));
}
