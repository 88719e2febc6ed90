//! A made-up household: a dozen devices with the names that such devices really ask for, and how often.

use crate::dns::RecordType;

/// A device of the household.
#[derive(Debug)]
pub(super) struct Device {
    /// The last octet of its address, 127.0.1.x.
    pub(super) host: u8,
    /// What the household calls it, as a host name.
    pub(super) name: &'static str,
    /// What it asks for.
    pub(super) habits: &'static [Habit],
}

/// A name that a device asks for again and again.
#[derive(Debug)]
pub(super) struct Habit {
    /// The name.
    pub(super) name: &'static str,
    /// The types, asked together.
    pub(super) types: &'static [RecordType],
    /// The usual time between two askings, in seconds.
    pub(super) every: u32,
    /// When.
    pub(super) when: When,
}

/// When a habit shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Day and night, like clockwork.
    Always,
    /// While people are up: 7 to 23 o'clock, in bursts.
    Waking,
    /// In the evening: 18 to 23 o'clock.
    Evening,
}

const ADDRESS: &[RecordType] = &[RecordType::A];
const BOTH: &[RecordType] = &[RecordType::A, RecordType::AAAA];
const BROWSER: &[RecordType] = &[RecordType::A, RecordType::AAAA, RecordType::HTTPS];

const fn always(name: &'static str, every: u32) -> Habit {
    Habit { name, types: ADDRESS, every, when: When::Always }
}

const fn waking(name: &'static str, every: u32) -> Habit {
    Habit { name, types: BOTH, every, when: When::Waking }
}

const fn surfing(name: &'static str, every: u32) -> Habit {
    Habit { name, types: BROWSER, every, when: When::Waking }
}

const fn evening(name: &'static str, every: u32) -> Habit {
    Habit { name, types: BOTH, every, when: When::Evening }
}

