//! What stands and what was changed. Pure: the time is passed in.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    Author, Change, Edit, Fixed, NewException, NewPause, NewRule, Present, Request, Whom,
    afterwards::{coming_back, waiting, what_is_left},
    terms::{End, Stands},
};
use crate::{
    config::did_you_mean,
    local::parse_record,
    policy::{Exception, Pause, Scope, Standing, StandingRule, parse_exception},
    rules::{Action, MAX_PATTERNS, OwnRule, parse_own_rule},
    state::Refused,
    time::{Moment, Now, UnixTime},
};

/// The most exceptions, pauses, own rules, groups and records that are kept of each: no more than a table takes, if all are
/// patterns.
const MOST: usize = MAX_PATTERNS;
/// The longest rule, in octets.
const LONGEST_RULE: usize = 1024;
/// Rules of the same text that are told to somebody who means one of them.
const MOST_TOLD: usize = 8;
/// How long a change is remembered.
const MEMORY: Duration = Duration::from_hours(24 * 90);
/// The most changes that are remembered.
const MOST_CHANGES: usize = 2000;
/// How often is looked whether the clock on the wall has been set, and what is over.
const LOOK_AT_CLOCK: Duration = Duration::from_secs(10);

/// What stands and what was changed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Ledger {
    /// The number of the last change, which is never given again.
    last: u64,
    #[serde(flatten)]
    standing: Standing,
    changes: Vec<Change>,
    /// When things end, by their number.
    #[serde(skip)]
    ends: BTreeMap<u64, End>,
}

/// What taking back a change comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undo {
    /// It was taken back, which is a change too.
    Done(Change),
    /// This has to be done by those whose it is, and then [recorded](Ledger::record).
    Elsewhere(Edit),
}

impl Ledger {
    /// What was read from a file, at the start of ponor.
    #[must_use]
    pub fn started(mut self, now: Now) -> Self {
        let mut ends = BTreeMap::new();
        self.each_term(|id, made, until| {
            ends.insert(id, End::at_start(*made, *until, now));
        });
        self.ends = ends;
        self.expire(now);
        self
    }

    /// What stands.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// What was changed, the earliest first.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The number that the next change gets.
    pub(super) fn next(&self) -> u64 {
        self.last + 1
    }

    /// Does what is asked for.
    ///
    /// # Errors
    /// Why it is refused; nothing has changed then.
    pub fn order(
        &mut self,
        request: &Request,
        fixed: &Fixed,
        by: Author,
        present: &Present<'_>,
    ) -> Result<Change, Refused> {
        let edit = match request {
            Request::Except(new) => self.except(new, fixed, present)?,
            Request::EndException { id } => {
                let before =
                    self.standing.exceptions.iter().find(|first| waiting(Some(*first)).any(|known| known.id == *id));
                let before = before.ok_or_else(|| Refused::NotFound(format!("there is no exception {id}")))?;
                let before = self.settled(before.clone(), present.now);
                let after = what_is_left(before.clone(), &|known, _| known == *id);
                Edit::Exception { before: Some(before), after }
            }
            Request::Pause(new) => self.pause(new, fixed, present)?,
            Request::Resume { scope } => {
                let before = self.paused(&scope.scope()?, present)?.clone();
                Edit::Pause { before: Some(self.settled(before, present.now)), after: None }
            }
            Request::AddRule(new) => self.add_rule(new, fixed, present)?,
            Request::RemoveRule { id } => self.remove_rule(id, fixed)?,
            Request::AddRecord(new) => self.add_record(new, fixed, present.now.unix)?,
            Request::RemoveRecord { id } => self.remove_record(id, fixed)?,
            Request::Set(new) => self.set(new, fixed, present.now.unix)?,
            Request::Reset { key } => self.reset(key, fixed)?,
            Request::MakeGroup(new) => self.make_group(new, fixed, present.now.unix)?,
            Request::ChangeGroup { id, change } => self.change_group(id, change, fixed, present.now.unix)?,
            Request::RemoveGroup { id } => self.remove_group(id, fixed)?,
        };
        self.check_fits(&edit, fixed)?;
        self.check_setting(&edit, fixed)?;
        self.apply(&edit, present.now);
        Ok(self.record(edit, by, None, present.now.unix))
    }

