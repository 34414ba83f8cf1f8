//! `storable proxy`: the cache itself, before an origin.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use http::Uri;
use http::uri::Authority;
use storable::Profile;
use storable::profile::{ControlField, StaleIfError, StaleWindow, Validation, ZeroLifetime};

use tokio::net::TcpListener;

use crate::named_site::{self, Cache};
use crate::proxy::{Date, Interim, Oddity, Proxy, Settings, serve};

/// Be that cache: a reverse proxy before an origin, to try a site behind it.
///
/// It stores, reuses and shares as the cache of the profile does; Cache-Status on every response says
/// what it did, and by which rule.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The origin, as http://HOST:PORT.
    #[arg(long, value_parser = origin)]
    origin: Authority,
    /// Whose rules to follow: a profile, or a site file.
    #[arg(long, value_name = "ID|FILE", default_value = "rfc9111-shared", value_parser = named_site::cache)]
    profile: Cache,
    /// Serve stale responses whenever the origin fails, not only where they say stale-if-error;
    /// overrides the profile.
    #[arg(long)]
    stale_on_error: bool,
    /// Targeted fields to obey before Cache-Control, the first one first.
    #[arg(long, value_delimiter = ',', value_name = "FIELD")]
    targeted: Vec<String>,
    /// The lifetime, in seconds, of a response that states none; overrides the profile.
    #[arg(long, value_name = "SECONDS")]
    default_ttl: Option<u64>,
    /// For how many seconds a stale response answers while it is revalidated, where it does not
    /// say so itself; overrides the profile.
    #[arg(long, value_name = "SECONDS")]
    grace: Option<u64>,
    /// The greatest lifetime, in seconds; overrides the profile.
    #[arg(long, value_name = "SECONDS")]
    maximum_ttl: Option<u64>,
    /// Renew stale responses with a condition, where the profile fetches them anew.
    #[arg(long)]
    revalidate: bool,
    /// Store responses that are stale on arrival.
    #[arg(long)]
    store_stale: bool,
    /// What becomes of informational responses (1xx) of the origin: forward, drop, or
    /// forward-unstored, which does not store the response behind them.
    #[arg(long, default_value = "forward", value_parser = interim)]
    interim: Interim,
    /// Date answers with the time at which they are sent.
    #[arg(long)]
    own_date: bool,
    /// Which answers of the origin the client gets a 502 for: interim (1xx), coding (a transfer coding that
    /// is not chunked), part (one that was not asked for).
    #[arg(long, value_delimiter = ',', value_name = "WHAT", value_parser = oddity)]
    refuse: Vec<Oddity>,
    /// The limit of the store, in MiB.
    #[arg(long, default_value_t = 256)]
    cache_mib: u64,
    /// The longest content that is stored, in MiB.
    #[arg(long, default_value_t = 32)]
    object_mib: usize,
    /// How many seconds the origin may take for a head, and between pieces of content.
    #[arg(long, default_value_t = 30)]
    patience: u64,
}

fn interim(text: &str) -> Result<Interim, String> {
    Ok(match text {
        "forward" => Interim::Forward,
        "forward-unstored" => Interim::ForwardUnstored,
        "drop" => Interim::Drop,
        _ => return Err("it is forward, forward-unstored or drop".to_owned()),
    })
}

fn oddity(text: &str) -> Result<Oddity, String> {
    Ok(match text {
        "interim" => Oddity::Interim,
        "coding" => Oddity::Coding,
        "part" => Oddity::Part,
        _ => return Err("it is interim, coding or part".to_owned()),
    })
}

fn origin(text: &str) -> Result<Authority, String> {
    let uri: Uri = text.parse().map_err(|error| format!("{error}"))?;
    if uri.scheme_str() != Some("http") || !matches!(uri.path(), "" | "/") || uri.query().is_some()
    {
        return Err("the origin is spoken to in plain HTTP, as in http://127.0.0.1:8000".into());
    }
    uri.authority().cloned().ok_or_else(|| "there is no host in it".to_owned())
}

impl Arguments {
    fn settings(self) -> Settings {
        let cache = self.profile;
        let profiles = cache.routes().iter().map(|profile| self.adapted(*profile)).collect();
        let mut settings = Settings::new(Profile::CACHING_OFF, self.origin);
        settings.name = format!("storable-{}", cache.id());
        settings.profiles = profiles;
        settings.site = Some(cache.site());
        settings.interim = self.interim;
        if self.own_date {
            settings.date = Date::OfSending;
        }
        settings.refused = self.refuse;
        settings.cache_bytes = self.cache_mib.saturating_mul(1 << 20);
        settings.object_bytes = self.object_mib.saturating_mul(1 << 20);
        settings.patience = Duration::from_secs(self.patience.max(1));
        settings
    }

    /// A profile with what the command line sets.
    fn adapted(&self, mut profile: Profile) -> Profile {
        if !self.targeted.is_empty() {
            // Profiles are constants; these few names live as long as the program.
            let fields = self.targeted.iter().map(|name| {
                let name: &'static str = Box::leak(name.to_ascii_lowercase().into_boxed_str());
                ControlField::Targeted(name)
            });
            profile = profile.with_control_fields(Vec::leak(fields.collect()));
        }
        if let Some(seconds) = self.default_ttl {
            profile = profile.with_default_ttl(seconds);
        }
        if let Some(seconds) = self.grace {
            profile = profile.with_stale_while_revalidate(StaleWindow::Default(seconds));
        }
        if let Some(seconds) = self.maximum_ttl {
            profile = profile.with_maximum_ttl(seconds);
        }
        if self.revalidate {
            profile = profile.with_validation(Validation::Conditional);
        }
        if self.store_stale {
            profile = profile.with_zero_lifetime(ZeroLifetime::Stored);
        }
        if self.stale_on_error {
            profile = profile.with_stale_if_error(StaleIfError::UnlessBarred);
        }
        profile
    }
}

pub(crate) fn run(arguments: Arguments) -> ExitCode {
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(listen(arguments)),
        Err(error) => failed(&format!("the system lets no tasks run: {error}")),
    }
}

fn failed(says: &str) -> ExitCode {
    eprintln!("storable proxy: {says}");
    ExitCode::FAILURE
}

async fn listen(arguments: Arguments) -> ExitCode {
    let listen = arguments.listen;
    let listener = match TcpListener::bind(listen).await {
        Ok(listener) => listener,
        Err(error) => return failed(&format!("cannot listen on {listen}: {error}")),
    };
    let id = arguments.profile.id();
    let settings = arguments.settings();
    eprintln!("storable proxy: {} on http://{listen}, before http://{}", id, settings.origin);
    serve(listener, Proxy::new(settings), stopped()).await;
    ExitCode::SUCCESS
}

/// Done when the program is asked to stop.
async fn stopped() {
    let interrupt = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                () = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    interrupt.await;
}
