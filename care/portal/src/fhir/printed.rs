//! Answers as text, with the documents that belong into it still where they lie: they are read, opened and
//! encoded while the answer is sent.

use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::channel::{Channel, Sender};
use hygie_fhir::{Elsewhere, Json};
use hygie_record::{Error, Item, Record};

use super::{BODY, Problem, answer};
use crate::gate::Weight;

/// What an answer that is sent in parts holds in memory beside its text, in bytes.
const AHEAD: usize = 2 * 1024 * 1024;

/// JSON as text, but for the documents in it.
#[derive(Default)]
pub struct Printed {
    text: Vec<u8>,
    /// Where in the text each belongs, in order.
    documents: Vec<(usize, Elsewhere)>,
}

impl Printed {
    /// Appends text.
    pub fn push(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    /// Appends a value.
    pub fn json(&mut self, json: &Json) {
        let documents = &mut self.documents;
        json.print_around(&mut self.text, &mut |at, text| {
            documents.push((at, text.clone()));
        });
    }

    /// Appends a resource, its text as it is where it has one.
    pub fn item(&mut self, item: &Item) {
        match item.text() {
            Some(text) => self.push(text),
            None => self.json(item.resource().json()),
        }
    }

    /// The FHIR answer.
    ///
    /// # Errors
    /// A document that is not stored as it was sealed, as far as its length tells: the rest is only seen
    /// while it is sent, and ends the answer before its announced end.
    pub async fn answer(
        self,
        record: &Arc<Record>,
        status: StatusCode,
    ) -> Result<Response, Problem> {
        if self.documents.is_empty() {
            return Ok(answer(status, self.text));
        }
        let mut length = u64::try_from(self.text.len()).expect("lengths fit 64 bits");
        for (_, text) in &self.documents {
            record.document(text, 0..0).await?;
            length += text.text_length();
        }
        let weight = Weight(self.text.len() + AHEAD);
        let record = Arc::clone(record);
        let body = sent(|sending| Box::pin(async move { self.send(&record, sending).await }));
        let mut response = answer(status, Vec::new());
        *response.body_mut() = body;
        let length = HeaderValue::from(length);
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, length);
        response.extensions_mut().insert(weight);
        Ok(response)
    }

    /// The whole text, its documents included.
    ///
    /// # Errors
    /// More than a request's body may be without documents.
    pub async fn in_memory(self, record: &Record) -> Result<Vec<u8>, Problem> {
        let mut whole = Vec::with_capacity(self.text.len());
        let mut from = 0;
        for (at, document) in self.documents {
            whole.extend_from_slice(&self.text[from..at]);
            from = at;
            if document.text_length() > u64::try_from(BODY - whole.len().min(BODY)).unwrap_or(0) {
                return Err(Error::TooLarge.into());
            }
            let mut reader = record.document(&document, 0..u64::MAX).await?;
            let mut bytes = Vec::new();
            loop {
                let next = reader.next().await?;
                if next.is_empty() {
                    break;
                }
                bytes.extend(next);
            }
            whole.extend(STANDARD.encode(&bytes).into_bytes());
        }
        whole.extend_from_slice(&self.text[from..]);
        Ok(whole)
    }

    async fn send(self, record: &Record, sending: &mut Sending) -> Result<(), Error> {
        let text = Bytes::from(self.text);
        let mut from = 0;
        for (at, document) in self.documents {
            sending.send(text.slice(from..at)).await?;
            from = at;
            encode(record, &document, sending).await?;
        }
        sending.send(text.slice(from..)).await
    }
}

impl From<&Item> for Printed {
    fn from(item: &Item) -> Self {
        let mut printed = Self::default();
        printed.item(item);
        printed
    }
}

impl From<&Json> for Printed {
    fn from(json: &Json) -> Self {
        let mut printed = Self::default();
        printed.json(json);
        printed
    }
}

async fn encode(record: &Record, text: &Elsewhere, sending: &mut Sending) -> Result<(), Error> {
    let mut reader = record.document(text, 0..u64::MAX).await?;
    let mut left: Vec<u8> = Vec::new();
    loop {
        let next = reader.next().await?;
        if next.is_empty() {
            return sending.send(STANDARD.encode(&left).into()).await;
        }
        left.extend(next);
        let whole = left.len() / 3 * 3;
        sending.send(STANDARD.encode(&left[..whole]).into()).await?;
        left.drain(..whole);
    }
}

/// The way of an answer to its receiver.
pub struct Sending(Sender<Bytes, Error>);

impl Sending {
    /// Sends the next bytes, as fast as they are taken.
    ///
    /// # Errors
    /// [`Error::NotFound`] when nobody receives any more.
    pub async fn send(&mut self, bytes: Bytes) -> Result<(), Error> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.0
            .send_data(bytes)
            .await
            .map_err(|_gone| Error::NotFound)
    }
}

/// A body in the making.
pub type Making<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;

/// A body that is made while it is sent. Where making it fails, it breaks off.
pub fn sent(make: impl FnOnce(&mut Sending) -> Making<'_> + Send + 'static) -> Body {
    let (sender, body) = Channel::<Bytes, Error>::new(2);
    tokio::spawn(async move {
        let mut sending = Sending(sender);
        match make(&mut sending).await {
            Ok(()) | Err(Error::NotFound) => {}
            Err(error) => {
                tracing::error!(%error, "an answer broke off");
                sending.0.abort(error);
            }
        }
    });
    Body::new(body)
}
