//! Readings and edits become revisions; the work of understanding is never lost and never kills everything.

use super::*;

#[tokio::test]
async fn a_repeated_reading_adds_nothing_and_a_better_one_adds_a_revision() {
    for bench in stores().await {
        let store = &*bench.store;
        let message = store.put(mail("one@x.example", "one")).await.unwrap().message();
        let read = |name: &str| store.understood(reading(message, onboarding(name, "2026-02-02")), at(10));
        let first = read("Jane Row").await.unwrap();
        let again = read("Jane Row").await.unwrap();
        assert_eq!((again.number, again.added, again.latest), (1, false, true));
        let better = read("Jane Roe").await.unwrap();
        assert_eq!((better.number, better.added, better.latest), (2, true, true));
        let ids = |revision: Revision| revision.request_ids;
        assert_eq!(ids(store.revision(first.case, 2).await.unwrap()), ["MUS-000001-1"], "the same request, put right");

        // A person knows better than a machine that reads the same message again.
        let edit =
            Edit { case: first.case, base: better.hash, understanding: onboarding("Jane Rowe", ""), who: "Tom".into() };
        let edited = store.edit(edit, at(11)).await.unwrap();
        let third = read("J. Roe").await.unwrap();
        assert!(third.added && !third.latest);
        let file = store.case(first.case).await.unwrap();
        assert_eq!(file.case.revision_hash, Some(edited.hash));
        let all = store.revisions(first.case).await.unwrap();
        assert_eq!(all.iter().map(|r| r.edited_by.as_deref()).collect::<Vec<_>>(), [None, None, Some("Tom"), None]);
        insta::assert_snapshot!(
            store.revision(first.case, 9).await.unwrap_err(),
            @"there is no revision 9 of case MUS-000001"
        );
    }
}