    /// Takes a change back, if what it was about is still as it left it.
    ///
    /// # Errors
    /// Why that cannot be; nothing has changed then.
    pub fn undo(&mut self, id: u64, fixed: &Fixed, by: Author, now: Now) -> Result<Undo, Refused> {
        let invalid = |why: String| Err(Refused::Invalid(why));
        let Some(change) = self.changes.iter().find(|change| change.id == id) else {
            return Err(Refused::NotFound(format!("no change {id} is remembered")));
        };
        if let Some(undo) = change.undone_by {
            return invalid(format!("change {id} was taken back by change {undo}"));
        }
        let edit = change.edit.clone().reversed();
        if matches!(edit, Edit::List { .. } | Edit::Device(_)) {
            return Ok(Undo::Elsewhere(edit));
        }
        if !self.is_in_place(&edit) {
            let later = self.changes.iter().rev().find(|later| later.id > id && later.edit.touches(&edit));
            return invalid(match later {
                Some(later) => format!("change {} came after it, about the same; take that back first", later.id),
                None => format!("what change {id} did is over"),
            });
        }
        let Some(edit) = self.without_what_is_over(edit, now) else {
            return invalid("what it would bring back is over".to_owned());
        };
        if let Edit::Rule { after: Some(rule), .. } = &edit
            && fixed.rules.iter().any(|(group, text)| *group == rule.group && *text == rule.rule)
        {
            return Err(Refused::Fixed(format!("`{}`", rule.rule)));
        }
        if let Edit::Group { after: Some(group), .. } = &edit {
            fixed.leaves_group(&group.id)?;
        }
        if let Edit::Record { after: Some(made), .. } = &edit
            && let Ok(record) = parse_record(&made.record)
        {
            self.check_record(&record, fixed)?;
        }
        if let Edit::Setting { after: Some(made), .. } = &edit {
            fixed.leaves_key(&made.key)?;
        }
        self.check_fits(&edit, fixed)?;
        self.check_setting(&edit, fixed)?;
        self.apply(&edit, now);
        Ok(Undo::Done(self.record(edit, by, Some(id), now.unix)))
    }

    /// Remembers a change that was made.
    pub fn record(&mut self, edit: Edit, by: Author, undoes: Option<u64>, at: UnixTime) -> Change {
        self.last += 1;
        let change = Change { id: self.last, at, by, edit, undoes, undone_by: None };
        if let Some(undone) = undoes.and_then(|id| self.changes.iter_mut().find(|change| change.id == id)) {
            undone.undone_by = Some(change.id);
            // What it had taken back is in force again.
            let again = undone.undoes;
            if let Some(again) = self.changes.iter_mut().find(|change| Some(change.id) == again) {
                again.undone_by = None;
            }
        }
        self.changes.push(change.clone());
        self.changes.retain(|change| at.since(change.at) < MEMORY);
        let too_many = self.changes.len().saturating_sub(MOST_CHANGES);
        self.changes.drain(..too_many);
        change
    }

    /// Drops what is over, and puts right what is said of ends on the wall; tells whether there was anything of either.
    pub fn expire(&mut self, now: Now) -> bool {
        let (mut ends, mut has_moved) = (std::mem::take(&mut self.ends), false);
        self.each_term(|id, made, until| {
            let said = *until;
            if let Some(end) = ends.get_mut(&id) {
                end.settle(made, until, now);
            }
            has_moved |= *until != said;
        });
        let before = ends.len();
        ends.retain(|_, end| end.at > now.moment);
        let over = |id: u64, until: Option<UnixTime>| until.is_some() && !ends.contains_key(&id);
        let exceptions = std::mem::take(&mut self.standing.exceptions);
        self.standing.exceptions = exceptions.into_iter().filter_map(|known| what_is_left(known, &over)).collect();
        self.standing.pauses.retain(|pause| !over(pause.id, pause.until));
        let has_ended = ends.len() != before;
        self.ends = ends;
        has_ended || has_moved
    }

    /// When [`Self::expire`] should be asked next: soon, as long as anything ends. The clock on the wall may be set, and whoever
    /// sleeps does not notice that this machine slept longer.
    #[must_use]
    pub fn next_look(&self, now: Moment) -> Option<Moment> {
        Some(self.ends.values().map(|end| end.at).min()?.min(now.after(LOOK_AT_CLOCK)))
    }

