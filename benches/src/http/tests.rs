//! Failures covered: a body that comes in chunks or in pieces read as cut short; an answer of one request taken for
//! that of the next; an unexpected status that counts as done; a connection that closes early taken for an answer.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use super::{Ask, Connection};
use crate::failure::Failure;

/// Sends these pieces, one at a time, for each request that comes.
fn server(answers: Vec<Vec<&'static [u8]>>) -> Connection {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        for pieces in answers {
            let mut request = [0; 4096];
            assert!(stream.read(&mut request).unwrap() > 0);
            for piece in pieces {
                stream.write_all(piece).unwrap();
                thread::sleep(Duration::from_millis(5));
            }
        }
    });
    Connection::open(&address).unwrap()
}

#[test]
fn a_body_in_pieces_that_is_cut_short() {
    let mut connection = server(vec![
        vec![
            b"HTTP/1.1 200 OK\r\nETag: W/\"a\"\r\nContent-",
            b"Length: 5\r\n\r\nhe",
            b"llo",
        ],
        vec![
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r",
            b"\n1\r\n!\r\n0\r\n\r\n",
        ],
        vec![b"HTTP/1.1 204 No Content\r\n\r\n"],
        vec![b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"],
    ]);
    let answer = connection.send(Ask::get("a", "t"), 200).unwrap();
    assert_eq!(
        (answer.body, answer.header("etag")),
        (&b"hello"[..], Some("W/\"a\""))
    );
    assert_eq!(
        connection.send(Ask::get("b", "t"), 200).unwrap().body,
        b"hello!"
    );
    assert_eq!(connection.send(Ask::get("c", "t"), 204).unwrap().body, b"");
    assert_eq!(
        connection.send(Ask::get("d", "t"), 200).unwrap().body,
        b"ok"
    );
}

#[test]
fn an_error_that_counts_as_an_answer() {
    let mut connection = server(vec![
        vec![b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"],
        vec![b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"],
    ]);
    let refused = connection.send(Ask::get("a", "t"), 200).unwrap_err();
    assert!(
        matches!(
            refused,
            Failure::Answer {
                got: 403,
                wanted: 200,
                ..
            }
        ),
        "{refused}"
    );
    assert!(matches!(
        connection.send(Ask::get("b", "t"), 200).unwrap_err(),
        Failure::Form(_)
    ));
}
