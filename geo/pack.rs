//! Packs the snapshot of address registrations that ships: `cargo run --release --example pack-geo -- FOLDER DATE`.
//!
//! `geo/README.md` says what FOLDER holds and where it comes from. Writes `geo/places.bin`; the same input gives the same
//! file.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    io::{self, Write},
    path::Path,
};

use anyhow::{Context, bail};
use ponor::geo::pack::{Range, Snapshot, pack};

const ATTRIBUTION: &str = include_str!("attribution.txt");
const NETWORKS: &str = include_str!("networks.txt");

/// What the networks may cost in the table, in octets, by estimate: [`NAME`] for each and [`RANGE`] for each range.
const ROOM: usize = 125_000;
const NAME: usize = 34;
const RANGE: usize = 2;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, date] = arguments.as_slice() else { bail!("expected FOLDER and DATE, as 20260617") };
    let folder = Path::new(folder);
    let networks = [read(&folder.join("asn-ipv4-num.csv"))?, read(&folder.join("asn-ipv6-num.csv"))?];
    let chosen = choose(&networks)?;
    let mut names = BTreeMap::new();
    for (_, _, (number, name)) in networks.iter().flatten().filter(|(_, _, (number, _))| chosen.contains(number)) {
        names.entry(*number).or_insert_with(|| name.clone());
    }
    let country = |text: &Network| <[u8; 2]>::try_from(text.1.as_bytes()).ok();
    let countries = |file| anyhow::Ok(only(&read(&folder.join(file))?, country));
    let snapshot = Snapshot {
        date: date.parse().context("DATE is no number such as 20260617")?,
        attribution: ATTRIBUTION.trim_end().to_owned(),
        countries: [countries("asn-country-ipv4-num.csv")?, countries("asn-country-ipv6-num.csv")?],
        networks: networks.map(|ranges| only(&ranges, |network| chosen.contains(&network.0).then_some(network.0))),
        names,
    };
    let packed = pack(&snapshot)?;
    fs::write("geo/places.bin", &packed)?;
    writeln!(io::stdout(), "geo/places.bin: {} octets", packed.len())?;
    Ok(())
}

/// The number and name of a network; 0 and the country where a file has no number.
type Network = (u32, String);

fn read(path: &Path) -> anyhow::Result<Vec<Range<Network>>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut ranges: Vec<Range<Network>> = text
        .lines()
        .map(|line| range(line).with_context(|| format!("not a range: {line}")))
        .collect::<Result<_, _>>()?;
    ranges.sort_by_key(|(first, _, _)| *first);
    Ok(ranges)
}

/// `first,last,XX`, or `first,last,number,name` with the name perhaps quoted.
fn range(line: &str) -> Option<Range<Network>> {
    let mut fields = line.splitn(3, ',');
    let (first, last, rest) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?, fields.next()?);
    let network = match rest.split_once(',') {
        Some((number, name)) => (number.parse().ok()?, name.trim_matches('"').replace("\"\"", "\"")),
        None => (0, rest.to_owned()),
    };
    Some((first, last, network))
}

fn only<T>(ranges: &[Range<Network>], value: impl Fn(&Network) -> Option<T>) -> Vec<Range<T>> {
    ranges.iter().filter_map(|(first, last, network)| Some((*first, *last, value(network)?))).collect()
}

/// The networks in the table: those that `networks.txt` names, and of the others those with the most addresses of IPv4 for
/// what they cost.
fn choose([v4, v6]: &[Vec<Range<Network>>; 2]) -> anyhow::Result<BTreeSet<u32>> {
    let named = NETWORKS.lines().filter_map(|line| line.split_whitespace().next()).filter(|word| *word != "#");
    let mut chosen: BTreeSet<u32> = named.map(str::parse).collect::<Result<_, _>>().context("networks.txt")?;
    let mut figures: HashMap<u32, (u128, usize)> = HashMap::new();
    for (first, last, (number, _)) in v4 {
        let figure = figures.entry(*number).or_insert((0, NAME));
        *figure = (figure.0 + (last - first + 1), figure.1 + RANGE);
    }
    for (_, _, (number, _)) in v6 {
        if let Some(figure) = figures.get_mut(number) {
            figure.1 += RANGE;
        }
    }
    let all: u128 = figures.values().map(|(size, _)| size).sum();
    let cost = |number: &u32| figures.get(number).map_or(0, |(_, cost)| *cost);
    let mut room = ROOM.saturating_sub(chosen.iter().map(cost).sum());
    let mut others: Vec<_> = figures.iter().filter(|(number, _)| !chosen.contains(number)).collect();
    others.sort_by_key(|(number, (size, cost))| (Reverse(size / u128::from(*cost as u64)), **number));
    for (number, (_, cost)) in others {
        let Some(left) = room.checked_sub(*cost) else { break };
        room = left;
        chosen.insert(*number);
    }
    let covered: u128 = chosen.iter().filter_map(|number| figures.get(number)).map(|(size, _)| size).sum();
    writeln!(
        io::stdout(),
        "{} networks, {} % of the addresses of IPv4 that are announced",
        chosen.len(),
        covered * 100 / all
    )?;
    Ok(chosen)
}
