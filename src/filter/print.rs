//! From a filter to text that means the same at any time.

use std::{borrow::Cow, fmt};

use super::{
    DevicePattern, Filter, NetworkPattern, Term, Test,
    word::{CLASSES, GROUPINGS, KEYS, Key, PURPOSES, REASONS, TRANSPORTS, VERDICTS, word},
};
use crate::time::format_instant;

impl fmt::Display for Filter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = [(Key::Since, self.since), (Key::Until, self.until)];
        let times = times.into_iter().filter_map(|(key, time)| Some((key, format_instant(time?))));
        let group = self.group.map(|group| (Key::Group, word(GROUPINGS, group).to_owned()));
        let rest = times.chain(group).map(|(key, value)| format!("{}:{value}", word(KEYS, key)));
        let all: Vec<String> = self.terms.iter().map(ToString::to_string).chain(rest).collect();
        out.write_str(&all.join(" "))
    }
}

impl fmt::Display for Term {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minus = if self.negated { "-" } else { "" };
        write!(out, "{minus}{}", self.test)
    }
}

impl fmt::Display for Test {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value: Cow<'_, str> = match self {
            Self::Verdict(verdict) => return out.write_str(word(VERDICTS, *verdict)),
            Self::Device(DevicePattern::Network(network)) => {
                if network.prefix_len() == network.max_prefix_len() {
                    network.addr().to_string().into()
                } else {
                    network.to_string().into()
                }
            }
            Self::Device(DevicePattern::Called(text))
            | Self::Vendor(text)
            | Self::Service(text)
            | Self::Name(text)
            | Self::List(text)
            | Self::Network(NetworkPattern::Called(text)) => text.as_str().into(),
            Self::Network(NetworkPattern::Number(number)) => format!("AS{number}").into(),
            Self::Purpose(purpose) => word(PURPOSES, *purpose).into(),
            Self::Class(class) => word(CLASSES, *class).into(),
            Self::Country(letters) | Self::Registered(letters) => String::from_utf8_lossy(letters),
            // Not every type is read by the name that it is shown with.
            Self::Type(rtype) => match rtype.to_string() {
                text if text.parse() == Ok(*rtype) => text.into(),
                _ => format!("TYPE{}", rtype.0).into(),
            },
            Self::Reason(reason) => word(REASONS, *reason).into(),
            Self::Transport(transport) => word(TRANSPORTS, *transport).into(),
        };
        let key = word(KEYS, self.key());
        if value.contains(|letter: char| letter.is_whitespace() || letter == '"') {
            write!(out, "{key}:\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
        } else {
            write!(out, "{key}:{value}")
        }
    }
}
