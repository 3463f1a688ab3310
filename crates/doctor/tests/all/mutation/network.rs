//! Ways to the endpoint broken: names, routes, gateways, rules, outages.

use super::{
    scene::{Hands, Mutant, Scene},
    text::{Spot, Table, only, swap},
};
use crate::support::Files;
use rolecall_doctor::Code;

/// A breaking of one world's network, for the calls that go that way.
struct Breaking {
    what: &'static str,
    /// The scenes that it breaks.
    scenes: &'static [&'static str],
    change: fn(&mut Files),
    /// Where the fault is then.
    at: fn(&Files) -> Spot,
}

fn subnet(id: &str) -> Table {
    Table::new("[[subnet]]", "id", id)
}

fn vpc(id: &str) -> Table {
    // A VPC's id stands below other keys.
    Table("[[vpc]]".to_owned(), format!("id = \"{id}\""))
}

fn of(heading: &str, id: &str) -> Table {
    Table::new(heading, "id", id)
}

fn place(name: &str) -> Table {
    Table::new("[[place]]", "name", name)
}

const BREAKINGS: &[Breaking] = &[
    Breaking {
        what: "the default route is gone",
        scenes: &["cross-account/by-address"],
        change: |files| subnet("subnet-private").set(files, "routes", "[]"),
        at: |files| subnet("subnet-private").at(files, "routes"),
    },
    Breaking {
        what: "the route table was never written",
        scenes: &["cross-account/by-address", "guarded/around", "ways/nat"],
        change: |files| subnet("subnet-private").remove(files, "routes"),
        at: |files| subnet("subnet-private").heading(files),
    },
    Breaking {
        what: "the default route is a blackhole",
        scenes: &["cross-account/by-address", "guarded/around", "ways/nat"],
        change: |files| subnet("subnet-private").set(files, "routes", "[{ to = \"0.0.0.0/0\", via = \"blackhole\" }]"),
        at: |files| subnet("subnet-private").at(files, "routes"),
    },
    Breaking {
        what: "a nearer route is a blackhole",
        scenes: &["ways/gateway"],
        change: |files| {
            let routes = "[\n  { to = \"0.0.0.0/0\", via = \"igw-app\" },\n  { to = \"0.0.0.0/1\", via = \"blackhole\" },\n  \
                          { to = \"128.0.0.0/1\", via = \"blackhole\" },\n]";
            subnet("subnet-public").set(files, "routes", routes);
        },
        at: |files| {
            let address = crate::mutation::network::regional_address(files);
            only(files, "world.toml", if address < 128 { "0.0.0.0/1\"" } else { "128.0.0.0/1\"" })
        },
    },
    Breaking {
        what: "the NAT gateway's subnet leads nowhere",
        scenes: &["cross-account/by-address", "guarded/around", "ways/nat"],
        change: |files| subnet("subnet-public").set(files, "routes", "[]"),
        at: |files| subnet("subnet-public").at(files, "routes"),
    },
    Breaking {
        what: "the private subnet leads to the internet gateway",
        scenes: &["ways/nat"],
        change: |files| swap(files, "world.toml", "via = \"nat-app\"", "via = \"igw-app\""),
        at: |files| place("private").at(files, "address"),
    },
    Breaking {
        what: "the instance has no public address",
        scenes: &["ways/gateway"],
        change: |files| place("public").remove(files, "public_ip"),
        at: |files| place("public").at(files, "address"),
    },
    Breaking {
        what: "the six-only gateway's route is gone",
        scenes: &["ways/six"],
        change: |files| subnet("subnet-six").set(files, "routes", "[]"),
        at: |files| subnet("subnet-six").at(files, "routes"),
    },
    Breaking {
        what: "the place has no address of IPv6",
        scenes: &["ways/six"],
        change: |files| place("six").set(files, "address", "\"10.0.6.10\""),
        at: |files| subnet("subnet-six").at(files, "routes"),
    },
    Breaking {
        what: "the endpoint is called by its address of IPv4",
        scenes: &["ways/six"],
        change: |files| Table::new("[[call]]", "name", "six").remove(files, "env"),
        at: |files| subnet("subnet-six").at(files, "routes"),
    },
    Breaking {
        what: "the route over the peering is gone",
        scenes: &["ways/peered"],
        change: |files| subnet("subnet-peered").set(files, "routes", "[]"),
        at: |files| subnet("subnet-peered").at(files, "routes"),
    },
    Breaking {
        what: "the peered subnet has no way back",
        scenes: &["ways/peered"],
        change: |files| subnet("subnet-hub").set(files, "routes", "[]"),
        at: |files| subnet("subnet-hub").at(files, "routes"),
    },
    Breaking {
        what: "the hub lets others in",
        scenes: &["ways/peered"],
        change: |files| {
            swap(files, "world.toml", "from = [\"10.0.7.0/24\"]", "from = [\"10.0.1.0/24\"]");
        },
        at: |files| of("[[security_group]]", "sg-hub").at(files, "id"),
    },
    Breaking {
        what: "the hub's name is called without the peering's endpoint",
        scenes: &["ways/peered"],
        change: |files| swap(files, "world.toml", "https://vpce-0hub-0a1b2c3d.sts", "https://vpce-0hab-0a1b2c3d.sts"),
        at: |files| Table::new("[[call]]", "name", "peered").at(files, "options"),
    },
    Breaking {
        what: "the DNS server forwards nothing",
        scenes: &["ways/own-dns"],
        change: |files| Table::new("[[dns_server]]", "address", "10.8.0.53").drop(files),
        at: |files| vpc("vpc-dns").at(files, "dns"),
    },
    Breaking {
        what: "the VPC asks another DNS server",
        scenes: &["ways/own-dns"],
        change: |files| vpc("vpc-dns").set(files, "dns", "[\"10.8.0.54\"]"),
        at: |files| vpc("vpc-dns").at(files, "dns"),
    },
    Breaking {
        what: "DNS support is off",
        scenes: &["closed/regional", "closed/by-url", "closed/itself"],
        change: |files| vpc("vpc-closed").set(files, "enable_dns_support", "false"),
        at: |files| vpc("vpc-closed").at(files, "enable_dns_support"),
    },
    Breaking {
        what: "DNS host names are off",
        scenes: &["closed/regional", "closed/by-setting"],
        change: |files| vpc("vpc-closed").set(files, "enable_dns_hostnames", "false"),
        at: |files| vpc("vpc-closed").at(files, "enable_dns_hostnames"),
    },
    Breaking {
        what: "the endpoint has no private name",
        scenes: &["closed/regional", "closed/by-setting", "closed/by-url"],
        change: |files| of("[[vpc_endpoint]]", "vpce-0sts").set(files, "private_dns", "false"),
        at: |files| of("[[vpc_endpoint]]", "vpce-0sts").at(files, "private_dns"),
    },
    Breaking {
        what: "the VPC's DNS server is one that knows the public names alone",
        scenes: &["closed/regional", "closed/itself"],
        change: |files| vpc("vpc-closed").set(files, "dns", "[\"10.0.1.53\"]"),
        at: |files| vpc("vpc-closed").at(files, "dns"),
    },
    Breaking {
        what: "the VPC has no DNS server",
        scenes: &["closed/regional"],
        change: |files| vpc("vpc-closed").set(files, "dns", "[]"),
        at: |files| vpc("vpc-closed").at(files, "dns"),
    },
    Breaking {
        what: "the caller's group lets nothing out",
        scenes: &["closed/regional", "closed/by-url"],
        change: |files| {
            swap(files, "world.toml", "  { protocol = \"tcp\", ports = 443, to = [\"10.0.0.0/16\"] },\n", "")
        },
        at: |files| of("[[security_group]]", "sg-app").at(files, "id"),
    },
    Breaking {
        what: "the caller's group lets out elsewhere",
        scenes: &["closed/by-setting"],
        change: |files| {
            swap(files, "world.toml", "ports = 443, to = [\"10.0.0.0/16\"]", "ports = 8443, to = [\"10.0.0.0/16\"]")
        },
        at: |files| of("[[security_group]]", "sg-app").at(files, "id"),
    },
    Breaking {
        what: "the endpoint's group lets in others",
        scenes: &["closed/regional", "closed/itself"],
        change: |files| swap(files, "world.toml", "from = [\"sg-app\"]", "from = [\"10.9.0.0/16\"]"),
        at: |files| of("[[security_group]]", "sg-endpoint").at(files, "id"),
    },
    Breaking {
        what: "the endpoint has the VPC's default group",
        scenes: &["closed/regional"],
        change: |files| of("[[vpc_endpoint]]", "vpce-0sts").remove(files, "security_groups"),
        at: |files| of("[[vpc_endpoint]]", "vpce-0sts").heading(files),
    },
    Breaking {
        what: "the network ACL lets no answer in",
        scenes: &["closed/regional", "closed/by-url"],
        change: |files| of("[[network_acl]]", "acl-app").set(files, "ingress", "[]"),
        at: |files| of("[[network_acl]]", "acl-app").at(files, "id"),
    },
    Breaking {
        what: "the network ACL lets nothing out",
        scenes: &["closed/by-setting"],
        change: |files| of("[[network_acl]]", "acl-app").set(files, "egress", "[]"),
        at: |files| of("[[network_acl]]", "acl-app").at(files, "id"),
    },
    Breaking {
        what: "the network ACL denies before it allows",
        scenes: &["closed/regional"],
        change: |files| {
            let rules = "[\n  { number = 100, action = \"allow\", protocol = \"tcp\", ports = 443, to = \"10.0.0.0/16\" },\n  \
                         { number = 50, action = \"deny\", protocol = \"all\", to = \"10.0.2.0/24\" },\n]";
            of("[[network_acl]]", "acl-app").set(files, "egress", rules);
        },
        at: |files| only(files, "world.toml", "number = 50"),
    },
    Breaking {
        what: "the endpoint's network ACL lets nothing in",
        scenes: &["closed/regional", "closed/itself"],
        change: |files| of("[[network_acl]]", "acl-endpoint").remove(files, "ingress"),
        at: |files| of("[[network_acl]]", "acl-endpoint").at(files, "id"),
    },
    Breaking {
        what: "the endpoint's network ACL lets no answer out",
        scenes: &["closed/by-url"],
        change: |files| {
            swap(
                files,
                "world.toml",
                "egress = [{ number = 100, action = \"allow\", protocol = \"tcp\", ports = \"1024-65535\", to = \"10.0.0.0/16\" }]",
                "egress = [{ number = 100, action = \"deny\", protocol = \"tcp\", ports = \"1024-65535\", to = \"10.0.0.0/16\" }]",
            )
        },
        at: |files| only(files, "world.toml", "action = \"deny\""),
    },
    Breaking {
        what: "the subnet leads over the peering alone",
        scenes: &["ways/nat"],
        change: |files| swap(files, "world.toml", "via = \"nat-app\"", "via = \"pcx-hub\""),
        at: |files| subnet("subnet-private").at(files, "routes"),
    },
    Breaking {
        what: "the place has IPv6 alone, and the name has none",
        scenes: &["ways/six"],
        change: |files| {
            place("six").set(files, "address", "\"2001:db8:0:100::10\"");
            Table::new("[[call]]", "name", "six").remove(files, "env");
        },
        at: |files| place("six").at(files, "address"),
    },
    Breaking {
        what: "the URL is an address that nothing has",
        scenes: &["closed/by-url"],
        change: |files| {
            let options = "{ endpoint_url = \"https://10.0.2.99\" }";
            Table::new("[[call]]", "name", "by-url").set(files, "options", options);
        },
        at: |files| subnet("subnet-endpoint").at(files, "id"),
    },
    Breaking {
        what: "the data centre's line is cut",
        scenes: &["places/connected"],
        change: |files| place("connected").remove(files, "connected_to"),
        at: |files| place("connected").heading(files),
    },
    Breaking {
        what: "the endpoint lets the data centre no longer in",
        scenes: &["places/connected"],
        change: |files| {
            swap(files, "world.toml", "from = [\"10.0.0.0/16\", \"192.168.0.0/16\"]", "from = [\"10.0.0.0/16\"]")
        },
        at: |files| of("[[security_group]]", "sg-endpoint").at(files, "id"),
    },
    Breaking {
        what: "the endpoint has no private name",
        scenes: &["places/function-in-vpc"],
        change: |files| of("[[vpc_endpoint]]", "vpce-0sts").set(files, "private_dns", "false"),
        at: |files| of("[[vpc_endpoint]]", "vpce-0sts").at(files, "private_dns"),
    },
    Breaking {
        what: "the office has no way out",
        scenes: &["places/office"],
        change: |files| place("office").remove(files, "public_ip"),
        at: |files| place("office").at(files, "address"),
    },
    Breaking {
        what: "the way to Oregon is broken",
        scenes: &["regions/far"],
        change: |files| {
            let outage = "\n[[outage]]\nname = \"oregon\"\nfrom = [\"eu-west-1\"]\nto = \"us-west-2\"\n\
                          start = \"2026-11-25T11:00:00Z\"\nend = \"2026-11-25T13:00:00Z\"\n";
            files.get_mut("world.toml").unwrap().push_str(outage);
        },
        at: |files| only(files, "world.toml", "name = \"oregon\""),
    },
    Breaking {
        what: "the way to Virginia is broken",
        scenes: &["cross-account/by-address", "guarded/around"],
        change: |files| {
            let outage = "\n[[outage]]\nname = \"virginia\"\nfrom = [\"us-west-2\", \"ap-northeast-1\"]\nto = \"us-east-1\"\n\
                          start = \"2026-11-25T11:00:00Z\"\nend = \"2026-11-25T13:00:00Z\"\n";
            files.get_mut("world.toml").unwrap().push_str(outage);
            // Before the global endpoint was served in each Region.
            let text = files.get_mut("world.toml").unwrap();
            *text = text.replace("2026-11-25T1", "2024-11-25T1");
            *text = text.replace("\nexpect = \"allowed\"", "\nat = \"2024-11-25T12:00:00Z\"\nexpect = \"allowed\"");
        },
        at: |files| only(files, "world.toml", "name = \"virginia\""),
    },
];

