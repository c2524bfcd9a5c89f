//! Messages find their case: by keys, never by a subject; the same mail twice is one record.

use super::*;

#[tokio::test]
async fn a_second_delivery_is_the_same_record_and_another_mail_of_the_id_is_a_doubt() {
    for bench in stores().await {
        let store = &*bench.store;
        let first = store.put(mail("one@x.example", "Jane joins")).await.unwrap();
        let mut relayed = mail("one@x.example", "Jane joins");
        relayed.content =
            Content::Kept(b"Received: elsewhere\r\nMessage-ID: <one@x.example>\r\n\r\nJane joins".to_vec());
        assert_eq!(store.put(relayed).await.unwrap(), Stored::Known { message: first.message(), case: first.case() });

        let other = store.put(mail("one@x.example", "Joan joins")).await.unwrap();
        let Stored::Joined { message, case, doubt } = other else { panic!("{other:?}") };
        assert_eq!(Some(case), first.case());
        insta::assert_snapshot!(doubt.unwrap(), @"another message with the same Message-ID says something else");
        assert_eq!(store.message(message).await.unwrap().state, MessageState::Received, "it is kept and understood");
        let file = store.case(case).await.unwrap();
        assert_eq!(file.messages.len(), 2);
        assert_eq!(file.events[1].data["doubt"], "another message with the same Message-ID says something else");
    }
}

#[tokio::test]
async fn replies_join_by_any_key_and_in_any_order() {
    for bench in stores().await {
        let store = &*bench.store;
        // The answer comes before what it answers.
        let mut answer = mail("answer@x.example", "Yes");
        answer.thread.in_reply_to = vec!["start@x.example".into()];
        answer.thread.references = vec!["root@x.example".into(), "start@x.example".into()];
        answer.thread.conversation = Some("01dc".into());
        let case = store.put(answer).await.unwrap().case();
        let mut by_conversation = mail("c@x.example", "c");
        by_conversation.thread.conversation = Some("01dc".into());
        let mut by_tag = mail("t@x.example", "t");
        by_tag.thread.case_tag = Some("[MUS-000001]".into());
        let mut by_reference = mail("r@x.example", "r");
        by_reference.thread.references = vec!["root@x.example".into()];
        for joins in [mail("start@x.example", "May I?"), by_conversation, by_tag, by_reference] {
            let stored = store.put(joins).await.unwrap();
            assert!(
                matches!(&stored, Stored::Joined { case: joined, doubt: None, .. } if Some(*joined) == case),
                "{stored:?}"
            );
        }

        // The topic alone, an unknown case number, a chat's id that is spelt alike: none of them joins.
        let mut topic = mail("topic@x.example", "x");
        topic.thread.topic = Some("new starter".into());
        topic.thread.case_tag = Some("MUS-000777".into());
        let mut chat = mail("start@x.example", "chat");
        chat.channel = Channel::Chat;
        let topic_case = store.put(topic).await.unwrap();
        assert!(matches!(topic_case, Stored::Opened { .. }), "{topic_case:?}");
        let chat = store.put(chat).await.unwrap();
        assert!(matches!(chat, Stored::Opened { .. }), "{chat:?}");

        // Keys of two cases: the tag decides, and the doubt names the other.
        let mut both = mail("both@x.example", "x");
        both.thread.case_tag = Some("MUS-2".into());
        both.thread.references = vec!["root@x.example".into()];
        let both = store.put(both).await.unwrap();
        let Stored::Joined { case, doubt, .. } = both else { panic!("{both:?}") };
        assert_eq!(Some(case), topic_case.case());
        insta::assert_snapshot!(doubt.unwrap(), @"it refers to MUS-000001 as well");
    }
}

