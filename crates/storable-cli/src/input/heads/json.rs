//! Heads as JSON: curl's `%{header_json}`, what Firefox copies, and what programs print of their
//! header maps.

use serde_json::{Map, Value};
use storable_wire::Line;

use super::{BadLine, Heads, Response};
use crate::input::{LeftOut, add};

/// The text from where JSON begins: at once, behind the name of a type (`Headers {`), or, as curl
/// writes it, behind the content of the response.
pub(super) fn document(text: &[u8]) -> Option<&[u8]> {
    let text = text.trim_ascii_start();
    let name = text.iter().position(|&byte| byte == b'{').and_then(|at| text.split_at_checked(at));
    let is_name = |byte: &u8| byte.is_ascii_alphabetic() || b" []".contains(byte);
    match name {
        Some((name, document)) if name.iter().all(is_name) => Some(document),
        _ => {
            let at = text.windows(2).rposition(|pair| pair == b"{\"")?;
            let document = text.get(at..)?;
            let fields: Map<String, Value> = serde_json::from_slice(document).ok()?;
            fields.values().all(is_list_of_texts).then_some(document)
        }
    }
}

/// Reads what curl's `%{header_json}` prints, `{"name": ["value", ...], ...}`, and what Firefox
/// copies, `{"Response Headers (9 B)": {"headers": [{"name", "value"}, ...]}}`.
pub(super) fn read(text: &[u8]) -> Result<Heads, BadLine> {
    let mut heads = Heads::default();
    // Before curl's may stand the content of the response, which may be JSON too; Firefox copies
    // several documents.
    let documents = serde_json::Deserializer::from_slice(text).into_iter::<Value>();
    let mut documents: Vec<Value> = documents.map_while(Result::ok).collect();
    if documents.is_empty() {
        // Python and Node write their own quotes.
        documents
            .extend(std::str::from_utf8(text).ok().and_then(|text| json5::from_str(text).ok()));
    }
    for document in documents {
        let Value::Object(document) = document else { continue };
        if document.contains_key("log") {
            return Err(wrong("a HAR file: `storable switch` reads it"));
        }
        if is_map(&document) {
            heads.response = Some(of_map(&document, &mut heads.left_out)?);
        } else if let Some(Value::Object(fields)) = document.get("headers") {
            let response = of_map(fields, &mut heads.left_out)?;
            let status = document.get("status").and_then(Value::as_u64);
            let status = status.and_then(|status| u16::try_from(status).ok());
            heads.response = Some(Response { status, ..response });
        } else {
            of_firefox(&document, &mut heads)?;
        }
    }
    if heads.response.is_none() {
        return Err(wrong(
            "JSON, but no header lines by their names, as `curl -w '%{header_json}'` prints them; \
             `storable decide` reads exchanges as JSON Lines",
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

/// Whether every member is a field's value, or a list of such.
fn is_map(document: &Map<String, Value>) -> bool {
    let is_value = |value: &Value| value.is_string() || is_list_of_texts(value);
    !document.is_empty() && document.values().all(is_value)
}

fn of_map(fields: &Map<String, Value>, left_out: &mut Vec<LeftOut>) -> Result<Response, BadLine> {
    let values = |value: &Value| match value {
        Value::Array(values) => values.clone(),
        value => vec![value.clone()],
    };
    let lines = fields.iter().flat_map(|(name, value)| {
        values(value).into_iter().map(|value| (name.clone(), value.as_str().map(str::to_owned)))
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
