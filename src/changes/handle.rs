//! What other parts hold, and the file.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Author, Change, Edit, Fixed, GroupStatus, Ledger, Present, RecordStatus, Request, Undo};
use crate::{
    config::{self, Loaded, Setting, SettingStatus},
    policy::{Scope, Standing},
    state::{Form, Refused},
    time::{Moment, Now, UnixTime},
};

/// The file in the state folder.
const FILE: &str = "changes.json";
/// The form in which it is written.
const FORM: Form = Form(&[]);

/// What people changed; clones share it. No query takes the lock.
#[derive(Clone, Debug)]
pub struct Changes(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    path: PathBuf,
    /// Why the file cannot be used; nothing can be changed then.
    fault: Option<String>,
}

#[derive(Debug)]
struct State {
    ledger: Arc<Ledger>,
    fixed: Arc<Fixed>,
    /// What the configuration comes to with the settings.
    settled: Arc<Loaded>,
}

/// An own rule, as people see it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct OwnRuleStatus {
    /// What it is removed by.
    pub id: String,
    /// The id of the group that it is for; `null`: for everyone.
    #[schema(required)]
    pub group: Option<String>,
    /// The rule in AdGuard's syntax.
    #[schema(example = "@@||example.org^")]
    pub rule: String,
    /// Whether `config.toml` has it, where alone it can be changed then.
    pub fixed: bool,
    /// When it was made while ponor ran, in milliseconds since 1970 UTC.
    #[schema(required, value_type = Option<u64>)]
    pub made: Option<UnixTime>,
}

impl Changes {
    /// Reads what was changed before. A file that cannot be used is told in the log, and by whatever is to be changed.
    #[must_use]
    pub fn open(data_dir: &Path, fixed: Fixed, now: Now) -> Self {
        let path = data_dir.join(FILE);
        let (ledger, fault) = match FORM.read::<Ledger>(&path) {
            Ok(ledger) => (ledger.unwrap_or_default().started(now), None),
            Err(fault) => {
                tracing::error!("{fault}");
                (Ledger::default(), Some(fault))
            }
        };
        let settled = Arc::clone(&fixed.loaded);
        let mut state = State { ledger: Arc::new(ledger), fixed: Arc::new(fixed), settled };
        state.settle();
        tell_set_aside(&state.settled);
        Self(Arc::new(Shared { state: Mutex::new(state), path, fault }))
    }

    /// Takes over what a new configuration says.
    pub fn reconfigure(&self, fixed: Fixed) {
        let mut state = self.state();
        state.fixed = Arc::new(fixed);
        state.settle();
        tell_set_aside(&state.settled);
    }

    /// What the configuration comes to with the settings.
    #[must_use]
    pub fn settled(&self) -> Arc<Loaded> {
        Arc::clone(&self.state().settled)
    }

