//! Conditions on requests in words: what an operator has pass by the cache, and what makes a class.

use storable::profile::{Bypass, BypassOf, Condition, Counts, KeyClass, RequestPart};

/// Which requests pass by the cache.
pub(super) fn bypasses(rules: &[Bypass]) -> String {
    match rules {
        [] => "none".to_owned(),
        rules => rules.iter().map(bypass).collect::<Vec<_>>().join("; "),
    }
}

fn bypass(rule: &Bypass) -> String {
    let what = match rule.of {
        BypassOf::LookUp => "not answered from the cache is",
        BypassOf::Storing => "not stored is the answer to",
        _ => "past the cache goes",
    };
    format!("{what} a request that has {}", condition(&rule.on))
}

/// What tells requests apart beside the fields of the key.
pub(super) fn classes(classes: &[KeyClass]) -> String {
    let told = classes.iter().map(|class| match class {
        KeyClass::Field(name) => format!("the cache's own classes of `{name}`"),
        KeyClass::Cases(cases) => {
            let cases = cases.iter().map(|(when, number)| {
                format!("class {number} is a request that has {}", condition(when))
            });
            cases.collect::<Vec<_>>().join(", else ")
        }
        _ => "a class".to_owned(),
    });
    told.collect::<Vec<_>>().join("; ")
}

fn condition(Condition { counts, when, unless }: &Condition) -> String {
    let mut text = when.iter().map(part).collect::<Vec<_>>().join(" or ");
    if *counts == Counts::NeitherEmptyNorZero {
        text.push_str(", if that is neither empty nor 0");
    }
    let exceptions: Vec<_> = unless.iter().map(condition).collect();
    match exceptions.as_slice() {
        [] => text,
        exceptions => format!("{text}, but not one that has {}", exceptions.join(", nor ")),
    }
}

fn part(part: &RequestPart) -> String {
    let pair = |kind: &str, name: &str, between: &str, value: &str| match value {
        "*" => format!("the {kind} `{name}`"),
        value => format!("the {kind} `{name}{between}{value}`"),
    };
    match *part {
        RequestPart::Cookie(name, value) => pair("cookie", name, "=", value),
        RequestPart::Field(name, value) => pair("field", name, ": ", value),
        RequestPart::Query(name, value) => pair("parameter", name, "=", value),
        RequestPart::Path("*") => "any path".to_owned(),
        RequestPart::Path(path) => format!("the path `{path}`"),
        RequestPart::PathAndQuery(target) => format!("the path and query `{target}`"),
        RequestPart::Method(method) => format!("the method {method}"),
        RequestPart::Host(host) => format!("the host `{host}`"),
        _ => "something that the site does not say".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use storable::Profile;

    use super::*;

    #[test]
    fn a_condition_reads_as_a_sentence() {
        const UNLESS: Condition =
            Condition::on(&[RequestPart::Path("/public/*"), RequestPart::Method("GET")]);
        const RULES: [Bypass; 2] = [
            Bypass {
                of: BypassOf::Both,
                on: Condition::on(&[
                    RequestPart::Cookie("wp_*", "*"),
                    RequestPart::Field("accept", "text/html*"),
                ]),
            },
            Bypass {
                of: BypassOf::Storing,
                on: Condition {
                    counts: Counts::NeitherEmptyNorZero,
                    when: &[RequestPart::Query("nocache", "1"), RequestPart::Untold],
                    unless: &[UNLESS],
                },
            },
        ];
        assert_eq!(
            bypasses(&RULES),
            "past the cache goes a request that has the cookie `wp_*` or the field \
             `accept: text/html*`; not stored is the answer to a request that has the parameter \
             `nocache=1` or something that the site does not say, if that is neither empty nor 0, \
             but not one that has the path `/public/*` or the method GET"
        );
        let facts = Profile::FASTLY.facts();
        assert_eq!(super::super::fact(facts, storable::Axis::Bypass), "none");
    }
}
