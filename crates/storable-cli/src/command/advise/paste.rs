//! Header lines in the forms in which servers, frameworks and hosts take them.

use serde_json::json;
use storable::advise::Line;

/// A form to paste.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    /// As they stand on the wire.
    Raw,
    /// nginx: directives of a `location`.
    Nginx,
    /// Apache httpd: directives of mod_headers.
    Apache,
    /// Express: a statement of a handler.
    Express,
    /// Next.js: the answer of a route handler.
    Next,
    /// axum, or anything that takes the types of `http`.
    Axum,
    /// Netlify: a rule of the file `_headers`.
    Netlify,
    /// Vercel: a part of `vercel.json`.
    Vercel,
    /// Cloudflare: a response header transform rule, as its API takes it.
    Cloudflare,
}

impl Form {
    /// What whoever pastes it has to know.
    pub(super) const fn note(self) -> Option<&'static str> {
        match self {
            Self::Nginx => Some(
                "add_header in a location hides those of the levels above; the fields that the upstream sends are hidden first",
            ),
            Self::Apache => Some("mod_headers has to be loaded"),
            Self::Cloudflare => Some(
                "such a rule acts behind Cloudflare's own cache: it reaches browsers and the caches in front of Cloudflare, and not Cloudflare itself",
            ),
            _ => None,
        }
    }

    /// The lines for this path. What is kept from others is kept from them in errors, too; a lifetime
    /// is for answers that succeed.
    pub(super) fn write(self, lines: &[Line<'_>], path: &str, kept_back: bool) -> String {
        let each = |form: &dyn Fn(&str, &str) -> String| {
            lines.iter().map(|line| form(&line.name, &line.value)).collect::<String>()
        };
        match self {
            Self::Raw => each(&|name, value| format!("{name}: {value}\n")),
            Self::Nginx => {
                let hidden = each(&|name, _| match name {
                    // An upstream may vary by more, and both lines count.
                    "Vary" => String::new(),
                    name => format!("proxy_hide_header {name};\n"),
                });
                let always = if kept_back { " always" } else { "" };
                let added = each(&|name, value| {
                    format!("add_header {name} {}{always};\n", in_quotes(value))
                });
                hidden + &added
            }
            Self::Apache => each(&|name, value| {
                let always = if kept_back { " always" } else { "" };
                let action = if name == "Vary" { "merge" } else { "set" };
                format!("Header{always} {action} {name} {}\n", in_quotes(value))
            }),
            Self::Express => {
                let set = each(&|name, value| match name {
                    "Vary" => String::new(),
                    name => format!("  {}: {},\n", json!(name), json!(value)),
                });
                let vary = each(&|name, value| match name {
                    "Vary" => format!("res.vary({});\n", json!(value)),
                    _ => String::new(),
                });
                format!("res.set({{\n{set}}});\n{vary}")
            }
            Self::Next => {
                let set = each(&|name, value| format!("    {}: {},\n", json!(name), json!(value)));
                format!("return new Response(body, {{\n  headers: {{\n{set}  }},\n}});\n")
            }
            Self::Axum => {
                let set = each(&|name, value| {
                    let name = name.to_ascii_lowercase();
                    format!("    ({name:?}, {value:?}),\n")
                });
                format!(
                    "let headers = axum::response::AppendHeaders([\n{set}]);\n(headers, body)\n"
                )
            }
            Self::Netlify => {
                format!("{path}\n{}", each(&|name, value| format!("  {name}: {value}\n")))
            }
            Self::Vercel => {
                let headers: Vec<_> = lines
                    .iter()
                    .map(|line| json!({"key": line.name, "value": line.value}))
                    .collect();
                pretty(&json!({"headers": [{"source": path, "headers": headers}]}))
            }
            Self::Cloudflare => {
                let headers: serde_json::Map<_, _> = lines
                    .iter()
                    .map(|line| {
                        (line.name.clone(), json!({"operation": "set", "value": line.value}))
                    })
                    .collect();
                pretty(&json!({
                    "phase": "http_response_headers_transform",
                    "rules": [{
                        "expression": format!("http.request.uri.path eq {}", json!(path)),
                        "action": "rewrite",
                        "action_parameters": {"headers": headers},
                    }],
                }))
            }
        }
    }
}

/// A value in the quotes of nginx and Apache, which escape alike.
fn in_quotes(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    fn lines() -> Vec<Line<'static>> {
        [
            ("Cache-Control", "max-age=60, private=\"set-cookie\""),
            ("CDN-Cache-Control", "max-age=3600"),
            ("Vary", "accept-language"),
        ]
        .map(|(name, value)| Line {
            name: name.to_owned(),
            value: value.to_owned(),
            needed_by: Vec::new(),
        })
        .to_vec()
    }

    #[test]
    fn forms() {
        for (form, expected) in [
            (
                Form::Nginx,
                "proxy_hide_header Cache-Control;\nproxy_hide_header CDN-Cache-Control;\n\
                 add_header Cache-Control \"max-age=60, private=\\\"set-cookie\\\"\";\n\
                 add_header CDN-Cache-Control \"max-age=3600\";\nadd_header Vary \"accept-language\";\n",
            ),
            (
                Form::Apache,
                "Header set Cache-Control \"max-age=60, private=\\\"set-cookie\\\"\"\n\
                 Header set CDN-Cache-Control \"max-age=3600\"\nHeader merge Vary \"accept-language\"\n",
            ),
            (
                Form::Express,
                "res.set({\n  \"Cache-Control\": \"max-age=60, private=\\\"set-cookie\\\"\",\n  \
                 \"CDN-Cache-Control\": \"max-age=3600\",\n});\nres.vary(\"accept-language\");\n",
            ),
            (
                Form::Netlify,
                "/a\n  Cache-Control: max-age=60, private=\"set-cookie\"\n  \
                 CDN-Cache-Control: max-age=3600\n  Vary: accept-language\n",
            ),
            (
                Form::Axum,
                "let headers = axum::response::AppendHeaders([\n    \
                 (\"cache-control\", \"max-age=60, private=\\\"set-cookie\\\"\"),\n    \
                 (\"cdn-cache-control\", \"max-age=3600\"),\n    (\"vary\", \"accept-language\"),\n\
                 ]);\n(headers, body)\n",
            ),
        ] {
            assert_eq!(form.write(&lines(), "/a", false), expected);
        }
    }

    #[test]
    fn what_is_json_is_read_back() {
        for form in [Form::Vercel, Form::Cloudflare] {
            let text = form.write(&lines(), "/a", false);
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let headers = match form {
                Form::Vercel => value["headers"][0]["headers"][0]["value"].clone(),
                _ => value["rules"][0]["action_parameters"]["headers"]["Cache-Control"]["value"]
                    .clone(),
            };
            assert_eq!(headers, "max-age=60, private=\"set-cookie\"");
        }
    }

    #[test]
    fn every_form_has_every_line() {
        for form in Form::value_variants() {
            let text = form.write(&lines(), "/", true).to_ascii_lowercase();
            for part in ["cache-control", "cdn-cache-control", "max-age=3600", "accept-language"] {
                assert!(text.contains(part), "{form:?}: {part}");
            }
        }
    }
}
