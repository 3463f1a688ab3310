//! Entering a place: everything a program needs to believe that it is there.

use crate::{
    control::client::Client,
    credentials::{self, Offer, PlaceFacts},
    error::EnterError,
    links::{self, Links, Served},
    mounts::{Aws, View},
    names::{self, Names},
    others::Others,
    outages,
    outside::{self, Allowed},
    reach::{HTTPS, Reach},
    rejoin::{Comer, Rejoin},
    source::Sessions,
    space::{Ended, Outside, Program, Space, leave_host},
    stand::{self, Stand},
    trust::Trust,
};
use rolecall_world::{Place, World};
use std::{
    collections::{BTreeSet, HashMap},
    ffi::{OsStr, OsString},
    fmt::Display,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    os::fd::AsRawFd,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};
use tokio::{net::UdpSocket, task::JoinSet};

/// Who goes where, and with what.
#[derive(Debug)]
pub struct Visit<'w> {
    /// The world.
    pub world: &'w World,
    /// The place of it.
    pub place: &'w Place,
    /// The data directory of the world's server, in which `tls` and the empty directory `inside` are.
    pub data: &'w Path,
    /// What is run inside, its name first.
    pub command: Vec<OsString>,
    /// The variables it is given, before the place's own are set and those that would deceive it taken away.
    pub environment: Vec<(OsString, OsString)>,
    /// Hosts outside that may be reached from inside.
    pub allowed: Vec<Allowed>,
    /// The world's directory, as its canonical path.
    pub directory: &'w Path,
    /// The program that a server is begun with.
    pub exe: &'w Path,
    /// Tells the person who entered of what happens meanwhile.
    pub tell: fn(&dyn Display),
}

/// Proxies of the host are nowhere to be reached from inside.
const PROXIES: [&str; 8] =
    ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

/// Variables that name a profile. Source: AWS SDKs and Tools Reference Guide, "Environment variables support"; botocore.
const PROFILES: [&str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];

/// Runs a program in a place, until it ends.
///
/// `server` is the world's server, already joined. Must be called while this process has one thread: it goes into
/// namespaces of its own, which it never leaves.
///
/// # Errors
/// [`EnterError`] when the place cannot be made, or the program not begun.
pub fn enter(visit: Visit<'_>, mut server: Client) -> Result<Ended, EnterError> {
    let network = visit.world.network();
    let refused = |why: String| EnterError::Place { place: visit.place.name.to_string(), why };
    let network = network.map_err(|error| refused(error.to_string()))?;
    let standing = visit.world.standing(&network, visit.place).map_err(|error| refused(error.to_string()))?;
    let facts = PlaceFacts::new(visit.world, visit.place);
    let stand = Stand::new(visit.world, visit.place, &network, &standing);
    let names = Names { allowed: inside(&visit.allowed), network, place: standing, played: Mutex::default() };
    let names = Arc::new(names);
    let comer = Comer {
        data: visit.data.to_owned(),
        directory: visit.directory.to_owned(),
        place: visit.place.name.to_string(),
        exe: visit.exe.to_owned(),
    };
    let (trust, own_directory) = comer.furnish()?;
    let offer = credentials::of(&facts);
    let sessions = Arc::new(Sessions::new(server.another()?, &visit.place.name));
    let own: Vec<IpAddr> = stand.client.iter().map(|(address, _)| address.addr()).collect();
    let reach = Reach::new(&names, visit.world);
    let mut refusing = names.network.refusing(&names.place, rolecall_server::now());
    // The place's own it has itself.
    refusing.retain(|address| !own.contains(address));
    outside::have_room(
        &visit.allowed,
        &[
            ("that is the place's own address", own.clone()),
            ("the place's DNS server is at that address", names.network.dns_servers(&names.place)),
            (
                "what hands out the place's credentials is at that address",
                offer.listen.iter().map(SocketAddr::ip).collect(),
            ),
            ("an endpoint of the world is at that address", reach.addresses()),
            ("another place of the world is at that address", refusing.clone()),
        ],
        |host| names.knows(host),
    )?;

    let (program, view) = furnished(&visit, own_directory, &trust, &stand, &offer, &sessions)?;
    let watched = server.another()?;
    let outside = leave_host({
        let (allowed, comer) = (visit.allowed.clone(), comer.clone());
        move |line| outside::serve(line, &allowed, &comer)
    })?;
    if facts.is_ipv6_alone() && !links::has_ipv6() {
        return Err(refused("it has IPv6 alone, which this kernel has not, or has switched off".to_owned()));
    }
    let others = Others::make(refusing)?;

    let client = stand.client.clone();
    let beside: Vec<IpAddr> = visit.allowed.iter().enumerate().map(|(number, one)| one.inside(number)).collect();
    let host_name = stand.host_name.clone();
    let mut space = Space::begin(program, move || {
        nix::unistd::sethostname(&host_name).map_err(EnterError::system("name the host"))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(EnterError::system("begin a runtime"))?;
        runtime.block_on(async { Links::here()?.furnish_client(&client, &beside).await })?;
        view.make()
    })?;

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(EnterError::system("begin a runtime"))?;
    let ended = runtime.block_on(async {
        let links = Links::here()?;
        links.make_wire(space.init()).await?;
        links.furnish_lab(&own).await?;
        others.lead_there(&links).await?;
        space.go_on()?;

        let now = reach.now(&HashMap::new());
        for address in &now {
            links.serve(Served::Endpoint, *address).await?;
        }
        let (listener, headers) = (everywhere(HTTPS)?, reach.headers());
        server.listen(&listener, &headers)?;
        let _resolvers = resolvers(&links, &names, &own).await?;
        let _services = services(&links, &offer, sessions.clone()).await?;
        ways_out(&links, &visit.allowed, &outside).await?;
        let outages = outages::watch(reach, now, links.clone(), visit.tell);
        if let Some(outages) = &outages {
            outages.hear(watched);
        }
        let line = outside.line().try_clone().map_err(EnterError::system("keep the line to the process outside"))?;
        Rejoin { comer, line, listener, headers, sessions, outages, tell: visit.tell }.watch(server);

        space.go_on()?;
        space.ended(&outside, visit.tell).await
    });
    // Threads that still wait for the server would keep this process.
    runtime.shutdown_background();
    ended
}

