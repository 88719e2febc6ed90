//! DNS over QUIC: one query a stream (RFC 9250, section 4.2).

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use hickory_server::net::quic::{DoqErrorCode, QuicStream, QuicStreams};
use tokio::{task::JoinSet, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{QuicService, finish, next_beside};
use crate::{
    server::{Front, StreamLimits},
    stats::Transport,
};

/// Serves a connection until its client ends it, is silent for too long, or `stop` is cancelled.
pub(super) async fn serve(service: QuicService, mut streams: QuicStreams, peer: SocketAddr, stop: CancellationToken) {
    let QuicService { front, limits, .. } = service;
    let mut answers = JoinSet::new();
    loop {
        let next = timeout(limits.idle, streams.next());
        let Some(Ok(Some(Ok(stream)))) = next_beside(&mut answers, limits.in_flight, next, &stop).await else { break };
        answers.spawn(answer(Arc::clone(&front), limits, stream, peer.ip()));
    }
    finish(answers).await;
}

async fn answer(front: Arc<Front>, limits: StreamLimits, mut stream: QuicStream, client: IpAddr) {
    let query = match timeout(limits.message, stream.receive_bytes()).await {
        Ok(Ok(query)) => query,
        Ok(Err(_)) => return,
        Err(_) => {
            front.counters().too_slow.add();
            return refuse(stream, DoqErrorCode::ExcessiveLoad);
        }
    };
    // Section 4.2.1: the id is 0, so that a proxy need not keep one.
    if !query.starts_with(&[0, 0]) {
        return refuse(stream, DoqErrorCode::ProtocolError);
    }
    let Some((reply, mut events)) = front.answer(&query, client, Transport::Doq).await else {
        return refuse(stream, DoqErrorCode::ProtocolError);
    };
    let sending = async {
        stream.send_bytes(reply.into()).await?;
        stream.finish().await
    };
    if timeout(limits.write, sending).await.is_err() {
        front.counters().too_slow.add();
    }
    front.record(&mut events);
}

/// Ends a stream without a reply. A stream that is gone needs no ending.
fn refuse(mut stream: QuicStream, reason: DoqErrorCode) {
    let _ = stream.stop(reason);
    let _ = stream.reset(reason);
}
