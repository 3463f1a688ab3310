//! How long a packet takes from one Region to another and back: estimates, and where each comes from.

use rolecall_names::Region;

/// An estimate of a round trip between two Regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// How long it takes, in whole milliseconds.
    pub milliseconds: u32,
    /// Where the figure comes from.
    pub basis: Basis,
}

/// Where an estimate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Somebody measured it, once.
    Measured,
    /// From the distance between the Regions' places as the crow flies.
    Distance {
        /// In whole kilometres.
        kilometres: u32,
    },
}

impl Basis {
    /// The source, in words for people.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Measured => "measured between EC2 instances, as published in April 2017",
            Self::Distance { .. } => "estimated from the distance between the two places",
        }
    }
}

/// What a round trip between two Regions takes, or 1 ms within one; `None` where AWS does not say where a Region is.
///
/// Source: for [`Basis::Measured`] the averages listed at acomputerscientistlearnsaws.blogspot.com/2017/04/aws-regions.html.
/// Else the great-circle distance, half as much again for the ways cables take, at 200,000 km/s, and 5 ms for what
/// stands in between: between half and one and a half times what was measured for each of those pairs.
#[must_use]
pub fn round_trip(one: Region, other: Region) -> Option<Estimate> {
    let (from, to) = (place(one)?, place(other)?);
    if one == other {
        return Some(Estimate { milliseconds: 1, basis: Basis::Distance { kilometres: 0 } });
    }
    Some(measured(one, other).unwrap_or_else(|| by_distance(from, to)))
}

fn measured(one: Region, other: Region) -> Option<Estimate> {
    let row = |region: Region| MEASURED_REGIONS.iter().position(|name| *name == region.name());
    let (one, other) = (row(one)?, row(other)?);
    let (upper, lower) = (one.min(other), one.max(other));
    let milliseconds = *MEASURED.get(upper)?.get(lower.checked_sub(upper + 1)?)?;
    Some(Estimate { milliseconds, basis: Basis::Measured })
}

fn by_distance(from: (f64, f64), to: (f64, f64)) -> Estimate {
    let kilometres = great_circle(from, to);
    let milliseconds = 1.5 * 2.0 * kilometres / 200.0 + 5.0;
    Estimate { milliseconds: whole(milliseconds), basis: Basis::Distance { kilometres: whole(kilometres) } }
}

