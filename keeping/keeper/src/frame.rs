use std::io;
use std::time::Duration;

use hygie_notice::wire;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// How long a frame may take once its first byte is there, and how long one may take to be sent.
const HALF: Duration = Duration::from_secs(5);

/// Reads a frame's body; `None` when the other side closed before its first byte. For the first
/// byte it waits as long as the caller lets it.
pub(crate) async fn read(stream: &mut UnixStream) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut length = [0; 4];
    if stream.read(&mut length[..1]).await? == 0 {
        return Ok(None);
    }
    timeout(HALF, async {
        stream.read_exact(&mut length[1..]).await?;
        let length = u32::from_be_bytes(length);
        if length > wire::LIMIT {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a frame is longer than the limit",
            ));
        }
        // Memory grows with what really comes, not with what the length promises.
        let mut body = Zeroizing::new(Vec::new());
        let read = stream
            .take(u64::from(length))
            .read_to_end(&mut body)
            .await?;
        if u32::try_from(read) != Ok(length) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some(body))
    })
    .await
    .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

/// Writes a whole frame.
pub(crate) async fn write(stream: &mut UnixStream, frame: &[u8]) -> io::Result<()> {
    timeout(HALF, stream.write_all(frame))
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}
