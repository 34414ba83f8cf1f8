//! Conditions that nginx holds against what the origin sends (`ngx_http_not_modified_header_filter`,
//! src/http/modules/ngx_http_not_modified_filter_module.c).

use super::date;
use crate::field::Field;
use crate::policy::{RequestPolicy, ResponsePolicy};
use crate::rule::{Draft, Evidence, Rule};

/// An If-Match or an If-Unmodified-Since that a 200 does not meet ends in a 412, before anything is
/// stored.
pub(super) fn judge<'a>(
    draft: &mut Draft<'a>,
    request: &RequestPolicy<'a>,
    response: &ResponsePolicy<'a>,
) {
    if response.status() != 200 {
        return;
    }
    let unmet = |field, met: fn(&[u8], &ResponsePolicy<'_>) -> bool| {
        let text = request.scan().first(field)?;
        (!met(text, response)).then(|| Evidence::in_field(field, text))
    };
    let failed = unmet(Field::IfUnmodifiedSince, is_unmodified)
        .or_else(|| unmet(Field::IfMatch, is_matched));
    if let Some(evidence) = failed {
        draft.forbid(Rule::RequestField, evidence);
    }
}

/// `ngx_http_test_if_unmodified`
fn is_unmodified(text: &[u8], response: &ResponsePolicy<'_>) -> bool {
    let modified = response.scan().first(Field::LastModified).and_then(date::read);
    // What is no date is -1 there, before every other one.
    modified.is_some_and(|modified| date::read(text).unwrap_or(-1) >= modified)
}

/// `ngx_http_test_if_match`: the tag stands in the list as it is, weak or not.
fn is_matched(text: &[u8], response: &ResponsePolicy<'_>) -> bool {
    let tag = response.scan().first(Field::Etag);
    let is_tag = |member: &[u8]| tag.is_some_and(|tag| member.trim_ascii() == tag);
    text == b"*" || text.split(|&byte| byte == b',').any(is_tag)
}
