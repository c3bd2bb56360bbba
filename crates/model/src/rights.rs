//! Who people are to the installation, and how far their word reaches: user names, roles, reaches.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{BrandSlug, BrandSlugError};

/// What a user is to a brand. Each role may all that the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads sums.
    Viewer,
    /// Reads people, and picks them out.
    Analyst,
    /// Deposits, corrects, changes rules.
    Operator,
    /// Says who else may.
    Owner,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Analyst, Self::Operator, Self::Owner];

    /// The role as text: `viewer` and so on.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Operator => "operator",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a role (owner, operator, analyst or viewer)")]
pub struct RoleError {
    /// The refused text.
    pub text: String,
}

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| RoleError { text: text.to_owned() })
    }
}

/// The brands that a grant is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Reach {
    /// Every brand, also those to come; written `*`.
    AllBrands,
    /// One brand.
    Brand(BrandSlug),
}

impl Reach {
    /// The reach as text: `*`, or the brand's slug.
    pub fn as_str(&self) -> &str {
        match self {
            Self::AllBrands => "*",
            Self::Brand(slug) => slug.as_str(),
        }
    }

    /// Whether the brand is within it.
    pub fn covers(&self, brand: &BrandSlug) -> bool {
        match self {
            Self::AllBrands => true,
            Self::Brand(slug) => slug == brand,
        }
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Reach {
    type Err = BrandSlugError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "*" { Ok(Self::AllBrands) } else { text.parse().map(Self::Brand) }
    }
}

impl TryFrom<String> for Reach {
    type Error = BrandSlugError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Reach> for String {
    fn from(reach: Reach) -> Self {
        reach.as_str().to_owned()
    }
}

/// The name that a user signs in with: 1 to 64 of a-z, 0-9, `.`, `_`, `-`, `@` and `+`, a letter or digit first.
/// Capitals are read as small letters, so that nobody can pass for somebody else by their case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Username(String);

/// The text is not a user name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a user name (1 to 64 of a-z, 0-9, '.', '_', '-', '@' and '+', a letter or digit first)")]
pub struct UsernameError {
    /// The refused text.
    pub text: String,
}

impl Username {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Username {
    type Err = UsernameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._-@+".contains(&b);
        let begins = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        if begins && text.len() <= 64 && text.bytes().all(allowed) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(UsernameError { text: text.to_owned() })
        }
    }
}

impl TryFrom<String> for Username {
    type Error = UsernameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Username> for String {
    fn from(name: Username) -> Self {
        name.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_ordered_and_read_as_they_write() {
        assert!(Role::ALL.is_sorted());
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        assert!("Owner".parse::<Role>().is_err());
    }

    #[test]
    fn a_reach_covers_its_brand_or_all() {
        let (acme, other): (BrandSlug, BrandSlug) = ("acme".parse().unwrap(), "other".parse().unwrap());
        let (all, one): (Reach, Reach) = ("*".parse().unwrap(), "acme".parse().unwrap());
        assert_eq!((all.covers(&acme), all.covers(&other)), (true, true));
        assert_eq!((one.covers(&acme), one.covers(&other)), (true, false));
        assert_eq!((all.to_string().as_str(), one.to_string().as_str()), ("*", "acme"));
        assert!("**".parse::<Reach>().is_err());
    }

    #[test]
    fn user_names_have_no_case_and_no_surprises() {
        assert_eq!("Anna@Example.com".parse::<Username>().unwrap().as_str(), "anna@example.com");
        for bad in ["", "-x", ".x", "a b", "a/b", "é", "a\n", &"x".repeat(65)] {
            assert!(bad.parse::<Username>().is_err(), "{bad:?}");
        }
    }
}