    fn except(&self, new: &NewException, fixed: &Fixed, present: &Present<'_>) -> Result<Edit, Refused> {
        let scope = self.scope(&new.scope, fixed)?;
        check_length(&new.name)?;
        let rule = parse_exception(&new.name, Action::Block);
        let rule = rule.map_err(|why| Refused::Invalid(format!("`{}`: {why}", shown(&new.name))))?;
        let rule = rule.to_string();
        let mut all = self.standing.exceptions.iter();
        let before = all.find(|exception| exception.rule == rule && exception.scope == scope);
        let before = before.map(|exception| self.settled(exception.clone(), present.now));
        let (made, until) = term(new.lasts.from(present), present.now.unix);
        let afterwards = coming_back(before.as_ref(), new.action, until)?;
        let after = Exception { id: self.next(), action: new.action, rule, scope, made, until, afterwards };
        Ok(Edit::Exception { before, after: Some(after) })
    }

    fn pause(&self, new: &NewPause, fixed: &Fixed, present: &Present<'_>) -> Result<Edit, Refused> {
        let scope = self.scope(&new.scope, fixed)?;
        let before = self.standing.pauses.iter().find(|pause| pause.scope == scope);
        let before = before.map(|pause| self.settled(pause.clone(), present.now));
        let (made, until) = term(new.lasts.from(present), present.now.unix);
        Ok(Edit::Pause { before, after: Some(Pause { id: self.next(), scope, made, until }) })
    }

    /// Whom something new is for: a group has to exist.
    fn scope(&self, whom: &Whom, fixed: &Fixed) -> Result<Scope, Refused> {
        if let Whom::Group(group) = whom {
            self.check_group(group, fixed)?;
        }
        whom.scope()
    }

    fn paused(&self, scope: &Scope, present: &Present<'_>) -> Result<&Pause, Refused> {
        let pauses = &self.standing.pauses;
        pauses.iter().find(|pause| pause.scope == *scope).ok_or_else(|| {
            let whom = |scope: &Scope| scope.in_words(present.called);
            let others: Vec<String> = pauses.iter().map(|pause| whom(&pause.scope)).collect();
            let others = if others.is_empty() { String::new() } else { format!(", but for {}", others.join(", ")) };
            Refused::NotFound(format!("blocking is not paused for {}{others}", whom(scope)))
        })
    }

    fn add_rule(&self, new: &NewRule, fixed: &Fixed, present: &Present<'_>) -> Result<Edit, Refused> {
        if let Some(group) = &new.group {
            self.check_group(group, fixed)?;
        }
        check_length(&new.rule)?;
        let rule = parse_own_rule(new.rule.trim());
        let rule = rule.map_err(|why| Refused::Invalid(format!("`{}`: {why}", shown(&new.rule))))?;
        let rule = rule.to_string();
        if fixed.rules.iter().any(|(group, text)| *group == new.group && *text == rule) {
            return Err(Refused::Fixed(format!("`{rule}`")));
        }
        if self.standing.rules.iter().any(|known| known.group == new.group && known.rule == rule) {
            return Err(Refused::Invalid(format!("there is such a rule: `{rule}`")));
        }
        let after = StandingRule { id: self.next(), group: new.group.clone(), rule, made: present.now.unix };
        Ok(Edit::Rule { before: None, after: Some(after) })
    }

    /// Whether there is room for what `edit` adds, be it new or back again.
    fn check_fits(&self, edit: &Edit, fixed: &Fixed) -> Result<(), Refused> {
        let Standing { exceptions, pauses, rules, groups, records, .. } = &self.standing;
        match edit {
            Edit::Exception { before: None, after: Some(_) } => check_room(exceptions.len(), "exceptions"),
            Edit::Pause { before: None, after: Some(_) } => check_room(pauses.len(), "pauses"),
            Edit::Rule { before: None, after: Some(rule) } => {
                if is_pattern(&rule.rule) {
                    self.check_patterns(rule.group.as_ref(), fixed)?;
                }
                check_room(rules.len(), "own rules")
            }
            Edit::Group { before: None, after: Some(_) } => check_room(groups.len(), "groups"),
            Edit::Record { before: None, after: Some(_) } => check_room(records.len(), "records"),
            _ => Ok(()),
        }
    }

