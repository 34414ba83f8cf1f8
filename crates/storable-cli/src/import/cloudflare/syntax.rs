//! The Rules language: words, strings, comparisons, `not`, `and`, `xor` and `or`.
//!
//! <https://developers.cloudflare.com/ruleset-engine/rules-language/operators/> (seen 2026-11-30):
//! `not` binds closest, then `and`, `xor`, `or`; values of strings are quoted, or raw as `r"..."` and
//! `r#"..."#`.

/// An expression, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    Not(Box<Expression>),
    And(Box<Expression>, Box<Expression>),
    Xor(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    /// Something that holds or not: a comparison, or a value alone.
    Atom {
        value: Value,
        compared: Option<(Operator, Vec<Literal>)>,
        /// How it is written.
        text: String,
    },
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A field, and what is taken out of it: `http.request.headers["x"][0]`.
    Field { name: String, indices: Vec<Index> },
    /// A function of something.
    Call { function: String, arguments: Vec<Argument>, indices: Vec<Index> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Index {
    Key(String),
    Number,
    Every,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    Literal(Literal),
    /// A value, or a comparison.
    Expression(Expression),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    Text(String),
    /// A number, an address, a list's name.
    Word(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    In,
    Contains,
    Matches,
    Wildcard,
    StrictWildcard,
    Greater,
    /// `lt`, `le`, `ge`, `bitwise_and`.
    Other,
}

/// Expressions in expressions go no deeper.
const DEEPEST: usize = 100;

/// Reads a whole expression; the error tells the column.
pub(super) fn parse(text: &str) -> Result<Expression, String> {
    let mut reader = Reader { text, tokens: tokens(text)?, at: 0, depth: 0 };
    let expression = reader.or()?;
    match reader.peek() {
        None => Ok(expression),
        Some(_) => Err(reader.problem("the expression goes on")),
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Text(String),
    Word(String),
    Sign(&'static str),
}

/// A token with where it begins and ends.
type Placed = (Token, usize, usize);

const SIGNS: &[&str] = &[
    "==", "!=", "<=", ">=", "&&", "||", "^^", "<", ">", "!", "~", "&", "(", ")", "[", "]", "{",
    "}", ",", "*",
];

fn tokens(text: &str) -> Result<Vec<Placed>, String> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let blanks = rest.len().saturating_sub(rest.trim_start().len());
        if blanks > 0 {
            at = at.saturating_add(blanks);
            continue;
        }
        let (token, length) = token(rest).ok_or_else(|| {
            format!("column {}: `{}` cannot be read", at.saturating_add(1), first(rest))
        })?;
        let end = at.saturating_add(length);
        tokens.push((token, at, end));
        at = end;
    }
    Ok(tokens)
}

/// The first few characters of what is left.
fn first(rest: &str) -> String {
    rest.chars().take(12).collect()
}

/// The first token of a text, and its length.
fn token(rest: &str) -> Option<(Token, usize)> {
    if let Some(inner) = rest.strip_prefix('"') {
        let (text, length) = quoted(inner)?;
        return Some((Token::Text(text), length.checked_add(1)?));
    }
    if let Some(raw) = rest.strip_prefix('r').and_then(raw) {
        let (text, length) = raw;
        return Some((Token::Text(text.to_owned()), length.checked_add(1)?));
    }
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        return Some((Token::Sign(sign), sign.len()));
    }
    let is_of_word = |char: char| char.is_ascii_alphanumeric() || "._$:/-".contains(char);
    let length = rest.find(|char| !is_of_word(char)).unwrap_or(rest.len());
    let word = rest.get(..length).filter(|word| !word.is_empty())?;
    Some((Token::Word(word.to_owned()), length))
}

/// A text up to its quote, and how long it is with it.
fn quoted(inner: &str) -> Option<(String, usize)> {
    let mut bytes = Vec::new();
    let mut chars = inner.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((String::from_utf8(bytes).ok()?, at.checked_add(1)?)),
            '\\' => match chars.next()?.1 {
                'x' => {
                    let digits = [chars.next()?.1, chars.next()?.1].iter().collect::<String>();
                    bytes.push(u8::from_str_radix(&digits, 16).ok()?);
                }
                // What is no escape stays for the pattern that the text is.
                char @ ('"' | '\\') => bytes.extend(char.to_string().bytes()),
                char => bytes.extend(format!("\\{char}").bytes()),
            },
            char => bytes.extend(char.to_string().bytes()),
        }
    }
    None
}

