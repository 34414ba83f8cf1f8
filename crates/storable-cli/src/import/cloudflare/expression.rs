//! For which requests an expression holds.
//!
//! Fields: <https://developers.cloudflare.com/ruleset-engine/rules-language/fields/reference/>, functions:
//! `functions/` beside it (seen 2026-11-30). Requests count as made by https: what holds for one of
//! the schemes alone is taken to hold for https.

use super::super::decision::{Decisions, TooMany};
use super::super::pattern;
use super::super::request::{Condition, Part, Parts, Target, Truth};
use super::syntax::{self, Argument, Expression, Index, Literal, Operator, Value};

/// What an expression says, and what of it cannot be said of a request.
pub(super) struct Read {
    pub(super) condition: Condition,
    pub(super) untold: Vec<String>,
}

/// Reads an expression; where it cannot be read, it may hold for any request.
pub(super) fn read(text: &str) -> Read {
    let mut reader = Reader { untold: Vec::new() };
    let condition = match syntax::parse(text) {
        Ok(expression) => reader.condition(&expression).unwrap_or_else(|TooMany| {
            reader.untold.push(format!("`{text}` has too many cases to write them out"));
            Condition::is(Truth::Untold)
        }),
        Err(problem) => {
            reader.untold.push(format!("`{text}` cannot be read ({problem})"));
            Condition::is(Truth::Untold)
        }
    };
    Read { condition, untold: reader.untold }
}

struct Reader {
    untold: Vec<String>,
}

impl Reader {
    fn condition(&mut self, expression: &Expression) -> Result<Condition, TooMany> {
        Ok(match expression {
            Expression::Not(inner) => self.condition(inner)?.not(),
            Expression::And(one, other) => self.condition(one)?.and(&self.condition(other)?)?,
            Expression::Or(one, other) => self.condition(one)?.or(&self.condition(other)?)?,
            Expression::Xor(one, other) => {
                let (one, other) = (self.condition(one)?, self.condition(other)?);
                one.and(&other.not())?.or(&other.and(&one.not())?)?
            }
            Expression::Atom { value, compared, text } => match atom(value, compared.as_ref()) {
                Some(condition) => condition?,
                None => {
                    self.untold.push(format!("`{text}` cannot be told of a request"));
                    Condition::is(Truth::Untold)
                }
            },
        })
    }
}

/// What holds or not; `None` where that cannot be told.
fn atom(
    value: &Value,
    compared: Option<&(Operator, Vec<Literal>)>,
) -> Option<Result<Condition, TooMany>> {
    if let (Value::Call { function, arguments, .. }, None) = (value, compared) {
        match (function.as_str(), arguments.as_slice()) {
            ("any", [Argument::Expression(Expression::Atom { value, compared, .. })]) => {
                return match compared {
                    // One that is not empty: there is none where there is no value at all.
                    Some((Operator::NotEqual, literals)) => {
                        let empty = Literal::Text(String::new());
                        let some = || Source::of(value)?.matches(&["?*".to_owned()]);
                        (*literals == [empty]).then(some).flatten()
                    }
                    compared => atom(value, compared.as_ref()),
                };
            }
            ("starts_with" | "ends_with", [source, Argument::Literal(Literal::Text(text))]) => {
                let text = plain(text)?;
                let pattern = match function.as_str() {
                    "starts_with" => format!("{text}*"),
                    _ => format!("*{text}"),
                };
                return Source::of_argument(source)?.matches(&[pattern]);
            }
            ("has_key", [Argument::Expression(map), Argument::Literal(Literal::Text(key))]) => {
                let Expression::Atom { value: Value::Field { name, .. }, .. } = map else {
                    return None;
                };
                return Source::of_key(name, key)?.matches(&["*".to_owned()]);
            }
            _ => return None,
        }
    }
    match (value, compared) {
        (Value::Field { name, .. }, None) => match name.as_str() {
            "ssl" | "true" => Some(Ok(Condition::is(Truth::Yes))),
            "false" => Some(Ok(Condition::is(Truth::No))),
            _ => None,
        },
        (Value::Call { function, arguments, .. }, Some((operator, literals)))
            if function == "len" =>
        {
            let [source] = arguments.as_slice() else { return None };
            length(source, *operator, literals)
        }
        (value, Some((operator, literals))) => {
            let source = Source::of(value)?;
            let is_empty = |literal: &Literal| *literal == Literal::Text(String::new());
            if is_member(value) && literals.iter().any(is_empty) {
                // What a member that is not there compares as is not said.
                return None;
            }
            if *operator == Operator::NotEqual {
                return Some(source.compared(Operator::Equal, literals)?.map(|it| it.not()));
            }
            source.compared(*operator, literals)
        }
        (Value::Call { .. }, None) => None,
    }
}

