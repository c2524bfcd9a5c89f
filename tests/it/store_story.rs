//! The store's story, told to any store behind the trait: a mail comes in, is understood, corrected, approved, leased.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use muster::contract::*;
use muster::emit;
use muster::message::ThreadKeys;
use muster::store::*;

mod faults;
mod queue;
mod threads;
mod understanding;

/// The stores that the story is told to; PostgreSQL joins here.
async fn stores() -> Vec<Bench> {
    vec![Bench::sqlite().await]
}

/// A fresh store, and what must live as long as it does.
pub struct Bench {
    pub store: Shared,
    pub folder: tempfile::TempDir,
}

impl Bench {
    pub async fn sqlite() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = SqliteStore::open(folder.path().join("muster.sqlite"), settings).await.expect("a store");
        Self { store: Arc::new(store), folder }
    }

    pub fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("muster.sqlite")
    }
}

/// Monday, 12 January 2026, 08:00 UTC, and so many seconds.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_768_204_800 + seconds, 0).expect("a time")
}

pub fn mail(id: &str, text: &str) -> Incoming {
    Incoming {
        content: Content::Kept(format!("Message-ID: <{id}>\r\n\r\n{text}\r\n").into_bytes()),
        origin: Origin { door: "folder".into(), name: format!("{id}.eml") },
        channel: Channel::Mail,
        message_id: Some(id.into()),
        subject: Some("New starter".into()),
        from: Some("Ann Smith <ann@harbour.example>".into()),
        received_at: at(0).fixed_offset(),
        arrived_at: at(5),
        thread: ThreadKeys::default(),
        content_sha256: Some(Digest::of(text)),
        doubts: vec![],
        refused: None,
    }
}

pub fn field<T>(value: T) -> Field<T> {
    Field {
        value,
        confidence: 0.9,
        evidence: vec![Span { source: None, start: 0, end: 3, quote: "New".into() }],
        entry: None,
    }
}

pub fn request(kind: Kind, operation: Operation, name: &str, day: &str) -> Request {
    let date = (!day.is_empty()).then(|| DateField {
        value: day.into(),
        confidence: 0.9,
        evidence: vec![],
        ambiguous: vec![],
        derivation: None,
    });
    let (start_date, end_date) = if kind == Kind::Offboarding { (None, date) } else { (date, None) };
    Request {
        kind,
        operation,
        person: Person { name: (!name.is_empty()).then(|| field(name.to_owned())), ..Person::default() },
        employment_type: None,
        start_date,
        end_date,
        revoke_at: None,
        job_title: None,
        department: None,
        manager: None,
        location: None,
        work_mode: None,
        reason: None,
        needs: vec![],
    }
}

pub fn understanding(priority: Priority, requests: Vec<Request>) -> Understanding {
    let category = match requests.first().map(|request| request.kind) {
        Some(Kind::Onboarding) => Category::Onboarding,
        Some(Kind::Offboarding) => Category::Offboarding,
        Some(Kind::Transfer) => Category::Transfer,
        Some(Kind::Access) => Category::Access,
        None => Category::Other,
    };
    Understanding {
        schema: SCHEMA.into(),
        message: MessageFacts {
            id: "one@harbour.example".into(),
            channel: Channel::Mail,
            received_at: at(0).to_rfc3339(),
            language: Language::En,
            from: Some("Ann Smith <ann@harbour.example>".into()),
            subject: Some("New starter".into()),
            text: "New starter\nJane Roe joins on 2 February.".into(),
        },
        triage: Triage {
            category,
            confidence: 0.9,
            priority,
            priority_reasons: vec![],
            assignee_group: Some("People desk".into()),
            missing: vec!["department".into()],
            flags: vec![Flag::NeedsHuman],
            summary: "Jane Roe joins.".into(),
        },
        requests,
    }
}

pub fn onboarding(name: &str, day: &str) -> Understanding {
    understanding(Priority::P2, vec![request(Kind::Onboarding, Operation::Create, name, day)])
}

pub fn reading(message: Digest, understanding: Understanding) -> Reading {
    Reading { message, understanding, reader: "symbols.v1".into(), requester: None, effect: Effect::Review }
}

