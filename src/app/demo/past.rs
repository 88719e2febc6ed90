//! The day before the demonstration began: what the household would have asked, decided as a query is, but never sent.

use std::{net::IpAddr, time::Duration};

use super::{
    household::{DEVICES, Device, Habit},
    player, rhythm,
};
use crate::{
    dns::{Class, Edns, Name, Query, Rcode, RecordType},
    policy::Verdict,
    resolver::{Ended, Foreseen, Output, Progress, Request, Resolver},
    stats::{EventBuffer, Transport},
    time::{Now, UnixTime},
};

/// How far the past reaches.
const DAY: Duration = Duration::from_hours(24);
/// One in so many questions that are forwarded is asked anew; the others are in memory.
const ASKED_ANEW: u32 = 4;

/// Everything the household asked in the day before `now`, and after what is `known`, oldest first, packed.
pub(super) fn events(resolver: &Resolver, known: Option<UnixTime>, now: Now) -> EventBuffer {
    let mut chance = fastrand::Rng::with_seed(0);
    let mut events = Vec::new();
    for device in DEVICES {
        for habit in device.habits {
            add_habit(resolver, now, device, habit, &mut chance, &mut events);
        }
    }
    events.retain(|(at, _)| known.is_none_or(|known| *at > known));
    events.sort_by_key(|(at, _)| *at);
    let mut all = EventBuffer::default();
    for (_, event) in &events {
        all.append(event);
    }
    all
}

fn add_habit(
    resolver: &Resolver,
    now: Now,
    device: &Device,
    habit: &Habit,
    chance: &mut fastrand::Rng,
    events: &mut Vec<(UnixTime, EventBuffer)>,
) {
    let Ok(name) = habit.name.parse::<Name>() else { return };
    let mut before = DAY.mul_f64(1.0 - 0.01 * chance.f64());
    loop {
        for &rtype in habit.types {
            let at = UnixTime(now.unix.0.saturating_sub(u64::try_from(before.as_millis()).unwrap_or(0)));
            let now = Now { unix: at, ..now };
            events.push((at, event(resolver, now, player::address(device).into(), name, rtype, chance)));
        }
        let offset = -i64::try_from(before.as_secs()).unwrap_or(0);
        let gap = rhythm::gap(habit, rhythm::hour(offset), chance);
        match before.checked_sub(gap) {
            Some(rest) => before = rest,
            None => return,
        }
    }
}

/// One query of the past, with the verdict that the policy has for it today.
fn event(
    resolver: &Resolver,
    now: Now,
    client: IpAddr,
    name: Name,
    rtype: RecordType,
    chance: &mut fastrand::Rng,
) -> EventBuffer {
    let edns = Some(Edns { payload: 1232, dnssec_ok: false, padded: false });
    let query = Query {
        id: 0,
        recursion_desired: true,
        checking_disabled: false,
        authentic_data: false,
        name,
        rtype,
        class: Class::IN,
        edns,
    };
    let transport = Transport::Udp;
    let request = Request { query: &query, client, transport, now };
    let mut event = EventBuffer::default();
    let mut out = Output { reply: &mut Vec::new(), events: &mut event };
    let verdict = match resolver.answer_now(&resolver.snapshot(), &request, &mut Foreseen::default(), &mut out) {
        Progress::Done(verdict) => verdict,
        Progress::Later(_) => {
            let verdict = if chance.u32(..ASKED_ANEW) == 0 { Verdict::Allowed } else { Verdict::Cached };
            request.ended(&Ended::plainly(verdict, Rcode::NOERROR), out.events)
        }
    };
    let latency = match verdict {
        Verdict::Allowed => Duration::from_millis(chance.u64(4..45)),
        _ => Duration::from_micros(chance.u64(15..90)),
    };
    event.set_latency(0, latency);
    event
}
