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
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
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

    /// Literals of JavaScript, which are JSON with quotes of their own and commas to spare.
    fn jsonc<T: serde::de::DeserializeOwned>(text: &str) -> T {
        jsonc_parser::parse_to_serde_value(text, &jsonc_parser::ParseOptions::default()).unwrap()
    }

    /// The lines that a form sends, read by the grammar of whoever takes the form.
    fn read_back(form: Form, text: &str) -> Vec<(String, String)> {
        let pair = |name: &str, value: &str| (name.to_ascii_lowercase(), value.to_owned());
        let split = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            pair(name, value)
        };
        // An array of Rust is written as one of JavaScript, but for its tuples.
        let literal = |from: char, to: char| -> serde_json::Value {
            let text = &text[text.find(from).unwrap()..=text.rfind(to).unwrap()];
            jsonc(&text.replace("    (", "    [").replace("),\n", "],\n"))
        };
        let members = |object: &serde_json::Value| -> Vec<(String, String)> {
            let members = object.as_object().unwrap().iter();
            members.map(|(name, value)| pair(name, value.as_str().unwrap())).collect()
        };
        match form {
            Form::Raw => text.lines().map(split).collect(),
            Form::Nginx => {
                let directives = crate::import::nginx::syntax::parse(text, "pasted").unwrap();
                let added = directives.iter().filter(|directive| directive.name == "add_header");
                added.map(|directive| pair(&directive.words[0], &directive.words[1])).collect()
            }
            Form::Apache => {
                let words = text.lines().map(|line| shlex::split(line).unwrap());
                words
                    .map(|words| match words.as_slice() {
                        [header, always @ .., action, name, value] => {
                            assert_eq!(header, "Header");
                            assert!(always.is_empty() || always == ["always"], "{always:?}");
                            assert!(["set", "merge"].contains(&action.as_str()), "{action}");
                            pair(name, value)
                        }
                        words => panic!("{words:?}"),
                    })
                    .collect()
            }
            Form::Express => {
                let (set, vary) = text.split_once("});\n").unwrap();
                let set = set.strip_prefix("res.set(").unwrap().to_owned() + "}";
                let vary = vary.strip_prefix("res.vary(").unwrap().strip_suffix(");\n").unwrap();
                let mut all = members(&jsonc(&set));
                all.push(pair("vary", &jsonc::<String>(vary)));
                all
            }
            Form::Next => {
                let object = text.split_once("body, ").unwrap().1.strip_suffix(");\n").unwrap();
                members(&jsonc::<serde_json::Value>(object)["headers"])
            }
            Form::Axum => {
                let pairs: Vec<(String, String)> =
                    serde_json::from_value(literal('[', ']')).unwrap();
                pairs
            }
            Form::Netlify => {
                let (path, lines) = text.split_once('\n').unwrap();
                assert!(path.starts_with('/'), "{path}");
                lines.lines().map(|line| split(line.strip_prefix("  ").unwrap())).collect()
            }
            Form::Vercel => {
                let value: serde_json::Value = serde_json::from_str(text).unwrap();
                let rule = &value["headers"][0];
                assert_eq!(rule["source"], "/a");
                let headers = rule["headers"].as_array().unwrap().iter();
                let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
                headers.map(|one| pair(&text(&one["key"]), &text(&one["value"]))).collect()
            }
            Form::Cloudflare => {
                let value: serde_json::Value = serde_json::from_str(text).unwrap();
                let rule = &value["rules"][0];
                assert_eq!(rule["expression"], "http.request.uri.path eq \"/a\"");
                let headers = rule["action_parameters"]["headers"].as_object().unwrap().iter();
                let set = headers.filter(|(_, one)| one["operation"] == "set");
                set.map(|(name, one)| pair(name, one["value"].as_str().unwrap())).collect()
            }
        }
    }

    #[test]
    fn every_form_sends_every_line() {
        let lines = lines();
        let mut expected: Vec<_> =
            lines.iter().map(|line| (line.name.to_ascii_lowercase(), line.value.clone())).collect();
        expected.sort();
        for form in Form::value_variants() {
            for kept_back in [false, true] {
                let mut sent = read_back(*form, &form.write(&lines, "/a", kept_back));
                sent.sort();
                assert_eq!(sent, expected, "{form:?}");
            }
        }
    }
}