/// Whether it is a member of a map, which a request may not have.
fn is_member(value: &Value) -> bool {
    match value {
        Value::Field { indices, .. } => !indices.is_empty(),
        Value::Call { arguments, .. } => arguments.iter().any(|argument| match argument {
            Argument::Expression(Expression::Atom { value, .. }) => is_member(value),
            _ => false,
        }),
    }
}

/// `len(...) gt 0` and the like: whether there is something.
fn length(
    source: &Argument,
    operator: Operator,
    literals: &[Literal],
) -> Option<Result<Condition, TooMany>> {
    let [Literal::Word(number)] = literals else { return None };
    let list = match source {
        Argument::Expression(Expression::Atom { value, .. }) => is_member(value),
        _ => false,
    };
    // The length of a text, or of a list of values, which may be empty.
    let some = if list { "*" } else { "?*" };
    let some = Source::of_argument(source)?.matches(&[some.to_owned()])?;
    match (operator, number.as_str()) {
        (Operator::NotEqual | Operator::Greater, "0") => Some(some),
        (Operator::Equal, "0") => Some(some.map(|some| some.not())),
        _ => None,
    }
}

/// Something of a request that a value is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Source {
    kind: Kind,
    /// It is compared in lower case.
    lower: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Path,
    Extension,
    Host,
    Method,
    /// The path with the query.
    Uri,
    /// The same with scheme and host.
    FullUri,
    Query,
    /// One parameter of the query, the names of all.
    Argument(String),
    ArgumentNames,
    /// A field, the names of all.
    Field(String),
    FieldNames,
    Cookie(String),
    CookieNames,
}

impl Source {
    fn of_argument(argument: &Argument) -> Option<Self> {
        match argument {
            Argument::Expression(Expression::Atom { value, compared: None, .. }) => Self::of(value),
            _ => None,
        }
    }

    fn of(value: &Value) -> Option<Self> {
        let plain = |kind| Some(Self { kind, lower: false });
        match value {
            Value::Call { function, arguments, .. } => {
                let [argument] = arguments.as_slice() else { return None };
                let source = Self::of_argument(argument)?;
                (function == "lower").then_some(Self { lower: true, ..source })
            }
            Value::Field { name, indices } => match (name.as_str(), indices.as_slice()) {
                ("http.request.uri.path" | "raw.http.request.uri.path", []) => plain(Kind::Path),
                ("http.request.uri.path.extension", []) => plain(Kind::Extension),
                ("http.host", []) => plain(Kind::Host),
                ("http.request.method", []) => plain(Kind::Method),
                ("http.request.uri" | "raw.http.request.uri", []) => plain(Kind::Uri),
                ("http.request.full_uri" | "raw.http.request.full_uri", []) => plain(Kind::FullUri),
                ("http.request.uri.query" | "raw.http.request.uri.query", []) => plain(Kind::Query),
                ("http.cookie", []) => plain(Kind::Field("cookie".to_owned())),
                ("http.user_agent", []) => plain(Kind::Field("user-agent".to_owned())),
                ("http.referer", []) => plain(Kind::Field("referer".to_owned())),
                ("http.x_forwarded_for", []) => plain(Kind::Field("x-forwarded-for".to_owned())),
                ("http.request.headers.names", [Index::Every]) => plain(Kind::FieldNames),
                ("http.request.cookies.names", [Index::Every]) => plain(Kind::CookieNames),
                ("http.request.uri.args.names", [Index::Every]) => plain(Kind::ArgumentNames),
                (name, [Index::Key(key), ..]) => Self::of_key(name, key),
                _ => None,
            },
        }
    }