/// A message that is understood; its case and the hash to approve.
pub async fn understood(store: &dyn Store, id: &str, what: Understanding) -> (CaseNumber, Digest) {
    let stored = store.put(mail(id, id)).await.expect("put");
    let revised = store.understood(reading(stored.message(), what), at(10)).await.expect("understood");
    (revised.case, revised.hash)
}

pub fn ask(max: u32) -> LeaseAsk {
    LeaseAsk { max, seconds: 60, consumer: "provisioner".into() }
}

fn kinds(file: &CaseFile) -> Vec<&'static str> {
    file.events.iter().map(|event| event.kind.as_str()).collect()
}

#[tokio::test]
async fn a_mail_becomes_an_approved_request_on_the_queue() {
    for bench in stores().await {
        let store = &*bench.store;

        // In: durable, once.
        let stored = store.put(mail("one@harbour.example", "Jane Roe joins")).await.unwrap();
        let Stored::Opened { message, case } = stored.clone() else { panic!("{stored:?}") };
        assert_eq!(case.to_string(), "MUS-000001");
        assert_eq!(store.bytes(message).await.unwrap(), b"Message-ID: <one@harbour.example>\r\n\r\nJane Roe joins\r\n");
        assert_eq!(
            store.put(mail("one@harbour.example", "Jane Roe joins")).await.unwrap(),
            Stored::Known { message, case: Some(case) }
        );
        assert_eq!(store.counts().await.unwrap(), Counts { new: 1, to_understand: 1, ..Counts::default() });

        // Understood.
        let work = store.take(10, 60, at(6)).await.unwrap();
        assert_eq!(work.iter().map(|record| record.sha256).collect::<Vec<_>>(), [message]);
        let first = store.understood(reading(message, onboarding("Jane Row", "2026-02-02")), at(7)).await.unwrap();
        assert!(first.latest && first.added && first.number == 1);
        let row = store.case(case).await.unwrap().case;
        assert_eq!(row.people, ["Jane Row"]);
        assert_eq!(row.due.unwrap().to_string(), "2026-02-02");
        assert_eq!((row.priority, row.category), (Some(Priority::P2), Some(Category::Onboarding)));
        assert_eq!((row.requester.as_deref(), row.confidence), (Some("Ann Smith <ann@harbour.example>"), Some(0.9)));
        assert_eq!((row.flags, row.missing), (vec![Flag::NeedsHuman], vec!["department".to_owned()]));
        assert_eq!(row.revision_hash, Some(first.hash));

        // Corrected.
        let edit = |base, name: &str| Edit {
            case,
            base,
            understanding: onboarding(name, "2026-02-02"),
            who: "Tom Tech".into(),
        };
        let second = store.edit(edit(first.hash, "Jane Roe"), at(20)).await.unwrap();
        let corrections = store.corrections(0, 10).await.unwrap();
        let [correction] = &corrections[..] else { panic!("{corrections:?}") };
        assert_eq!((correction.path.as_str(), correction.message), ("/requests/0/person/name", message));
        assert_eq!((&correction.before["value"], &correction.after["value"]), (&"Jane Row".into(), &"Jane Roe".into()));
        assert_eq!((correction.reader.as_str(), correction.revision, &*correction.who), ("symbols.v1", 1, "Tom Tech"));
        let late = store.edit(edit(first.hash, "Jane Rowe"), at(21)).await.unwrap_err();
        insta::assert_snapshot!(late, @"case MUS-000001 changed after you read it: revision 2 is now the latest; look at it and decide again");

        // Approved: exactly what was seen.
        let stale = store.approve(case, first.hash, "Tom Tech", at(22)).await.unwrap_err();
        assert_eq!(stale.class(), ErrorClass::Conflict);
        assert_eq!(store.lease(ask(10), at(23)).await.unwrap(), [], "nothing goes out before approval");
        let sent = store.approve(case, second.hash, "Tom Tech", at(24)).await.unwrap();
        assert_eq!(sent.len(), 1);
        let again = store.approve(case, second.hash, "Tom Tech", at(25)).await.unwrap_err();
        insta::assert_snapshot!(again, @"case MUS-000001 is approved and cannot be approved; edit it and approve the change, or reopen it first");

        // Out: the same event until it is acknowledged.
        let lost = emit::lease(store, ask(10), "urn:muster:test", at(30)).await.unwrap();
        assert_eq!(emit::lease(store, ask(10), "urn:muster:test", at(89)).await.unwrap(), []);
        let leased = emit::lease(store, ask(10), "urn:muster:test", at(90)).await.unwrap();
        assert_eq!((&leased[0].event, leased[0].attempt), (&lost[0].event, 2));
        assert_ne!(leased[0].lease_id, lost[0].lease_id);
        let event: serde_json::Value = serde_json::from_str(&serde_json::to_string(&leased[0].event).unwrap()).unwrap();
        assert_eq!(event["id"], sent[0].id.to_string());
        insta::assert_snapshot!(redacted(event), @r#"
        {
          "data": {
            "approved_at": "2026-01-12T08:00:24Z",
            "approved_by": "Tom Tech",
            "case_id": "MUS-000001",
            "kind": "onboarding",
            "needs": [],
            "operation": "create",
            "person": {
              "name": {
                "confidence": 0.9,
                "evidence": [
                  {
                    "end": 3,
                    "quote": "New",
                    "start": 0
                  }
                ],
                "value": "Jane Roe"
              }
            },
            "priority": "P2",
            "request_id": "MUS-000001-1",
            "requester": "Ann Smith <ann@harbour.example>",
            "start_date": {
              "confidence": 0.9,
              "evidence": [],
              "value": "2026-02-02"
            }
          },
          "datacontenttype": "application/json",
          "id": "[id]",
          "source": "urn:muster:test",
          "specversion": "1.0",
          "subject": "MUS-000001-1",
          "time": "2026-01-12T08:00:24Z",
          "type": "muster.request.approved.v1"
        }
        "#);
        store.ack(leased[0].lease_id, at(91)).await.unwrap();
        store.ack(leased[0].lease_id, at(92)).await.expect("an ack may be repeated");
        insta::assert_snapshot!(
            store.ack(lost[0].lease_id, at(93)).await.unwrap_err(),
            @"this lease is over: it expired and the event was leased again, parked, or given back"
        );
        assert_eq!(emit::lease(store, ask(10), "urn:muster:test", at(9_999)).await.unwrap(), []);

        // History and proof.
        let file = store.case(case).await.unwrap();
        assert_eq!(kinds(&file), ["arrived", "understood", "edited", "approved", "emitted", "acked"]);
        assert_eq!(store.events(0, 100).await.unwrap(), file.events);
        let AuditReport::Whole { entries, .. } = store.verify_audit().await.unwrap() else { panic!("audit") };
        assert_eq!(entries, 6);
        assert_eq!(store.audit(0, 10).await.unwrap()[3].who, "Tom Tech");
    }
}

fn redacted(mut event: serde_json::Value) -> String {
    event["id"] = "[id]".into();
    serde_json::to_string_pretty(&event).unwrap()
}

#[tokio::test]
async fn a_change_after_approval_needs_its_own_and_goes_out_as_such() {
    for bench in stores().await {
        let store = &*bench.store;
        let two = |day: &str, operation| {
            understanding(
                Priority::P3,
                vec![
                    request(Kind::Onboarding, Operation::Create, "Jane Roe", day),
                    request(Kind::Onboarding, operation, "王小明", "2026-03-02"),
                    request(Kind::Access, Operation::Inquire, "Jane Roe", ""),
                ],
            )
        };
        let (case, hash) = understood(store, "one@x.example", two("2026-02-02", Operation::Create)).await;
        let first = store.approve(case, hash, "Tom", at(20)).await.unwrap();
        assert_eq!(
            first.iter().map(|event| (event.kind, &*event.data.request_id)).collect::<Vec<_>>(),
            [(OutgoingKind::Approved, "MUS-000001-1"), (OutgoingKind::Approved, "MUS-000001-2")],
            "an inquiry sends nothing"
        );

        let change = |base, understanding| Edit { case, base, understanding, who: "Tom".into() };
        let edited = store.edit(change(hash, two("2026-02-09", Operation::Create)), at(30)).await.unwrap();
        assert_eq!(store.case(case).await.unwrap().case.status, Status::New, "approved once is not approved for good");
        let second = store.approve(case, edited.hash, "Tom", at(31)).await.unwrap();
        assert_eq!(
            second.iter().map(|event| (event.kind, &*event.data.request_id)).collect::<Vec<_>>(),
            [(OutgoingKind::Amended, "MUS-000001-1")],
            "only what changed"
        );

        let cancelled = store.edit(change(edited.hash, two("2026-02-09", Operation::Cancel)), at(40)).await.unwrap();
        let third = store.approve(case, cancelled.hash, "Tom", at(41)).await.unwrap();
        assert_eq!(
            third.iter().map(|event| (event.kind, &*event.data.request_id)).collect::<Vec<_>>(),
            [(OutgoingKind::Cancelled, "MUS-000001-2")]
        );

        // Each request's events in order: the later ones wait.
        let leased = store.lease(ask(100), at(50)).await.unwrap();
        assert_eq!(leased.iter().map(|l| l.outgoing.id).collect::<Vec<_>>(), [first[0].id, first[1].id]);
        store.ack(leased[1].lease, at(51)).await.unwrap();
        let next = store.lease(ask(100), at(52)).await.unwrap();
        assert_eq!(next.iter().map(|l| l.outgoing.id).collect::<Vec<_>>(), [third[0].id]);

        let said = store.edit(change(cancelled.hash, two("2026-02-09", Operation::Amend)), at(60)).await.unwrap();
        let fourth = store.approve(case, said.hash, "Tom", at(61)).await.unwrap();
        assert_eq!(fourth[0].kind, OutgoingKind::Approved, "cancelled, and asked for again");
        store
            .decide(case, Decision::Reopen { reason: "by mistake".into() }, "Tom", at(62))
            .await
            .expect("an approved case can be reopened");
        insta::assert_snapshot!(
            store.approve(case, said.hash, "Tom", at(63)).await.unwrap_err(),
            @"nothing would be sent for case MUS-000001: its requests went out before with the same values; close it as done"
        );
        assert_eq!(store.case(case).await.unwrap().case.status, Status::New, "a refused approval changes nothing");
    }
}

#[tokio::test]
async fn the_list_goes_by_priority_then_due_date_then_age() {
    for bench in stores().await {
        let store = &*bench.store;
        let days = [
            (Priority::P3, "2026-03-01", "Ada"),
            (Priority::P1, "2026-02-01", "Bea"),
            (Priority::P3, "", "Cid"),
            (Priority::P3, "2026-02-20", "张伟"),
            (Priority::P3, "2026-03-01", "Eve"),
        ];
        for (i, (priority, day, name)) in days.into_iter().enumerate() {
            let what = understanding(priority, vec![request(Kind::Onboarding, Operation::Create, name, day)]);
            understood(store, &format!("{i}@x.example"), what).await;
        }
        store.put(mail("late@x.example", "not understood yet")).await.unwrap();
        let names = |page: &Page| page.rows.iter().map(|row| row.people.join(",")).collect::<Vec<_>>();

        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = store.cases(Filter::default(), after, 2).await.unwrap();
            seen.extend(names(&page));
            match page.next {
                Some(next) => after = Some(next.to_string().parse().unwrap()),
                None => break,
            }
        }
        assert_eq!(seen, ["Bea", "张伟", "Ada", "Eve", "Cid", ""]);

        let find = async |text: &str| {
            let filter = Filter { text: Some(text.into()), ..Filter::default() };
            names(&store.cases(filter, None, 50).await.unwrap())
        };
        assert_eq!(find("張偉").await, ["张伟"], "traditional finds simplified");
        assert_eq!(find("ＥＶＥ starter").await, ["Eve"]);
        assert_eq!(find("mus-000002").await, ["Bea"]);
        assert_eq!(find("%").await, [""; 0]);
        assert_eq!(find("starter").await, ["Bea", "张伟", "Ada", "Eve", "Cid", ""]);
        let urgent = Filter { priority: Some(Priority::P1), status: vec![Status::New], ..Filter::default() };
        assert_eq!(names(&store.cases(urgent, None, 50).await.unwrap()), ["Bea"]);
        let closed = Filter { status: vec![Status::Done, Status::Rejected], ..Filter::default() };
        assert_eq!(names(&store.cases(closed, None, 50).await.unwrap()), [""; 0]);
        insta::assert_snapshot!(
            store.cases(Filter::default(), None, 1_000).await.unwrap_err(),
            @"the number of cases on a page must lie between 1 and 200, and is 1000"
        );
    }
}

