//! For which requests a criterion of Akamai's holds.
//!
//! Names, operators and options: rule_format_v2025_10_16.gen.go (`getCriteriaSchema`) of
//! github.com/akamai/terraform-provider-akamai 2e604cc. Requests count as made by https.

use super::super::request::{Condition, Part, Parts, Target, Truth};
use super::Feature;

/// How the value of a criterion is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Is,
    Exists,
}

/// The operator, and whether it is turned round; `None` for comparisons of numbers and the like.
fn operator(criterion: &Feature) -> Option<(Operator, bool)> {
    Some(match criterion.text("matchOperator") {
        "IS" | "IS_ONE_OF" | "MATCHES_ONE_OF" => (Operator::Is, false),
        "IS_NOT" | "IS_NOT_ONE_OF" | "DOES_NOT_MATCH_ONE_OF" => (Operator::Is, true),
        "EXISTS" => (Operator::Exists, false),
        "DOES_NOT_EXIST" => (Operator::Exists, true),
        // A protocol has no operator.
        "" => (Operator::Is, false),
        _ => return None,
    })
}

/// Whether wildcards in a text count as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wildcards {
    Count,
    AreText,
}

impl Wildcards {
    fn of(criterion: &Feature, option: &str) -> Self {
        if criterion.is_on(option) { Self::Count } else { Self::AreText }
    }
}

/// A text as a pattern. What a variable holds is not known.
fn pattern(text: &str, wildcards: Wildcards) -> Option<String> {
    let is_plain = !text.contains(['*', '?']);
    let told = (is_plain || wildcards == Wildcards::Count) && !text.contains(['<', '{']);
    told.then(|| text.to_owned())
}

fn case(criterion: &Feature, option: &str) -> &'static str {
    if criterion.is_on(option) { "" } else { "(?i)" }
}

/// `None` where it cannot be told.
pub(super) fn condition(criterion: &Feature) -> Option<Condition> {
    let (operator, not) = operator(criterion)?;
    let condition = match criterion.name.as_str() {
        "path" => {
            let path = |path: &str| pattern(path, Wildcards::Count);
            Condition::of_target(Target::paths(cased(criterion, path)?))
        }
        "fileExtension" => {
            let path = |own: &str| Some(format!("*.{}", pattern(own, Wildcards::AreText)?));
            Condition::of_target(Target::paths(cased(criterion, path)?))
        }
        "filename" => Condition::of_target(Target::paths(cased(criterion, file_name)?)),
        "hostname" => {
            let host = |host: &str| pattern(host, Wildcards::Count);
            Condition::of_target(Target::hosts(cased(criterion, host)?))
        }
        "requestMethod" => Condition::of_target(Target::methods([method(criterion)?])),
        "requestProtocol" => {
            let https = criterion.text("value") == "HTTPS";
            Condition::is(if https { Truth::Yes } else { Truth::No })
        }
        "requestCookie" => {
            let name = name(criterion, "cookieName")?;
            let name = format!("{}{name}", case(criterion, "matchCaseSensitiveName"));
            parts(criterion, operator, |value| Part::Cookie(format!("{name}={value}")))?
        }
        "requestHeader" => {
            let name = pattern(criterion.text("headerName"), Wildcards::AreText)?;
            let name = name.to_ascii_lowercase();
            parts(criterion, operator, |value| Part::Field(format!("{name}: {value}")))?
        }
        "queryStringParameter" => {
            let name = name(criterion, "parameterName")?;
            let name = format!("{}{name}", case(criterion, "matchCaseSensitiveName"));
            parts(criterion, operator, |value| Part::Query(format!("{name}={value}")))?
        }
        "userAgent" => {
            let wildcards = Wildcards::of(criterion, "matchWildcard");
            let case = case(criterion, "matchCaseSensitive");
            let agents = criterion.list("values");
            let agents = agents.iter().map(|agent| {
                Some(Part::Field(format!("user-agent: {case}{}", pattern(agent, wildcards)?)))
            });
            let agents: Vec<_> = agents.collect::<Option<_>>()?;
            (!agents.is_empty()).then(|| Condition::of_parts(Parts::one_of(agents)))?
        }
        _ => return None,
    };
    Some(if not { condition.not() } else { condition })
}

/// A pattern for each of the values, of which there is one at least.
fn cased(criterion: &Feature, of: impl Fn(&str) -> Option<String>) -> Option<Vec<String>> {
    let case = case(criterion, "matchCaseSensitive");
    let values = criterion.list("values");
    let patterns = values.iter().map(|value| Some(format!("{case}{}", of(value)?)));
    patterns.collect::<Option<Vec<_>>>().filter(|patterns| !patterns.is_empty())
}

/// The last segment of a path. Of wildcards a star in front says the same of the whole path.
fn file_name(name: &str) -> Option<String> {
    let rest = name.strip_prefix('*');
    let end = pattern(rest.unwrap_or(name), Wildcards::AreText)?;
    Some(format!("*/{}{end}", if rest.is_some() { "*" } else { "" }))
}

/// Methods of WebDAV and the vendor's own are none that a browser sends.
fn method(criterion: &Feature) -> Option<&str> {
    match criterion.text("value") {
        "HTTP_DELETE" => Some("DELETE"),
        method @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "OPTIONS") => Some(method),
        _ => None,
    }
}

fn name(criterion: &Feature, option: &str) -> Option<String> {
    pattern(criterion.text(option), Wildcards::of(criterion, "matchWildcardName"))
}

/// Requests that have a part with one of the values, or with any.
fn parts(
    criterion: &Feature,
    operator: Operator,
    part: impl Fn(String) -> Part,
) -> Option<Condition> {
    if operator == Operator::Exists {
        return Some(Condition::of_parts(Parts::one_of([part("*".to_owned())])));
    }
    let wildcards = Wildcards::of(criterion, "matchWildcardValue");
    let case = case(criterion, "matchCaseSensitiveValue");
    let values = match criterion.list("values") {
        values if values.is_empty() => vec![criterion.text("value").to_owned()],
        values => values,
    };
    let parts =
        values.iter().map(|value| Some(part(format!("{case}{}", pattern(value, wildcards)?))));
    Some(Condition::of_parts(Parts::one_of(parts.collect::<Option<Vec<_>>>()?)))
}
