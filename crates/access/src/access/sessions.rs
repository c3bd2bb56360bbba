//! Signing in and out, and what holds in between.

use databank_catalog::{StoredSession, User};
use databank_model::Username;

use super::{Access, MINUTE_US};
use crate::attempts::address_name;
use crate::random::{self, fingerprint};
use crate::{AccessError, Actor, LONGEST_PASSWORD_BYTES, Principal, Secret, SignInError, password};

/// How far ahead of the clock an instant may be that the clock told before: it is set right by less than this all the time.
const AHEAD_US: i64 = 5 * MINUTE_US;

/// A session that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is, with the roles that they have now.
    pub user: User,
    /// Who asks, with what they may.
    pub principal: Principal,
    /// When it ends unless its user is there again.
    pub expires_at: i64,
}

/// A session that was begun.
#[derive(Debug)]
pub struct SignedIn {
    /// What its user brings with every request. Not stored anywhere.
    pub token: Secret<String>,
    /// The session.
    pub session: Session,
}

impl Access {
    /// Begins a session. Who may not gets the same answer after the same work, whatever the reason.
    pub async fn sign_in(
        &self,
        username: &str,
        password: Secret<String>,
        address: &str,
        now_us: i64,
    ) -> Result<SignedIn, SignInError> {
        let user = self.judge(username, password, address, now_us).await?;
        let token = random::token()?;
        let forget_before = now_us - self.settings().idle_us;
        let sessions = self.catalog().sessions();
        let stored = sessions.begin(&fingerprint(token.expose()), &user.username, now_us, forget_before).await?;
        let user = self.catalog().users().get(&user.username).await?;
        Ok(SignedIn { token, session: self.session_of(user, &stored, now_us) })
    }

    /// The session of a token, which goes on by being used.
    pub async fn session(&self, token: &str, now_us: i64) -> Result<Session, AccessError> {
        let sessions = self.catalog().sessions();
        let token_hash = fingerprint(token);
        let mut stored = sessions.find(&token_hash).await?.ok_or(AccessError::NotSignedIn)?;
        // One of a time that has not come yet is of a clock that was set back since: nobody knows how old it is.
        let is_of_the_future = stored.created_at.max(stored.last_seen_at) > now_us + AHEAD_US;
        if now_us >= self.expiry(&stored) || is_of_the_future {
            sessions.end(&token_hash).await?;
            return Err(AccessError::NotSignedIn);
        }
        let user = self.catalog().users().find(&stored.username).await?;
        let Some(user) = user.filter(|user| !user.disabled) else { return Err(AccessError::NotSignedIn) };
        // Not with every request: each would be a write.
        if now_us - stored.last_seen_at >= MINUTE_US {
            sessions.touch(&token_hash, now_us).await?;
            stored.last_seen_at = now_us;
        }
        Ok(self.session_of(user, &stored, now_us))
    }

    /// Ends the session of a token. Says whether there was one.
    pub async fn sign_out(&self, token: &str) -> Result<bool, AccessError> {
        Ok(self.catalog().sessions().end(&fingerprint(token)).await?)
    }

    /// Takes the password again, for what needs it a short while ago.
    pub async fn confirm(
        &self,
        token: &str,
        password: Secret<String>,
        address: &str,
        now_us: i64,
    ) -> Result<Session, SignInError> {
        let session = self.session(token, now_us).await?;
        self.judge(session.user.username.as_str(), password, address, now_us).await?;
        self.catalog().sessions().authenticate(&fingerprint(token), now_us).await?;
        Ok(self.session(token, now_us).await?)
    }

    /// Changes the password of a session's user, and ends their other sessions.
    pub async fn change_password(
        &self,
        token: &str,
        current: Secret<String>,
        new: Secret<String>,
        address: &str,
        now_us: i64,
    ) -> Result<Session, SignInError> {
        let session = self.session(token, now_us).await?;
        let username = &session.user.username;
        let unchanged = current.expose() == new.expose();
        self.judge(username.as_str(), current, address, now_us).await?;
        if unchanged {
            let message = "the new password is the current one".to_owned();
            return Err(AccessError::Invalid { field: "new_password", message }.into());
        }
        password::check("new_password", &new, username, &session.user.display_name)?;
        let hash = self.inner.hashing.hash(new).await?;
        let token_hash = fingerprint(token);
        self.catalog().users().set_password(username, hash, false, Some(&token_hash)).await?;
        self.catalog().sessions().authenticate(&token_hash, now_us).await?;
        Ok(self.session(token, now_us).await?)
    }

    /// Whether a password is that user's and the user may sign in. Attempts are taken before the work, so that many at
    /// once are as many attempts, and given back by a right one.
    async fn judge(
        &self,
        username: &str,
        password: Secret<String>,
        address: &str,
        now_us: i64,
    ) -> Result<User, SignInError> {
        let too_many = |retry_after_s| SignInError::TooMany { retry_after_s };
        let username = username.parse::<Username>().ok();
        // What is no user name at all is one account that nobody has.
        let account = username.as_ref().map_or("", Username::as_str);
        let address = address_name(address);
        self.inner.addresses.take(&address, now_us).map_err(too_many)?;
        self.inner.accounts.take(account, now_us).map_err(too_many)?;

        let users = self.catalog().users();
        let mut user = None;
        let mut stored = None;
        if let Some(username) = &username {
            user = users.find(username).await?;
            stored = users.password(username).await?;
        }
        let hashing = &self.inner.hashing;
        let (password, stored) = match stored {
            Some(stored) if password.expose().len() <= LONGEST_PASSWORD_BYTES => (password, stored),
            _ => (Secret::new(String::new()), hashing.dummy()),
        };
        let right = hashing.verify(password.clone(), stored.clone()).await?;
        let Some(user) = user.filter(|user| right && !user.disabled) else { return Err(SignInError::Wrong) };

        self.inner.addresses.give_back(&address);
        self.inner.accounts.give_back(account);
        if hashing.is_outdated(&stored) {
            let anew = hashing.hash(password).await?;
            users.rehash_password(&user.username, &stored, anew).await?;
        }
        Ok(user)
    }

    fn expiry(&self, stored: &StoredSession) -> i64 {
        let settings = self.settings();
        (stored.last_seen_at + settings.idle_us).min(stored.created_at + settings.absolute_us)
    }

    fn session_of(&self, user: User, stored: &StoredSession, now_us: i64) -> Session {
        let actor = Actor::User { username: user.username.to_string(), display_name: user.display_name.clone() };
        let confirmed = (-AHEAD_US..=self.settings().confirmed_us).contains(&(now_us - stored.authenticated_at));
        let principal = Principal::user(actor, user.grants.clone(), user.password_change_needed, confirmed);
        Session { principal, expires_at: self.expiry(stored), user }
    }
}
