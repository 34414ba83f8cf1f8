//! A real `redis-server` or `valkey-server`, on loopback and for the time of a test.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server; what a test starts ends with it.
pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) port: u16,
    folder: tempfile::TempDir,
}

fn start(folder: &Path, port: u16) -> Child {
    let port = port.to_string();
    for program in ["valkey-server", "redis-server"] {
        let mut command = Command::new(program);
        command.args(["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "no"]);
        command.arg("--dir").arg(folder).stdout(Stdio::null());
        if let Ok(process) = command.spawn() {
            return process;
        }
    }
    panic!("neither valkey-server nor redis-server is installed");
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let folder = tempfile::tempdir().unwrap();
        let process = start(folder.path(), port);
        let server = Self { process, port, folder };
        server.wait().await;
        server
    }

    async fn wait(&self) {
        for _ in 0..500 {
            if tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the server does not listen");
    }

    pub(crate) fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub(crate) async fn start_again(&mut self) {
        self.process = start(self.folder.path(), self.port);
        self.wait().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}
