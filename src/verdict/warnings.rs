//! Everything odd in the input, listed by reading it once more.

use super::Verdict;
use crate::bytes::{find_ignore_case, is_token_byte};
use crate::field::{
    Argument, DateReading, Directive, Directives, Field, FieldLines, Known, Scan, Standing,
    Warning, WarningKind, elements, read_http_date,
};
use crate::policy::ResponseControl;
use crate::profile::ControlField;

/// Which message a directive stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Message {
    Request,
    Response,
}

/// Fields of a response that have one value (RFC 9110 §5.3).
const SINGLE: [Field; 4] = [Field::Date, Field::Expires, Field::Age, Field::LastModified];
const DATES: [Field; 3] = [Field::Date, Field::Expires, Field::LastModified];

impl<'a> Verdict<'a> {
    /// How many oddities the input has.
    #[must_use]
    pub fn warning_count(&self) -> usize {
        let mut count: usize = 0;
        self.each_warning(&mut |_| count = count.saturating_add(1));
        count
    }

    /// Everything odd in the input, with the place where it stands; nothing of it was lost.
    ///
    /// ```
    /// use storable::{Profile, storable};
    ///
    /// let request = http::Request::get("https://shop.example/").body(())?;
    /// let response = http::Response::builder().header("Cache-Control", "max-age=60;private").body(())?;
    /// let verdict = storable(&request, &response, &Profile::RFC9111_SHARED);
    /// assert!(verdict.warnings()[0].to_string().starts_with("cache-control, line 1, byte 1"));
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning<'a>> {
        let mut warnings = Vec::new();
        self.each_warning(&mut |warning| warnings.push(warning));
        warnings
    }

    fn each_warning(&self, sink: &mut dyn FnMut(Warning<'a>)) {
        let (request, response) = (self.case.request.scan(), self.case.response.scan());
        directives(request, Message::Request, sink);
        directives(response, Message::Response, sink);
        self.dates(response, sink);
        vary(response, sink);
        self.targeted(response, sink);
    }

    fn dates(&self, scan: &Scan<'a>, sink: &mut dyn FnMut(Warning<'a>)) {
        for field in SINGLE {
            if let Some(text) = scan.all(field).nth(1) {
                sink(Warning { kind: WarningKind::FieldRepeated, field, line: 1, offset: 0, text });
            }
        }
        for field in DATES {
            for (line, text) in scan.all(field).enumerate() {
                let reading = read_http_date(text, self.case.times.now());
                if reading == DateReading::Invalid {
                    sink(Warning {
                        kind: WarningKind::DateMalformed,
                        field,
                        line,
                        offset: 0,
                        text,
                    });
                }
            }
        }
        if scan.has(Field::Age) && self.case.response.age().is_none() {
            let text = scan.first(Field::Age).unwrap_or_default();
            let kind = WarningKind::NumberMalformed;
            sink(Warning { kind, field: Field::Age, line: 0, offset: 0, text });
        }
    }

    fn targeted(&self, scan: &Scan<'a>, sink: &mut dyn FnMut(Warning<'a>)) {
        for control in self.profile().facts().control_fields.known().unwrap_or_default() {
            let ControlField::Targeted(name) = *control else { continue };
            let Some(field) = Field::of(name) else { continue };
            let Some(text) = scan.first(field) else { continue };
            if ResponseControl::read_targeted(scan.named(name)).is_some() {
                continue;
            }
            let restrictive = |line: &[u8]| {
                [Known::NoStore, Known::Private, Known::NoCache]
                    .iter()
                    .any(|known| find_ignore_case(line, known.name().as_bytes()).is_some())
            };
            let kind = if scan.named(name).any(restrictive) {
                WarningKind::TargetedRestrictionLost
            } else {
                WarningKind::TargetedFieldIgnored
            };
            sink(Warning { kind, field, line: 0, offset: 0, text });
        }
    }
}

fn directives<'a>(scan: &Scan<'a>, message: Message, sink: &mut dyn FnMut(Warning<'a>)) {
    let mut first = [None; Known::ALL.len()];
    for directive in Directives::of(scan.all(Field::CacheControl)) {
        if let Some(kind) = oddity(&directive, message, &mut first) {
            sink(Warning {
                kind,
                field: Field::CacheControl,
                line: directive.line,
                offset: directive.offset,
                text: directive.text,
            });
        }
    }
}

/// What is odd about a directive, the worst of it; `first` holds the first number of each name.
fn oddity(
    directive: &Directive<'_>,
    message: Message,
    first: &mut [Option<Option<u64>>; Known::ALL.len()],
) -> Option<WarningKind> {
    if directive.standing != Standing::Proper {
        let open = directive.text.iter().filter(|&&byte| byte == b'"').count() == 1;
        return Some(if open { WarningKind::QuoteNotClosed } else { WarningKind::MemberMalformed });
    }
    let known = directive.known()?;
    if wrong_direction(known, message) {
        return Some(WarningKind::WrongDirection);
    }
    let numeric = matches!(
        known,
        Known::MaxAge
            | Known::SMaxage
            | Known::MinFresh
            | Known::StaleIfError
            | Known::StaleWhileRevalidate
    );
    let listed = matches!(known, Known::NoCache | Known::Private) && message == Message::Response;
    match directive.argument {
        Argument::None if numeric => Some(WarningKind::NumberMalformed),
        Argument::None => None,
        _ if numeric || known == Known::MaxStale => {
            let seconds = directive.argument.delta_seconds();
            let first = first.get_mut(known.number())?.get_or_insert(seconds);
            match seconds {
                None => Some(WarningKind::NumberMalformed),
                _ if *first != seconds => Some(WarningKind::DirectiveRepeated),
                Some(_) => None,
            }
        }
        _ if listed => None,
        _ => Some(WarningKind::ArgumentNotDefined),
    }
}

const fn wrong_direction(known: Known, message: Message) -> bool {
    match known {
        Known::MaxStale | Known::MinFresh | Known::OnlyIfCached => {
            matches!(message, Message::Response)
        }
        Known::Immutable
        | Known::MustRevalidate
        | Known::MustUnderstand
        | Known::Private
        | Known::ProxyRevalidate
        | Known::Public
        | Known::SMaxage
        | Known::StaleWhileRevalidate => matches!(message, Message::Request),
        _ => false,
    }
}

fn vary<'a>(scan: &Scan<'a>, sink: &mut dyn FnMut(Warning<'a>)) {
    for (line, text) in scan.all(Field::Vary).enumerate() {
        for member in elements(FieldLines::one(text)) {
            if !member.iter().all(|&byte| is_token_byte(byte)) {
                let kind = WarningKind::VaryMemberMalformed;
                sink(Warning { kind, field: Field::Vary, line, offset: 0, text: member });
            }
        }
    }
}
