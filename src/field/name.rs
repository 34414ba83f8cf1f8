//! The header fields that caches read, told by their names.

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A header field that some cache reads when it decides.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Field {
            $($(#[$doc])* #[doc = concat!("`", $text, "`")] $name,)*
        }

        impl Field {
            /// Every field, in a fixed order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in lower case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

fields! {
    // What a scan keeps: the fields that nearly every judgement asks for, and those that nearly
    // every Vary names.
    AcceptEncoding = "accept-encoding",
    AcceptLanguage = "accept-language",
    Age = "age",
    Authorization = "authorization",
    CacheControl = "cache-control",
    ContentLength = "content-length",
    ContentType = "content-type",
    Cookie = "cookie",
    Date = "date",
    Etag = "etag",
    Expires = "expires",
    LastModified = "last-modified",
    Pragma = "pragma",
    SetCookie = "set-cookie",
    UserAgent = "user-agent",
    Vary = "vary",
    // What is looked up where it is asked for.
    Accept = "accept",
    AkamaiCacheControl = "akamai-cache-control",
    CdnCacheControl = "cdn-cache-control",
    CloudflareCdnCacheControl = "cloudflare-cdn-cache-control",
    Connection = "connection",
    ContentEncoding = "content-encoding",
    ContentLocation = "content-location",
    ContentRange = "content-range",
    EdgeControl = "edge-control",
    IfMatch = "if-match",
    IfModifiedSince = "if-modified-since",
    IfNoneMatch = "if-none-match",
    IfRange = "if-range",
    IfUnmodifiedSince = "if-unmodified-since",
    NetlifyCdnCacheControl = "netlify-cdn-cache-control",
    Range = "range",
    SouinCacheControl = "souin-cache-control",
    SurrogateControl = "surrogate-control",
    TransferEncoding = "transfer-encoding",
    VercelCdnCacheControl = "vercel-cdn-cache-control",
    WwwAuthenticate = "www-authenticate",
    XAccelBuffering = "x-accel-buffering",
    XAccelExpires = "x-accel-expires",
    XAccelRedirect = "x-accel-redirect",
}

/// What a number of `http` tells of a name.
enum Lookup {
    Field(Field),
    Nothing,
    ByText,
}

impl Field {
    /// The field of this name, in any letter case (RFC 9110 §5.1).
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        // Only a letter becomes a lower-case letter by this bit.
        let (first, last) = (name.as_bytes().first()? | 0x20, name.as_bytes().last()? | 0x20);
        Self::candidate(name.len(), first, last, |field| {
            name == field.name() || name.eq_ignore_ascii_case(field.name())
        })
    }

    /// The field of this name. The names that `http` knows are numbers there: most are told by
    /// identity, without a look at their text.
    #[inline(always)]
    pub(crate) fn of_name(name: &http::HeaderName) -> Option<Self> {
        use http::header;
        let told = match *name {
            header::ACCEPT => Lookup::Field(Self::Accept),
            header::ACCEPT_ENCODING => Lookup::Field(Self::AcceptEncoding),
            header::ACCEPT_LANGUAGE => Lookup::Field(Self::AcceptLanguage),
            header::AGE => Lookup::Field(Self::Age),
            header::AUTHORIZATION => Lookup::Field(Self::Authorization),
            header::CACHE_CONTROL => Lookup::Field(Self::CacheControl),
            header::CDN_CACHE_CONTROL => Lookup::Field(Self::CdnCacheControl),
            header::CONNECTION => Lookup::Field(Self::Connection),
            header::CONTENT_ENCODING => Lookup::Field(Self::ContentEncoding),
            header::CONTENT_LENGTH => Lookup::Field(Self::ContentLength),
            header::CONTENT_LOCATION => Lookup::Field(Self::ContentLocation),
            header::CONTENT_RANGE => Lookup::Field(Self::ContentRange),
            header::CONTENT_TYPE => Lookup::Field(Self::ContentType),
            header::COOKIE => Lookup::Field(Self::Cookie),
            header::DATE => Lookup::Field(Self::Date),
            header::ETAG => Lookup::Field(Self::Etag),
            header::EXPIRES => Lookup::Field(Self::Expires),
            header::IF_MATCH => Lookup::Field(Self::IfMatch),
            header::IF_MODIFIED_SINCE => Lookup::Field(Self::IfModifiedSince),
            header::IF_NONE_MATCH => Lookup::Field(Self::IfNoneMatch),
            header::IF_RANGE => Lookup::Field(Self::IfRange),
            header::IF_UNMODIFIED_SINCE => Lookup::Field(Self::IfUnmodifiedSince),
            header::LAST_MODIFIED => Lookup::Field(Self::LastModified),
            header::PRAGMA => Lookup::Field(Self::Pragma),
            header::RANGE => Lookup::Field(Self::Range),
            header::SET_COOKIE => Lookup::Field(Self::SetCookie),
            header::TRANSFER_ENCODING => Lookup::Field(Self::TransferEncoding),
            header::USER_AGENT => Lookup::Field(Self::UserAgent),
            header::VARY => Lookup::Field(Self::Vary),
            header::WWW_AUTHENTICATE => Lookup::Field(Self::WwwAuthenticate),
            // Read by no cache. They are here so that all numbers there are have an answer, and the
            // answers make a table.
            header::ACCEPT_CHARSET
            | header::ACCEPT_RANGES
            | header::ACCESS_CONTROL_ALLOW_CREDENTIALS
            | header::ACCESS_CONTROL_ALLOW_HEADERS
            | header::ACCESS_CONTROL_ALLOW_METHODS
            | header::ACCESS_CONTROL_ALLOW_ORIGIN
            | header::ACCESS_CONTROL_EXPOSE_HEADERS
            | header::ACCESS_CONTROL_MAX_AGE
            | header::ACCESS_CONTROL_REQUEST_HEADERS
            | header::ACCESS_CONTROL_REQUEST_METHOD
            | header::ALLOW
            | header::ALT_SVC
            | header::CACHE_STATUS
            | header::CONTENT_DISPOSITION
            | header::CONTENT_LANGUAGE
            | header::CONTENT_SECURITY_POLICY
            | header::CONTENT_SECURITY_POLICY_REPORT_ONLY
            | header::DNT
            | header::EXPECT
            | header::FORWARDED
            | header::FROM
            | header::HOST
            | header::LINK
            | header::LOCATION
            | header::MAX_FORWARDS
            | header::ORIGIN
            | header::PROXY_AUTHENTICATE
            | header::PROXY_AUTHORIZATION
            | header::PUBLIC_KEY_PINS
            | header::PUBLIC_KEY_PINS_REPORT_ONLY
            | header::REFERER
            | header::REFERRER_POLICY
            | header::REFRESH
            | header::RETRY_AFTER
            | header::SEC_WEBSOCKET_ACCEPT
            | header::SEC_WEBSOCKET_EXTENSIONS
            | header::SEC_WEBSOCKET_KEY
            | header::SEC_WEBSOCKET_PROTOCOL
            | header::SEC_WEBSOCKET_VERSION
            | header::SERVER
            | header::STRICT_TRANSPORT_SECURITY
            | header::TE
            | header::TRAILER
            | header::UPGRADE
            | header::UPGRADE_INSECURE_REQUESTS
            | header::VIA
            | header::WARNING
            | header::X_CONTENT_TYPE_OPTIONS
            | header::X_DNS_PREFETCH_CONTROL
            | header::X_FRAME_OPTIONS
            | header::X_XSS_PROTECTION => Lookup::Nothing,
            _ => Lookup::ByText,
        };
        match told {
            Lookup::Field(field) => Some(field),
            Lookup::Nothing => None,
            // A map's names are in lower case.
            Lookup::ByText => Self::of_unknown_name(name.as_str()),
        }
    }

    /// The field of a name that `http` has as text: `...-control` or `x-accel-...`.
    #[inline(always)]
    fn of_unknown_name(name: &str) -> Option<Self> {
        match name.as_bytes() {
            [.., b'l'] | [b'x', b'-', b'a', ..] => Self::of_control_field(name),
            _ => None,
        }
    }

    // A function of its own, so that the loop that tells names has the registers to itself.
    #[inline(never)]
    fn of_control_field(name: &str) -> Option<Self> {
        Self::of_lower_case(name)
    }

    /// The field of this name, which is in lower case.
    #[inline(always)]
    pub(crate) fn of_lower_case(name: &str) -> Option<Self> {
        let (&first, &last) = (name.as_bytes().first()?, name.as_bytes().last()?);
        // The field is known where it is compared: the comparison is one of constant length.
        Self::candidate(name.len(), first, last, |field| name == field.name())
    }

    /// The field whose name has this length and these ends, if it is the one.
    #[inline(always)]
    fn candidate(length: usize, first: u8, last: u8, is_it: impl Fn(Self) -> bool) -> Option<Self> {
        let given = |field: Self| is_it(field).then_some(field);
        // Length and both ends leave one candidate.
        match (length, first, last) {
            (3, b'a', b'e') => given(Self::Age),
            (4, b'd', b'e') => given(Self::Date),
            (4, b'e', b'g') => given(Self::Etag),
            (4, b'v', b'y') => given(Self::Vary),
            (5, b'r', b'e') => given(Self::Range),
            (6, b'a', b't') => given(Self::Accept),
            (6, b'c', b'e') => given(Self::Cookie),
            (6, b'p', b'a') => given(Self::Pragma),
            (7, b'e', b's') => given(Self::Expires),
            (8, b'i', b'h') => given(Self::IfMatch),
            (8, b'i', b'e') => given(Self::IfRange),
            (10, b'c', b'n') => given(Self::Connection),
            (10, b's', b'e') => given(Self::SetCookie),
            (10, b'u', b't') => given(Self::UserAgent),
            (12, b'c', b'e') => given(Self::ContentType),
            (12, b'e', b'l') => given(Self::EdgeControl),
            (13, b'a', b'n') => given(Self::Authorization),
            (13, b'c', b'l') => given(Self::CacheControl),
            (13, b'c', b'e') => given(Self::ContentRange),
            (13, b'i', b'h') => given(Self::IfNoneMatch),
            (13, b'l', b'd') => given(Self::LastModified),
            (14, b'c', b'h') => given(Self::ContentLength),
            (15, b'a', b'e') => given(Self::AcceptLanguage),
            (15, b'a', b'g') => given(Self::AcceptEncoding),
            (15, b'x', b's') => given(Self::XAccelExpires),
            (16, b'c', b'g') => given(Self::ContentEncoding),
            (16, b'c', b'n') => given(Self::ContentLocation),
            (16, b'w', b'e') => given(Self::WwwAuthenticate),
            (16, b'x', b't') => given(Self::XAccelRedirect),
            (17, b'x', b'g') => given(Self::XAccelBuffering),
            (17, b'c', b'l') => given(Self::CdnCacheControl),
            (17, b'i', b'e') => given(Self::IfModifiedSince),
            (17, b's', b'l') => given(Self::SurrogateControl),
            (17, b't', b'g') => given(Self::TransferEncoding),
            (19, b'i', b'e') => given(Self::IfUnmodifiedSince),
            (19, b's', b'l') => given(Self::SouinCacheControl),
            (20, b'a', b'l') => given(Self::AkamaiCacheControl),
            (24, b'v', b'l') => given(Self::VercelCdnCacheControl),
            (25, b'n', b'l') => given(Self::NetlifyCdnCacheControl),
            (28, b'c', b'l') => given(Self::CloudflareCdnCacheControl),
            _ => None,
        }
    }
}

impl Field {
    #[expect(
        clippy::as_conversions,
        reason = "a fieldless enum's discriminant is its place in ALL"
    )]
    pub(super) const fn number(self) -> usize {
        self as usize
    }

    #[expect(
        clippy::as_conversions,
        reason = "a fieldless enum's discriminant is its place in ALL"
    )]
    pub(super) const fn bit(self) -> u64 {
        1u64.rotate_left(self as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_name_in_any_case() {
        for &field in Field::ALL {
            assert_eq!(Field::of(field.name()), Some(field));
            assert_eq!(Field::of(&field.name().to_ascii_uppercase()), Some(field));
        }
        assert_eq!(Field::of("x-cache-control"), None);
        assert_eq!(Field::of(""), None);
    }

    #[test]
    fn a_name_of_a_map_is_told_as_its_text_is() -> Result<(), http::Error> {
        let others = "accept-charset accept-ranges access-control-allow-credentials \
            access-control-allow-headers access-control-allow-methods \
            access-control-allow-origin access-control-expose-headers access-control-max-age \
            access-control-request-headers access-control-request-method allow alt-svc \
            cache-status content-disposition content-language content-security-policy \
            content-security-policy-report-only dnt expect forwarded from host link location \
            max-forwards origin proxy-authenticate proxy-authorization public-key-pins \
            public-key-pins-report-only referer referrer-policy refresh retry-after \
            sec-websocket-accept sec-websocket-extensions sec-websocket-key \
            sec-websocket-protocol sec-websocket-version server strict-transport-security te \
            trailer upgrade upgrade-insecure-requests via warning x-content-type-options \
            x-dns-prefetch-control x-frame-options x-xss-protection x-cache age2 cookie2";
        for name in Field::ALL.iter().map(|field| field.name()).chain(others.split_whitespace()) {
            let told = Field::of_name(&http::HeaderName::from_bytes(name.as_bytes())?);
            assert_eq!(told, Field::of(name), "{name}");
        }
        Ok(())
    }
}
