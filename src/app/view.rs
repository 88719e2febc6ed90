//! What the pages may see of the other parts.

use std::{
    collections::{BTreeMap, HashSet},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use tokio::sync::{broadcast, watch};

use super::{clock::LocalTime, designations::plain_addresses, hours, metrics, parts::Parts};
use crate::{
    catalog::ListOffer,
    clients::DeviceId,
    control::Refused,
    devices::{DeviceList, DeviceStatus, OfflineNow},
    dns::{Answer, Name, Question},
    http::{
        CatalogEntry, Decision, ExplainAlias, ExplainAnswer, ExplainCause, ExplainPlace, ExplainPlaces,
        ExplainQuestion, Explanation, GroupHours, Later, View,
    },
    lists::{ListStatus, UpdateProgress},
    policy::{Cause, CauseSource, Exception, Pause, Policy, Ruling, Scope},
    resolver::{self, Outlook},
    rules::{Action, LineMatch, OwnRule, Reach},
    server::{Endpoint, Front},
    stats::SourceKind,
    time::{Offset, UnixTime, WeekHours},
    upstream::{ServerHealth, ServerState},
};

/// The device that explanations are for when none is named: one in no group.
const ANY_DEVICE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Addresses of an answer whose places are told.
const MOST_PLACES: usize = 16;

/// Looks into the parts on behalf of the pages.
pub(super) struct Window {
    pub(super) parts: Arc<Parts>,
    pub(super) front: Arc<Front>,
    pub(super) open: watch::Receiver<Vec<Endpoint>>,
}

impl View for Window {
    fn blocking(&self) -> bool {
        self.parts.policy.load().is_blocking()
    }

    fn upstreams(&self) -> Vec<ServerHealth> {
        self.parts.upward.health()
    }

    fn counters(&self) -> BTreeMap<String, u64> {
        let usage = self.parts.resolver.cache().usage();
        let mut counters = BTreeMap::new();
        let wide = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        counters.insert("cache_entries".to_owned(), wide(usage.entries));
        counters.insert("cache_bytes".to_owned(), wide(usage.bytes));
        if let Ok(serde_json::Value::Object(figures)) = serde_json::to_value(self.front.figures()) {
            let figures = figures.into_iter().filter_map(|(name, value)| Some((name, value.as_u64()?)));
            counters.extend(figures.map(|(name, value)| (format!("queries_{name}"), value)));
        }
        counters
    }

    fn dns_addresses(&self) -> Vec<SocketAddr> {
        plain_addresses(&self.open.borrow()).collect()
    }

    fn not_ready(&self) -> Vec<String> {
        let deaf = self.open.borrow().is_empty().then(|| "no address is listened on".to_owned());
        deaf.into_iter().chain(self.parts.lists.fault().map(str::to_owned)).collect()
    }

    fn offset(&self) -> Offset {
        LocalTime::read().ahead_of_utc(self.parts.clock.now().unix)
    }

    fn degraded(&self) -> Vec<String> {
        let lists: Vec<ListStatus> = self.lists().into_iter().filter(|list| list.enabled).collect();
        let count = |what: fn(&ListStatus) -> bool| lists.iter().filter(|list| what(list)).count();
        let upstreams = self.upstreams();
        let settings = self.parts.changes.standing().settings.len();
        let down = upstreams.iter().filter(|server| server.state == ServerState::Down).count();
        let facts = [
            (count(|list| list.rules == 0), lists.len(), "lists without rules"),
            (count(|list| list.error.is_some()), lists.len(), "lists that could not be updated"),
            (count(|list| list.held_back.is_some()), lists.len(), "lists whose download waits to be accepted"),
            (down, upstreams.len(), "upstreams that do not answer"),
            (self.parts.changes.settled().set_aside.len(), settings, "settings that are set aside"),
        ];
        let told = facts.into_iter().filter(|(count, ..)| *count > 0);
        let obstacle = self.parts.upward.validation().and_then(|validation| validation.obstacle);
        let counted = told.map(|(count, all, what)| format!("{what}: {count} of {all}"));
        let hours = hours::obstacle(&self.parts);
        let unread = self.parts.changes.fault().map(|_| "what was changed while ponor ran cannot be read");
        counted.chain(obstacle.into_iter().chain(hours).chain(unread).map(str::to_owned)).collect()
    }

    fn hours(&self, hours: &WeekHours) -> Option<GroupHours> {
        hours::state(hours, self.parts.clock.now().unix)
    }

    fn metrics(&self) -> String {
        metrics::told(self)
    }

    fn lists(&self) -> Vec<ListStatus> {
        self.parts.lists.status()
    }

    fn list_progress(&self) -> broadcast::Receiver<UpdateProgress> {
        self.parts.lists.progress()
    }

    fn explain(&self, question: ExplainQuestion) -> Later<'_, Result<Explanation, String>> {
        Box::pin(async move { Ok(self.explanation(question).await) })
    }

    fn stopping_lists(&self, name: &Name, client: IpAddr) -> usize {
        let policy = self.parts.policy.load();
        let rulings = policy.rulings(policy.profile(client), name);
        let stopping = rulings.into_iter().filter(|ruling| ruling.action == Action::Block);
        let lists: HashSet<_> = stopping
            .filter(|ruling| matches!(ruling.source, CauseSource::List(_)))
            .map(|ruling| ruling.source)
            .collect();
        lists.len()
    }

    fn devices(&self) -> DeviceList {
        let mut list = self.parts.devices.all(self.parts.clock.now().unix);
        let policy = self.parts.policy.load();
        let now = self.parts.clock.now().unix;
        let here = LocalTime::read();
        list.devices.iter_mut().for_each(|device| govern(device, &policy, (&here, now)));
        list
    }

    fn meant(&self, text: &str) -> Result<DeviceId, Refused> {
        self.parts.devices.meant(text)
    }

    fn device(&self, text: &str) -> Result<DeviceStatus, Refused> {
        let id = self.meant(text)?;
        let found = self.parts.devices.find(id);
        let mut device = found.ok_or_else(|| Refused::NotFound(format!("there is no device `{id}`")))?;
        let time = (&LocalTime::read(), self.parts.clock.now().unix);
        govern(&mut device, &self.parts.policy.load(), time);
        Ok(device)
    }
}