/// The devices.
pub(super) const DEVICES: &[Device] = &[
    Device {
        host: 11,
        name: "mi-phone",
        habits: &[
            surfing("www.youtube.com", 420),
            waking("api.spotify.com", 520),
            waking("audio-ak.spotify.com.edgesuite.net", 600),
            surfing("maps.googleapis.com", 960),
            waking("imap.gmail.com", 600),
            surfing("shop.example", 1040),
            surfing("static.shop.example", 1040),
            always("mtalk.google.com", 840),
            waking("api.openweathermap.org", 1800),
            always("tracking.intl.miui.com", 190),
            always("data.mistat.intl.xiaomi.com", 420),
            waking("sa.api.intl.miui.com", 260),
            waking("api.ad.intl.xiaomi.com", 340),
            waking("sdkconfig.ad.intl.xiaomi.com", 1500),
            always("update.intl.miui.com", 7200),
            always("connectivitycheck.gstatic.com", 900),
            waking("graph.facebook.com", 700),
            surfing("news.example", 600),
            surfing("www.wikipedia.org", 1300),
            waking("web.whatsapp.com", 400),
        ],
    },
    Device {
        host: 12,
        name: "living-room-tv",
        habits: &[
            evening("media.example", 120),
            evening("images.media.example", 90),
            evening("ipv4-c012-fra001-ix.1.oca.nflxvideo.net", 80),
            evening("api.netflix.com", 300),
            always("epg.tv-guide.example", 1800),
            evening("acr-eu-prd.samsungcloud.tv", 40),
            always("log-ingestion-eu.samsungacr.com", 300),
            always("samsungads.com", 900),
            always("apu.samsungelectronics.com", 1200),
            evening("nrdp.prod.cloud.netflix.com", 300),
            evening("ichnaea.netflix.com", 120),
            evening("occ-0-769-768.1.nflxso.net", 90),
            always("time.samsungcloudsolution.com", 3600),
        ],
    },
    Device {
        host: 13,
        name: "bedroom-stick",
        habits: &[
            evening("www.youtube.com", 360),
            evening("i.ytimg.com", 90),
            evening("cdn.films.example", 140),
            always("scribe.logs.roku.com", 120),
            always("cooper.logs.roku.com", 610),
            evening("api.roku.com", 500),
            evening("ravm.tv", 400),
            evening("r4---sn-4g5e6nz7.googlevideo.com", 80),
        ],
    },
    Device {
        host: 14,
        name: "kitchen-speaker",
        habits: &[
            waking("stream.radio.example", 180),
            waking("music.amazon.com", 600),
            always("time.cloudflare.com", 3600),
            always("device-metrics-us.amazon.com", 280),
            always("fls-eu.amazon.de", 800),
            waking("avs-alexa-eu.amazon.com", 350),
            always("ntp-g7g.amazon.com", 1800),
        ],
    },
    Device {
        host: 15,
        name: "anna-iphone",
        habits: &[
            waking("gateway.icloud.com", 480),
            waking("p42-imap.mail.me.com", 560),
            surfing("www.instagram.com", 600),
            waking("scontent.cdninstagram.com", 360),
            surfing("bank.example", 3000),
            waking("gspe1-ssl.ls.apple.com", 800),
            waking("signal.org", 840),
            surfing("cdn.recipes.example", 1200),
            always("iphonesubmissions.apple.com", 5400),
            waking("xp.apple.com", 620),
            waking("iadsdk.apple.com", 1900),
            waking("mask.icloud.com", 1700),
            always("courier.push.apple.com", 1200),
            waking("analytics.tiktok.com", 230),
            waking("mon-va.tiktokv.com", 420),
            waking("api22-normal-c-alisg.tiktokv.com", 260),
            surfing("weather.example", 1100),
            surfing("www.zeit.de", 900),
        ],
    },
    Device {
        host: 16,
        name: "office-laptop",
        habits: &[
            waking("slack.com", 300),
            waking("wss-primary.slack.com", 400),
            surfing("api.github.com", 360),
            surfing("crates.io", 1000),
            surfing("static.crates.io", 840),
            surfing("cdn.jsdelivr.net", 640),
            surfing("fonts.gstatic.com", 720),
            surfing("www.google.com", 300),
            waking("imap.office.example", 400),
            waking("nas.home.arpa", 800),
            waking("meet.example", 600),
            waking("use-application-dns.net", 3600),
            waking("intranet.broken.example", 1700),
            always("v10.events.data.microsoft.com", 300),
            waking("mobile.events.data.microsoft.com", 500),
            waking("browser.events.data.msn.com", 360),
            waking("outlook.office365.com", 200),
            waking("teams.microsoft.com", 240),
            surfing("docs.rs", 700),
            surfing("github.com", 420),
            surfing("www.google-analytics.com", 300),
            surfing("securepubads.g.doubleclick.net", 330),
            waking("typo-in-this-nmae.example", 2600),
        ],
    },
    Device {
        host: 17,
        name: "robot-vacuum",
        habits: &[always("de.ot.io.mi.com", 600), always("m2.tuyaeu.com", 640), always("a2.tuyaeu.com", 1700)],
    },
    Device {
        host: 18,
        name: "kids-tablet",
        habits: &[
            waking("api.games.example", 220),
            waking("cdn.games.example", 180),
            waking("assets.games.example", 260),
            surfing("www.youtubekids.com", 480),
            waking("play.googleapis.com", 600),
            waking("app-measurement.com", 170),
            waking("googleads.g.doubleclick.net", 210),
            waking("settings.crashlytics.com", 1600),
            waking("firebaselogging-pa.googleapis.com", 480),
            surfing("www.kika.de", 500),
            surfing("i.ytimg.com", 150),
        ],
    },
    Device {
        host: 19,
        name: "huawei-watch-phone",
        habits: &[
            always("sync.health.example", 1200),
            waking("tiles.maps.example", 520),
            surfing("www.openstreetmap.org", 1000),
            waking("a.tile.openstreetmap.org", 400),
            waking("imap.mail.example", 600),
            always("metrics-dra.dt.hicloud.com", 400),
            always("logservice-dre.platform.hicloud.com", 900),
            always("connectivitycheck.platform.hicloud.com", 1200),
            waking("api.komoot.de", 1500),
        ],
    },
    Device {
        host: 20,
        name: "study-tv",
        habits: &[
            evening("vod.media.example", 120),
            evening("thumbs.media.example", 160),
            evening("alphonso.tv", 200),
            evening("lgsmartad.com", 260),
            always("eu.lgtvsdp.com", 2400),
        ],
    },
    Device {
        host: 21,
        name: "thermostat",
        habits: &[
            always("weather.api.example", 1800),
            always("frontdoor.nest.com", 800),
            always("logsink.devices.nest.com", 700),
            always("time.google.com", 3600),
        ],
    },
    Device {
        host: 22,
        name: "printer",
        habits: &[
            always("nas.home.arpa", 7200),
            always("xmpp006.hpeprint.com", 1500),
            always("chat.hpeprint.com", 2100),
        ],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::dns::Name;

    #[test]
    fn every_device_is_itself_and_every_name_is_one() {
        let hosts: HashSet<u8> = DEVICES.iter().map(|device| device.host).collect();
        let names: HashSet<&str> = DEVICES.iter().map(|device| device.name).collect();
        assert_eq!((hosts.len(), names.len()), (DEVICES.len(), DEVICES.len()));
        for habit in DEVICES.iter().flat_map(|device| device.habits) {
            assert!(habit.name.parse::<Name>().is_ok() && habit.every > 0 && !habit.types.is_empty(), "{habit:?}");
        }
    }
}
