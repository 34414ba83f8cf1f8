//! What variables hold: parts of the request, and what `map`, `set` and `if` make of them.

use std::collections::HashMap;

use super::condition::{Condition, Matcher, Part};
use super::syntax::Directive;

/// What a variable or a word holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Text(String),
    Part(Part),
    /// What the first case says that holds, else the last.
    Cases(Vec<(Condition, Self)>, Box<Self>),
    /// One behind the other.
    Joined(Vec<Self>),
    Untold,
}

impl Held {
    /// For which requests it counts as set: neither empty nor `0`.
    pub(super) fn is_set(&self) -> Condition {
        match self {
            Self::Text(text) if matches!(text.as_str(), "" | "0") => Condition::Never,
            Self::Text(_) => Condition::Always,
            Self::Part(part) => part.is_set(),
            Self::Cases(cases, otherwise) => in_turn(cases, otherwise, Self::is_set),
            Self::Joined(pieces) => {
                let zeros: Vec<_> = pieces.iter().map(|piece| piece.is(&ZERO)).collect();
                let two = zeros.iter().enumerate().flat_map(|(at, one)| {
                    let rest = zeros.iter().skip(at.saturating_add(1));
                    rest.map(move |other| Condition::all([one.clone(), other.clone()]))
                });
                Condition::any(pieces.iter().map(Self::is_set).chain(two))
            }
            Self::Untold => Condition::Untold,
        }
    }

    /// For which requests it matches.
    pub(super) fn is(&self, matcher: &Matcher) -> Condition {
        match self {
            Self::Text(text) => matcher.of_text(text),
            Self::Part(part) => matcher.of_part(part),
            Self::Cases(cases, otherwise) => in_turn(cases, otherwise, |held| held.is(matcher)),
            Self::Joined(_) | Self::Untold => Condition::Untold,
        }
    }
}

static ZERO: std::sync::LazyLock<Matcher> =
    std::sync::LazyLock::new(|| Matcher::Text("0".to_owned()));

/// Cases one after the other: each holds where none before it does.
fn in_turn(
    cases: &[(Condition, Held)],
    otherwise: &Held,
    of: impl Fn(&Held) -> Condition,
) -> Condition {
    cases.iter().rev().fold(of(otherwise), |rest, (when, held)| match of(held) {
        Condition::Always => Condition::any([when.clone(), rest]),
        Condition::Never => Condition::all([when.clone().not(), rest]),
        then => {
            let then = Condition::all([when.clone(), then]);
            Condition::any([then, Condition::all([when.clone().not(), rest])])
        }
    })
}

/// What `if` of a server or a location do, beside setting variables.
#[derive(Clone, Debug)]
pub(super) struct Branches<'a> {
    /// For which requests one ends in `return`.
    pub(super) returned: Condition,
    /// Those that pass requests on elsewhere, in the order of decision.
    pub(super) passes: Vec<(Condition, &'a Directive)>,
}

/// What the variables of a configuration stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables<'a> {
    maps: HashMap<&'a str, &'a Directive>,
    set: HashMap<String, Held>,
}

impl<'a> Variables<'a> {
    /// The `map` blocks of `http`.
    pub(super) fn of_maps(http: &'a [Directive]) -> Self {
        let maps = http.iter().filter(|directive| directive.name == "map");
        let named = maps.filter_map(|map| Some((map.words.get(1)?.strip_prefix('$')?, map)));
        Self { maps: named.collect(), set: HashMap::new() }
    }

