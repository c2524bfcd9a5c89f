//! Signed-in people, in memory: a restart signs everybody out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::store::Digest;

/// Sessions at once; past it the one that ends first makes room.
const MOST: usize = 10_000;

/// Tokens are kept as digests only.
#[derive(Default)]
pub struct Sessions {
    open: Mutex<HashMap<Digest, Session>>,
}

struct Session {
    name: String,
    until: DateTime<Utc>,
}

impl Sessions {
    /// Opens one, and answers its token: 244 random bits.
    pub fn open(&self, name: &str, now: DateTime<Utc>, hours: u32) -> String {
        let token = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let until = now + TimeDelta::hours(i64::from(hours.clamp(1, 720)));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, session| session.until > now);
        if open.len() >= MOST
            && let Some(first) = open.iter().min_by_key(|(_, session)| session.until).map(|(key, _)| *key)
        {
            open.remove(&first);
        }
        open.insert(Digest::of(&token), Session { name: name.to_owned(), until });
        token
    }

    /// Whose token this is.
    pub fn whose(&self, token: &str, now: DateTime<Utc>) -> Option<String> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(&Digest::of(token)).filter(|session| session.until > now).map(|session| session.name.clone())
    }

    pub fn close(&self, token: &str) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&Digest::of(token));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_in_time_and_by_hand() {
        let sessions = Sessions::default();
        let now = Utc::now();
        let token = sessions.open("Ann", now, 1);
        assert_eq!(sessions.whose(&token, now).as_deref(), Some("Ann"));
        assert_eq!(sessions.whose("other", now), None);
        assert_eq!(sessions.whose(&token, now + TimeDelta::hours(1)), None);
        sessions.close(&token);
        assert_eq!(sessions.whose(&token, now), None);
    }
}