impl Window {
    async fn explanation(&self, asked: ExplainQuestion) -> Explanation {
        let question = Question::plain(&asked.name, asked.rtype);
        let found = self.parts.resolver.explain(&question, asked.device.unwrap_or(ANY_DEVICE)).await;
        let covered = found.via.unwrap_or(question.name);
        let mut rules = Vec::new();
        for ruling in &found.rulings {
            rules.push((*ruling, self.rule(&found, ruling, &covered).await));
        }
        let (cause, others) = deciding_first(rules, &found, &covered);
        let pause = found.policy.profile(asked.device.unwrap_or(ANY_DEVICE)).pause.as_deref();
        let pause = pause.filter(|_| found.policy.is_switched_on()).map(|pause| self.as_it_stands(pause));
        let summary = match &pause {
            Some(pause) if matches!(found.outlook, Outlook::LetThrough(_) | Outlook::Failed(_)) => self.paused(pause),
            _ => {
                summary(&found, cause.as_ref(), &cause.as_ref().map(|cause| self.by(cause, &found)).unwrap_or_default())
            }
        };
        let catalog = CatalogEntry::find(&question.name).or_else(|| CatalogEntry::find(&covered));
        let list_vendor = cause.as_ref().filter(|_| catalog.is_none()).and_then(|cause| self.list_vendor(cause));
        Explanation {
            name: question.name.to_string(),
            rtype: question.rtype.to_string(),
            device: asked.device,
            group: found.group.and_then(|group| found.policy.group_id(group)).map(ToString::to_string),
            decision: decision(&found),
            summary,
            cause,
            pause,
            others,
            aliases: aliases(&found, &covered),
            list_vendor,
            catalog,
            answer: found.reply.as_ref().map(answer),
            places: self.places(&found),
        }
    }

    /// Where the addresses of an answer from outside are at home. Of stopped names nothing is looked up for this.
    fn places(&self, found: &resolver::Explanation) -> Option<ExplainPlaces> {
        let reply = found.reply.as_ref().filter(|_| matches!(found.outlook, Outlook::LetThrough(_)))?;
        let geo = self.parts.geo.load();
        let place = |address| {
            let place = geo.find(address)?;
            Some(ExplainPlace { address, text: place.to_string(), place })
        };
        let addresses: Vec<_> = reply.addresses().take(MOST_PLACES).filter_map(place).collect();
        (!addresses.is_empty()).then(|| ExplainPlaces { addresses, origin: geo.origin() })
    }

    /// The vendor that the list is about whose rule decides.
    fn list_vendor(&self, cause: &ExplainCause) -> Option<String> {
        let id = cause.id.as_ref().filter(|_| cause.source == SourceKind::List)?;
        let list = self.parts.lists.status().into_iter().find(|list| list.id == *id)?;
        ListOffer::find(&list.source)?.vendor.clone()
    }

