//! No-Vary-Search (draft-ietf-httpbis-no-vary-search, the text of July 2026): URIs that differ in
//! their queries only, and name the same. A draft: it may change, and this with it.

use super::rfc9875_groups::string;
use super::s4_4_invalidation::same_origin;
use crate::field::{Item, dictionary};
use crate::message::{AsResponse, TargetParts};

/// The part of a query that makes a difference, as a response says. What is odd in any way makes the
/// field say nothing: then the query is compared to the letter.
///
/// `params=("a" "b")` names the parameters that make no difference, or `except=("a" "b")` the only
/// ones that do; one of the two. Browsers took up an older text, in which `params` is also a flag
/// that stands for all parameters, and `except` counts beside it alone: to Chromium and Firefox
/// `params` and `params, except=("id")` are good and `except=("id")` is not. By the draft the two
/// are odd, and so they are here: a cache that compares too much only misses hits. A response for
/// both sends what both understand, `params=(...)`.
///
/// ```
/// use storable::life::NoVarySearch;
///
/// let response =
///     http::Response::builder().header("No-Vary-Search", "params=(\"utm_source\")").body(())?;
/// let search = NoVarySearch::of(&response);
/// assert!(search.is_same("https://shop.example/?id=1&utm_source=a", "https://shop.example/?id=1"));
/// assert!(!search.is_same("https://shop.example/?id=1", "https://shop.example/?id=2"));
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoVarySearch {
    parameters: Parameters,
    order: Order,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Parameters {
    /// All make a difference but these.
    AllBut(Vec<String>),
    /// These make a difference and no others.
    Only(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Counts,
    Ignored,
}

impl NoVarySearch {
    const EXACT: Self = Self { parameters: Parameters::AllBut(Vec::new()), order: Order::Counts };

    /// What a response says.
    #[must_use]
    pub fn of(response: &(impl AsResponse + ?Sized)) -> Self {
        let lines = response
            .as_response()
            .lines()
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("no-vary-search"))
            .map(|(_, value)| value);
        Self::read(lines).unwrap_or(Self::EXACT)
    }

    fn read<'a>(lines: impl Iterator<Item = &'a [u8]> + Clone) -> Option<Self> {
        let (mut order, mut params, mut except) = (None, None, None);
        for member in dictionary(lines).ok()? {
            let slot = match member.key {
                b"key-order" => &mut order,
                b"params" => &mut params,
                b"except" => &mut except,
                _ => continue,
            };
            *slot = Some((member.value, member.text));
        }
        let order = match order {
            None | Some((Item::Boolean(false), _)) => Order::Counts,
            Some((Item::Boolean(true), _)) => Order::Ignored,
            Some(_) => return None,
        };
        let parameters = match (params, except) {
            (None, None) => Parameters::AllBut(Vec::new()),
            (Some((Item::Other, text)), None) => Parameters::AllBut(inner_list(text)?),
            (None, Some((Item::Other, text))) => Parameters::Only(inner_list(text)?),
            _ => return None,
        };
        Some(Self { parameters, order })
    }

    /// Whether queries are compared to the letter.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        *self == Self::EXACT
    }

    /// Whether a stored response for one absolute URI may answer a request for another.
    #[must_use]
    pub fn is_same(&self, one: &str, other: &str) -> bool {
        let (one, other) = (TargetParts::of(one), TargetParts::of(other));
        if !same_origin(one, other) || one.path != other.path {
            return false;
        }
        if self.is_exact() {
            return one.query == other.query;
        }
        self.kept(one.query) == self.kept(other.query)
    }

    /// The parameters that make a difference, by key where their order does not count; those of
    /// one key stay in order.
    fn kept(&self, query: Option<&str>) -> Vec<(String, String)> {
        let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let mut kept: Vec<_> = pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(key, value)| (decoded(key), decoded(value)))
            .filter(|(key, _)| match &self.parameters {
                Parameters::AllBut(keys) => !keys.contains(key),
                Parameters::Only(keys) => keys.contains(key),
            })
            .collect();
        if self.order == Order::Ignored {
            kept.sort_by(|(one, _), (other, _)| one.cmp(other));
        }
        kept
    }
}

/// The strings of `key=("a" "b")`, decoded; `None` where one is no string.
fn inner_list(member: &[u8]) -> Option<Vec<String>> {
    let open = member.iter().position(|&byte| byte == b'(')?;
    let mut rest = member.get(open.checked_add(1)?..)?;
    let mut keys = Vec::new();
    loop {
        match rest {
            [b' ', after @ ..] => rest = after,
            [b')', ..] => return Some(keys),
            _ => {
                let (key, after) = string(rest)?;
                keys.push(decoded(&key));
                rest = after;
            }
        }
    }
}

/// The form decoding of a key or a value; what is no UTF-8 becomes U+FFFD, whatever it is.
fn decoded(text: &str) -> String {
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (mut read, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let escaped = match (byte, after) {
            (b'%', [high, low, after @ ..]) => hex(*high).zip(hex(*low)).map(|pair| (pair, after)),
            _ => None,
        };
        read.push(match (escaped, byte) {
            (Some(((high, low), after)), _) => {
                rest = after;
                high.wrapping_shl(4) | low
            }
            (None, b'+') => b' ',
            (None, byte) => byte,
        });
    }
    String::from_utf8_lossy(&read).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same() {
        for (field, one, other, expected) in [
            ("", "/?a=1", "/?a=1", true),
            ("", "/?a=1", "/?a=2", false),
            ("", "/", "/?", false),
            ("key-order", "/?a=1&b=2", "/?b=2&a=1", true),
            ("key-order", "/?a=1&a=2", "/?a=2&a=1", false),
            ("key-order=?0", "/?a=1&b=2", "/?b=2&a=1", false),
            ("except=()", "/?a=1", "/", true),
            ("except=()", "/a", "/b", false),
            // What browsers take, and the draft does not.
            ("params", "/?a=1", "/", false),
            ("params, key-order", "/?a=1&b=2", "/?b=2&a=1", false),
            ("params, except=(\"a\")", "/?a=1&b=2", "/?a=1&b=3", false),
            ("params=?0", "/?a=1", "/", false),
            ("key-order", "/?b=%f6&a", "/?a&b=%ef%bf%bd", true),
            ("params=(\"a\")", "/?a=1&b=2", "/?b=2", true),
            ("params=(\"a\")", "/?a=1&b=2", "/?a=1", false),
            ("params=(\"a\"  \"b\")", "/?a=1&b=2&c", "/?c", true),
            ("params=(\"a+b\")", "/?a%20b=1", "/?a+b=2", true),
            ("params=(\"%C3%A9\")", "/?%c3%a9=1", "/", true),
            ("except=(\"a\")", "/?a=1&b=2", "/?a=1&b=3", true),
            ("except=(\"a\")", "/?a=1", "/?a=2", false),
            ("params=(\"a\"), except=(\"b\")", "/?a=1", "/?a=2", false),
            ("params=(a)", "/?a=1", "/?a=2", false),
            ("params=\"a\"", "/?a=1", "/?a=2", false),
            ("params, key-order=1", "/?a=1", "/?a=2", false),
            ("params,", "/?a=1", "/?a=2", false),
            ("params=(\"a\");x, new", "/?a=1", "/?a=2", true),
        ] {
            let search =
                NoVarySearch::read([field.as_bytes()].into_iter()).unwrap_or(NoVarySearch::EXACT);
            let (one, other) =
                (format!("http://a.example{one}"), format!("http://a.example{other}"));
            assert_eq!(search.is_same(&one, &other), expected, "{field}: {one} {other}");
        }
    }
}
