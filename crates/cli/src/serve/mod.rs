//! `rolecall serve`: opens the store, fills it where it is empty, and answers until it is told to stop.

mod begin;
pub(crate) mod files;
mod keeper;
mod log;
pub(crate) mod master_key;

use clap::{ArgGroup, Args};
use ipnet::IpNet;
use rolecall_lab::control::server::Control;
use rolecall_names::AccountId;
use rolecall_server::{Certificates, Deployment, Limits, OpenError, Proxy, ServeError, Settings, TlsError};
use rolecall_store::StoreError;
use rolecall_world::World;
use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};
use tokio::signal::unix::{SignalKind, signal};

/// What `serve` is told.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("https").args(["tls_listen", "proxy_tls_listen"]).multiple(true),
    group = ArgGroup::new("proxied").args(["proxy_listen", "proxy_tls_listen"]).multiple(true)
)]
pub(crate) struct Arguments {
    /// A directory with world.toml and its policy files, applied at each start.
    #[arg(long, value_name = "DIR")]
    world: Option<PathBuf>,
    /// Where everything is kept [default: the user's state directory].
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where HTTP is answered; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4566")]
    listen: SocketAddr,
    /// Where HTTPS is answered, by certificates of the data directory's own authority (DATA/tls/ca.pem).
    #[arg(long, value_name = "ADDR")]
    tls_listen: Option<SocketAddr>,
    /// A certificate chain in PEM for HTTPS, in place of the data directory's own.
    #[arg(long, value_name = "FILE", requires = "tls_key", requires = "https")]
    tls_certificate: Option<PathBuf>,
    /// The key of that chain, in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// Where load balancers connect that say over version 2 of the PROXY protocol whose connection it is, for HTTP.
    #[arg(long, value_name = "ADDR")]
    proxy_listen: Option<SocketAddr>,
    /// The same for HTTPS, which begins behind the load balancer's header.
    #[arg(long, value_name = "ADDR")]
    proxy_tls_listen: Option<SocketAddr>,
    /// From where load balancers connect, as an address or a CIDR block; may be given often [default: this machine].
    #[arg(long, value_name = "CIDR", value_parser = block, requires = "proxied")]
    proxy_from: Vec<IpNet>,
    /// Where /metrics and /health are answered.
    #[arg(long, visible_alias = "admin", value_name = "ADDR")]
    admin_listen: Option<SocketAddr>,
    /// The account made in an empty data directory, when no world names any.
    #[arg(long, value_name = "ID", default_value = "000000000000")]
    account: AccountId,
    /// A file with the master key: 32 bytes, as they are, in base64 or in hex.
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<PathBuf>,
    /// Connections open at once.
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections)]
    connections: usize,
    /// Ends when the last `rolecall enter` that uses this server does.
    #[arg(long, hide = true)]
    ends_with_visitors: bool,
    /// Logs as JSON.
    #[arg(long)]
    log_json: bool,
}