    /// Whether the own rules of a group, or of everyone, have room for another pattern.
    fn check_patterns(&self, group: Option<&String>, fixed: &Fixed) -> Result<(), Refused> {
        let standing = self.standing.rules.iter().map(|rule| (rule.group.as_ref(), &rule.rule));
        let fixed = fixed.rules.iter().map(|(group, rule)| (group.as_ref(), rule));
        let rules: Vec<&String> = fixed.chain(standing).filter(|(of, _)| *of == group).map(|(_, rule)| rule).collect();
        if rules.len() < MOST {
            return Ok(());
        }
        check_room(rules.into_iter().filter(|rule| is_pattern(rule)).count(), "patterns among these rules")
    }

    fn remove_rule(&self, id: &str, fixed: &Fixed) -> Result<Edit, Refused> {
        let number: Option<usize> = id.strip_prefix("config-").and_then(|number| number.parse().ok());
        if let Some((_, rule)) = number.and_then(|number| fixed.rules.get(number.checked_sub(1)?)) {
            return Err(Refused::Fixed(format!("`{rule}`")));
        }
        check_length(id)?;
        let before = self.standing.rules.iter().find(|rule| rule.id.to_string() == id);
        let before = before.map_or_else(|| self.rule_with_text(id, fixed), Ok)?;
        Ok(Edit::Rule { before: Some(before.clone()), after: None })
    }

    /// The only own rule that was added and reads `text`, or what `text` comes to as a rule.
    fn rule_with_text(&self, text: &str, fixed: &Fixed) -> Result<&StandingRule, Refused> {
        let text = text.trim();
        let canonical = parse_own_rule(text).map_or_else(|_| text.to_owned(), |rule| rule.to_string());
        let is_meant = |rule: &str| rule == text || rule == canonical;
        let meant: Vec<&StandingRule> = self.standing.rules.iter().filter(|known| is_meant(&known.rule)).collect();
        match meant.as_slice() {
            [rule] => Ok(rule),
            [] if fixed.rules.iter().any(|(_, rule)| is_meant(rule)) => Err(Refused::Fixed(format!("`{canonical}`"))),
            [] => {
                let known = self.standing.rules.iter().map(|known| known.rule.as_str());
                let probably = did_you_mean(&canonical, known);
                Err(Refused::NotFound(format!("there is no own rule `{}`{probably}", shown(text))))
            }
            several => {
                let whose = |rule: &&StandingRule| match &rule.group {
                    Some(group) => format!("{} for {group}", rule.id),
                    None => format!("{} for everyone", rule.id),
                };
                let told: Vec<String> = several.iter().take(MOST_TOLD).map(whose).collect();
                let (count, told) = (several.len(), told.join(", "));
                Err(Refused::Invalid(format!("{count} own rules read `{canonical}`: {told}; give the id of one")))
            }
        }
    }

    /// Whether the thing that `edit` changes is as it says.
    fn is_in_place(&self, edit: &Edit) -> bool {
        let Standing { exceptions, pauses, rules, groups, records, settings } = &self.standing;
        match edit {
            Edit::Exception { before: Some(before), .. } => exceptions.iter().any(|known| known.id == before.id),
            Edit::Exception { after: Some(after), .. } => {
                !exceptions.iter().any(|known| (&known.rule, &known.scope) == (&after.rule, &after.scope))
            }
            Edit::Pause { before: Some(before), .. } => pauses.iter().any(|known| known.id == before.id),
            Edit::Pause { after: Some(after), .. } => !pauses.iter().any(|known| known.scope == after.scope),
            Edit::Rule { before: Some(before), .. } => rules.iter().any(|known| known.id == before.id),
            Edit::Rule { after: Some(after), .. } => {
                !rules.iter().any(|known| (&known.rule, &known.group) == (&after.rule, &after.group))
            }
            Edit::Group { before: Some(before), .. } => groups.iter().any(|known| known.number == before.number),
            Edit::Group { after: Some(after), .. } => !groups.iter().any(|known| known.id == after.id),
            Edit::Record { before: Some(before), .. } => records.iter().any(|known| known.id == before.id),
            Edit::Record { after: Some(after), .. } => !records.iter().any(|known| known.record == after.record),
            Edit::Setting { before: Some(before), .. } => settings.iter().any(|known| known.id == before.id),
            Edit::Setting { after: Some(after), .. } => !settings.iter().any(|known| known.key == after.key),
            _ => true,
        }
    }

