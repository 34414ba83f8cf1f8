//! What is wanted of the caches between an origin and its users.

use std::time::Duration;

use http::{HeaderName, HeaderValue};

/// What is wanted for one response: who may see it, for how long, and what it varies by.
///
/// Times are whole seconds. What is not said is strict: no browser keeps anything unasked, nothing
/// is given stale, nothing varies, no cookie is set.
///
/// ```
/// use std::time::Duration;
/// use storable::advise::Intent;
///
/// let hour = Duration::from_secs(3600);
/// let page = Intent::everyone(hour).browser(Duration::from_secs(60)).stale(24 * hour);
/// let account = Intent::one_user();
/// assert!(page.browser > account.browser);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Intent {
    /// Who may see it.
    pub audience: Audience,
    /// For how long shared caches answer with it unasked. Counts for everyone's responses alone.
    pub shared: Duration,
    /// For how long a browser does; 0: never without asking.
    pub browser: Duration,
    /// For how long after that shared caches may answer with it while they ask the origin. A browser
    /// that keeps the response may too, and need not.
    pub stale: Duration,
    /// For how long after its lifetime shared caches answer with it where the origin fails; `None`:
    /// that is left to them.
    pub stale_if_error: Option<Duration>,
    /// The request fields by which the response varies.
    pub vary: Vec<HeaderName>,
    /// What the response sets, and for whom.
    pub set_cookie: SetCookie,
    /// Whether users whose requests wait for the same fetch may get it.
    pub waiting: WaitingUsers,
    /// The target of the request: some caches look at the extension.
    pub target: String,
    /// What the request brings besides.
    pub request_lines: Vec<(HeaderName, HeaderValue)>,
    /// What the response carries anyway, such as its Content-Type.
    pub response_lines: Vec<(HeaderName, HeaderValue)>,
}

/// Who may see a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Everybody who asks for it.
    Everyone,
    /// The user who asked, whether known by a cookie, by Authorization, or by neither.
    OneUser,
    /// The user who asked, and no cache stores it, the browser's own included.
    Nobody,
}

/// What a response sets in Set-Cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetCookie {
    /// Nothing.
    Absent,
    /// A cookie of the user who asked: others may get the response, but not that.
    OneUsers,
    /// A cookie that everybody may get.
    Everyones,
}

/// Whether users whose requests wait for one fetch may get its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitingUsers {
    /// They may, where later users may.
    MayShare,
    /// Each has an answer of the origin's own.
    Apart,
}

impl Intent {
    /// For everyone, for so long at shared caches.
    #[must_use]
    pub fn everyone(shared: Duration) -> Self {
        Self { shared, ..Self::new(Audience::Everyone) }
    }

    /// For the user who asked, and nobody else.
    #[must_use]
    pub fn one_user() -> Self {
        Self::new(Audience::OneUser)
    }

    /// For no store at all.
    #[must_use]
    pub fn nobody() -> Self {
        Self::new(Audience::Nobody)
    }

    fn new(audience: Audience) -> Self {
        Self {
            audience,
            shared: Duration::ZERO,
            browser: Duration::ZERO,
            stale: Duration::ZERO,
            stale_if_error: None,
            vary: Vec::new(),
            set_cookie: SetCookie::Absent,
            waiting: WaitingUsers::MayShare,
            target: "https://www.example/".to_owned(),
            request_lines: Vec::new(),
            response_lines: Vec::new(),
        }
    }

    /// Sets [`browser`](#structfield.browser).
    #[must_use]
    pub fn browser(self, time: Duration) -> Self {
        Self { browser: time, ..self }
    }

    /// Sets [`stale`](#structfield.stale).
    #[must_use]
    pub fn stale(self, time: Duration) -> Self {
        Self { stale: time, ..self }
    }

    /// Sets [`stale_if_error`](#structfield.stale_if_error).
    #[must_use]
    pub fn stale_if_error(self, time: Duration) -> Self {
        Self { stale_if_error: Some(time), ..self }
    }

    /// Adds to [`vary`](#structfield.vary).
    #[must_use]
    pub fn vary(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        self.vary.extend(names);
        self
    }

    /// Sets [`set_cookie`](#structfield.set_cookie).
    #[must_use]
    pub fn set_cookie(self, set_cookie: SetCookie) -> Self {
        Self { set_cookie, ..self }
    }

    /// Sets [`waiting`](#structfield.waiting).
    #[must_use]
    pub fn waiting(self, waiting: WaitingUsers) -> Self {
        Self { waiting, ..self }
    }

    /// Sets [`target`](#structfield.target).
    #[must_use]
    pub fn target(self, target: impl Into<String>) -> Self {
        Self { target: target.into(), ..self }
    }

    /// The lines that requests carry anyway.
    pub(super) fn request_pairs(&self) -> impl Iterator<Item = (&str, &[u8])> + Clone {
        self.request_lines.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
    }

    /// Adds to [`request_lines`](#structfield.request_lines).
    #[must_use]
    pub fn request_line(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.request_lines.push((name, value));
        self
    }

    /// Adds to [`response_lines`](#structfield.response_lines).
    #[must_use]
    pub fn response_line(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.response_lines.push((name, value));
        self
    }
}
