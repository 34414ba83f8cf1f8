//! Heads as JSON: curl's `%{header_json}`, and what Firefox copies.

use serde_json::{Map, Value};
use storable_wire::Line;

use super::{BadLine, Heads, Response};
use crate::input::{LeftOut, add};

/// Reads what curl's `%{header_json}` prints, `{"name": ["value", ...], ...}`, and what Firefox
/// copies, `{"Response Headers (9 B)": {"headers": [{"name", "value"}, ...]}}`.
pub(super) fn read(text: &[u8]) -> Result<Heads, BadLine> {
    let mut heads = Heads::default();
    // Before curl's may stand the content of the response, which may be JSON too; Firefox copies
    // several documents.
    let documents = serde_json::Deserializer::from_slice(text).into_iter::<Value>();
    for document in documents.map_while(Result::ok) {
        let Value::Object(document) = document else { continue };
        if document.contains_key("log") {
            return Err(wrong("a HAR file: `storable switch` reads it"));
        }
        if !document.is_empty() && document.values().all(is_list_of_texts) {
            heads.response = Some(of_curl(&document, &mut heads.left_out)?);
        } else {
            of_firefox(&document, &mut heads)?;
        }
    }
    if heads.response.is_none() {
        return Err(wrong(
            "JSON, but not as `curl -w '%{header_json}'` prints it; `storable decide` reads \
             exchanges as JSON Lines",
        ));
    }
    Ok(heads)
}

fn wrong(reason: &str) -> BadLine {
    BadLine { line: 1, reason: reason.to_owned() }
}

fn is_list_of_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|values| values.iter().all(Value::is_string))
}

fn of_curl(fields: &Map<String, Value>, left_out: &mut Vec<LeftOut>) -> Result<Response, BadLine> {
    let values = |values: &Value| values.as_array().cloned().unwrap_or_default();
    let lines = fields.iter().flat_map(|(name, list)| {
        values(list).into_iter().map(|value| (name.clone(), value.as_str().map(str::to_owned)))
    });
    Ok(Response { status: None, version: None, headers: lines_of(lines, left_out)? })
}

/// One of the documents that Firefox copies: a list of headers, the status, or the URL in parts
/// under the method's name.
fn of_firefox(document: &Map<String, Value>, heads: &mut Heads) -> Result<(), BadLine> {
    let text = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    for (name, value) in document {
        if let Some(list) = value.get("headers").and_then(Value::as_array) {
            let pairs = list.iter().map(|one| (text(one, "name"), Some(text(one, "value"))));
            let headers = lines_of(pairs, &mut heads.left_out)?;
            if name.starts_with("Request") {
                heads.request.headers = Some(headers);
            } else {
                let status = heads.response.take().and_then(|response| response.status);
                heads.response = Some(Response { status, version: None, headers });
            }
        } else if name == "Status" {
            let digits = value.as_str().and_then(|status| status.get(..3));
            let status = digits.and_then(|digits| digits.parse().ok());
            let response = heads.response.take();
            let headers = response.map(|response| response.headers).unwrap_or_default();
            heads.response = Some(Response { status, version: None, headers });
        } else if value.get("scheme").is_some() {
            let (scheme, host) = (text(value, "scheme"), text(value, "host"));
            heads.request.method = Some(name.clone());
            heads.request.url = Some(format!("{scheme}://{host}{}", text(value, "filename")));
        }
    }
    Ok(())
}

fn lines_of(
    pairs: impl Iterator<Item = (String, Option<String>)>,
    left_out: &mut Vec<LeftOut>,
) -> Result<Vec<Line>, BadLine> {
    let mut lines = Vec::new();
    for (name, value) in pairs {
        let line = Line::new(&name, value.unwrap_or_default().into_bytes());
        left_out.extend(add(&mut lines, line, &name).map_err(|error| wrong(&error.to_string()))?);
    }
    Ok(lines)
}