    /// A rule with the line that it stands in.
    async fn rule(&self, found: &resolver::Explanation, ruling: &Ruling, covered: &Name) -> ExplainCause {
        let policy = &found.policy;
        let pattern = policy.pattern(ruling).map(|text| &**text);
        let line = match ruling.source {
            CauseSource::List(number) => self.line(*covered, number, ruling, pattern).await,
            _ => None,
        };
        ExplainCause {
            source: SourceKind::from(ruling.source),
            id: policy
                .source_id(ruling.source)
                .map(ToString::to_string)
                .or_else(|| ruling.exception.map(|id| id.to_string())),
            action: ruling.action,
            rule: rule_text(*ruling, pattern, covered),
            line: line.as_ref().map(|line| line.line),
            text: line.map(|line| line.text),
            via: found.via.map(|via| via.to_string()),
        }
    }

    /// Whose rule it was, to stand behind a verb.
    fn by(&self, cause: &ExplainCause, found: &resolver::Explanation) -> String {
        let id = cause.id.as_deref().unwrap_or_default();
        let source = match cause.source {
            SourceKind::Exception => self.by_exception(id),
            SourceKind::List => format!(" by list {id}"),
            SourceKind::OwnRules => " by an own rule".to_owned(),
            SourceKind::GroupRules => format!(" by a rule of group {id}"),
            SourceKind::Canary => {
                ", because it is a canary name: by its absence devices know that this network answers DNS itself"
                    .to_owned()
            }
            SourceKind::Rebinding => ", because the answer from outside holds a private address".to_owned(),
            SourceKind::NoAddress => ", because the upstream gave no address but 0.0.0.0 or ::".to_owned(),
            SourceKind::SafeSearch => " by safe search".to_owned(),
            SourceKind::Offline => format!(", because the group {id} is offline {}", offline_until(found)),
        };
        let line = cause.line.map(|line| format!(", line {line}")).unwrap_or_default();
        let via = cause.via.as_ref().map(|via| format!(", because it leads to {via}")).unwrap_or_default();
        source + &line + &via
    }

    /// The exception with this number, to stand behind a verb.
    fn by_exception(&self, id: &str) -> String {
        let ledger = self.parts.changes.ledger();
        let exceptions = &ledger.standing().exceptions;
        match exceptions.iter().find(|exception| exception.id.to_string() == id) {
            Some(Exception { scope, until, .. }) => {
                format!(" by an exception for {}{}", self.whom(scope), self.until(*until))
            }
            None => " by an exception".to_owned(),
        }
    }

    /// That nothing is stopped, and until when.
    fn paused(&self, Pause { scope, until, .. }: &Pause) -> String {
        format!("Not stopped, because blocking is paused for {}{}", self.whom(scope), self.until(*until))
    }

    /// Whom an order is for, a device by its name, as in what other commands say.
    fn whom(&self, scope: &Scope) -> String {
        scope.in_words(&|id| self.parts.devices.called(id))
    }

    fn until(&self, until: Option<UnixTime>) -> String {
        let text = |until| LocalTime::read().text(until, self.parts.clock.now().unix);
        until.map(|until| format!(" until {}", text(until))).unwrap_or_default()
    }

    /// A pause with the end that it has by the clock of today.
    fn as_it_stands(&self, pause: &Pause) -> Pause {
        let ledger = self.parts.changes.ledger();
        ledger.standing().pauses.iter().find(|known| known.id == pause.id).unwrap_or(pause).clone()
    }

    async fn line(
        &self,
        name: Name,
        list: crate::rules::ListNumber,
        ruling: &Ruling,
        pattern: Option<&str>,
    ) -> Option<LineMatch> {
        // Without the line the explanation still names the list and the rule.
        let lines = self.parts.lists.find_lines(name, list).await.ok()?;
        let same = |line: &LineMatch| match &line.rule {
            OwnRule::Name(rule) => {
                rule.reach == ruling.reach
                    && rule.action == ruling.action
                    && rule.name.label_count() == usize::from(ruling.labels)
            }
            OwnRule::Pattern(rule) => rule.action() == ruling.action && pattern == Some(rule.text()),
        };
        lines.into_iter().find(same)
    }
}

/// Says which group governs a device, and whether it is offline by its hours: that of the first of its addresses, where these
/// differ.
fn govern(device: &mut DeviceStatus, policy: &Policy, (here, now): (&LocalTime, UnixTime)) {
    let Some(profile) = device.addresses.first().map(|address| policy.profile(*address)) else { return };
    device.group = profile.group.and_then(|group| policy.group_id(group)).cloned();
    let when = |minute| here.when(minute, now);
    device.offline = policy.offline_now(profile).map(|offline| OfflineNow { until: offline.until.map(when) });
}

