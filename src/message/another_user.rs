//! The same request, from somebody else.

use super::HeaderLines;

const AUTHORIZATION: &str = "authorization";
const COOKIE: &str = "cookie";
const USER_AGENT: &str = "user-agent";

/// Whose request it is: as written, or the same request from somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum User {
    AsWritten,
    Another(UserMarks),
}

/// What stands where another user's own value would: it equals nobody's.
pub(crate) const ANOTHER_USER: &[u8] = b"another user";

/// Which lines another user's request has otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserMarks {
    /// Another Cookie, and no Authorization.
    Credentials,
    /// Another User-Agent.
    Agent,
    /// None of the three is there: a User-Agent is added.
    None,
}

impl UserMarks {
    /// What tells users apart in these lines.
    pub(super) fn of(lines: HeaderLines<'_>) -> Self {
        let (mut credentials, mut agent) = (false, false);
        lines.for_each(|name, _| {
            let is = |field| name.eq_ignore_ascii_case(field);
            credentials |= is(COOKIE) || is(AUTHORIZATION);
            agent |= is(USER_AGENT);
        });
        Self::among(credentials, agent)
    }

    /// What tells users apart where these fields are there, or not.
    pub(crate) const fn among(credentials: bool, agent: bool) -> Self {
        match (credentials, agent) {
            (true, _) => Self::Credentials,
            (false, true) => Self::Agent,
            (false, false) => Self::None,
        }
    }

    /// The line as the other user sends it.
    pub(super) fn exchange<'a>(
        self,
        name: &'a str,
        value: &'a [u8],
    ) -> Option<(&'a str, &'a [u8])> {
        let is = |field| name.eq_ignore_ascii_case(field);
        match self {
            Self::Credentials if is(AUTHORIZATION) => None,
            Self::Credentials if is(COOKIE) => Some((name, ANOTHER_USER)),
            Self::Agent if is(USER_AGENT) => Some((name, ANOTHER_USER)),
            _ => Some((name, value)),
        }
    }
}

impl User {
    /// Whether the lines of this name may be others than those as written.
    pub(super) fn changes(self, name: &[u8]) -> bool {
        let is = |field: &str| field.as_bytes().eq_ignore_ascii_case(name);
        match self {
            Self::AsWritten => false,
            Self::Another(_) => [AUTHORIZATION, COOKIE, USER_AGENT].into_iter().any(is),
        }
    }
}
