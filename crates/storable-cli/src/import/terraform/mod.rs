//! What `terraform show -json` prints of a state or a plan, in the forms that the vendors' own APIs
//! have, which the importers read.
//!
//! The JSON: <https://developer.hashicorp.com/terraform/internals/json-format>. Schemas of the resources:
//! github.com/hashicorp/terraform-provider-aws (aws_cloudfront_*), terraform-provider-google
//! (google_compute_*) and github.com/cloudflare/terraform-provider-cloudflare a2efdc5 (cloudflare_ruleset,
//! versions 4 and 5). Seen 2026-11-30.

mod cloudflare;
mod cloudfront;
mod google;

use serde_json::{Map, Value, json};

pub(super) use cloudflare::{cloudflare, zones};
pub(super) use cloudfront::cloudfront;
pub(super) use google::google;

use super::document::File;

/// What stands for a value that no reader can know.
const UNTOLD: &str = "(known after apply)";

/// The same of something of a resource.
fn of_resource(address: &str) -> String {
    format!("(known after apply: {address})")
}

/// A resource of a state or a plan.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    address: String,
    kind: String,
    /// The attributes. What is known after apply alone is [`UNTOLD`], or names the one resource that it
    /// refers to.
    values: Value,
}

impl Resource {
    fn zone(&self) -> Option<&str> {
        self.values.get("zone_id").and_then(Value::as_str)
    }

    /// Of several distributions, maps or zones one alone may be asked for.
    fn is_wanted(&self, only: Option<&str>) -> bool {
        let Some(only) = only else { return true };
        match self.kind.as_str() {
            "aws_cloudfront_distribution" | "google_compute_url_map" => self.address == only,
            "cloudflare_ruleset" | "cloudflare_page_rule" => self.zone() == Some(only),
            _ => true,
        }
    }
}

/// The documents of a file in the API's form, each with its place.
pub(super) fn documents(
    file: &File,
    values: Vec<Value>,
    of: impl Fn(&[Resource]) -> Vec<(String, Value)>,
) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for value in values {
        match resources(&value) {
            Some(mut resources) => {
                resources.retain(|resource| resource.is_wanted(file.only.as_deref()));
                let told = of(&resources).into_iter();
                all.extend(
                    told.map(|(address, value)| (format!("{}: {address}", file.name), value)),
                );
            }
            None => all.push((file.name.clone(), value)),
        }
    }
    all
}

/// The resources that a document holds; `None` where it is no state and no plan.
pub(super) fn resources(document: &Value) -> Option<Vec<Resource>> {
    let mut all = Vec::new();
    match (document.pointer("/values/root_module"), document.pointer("/planned_values/root_module"))
    {
        (Some(module), _) => add(module, &mut all, 0),
        (None, Some(module)) => {
            add(module, &mut all, 0);
            // Data sources have been read before the plan.
            if let Some(before) = document.pointer("/prior_state/values/root_module") {
                let mut read = Vec::new();
                add(before, &mut read, 0);
                all.extend(read.into_iter().filter(|it| it.address.contains("data.")));
            }
            let configuration = document.pointer("/configuration/root_module");
            let changes = document.get("resource_changes").and_then(Value::as_array);
            for change in changes.into_iter().flatten() {
                let address = change.get("address").and_then(Value::as_str);
                let own = all.iter_mut().find(|own| Some(own.address.as_str()) == address);
                if let (Some(own), Some(unknown)) = (own, change.pointer("/change/after_unknown")) {
                    let (module, expressions) = expressions(configuration, change);
                    fill(&mut own.values, unknown, expressions, &module);
                }
            }
        }
        (None, None) => return None,
    }
    Some(all)
}

/// Modules in modules go no deeper.
const DEEPEST: usize = 32;

fn add(module: &Value, all: &mut Vec<Resource>, depth: usize) {
    let list = |name: &str| module.get(name).and_then(Value::as_array).into_iter().flatten();
    for resource in list("resources") {
        let text = |name: &str| resource.get(name).and_then(Value::as_str).map(str::to_owned);
        if let (Some(address), Some(kind)) = (text("address"), text("type")) {
            let values = resource.get("values").cloned().unwrap_or_default();
            all.push(Resource { address, kind, values });
        }
    }
    if depth < DEEPEST {
        list("child_modules").for_each(|child| add(child, all, depth.saturating_add(1)));
    }
}

/// The module of a resource with a dot behind it, and what its configuration says.
fn expressions<'d>(root: Option<&'d Value>, change: &Value) -> (String, Option<&'d Value>) {
    let text = |name: &str| change.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut module = root;
    let address = text("module_address");
    for name in address.split('.').filter(|part| *part != "module") {
        let name = name.split('[').next().unwrap_or(name);
        if !name.is_empty() {
            module = module.and_then(|it| it.get("module_calls")?.get(name)?.get("module"));
        }
    }
    let resources = module.and_then(|it| it.get("resources")).and_then(Value::as_array);
    let is_it = |it: &&Value| {
        ["mode", "type", "name"]
            .iter()
            .all(|key| it.get(key).and_then(Value::as_str) == Some(text(key)))
    };
    let own = resources.and_then(|all| all.iter().find(is_it)).and_then(|it| it.get("expressions"));
    let prefix = if address.is_empty() { String::new() } else { format!("{address}.") };
    (prefix, own)
}

/// Puts something in the place of values that are known after apply alone. What the configuration
/// does not set the provider makes up itself: that is as if it were not there.
fn fill(value: &mut Value, unknown: &Value, expression: Option<&Value>, module: &str) {
    match unknown {
        Value::Bool(true) => {
            *value = refers_to(expression, module).unwrap_or_else(|| json!(UNTOLD))
        }
        Value::Object(members) => {
            if value.is_null() {
                *value = Value::Object(Map::new());
            }
            let Value::Object(own) = value else { return };
            for (name, unknown) in members {
                let expression = expression.filter(|it| it.is_object());
                let is_set = expression.is_none_or(|it| it.get(name).is_some());
                if *unknown == Value::Bool(true) && !is_set {
                    continue;
                }
                let inner = expression.and_then(|it| it.get(name));
                fill(own.entry(name.clone()).or_insert(Value::Null), unknown, inner, module);
            }
            own.retain(|_, value| !value.is_null());
        }
        Value::Array(members) => {
            let Value::Array(own) = value else { return };
            for (at, (own, unknown)) in own.iter_mut().zip(members).enumerate() {
                fill(own, unknown, expression.and_then(|it| it.get(at)), module);
            }
        }
        _ => {}
    }
}

/// The address of the one resource that an expression refers to.
fn refers_to(expression: Option<&Value>, module: &str) -> Option<Value> {
    let references = expression?.get("references")?.as_array()?;
    let texts = references.iter().filter_map(Value::as_str);
    // `type.name.id` is followed by `type.name`.
    let whole = |text: &&str| text.split('.').count() == 2 && !text.starts_with("module.");
    let mut resources: Vec<&str> = texts.filter(whole).collect();
    resources.dedup();
    let [one] = resources.as_slice() else { return None };
    let is_input =
        ["var.", "local.", "each.", "count.", "path."].iter().any(|it| one.starts_with(it));
    (!is_input).then(|| json!(of_resource(&format!("{module}{one}"))))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// Whether a text stands for what is known after apply alone.
pub(super) fn is_untold_text(text: &str) -> bool {
    text.starts_with("(known after apply")
}

fn is_untold(value: &Value) -> bool {
    match value {
        Value::String(text) => is_untold_text(text),
        Value::Array(list) => list.iter().any(is_untold),
        Value::Object(members) => members.values().any(is_untold),
        _ => false,
    }
}
