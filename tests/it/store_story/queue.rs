//! The queue under many consumers, random orders and failures: nothing lost, nothing out of order, nothing at two hands.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use super::*;

/// `subjects` requests with `each` events in a row.
async fn filled(store: &dyn Store, subjects: usize, each: usize) -> Vec<Outgoing> {
    let mut events = Vec::new();
    for subject in 0..subjects {
        let what = |i: usize| onboarding(&format!("Person {subject}"), &format!("2026-02-{:02}", i + 1));
        let (case, mut hash) = understood(store, &format!("{subject}@x.example"), what(0)).await;
        for i in 0..each {
            if i > 0 {
                let edit = Edit { case, base: hash, understanding: what(i), who: "Tom".into() };
                hash = store.edit(edit, at(20)).await.unwrap().hash;
            }
            events.extend(store.approve(case, hash, "Tom", at(20)).await.unwrap());
        }
    }
    events
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_consumers_share_the_queue() {
    for bench in stores().await {
        let events = filled(&*bench.store, 12, 3).await;
        let clock = Arc::new(AtomicI64::new(100));
        let held: Arc<Mutex<HashSet<uuid::Uuid>>> = Arc::default();
        let acked: Arc<Mutex<Vec<Outgoing>>> = Arc::default();
        let mut consumers = tokio::task::JoinSet::new();
        for consumer in 0..6u64 {
            let (store, clock, held, acked) = (bench.store.clone(), clock.clone(), held.clone(), acked.clone());
            consumers.spawn(async move {
                // A small generator of its own: which deliveries are given back.
                let mut seed = consumer + 1;
                let mut idle = 0;
                while idle < 5 {
                    let now = at(clock.fetch_add(1, Ordering::SeqCst));
                    let ask = LeaseAsk { max: 3, seconds: 3_600, consumer: format!("consumer {consumer}") };
                    let leased = store.lease(ask, now).await.expect("lease");
                    idle = if leased.is_empty() { idle + 1 } else { 0 };
                    for one in &leased {
                        assert!(held.lock().expect("lock").insert(one.outgoing.id), "leased to two at once");
                    }
                    tokio::task::yield_now().await;
                    for one in leased {
                        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        held.lock().expect("lock").remove(&one.outgoing.id);
                        if (seed >> 33) % 4 == 0 && one.attempt < 10 {
                            store.nack(one.lease, 0, "later, please", now).await.expect("nack");
                        } else {
                            acked.lock().expect("lock").push(one.outgoing.clone());
                            store.ack(one.lease, now).await.expect("ack");
                        }
                    }
                }
            });
        }
        while let Some(done) = consumers.join_next().await {
            done.unwrap();
        }
        let acked = std::mem::take(&mut *acked.lock().unwrap());
        let order = |all: &[Outgoing]| {
            let mut by_subject: HashMap<String, Vec<uuid::Uuid>> = HashMap::new();
            for event in all {
                by_subject.entry(event.data.request_id.clone()).or_default().push(event.id);
            }
            by_subject
        };
        assert_eq!(acked.len(), events.len());
        assert_eq!(order(&acked), order(&events), "each subject in order");
        let depth = bench.store.depth(at(9_999)).await.unwrap();
        assert_eq!(depth, QueueDepth { acked: 36, ..QueueDepth::default() });
        assert!(matches!(bench.store.verify_audit().await.unwrap(), AuditReport::Whole { .. }));
    }
}

#[tokio::test]
async fn what_nobody_takes_is_parked_holds_back_its_followers_and_can_go_on() {
    let bench = Bench::with(Settings { attempts: 3 }).await;
    let store = &*bench.store;
    let events = filled(store, 1, 2).await;
    let mut now = 100;
    for attempt in 1..=3 {
        let leased = store.lease(ask(10), at(now)).await.unwrap();
        assert_eq!((leased[0].outgoing.id, leased[0].attempt), (events[0].id, attempt));
        if attempt == 2 {
            store.nack(leased[0].lease, 600, "the directory is down", at(now)).await.unwrap();
            insta::assert_snapshot!(
                store.nack(leased[0].lease, 0, "x", at(now)).await.unwrap_err(),
                @"this lease is over: it expired and the event was leased again, parked, or given back"
            );
            assert_eq!(store.lease(ask(10), at(now + 599)).await.unwrap(), []);
            now += 540;
        }
        now += 60;
    }
    assert_eq!(store.lease(ask(10), at(now)).await.unwrap(), [], "parked, and its follower waits");
    let parked = store.parked(10).await.unwrap();
    assert_eq!((parked[0].id, parked[0].attempts, parked.len()), (events[0].id, 3, 1));
    insta::assert_snapshot!(parked[0].reason, @"leased 3 times, and never acknowledged in time");

    store.requeue(events[0].id, "Tom", at(now)).await.unwrap();
    insta::assert_snapshot!(
        store.requeue(uuid::Uuid::nil(), "Tom", at(now)).await.unwrap_err(),
        @"there is no parked event 00000000-0000-0000-0000-000000000000; it may have been requeued or dropped already"
    );
    for _ in 0..3 {
        let leased = store.lease(ask(10), at(now)).await.unwrap();
        store.nack(leased[0].lease, 0, "schema not understood", at(now)).await.unwrap();
    }
    assert_eq!(store.parked(10).await.unwrap()[0].reason, "schema not understood");
    store.discard(events[0].id, "Tom", "sent by hand", at(now)).await.unwrap();
    let leased = store.lease(ask(10), at(now)).await.unwrap();
    assert_eq!(leased[0].outgoing.id, events[1].id, "its follower goes");
    let file = store.case(leased[0].outgoing.data.case_id).await.unwrap();
    assert_eq!(
        file.events.iter().rev().take(5).map(|event| event.kind.as_str()).collect::<Vec<_>>(),
        ["emitted", "dropped", "parked", "emitted", "requeued"]
    );
}

#[tokio::test]
async fn a_late_ack_is_believed_while_nobody_else_has_the_event() {
    let bench = Bench::with(Settings { attempts: 1 }).await;
    let store = &*bench.store;
    filled(store, 2, 1).await;
    let leased = store.lease(ask(10), at(100)).await.unwrap();
    store.ack(leased[0].lease, at(500)).await.expect("expired, not leased again");
    assert_eq!(store.lease(ask(10), at(600)).await.unwrap(), []);
    assert_eq!(store.parked(10).await.unwrap().len(), 1);
    store.ack(leased[1].lease, at(700)).await.expect("parked meanwhile");
    assert_eq!(store.parked(10).await.unwrap(), []);
}

#[tokio::test]
async fn asks_out_of_bounds_are_refused_with_the_bounds() {
    for bench in stores().await {
        let store = &*bench.store;
        let lease =
            |max, seconds, consumer: &str| store.lease(LeaseAsk { max, seconds, consumer: consumer.into() }, at(0));
        insta::assert_snapshot!(lease(0, 60, "a").await.unwrap_err(), @"the number of events must lie between 1 and 100, and is 0");
        insta::assert_snapshot!(lease(1, 3_601, "a").await.unwrap_err(), @"the seconds of a lease must lie between 1 and 3600, and is 3601");
        insta::assert_snapshot!(lease(1, 60, " ").await.unwrap_err(), @"the consumer's name must not be empty");
        insta::assert_snapshot!(
            store.nack(uuid::Uuid::nil(), 86_401, "x", at(0)).await.unwrap_err(),
            @"the seconds of a delay must lie between 0 and 86400, and is 86401"
        );
    }
}

/// What a random consumer does next.
#[derive(Debug, Clone)]
enum Step {
    Lease(u32),
    Ack(usize),
    Nack(usize, u32),
    Wait(i64),
}

mod random {
    use proptest::prelude::*;

    use super::*;

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (1u32..4).prop_map(Step::Lease),
            (0usize..8).prop_map(Step::Ack),
            ((0usize..8), (0u32..100)).prop_map(|(which, delay)| Step::Nack(which, delay)),
            (1i64..90).prop_map(Step::Wait),
        ]
    }

    proptest! {
        // Each case opens a store of its own on the disk.
        #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_order_of_steps_keeps_the_order_of_each_subject(steps in proptest::collection::vec(step(), 1..60)) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(walk(steps));
        }
    }

    async fn walk(steps: Vec<Step>) {
        let bench = Bench::with(Settings { attempts: 1_000 }).await;
        let store = &*bench.store;
        let events = filled(store, 3, 3).await;
        let mut now = 100;
        // Everything ever leased, and what was acked.
        let mut leases: Vec<Leased> = Vec::new();
        let mut acked: Vec<uuid::Uuid> = Vec::new();
        let drain = (0..40).flat_map(|_| [Step::Wait(100), Step::Lease(3), Step::Ack(0), Step::Ack(1), Step::Ack(2)]);
        for step in steps.into_iter().chain(drain) {
            match step {
                Step::Wait(seconds) => now += seconds,
                Step::Lease(max) => {
                    for leased in store.lease(ask(max), at(now)).await.expect("lease") {
                        assert!(!acked.contains(&leased.outgoing.id), "acked events stay away");
                        let earlier = events
                            .iter()
                            .take_while(|event| event.id != leased.outgoing.id)
                            .filter(|event| event.data.request_id == leased.outgoing.data.request_id);
                        for event in earlier {
                            assert!(acked.contains(&event.id), "leased before its forerunner was acked");
                        }
                        let live = |l: &&Leased| l.outgoing.id == leased.outgoing.id && l.expires_at > at(now);
                        assert!(leases.iter().find(live).is_none(), "leased while another holds it");
                        assert!(events.contains(&leased.outgoing), "frozen at approval");
                        leases.insert(0, leased);
                    }
                }
                Step::Ack(which) => {
                    if let Some(leased) = leases.get(which)
                        && store.ack(leased.lease, at(now)).await.is_ok()
                        && !acked.contains(&leased.outgoing.id)
                    {
                        acked.push(leased.outgoing.id);
                    }
                }
                Step::Nack(which, delay) => {
                    if let Some(leased) = leases.get(which)
                        && store.nack(leased.lease, delay, "later", at(now)).await.is_ok()
                    {
                        let lease = leased.lease;
                        leases.retain(|leased| leased.lease != lease);
                    }
                }
            }
        }
        assert_eq!(acked.len(), events.len(), "all came through");
    }
}
