//! A small blocking HTTP client.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::{Request, Response};

/// The media type of FHIR in JSON.
const FHIR: &str = "application/fhir+json";
/// The largest answer that a test reads, in bytes.
const LIMIT: u64 = 256 * 1024 * 1024;

/// A client of one FHIR base.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    base: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The version that the `ETag` names, if there is one.
    pub version: Option<String>,
    /// The body's text.
    pub text: String,
    /// Where what was created is, if something was.
    pub location: Option<String>,
    /// When to come back, in seconds.
    pub retry_after: Option<String>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// The resources of a Bundle; none when it has no entries.
    pub fn resources(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{}", self.text);
        let bundle = self.json();
        let entries = bundle["entry"].as_array().cloned().unwrap_or_default();
        entries
            .into_iter()
            .map(|entry| entry["resource"].clone())
            .collect()
    }

    /// The id of the resource that was created.
    pub fn created(&self) -> String {
        assert_eq!(self.status, 201, "{}", self.text);
        self.json()["id"].as_str().unwrap().to_owned()
    }
}

impl Client {
    /// A client of `http://{address}/fhir`.
    pub fn new(address: &str) -> Self {
        Self::patient(format!("http://{address}/fhir"), Duration::from_secs(120))
    }

    /// A client of the same base that hangs up after this time, with connections of its own.
    pub fn hasty(&self, time: Duration) -> Self {
        Self::patient(self.base.clone(), time)
    }

    fn patient(base: String, time: Duration) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(time))
            .build();
        Self {
            agent: config.into(),
            base,
        }
    }

    /// `GET`; an error when the connection breaks.
    pub fn get(&self, path: &str, token: &str) -> Result<Answer, ureq::Error> {
        let request = self.agent.get(format!("{}/{path}", self.base));
        answer(
            request
                .header("Authorization", bearer(token))
                .header("Accept", FHIR)
                .call()?,
        )
    }

    /// Any request, with headers of its own; an error when the connection breaks.
    pub fn send(
        &self,
        (method, path): (&str, &str),
        token: &str,
        headers: &[(&str, &str)],
        text: Option<&str>,
    ) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}/{path}", self.base))
            .header("Authorization", bearer(token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match text {
            Some(text) => answer(self.agent.run(request.body(text.to_owned())?)?),
            None => answer(self.agent.run(request.body(())?)?),
        }
    }

    /// `POST` of a resource's text.
    pub fn post(&self, path: &str, token: &str, text: &str) -> Result<Answer, ureq::Error> {
        let request = self.agent.post(format!("{}/{path}", self.base));
        answer(
            request
                .header("Authorization", bearer(token))
                .header("Content-Type", FHIR)
                .send(text)?,
        )
    }
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn answer(mut response: Response<ureq::Body>) -> Result<Answer, ureq::Error> {
    let status = response.status().as_u16();
    let header = |name: &str| {
        let value = response.headers().get(name)?;
        value.to_str().ok().map(str::to_owned)
    };
    let (location, retry_after) = (header("location"), header("retry-after"));
    let tag = response.headers().get("etag");
    let version = tag
        .and_then(|tag| tag.to_str().ok())
        .map(|tag| tag.trim_start_matches("W/").trim_matches('"').to_owned());
    let text = response
        .body_mut()
        .with_config()
        .limit(LIMIT)
        .read_to_string()?;
    Ok(Answer {
        status,
        version,
        text,
        location,
        retry_after,
    })
}
