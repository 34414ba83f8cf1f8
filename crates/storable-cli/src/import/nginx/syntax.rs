//! The syntax of nginx configurations: words, strings, blocks, includes (`ngx_conf_read_token`).

use std::path::{Path, PathBuf};

/// A directive with its words, and its block where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directive {
    pub(crate) name: String,
    pub(crate) words: Vec<String>,
    pub(crate) block: Vec<Directive>,
    pub(crate) place: String,
}

/// Reads a file and what it includes; paths are relative to the folder of the first.
pub(super) fn read(path: &Path) -> Result<Vec<Directive>, String> {
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    read_file(path, &folder, 0)
}

/// Includes may not go round in circles.
const DEEPEST: usize = 16;

fn read_file(path: &Path, folder: &Path, depth: usize) -> Result<Vec<Directive>, String> {
    let named = |problem: String| format!("{}: {problem}", path.display());
    if depth > DEEPEST {
        return Err(named("includes go deeper than 16 files".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
    let directives = parse(&text, &path.display().to_string())?;
    included(directives, folder, depth)
}

/// Puts the files of `include` in its place.
fn included(list: Vec<Directive>, folder: &Path, depth: usize) -> Result<Vec<Directive>, String> {
    let mut all = Vec::new();
    for mut directive in list {
        if directive.name == "include" {
            let pattern = directive.words.first().map_or("", String::as_str);
            for path in files(&folder.join(pattern)) {
                all.extend(read_file(&path, folder, depth.saturating_add(1))?);
            }
        } else {
            directive.block = included(directive.block, folder, depth)?;
            all.push(directive);
        }
    }
    Ok(all)
}

/// The files that a path with `*` in its last part names.
fn files(path: &Path) -> Vec<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let Some((before, behind)) = name.split_once('*') else { return vec![path.to_owned()] };
    let entries = path.parent().and_then(|folder| std::fs::read_dir(folder).ok());
    let mut found: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.len() >= before.len().saturating_add(behind.len())
                && name.starts_with(before)
                && name.ends_with(behind)
        })
        .collect();
    found.sort();
    found
}

/// Cuts a text into directives.
pub(crate) fn parse(text: &str, name: &str) -> Result<Vec<Directive>, String> {
    let mut words = Words { rest: text.chars().peekable(), line: 1, name };
    block(&mut words, 0)
}

struct Words<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
    name: &'a str,
}

enum Token {
    Word(String),
    End,
    Open,
    Close,
    Nothing,
}

impl Words<'_> {
    fn place(&self) -> String {
        format!("{}:{}", self.name, self.line)
    }

    fn take(&mut self) -> Option<char> {
        let taken = self.rest.next();
        self.line = self.line.saturating_add(usize::from(taken == Some('\n')));
        taken
    }

    fn token(&mut self) -> Result<Token, String> {
        loop {
            match self.rest.peek() {
                None => return Ok(Token::Nothing),
                Some(space) if space.is_ascii_whitespace() => {
                    self.take();
                }
                Some('#') => while !matches!(self.take(), None | Some('\n')) {},
                Some(';') => return Ok(self.mark(Token::End)),
                Some('{') => return Ok(self.mark(Token::Open)),
                Some('}') => return Ok(self.mark(Token::Close)),
                Some(&quote @ ('"' | '\'')) => return self.quoted(quote),
                Some(_) => return Ok(Token::Word(self.word())),
            }
        }
    }

    fn mark(&mut self, token: Token) -> Token {
        self.take();
        token
    }

    fn quoted(&mut self, quote: char) -> Result<Token, String> {
        let place = self.place();
        self.take();
        let mut word = String::new();
        loop {
            match self.take() {
                None => return Err(format!("{place}: a quoted text has no end")),
                Some('\\') => word.extend(self.escaped()),
                Some(char) if char == quote => return Ok(Token::Word(word)),
                Some(char) => word.push(char),
            }
        }
    }

    /// Behind a backslash: quotes, blanks and backslashes lose it, others keep it.
    fn escaped(&mut self) -> Vec<char> {
        match self.take() {
            Some(char @ ('"' | '\'' | '\\')) => vec![char],
            Some('t') => vec!['\t'],
            Some('r') => vec!['\r'],
            Some('n') => vec!['\n'],
            Some(char) => vec!['\\', char],
            None => vec!['\\'],
        }
    }

    /// Up to a blank, `;` or `{`; a `{` behind a `$` belongs to the word.
    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(&char) = self.rest.peek() {
            if char == '\\' {
                self.take();
                word.extend(self.escaped());
            } else if char == '{' && word.ends_with('$') {
                while let Some(inner) = self.take() {
                    word.push(inner);
                    if inner == '}' {
                        break;
                    }
                }
            } else if char.is_ascii_whitespace() || char == ';' || char == '{' {
                break;
            } else {
                word.push(char);
                self.take();
            }
        }
        word
    }
}

/// More blocks in each other than any configuration has.
const MOST_BLOCKS: usize = 64;

/// The directives up to the end of a block, of so many around them.
fn block(words: &mut Words<'_>, depth: usize) -> Result<Vec<Directive>, String> {
    if depth > MOST_BLOCKS {
        let place = words.place();
        return Err(format!("{place}: more than {MOST_BLOCKS} blocks stand in each other"));
    }
    let mut all = Vec::new();
    let mut own: Vec<String> = Vec::new();
    let mut place = words.place();
    loop {
        let token = words.token()?;
        if own.is_empty() {
            place = words.place();
        }
        match token {
            Token::Word(word) => own.push(word),
            Token::End | Token::Open => {
                let mut taken = std::mem::take(&mut own).into_iter();
                let Some(name) = taken.next() else {
                    return Err(format!("{place}: a directive has no name"));
                };
                let words_of = taken.collect();
                let inside = match token {
                    Token::Open => block(words, depth.saturating_add(1))?,
                    _ => Vec::new(),
                };
                all.push(Directive { name, words: words_of, block: inside, place: place.clone() });
            }
            Token::Close | Token::Nothing if !own.is_empty() => {
                return Err(format!("{place}: `{}` has no `;`", own.join(" ")));
            }
            Token::Close if depth > 0 => return Ok(all),
            Token::Nothing if depth == 0 => return Ok(all),
            Token::Close => return Err(format!("{place}: a `}}` closes nothing")),
            Token::Nothing => return Err(format!("{place}: a block has no `}}`")),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn words_and_blocks() {
        let text =
            "a b \"c d\"; # no\nmap $x $y {\n default 0;\n ~*^/a 'x;y';\n}\nk \"${z}b\" $q${r}s;";
        let read = parse(text, "f").unwrap();
        let plain: Vec<_> = read.iter().map(|it| (it.name.as_str(), it.words.join("|"))).collect();
        assert_eq!(plain[0], ("a", "b|c d".to_owned()));
        assert_eq!(plain[1], ("map", "$x|$y".to_owned()));
        assert_eq!(plain[2], ("k", "${z}b|$q${r}s".to_owned()));
        assert_eq!(read[2].place, "f:6");
    }

    #[test]
    fn what_is_broken() {
        for (text, error) in [
            ("a b", "f:1: `a b` has no `;`"),
            ("a {", "f:1: a block has no `}`"),
            ("a;\n}", "f:2: a `}` closes nothing"),
            (&"a {".repeat(100_000), "f:1: more than 64 blocks stand in each other"),
            ("a \"b", "f:1: a quoted text has no end"),
        ] {
            assert_eq!(parse(text, "f").unwrap_err(), error);
        }
    }
}
