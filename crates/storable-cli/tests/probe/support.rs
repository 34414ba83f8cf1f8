//! Caches for the probe to measure, and what can stand in their place.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

pub(crate) const COMMAND: &str = env!("CARGO_BIN_EXE_storable");

/// An address that was free a moment ago.
pub(crate) fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// A cache in a profile, ended with its owner.
pub(crate) struct Proxy {
    child: Child,
    pub(crate) address: String,
}

impl Proxy {
    pub(crate) fn start(profile: &str, origin: &str) -> Self {
        let address = free_address();
        let mut child = Command::new(COMMAND)
            .args(["proxy", "--listen", &address, "--profile", profile])
            .args(["--origin", &format!("http://{origin}")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It says that it listens, and goes on saying things.
        let mut said = BufReader::new(child.stderr.take().unwrap());
        said.read_line(&mut String::new()).unwrap();
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { child, address }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// An address at which `serve` gets each connection, for as long as the test runs.
fn listening(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let serve = Arc::new(serve);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let serve = Arc::clone(&serve);
            std::thread::spawn(move || serve(stream.unwrap()));
        }
    });
    address
}

/// Who asks the origin, and answers with a page of its own.
pub(crate) fn stranger(origin: &str) -> String {
    let origin = origin.to_owned();
    listening(move |mut client| {
        let mut request = [0; 4096];
        let length = client.read(&mut request).unwrap();
        let mut asked = TcpStream::connect(&origin).unwrap();
        asked.write_all(&request[..length]).unwrap();
        asked.read_to_end(&mut Vec::new()).unwrap();
        client
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
            .unwrap();
    })
}