    /// A member of a map.
    fn of_key(map: &str, key: &str) -> Option<Self> {
        let kind = match map {
            "http.request.headers" => Kind::Field(key.to_ascii_lowercase()),
            "http.request.cookies" => Kind::Cookie(plain(key)?),
            "http.request.uri.args" => Kind::Argument(plain(key)?),
            _ => return None,
        };
        Some(Self { kind, lower: false })
    }

    /// The comparison with some values.
    fn compared(
        &self,
        operator: Operator,
        literals: &[Literal],
    ) -> Option<Result<Condition, TooMany>> {
        let texts = literals.iter().map(|literal| match literal {
            Literal::Text(text) => Some(text.as_str()),
            Literal::Word(_) => None,
        });
        let texts: Vec<&str> = texts.collect::<Option<_>>()?;
        let patterns: Option<Vec<String>> = match operator {
            Operator::Equal if texts == [""] => {
                return Some(self.matches(&["?*".to_owned()])?.map(|some| some.not()));
            }
            Operator::Equal | Operator::In => texts.iter().map(|text| plain(text)).collect(),
            Operator::Contains => {
                texts.iter().map(|text| plain(text).map(|text| format!("*{text}*"))).collect()
            }
            Operator::Matches => {
                let [regex] = texts.as_slice() else { return None };
                match regex.strip_prefix("(?i)") {
                    Some(regex) => pattern::of_regex(regex, true),
                    None => pattern::of_regex(regex, false),
                }
            }
            Operator::Wildcard => {
                let wildcards = texts.iter().map(|text| wildcard(text));
                wildcards.map(|text| text.map(|text| format!("(?i){text}"))).collect()
            }
            Operator::StrictWildcard => texts.iter().map(|text| wildcard(text)).collect(),
            Operator::NotEqual | Operator::Greater | Operator::Other => None,
        };
        self.matches(&patterns?)
    }

    /// The requests in which the source matches one of some patterns.
    fn matches(&self, patterns: &[String]) -> Option<Result<Condition, TooMany>> {
        let cased: Vec<String> = match self.lower {
            // In lower case nothing has a capital.
            true => {
                let possible = patterns.iter().filter(|it| !it.contains(char::is_uppercase));
                possible.map(|pattern| format!("(?i){}", pattern.replace("(?i)", ""))).collect()
            }
            false => patterns.to_vec(),
        };
        if cased.is_empty() {
            return Some(Ok(Condition::is(Truth::No)));
        }
        let targets = |target| Some(Ok(Condition::of_target(target)));
        let parts = |part: &dyn Fn(&String) -> Part| {
            Some(Ok(Condition::of_parts(Parts::one_of(cased.iter().map(part)))))
        };
        match &self.kind {
            Kind::Path => targets(Target::paths(&cased)),
            Kind::Host => targets(Target::hosts(&cased)),
            Kind::Method => targets(Target::methods(&cased)),
            Kind::Extension => Some(extension(&cased)),
            Kind::Uri => Some(uri(&Target::default(), &cased)),
            Kind::FullUri => Some(full_uri(&cased)),
            Kind::Query if cased == ["?*"] => parts(&|_| Part::Query("*".to_owned())),
            Kind::Query => parts(&|pattern| Part::Target(format!("*?{pattern}"))).filter(|_| {
                // A question mark in a pattern is any byte: it cannot say where the query begins.
                cased.iter().all(|pattern| pattern.starts_with('*'))
            }),
            Kind::Argument(name) => parts(&|pattern| Part::Query(format!("{name}={pattern}"))),
            Kind::ArgumentNames => parts(&|pattern| Part::Query(pattern.clone())),
            Kind::Field(name) => parts(&|pattern| Part::Field(format!("{name}: {pattern}"))),
            // Names of fields are compared whole.
            Kind::FieldNames if cased.iter().any(|name| name.contains(['*', '?', '<'])) => None,
            Kind::FieldNames => parts(&|pattern| Part::Field(pattern.to_ascii_lowercase())),
            Kind::Cookie(name) => parts(&|pattern| Part::Cookie(format!("{name}={pattern}"))),
            Kind::CookieNames => parts(&|pattern| Part::Cookie(pattern.clone())),
        }
    }
}

