//! The wire between the client's network and the lab's, and what is let over it.
//!
//! Both ends have one hardware address and ask for nobody else's, so that every packet of the client's reaches the lab,
//! wherever it is meant for: a packet to an address where nothing is must vanish, not be answered with "no such
//! neighbour". In the lab, rules say by port which table of local addresses is looked at; what none of them knows is
//! dropped in silence, as a VPC drops it. Rules for ports need no firewall in the kernel, only policy routing.

use crate::error::EnterError;
use futures_util::TryStreamExt;
use ipnet::IpNet;
use rtnetlink::{
    Handle, LinkMessageBuilder, LinkUnspec, LinkVeth, RouteMessageBuilder,
    packet_route::{
        AddressFamily, IpProtocol,
        address::AddressHeaderFlags,
        link::{InfoData, InfoVeth, LinkAttribute, LinkFlags, LinkMessage},
        route::{RouteMessage, RouteScope, RouteType},
        rule::{RuleAction, RuleAttribute, RulePortRange},
    },
};
use std::{net::IpAddr, os::fd::RawFd};

/// The lab's end.
const LAB: &str = "lab0";
/// The client's end, called as Amazon Linux calls an instance's first interface.
pub(crate) const CLIENT: &str = "eth0";
/// The lab's end of the wire to the machines where nothing listens.
const OTHERS: &str = "others0";
const OTHERS_TABLE: u32 = 2000;
const LOCAL_TABLE: u32 = 255;
/// The loopback interface is the first there is in every network namespace.
const LOOPBACK: u32 = 1;
/// Locally administered, of nobody.
const HARDWARE: [u8; 6] = [0x02, 0x00, 0x00, 0x00, 0x00, 0x01];

/// What answers at addresses of the lab, by which packets are let through to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Served {
    /// TCP on port 443.
    Endpoint,
    /// UDP and TCP on port 53.
    Dns,
    /// TCP on port 80.
    Metadata,
    /// TCP on whatever port was allowed.
    WayOut,
}

impl Served {
    /// The table its addresses are in.
    const fn table(self) -> u32 {
        match self {
            Self::Endpoint => 443,
            Self::Dns => 1053,
            Self::Metadata => 1080,
            Self::WayOut => 1000,
        }
    }

    /// The protocol and the port of what is let through; `None` for every port.
    fn doors(self) -> Vec<Option<(IpProtocol, u16)>> {
        match self {
            Self::Endpoint => vec![Some((IpProtocol::Tcp, 443))],
            Self::Dns => vec![Some((IpProtocol::Udp, 53)), Some((IpProtocol::Tcp, 53))],
            Self::Metadata => vec![Some((IpProtocol::Tcp, 80))],
            Self::WayOut => vec![None],
        }
    }
}

/// The kernel's networking, in the network namespace this was made in.
#[derive(Clone)]
pub(crate) struct Links {
    handle: Handle,
}

impl Links {
    /// Must be called inside a runtime.
    pub(crate) fn here() -> Result<Self, EnterError> {
        let (connection, handle, _) =
            rtnetlink::new_connection().map_err(EnterError::system("speak with the kernel about networks"))?;
        tokio::spawn(connection);
        Ok(Self { handle })
    }

    /// Makes the wire; its far end is in the network namespace of the process `client`.
    pub(crate) async fn make_wire(&self, client: u32) -> Result<(), EnterError> {
        let peer = LinkMessageBuilder::<LinkUnspec>::new()
            .name(CLIENT)
            .address(HARDWARE.to_vec())
            .setns_by_pid(client)
            .build();
        let wire = LinkMessageBuilder::<LinkVeth>::new(LAB, CLIENT)
            .set_info_data(InfoData::Veth(InfoVeth::Peer(peer)))
            .address(HARDWARE.to_vec())
            .build();
        self.handle.link().add(wire).execute().await.map_err(EnterError::link("make a veth pair"))?;
        self.up("lo").await?;
        self.up_without_arp(LAB).await?;
        Ok(())
    }

