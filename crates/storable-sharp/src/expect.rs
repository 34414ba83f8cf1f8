//! What was expected, held against what came.

use http::HeaderMap;

use crate::case::Step;

/// What a client got.
#[derive(Clone, Debug, Default)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) fields: HeaderMap,
    pub(crate) text: String,
    pub(crate) broke: bool,
}

/// What differs between what a step expects and what came of it.
pub(crate) fn differences(step: &Step, asked: &[HeaderMap], got: Option<&Got>) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(asks) = step.asks.filter(|asks| *asks == asked.is_empty()) {
        found.push(if asks { "the origin is not asked" } else { "the origin is asked" }.to_owned());
    }
    if let Some(sent) = asked.first() {
        let wrong = step.sends.iter().filter(|line| !holds(sent, line));
        found.extend(wrong.map(|line| format!("the origin does not see `{line}`: {sent:?}")));
    }
    let Some(got) = got else {
        let expects = step.is.is_some() || step.reads.is_some() || !step.has.is_empty();
        found.extend(expects.then(|| "there is no answer".to_owned()));
        return found;
    };
    if let Some(status) = step.is.filter(|status| *status != got.status) {
        found.push(format!("the status is {} and not {status}", got.status));
    }
    let wrong = step.has.iter().filter(|line| !holds(&got.fields, line));
    found.extend(wrong.map(|line| format!("the answer is not `{line}`: {:?}", got.fields)));
    if let Some(text) = step.reads.as_ref().filter(|text| **text != got.text) {
        found.push(format!("the content is {:?} and not {text:?}", got.text));
    }
    let missing = step.shows.iter().filter(|text| !got.text.contains(&**text));
    found.extend(missing.map(|text| format!("the content {:?} is without {text:?}", got.text)));
    let hidden = step.hides.iter().filter(|text| got.text.contains(&**text));
    found.extend(hidden.map(|text| format!("the content {:?} has {text:?}", got.text)));
    if step.breaks.is_some_and(|breaks| breaks != got.broke) {
        found.push(format!("the content breaks off: {}", got.broke));
    }
    found
}

/// Whether fields are as a line says.
fn holds(fields: &HeaderMap, line: &str) -> bool {
    if let Some(line) = line.strip_prefix('!') {
        return !holds(fields, line);
    }
    let (name, wanted) = line.split_once(": ").unwrap_or((line, "*"));
    let values: Vec<_> = fields
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    if values.is_empty() {
        return false;
    }
    let value = values.join(", ");
    match (wanted.strip_suffix('*'), wanted.split_once("..")) {
        (Some(start), _) => value.starts_with(start),
        (None, Some((least, most))) => {
            let numbers = (least.parse::<u64>(), value.parse::<u64>(), most.parse::<u64>());
            matches!(numbers, (Ok(least), Ok(value), Ok(most)) if least <= value && value <= most)
        }
        (None, None) => value == wanted,
    }
}