#[tokio::test]
async fn a_technician_decides_within_what_the_status_allows() {
    for bench in stores().await {
        let store = &*bench.store;
        let (case, hash) = understood(store, "one@x.example", onboarding("Jane Roe", "2026-02-02")).await;
        let decide = |decision: Decision, s| store.decide(case, decision, "Tom", at(s));

        store.comment(case, "Is this the Jane of last year?", "Ann", at(20)).await.unwrap();
        store.assign(case, Some("Night desk".into()), Some("Tom".into()), "Ann", at(21)).await.unwrap();
        let text = "Which department?".to_owned();
        let asked = decide(Decision::Ask { text, fields: vec!["department".into()] }, 22).await.unwrap();
        assert_eq!(asked, Status::Waiting);
        assert_eq!(decide(Decision::Reject { reason: "unknown person".into() }, 23).await.unwrap(), Status::Rejected);
        insta::assert_snapshot!(
            store.approve(case, hash, "Tom", at(24)).await.unwrap_err(),
            @"case MUS-000001 is rejected and cannot be approved; reopen it first"
        );
        insta::assert_snapshot!(
            decide(Decision::Done, 25).await.unwrap_err(),
            @"case MUS-000001 is rejected and cannot be closed; reopen it first"
        );
        insta::assert_snapshot!(
            decide(Decision::Reject { reason: " ".into() }, 25).await.unwrap_err(),
            @"the reason must not be empty"
        );
        assert_eq!(decide(Decision::Reopen { reason: "she is known".into() }, 26).await.unwrap(), Status::New);
        insta::assert_snapshot!(
            decide(Decision::Reopen { reason: "again".into() }, 27).await.unwrap_err(),
            @"case MUS-000001 is new and cannot be reopened; it is open already"
        );
        store.approve(case, hash, "Tom", at(28)).await.unwrap();
        insta::assert_snapshot!(
            decide(Decision::NotARequest, 29).await.unwrap_err(),
            @"case MUS-000001 is approved and cannot be put away; edit it and approve the change, or reopen it first"
        );
        assert_eq!(decide(Decision::Done, 30).await.unwrap(), Status::Done);

        let file = store.case(case).await.unwrap();
        assert_eq!(kinds(&file)[2..], ["commented", "assigned", "asked", "rejected", "reopened", "approved", "done"]);
        assert_eq!(file.events[4].data["fields"][0], "department");
        assert_eq!(file.case.assignee_group.as_deref(), Some("Night desk"));
        let mine = Filter { assignee: Some("Tom".into()), ..Filter::default() };
        assert_eq!(store.cases(mine, None, 10).await.unwrap().rows.len(), 1);

        let nowhere: CaseNumber = "MUS-000099".parse().unwrap();
        for error in [
            store.case(nowhere).await.unwrap_err(),
            store.approve(nowhere, hash, "Tom", at(40)).await.unwrap_err(),
            store.comment(nowhere, "x", "Tom", at(40)).await.unwrap_err(),
        ] {
            insta::allow_duplicates! { insta::assert_snapshot!(error, @"there is no case MUS-000099"); }
        }
        let other = store.put(mail("two@x.example", "two")).await.unwrap().case().unwrap();
        insta::assert_snapshot!(
            store.approve(other, hash, "Tom", at(41)).await.unwrap_err(),
            @"case MUS-000002 has not been understood yet, so there is nothing to decide on"
        );
    }
}