    fn apply(&mut self, edit: &Edit, now: Now) {
        let Self { standing, ends, .. } = self;
        match edit {
            Edit::Exception { before, after } => {
                exchange(&mut standing.exceptions, before.as_ref(), after.as_ref(), ends, now);
            }
            Edit::Pause { before, after } => exchange(&mut standing.pauses, before.as_ref(), after.as_ref(), ends, now),
            Edit::Rule { before, after } => exchange(&mut standing.rules, before.as_ref(), after.as_ref(), ends, now),
            Edit::Group { before, after } => exchange(&mut standing.groups, before.as_ref(), after.as_ref(), ends, now),
            Edit::Record { before, after } => {
                exchange(&mut standing.records, before.as_ref(), after.as_ref(), ends, now);
            }
            Edit::Setting { before, after } => {
                exchange(&mut standing.settings, before.as_ref(), after.as_ref(), ends, now);
            }
            Edit::List { .. } | Edit::Device(_) => {}
        }
    }

    /// `thing` with ends on the wall as the clocks tell them now: the one on the wall may have been set since. What does not
    /// stand any more, nor waits, is as it was.
    fn settled<T: Stands>(&self, mut thing: T, now: Now) -> T {
        thing.each_term(&mut |id, made, until| {
            if let Some(mut end) = self.ends.get(&id).copied() {
                end.settle(made, until, now);
            }
        });
        thing
    }

    /// `edit` without bringing back what would be over by now; `None` when nothing is left of it.
    fn without_what_is_over(&self, edit: Edit, now: Now) -> Option<Edit> {
        let is_over = |until: Option<UnixTime>| until.is_some_and(|until| until <= now.unix);
        match edit {
            Edit::Exception { before, after: Some(after) } => {
                let after = what_is_left(self.settled(after, now), &|_, until| is_over(until));
                // What stands already is not brought back.
                let ids = |first: &Option<Exception>| waiting(first.as_ref()).map(|known| known.id).collect::<Vec<_>>();
                (ids(&before) != ids(&after)).then_some(Edit::Exception { before, after })
            }
            Edit::Pause { before, after: Some(after) } if is_over(after.until) => {
                before.map(|before| Edit::Pause { before: Some(before), after: None })
            }
            edit => Some(edit),
        }
    }

    /// Does something with everything that ends.
    fn each_term(&mut self, mut with: impl FnMut(u64, &mut UnixTime, &mut UnixTime)) {
        self.standing.exceptions.iter_mut().for_each(|exception| exception.each_term(&mut with));
        self.standing.pauses.iter_mut().for_each(|pause| pause.each_term(&mut with));
    }
}

/// Puts `after` in the place of `before`, and notes when it ends. What is of both goes on to end when it would have.
fn exchange<T: Stands>(
    all: &mut Vec<T>,
    before: Option<&T>,
    after: Option<&T>,
    ends: &mut BTreeMap<u64, End>,
    now: Now,
) {
    let mut former = BTreeMap::new();
    if let Some(mut before) = before.cloned() {
        all.retain(|known| known.id() != before.id());
        before.each_term(&mut |id, _, _| former.extend(ends.remove(&id).map(|end| (id, end))));
    }
    if let Some(mut after) = after.cloned() {
        after.each_term(&mut |id, made, until| {
            let end = former.remove(&id).unwrap_or_else(|| End::at_start(*made, *until, now));
            ends.insert(id, end);
        });
        all.push(after);
    }
}

/// When something begins and ends.
fn term(lasts: Option<Duration>, now: UnixTime) -> (UnixTime, Option<UnixTime>) {
    (now, lasts.map(|lasts| now.after(lasts)))
}

pub(super) fn check_length(rule: &str) -> Result<(), Refused> {
    if rule.len() > LONGEST_RULE {
        return Err(Refused::Invalid(format!("expected {LONGEST_RULE} octets at most")));
    }
    Ok(())
}

fn is_pattern(rule: &str) -> bool {
    matches!(parse_own_rule(rule), Ok(OwnRule::Pattern(_)))
}

fn check_room(count: usize, what: &str) -> Result<(), Refused> {
    if count >= MOST {
        return Err(Refused::Invalid(format!("there are {MOST} {what}, which is the most; end or remove some first")));
    }
    Ok(())
}

/// What somebody wrote, without signs that a terminal takes for orders. Expressions are full of backslashes, and stay as they
/// were written.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '\'' | '"' => shown.push(letter),
            _ => shown.extend(letter.escape_debug()),
        }
    }
    shown
}
