use std::fs::{self, Permissions};
use std::future::Future;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use hygie_notice::wire::{self, Failure, Request, Response};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::{info, warn};
use zeroize::Zeroizing;

use crate::{Error, Keeper, frame, home};

/// Most connections at a time; more are told that the keeper is unavailable.
const CONNECTIONS: usize = 256;
/// How long requests under way may take once the keeper stops.
const DRAIN: Duration = Duration::from_secs(10);

/// Makes the keeper's socket, mode 0600, in a directory of mode 0700. A socket file that is there
/// already is a dead keeper's: a living one would hold the lock that `keeper` holds.
///
/// # Errors
/// [`Error::SocketPathTooLong`] or [`Error::Io`].
pub fn bind(keeper: &Keeper) -> Result<UnixListener, Error> {
    let path = keeper.socket();
    home::check_socket_path(&path)?;
    let directory = path.parent().expect("the socket lies in a directory");
    home::make_private_directory(directory)?;
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::io(&path)(error));
        }
        _ => {}
    }
    let listener = UnixListener::bind(&path).map_err(Error::io(&path))?;
    fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(Error::io(&path))?;
    Ok(listener)
}

/// Serves until `shutdown` resolves; then answers what is under way, and closes the keeper.
///
/// # Errors
/// The failure to write that made the keeper stop by itself: everybody was told that it is
/// unavailable, and the process must end, since only a new start finds out what the disk holds.
pub async fn serve(
    mut keeper: Keeper,
    listener: UnixListener,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    let socket = keeper.socket();
    let mut ended = keeper.take_ended();
    let measures = keeper.measures();
    let keeper = Arc::new(keeper);
    let user = own_user().map_err(Error::io(&socket))?;
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    let (stop, stopping) = watch::channel(false);
    let mut tasks = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            _ = &mut ended => break,
            Some(_) = tasks.join_next(), if !tasks.is_empty() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if is_user(&stream, user) => match Arc::clone(&slots).try_acquire_owned() {
                    Ok(slot) => {
                        tasks.spawn(converse(Arc::clone(&keeper), stream, slot, stopping.clone()));
                    }
                    Err(_) => {
                        measures.crowded.up();
                        tasks.spawn(turn_away(stream));
                    }
                },
                Ok(_) => {
                    measures.stranger.up();
                    warn!("a connection of another user was closed");
                }
                Err(error) => {
                    // Too many open files, most likely: it passes when others close.
                    warn!(%error, "no connection could be accepted");
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
    drop(listener);
    stop.send_replace(true);
    if timeout(DRAIN, async { while tasks.join_next().await.is_some() {} })
        .await
        .is_err()
    {
        warn!("requests were still under way and are cut off");
        tasks.shutdown().await;
    }
    let keeper = Arc::into_inner(keeper).expect("all connections ended");
    let closed = tokio::task::spawn_blocking(move || {
        // The file goes while the lock is still held, so that it cannot be a next keeper's.
        let removed = fs::remove_file(&socket);
        keeper.close()?;
        removed.map_err(Error::io(&socket))
    });
    // What is cancelled here is a runtime that goes away: the writer ends with the keeper all the same.
    closed
        .await
        .map_err(|error| Error::Unavailable(format!("it could not be closed: {error}")))??;
    info!("the keeper has stopped");
    Ok(())
}

/// Answers before anything is asked, so that the caller is not left waiting for a place.
async fn turn_away(mut stream: UnixStream) {
    warn!("a connection was closed: all places are taken");
    let full = Response::Failed(Failure::Unavailable(
        "all its connections are taken".to_owned(),
    ));
    // Whoever does not take the answer sees the connection close, which says as much.
    let _ = frame::write(&mut stream, &wire::encode(&full)).await;
}

/// The user that this process runs as: what the system says of the peer of our own socket.
fn own_user() -> io::Result<u32> {
    let (ours, _) = UnixStream::pair()?;
    Ok(ours.peer_cred()?.uid())
}

fn is_user(stream: &UnixStream, user: u32) -> bool {
    stream.peer_cred().is_ok_and(|peer| peer.uid() == user)
}

/// One connection: request, answer, request… until either side has enough.
async fn converse(
    keeper: Arc<Keeper>,
    mut stream: UnixStream,
    _slot: OwnedSemaphorePermit,
    mut stopping: watch::Receiver<bool>,
) {
    let mut behind = Zeroizing::default();
    loop {
        let read = tokio::select! {
            biased;
            _ = stopping.wait_for(|stop| *stop) => return,
            read = frame::read(&mut stream, &mut behind) => read,
        };
        let body = match read {
            Ok(Some(body)) => body,
            Ok(None) => return,
            Err(error) => {
                keeper.measures().malformed.up();
                warn!(%error, "a connection was closed");
                return;
            }
        };
        let (response, last) = match wire::decode::<Request>(&body) {
            Ok(request) => (keeper.answer(request).await, false),
            // The stream can't be trusted to be at a frame's start any more.
            Err(error) => {
                keeper.measures().malformed.up();
                (Response::Failed(Failure::Notice(error.to_string())), true)
            }
        };
        let frame = Zeroizing::new(wire::encode(&response));
        if frame::write(&mut stream, &frame).await.is_err() || last {
            return;
        }
    }
}
