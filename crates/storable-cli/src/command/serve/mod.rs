//! `storable serve`: a page on this machine to paste heads into and to drop recordings on.
//!
//! It listens on a loopback address only, and the page may load and send nothing elsewhere: what is
//! pasted stays here.

use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use storable::Profile;
use tiny_http::{Header, Method, Request, Response, Server};

use crate::command::{explain, switch};
use crate::input::encoding;
use crate::input::heads;
use crate::named_site::{self, Cache};
use crate::output::terminal;

/// Show a page in a browser, to paste heads into and to drop recordings on; nothing leaves the
/// machine.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The loopback address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787", value_parser = loopback)]
    listen: SocketAddr,
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr =
        text.parse().map_err(|_| "give an address and a port: 127.0.0.1:8787".to_owned())?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("only a loopback address: what people paste here is for nobody else".to_owned())
    }
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    terminal::ended("serve", serve(arguments.listen))
}

fn serve(listen: SocketAddr) -> io::Result<()> {
    let server =
        Server::http(listen).map_err(|error| io::Error::other(format!("{listen}: {error}")))?;
    let address = server.server_addr().to_ip().unwrap_or(listen);
    terminal::complain(
        "serve",
        format_args!("open http://{address}/ in a browser; Ctrl-C ends it"),
    );
    for request in server.incoming_requests() {
        // Who closes the connection early needs no answer.
        let _ = answer(request, address);
    }
    Ok(())
}

/// The most that somebody pastes or drops.
const LIMIT: u64 = 256 << 20;

fn answer(mut request: Request, address: SocketAddr) -> io::Result<()> {
    // Another site's page that a name leads here must not get an answer.
    let host = header(&request, "Host");
    if !is_ours(&host, address) {
        return request.respond(
            Response::from_string("this is for this machine alone").with_status_code(403),
        );
    }
    let (path, query) = request.url().split_once('?').unwrap_or((request.url(), ""));
    let (path, query) = (path.to_owned(), parameters(query));
    let mut content = Vec::new();
    request.as_reader().take(LIMIT).read_to_end(&mut content)?;
    let answered = match (request.method(), path.as_str()) {
        (Method::Get, "/") => Ok(page().into_string()),
        (Method::Post, "/explain") => explained(content, &query),
        (Method::Post, "/switch") => compared(content, &query),
        _ => return request.respond(Response::from_string("no such page").with_status_code(404)),
    };
    let (status, text) = match answered {
        Ok(text) => (200, text),
        Err(problem) => (422, problem),
    };
    let kind = if status == 200 && path != "/explain" { "text/html" } else { "text/plain" };
    let mut response = Response::from_string(text).with_status_code(status);
    for (name, value) in [
        ("Content-Type", format!("{kind}; charset=utf-8").as_str()),
        ("Content-Security-Policy", POLICY),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ] {
        if let Ok(field) = Header::from_bytes(name, value) {
            response.add_header(field);
        }
    }
    request.respond(response)
}

/// The page has its own style and script, and talks to nobody else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'";

fn header(request: &Request, name: &'static str) -> String {
    let found = request.headers().iter().find(|header| header.field.equiv(name));
    found.map_or_else(String::new, |header| header.value.as_str().to_owned())
}

fn is_ours(host: &str, address: SocketAddr) -> bool {
    let local = [address.to_string(), format!("localhost:{}", address.port())];
    let plain = SocketAddr::from((Ipv4Addr::LOCALHOST, address.port())).to_string();
    local.iter().any(|own| own == host) || plain == host
}

/// The parameters of a query.
fn parameters(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn parameter<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = query.iter().find(|(own, _)| own == name);
    found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
}

/// What `storable explain` prints of the pasted text.
fn explained(content: Vec<u8>, query: &[(String, String)]) -> Result<String, String> {
    let named = query.iter().filter(|(name, value)| name == "profile" && !value.is_empty());
    let profiles: Result<Vec<_>, _> = named.map(|(_, value)| named_site::built_in(value)).collect();
    let profiles: Vec<Cache> = profiles?.into_iter().flatten().collect();
    let member = encoding::decode(content)?.into_iter().next();
    let text = member.map(|member| member.bytes).unwrap_or_default();
    let heads = heads::read(&text).map_err(|bad| format!("line {}: {}", bad.line, bad.reason))?;
    if let Some(reason) = heads.lacks_response() {
        return Err(reason.to_owned());
    }
    let url = parameter(query, "url").map(str::to_owned);
    let subject = explain::subject(heads, explain::GivenExchange::of_url(url));
    let mut out = Vec::new();
    explain::write(&mut out, &subject, &profiles, terminal::page_table_by_id)
        .map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// The page that `storable switch --html` writes of the dropped recording.
fn compared(content: Vec<u8>, query: &[(String, String)]) -> Result<String, String> {
    let cache = |name: &str| {
        let named = named_site::built_in(parameter(query, name).ok_or("name both caches")?)?;
        named.first().copied().ok_or_else(|| "name both caches".to_owned())
    };
    let (from, to) = (cache("from")?, cache("to")?);
    let name = parameter(query, "name").unwrap_or("the recording");
    switch::page_of(from, to, name, content)
}

fn page() -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "storable" }
                style { (PreEscaped(include_str!("serve.css"))) }
            }
            body {
                main {
                    h1 { "What would this cache do?" }
                    p { "Nothing that you paste here leaves this machine." }
                    section {
                        h2 { "One response" }
                        p { "Paste what " code { "curl -v" } ", " code { "curl -i" } " or the browser's developer tools show." }
                        textarea id="heads" rows="12" spellcheck="false" placeholder=(EXAMPLE) aria-label="The head of a response" {}
                        div class="row" {
                            label { "Cache " (choice("profile", "the one that the head names, or the standard")) }
                            label { "and " (choice("second", "no other")) }
                            label { "URL " input id="url" placeholder="https://shop.example/"; }
                        }
                        pre id="answer" aria-live="polite" {}
                    }
                    section {
                        h2 { "A whole site" }
                        div class="row" {
                            label { "From " (choice("from", "")) }
                            label { "to " (choice("to", "")) }
                            label id="drop" { "Drop a HAR file here, or choose one " input id="file" type="file" accept=".har,.gz,.zip,.json"; }
                        }
                        pre id="problem" aria-live="polite" {}
                        iframe id="report" title="The report" hidden {}
                    }
                }
                script { (PreEscaped(include_str!("serve.js"))) }
            }
        }
    }
}

const EXAMPLE: &str = "HTTP/2 200\ncache-control: no-cache\nexpires: Thu, 22 Jun 2017 00:40:59 GMT";

fn choice(id: &str, none: &str) -> Markup {
    html! {
        select id=(id) {
            @if !none.is_empty() { option value="" { (none) } }
            @if id == "profile" { option value="all" { "all of them" } }
            @for profile in Profile::ALL {
                option value=(profile.id()) { (profile.name()) " (" (profile.id()) ")" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_answered() {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 8787));
        assert!(is_ours("127.0.0.1:8787", address) && is_ours("localhost:8787", address));
        assert!(!is_ours("evil.example:8787", address) && !is_ours("", address));
        assert!(loopback("0.0.0.0:80").is_err() && loopback("[::1]:80").is_ok());
    }
}