    /// Why the file of all this cannot be used, if it cannot.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.0.fault.as_deref()
    }

    /// All keys of the configuration with their values.
    #[must_use]
    pub fn settings(&self) -> Vec<SettingStatus> {
        let state = self.state();
        config::settings(&state.settled, &state.ledger.settings())
    }

    /// Everything at this moment: what stands, and what was changed.
    #[must_use]
    pub fn ledger(&self) -> Arc<Ledger> {
        Arc::clone(&self.state().ledger)
    }

    /// What stands, and what the configuration fixes.
    #[must_use]
    pub fn own_rules(&self) -> Vec<OwnRuleStatus> {
        let state = self.state();
        let fixed = state.fixed.rules.iter().zip(1..).map(|((group, rule), number)| OwnRuleStatus {
            id: format!("config-{number}"),
            group: group.clone(),
            rule: rule.clone(),
            fixed: true,
            made: None,
        });
        let standing = state.ledger.standing().rules.iter().map(|rule| OwnRuleStatus {
            id: rule.id.to_string(),
            group: rule.group.clone(),
            rule: rule.rule.clone(),
            fixed: false,
            made: Some(rule.made),
        });
        fixed.chain(standing).collect()
    }

    /// All groups, those of the configuration first.
    #[must_use]
    pub fn groups(&self) -> Vec<GroupStatus> {
        let state = self.state();
        state.ledger.groups(&state.fixed)
    }

    /// All records that are answered here, those of the configuration first. What hosts files say is not among them.
    #[must_use]
    pub fn records(&self) -> Vec<RecordStatus> {
        let state = self.state();
        state.ledger.records(&state.fixed)
    }

    /// The ids of groups that something that stands is for and that do not exist: it holds for nobody.
    #[must_use]
    pub fn missing_groups(&self) -> Vec<String> {
        let state = self.state();
        let standing = state.ledger.standing();
        let exceptions = standing.exceptions.iter().map(|exception| &exception.scope);
        let scopes = exceptions.chain(standing.pauses.iter().map(|pause| &pause.scope));
        let of_scopes = scopes.filter_map(|scope| if let Scope::Group(id) = scope { Some(id) } else { None });
        let of_rules = standing.rules.iter().filter_map(|rule| rule.group.as_ref());
        let groups: BTreeSet<&String> = of_scopes.chain(of_rules).collect();
        let is_missing = |id: &&String| state.ledger.check_group(id, &state.fixed).is_err();
        groups.into_iter().filter(is_missing).cloned().collect()
    }

    /// Whether there is a group with this id.
    ///
    /// # Errors
    /// That there is none.
    pub fn check_group(&self, id: &str) -> Result<(), Refused> {
        let state = self.state();
        state.ledger.check_group(id, &state.fixed)
    }

    /// Everything that stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.state().ledger.standing().clone()
    }

    /// Does what is asked for; it is not yet written.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn order(&self, request: &Request, by: Author, present: &Present<'_>) -> Result<Change, Refused> {
        self.change(|ledger, fixed| ledger.order(request, fixed, by, present))
    }

    /// Takes a change back, or says what has to be done for that; it is not yet written.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn undo(&self, id: u64, by: Author, now: Now) -> Result<Undo, Refused> {
        self.change(|ledger, fixed| ledger.undo(id, fixed, by, now))
    }

    /// Remembers a change that others made; it is not yet written.
    ///
    /// # Errors
    /// When nothing can be remembered.
    pub fn record(&self, edit: Edit, by: Author, undoes: Option<u64>, at: UnixTime) -> Result<Change, Refused> {
        self.change(|ledger, _| Ok(ledger.record(edit, by, undoes, at)))
    }

    /// Puts everything back to what it was.
    pub fn restore(&self, former: Arc<Ledger>) {
        let mut state = self.state();
        state.ledger = former;
        state.settle();
    }

    /// Drops what is over, and puts right what is said of ends on the wall; tells whether there was anything of either.
    #[must_use]
    pub fn expire(&self, now: Now) -> bool {
        Arc::make_mut(&mut self.state().ledger).expire(now)
    }

    /// When [`Self::expire`] should be asked next.
    #[must_use]
    pub fn next_look(&self, now: Moment) -> Option<Moment> {
        self.state().ledger.next_look(now)
    }

    /// Writes everything. Blocks for a small file.
    ///
    /// # Errors
    /// When the system refuses; the former file is then still there.
    pub fn save(&self) -> Result<(), Refused> {
        if let Some(fault) = &self.0.fault {
            return Err(Refused::Failed(fault.clone()));
        }
        FORM.write(&self.0.path, &*self.ledger())
    }

    fn change<T>(&self, change: impl FnOnce(&mut Ledger, &Fixed) -> Result<T, Refused>) -> Result<T, Refused> {
        if let Some(fault) = &self.0.fault {
            return Err(Refused::Failed(fault.clone()));
        }
        let mut state = self.state();
        let fixed = Arc::clone(&state.fixed);
        let former = state.ledger.settings();
        let changed = change(Arc::make_mut(&mut state.ledger), &fixed);
        if state.ledger.settings() != former {
            state.settle();
        }
        changed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What a panic left half changed is still the best there is.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Brings what the configuration comes to up to the settings.
    fn settle(&mut self) {
        // It was read without settings before, so that there is nothing wrong with it.
        if let Ok(settled) = self.fixed.loaded.layers.load(&self.ledger.settings()) {
            self.settled = Arc::new(settled);
        }
    }
}

/// Says which settings do not hold. They stay where they are, until somebody resets them.
fn tell_set_aside(loaded: &Loaded) {
    for aside in &loaded.set_aside {
        tracing::warn!(key = aside.key, "a setting does not hold and is set aside: {}", aside.why());
    }
}

/// The settings in the state folder, for who does not keep them.
///
/// # Errors
/// Why they cannot be read.
pub fn read_settings(data_dir: &Path) -> Result<Vec<Setting>, String> {
    Ok(FORM.read::<Ledger>(&data_dir.join(FILE))?.unwrap_or_default().settings())
}
