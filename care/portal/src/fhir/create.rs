//! create: `POST [base]/[type]` (R4, 3.1.0.8). The server gives the id.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::{BODY, Problem, Shared, accept, body, question, read};

pub async fn create(
    api: Shared,
    Path(kind): Path<String>,
    headers: HeaderMap,
    content: Body,
) -> Result<Response, Problem> {
    let caller = api.caller(&headers)?;
    question::known(&kind)?;
    accept::json_only(&headers)?;
    let bytes = body(content, BODY).await?;
    let item = api.record.deposit(&caller, &kind, &bytes).await?;
    let mut response = read::shown(StatusCode::CREATED, &item);
    let location = format!("{}/{}/_history/{}", api.base, item.reference(), item.version);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}