    /// Goes through `set` and `if` of a server or a location, in their order.
    pub(super) fn run(&mut self, block: &'a [Directive]) -> Branches<'a> {
        let mut branches = Branches { returned: Condition::Never, passes: Vec::new() };
        for directive in block {
            match (directive.name.as_str(), directive.words.as_slice()) {
                ("set", [name, value]) => {
                    let held = self.word(value);
                    self.set.insert(name.trim_start_matches('$').to_owned(), held);
                }
                ("if", words) => {
                    let condition = self.condition(words);
                    if directive.block.iter().any(|inner| inner.name.ends_with("_pass")) {
                        // The last that holds counts.
                        branches.passes.insert(0, (condition.clone(), directive));
                    }
                    for inner in &directive.block {
                        match (inner.name.as_str(), inner.words.as_slice()) {
                            ("set", [name, value]) => self.set_where(&condition, name, value),
                            ("return", _) => {
                                let all = [branches.returned, condition.clone()];
                                branches.returned = Condition::any(all);
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        branches
    }

    fn set_where(&mut self, condition: &Condition, name: &str, value: &str) {
        let name = name.trim_start_matches('$').to_owned();
        let held = self.word(value);
        let before = self.set.remove(&name).unwrap_or_else(|| Held::Text(String::new()));
        let (mut cases, otherwise) = match before {
            Held::Cases(cases, otherwise) => (cases, otherwise),
            before => (Vec::new(), Box::new(before)),
        };
        cases.insert(0, (condition.clone(), held));
        self.set.insert(name, Held::Cases(cases, otherwise));
    }

    /// What a word holds, with the variables in it.
    pub(super) fn word(&self, word: &str) -> Held {
        let mut pieces: Vec<Held> = pieces(word)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => Held::Text(text.to_owned()),
                Piece::Variable(name) => self.variable(name),
            })
            .collect();
        match pieces.len() {
            0 => Held::Text(String::new()),
            1 => pieces.remove(0),
            _ => Held::Joined(pieces),
        }
    }

    pub(super) fn variable(&self, name: &str) -> Held {
        if let Some(held) = self.set.get(name) {
            return held.clone();
        }
        if let Some(map) = self.maps.get(name) {
            return self.mapped(map);
        }
        Part::of(name).map_or(Held::Untold, Held::Part)
    }

    /// A `map`: whole values go before expressions, and these are tried in their order.
    fn mapped(&self, map: &Directive) -> Held {
        let source = self.word(map.words.first().map_or("", String::as_str));
        let (mut whole, mut expressions) = (Vec::new(), Vec::new());
        let mut otherwise = Held::Text(String::new());
        for entry in &map.block {
            let value = self.word(entry.words.first().map_or("", String::as_str));
            let regex = |expression: &str, any_case| {
                (source.is(&Matcher::regex(expression, any_case)), value.clone())
            };
            match entry.name.as_str() {
                "default" => otherwise = value,
                "volatile" => {}
                "hostnames" | "include" => return Held::Untold,
                key => match (key.strip_prefix("~*"), key.strip_prefix('~')) {
                    (Some(expression), _) => expressions.push(regex(expression, true)),
                    (None, Some(expression)) => expressions.push(regex(expression, false)),
                    // A backslash keeps a special word from being one.
                    (None, None) => {
                        let key = key.strip_prefix('\\').unwrap_or(key).to_owned();
                        whole.push((source.is(&Matcher::TextInAnyCase(key)), value));
                    }
                },
            }
        }
        whole.append(&mut expressions);
        Held::Cases(whole, Box::new(otherwise))
    }

    /// The condition of an `if`, its parentheses still about it.
    fn condition(&self, words: &[String]) -> Condition {
        let text = words.join(" ");
        let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
        let inner = inner.unwrap_or(&text).trim();
        let mut parts = inner.splitn(3, ' ');
        let (left, operator) = (parts.next().unwrap_or_default(), parts.next());
        let right = parts.next().unwrap_or_default();
        let held = self.word(left);
        match operator {
            None => held.is_set(),
            Some("=") => held.is(&Matcher::Text(right.to_owned())),
            Some("!=") => held.is(&Matcher::Text(right.to_owned())).not(),
            Some("~") => held.is(&Matcher::regex(right, false)),
            Some("~*") => held.is(&Matcher::regex(right, true)),
            Some("!~") => held.is(&Matcher::regex(right, false)).not(),
            Some("!~*") => held.is(&Matcher::regex(right, true)).not(),
            Some(_) => Condition::Untold,
        }
    }
}

/// A piece of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Variable(&'a str),
}

/// A word, cut where variables begin and end.
pub(super) fn pieces(word: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = word;
    while let Some(at) = rest.find('$') {
        let (text, behind) = rest.split_at(at);
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        let behind = behind.strip_prefix('$').unwrap_or(behind);
        let (name, after) = match behind.strip_prefix('{') {
            Some(inner) => inner.split_once('}').unwrap_or((inner, "")),
            None => {
                let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
                let end = behind.find(|char| !is_name(char)).unwrap_or(behind.len());
                behind.split_at(end)
            }
        };
        pieces.push(Piece::Variable(name));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_where_variables_begin_and_end() {
        assert_eq!(
            pieces("a$scheme${host}-$uri?x"),
            [
                Piece::Text("a"),
                Piece::Variable("scheme"),
                Piece::Variable("host"),
                Piece::Text("-"),
                Piece::Variable("uri"),
                Piece::Text("?x"),
            ]
        );
        assert_eq!(pieces(""), []);
    }
}