/// The first byte of the address that a Region's endpoint has in this world.
pub(super) fn regional_address(files: &Files) -> u8 {
    let world = crate::support::world(files);
    let case = rolecall_doctor::Case::new(&world, crate::support::now()).unwrap();
    let run = case.run(world.call("gateway").unwrap(), None).unwrap();
    match run.hops[0].journey.answers[0] {
        std::net::IpAddr::V4(address) => address.octets()[0],
        std::net::IpAddr::V6(_) => panic!("an address of IPv4"),
    }
}

pub(super) fn mutants(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    for breaking in BREAKINGS.iter().filter(|breaking| breaking.scenes.contains(&scene.name.as_str())) {
        let mut files = scene.files.clone();
        (breaking.change)(&mut files);
        let at = (breaking.at)(&files);
        out.push(scene.mutant(breaking.what, Code::EndpointUnreachable, (files, at), Hands::Own));
    }
    addresses(scene, out);
}

const GIVEN_BACK: Hands = Hands::Others("an address that was given back does not come again");

/// The address that the outside sees is another: whoever asks for it no longer lets the call in.
fn addresses(scene: &Scene<'_>, out: &mut Vec<Mutant>) {
    if scene.name != "cross-account/by-address" {
        return;
    }
    let mut files = scene.files.clone();
    of("[[nat_gateway]]", "nat-1").set(&mut files, "public_ip", "\"203.0.113.11\"");
    let at = only(&files, "by-address.trust.json", "aws:SourceIp");
    out.push(scene.mutant("the NAT gateway was made anew", Code::SourceAddressMismatch, (files, at), GIVEN_BACK));
}
