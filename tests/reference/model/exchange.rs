//! An exchange as the RFC talks of it: no text, only what the text says.
//!
//! The request always has a Cookie. Times are seconds from the receipt of the response.

/// A kind of cache (RFC 9111 §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cache {
    Shared,
    Private,
}

/// A request method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Head,
    Post,
    Patch,
    Query,
    Put,
}

/// The Content-Location of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Absent,
    /// The target URI.
    Own,
    Other,
}

/// A response directive without a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Directive {
    MustRevalidate,
    MustUnderstand,
    NoCache,
    /// `no-cache="set-cookie"`
    NoCacheFields,
    NoStore,
    Private,
    /// `private="set-cookie"`
    PrivateFields,
    ProxyRevalidate,
    Public,
}

impl Directive {
    pub(crate) const ALL: [Self; 9] = [
        Self::MustRevalidate,
        Self::MustUnderstand,
        Self::NoCache,
        Self::NoCacheFields,
        Self::NoStore,
        Self::Private,
        Self::PrivateFields,
        Self::ProxyRevalidate,
        Self::Public,
    ];
}

/// Some of the response directives without a number: bit `n` stands for `Directive::ALL[n]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Directives(pub(crate) u16);

impl Directives {
    /// How many such sets there are.
    pub(crate) const COUNT: u16 = 1 << Directive::ALL.len();

    pub(crate) const fn has(self, directive: Directive) -> bool {
        self.0 & (1 << directive as u16) != 0
    }
}

/// A directive with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    Absent,
    Seconds(u64),
    /// It is there, and its argument is none.
    Invalid,
}

impl Number {
    pub(crate) fn is_present(self) -> bool {
        self != Self::Absent
    }
}

/// A field with a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Absent,
    /// It is there, and is no date.
    Invalid,
    At(i64),
}

/// What a response says on time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dates {
    pub(crate) date: Moment,
    pub(crate) expires: Moment,
    pub(crate) last_modified: Moment,
    pub(crate) age: Number,
    /// How long the response took.
    pub(crate) delay: u64,
}

/// The ETag of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Etag {
    Absent,
    Present,
}

/// What Vary names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vary {
    Absent,
    /// A field that no request has.
    Accept,
    Cookie,
    Authorization,
    Star,
}

/// The Authorization of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authorization {
    Absent,
    Present,
}

/// The Cache-Control of the request, and of later ones like it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    None,
    NoStore,
    NoCache,
    MaxAge(u64),
    MinFresh(u64),
    /// So many seconds, or any staleness.
    MaxStale(Option<u64>),
}

/// A request, its response, and the cache between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exchange {
    pub(crate) cache: Cache,
    pub(crate) method: Method,
    pub(crate) location: Location,
    pub(crate) authorization: Authorization,
    pub(crate) wish: Wish,
    /// A 206 says which part it is, and was asked for.
    pub(crate) status: u16,
    pub(crate) directives: Directives,
    pub(crate) max_age: Number,
    pub(crate) s_maxage: Number,
    pub(crate) stale_while_revalidate: Number,
    pub(crate) dates: Dates,
    pub(crate) etag: Etag,
    pub(crate) vary: Vary,
}

impl Exchange {
    pub(crate) fn says(&self, directive: Directive) -> bool {
        self.directives.has(directive)
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.cache == Cache::Shared
    }
}
