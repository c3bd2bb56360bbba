//! Standard input of a command, whichever process it was written in.

use std::io::Read;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::mpsc;

const CHUNK_BYTES: usize = 16 * 1024;

/// Chunks of bytes, until the input ends.
#[derive(Debug)]
pub(crate) struct Input {
    chunks: mpsc::Receiver<Vec<u8>>,
}

impl Input {
    /// No input at all.
    pub(crate) fn empty() -> Self {
        let (_, chunks) = mpsc::channel(1);
        Self { chunks }
    }

    /// This process's standard input.
    ///
    /// A thread of its own reads it: a read from a terminal cannot be cancelled, and one of the runtime's threads
    /// would hold the process at its end until the user types something.
    pub(crate) fn standard() -> Self {
        let (sender, chunks) = mpsc::channel(4);
        let read_all = move || {
            let mut input = std::io::stdin().lock();
            let mut buffer = vec![0; CHUNK_BYTES];
            while let Ok(length @ 1..) = input.read(&mut buffer) {
                if sender.blocking_send(buffer.get(..length).unwrap_or_default().to_vec()).is_err() {
                    return;
                }
            }
        };
        // Without a thread the input is empty, as it is when it cannot be read.
        std::thread::Builder::new().name("stdin".to_owned()).spawn(read_all).ok();
        Self { chunks }
    }

    /// What another process sends.
    pub(crate) fn remote(mut reader: impl AsyncRead + Unpin + Send + 'static) -> Self {
        let (sender, chunks) = mpsc::channel(4);
        tokio::spawn(async move {
            let mut buffer = vec![0; CHUNK_BYTES];
            while let Ok(length @ 1..) = reader.read(&mut buffer).await {
                if sender.send(buffer.get(..length).unwrap_or_default().to_vec()).await.is_err() {
                    return;
                }
            }
        });
        Self { chunks }
    }

    /// The next bytes; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<Vec<u8>> {
        self.chunks.recv().await
    }
}