    async fn index(&self, name: &str) -> Result<u32, EnterError> {
        let found = self.handle.link().get().match_name(name.to_owned()).execute().try_next().await;
        let found: Option<LinkMessage> = found.map_err(EnterError::link("find a network interface"))?;
        Ok(found.map_or(0, |link| link.header.index))
    }

    async fn up(&self, name: &str) -> Result<u32, EnterError> {
        let index = self.index(name).await?;
        let message = LinkMessageBuilder::<LinkUnspec>::new().index(index).up().build();
        self.handle.link().set(message).execute().await.map_err(EnterError::link("set a network interface up"))?;
        Ok(index)
    }

    async fn up_without_arp(&self, name: &str) -> Result<u32, EnterError> {
        let index = self.index(name).await?;
        let mut message = LinkMessageBuilder::<LinkUnspec>::new().index(index).up().arp(false).build();
        // No address of its own making: what is here was put here.
        message.attributes.push(no_generated_addresses());
        debug_assert!(message.header.change_mask.contains(LinkFlags::Noarp));
        self.handle.link().set(message).execute().await.map_err(EnterError::link("set a network interface up"))?;
        Ok(index)
    }

    /// Gives an interface an address that can be used at once: nobody else could have it.
    async fn give(&self, index: u32, address: IpAddr, length: u8) -> Result<(), EnterError> {
        let mut add = self.handle.address().add(index, address, length).replace();
        add.message_mut().header.flags.insert(AddressHeaderFlags::Nodad);
        add.execute().await.map_err(EnterError::link("give an interface its address"))
    }

    /// The client's side: its addresses, and the subnet's router for everything else.
    /// To `beside` there is a way too, whatever the router is for.
    pub(crate) async fn furnish_client(
        &self,
        addresses: &[(IpNet, Option<IpAddr>)],
        beside: &[IpAddr],
    ) -> Result<(), EnterError> {
        self.up("lo").await?;
        let index = self.up_without_arp(CLIENT).await?;
        let (spoken, mut led) = (has_ipv6(), std::collections::HashSet::new());
        for (own, router) in addresses.iter().filter(|(own, _)| spoken || own.addr().is_ipv4()) {
            self.give(index, own.addr(), own.prefix_len()).await?;
            let Some(router) = router else { continue };
            // One way out for each family, however many addresses there are.
            if !led.insert(own.addr().is_ipv6()) {
                continue;
            }
            let default = match router {
                IpAddr::V4(router) => {
                    RouteMessageBuilder::<std::net::Ipv4Addr>::new().output_interface(index).gateway(*router).build()
                }
                IpAddr::V6(router) => {
                    RouteMessageBuilder::<std::net::Ipv6Addr>::new().output_interface(index).gateway(*router).build()
                }
            };
            self.handle.route().add(default).execute().await.map_err(EnterError::link("give the place its router"))?;
        }
        for address in beside.iter().filter(|address| !led.contains(&address.is_ipv6())) {
            let mut route = host_route(*address, index);
            route.header.scope = RouteScope::Link;
            self.handle
                .route()
                .add(route)
                .execute()
                .await
                .map_err(EnterError::link("lead the place to what is allowed"))?;
        }
        Ok(())
    }

    /// The lab's side: the way back to the client, and nothing let through yet.
    pub(crate) async fn furnish_lab(&self, client: &[IpAddr]) -> Result<(), EnterError> {
        let index = self.index(LAB).await?;
        let spoken = has_ipv6();
        for address in client.iter().filter(|address| spoken || address.is_ipv4()) {
            let mut route = host_route(*address, index);
            route.header.scope = RouteScope::Link;
            self.handle.route().add(route).execute().await.map_err(EnterError::link("route back to the place"))?;
        }
        for family in families() {
            self.rule(family, 100, None, None, LOCAL_TABLE).await?;
            self.drop_first_rule(family).await?;
            for served in [Served::Endpoint, Served::Dns, Served::Metadata, Served::WayOut] {
                for door in served.doors() {
                    self.rule(family, 10, Some(LAB), door, served.table()).await?;
                }
            }
            self.drop_the_rest(family).await?;
        }
        Ok(())
    }

