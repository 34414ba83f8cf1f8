//! The command line above the output, and what browsers copy as one: `$ curl 'https://...' -H ...`.

use storable_wire::Line;

use super::{Numbered, Request, is_start};

/// The request that a curl command in front of the first head asks for, and how many lines there
/// are up to its end.
pub(super) fn typed(lines: &[Numbered<'_>]) -> Option<(Request, usize)> {
    let before = lines.iter().take_while(|(_, line)| !is_start(line));
    let mut lines = before
        .map(|(number, line)| (number, String::from_utf8_lossy(line)))
        .skip_while(|(_, line)| command(line).is_none());
    let (mut end, first) = lines.next()?;
    let mut text = command(&first)?.to_owned();
    for (number, line) in lines {
        match text.trim_end().strip_suffix(['\\', '`', '^']) {
            Some(begun) => text = format!("{begun} {line}"),
            // A quoted argument may go on in the next line.
            None if shlex::split(&without_c_quotes(&text)).is_none() => {
                text = format!("{text}\n{line}")
            }
            None => break,
        }
        end = number;
    }
    // What is copied for the shell of Windows has a caret before each quote.
    let text = if text.contains("^\"") { text.replace('^', "") } else { text };
    let arguments = shlex::split(&without_c_quotes(&text))?;
    let asked = if text.starts_with("curl") { request(&arguments)? } else { of_url(&arguments) };
    Some((asked, *end))
}

/// The command with bash's `$'it\'s'`, which browsers copy where a value has a quote or a line break
/// in it, as a text between double quotes.
fn without_c_quotes(command: &str) -> String {
    let mut plain = String::with_capacity(command.len());
    let mut rest = command;
    while let Some((before, quoted)) = rest.split_once("$'") {
        plain.push_str(before);
        plain.push('"');
        let mut letters = quoted.chars();
        while let Some(letter) = letters.next().filter(|&letter| letter != '\'') {
            let letter = if letter == '\\' { escaped(&mut letters) } else { letter };
            if matches!(letter, '"' | '$' | '`' | '\\') {
                plain.push('\\');
            }
            plain.push(letter);
        }
        plain.push('"');
        rest = letters.as_str();
    }
    plain.push_str(rest);
    plain
}

/// The character behind a backslash between bash's `$'` and `'`.
fn escaped(letters: &mut std::str::Chars<'_>) -> char {
    let digits = match letters.next() {
        Some('u') => 4,
        Some('x') => 2,
        Some('n') => return '\n',
        Some('r') => return '\r',
        Some('t') => return '\t',
        letter => return letter.unwrap_or('\\'),
    };
    let code: String = letters.by_ref().take(digits).collect();
    let code = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
    code.unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Whether a line is a command that asks for a URL, behind a prompt.
pub(super) fn is_typed(line: &[u8]) -> bool {
    command(&String::from_utf8_lossy(line)).is_some()
}

/// What asks for a URL on a command line.
const CLIENTS: &[&str] =
    &["curl", "curl.exe", "wget", "http", "https", "xh", "xhs", "iwr", "Invoke-WebRequest"];

/// What stands behind a prompt, if it is one of these.
fn command(line: &str) -> Option<&str> {
    let ends = |byte: char| byte.is_ascii_whitespace() || "($%#>❯➜|".contains(byte);
    let starts = line.char_indices().filter(|&(at, _)| {
        line.get(..at).is_some_and(|before| before.is_empty() || before.ends_with(ends))
    });
    let at = starts.map(|(at, _)| at).find(|&at| {
        let before = line.get(..at).unwrap_or_default();
        let after = line.get(at..).unwrap_or_default();
        let alone = CLIENTS
            .iter()
            .any(|client| after.strip_prefix(client).is_some_and(|rest| rest.starts_with(' ')));
        // A prompt ends in `$`, `%`, `#` or `>`; before it stand names and a folder.
        alone
            && (before.trim().is_empty()
                || before.trim_end().ends_with(['$', '%', '#', '>', '❯', '➜', '(']))
    })?;
    line.get(at..)
}

/// The options of curl that have an argument and may stand in what people copy, by their letter.
const WITH_ARGUMENT: &str = "AbcCdDeEFhHKmoQrtTuUwxXyYzTP";

/// Of other clients the URL is understood, where it is a whole one.
fn of_url(arguments: &[String]) -> Request {
    let url = arguments.iter().find(|argument| argument.contains("://"));
    let url = url.map(|url| url.trim_end_matches([')', ';']).to_owned());
    Request { url, ..Request::default() }
}

fn request(arguments: &[String]) -> Option<Request> {
    let mut told = GivenExchange::default();
    let mut rest = arguments.iter().skip(1);
    while let Some(argument) = rest.next() {
        if let Some(long) = argument.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            if let Some(option) = Says::of_name(name) {
                told.take(option, value.or_else(|| rest.next().map(String::as_str))?)?;
            } else if name == "head" {
                told.method = Some("HEAD".to_owned());
            } else if takes_argument(name) && value.is_none() {
                rest.next();
            }
        } else if let Some(letters) = argument.strip_prefix('-').filter(|rest| !rest.is_empty()) {
            let Some(at) = letters.find(|letter| WITH_ARGUMENT.contains(letter)) else {
                if letters.contains('I') {
                    told.method = Some("HEAD".to_owned());
                }
                continue;
            };
            let (_, option) = letters.split_at_checked(at)?;
            let mut letters = option.chars();
            let letter = letters.next()?;
            let value = match letters.as_str() {
                "" => rest.next().map(String::as_str)?,
                value => value,
            };
            if let Some(option) = Says::of_letter(letter) {
                told.take(option, value)?;
            }
        } else if !matches!(argument.as_str(), "|" | "2>&1" | ">" | "&&" | ";") {
            told.url.get_or_insert_with(|| argument.clone());
        } else {
            break;
        }
    }
    Some(told.request())
}

/// The options that say what is asked for.
#[derive(Clone, Copy)]
enum Says {
    Method,
    Header,
    Cookie,
    UserAgent,
    Referer,
    User,
    Range,
    Data,
    Url,
}

impl Says {
    fn of_letter(letter: char) -> Option<Self> {
        Some(match letter {
            'X' => Self::Method,
            'H' => Self::Header,
            'b' => Self::Cookie,
            'A' => Self::UserAgent,
            'e' => Self::Referer,
            'u' => Self::User,
            'r' => Self::Range,
            'd' | 'F' => Self::Data,
            _ => return None,
        })
    }

    fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "request" => Self::Method,
            "header" => Self::Header,
            "cookie" => Self::Cookie,
            "user-agent" => Self::UserAgent,
            "referer" => Self::Referer,
            "user" => Self::User,
            "range" => Self::Range,
            "url" => Self::Url,
            "form" | "json" => Self::Data,
            data if data.starts_with("data") => Self::Data,
            _ => return None,
        })
    }
}

