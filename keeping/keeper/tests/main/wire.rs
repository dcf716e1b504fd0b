//! The socket itself: who listens, what is no frame, what breaks, what comes in pieces.

use std::os::unix::net::UnixListener;

use hygie_keeper::notice::wire::{Failure, Request, Response, decode, encode};
use hygie_keeper::{Client, Error, Home, Unlock};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

use crate::world::World;

#[tokio::test]
async fn two_keepers_do_not_run_on_one_home() {
    let world = World::new();
    let keeper = world.start().await;
    let error = world.keeper(&Unlock::default()).unwrap_err();
    assert!(matches!(error, Error::Locked), "{error}");
    keeper.stop().await.unwrap();
    assert!(!world.home.socket().exists());
    // A socket file that a crash left is no obstacle.
    drop(UnixListener::bind(world.home.socket()).unwrap());
    world.start().await.stop().await.unwrap();
}

#[tokio::test]
async fn a_client_does_not_hang_when_the_keeper_stops() {
    let world = World::new();
    let keeper = world.start().await;
    let client = keeper.client.clone();
    client.hello().await.unwrap();
    keeper.stop().await.unwrap();
    assert!(matches!(client.hello().await, Err(Error::Unavailable(_))));
    assert!(matches!(
        Client::connect(world.home.socket()).await,
        Err(Error::Unavailable(_))
    ));
    // The next keeper is found again, though the idle connections are dead.
    let keeper = world.start().await;
    client.hello().await.unwrap();
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_broken_request_is_not_sent_twice() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("s");
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    let served = tokio::spawn(async move {
        let mut requests = 0;
        // Takes a request, answers nothing, and counts how often it comes.
        while let Ok(Ok((mut stream, _))) =
            tokio::time::timeout(std::time::Duration::from_millis(500), listener.accept()).await
        {
            let mut bytes = [0; 64];
            if stream.read(&mut bytes).await.unwrap() > 0 {
                requests += 1;
            }
        }
        requests
    });
    let client = Client::connect(&path).await.unwrap();
    assert!(matches!(client.hello().await, Err(Error::Unavailable(_))));
    assert_eq!(served.await.unwrap(), 1);
}

async fn say(world: &World, bytes: &[u8]) -> Option<Response> {
    let mut stream = UnixStream::connect(world.home.socket()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // The keeper may close with bytes of ours unread, which the system reports as a reset.
    let _ = stream.read_to_end(&mut answer).await;
    (!answer.is_empty()).then(|| decode(&answer[4..]).unwrap())
}

#[tokio::test]
async fn a_frame_of_another_form_is_refused() {
    let world = World::new();
    let keeper = world.start().await;
    let mut other_version = encode(&Request::Hello);
    // Length, array of two, then the version.
    assert_eq!(other_version[5], 1);
    other_version[5] = 2;
    let answer = say(&world, &other_version).await;
    assert!(
        matches!(answer, Some(Response::Failed(Failure::Notice(_)))),
        "{answer:?}"
    );
    let answer = say(&world, &[0, 0, 0, 3, b'x', b'y', b'z']).await;
    assert!(
        matches!(answer, Some(Response::Failed(Failure::Notice(_)))),
        "{answer:?}"
    );
    assert!(say(&world, &[0xff; 8]).await.is_none());
    keeper.client.hello().await.unwrap();
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn a_frame_in_pieces_or_with_another_behind_it_gets_lost() {
    let world = World::new();
    let keeper = world.start().await;
    let hello = encode(&Request::Hello);
    let mut stream = UnixStream::connect(world.home.socket()).await.unwrap();
    // Two whole frames and the beginning of a third come at once, the rest of it byte by byte.
    let whole = [&hello[..], &hello[..], &hello[..3]].concat();
    stream.write_all(&whole).await.unwrap();
    for byte in &hello[3..] {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        stream.write_all(&[*byte]).await.unwrap();
    }
    for _ in 0..3 {
        let length = stream.read_u32().await.unwrap();
        let mut body = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut body).await.unwrap();
        let answer: Response = decode(&body).unwrap();
        assert!(matches!(answer, Response::Hello { .. }), "{answer:?}");
    }
    keeper.stop().await.unwrap();
}

#[tokio::test]
async fn an_answer_with_more_behind_it_is_believed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keeper.sock");
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = [0; 1024];
        let _ = stream.read(&mut asked).await.unwrap();
        let answer = encode(&Response::Noted);
        stream
            .write_all(&[&answer[..], &answer[..]].concat())
            .await
            .unwrap();
        let _ = stream.read(&mut asked).await;
    });
    let client = Client::connect(&path).await.unwrap();
    assert!(matches!(client.hello().await, Err(Error::Unavailable(_))));
    served.await.unwrap();
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_is_named() {
    let long = format!("/tmp/{}", "x".repeat(120));
    let error = Client::connect(Home::new(long).socket()).await.unwrap_err();
    assert!(matches!(error, Error::SocketPathTooLong(_)), "{error}");
}

#[tokio::test]
async fn a_connection_too_many_is_not_left_waiting() {
    let world = World::new();
    let keeper = world.start().await;
    keeper.client.hello().await.unwrap();
    let mut crowd = Vec::new();
    for _ in 0..255 {
        crowd.push(UnixStream::connect(world.home.socket()).await.unwrap());
    }
    let late = Client::connect(world.home.socket()).await.unwrap();
    assert!(matches!(late.hello().await, Err(Error::Unavailable(_))));
    // Who has a place keeps it, and a place that is left is given again.
    keeper.client.hello().await.unwrap();
    drop(crowd);
    let found = async {
        while late.hello().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(5), found)
        .await
        .unwrap();
    keeper.stop().await.unwrap();
}
