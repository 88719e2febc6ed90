//! Safe search: names of search engines as aliases of the addresses at which these filter what they find.

use std::sync::Arc;

use super::{Decision, Policy, Profile};
use crate::{
    catalog::SearchEngine,
    config::SafeSearch,
    dns::{Name, RecordType},
    local::{LocalData, LocalRecord},
};

/// The aliases, laid over what is answered here: an alias may lead to a record of the operator. Only those that some device
/// has use for are there.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    moderate: Option<Arc<LocalData>>,
    strict: Option<Arc<LocalData>>,
}

impl Aliases {
    /// Those that are wanted; they last `ttl` seconds.
    pub(super) fn new(wanted: &[SafeSearch], local: &Arc<LocalData>, ttl: u32) -> Self {
        let made = |mode| wanted.contains(&mode).then(|| local.with(&records(mode == SafeSearch::Strict, ttl)));
        Self { moderate: made(SafeSearch::Moderate), strict: made(SafeSearch::Strict) }
    }
}

impl Policy {
    /// What safe search makes of a question, if anything: an alias, behind those of the operator that lead to it. It changes
    /// where browsers are led, and not what others ask of a domain, such as where its mail goes. Behind the alias there is
    /// nothing for HTTPS and SVCB, whose hints of addresses would lead past it.
    #[must_use]
    #[inline]
    pub fn searched(&self, profile: &Profile, name: &Name, rtype: RecordType) -> Option<Decision<'_>> {
        let aliases = match profile.safe_search {
            SafeSearch::Off => return None,
            SafeSearch::Moderate => &self.aliases.moderate,
            SafeSearch::Strict => &self.aliases.strict,
        };
        let leads_past = [RecordType::HTTPS, RecordType::SVCB].contains(&rtype);
        if !leads_past && ![RecordType::A, RecordType::AAAA, RecordType::CNAME].contains(&rtype) {
            return None;
        }
        let mut answer = aliases.as_ref()?.answer(name, rtype)?;
        if leads_past {
            answer.continue_at = None;
        }
        Some(Decision::SafeSearch(answer))
    }
}

fn records(strict: bool, ttl: u32) -> Vec<LocalRecord> {
    let aliases = |engine: &'static SearchEngine| {
        let target = engine.filtered(strict);
        engine.names().map(move |owner| LocalRecord {
            owner,
            rtype: RecordType::CNAME,
            ttl,
            data: target.wire().to_vec(),
        })
    };
    SearchEngine::all().iter().flat_map(aliases).collect()
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, sync::LazyLock};

    use proptest::{prelude::*, sample::select};

    use super::*;

    static ALIASES: LazyLock<Aliases> =
        LazyLock::new(|| Aliases::new(&[SafeSearch::Strict, SafeSearch::Moderate], &Arc::default(), 10));
    static NAMES: LazyLock<HashSet<Name>> =
        LazyLock::new(|| SearchEngine::all().iter().flat_map(SearchEngine::names).collect());

    fn target(aliases: Option<&Arc<LocalData>>, name: &Name) -> Option<Name> {
        aliases?.answer(name, RecordType::A)?.continue_at
    }

    #[test]
    fn only_what_some_device_has_use_for_is_there() {
        let none = Aliases::new(&[SafeSearch::Off], &Arc::default(), 10);
        assert!(none.moderate.is_none() && none.strict.is_none());
        let one = Aliases::new(&[SafeSearch::Strict, SafeSearch::Off], &Arc::default(), 10);
        assert!(one.moderate.is_none() && one.strict.is_some());
    }

    #[test]
    fn every_name_of_an_engine_leads_to_where_it_filters_in_any_case() {
        for (engine, name) in SearchEngine::all().iter().flat_map(|e| e.names().map(move |name| (e, name))) {
            for name in [name, name.to_string().to_uppercase().parse().unwrap()] {
                assert_eq!(target(ALIASES.strict.as_ref(), &name), Some(engine.filtered(true)), "{name}");
                assert_eq!(target(ALIASES.moderate.as_ref(), &name), Some(engine.filtered(false)), "{name}");
            }
        }
    }

    proptest! {
        /// Made of the same labels, so that many are above, below and beside names of engines.
        #[test]
        fn no_other_name_is_touched(
            labels in prop::collection::vec(
                select(vec!["www", "google", "com", "de", "co", "uk", "bing", "duckduckgo", "safe", "strict", "m", "youtube",
                    "restrict", "forcesafesearch", "googleapis", "youtubei", "mail", "x"]),
                0..5,
            ),
        ) {
            let name: Name = labels.join(".").parse().unwrap_or(Name::ROOT);
            for mode in [&ALIASES.strict, &ALIASES.moderate] {
                let touched = mode.as_ref().unwrap().answer(&name, RecordType::A).is_some();
                prop_assert_eq!(touched, NAMES.contains(&name), "{}", name);
            }
        }
    }
}