/// Options whose argument would be taken for the URL.
fn takes_argument(name: &str) -> bool {
    matches!(
        name,
        "cacert"
            | "capath"
            | "cert"
            | "key"
            | "ciphers"
            | "connect-timeout"
            | "connect-to"
            | "cookie-jar"
            | "dump-header"
            | "interface"
            | "limit-rate"
            | "max-redirs"
            | "max-time"
            | "output"
            | "proxy"
            | "resolve"
            | "retry"
            | "write-out"
            | "unix-socket"
            | "tls-max"
            | "doh-url"
            | "config"
    )
}

#[derive(Default)]
struct GivenExchange {
    method: Option<String>,
    url: Option<String>,
    headers: Vec<Line>,
    has_content: bool,
}

impl GivenExchange {
    /// `None` for what HTTP cannot carry: then the command is not understood.
    fn take(&mut self, option: Says, value: &str) -> Option<()> {
        let mut header = |name: &str, value: &str| {
            Line::new(name, value.as_bytes().to_vec()).map(|line| self.headers.push(line)).ok()
        };
        match option {
            Says::Method => self.method = Some(value.to_owned()),
            Says::Header => match Line::parse(value.as_bytes()) {
                // `Name:` without a value takes a field away.
                Ok(line) if line.parts().1.is_empty() => {}
                Ok(line) => self.headers.push(line),
                Err(_) => return None,
            },
            Says::Cookie if value.contains('=') => header("cookie", value)?,
            // The name of a file with cookies: there is a cookie, and its value is not known.
            Says::Cookie => header("cookie", "of-a-file")?,
            Says::UserAgent => header("user-agent", value)?,
            Says::Referer => header("referer", value)?,
            // The value of the credentials steers no cache: that they are there does.
            Says::User => header("authorization", "Basic")?,
            Says::Range => header("range", &format!("bytes={value}"))?,
            Says::Data => self.has_content = true,
            Says::Url => self.url = Some(value.to_owned()),
        }
        Some(())
    }

    fn request(self) -> Request {
        let method = match (self.method, self.has_content) {
            (Some(method), _) => method,
            (None, true) => "POST".to_owned(),
            (None, false) => "GET".to_owned(),
        };
        let url =
            self.url.map(|url| if url.contains("://") { url } else { format!("http://{url}") });
        Request { method: Some(method), url, headers: Some(self.headers) }
    }
}