/// A listening socket at every address the lab has, of either family.
fn everywhere(port: u16) -> Result<TcpListener, EnterError> {
    let any = if links::has_ipv6() { IpAddr::V6(Ipv6Addr::UNSPECIFIED) } else { IpAddr::V4(Ipv4Addr::UNSPECIFIED) };
    bound(SocketAddr::new(any, port)).map_err(EnterError::system("listen where endpoints answer"))
}

/// A listening socket that others may stand beside on the same port: a connection goes to the one with the more exact
/// address, so that a way out on 443 is not taken for an endpoint.
fn bound(at: SocketAddr) -> io::Result<TcpListener> {
    use nix::sys::socket::{
        AddressFamily, Backlog, SockFlag, SockType, SockaddrIn, SockaddrIn6, bind, listen, setsockopt, socket, sockopt,
    };
    const WAITING: i32 = 1_024;
    let family = if at.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 };
    let socket = socket(family, SockType::Stream, SockFlag::SOCK_CLOEXEC, None)?;
    setsockopt(&socket, sockopt::ReuseAddr, &true)?;
    setsockopt(&socket, sockopt::ReusePort, &true)?;
    match at {
        SocketAddr::V4(at) => bind(socket.as_raw_fd(), &SockaddrIn::from(at))?,
        SocketAddr::V6(at) => bind(socket.as_raw_fd(), &SockaddrIn6::from(at))?,
    }
    listen(&socket, Backlog::new(WAITING)?)?;
    Ok(socket.into())
}