/// The haversine formula, on a sphere of 6371 km.
fn great_circle(from: (f64, f64), to: (f64, f64)) -> f64 {
    let (north, south) = (from.0.to_radians(), to.0.to_radians());
    let half = |one: f64, other: f64| ((other - one) / 2.0).sin().powi(2);
    let across = half(north, south) + north.cos() * south.cos() * half(from.1.to_radians(), to.1.to_radians());
    2.0 * 6371.0 * across.sqrt().min(1.0).asin()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and less than 20,100")]
fn whole(value: f64) -> u32 {
    value.round() as u32
}

/// Latitude and longitude of a Region's place, in degrees.
fn place(region: Region) -> Option<(f64, f64)> {
    PLACES.iter().find(|(name, ..)| *name == region.name()).map(|(_, _, latitude, longitude)| (*latitude, *longitude))
}

/// The place each Region is named after in `partitions.json` of botocore 1.44.5, and its coordinates. Where that is a
/// country, a state or nothing, a town that stands for it: distances change little.
#[rustfmt::skip]
static PLACES: [(&str, &str, f64, f64); 41] = [
    ("us-east-1", "Ashburn, for N. Virginia", 39.04, -77.49), ("us-east-2", "Columbus, for Ohio", 39.96, -83.00),
    ("us-west-1", "San Jose, for N. California", 37.34, -121.89), ("us-west-2", "Boardman, for Oregon", 45.84, -119.70),
    ("ap-south-1", "Mumbai", 19.08, 72.88), ("ap-northeast-1", "Tokyo", 35.68, 139.69),
    ("ap-northeast-2", "Seoul", 37.57, 126.98), ("ap-northeast-3", "Osaka", 34.69, 135.50),
    ("ap-southeast-1", "Singapore", 1.35, 103.82), ("ap-southeast-2", "Sydney", -33.87, 151.21),
    ("ca-central-1", "Montreal, for Central", 45.50, -73.57), ("eu-central-1", "Frankfurt", 50.11, 8.68),
    ("eu-west-1", "Dublin, for Ireland", 53.35, -6.26), ("eu-west-2", "London", 51.51, -0.13),
    ("eu-west-3", "Paris", 48.86, 2.35), ("eu-north-1", "Stockholm", 59.33, 18.07),
    ("sa-east-1", "Sao Paulo", -23.55, -46.63), ("af-south-1", "Cape Town", -33.92, 18.42),
    ("ap-east-1", "Hong Kong", 22.32, 114.17), ("ap-east-2", "Taipei", 25.03, 121.57),
    ("ap-south-2", "Hyderabad", 17.39, 78.49), ("ap-southeast-3", "Jakarta", -6.21, 106.85),
    ("ap-southeast-4", "Melbourne", -37.81, 144.96), ("ap-southeast-5", "Kuala Lumpur, for Malaysia", 3.15, 101.69),
    ("ap-southeast-6", "Auckland, for New Zealand", -36.85, 174.76), ("ap-southeast-7", "Bangkok, for Thailand", 13.76, 100.50),
    ("ca-west-1", "Calgary", 51.05, -114.07), ("eu-central-2", "Zurich", 47.38, 8.54),
    ("eu-south-1", "Milan", 45.46, 9.19), ("eu-south-2", "Zaragoza, for Spain", 41.65, -0.89),
    ("il-central-1", "Tel Aviv", 32.09, 34.78), ("mx-central-1", "Queretaro, for Central", 20.59, -100.39),
    ("me-south-1", "Manama, for Bahrain", 26.23, 50.59), ("me-central-1", "Dubai, for the UAE", 25.20, 55.27),
    ("me-west-1", "Riyadh, for Saudi Arabia", 24.71, 46.68), ("sa-west-1", "Santiago, for Chile", -33.45, -70.67),
    ("us-gov-west-1", "Boardman, for US-West", 45.84, -119.70), ("us-gov-east-1", "Columbus, for US-East", 39.96, -83.00),
    ("cn-north-1", "Beijing", 39.90, 116.41), ("cn-northwest-1", "Zhongwei, for Ningxia", 37.50, 105.20),
    ("eusc-de-east-1", "Potsdam, for Germany", 52.40, 13.07),
];

static MEASURED_REGIONS: [&str; 10] = [
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-central-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "sa-east-1",
];

/// From each of these to those after it, rounded to whole milliseconds.
static MEASURED: [&[u32]; 9] = [
    &[73, 87, 81, 89, 145, 178, 217, 230, 120],
    &[19, 153, 167, 103, 132, 174, 158, 193],
    &[137, 160, 89, 118, 161, 162, 183],
    &[20, 212, 242, 239, 310, 191],
    &[237, 266, 326, 324, 195],
    &[31, 74, 104, 257],
    &[72, 134, 286],
    &[175, 328],
    &[323],
];

#[cfg(test)]
mod tests {
    use super::*;

    fn region(name: &str) -> Region {
        name.parse().unwrap()
    }

    #[test]
    fn every_region_has_its_place_but_the_secret_ones() {
        for known in Region::all() {
            assert_eq!(place(known).is_none(), known.name().contains("-iso"), "{known}");
        }
        assert!(PLACES.iter().all(|(name, ..)| name.parse::<Region>().is_ok()));
    }

    #[test]
    fn there_is_as_far_as_back() {
        for one in Region::all() {
            for other in Region::all() {
                assert_eq!(round_trip(one, other), round_trip(other, one), "{one} {other}");
            }
        }
    }

    #[test]
    fn tokyo_to_virginia_and_around_the_corner() {
        let estimate =
            |one, other| round_trip(region(one), region(other)).map(|found| (found.milliseconds, found.basis));
        assert_eq!(estimate("ap-northeast-1", "us-east-1"), Some((145, Basis::Measured)));
        assert_eq!(estimate("sa-east-1", "ap-southeast-2"), Some((323, Basis::Measured)));
        assert_eq!(estimate("eu-west-2", "eu-west-3"), Some((10, Basis::Distance { kilometres: 343 })));
        assert_eq!(estimate("us-east-1", "us-east-1").map(|(milliseconds, _)| milliseconds), Some(1));
        assert_eq!(estimate("us-iso-east-1", "us-east-1"), None);
    }

    #[test]
    fn the_formula_comes_near_to_what_was_measured() {
        let pairs = || (0..MEASURED_REGIONS.len()).flat_map(|one| (0..one).map(move |other| (one, other)));
        let mut off: Vec<f64> = pairs()
            .map(|(one, other)| {
                let (one, other) = (region(MEASURED_REGIONS[one]), region(MEASURED_REGIONS[other]));
                let real = f64::from(measured(one, other).unwrap().milliseconds);
                let estimate = f64::from(by_distance(place(one).unwrap(), place(other).unwrap()).milliseconds);
                assert!((0.48..1.5).contains(&(estimate / real)), "{one} {other}: {estimate} for {real}");
                (estimate / real - 1.0).abs()
            })
            .collect();
        off.sort_by(f64::total_cmp);
        assert_eq!(off.len(), 45);
        assert!(off[off.len() / 2] < 0.2, "{off:?}");
    }
}