/// Parts the rule that decides from the others.
fn deciding_first(
    rules: Vec<(Ruling, ExplainCause)>,
    found: &resolver::Explanation,
    covered: &Name,
) -> (Option<ExplainCause>, Vec<ExplainCause>) {
    let Some(cause) = found.cause else {
        return (None, rules.into_iter().map(|(_, rule)| rule).collect());
    };
    let decides =
        |ruling: &Ruling| (ruling.source, ruling.reach, ruling.labels) == (cause.source, cause.reach, cause.labels);
    let (mut deciding, others): (Vec<_>, Vec<_>) = rules.into_iter().partition(|(ruling, _)| decides(ruling));
    let deciding = if deciding.is_empty() { without_rule(cause, found, covered) } else { deciding.swap_remove(0).1 };
    (Some(deciding), others.into_iter().map(|(_, rule)| rule).collect())
}

/// A cause that stands in no list: a canary name, what an answer from outside holds, the hours of a group, or safe search, which
/// stops nothing.
fn without_rule(cause: Cause, found: &resolver::Explanation, covered: &Name) -> ExplainCause {
    ExplainCause {
        source: SourceKind::from(cause.source),
        id: found.policy.source_id(cause.source).map(ToString::to_string),
        action: if cause.source == CauseSource::SafeSearch { Action::Allow } else { Action::Block },
        rule: covered.to_string(),
        line: None,
        text: None,
        via: None,
    }
}

/// Until when the group is offline.
fn offline_until(found: &resolver::Explanation) -> &str {
    let offline = found.group.and_then(|group| found.policy.offline(group));
    offline.map_or("now", |offline| &offline.in_words)
}

fn decision(found: &resolver::Explanation) -> Decision {
    match found.outlook {
        Outlook::Stopped => Decision::Stopped,
        Outlook::Local | Outlook::SafeSearch | Outlook::SpecialUse(_) => Decision::Local,
        Outlook::LetThrough(_) | Outlook::Failed(_) if found.cause.is_some() => Decision::Allowed,
        Outlook::LetThrough(_) | Outlook::Failed(_) => Decision::Forwarded,
    }
}

/// One sentence for people; `by` says whose word it was.
fn summary(found: &resolver::Explanation, cause: Option<&ExplainCause>, by: &str) -> String {
    match &found.outlook {
        Outlook::Stopped => format!("Stopped{by}"),
        Outlook::Local => "Answered from the records of this house".to_owned(),
        Outlook::SafeSearch => {
            let filtered = found.via.map(|via| format!(" with the addresses of {via}")).unwrap_or_default();
            format!("Answered{filtered}, because safe search is on")
        }
        Outlook::SpecialUse(source) => format!("Answered here and never asked outside ({source})"),
        Outlook::LetThrough(rcode) if cause.is_some() => format!("Let through{by}; the upstream says {rcode}"),
        Outlook::LetThrough(rcode) => format!("No rule covers it; the upstream says {rcode}"),
        Outlook::Failed(reason) => format!("It would be asked upstream, but {reason}"),
    }
}

/// The rule in AdGuard's syntax.
fn rule_text(ruling: Ruling, pattern: Option<&str>, covered: &Name) -> String {
    let cause = Cause { source: ruling.source, reach: ruling.reach, labels: ruling.labels };
    let name = cause.rule_name(covered).unwrap_or_else(|| covered.to_string());
    let allow = if ruling.action == Action::Allow { "@@" } else { "" };
    let important = if ruling.important { "$important" } else { "" };
    match ruling.reach {
        Reach::Exact => format!("{allow}|{name}^{important}"),
        Reach::Subtree => format!("{allow}||{name}^{important}"),
        Reach::Below => format!("{allow}{name}{important}"),
        Reach::Pattern => format!("{allow}{}{important}", pattern.unwrap_or(&name)),
    }
}

fn aliases(found: &resolver::Explanation, covered: &Name) -> Vec<ExplainAlias> {
    let stops = found.outlook == Outlook::Stopped;
    let alias = |name: &Name| ExplainAlias { name: name.to_string(), stopped: stops && name == covered };
    found.chain.iter().map(alias).collect()
}

fn answer(reply: &Answer) -> ExplainAnswer {
    ExplainAnswer {
        rcode: reply.rcode().to_string(),
        records: reply.answers_text(),
        ede: reply.ede().map(|ede| format!("{} {}", ede.code.0, ede.words())),
    }
}