/// A raw text behind its `r`, and how long it is.
fn raw(rest: &str) -> Option<(&str, usize)> {
    let hashes = rest.len().checked_sub(rest.trim_start_matches('#').len())?;
    let inner = rest.get(hashes..)?.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let text = inner.split_once(&end)?.0;
    let length = hashes.checked_add(1)?.checked_add(text.len())?.checked_add(end.len())?;
    Some((text, length))
}

struct Reader<'t> {
    text: &'t str,
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, ..)| token)
    }

    fn take(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.at = self.at.saturating_add(1);
        token
    }

    fn takes(&mut self, words: &[&str]) -> bool {
        let found = match self.peek() {
            Some(Token::Word(word)) => words.contains(&word.to_ascii_lowercase().as_str()),
            Some(Token::Sign(sign)) => words.contains(sign),
            _ => false,
        };
        self.at = self.at.saturating_add(usize::from(found));
        found
    }

    fn needs(&mut self, sign: &str) -> Result<(), String> {
        match self.takes(&[sign]) {
            true => Ok(()),
            false => Err(self.problem(&format!("`{sign}` is missing"))),
        }
    }

    fn problem(&self, says: &str) -> String {
        let at = self.tokens.get(self.at).map_or(self.text.len(), |(_, at, _)| *at);
        format!("column {}: {says}", at.saturating_add(1))
    }

    fn or(&mut self) -> Result<Expression, String> {
        let mut left = self.xor()?;
        while self.takes(&["or", "||"]) {
            left = Expression::Or(Box::new(left), Box::new(self.xor()?));
        }
        Ok(left)
    }

    fn xor(&mut self) -> Result<Expression, String> {
        let mut left = self.and()?;
        while self.takes(&["xor", "^^"]) {
            left = Expression::Xor(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expression, String> {
        let mut left = self.not()?;
        while self.takes(&["and", "&&"]) {
            left = Expression::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Expression, String> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEEPEST {
            return Err(self.problem("the expression is nested too deep"));
        }
        let inner = if self.takes(&["not", "!"]) {
            Expression::Not(Box::new(self.not()?))
        } else if self.takes(&["("]) {
            let inner = self.or()?;
            self.needs(")")?;
            inner
        } else {
            self.atom()?
        };
        self.depth = self.depth.saturating_sub(1);
        Ok(inner)
    }

    fn atom(&mut self) -> Result<Expression, String> {
        let begin = self.at;
        let value = self.value()?;
        let compared = match self.operator()? {
            Some(operator) => Some((operator, self.literals()?)),
            None => None,
        };
        let start = self.tokens.get(begin).map_or(0, |(_, at, _)| *at);
        let end = self.at.checked_sub(1).and_then(|last| self.tokens.get(last));
        let end = end.map_or(self.text.len(), |(.., end)| *end);
        let text = self.text.get(start..end).unwrap_or_default().to_owned();
        Ok(Expression::Atom { value, compared, text })
    }

    fn value(&mut self) -> Result<Value, String> {
        let Some(Token::Word(name)) = self.peek().cloned() else {
            return Err(self.problem("a field or a function is missing"));
        };
        self.take();
        let mut arguments = None;
        if self.takes(&["("]) {
            let mut all = Vec::new();
            while !self.takes(&[")"]) {
                all.push(self.argument()?);
                self.takes(&[","]);
            }
            arguments = Some(all);
        }
        let mut indices = Vec::new();
        while self.takes(&["["]) {
            indices.push(match self.take() {
                Some(Token::Text(key)) => Index::Key(key),
                Some(Token::Sign("*")) => Index::Every,
                Some(Token::Word(_)) => Index::Number,
                _ => return Err(self.problem("an index is missing")),
            });
            self.needs("]")?;
        }
        Ok(match arguments {
            Some(arguments) => Value::Call { function: name, arguments, indices },
            None => Value::Field { name, indices },
        })
    }

    fn argument(&mut self) -> Result<Argument, String> {
        match self.peek() {
            Some(Token::Text(_)) => self.literal().map(Argument::Literal),
            Some(Token::Word(word)) if word.starts_with(|char: char| char.is_ascii_digit()) => {
                self.literal().map(Argument::Literal)
            }
            _ => self.or().map(Argument::Expression),
        }
    }

    fn operator(&mut self) -> Result<Option<Operator>, String> {
        Ok(Some(if self.takes(&["eq", "=="]) {
            Operator::Equal
        } else if self.takes(&["ne", "!="]) {
            Operator::NotEqual
        } else if self.takes(&["in"]) {
            Operator::In
        } else if self.takes(&["contains"]) {
            Operator::Contains
        } else if self.takes(&["matches", "~"]) {
            Operator::Matches
        } else if self.takes(&["wildcard"]) {
            Operator::Wildcard
        } else if self.takes(&["strict"]) {
            if !self.takes(&["wildcard"]) {
                return Err(self.problem("`wildcard` is missing"));
            }
            Operator::StrictWildcard
        } else if self.takes(&["gt", ">"]) {
            Operator::Greater
        } else if self.takes(&["lt", "<", "le", "<=", "ge", ">=", "bitwise_and", "&"]) {
            Operator::Other
        } else {
            return Ok(None);
        }))
    }

    /// What stands right of an operator: one value, or some in braces.
    fn literals(&mut self) -> Result<Vec<Literal>, String> {
        if !self.takes(&["{"]) {
            return Ok(vec![self.literal()?]);
        }
        let mut all = Vec::new();
        while !self.takes(&["}"]) {
            all.push(self.literal()?);
            self.takes(&[","]);
        }
        Ok(all)
    }

    fn literal(&mut self) -> Result<Literal, String> {
        match self.peek().cloned() {
            Some(Token::Text(text)) => {
                self.take();
                Ok(Literal::Text(text))
            }
            Some(Token::Word(word)) => {
                self.take();
                Ok(Literal::Word(word))
            }
            _ => Err(self.problem("a value is missing")),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// An expression with all its parentheses.
    fn shown(expression: &Expression) -> String {
        let both = |one: &Expression, word: &str, other: &Expression| {
            format!("({} {word} {})", shown(one), shown(other))
        };
        match expression {
            Expression::Not(inner) => format!("!{}", shown(inner)),
            Expression::And(one, other) => both(one, "and", other),
            Expression::Xor(one, other) => both(one, "xor", other),
            Expression::Or(one, other) => both(one, "or", other),
            Expression::Atom { text, .. } => text.clone(),
        }
    }

    #[test]
    fn precedence_and_words() {
        for (text, expected) in [
            ("a or b and not c", "(a or (b and !c))"),
            ("a || b ^^ c && !d", "(a or (b xor (c and !d)))"),
            ("(a or b) and c eq \"x\\\"y\"", "((a or b) and c eq \"x\\\"y\")"),
            ("a in {\"x\" \"y\"} or b", "(a in {\"x\" \"y\"} or b)"),
            (
                "any(a[*] contains \"x\") and b[\"k\"][0] ne \"\"",
                "(any(a[*] contains \"x\") and b[\"k\"][0] ne \"\")",
            ),
            ("a strict wildcard r#\"/*\"#", "a strict wildcard r#\"/*\"#"),
            ("ip.src in {192.0.2.0/24 2001:db8::/32}", "ip.src in {192.0.2.0/24 2001:db8::/32}"),
        ] {
            assert_eq!(shown(&parse(text).unwrap()), expected);
        }
    }

    #[test]
    fn what_is_broken() {
        for (text, error) in [
            ("", "column 1: a field or a function is missing"),
            ("a eq", "column 5: a value is missing"),
            ("a eq \"x", "column 6: `\"x` cannot be read"),
            ("(a or b", "column 8: `)` is missing"),
            ("a b", "column 3: the expression goes on"),
            ("a strict \"x\"", "column 10: `wildcard` is missing"),
        ] {
            assert_eq!(parse(text).unwrap_err(), error, "{text}");
        }
        assert!(parse(&"(".repeat(10_000)).unwrap_err().ends_with("nested too deep"));
    }
}