#[tokio::test]
async fn an_edit_cannot_change_what_was_received_and_must_change_something() {
    for bench in stores().await {
        let store = &*bench.store;
        let (case, base) = understood(store, "one@x.example", onboarding("Jane Roe", "2026-02-02")).await;
        let mut forged = onboarding("Jane Roe", "2026-02-02");
        forged.message.text = "Give me everything".into();
        forged.message.from = Some("ceo@x.example".into());
        forged.schema = "other".into();
        let edit = |understanding| Edit { case, base, understanding, who: "Tom".into() };
        insta::assert_snapshot!(
            store.edit(edit(forged), at(20)).await.unwrap_err(),
            @"the edit of case MUS-000001 changes nothing"
        );
        let mut broken = onboarding("Jane Roe", "2026-02-02");
        broken.triage.confidence = f32::NAN;
        let error = store.edit(edit(broken), at(20)).await.unwrap_err();
        assert_eq!(error.class(), ErrorClass::Invalid, "{error}");
        assert_eq!(store.corrections(0, 10).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_reply_changes_the_case_only_where_it_says_something() {
    for bench in stores().await {
        let store = &*bench.store;
        let (case, hash) = understood(store, "one@x.example", onboarding("Jane Roe", "2026-02-02")).await;
        store.approve(case, hash, "Tom", at(20)).await.unwrap();
        let reply = async |id: &str, understanding, effect| {
            let mut reply = mail(id, id);
            reply.thread.in_reply_to = vec!["one@x.example".into()];
            let message = store.put(reply).await.unwrap().message();
            store.understood(Reading { effect, ..reading(message, understanding) }, at(30)).await.unwrap()
        };
        let status = async || store.case(case).await.unwrap().case.status;

        for (id, effect) in [("thanks@x.example", Effect::Note), ("bounce@x.example", Effect::PutAway)] {
            let noted = reply(id, understanding(Priority::P3, vec![]), effect).await;
            assert!(noted.added && !noted.latest);
            assert_eq!(status().await, Status::Approved);
        }
        let moved =
            understanding(Priority::P2, vec![request(Kind::Onboarding, Operation::Amend, "JANE  ROE", "2026-02-09")]);
        let moved = reply("moved@x.example", moved, Effect::Review).await;
        assert!(moved.latest);
        assert_eq!(status().await, Status::New);
        let sent = store.approve(case, moved.hash, "Tom", at(40)).await.unwrap();
        assert_eq!((sent[0].kind, &*sent[0].data.request_id), (OutgoingKind::Amended, "MUS-000001-1"));
        let also = reply("also@x.example", onboarding("John Doe", "2026-02-09"), Effect::Review).await;
        let sent = store.approve(case, also.hash, "Tom", at(50)).await.unwrap();
        assert_eq!((sent[0].kind, &*sent[0].data.request_id), (OutgoingKind::Approved, "MUS-000001-2"));
    }
}

#[tokio::test]
async fn a_newsletter_is_put_away_and_a_failure_is_named_and_can_be_mended() {
    for bench in stores().await {
        let store = &*bench.store;
        let news = store.put(mail("news@x.example", "news")).await.unwrap();
        let away = Reading { effect: Effect::PutAway, ..reading(news.message(), understanding(Priority::P3, vec![])) };
        store.understood(away, at(10)).await.unwrap();
        let case = news.case().unwrap();
        assert_eq!(store.case(case).await.unwrap().case.status, Status::NotARequest);

        let bad = store.put(mail("bad@x.example", "bad")).await.unwrap();
        store.failed(bad.message(), "the reader gave up after 5 s", at(11)).await.unwrap();
        let file = store.case(bad.case().unwrap()).await.unwrap();
        assert_eq!(file.case.status, Status::Failed);
        assert_eq!(file.messages[0].reason.as_deref(), Some("the reader gave up after 5 s"));
        assert_eq!(store.take(10, 60, at(12)).await.unwrap(), []);
        store.again(bad.message()).await.unwrap();
        assert_eq!(store.take(10, 60, at(13)).await.unwrap().len(), 1);
        let mended = store.understood(reading(bad.message(), onboarding("Jane", "")), at(14)).await.unwrap();
        assert_eq!(store.case(mended.case).await.unwrap().case.status, Status::New);
        insta::assert_snapshot!(
            store.failed(Digest::of("nowhere"), "x", at(15)).await.unwrap_err(),
            @"there is no message with the SHA-256 20aeff0494e828d188c704e1f488a589b15ae01d11f6cb129f62129caa6cc543"
        );
    }
}

#[tokio::test]
async fn an_answer_to_a_question_puts_the_case_back_before_a_technician() {
    for bench in stores().await {
        let store = &*bench.store;
        let (case, _) = understood(store, "one@x.example", onboarding("Jane Roe", "")).await;
        let question = Decision::Ask { text: "When?".into(), fields: vec![] };
        store.decide(case, question, "Tom", at(20)).await.unwrap();
        let mut answer = mail("two@x.example", "On Monday");
        answer.thread.references = vec!["one@x.example".into()];
        let message = store.put(answer).await.unwrap().message();
        store.understood(reading(message, onboarding("", "2026-02-02")), at(21)).await.unwrap();
        let file = store.case(case).await.unwrap();
        assert_eq!(file.case.status, Status::New);
        assert_eq!(file.latest.unwrap().request_ids, ["MUS-000001-1"], "the only onboarding of the case is meant");
    }
}

#[tokio::test]
async fn work_is_taken_once_comes_back_and_a_poisonous_message_fails_alone() {
    for bench in stores().await {
        let store = &*bench.store;
        let all: Vec<Digest> = store
            .put_many((0..4).map(|i| mail(&format!("{i}@x.example"), &i.to_string())).collect())
            .await
            .unwrap()
            .iter()
            .map(Stored::message)
            .collect();
        let take = async |s| {
            let taken = store.take(10, 60, at(s)).await.unwrap();
            taken.into_iter().map(|record| record.sha256).collect::<Vec<_>>()
        };
        assert_eq!(take(0).await, all);
        assert_eq!(take(59).await, [], "another worker has them");
        assert_eq!(store.release().await.unwrap(), 4);
        assert_eq!(take(59).await, all);
        // Message 1 kills its reader each time. From now on suspects are handed out one by one.
        let mut now = 200;
        let mut rounds = 0;
        while let taken @ [_] = &take(now).await[..] {
            if taken[0] != all[1] {
                store.understood(reading(taken[0], onboarding("Jane", "")), at(now)).await.unwrap();
            }
            now += 100;
            rounds += 1;
            assert!(rounds < 20);
        }
        let states: Vec<_> = futures(store, &all).await;
        use MessageState::*;
        assert_eq!(states, [Understood, Failed, Understood, Understood]);
        insta::assert_snapshot!(
            store.message(all[1]).await.unwrap().reason.unwrap(),
            @"understanding was begun 5 times and never ended"
        );
    }
}

async fn futures(store: &dyn Store, all: &[Digest]) -> Vec<MessageState> {
    let mut states = Vec::new();
    for message in all {
        states.push(store.message(*message).await.unwrap().state);
    }
    states
}

#[tokio::test]
async fn many_readings_stand_or_fall_together() {
    for bench in stores().await {
        let store = &*bench.store;
        let first = store.put(mail("one@x.example", "one")).await.unwrap().message();
        let second = store.put(mail("two@x.example", "two")).await.unwrap().message();
        let read = |message| reading(message, onboarding("Jane Roe", "2026-02-02"));
        let error = store.understood_many(vec![read(first), read(Digest::of("nowhere"))], at(10)).await.unwrap_err();
        assert_eq!(error.class(), ErrorClass::Missing);
        assert_eq!(store.counts().await.unwrap().to_understand, 2);
        let revised = store.understood_many(vec![read(first), read(second), read(first)], at(10)).await.unwrap();
        assert_eq!(
            revised.iter().map(|r| (r.case.to_string(), r.added)).collect::<Vec<_>>(),
            [("MUS-000001".to_owned(), true), ("MUS-000002".to_owned(), true), ("MUS-000001".to_owned(), false)]
        );
        assert_eq!(store.counts().await.unwrap().to_understand, 0);
    }
}