#[tokio::test]
async fn hostile_keys_and_dates_are_kept_within_bounds() {
    for bench in stores().await {
        let store = &*bench.store;
        let mut wild = mail("wild@x.example", "\0 % _ '; DROP TABLE cases; --");
        wild.thread.references = (0..50_000).map(|i| format!("{i}@x.example")).collect();
        wild.thread.in_reply_to = vec!["x".repeat(1 << 20), String::new()];
        wild.subject = Some("\0'; DROP TABLE cases; --\u{202E}".repeat(1_000));
        wild.received_at = DateTime::<Utc>::MAX_UTC.fixed_offset();
        let stored = store.put(wild).await.unwrap();
        let record = store.message(stored.message()).await.unwrap();
        assert_eq!(record.received_at, at(5));
        insta::assert_snapshot!(record.doubts.join(" "), @"the date in the header is impossible; the time of arrival stands instead");
        let mut near = mail("near@x.example", "x");
        near.thread.references = vec!["49999@x.example".into()];
        assert_eq!(store.put(near).await.unwrap().case(), stored.case());
        let mut far = mail("far@x.example", "x");
        far.thread.references = vec!["1@x.example".into()];
        assert_ne!(store.put(far).await.unwrap().case(), stored.case());
        let filter = Filter { text: Some("drop table".into()), ..Filter::default() };
        assert_eq!(store.cases(filter, None, 10).await.unwrap().rows.len(), 1);
    }
}

#[tokio::test]
async fn what_intake_refuses_is_kept_with_its_reason_and_can_be_read_later() {
    for bench in stores().await {
        let store = &*bench.store;
        let origin = || Origin { door: "folder".into(), name: "huge.eml".into() };
        let named = Content::Named { sha256: Digest::of("huge"), size: 100 << 20 };
        let huge = Incoming::refused(named, "the message has 104857600 bytes", origin(), at(0));
        assert_eq!(store.put(huge.clone()).await.unwrap(), Stored::Refused { message: Digest::of("huge") });
        assert_eq!(store.put(huge).await.unwrap(), Stored::Known { message: Digest::of("huge"), case: None });
        let empty = Incoming::refused(Content::Kept(vec![]), "the message is empty", origin(), at(1));
        let empty = store.put(empty).await.unwrap().message();
        assert_eq!(store.bytes(empty).await.unwrap(), b"");
        let record = &store.refused(10).await.unwrap()[1];
        assert_eq!((record.size, record.reason.as_deref()), (100 << 20, Some("the message has 104857600 bytes")));
        assert_eq!(record.state, MessageState::Refused);
        insta::assert_snapshot!(
            store.bytes(Digest::of("huge")).await.unwrap_err(),
            @"the bytes of message 5e580eee1a39851ef636172a5b2939d4a51eeeeaa62dd4e01128d5ab0dc008ea were not kept: it was refused for its size"
        );
        assert_eq!(store.take(10, 60, at(2)).await.unwrap(), [], "nobody is asked to understand it");
        assert_eq!(store.failed(empty, "x", at(2)).await.unwrap_err().class(), ErrorClass::Conflict);
        assert_eq!(store.counts().await.unwrap(), Counts { refused: 2, ..Counts::default() });

        // The limit was raised.
        let mut read = mail("huge@x.example", "huge");
        read.content = Content::Kept(b"huge".to_vec());
        let stored = store.put(read).await.unwrap();
        assert!(matches!(stored, Stored::Opened { message, .. } if message == Digest::of("huge")), "{stored:?}");
        assert_eq!(store.bytes(Digest::of("huge")).await.unwrap(), b"huge");
        assert_eq!(store.take(10, 60, at(3)).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn many_are_kept_in_one_go_in_order() {
    for bench in stores().await {
        let store = &*bench.store;
        let mut batch: Vec<Incoming> = (0..500).map(|i| mail(&format!("{i}@x.example"), &i.to_string())).collect();
        batch.push(mail("7@x.example", "7"));
        let mut reply = mail("reply@x.example", "r");
        reply.thread.in_reply_to = vec!["3@x.example".into()];
        batch.push(reply);
        let stored = store.put_many(batch).await.unwrap();
        assert_eq!(stored.len(), 502);
        assert_eq!(stored[500], Stored::Known { message: stored[7].message(), case: stored[7].case() });
        assert_eq!(stored[501].case(), stored[3].case());
        assert_eq!(store.counts().await.unwrap().new, 500);
        assert!(matches!(store.verify_audit().await.unwrap(), AuditReport::Whole { entries: 501, .. }));
    }
}
