//! What the probe reads of a cache: whatever comes, it is an answer or an error, without waiting for
//! more than comes; and an answer is what the bytes say.

use std::io;

use http::{Request, Version};
use http_body_util::Empty;
use storable_cli::probe::answer::{Answer, NoAnswer};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

pub(crate) fn check(input: &[u8]) {
    if let Ok(answer) = answer_in(input, Version::HTTP_11) {
        let text = String::from_utf8_lossy(input).to_ascii_lowercase();
        assert!(text.contains(&answer.status.to_string()), "{}: {text}", answer.status);
        // In pieces it may have anything between its bytes.
        if answer.serial.is_some() && !text.contains("chunked") {
            assert!(text.contains("serial"), "{text}");
        }
    }
    if let Ok(answer) = answer_in(input, Version::HTTP_2) {
        assert!((200..1000).contains(&answer.status), "{}", answer.status);
    }
}

/// The answer of somebody who says this, whatever is asked, and no more.
pub(crate) fn answer_in(said: &[u8], version: Version) -> Result<Answer, NoAnswer> {
    let request = Request::get("http://cache.example/").version(version).body(Empty::new())?;
    let said = said.to_vec();
    tokio::runtime::Builder::new_current_thread().build()?.block_on(async move {
        let (connection, peer) = tokio::io::duplex(4096);
        tokio::spawn(says(said, peer));
        Answer::to(request, connection).await
    })
}

/// Waits for a request, as HTTP/1.1 wants it. A client that hangs up is no matter of the law.
async fn says(said: Vec<u8>, mut peer: DuplexStream) -> io::Result<()> {
    peer.read_u8().await?;
    peer.write_all(&said).await?;
    peer.shutdown().await?;
    tokio::io::copy(&mut peer, &mut tokio::io::sink()).await?;
    Ok(())
}