/// Why `serve` ended other than by being told to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServeFailure {
    #[error(transparent)]
    Begin(#[from] begin::BeginError),
    #[error(transparent)]
    MasterKey(#[from] master_key::MasterKeyError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("the data directory is not known: name one with --data, or set XDG_STATE_HOME or HOME")]
    NoData,
    #[error("{0}")]
    Runtime(#[source] io::Error),
}

pub(crate) fn run(arguments: Arguments) -> Result<(), ServeFailure> {
    log::to_stderr(arguments.log_json, arguments.ends_with_visitors);
    let data = arguments.data.clone().or_else(files::state_directory).ok_or(ServeFailure::NoData)?;
    files::make_private(&data).map_err(|source| ServeFailure::File { path: data.clone(), source })?;
    let master_key = master_key::find(arguments.master_key_file.as_deref(), &data)?;
    let store = crate::data::open_store(&data, &master_key)?;
    let deployment = Deployment::open(store)?;
    let world = begin::begin(&deployment, arguments.world.as_deref(), arguments.account, &data)?;
    // After the store was opened: of all processes on one directory only that one makes an authority which holds the store.
    let own = Certificates::own(&data.join("tls"))?;
    let given = given(&arguments)?.unwrap_or_else(|| own.clone());
    let settings = Settings {
        listen: arguments.listen,
        tls: arguments.tls_listen.map(|address| (address, given.clone())),
        proxy: Some(Proxy {
            listen: arguments.proxy_listen,
            tls: arguments.proxy_tls_listen.map(|address| (address, given)),
            from: if arguments.proxy_from.is_empty() { this_machine() } else { arguments.proxy_from },
        }),
        adopted: Some(own),
        admin: arguments.admin_listen,
        limits: Limits { connections: files::room_for(arguments.connections), ..Limits::default() },
    };
    let told = Told { data, world: arguments.world.zip(world), ends_with_visitors: arguments.ends_with_visitors };
    let store = deployment.store().clone();
    runtime(move || store.flush()).map_err(ServeFailure::Runtime)?.block_on(until_stopped(
        Arc::new(deployment),
        settings,
        told,
    ))
}

/// What a server needs to be spoken with.
struct Told {
    data: PathBuf,
    world: Option<(PathBuf, World)>,
    ends_with_visitors: bool,
}

/// The certificates named on the command line.
fn given(arguments: &Arguments) -> Result<Option<Certificates>, TlsError> {
    let named = arguments.tls_certificate.as_deref().zip(arguments.tls_key.as_deref());
    named.map(|(chain, key)| Certificates::read(chain, key)).transpose()
}

/// A block of addresses, or one address.
fn block(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    let net = text.parse().ok().or_else(address);
    net.ok_or_else(|| "neither an address nor a CIDR block such as 10.0.0.0/16".to_owned())
}

fn this_machine() -> Vec<IpNet> {
    let loopback = [IpNet::new(Ipv4Addr::LOCALHOST.into(), 8), IpNet::new(Ipv6Addr::LOCALHOST.into(), 128)];
    loopback.into_iter().filter_map(Result::ok).collect()
}

/// One thread for one core: a second one would only pass work to and fro. `dry` is called when a thread has done all
/// there is to do: whatever it has queued in the log will get no more company from it.
fn runtime(dry: impl Fn() + Send + Sync + 'static) -> io::Result<tokio::runtime::Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut builder = if cores == 1 {
        tokio::runtime::Builder::new_current_thread()
    } else {
        tokio::runtime::Builder::new_multi_thread()
    };
    builder.worker_threads(cores).enable_all().on_thread_park(dry).build()
}

async fn until_stopped(deployment: Arc<Deployment>, settings: Settings, told: Told) -> Result<(), ServeFailure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(ServeFailure::Runtime)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(ServeFailure::Runtime)?;
    let running = rolecall_server::serve(deployment.clone(), settings).await?;
    let (data, ends_with_visitors) = (told.data.clone(), told.ends_with_visitors);
    let keeper = Arc::new(keeper::ServerKeeper::new(deployment, running.adopter(), told));
    let socket = |source| ServeFailure::File { path: data.join("control.sock"), source };
    let control = Arc::new(Control::serve(&data, keeper).map_err(socket)?);
    let deserted = deserted(&control, ends_with_visitors);
    // Before the line that says it is ready, so that whoever waits for that finds every address told.
    tracing::info!(
        address = %running.address,
        tls = running.tls_address.map(tracing::field::display),
        proxy = running.proxy_address.map(tracing::field::display),
        proxy_tls = running.proxy_tls_address.map(tracing::field::display),
        admin = running.admin_address.map(tracing::field::display),
        "serving"
    );
    announce(running.address);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = deserted => {}
    }
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

/// Returns when the last visitor is gone, if the server is there for visitors alone.
fn deserted(control: &Arc<Control>, ends_with_visitors: bool) -> impl Future<Output = ()> + use<> {
    let control = control.clone();
    let (tell, told) = tokio::sync::oneshot::channel();
    if ends_with_visitors {
        std::thread::spawn(move || {
            if let Err(error) = control.deserted(std::io::stdin()) {
                tracing::error!(%error, "the last visitor's leaving cannot be noticed");
            }
            let _ = tell.send(());
        });
    } else {
        // Kept, so that nobody is told.
        std::mem::forget(tell);
    }
    async move {
        let _ = told.await;
    }
}

/// The one line on stdout, for whoever started this and waits.
#[expect(clippy::print_stdout, reason = "the line is this verb's output")]
fn announce(address: SocketAddr) {
    println!("ready http://{address}");
}
