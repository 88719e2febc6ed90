//! What the catalogue says of a service of a vendor.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::dns::Name;

/// A service of a vendor, and the names that it is reached by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Whose service it is.
    pub vendor: Arc<str>,
    /// The home country of the vendor, in two letters (ISO 3166-1); `None` where it is not certain.
    pub country: Option<Arc<str>>,
    /// What the service is called.
    pub service: Arc<str>,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether it may be stopped.
    pub class: Class,
    /// How well this is known.
    pub confidence: Confidence,
    /// What is sent to it, where a source says so. A sentence without a full stop.
    pub sent: Option<Arc<str>>,
    /// What stops working with it, where that is known. A sentence without a full stop.
    pub breaks: Option<Arc<str>>,
    /// Where this is known from, with the licence of each source.
    pub sources: Vec<Arc<str>>,
    /// Labels that tell a regional variant, and what the region is called.
    #[serde(skip)]
    pub(super) regions: Arc<[(Box<str>, Box<str>)]>,
    /// Its names.
    #[serde(skip)]
    pub(super) names: Vec<Pattern>,
}

impl Entry {
    /// Which regional variant `name` is of, where a label of it tells: the leftmost that does.
    #[must_use]
    pub fn region(&self, name: &Name) -> Option<&str> {
        name.labels().find_map(|label| {
            let told = self.regions.iter().find(|(known, _)| known.as_bytes().eq_ignore_ascii_case(label));
            told.map(|(_, title)| &**title)
        })
    }

    /// How many names it has; one with everything below it is one.
    #[must_use]
    pub fn name_count(&self) -> usize {
        self.names.len()
    }

    /// Its names as people write them: `*` stands for a part of a label, and `*.` before a name for everything below it,
    /// where that is meant beside the name.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.names.iter().flat_map(Pattern::written)
    }
}

/// Names of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// The name; for a glob the part behind its first label.
    pub(super) name: Name,
    /// Which names are meant.
    pub(super) kind: PatternKind,
}

impl Pattern {
    fn written(&self) -> Vec<String> {
        let name = &self.name;
        match &self.kind {
            PatternKind::Exact => vec![name.to_string()],
            PatternKind::Subdomains => vec![name.to_string(), format!("*.{name}")],
            PatternKind::Glob { before, behind } => {
                let (before, behind) = (String::from_utf8_lossy(before), String::from_utf8_lossy(behind));
                vec![format!("{before}*{behind}.{name}")]
            }
        }
    }
}

/// Which names a pattern means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PatternKind {
    /// The name alone.
    Exact,
    /// The name and everything below it.
    Subdomains,
    /// The names one label further down whose first label begins and ends like this, in lower case.
    Glob {
        /// What stands before the star.
        before: Box<[u8]>,
        /// What stands behind it.
        behind: Box<[u8]>,
    },
}

/// Whether a service may be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Telemetry or advertising.
    Block,
    /// Telemetry whose stopping has side effects.
    Mixed,
    /// What devices need: updates, push, log-in, stores, clocks, connectivity checks. Never on a built-in list.
    Functional,
}

impl Class {
    /// The word that the files and the API write for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Mixed => "mixed",
            Self::Functional => "functional",
        }
    }
}

/// How well something is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// From one list, the purpose read off the name.
    Low,
    /// From two independent lists, or from one that describes it.
    Medium,
    /// From the vendor's own words or code, a capture or a measured paper.
    High,
}

impl Confidence {
    /// The word that the files and the API write for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a service is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Log-in and activation.
    Account,
    /// Automatic content recognition: what is on the screen.
    Acr,
    /// Advertising and its measurement.
    Advertising,
    /// App stores.
    AppStore,
    /// Sites visited and searches made.
    BrowsingHistory,
    /// Files kept in the vendor's cloud.
    CloudSync,
    /// Whether there is internet.
    ConnectivityCheck,
    /// What a device shows: pictures, guides, films.
    Content,
    /// Reports of crashes.
    CrashReports,
    /// The cloud behind a device: status and commands.
    DeviceControl,
    /// Logs and measurements of faults and speed.
    Diagnostics,
    /// Looking names up past the resolver of the network.
    DnsBypass,
    /// Trying variants of a product on its users.
    Experiments,
    /// Recognising a device or a person.
    Identity,
    /// Licences of programs and films.
    Licensing,
    /// Where a device is.
    Location,
    /// Notifications.
    Push,
    /// Settings that the vendor changes from afar.
    RemoteConfig,
    /// Searching.
    Search,
    /// Certificates, warnings, virus definitions.
    Security,
    /// Setting the clock.
    Time,
    /// Updates of systems and programs.
    Update,
    /// What people do with a device or a program.
    UsageAnalytics,
}

impl Purpose {
    /// Each purpose with the word that the files and the API write for it.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("account", Self::Account),
        ("acr", Self::Acr),
        ("advertising", Self::Advertising),
        ("app_store", Self::AppStore),
        ("browsing_history", Self::BrowsingHistory),
        ("cloud_sync", Self::CloudSync),
        ("connectivity_check", Self::ConnectivityCheck),
        ("content", Self::Content),
        ("crash_reports", Self::CrashReports),
        ("device_control", Self::DeviceControl),
        ("diagnostics", Self::Diagnostics),
        ("dns_bypass", Self::DnsBypass),
        ("experiments", Self::Experiments),
        ("identity", Self::Identity),
        ("licensing", Self::Licensing),
        ("location", Self::Location),
        ("push", Self::Push),
        ("remote_config", Self::RemoteConfig),
        ("search", Self::Search),
        ("security", Self::Security),
        ("time", Self::Time),
        ("update", Self::Update),
        ("usage_analytics", Self::UsageAnalytics),
    ];

    /// The purpose in words that people use.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Account => "log-in",
            Self::Acr => "screen recognition",
            Self::Advertising => "advertising",
            Self::AppStore => "app store",
            Self::BrowsingHistory => "browsing history",
            Self::CloudSync => "cloud storage",
            Self::ConnectivityCheck => "connectivity check",
            Self::Content => "content",
            Self::CrashReports => "crash reports",
            Self::DeviceControl => "device control",
            Self::Diagnostics => "diagnostics",
            Self::DnsBypass => "private name lookup",
            Self::Experiments => "experiments",
            Self::Identity => "recognition",
            Self::Licensing => "licences",
            Self::Location => "location",
            Self::Push => "notifications",
            Self::RemoteConfig => "remote settings",
            Self::Search => "search",
            Self::Security => "security",
            Self::Time => "clock",
            Self::Update => "updates",
            Self::UsageAnalytics => "usage analytics",
        }
    }
}
