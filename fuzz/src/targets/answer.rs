//! A keeper that answers anything: the client gives back what fits the question, or an error.

use std::io::{Read, Write};
use std::os::unix::net::UnixListener;

use hygie_keeper::Client;
use hygie_notice::wire;

/// The bytes are sent as the answer to `hello`, frame and all.
pub fn run(bytes: &[u8]) {
    let dir = tempfile::tempdir().expect("there is a temporary folder");
    let socket = dir.path().join("s");
    let listener = UnixListener::bind(&socket).expect("the path is short");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime starts");
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let (mut stream, _) = listener.accept().expect("the client connects");
            let mut length = [0; 4];
            stream.read_exact(&mut length).expect("the client asks");
            let length = usize::try_from(u32::from_be_bytes(length)).expect("frames are short");
            stream
                .read_exact(&mut vec![0; length])
                .expect("the client asks");
            // The client may hang up before it has everything.
            let _hung_up = stream.write_all(bytes);
        });
        let asked = runtime.block_on(async { Client::connect(&socket).await?.hello().await });
        if let Ok(hello) = asked {
            let _text = format!("{hello:?}");
        }
    });
}

/// See [`crate::Target::seeds`].
pub fn seeds() -> Vec<Vec<u8>> {
    let bodies = super::notice::response::seeds().into_iter();
    bodies
        .map(|body| {
            let length = u32::try_from(body.len()).expect("seeds are short");
            let mut frame = length.to_be_bytes().to_vec();
            frame.extend(body);
            assert!(length < wire::LIMIT);
            frame
        })
        .collect()
}
