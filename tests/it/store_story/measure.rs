//! Figures of the embedded store, by hand: `cargo test --release --test it measure -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use super::*;

/// Cases in the store while the list is measured.
const CASES: usize = 100_000;

fn percentile(mut times: Vec<Duration>, hundredth: usize) -> Duration {
    times.sort();
    times.get(times.len() * hundredth / 100).copied().unwrap_or_default()
}

#[tokio::test]
#[ignore = "a measurement, printed; nothing is asserted about time"]
async fn puts_understands_lists_and_leases() {
    let bench = Bench::sqlite().await;
    let store = &*bench.store;
    let filler = "x".repeat(4 << 10);
    let start = Instant::now();
    let mut messages = Vec::new();
    for batch in 0..CASES / 500 {
        let mails = (0..500).map(|i| {
            let id = format!("{batch}-{i}@x.example");
            let mut one = mail(&id, &format!("{id} {filler}"));
            one.thread.references = vec![format!("root-{id}"), format!("parent-{id}")];
            one
        });
        messages.extend(store.put_many(mails.collect()).await.unwrap().iter().map(Stored::message));
    }
    println!("put_many: {CASES} mails of 4 KiB in {:?}, 500 a transaction", start.elapsed());

    let start = Instant::now();
    for i in 0..500 {
        store.put(mail(&format!("single-{i}@x.example"), &filler)).await.unwrap();
    }
    println!("put: 500 mails one by one in {:?}", start.elapsed());

    let start = Instant::now();
    let read = |i: usize, message: Digest| {
        let day = format!("2026-{:02}-{:02}", i % 12 + 1, i % 28 + 1);
        reading(message, onboarding(&format!("Person {i}"), &day))
    };
    let mut all = messages.into_iter().enumerate();
    for (i, message) in all.by_ref().take(1_000) {
        store.understood(read(i, message), at(10)).await.unwrap();
    }
    println!("understood: 1000 one by one in {:?}", start.elapsed());
    let start = Instant::now();
    let mut last = None;
    loop {
        let batch: Vec<Reading> = all.by_ref().take(500).map(|(i, message)| read(i, message)).collect();
        match store.understood_many(batch, at(10)).await.unwrap().pop() {
            Some(revised) => last = Some(revised),
            None => break,
        }
    }
    println!("understood_many: {} in {:?}, 500 a transaction", CASES - 1_000, start.elapsed());

    for (what, filter) in [
        ("first page", Filter::default()),
        ("new and waiting", Filter { status: vec![Status::New, Status::Waiting], ..Filter::default() }),
        ("found in all", Filter { text: Some("starter".into()), ..Filter::default() }),
        ("found in few", Filter { text: Some("person 9999".into()), ..Filter::default() }),
    ] {
        let mut times = Vec::new();
        for _ in 0..50 {
            let start = Instant::now();
            store.cases(filter.clone(), None, 50).await.unwrap();
            times.push(start.elapsed());
        }
        println!("cases, {what}: p95 {:?}", percentile(times, 95));
    }
    let mut times = Vec::new();
    for _ in 0..50 {
        let start = Instant::now();
        store.counts().await.unwrap();
        times.push(start.elapsed());
    }
    println!("counts: p95 {:?}", percentile(times, 95));
    let last = last.unwrap();
    let start = Instant::now();
    store.case(last.case).await.unwrap();
    println!("case: {:?}", start.elapsed());
    let start = Instant::now();
    store.approve(last.case, last.hash, "Tom", at(20)).await.unwrap();
    let leased = store.lease(ask(10), at(21)).await.unwrap();
    store.ack(leased[0].lease, at(22)).await.unwrap();
    println!("approve, lease, ack: {:?}", start.elapsed());
    let start = Instant::now();
    let report = store.verify_audit().await.unwrap();
    println!("verify_audit: {report:?} in {:?}", start.elapsed());
}
