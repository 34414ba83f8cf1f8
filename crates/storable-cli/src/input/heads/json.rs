//! Heads as JSON: curl's `%{header_json}`, what Firefox copies, what programs print of their header
//! maps, and one exchange of a recording.

use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::{Map, Value};
use storable_wire::Line;

use super::{BadLine, Heads, Response, is_familiar};
use crate::input::{LeftOut, add};

/// The text from where JSON begins: at once, behind the name of a type (`Headers {`), or, as curl
/// writes it, behind the content of the response.
pub(super) fn document(text: &[u8]) -> Option<&[u8]> {
    let text = text.trim_ascii_start();
    let name = text.iter().position(|&byte| byte == b'{').and_then(|at| text.split_at_checked(at));
    let is_name = |byte: &u8| byte.is_ascii_alphabetic() || b" [](".contains(byte);
    match name {
        _ if is_list(text) => Some(text),
        Some((name, document)) if name.iter().all(is_name) => Some(document),
        _ => {
            let at = text.windows(2).rposition(|pair| pair == b"{\"")?;
            let document = text.get(at..)?;
            let fields: Map<String, Value> = serde_json::from_slice(document).ok()?;
            fields.values().all(is_list_of_texts).then_some(document)
        }
    }
}

/// Whether a text begins as a list of texts, lists or objects.
fn is_list(text: &[u8]) -> bool {
    let first = text.strip_prefix(b"[").and_then(|rest| rest.trim_ascii_start().first().copied());
    first.is_some_and(|byte| b"[{\"'".contains(&byte))
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
        documents.extend(literal(text));
    }
    for document in documents {
        if let Some(fields) = fields(&document) {
            let headers = lines_of(fields, &mut heads.left_out)?;
            if headers.iter().any(is_familiar) {
                heads.response = Some(Response { status: None, version: None, headers });
                continue;
            }
        }
        let Value::Object(document) = document else { continue };
        if document.contains_key("log") {
            return Err(wrong("a HAR file: `storable switch` reads it"));
        }
        match document.get("response") {
            Some(response) => of_exchange(&document, response, &mut heads)?,
            None if document.get("headers").and_then(fields).is_some() => {
                heads.response = response_of(&document.into(), &mut heads.left_out)?;
            }
            None => of_firefox(&document, &mut heads)?,
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

/// An object or a list as Python and Node print it, which write their own quotes.
fn literal(text: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(text).ok()?;
    // What stands behind it closes what stands before it: `Headers({...})`.
    let end = text.rfind(['}', ']'])?.checked_add(1)?;
    parse_to_serde_value(text.get(..end)?, &ParseOptions::default()).ok()
}

fn wrong(reason: &str) -> BadLine {
    BadLine { line: 1, reason: reason.to_owned() }
}

fn is_list_of_texts(value: &Value) -> bool {
    value.as_array().is_some_and(|values| values.iter().all(Value::is_string))
}

type Fields = Vec<(String, String)>;

/// Names and values, in whatever form: a map with a text or several for each name, a list of
/// `{name, value}`, of `[name, value]`, or of names and values in turn.
fn fields(value: &Value) -> Option<Fields> {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let mut fields = Fields::new();
            for (name, value) in map {
                let values = if is_list_of_texts(value) {
                    value.as_array()?.as_slice()
                } else {
                    std::slice::from_ref(value)
                };
                for value in values {
                    fields.push((name.clone(), value.as_str()?.to_owned()));
                }
            }
            Some(fields)
        }
        Value::Array(list) if is_list_of_texts(value) => {
            let pairs = list.chunks(2).map(pair);
            pairs.collect()
        }
        Value::Array(list) => {
            let pairs = list.iter().map(|one| match one {
                Value::Array(one) => pair(one),
                one => pair(&[one.get("name")?.clone(), one.get("value")?.clone()]),
            });
            pairs.collect()
        }
        _ => None,
    }
}

fn pair(texts: &[Value]) -> Option<(String, String)> {
    match texts {
        [name, value] => Some((name.as_str()?.to_owned(), value.as_str()?.to_owned())),
        _ => None,
    }
}

/// `{"status", "headers"}`
fn response_of(document: &Value, left_out: &mut Vec<LeftOut>) -> Result<Option<Response>, BadLine> {
    let Some(fields) = document.get("headers").and_then(fields) else { return Ok(None) };
    let status = document.get("status").and_then(Value::as_u64);
    let status = status.and_then(|status| u16::try_from(status).ok());
    Ok(Some(Response { status, version: None, headers: lines_of(fields, left_out)? }))
}

/// `{"request": {"method", "url", "headers"}, "response": {"status", "headers"}}`: an entry of a HAR
/// file, or a line of `storable decide`.
fn of_exchange(
    document: &Map<String, Value>,
    response: &Value,
    heads: &mut Heads,
) -> Result<(), BadLine> {
    heads.response = response_of(response, &mut heads.left_out)?;
    let Some(request) = document.get("request") else { return Ok(()) };
    let text = |name: &str| request.get(name).and_then(Value::as_str).map(str::to_owned);
    heads.request.method = text("method");
    heads.request.url = text("url");
    if let Some(fields) = request.get("headers").and_then(fields) {
        heads.request.headers = Some(lines_of(fields, &mut heads.left_out)?);
    }
    Ok(())
}

/// One of the documents that Firefox copies: a list of headers, the status, or the URL in parts
/// under the method's name.
fn of_firefox(document: &Map<String, Value>, heads: &mut Heads) -> Result<(), BadLine> {
    let text = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    for (name, value) in document {
        if let Some(fields) = value.get("headers").and_then(fields) {
            let headers = lines_of(fields, &mut heads.left_out)?;
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

fn lines_of(fields: Fields, left_out: &mut Vec<LeftOut>) -> Result<Vec<Line>, BadLine> {
    let mut lines = Vec::new();
    for (name, value) in fields {
        let line = Line::new(&name, value.into_bytes());
        left_out.extend(add(&mut lines, line, &name).map_err(|reason| wrong(&reason))?);
    }
    Ok(lines)
}