    /// Local addresses are looked for before any rule, by a rule of their own that comes first; it has to come later.
    async fn drop_first_rule(&self, family: AddressFamily) -> Result<(), EnterError> {
        let mut message = rtnetlink::packet_route::rule::RuleMessage::default();
        message.header.family = family;
        message.header.action = RuleAction::ToTable;
        message.header.table = 255;
        message.attributes.push(RuleAttribute::Priority(0));
        self.handle.rule().del(message).execute().await.map_err(EnterError::link("take the first routing rule away"))
    }

    async fn rule(
        &self,
        family: AddressFamily,
        priority: u32,
        from: Option<&str>,
        door: Option<(IpProtocol, u16)>,
        table: u32,
    ) -> Result<(), EnterError> {
        let mut add = self.handle.rule().add().table_id(table).action(RuleAction::ToTable).priority(priority);
        add.message_mut().header.family = family;
        if let Some(from) = from {
            add = add.input_interface(from);
        }
        if let Some((protocol, port)) = door {
            let ports = RulePortRange { start: port, end: port };
            let attributes = &mut add.message_mut().attributes;
            attributes.push(RuleAttribute::IpProtocol(protocol));
            attributes.push(RuleAttribute::DestinationPortRange(ports));
        }
        add.execute().await.map_err(EnterError::link("say what is let through (policy routing by port)"))
    }

    async fn drop_the_rest(&self, family: AddressFamily) -> Result<(), EnterError> {
        let mut add = self.handle.rule().add().action(RuleAction::Blackhole).priority(90).input_interface(LAB);
        add.message_mut().header.family = family;
        add.execute().await.map_err(EnterError::link("say that nothing else is let through"))
    }

    /// In the network namespace of the world's other machines: a wire to the lab, whose network namespace is `lab`, and
    /// their addresses, at which nothing listens.
    pub(crate) async fn furnish_others(&self, lab: RawFd, addresses: &[IpAddr]) -> Result<(), EnterError> {
        let peer =
            LinkMessageBuilder::<LinkUnspec>::new().name(OTHERS).address(HARDWARE.to_vec()).setns_by_fd(lab).build();
        let wire = LinkMessageBuilder::<LinkVeth>::new(CLIENT, OTHERS)
            .set_info_data(InfoData::Veth(InfoVeth::Peer(peer)))
            .address(HARDWARE.to_vec())
            .build();
        self.handle.link().add(wire).execute().await.map_err(EnterError::link("make a veth pair"))?;
        self.up("lo").await?;
        let index = self.up_without_arp(CLIENT).await?;
        let what = EnterError::link("give the other machines their addresses");
        for address in addresses {
            self.handle.route().add(local(*address, LOCAL_TABLE)).execute().await.map_err(&what)?;
        }
        for any in anywhere(index) {
            self.handle.route().add(any).execute().await.map_err(&what)?;
        }
        Ok(())
    }

    /// In the lab: the way to those machines and back.
    pub(crate) async fn lead_to_others(&self, addresses: &[IpAddr]) -> Result<(), EnterError> {
        let index = self.up_without_arp(OTHERS).await?;
        let what = EnterError::link("route to the other machines");
        for address in addresses {
            // In the main table too, by which answers are known to come from where they should.
            for table in [OTHERS_TABLE, 254] {
                let mut route = in_table(host_route(*address, index), table);
                route.header.scope = RouteScope::Link;
                self.handle.route().add(route).execute().await.map_err(&what)?;
            }
        }
        for family in families() {
            self.rule(family, 9, Some(LAB), None, OTHERS_TABLE).await?;
        }
        let forward =
            |path: &'static str| std::fs::write(path, "1").map_err(|source| EnterError::Forwarding { path, source });
        forward("/proc/sys/net/ipv4/ip_forward")?;
        if has_ipv6() { forward("/proc/sys/net/ipv6/conf/all/forwarding") } else { Ok(()) }
    }

