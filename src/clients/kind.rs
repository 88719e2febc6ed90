//! What kind of device it is.

use serde::{Deserialize, Serialize};

/// What kind of device it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A phone, or a tablet, which asks for the same names.
    Phone,
    /// A computer.
    Computer,
    /// A television, or a box or stick beside it.
    Tv,
    /// A speaker.
    Speaker,
    /// A games console.
    Console,
    /// A camera.
    Camera,
    /// A thermostat.
    Thermostat,
    /// A lamp.
    Lamp,
    /// A plug, lamp or other thing of the house, not known more closely.
    Appliance,
    /// A robot that cleans.
    Vacuum,
    /// A bridge to things that speak no IP.
    Bridge,
    /// A printer.
    Printer,
    /// A watch or a band.
    Wearable,
    /// A car.
    Car,
    /// A router or an access point.
    Router,
    /// A server, or a disk in the network.
    Server,
    /// Something else.
    Other,
}

impl DeviceKind {
    /// Every kind with the word for it in `config.toml` and in the API.
    pub const WORDS: [(&'static str, Self); 17] = [
        ("phone", Self::Phone),
        ("computer", Self::Computer),
        ("tv", Self::Tv),
        ("speaker", Self::Speaker),
        ("console", Self::Console),
        ("camera", Self::Camera),
        ("thermostat", Self::Thermostat),
        ("lamp", Self::Lamp),
        ("appliance", Self::Appliance),
        ("vacuum", Self::Vacuum),
        ("bridge", Self::Bridge),
        ("printer", Self::Printer),
        ("wearable", Self::Wearable),
        ("car", Self::Car),
        ("router", Self::Router),
        ("server", Self::Server),
        ("other", Self::Other),
    ];

    /// One of them, or several, in words: `phone`, `phones`.
    #[must_use]
    pub fn noun(self, several: bool) -> &'static str {
        let (one, many) = match self {
            Self::Phone => ("phone or tablet", "phones and tablets"),
            Self::Computer => ("computer", "computers"),
            Self::Tv => ("TV", "TVs"),
            Self::Speaker => ("speaker", "speakers"),
            Self::Console => ("console", "consoles"),
            Self::Camera => ("camera", "cameras"),
            Self::Thermostat => ("thermostat", "thermostats"),
            Self::Lamp => ("lamp", "lamps"),
            Self::Appliance => ("appliance", "appliances"),
            Self::Vacuum => ("vacuum robot", "vacuum robots"),
            Self::Bridge => ("bridge", "bridges"),
            Self::Printer => ("printer", "printers"),
            Self::Wearable => ("wearable", "wearables"),
            Self::Car => ("car", "cars"),
            Self::Router => ("router", "routers"),
            Self::Server => ("server", "servers"),
            Self::Other => ("device", "devices"),
        };
        if several { many } else { one }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_api() {
        for (word, kind) in DeviceKind::WORDS {
            assert_eq!(serde_json::to_value(kind).unwrap(), word);
        }
    }
}