/// A text as a pattern that stands for it alone, which `*` and `?` have none.
fn plain(text: &str) -> Option<String> {
    (!text.contains(['*', '?', '<'])).then(|| text.to_owned())
}

/// A wildcard as a pattern: `*` is any text, `\*` a star, `\\` a backslash.
fn wildcard(text: &str) -> Option<String> {
    (!text.contains(['?', '<', '\\'])).then(|| text.to_owned())
}

/// The extension of a path, in lower case and without its dot.
fn extension(patterns: &[String]) -> Result<Condition, TooMany> {
    let mut condition = Condition::is(Truth::No);
    for pattern in patterns {
        let pattern = pattern.trim_start_matches("(?i)");
        let one = match pattern {
            // Some extension: a dot behind the last slash.
            "*" | "?*" => Decisions {
                cases: vec![
                    (Target::paths(["*.*/*"]), Decisions::always(Truth::Untold)),
                    (Target::paths(["*.?*"]), Decisions::always(Truth::Yes)),
                ],
                rest: Decisions::always(Truth::No),
            },
            _ if pattern.contains('*') => Condition::is(Truth::Untold),
            _ => Condition::of_target(Target::paths([format!("(?i)*.{pattern}")])),
        };
        condition = condition.or(&one)?;
    }
    Ok(condition)
}

/// Paths with their query, under a host. Where a pattern ends in a star, the path alone may match; a
/// query that matches where the path does not is told by the whole.
pub(super) fn uri(host: &Target, patterns: &[String]) -> Result<Condition, TooMany> {
    let mut condition = Condition::is(Truth::No);
    for pattern in patterns {
        let is_prefix = pattern.strip_suffix('*').is_some_and(|begin| {
            let begin = begin.trim_start_matches("(?i)");
            begin.starts_with('/') && !begin.contains('*')
        });
        let whole = || Parts::one_of([Part::Target(pattern.clone())]);
        let in_path = match pattern.ends_with('*') {
            true => Decisions::always(Truth::Yes),
            false => Decisions {
                cases: vec![
                    (whole(), Truth::Yes),
                    (Parts::one_of([Part::Query("*".to_owned())]), Truth::No),
                ],
                rest: Truth::Yes,
            },
        };
        let elsewhere = match is_prefix {
            true => Decisions::always(Truth::No),
            false => Decisions::either(whole(), Truth::Yes, Truth::No),
        };
        let one = Decisions::either(Target::paths([pattern]), in_path, elsewhere);
        condition = condition.or(&one)?;
    }
    condition.and(&Condition::of_target(host.clone()))
}

/// Whole addresses: scheme, host, path, query.
pub(super) fn full_uri(patterns: &[String]) -> Result<Condition, TooMany> {
    let mut condition = Condition::is(Truth::No);
    for pattern in patterns {
        let (case, text) = match pattern.strip_prefix("(?i)") {
            Some(text) => ("(?i)", text),
            None => ("", pattern.as_str()),
        };
        let anywhere = || uri(&Target::default(), &[format!("{case}{text}")]);
        let one = if text.starts_with("*/") && !text.starts_with("*//") {
            anywhere()?
        } else if text.starts_with('*') && !text.contains('/') {
            anywhere()?.or(&Condition::of_target(Target::hosts([text])))?
        } else {
            let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = match host {
                "" | "*" => Target::default(),
                host => Target::hosts([host]),
            };
            let path = match path {
                "" if rest.ends_with('*') => "*",
                "" => "/",
                path => path,
            };
            uri(&host, &[format!("{case}{path}")])?
        };
        condition = condition.or(&one)?;
    }
    Ok(condition)
}
