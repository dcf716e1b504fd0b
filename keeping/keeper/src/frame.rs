use std::io;
use std::ops::Deref;
use std::time::Duration;

use hygie_notice::wire;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// How long a frame may take once its first byte is there, and how long one may take to be sent.
const HALF: Duration = Duration::from_secs(5);
/// Bytes that are asked for at once: nearly every frame is shorter, and comes with one call to the system.
const ROOM: usize = 2048;
/// Bytes of the length in front of a body.
const LENGTH: usize = 4;

/// A frame that came whole; read as its body.
pub(crate) struct Frame(Zeroizing<Vec<u8>>);

impl Deref for Frame {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0[LENGTH..]
    }
}

/// Reads a frame; `None` when the other side closed before its first byte. For the first byte it waits as long as
/// the caller lets it. What came with it of the next frame stays in `behind`, which the next call takes up.
pub(crate) async fn read(
    stream: &mut UnixStream,
    behind: &mut Zeroizing<Vec<u8>>,
) -> io::Result<Option<Frame>> {
    let mut came = std::mem::take(behind);
    came.reserve(ROOM);
    if came.is_empty() && stream.read_buf(&mut *came).await? == 0 {
        return Ok(None);
    }
    let rest = async {
        let end = loop {
            match end(&came)? {
                Some(end) if came.len() >= end => break end,
                _ => {}
            }
            // Memory grows with what really comes, not with what the length promises.
            came.reserve(ROOM);
            if stream.read_buf(&mut *came).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        *behind = Zeroizing::new(came.split_off(end));
        Ok(Some(Frame(came)))
    };
    timeout(HALF, rest)
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

/// Where the first frame of these bytes ends, once its length is there.
fn end(came: &[u8]) -> io::Result<Option<usize>> {
    let Some(length) = came.first_chunk::<LENGTH>() else {
        return Ok(None);
    };
    let length = u32::from_be_bytes(*length);
    match usize::try_from(length) {
        Ok(body) if length <= wire::LIMIT => Ok(Some(LENGTH + body)),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "a frame is longer than the limit",
        )),
    }
}

/// Writes a whole frame.
pub(crate) async fn write(stream: &mut UnixStream, frame: &[u8]) -> io::Result<()> {
    timeout(HALF, stream.write_all(frame))
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}