    /// Lets packets through to `address`, which is then the lab's.
    pub(crate) async fn serve(&self, served: Served, address: IpAddr) -> Result<(), EnterError> {
        if address.is_ipv6() && !has_ipv6() {
            return Ok(());
        }
        let what = EnterError::link("give the lab an address");
        // Answers leave by the table of local addresses, whatever else may be looked at for what comes in. For IPv6 an
        // address has to be an interface's, too, before anything can be bound to it.
        if address.is_ipv4() {
            self.handle.route().add(local(address, LOCAL_TABLE)).replace().execute().await.map_err(&what)?;
        } else {
            self.give(LOOPBACK, address, 128).await?;
        }
        self.handle.route().add(local(address, served.table())).replace().execute().await.map_err(&what)
    }

    /// Lets nothing through to `address` any more, not on connections either that are already there.
    pub(crate) async fn cut(&self, served: Served, address: IpAddr) -> Result<(), EnterError> {
        if address.is_ipv6() && !has_ipv6() {
            return Ok(());
        }
        let route = local(address, served.table());
        self.handle.route().del(route).execute().await.map_err(EnterError::link("take an address from the lab"))
    }
}

/// Whether IPv6 is spoken in this network namespace. Where a host has switched it off for itself, a new namespace may begin
/// without it; it is switched on then, if that is allowed.
pub(crate) fn has_ipv6() -> bool {
    const OFF: &str = "/proc/sys/net/ipv6/conf/all/disable_ipv6";
    let is_on = || std::fs::read_to_string(OFF).is_ok_and(|text| text.trim() == "0");
    is_on() || (std::fs::write(OFF, "0").is_ok() && is_on())
}

fn families() -> impl Iterator<Item = AddressFamily> {
    let six = has_ipv6().then_some(AddressFamily::Inet6);
    std::iter::once(AddressFamily::Inet).chain(six)
}

fn host_route(address: IpAddr, index: u32) -> RouteMessage {
    match address {
        IpAddr::V4(address) => RouteMessageBuilder::<std::net::Ipv4Addr>::new()
            .destination_prefix(address, 32)
            .output_interface(index)
            .build(),
        IpAddr::V6(address) => RouteMessageBuilder::<std::net::Ipv6Addr>::new()
            .destination_prefix(address, 128)
            .output_interface(index)
            .build(),
    }
}

/// The way to everywhere, over one interface.
fn anywhere(index: u32) -> Vec<RouteMessage> {
    let mut ways = vec![RouteMessageBuilder::<std::net::Ipv4Addr>::new().output_interface(index).build()];
    if has_ipv6() {
        ways.push(RouteMessageBuilder::<std::net::Ipv6Addr>::new().output_interface(index).build());
    }
    for way in &mut ways {
        way.header.scope = RouteScope::Link;
    }
    ways
}

/// A route to this machine itself.
fn local(address: IpAddr, table: u32) -> RouteMessage {
    let mut route = host_route(address, LOOPBACK);
    route.header.kind = RouteType::Local;
    route.header.scope = RouteScope::Host;
    in_table(route, table)
}

fn in_table(mut route: RouteMessage, table: u32) -> RouteMessage {
    if let Ok(small) = u8::try_from(table) {
        route.header.table = small;
    } else {
        route.header.table = 0;
        route.attributes.push(rtnetlink::packet_route::route::RouteAttribute::Table(table));
    }
    route
}

fn no_generated_addresses() -> LinkAttribute {
    use rtnetlink::packet_route::link::{AfSpecInet6, AfSpecUnspec};
    LinkAttribute::AfSpecUnspec(vec![AfSpecUnspec::Inet6(vec![AfSpecInet6::AddrGenMode(
        rtnetlink::packet_route::link::In6AddrGenMode::None,
    )])])
}
