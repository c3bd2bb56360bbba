//! Members: who has which role on one brand.

use databank_catalog::{CatalogError, Grant, Member};
use databank_model::{BrandSlug, Reach, Role, Username};

use super::Access;
use super::users::page_name;
use crate::{AccessError, Page};

impl Access {
    /// A brand's members by name; who has a role on all brands is among them.
    pub async fn list_members(
        &self,
        brand: &BrandSlug,
        page: Option<&str>,
        limit: u64,
    ) -> Result<Page<Member>, AccessError> {
        let after = page_name(page)?;
        let members = self.catalog().grants().members(brand, after.as_ref(), limit + 1).await?;
        Ok(Page::of(members, limit, |member| member.username.to_string()))
    }

    /// Gives a user a role on a brand. What comes back is the greater of it and of what they have on all brands.
    pub async fn set_member(&self, brand: &BrandSlug, username: &Username, role: Role) -> Result<Member, AccessError> {
        let grants = self.catalog().grants();
        grants.set(username, Grant { reach: Reach::Brand(brand.clone()), role }).await?;
        grants.member(brand, username).await?.ok_or_else(|| not_found(brand, username))
    }

    /// Takes a user's role on a brand away. A role on all brands is not the brand's to take.
    pub async fn remove_member(&self, brand: &BrandSlug, username: &Username) -> Result<(), AccessError> {
        let removed = self.catalog().grants().remove(username, &Reach::Brand(brand.clone())).await?;
        if removed { Ok(()) } else { Err(not_found(brand, username)) }
    }
}

fn not_found(brand: &BrandSlug, username: &Username) -> AccessError {
    CatalogError::NotFound { what: "member of its own", name: username.to_string(), brand: brand.clone() }.into()
}
