//! A cache key as text, by which routes that store in one place find each other's responses.

use super::{ClassKey, KeySettings, Problem};
use crate::message::RequestHead;
use crate::profile::Condition;
use crate::rule::{Tri, bypass, s2_key};

/// Text with nginx's names of variables in it: `http://shop${request_uri}${cookie_session}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyText(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Scheme,
    Host,
    HostAsItStands,
    Method,
    Target,
    Path,
    Query,
    QueryMark,
    Argument(String),
    Cookie(String),
    Field(String),
    /// What the first case says that holds.
    Class(Vec<(Condition, String)>),
}

impl KeyText {
    /// Reads it; there may be none.
    pub(super) fn of(key: &KeySettings) -> Result<Option<Self>, Problem> {
        let (mut pieces, mut rest) = (Vec::new(), key.text.as_str());
        while let Some((before, behind)) = rest.split_once("${") {
            let unknown = || Problem::NoVariable(behind.to_owned());
            let (name, after) = behind.split_once('}').ok_or_else(unknown)?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::named(name, &key.classes)?);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok((!key.text.is_empty()).then_some(Self(pieces)))
    }

    /// The key of a request; `None` where it is not known.
    pub(super) fn key(&self, request: RequestHead<'_>) -> Option<Vec<u8>> {
        self.0.iter().try_fold(Vec::new(), |mut text, piece| {
            piece.push(request, &mut text)?;
            Some(text)
        })
    }
}

impl Piece {
    fn named(name: &str, classes: &[ClassKey]) -> Result<Self, Problem> {
        let unknown = || Problem::NoVariable(name.to_owned());
        Ok(match name {
            "scheme" => Self::Scheme,
            "host" => Self::Host,
            "http_host" => Self::HostAsItStands,
            "request_method" => Self::Method,
            "request_uri" => Self::Target,
            "uri" => Self::Path,
            "args" => Self::Query,
            "is_args" => Self::QueryMark,
            _ => {
                if let Some(name) = name.strip_prefix("arg_") {
                    Self::Argument(name.to_owned())
                } else if let Some(name) = name.strip_prefix("cookie_") {
                    Self::Cookie(name.to_owned())
                } else if let Some(name) = name.strip_prefix("http_") {
                    Self::Field(name.replace('_', "-"))
                } else {
                    let number = name.strip_prefix("class ").and_then(|number| number.parse().ok());
                    let place = number.and_then(|number: usize| number.checked_sub(1));
                    let class = place.and_then(|place| classes.get(place)).ok_or_else(unknown)?;
                    let ClassKey::Cases { cases } = class else { return Err(unknown()) };
                    let rules = cases.iter().map(|case| {
                        let condition = case.when.condition().map_err(|(_, problem)| problem)?;
                        Ok((condition, case.class.clone()))
                    });
                    Self::Class(rules.collect::<Result<_, _>>()?)
                }
            }
        })
    }

    fn push(&self, request: RequestHead<'_>, text: &mut Vec<u8>) -> Option<()> {
        let target = request.target();
        let query = target.query.unwrap_or_default();
        match self {
            Self::Text(own) => text.extend_from_slice(own.as_bytes()),
            Self::Scheme => text.extend_from_slice(target.scheme.as_bytes()),
            Self::Host => {
                text.extend(s2_key::host_name(request).iter().map(u8::to_ascii_lowercase));
            }
            Self::HostAsItStands => text.extend_from_slice(s2_key::authority(request)),
            Self::Method => text.extend_from_slice(request.method().as_bytes()),
            Self::Target => {
                text.extend_from_slice(target.path.as_bytes());
                text.extend(target.query.map(|_| b'?'));
                text.extend_from_slice(query.as_bytes());
            }
            // nginx decodes it and cleans it up, which is not done here.
            Self::Path if ["%", "//", "/."].iter().any(|odd| target.path.contains(odd)) => {
                return None;
            }
            Self::Path => text.extend_from_slice(target.path.as_bytes()),
            Self::Query => text.extend_from_slice(query.as_bytes()),
            Self::QueryMark => text.extend((!query.is_empty()).then_some(b'?')),
            Self::Argument(name) => {
                text.extend_from_slice(first(s2_key::pairs(query.as_bytes(), b'&'), name));
            }
            Self::Cookie(name) => text.extend_from_slice(first(s2_key::cookies(request), name)),
            Self::Field(name) => {
                let lines = request.lines().filter(|(own, _)| own.eq_ignore_ascii_case(name));
                let lines: Vec<&[u8]> = lines.map(|(_, value)| value).collect();
                text.extend(lines.join(if name == "cookie" { &b"; "[..] } else { b", " }));
            }
            Self::Class(cases) => {
                let held = cases.iter().map(|(when, class)| (bypass::holds(request, when), class));
                match held.into_iter().find(|(holds, _)| *holds != Tri::No) {
                    Some((Tri::Yes, class)) => text.extend_from_slice(class.as_bytes()),
                    Some(_) => return None,
                    None => {}
                }
            }
        }
        Some(())
    }
}

fn first<'a>(mut pairs: impl Iterator<Item = (&'a [u8], &'a [u8])>, name: &str) -> &'a [u8] {
    let found = pairs.find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()));
    found.map(|(_, value)| value).unwrap_or_default()
}