/// The program with what it is told, and the files it sees.
fn furnished(
    visit: &Visit<'_>,
    own: PathBuf,
    trust: &Trust,
    stand: &Stand,
    offer: &Offer,
    sessions: &Sessions,
) -> Result<(Program, View), EnterError> {
    let variable = |wanted: &str| visit.environment.iter().find(|(name, _)| name == OsStr::new(wanted)).map(|(_, v)| v);
    let homes = homes(variable("HOME").map(Path::new));
    let aws = match visit.place.kind.is_inside() {
        true => Aws::settings(&homes, &visit.environment),
        false => Aws::all_but_caches(&homes),
    };
    let config = aws.named.clone().map(|said| ("config", said));
    let named = config.as_ref().map(|(name, _)| ("AWS_CONFIG_FILE".into(), own.join(name).into_os_string()));
    let java_home = variable("JAVA_HOME").map(Path::new);
    let stand_ins = trust.stand_ins(java_home, variable("PATH").map(OsString::as_os_str));
    let view = View {
        kept: offer.token_file.clone().into_iter().chain(config).collect(),
        made: vec![
            ("/etc/resolv.conf".into(), stand.resolv_conf()),
            ("/etc/hosts".into(), stand.hosts()),
            ("/etc/nsswitch.conf".into(), stand::nsswitch_conf()),
        ],
        stand_ins: stand_ins.into_iter().map(|(ours, theirs)| (ours.to_owned(), theirs)).collect(),
        aws,
        homes,
        runtimes: runtimes(variable("XDG_RUNTIME_DIR").map(Path::new)),
        own,
    };
    let told: Vec<(OsString, OsString)> = offer
        .environment(sessions, &view.own)
        .map_err(EnterError::Server)?
        .into_iter()
        .map(|(name, value)| (name.into(), value.into()))
        .chain(trust.variables().into_iter().map(|(name, value)| (name.into(), value)))
        .chain(named)
        .collect();
    let gone = |name: &OsStr| {
        PROXIES.iter().any(|proxy| name == OsStr::new(proxy))
            || offer.unset.iter().any(|unset| name == OsStr::new(unset))
            || told.iter().any(|(known, _)| known == name)
    };
    // A tool that looks for a profile that is not there ends with an error.
    let is_lost = |name: &OsStr, value: &OsStr| {
        PROFILES.iter().any(|profile| name == OsStr::new(profile)) && !view.aws.has_profile(&value.to_string_lossy())
    };
    let kept = visit.environment.iter().filter(|(name, value)| !gone(name) && !is_lost(name, value)).cloned();
    let environment: Vec<_> = kept.chain(told.iter().cloned()).collect();
    Ok((Program::new(visit.command.iter().cloned(), environment)?, view))
}

/// The user's homes: what `HOME` says, and what the system does, which programs ask that find no `HOME`.
fn homes(told: Option<&Path>) -> Vec<PathBuf> {
    let known = nix::unistd::User::from_uid(nix::unistd::getuid()).ok().flatten();
    let known = known.map(|user| user.dir);
    told.and_then(|told| std::path::absolute(told).ok()).into_iter().chain(known).collect()
}

/// The user's directories of sockets: what `XDG_RUNTIME_DIR` says, and where it is when nothing does
/// (`pam_systemd(8)`).
fn runtimes(told: Option<&Path>) -> Vec<PathBuf> {
    let usual = PathBuf::from(format!("/run/user/{}", nix::unistd::getuid()));
    told.map(Path::to_owned).into_iter().filter(|told| told.is_absolute()).chain([usual]).collect()
}

/// Begins a resolver at each address where the place finds one.
async fn resolvers(links: &Links, names: &Arc<Names>, own: &[IpAddr]) -> Result<Vec<impl Send>, EnterError> {
    let mut running = Vec::new();
    let servers: BTreeSet<IpAddr> = names.network.dns_servers(&names.place).into_iter().collect();
    for address in servers {
        // What the place has itself is not at the other end of the wire.
        if own.contains(&address) || address.is_loopback() || (address.is_ipv6() && !links::has_ipv6()) {
            continue;
        }
        links.serve(Served::Dns, address).await?;
        let failed = EnterError::system("listen where a resolver answers");
        let datagrams = UdpSocket::bind((address, 53)).await.map_err(&failed)?;
        let connections = tokio::net::TcpListener::bind((address, 53)).await.map_err(&failed)?;
        running.push(names::serve(names.clone(), address, datagrams, connections));
    }
    Ok(running)
}

/// Begins the services that hand out credentials.
async fn services(links: &Links, offer: &Offer, sessions: Arc<Sessions>) -> Result<JoinSet<()>, EnterError> {
    let mut listeners = Vec::new();
    for at in &offer.listen {
        if at.is_ipv6() && !links::has_ipv6() {
            continue;
        }
        links.serve(Served::Metadata, at.ip()).await?;
        let listener = tokio::net::TcpListener::bind(at).await;
        listeners.push(listener.map_err(EnterError::system("listen where credentials are handed out"))?);
    }
    Ok(offer.serve(listeners, sessions))
}

/// Opens the ways out that were allowed.
async fn ways_out(links: &Links, allowed: &[Allowed], outside: &Outside) -> Result<(), EnterError> {
    let mut listeners = Vec::new();
    for (number, one) in allowed.iter().enumerate() {
        let address = one.inside(number);
        links.serve(Served::WayOut, address).await?;
        for port in &one.ports {
            let listener = bound(SocketAddr::new(address, *port));
            listeners.push(listener.map_err(EnterError::system("listen for what goes out"))?);
        }
    }
    outside::hand_over(outside.line(), &listeners)
}

fn inside(allowed: &[Allowed]) -> HashMap<String, IpAddr> {
    allowed.iter().enumerate().map(|(number, one)| (one.host.clone(), one.inside(number))).collect()
}
