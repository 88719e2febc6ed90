//! The manual page: one for all commands, because one is what is installed.

use std::io;

use clap::{Arg, Command, CommandFactory, Id};
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};

use super::args::Arguments;

/// The page, in the language of man(7).
///
/// # Errors
/// Never: it is written into memory.
pub(super) fn page() -> io::Result<String> {
    let mut all = Arguments::command();
    all.build();
    let page = Man::new(all.clone());
    let mut octets = Vec::new();
    page.render_title(&mut octets)?;
    page.render_name_section(&mut octets)?;
    page.render_synopsis_section(&mut octets)?;
    page.render_description_section(&mut octets)?;
    page.render_options_section(&mut octets)?;
    let mut rest = Roff::new();
    rest.control("SH", ["COMMANDS"]);
    let common: Vec<&Id> = all.get_arguments().map(Arg::get_id).collect();
    describe_all(&all, &common, &mut rest);
    rest.control("SH", ["EXIT STATUS"]);
    rest.text([roman(
        "0 when it did what it was told, 1 when it could not, 2 when the command line makes no sense, 78 when the configuration does not.",
    )]);
    rest.to_writer(&mut octets)?;
    page.render_version_section(&mut octets)?;
    Ok(String::from_utf8_lossy(&octets).into_owned())
}

/// Describes the commands below `parent`, those with commands of their own by these as well. What every command may be told,
/// which is `common`, stands under the options of all.
fn describe_all(parent: &Command, common: &[&Id], page: &mut Roff) {
    for command in parent.get_subcommands().filter(|command| command.get_name() != "help") {
        describe(command, common, page);
        describe_all(command, common, page);
    }
}

fn describe(command: &Command, common: &[&Id], page: &mut Roff) {
    page.control("SS", [command.get_bin_name().unwrap_or_else(|| command.get_name())]);
    let about = command.get_long_about().or_else(|| command.get_about());
    page.text([roman(about.map(ToString::to_string).unwrap_or_default())]);
    for arg in command.get_arguments().filter(|arg| !arg.is_hide_set() && !common.contains(&arg.get_id())) {
        page.control("TP", []);
        page.text([bold(arg.to_string())]);
        page.text([roman(help(arg))]);
    }
}

/// What an argument means, and what it may be.
fn help(arg: &Arg) -> String {
    let text = arg.get_long_help().or_else(|| arg.get_help()).map(ToString::to_string).unwrap_or_default();
    let takes_value = arg.get_action().takes_values();
    let values = arg.get_possible_values().into_iter().filter(|value| takes_value && !value.is_hide_set());
    let values: Vec<_> = values.map(|value| value.get_name().to_owned()).collect();
    if values.is_empty() { text } else { format!("{text}: {}", values.join(", ")) }
}
