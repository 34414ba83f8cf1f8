//! RFC 9111 §4: which requests are looked up, and which methods a stored response answers.

use super::Tri;
use super::s5_2_1_request::{bypassing_field, has_cookie};
use crate::policy::{Method, RequestPolicy};
use crate::profile::{Authorization, Fact, Facts, Methods, RequestRule};

/// Whether a request is looked up at all.
#[inline(always)]
pub(crate) fn looked_up(later: &RequestPolicy<'_>, facts: &Facts) -> Tri {
    let method = match facts.methods {
        Fact::Known(Methods::None) => Tri::No,
        Fact::Known(Methods::Only(methods)) => methods.contains(&later.head().method()).into(),
        Fact::Known(Methods::Rfc9111) => Tri::Yes,
        Fact::Unknown if later.method == Method::Get => Tri::Yes,
        Fact::Unknown => Tri::Maybe,
    };
    let mut looked_up = method;
    if later.has_authorization() {
        looked_up = looked_up.and(match facts.authorization {
            Fact::Known(Authorization::Bypassed) => Tri::No,
            // §3.5 is about the request that was stored.
            Fact::Known(
                Authorization::Ignored
                | Authorization::NeedsPermission(_)
                | Authorization::NeedsSomeOf(_)
                | Authorization::NeedsOneOf(..),
            ) => Tri::Yes,
            // It depends on what is found: `authorized`.
            Fact::Known(Authorization::CheckedAtReuse) => Tri::Yes,
            Fact::Unknown => Tri::Maybe,
        });
    }
    if later.has_cookie() {
        looked_up = looked_up.and(match facts.request_cookie {
            Fact::Known(RequestRule::Ignored) => Tri::Yes,
            Fact::Known(RequestRule::BypassedWhere(cookies)) => {
                Tri::from(!has_cookie(later, cookies))
            }
            Fact::Known(RequestRule::Bypassed | RequestRule::Honoured) => Tri::No,
            Fact::Unknown => Tri::Maybe,
        });
    }
    // §5.2.1.5: it does not reach back to what is stored already.
    let no_store =
        !later.no_store.is_absent() && facts.request_no_store == Fact::Known(RequestRule::Bypassed);
    if no_store || bypassing_field(later, facts).is_some() {
        return Tri::No;
    }
    looked_up
}

/// RFC 9110 §9.3: which methods a response to another method may answer.
pub(crate) fn answers_method(stored: Method, later: Method) -> Tri {
    let with_content = matches!(stored, Method::Get | Method::Post | Method::Patch);
    match later {
        Method::Get => with_content.into(),
        Method::Head => (with_content || stored == Method::Head).into(),
        // RFC 10008 §2.7: the content is in the key, and it is not in view here.
        Method::Query if stored == Method::Query => Tri::Maybe,
        _ => Tri::No,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::request;
    use super::*;

    #[test]
    fn methods_that_are_looked_up() {
        for (method, expected) in [("GET", Tri::Yes), ("HEAD", Tri::Maybe), ("POST", Tri::Maybe)] {
            assert_eq!(looked_up(&request(method, &[]), &Facts::UNKNOWN), expected, "{method}");
        }
    }
}
