//! Grants: which role a user has on a brand, or on all of them.

use databank_model::{BrandSlug, Reach, Role, Username};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::entity::{grant, user};
use crate::error::{database, parse};
use crate::{Catalog, CatalogError, brands, users};

/// A role on the brands of a reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Which brands.
    pub reach: Reach,
    /// The role on them.
    pub role: Role,
}

/// A user who has a role on a brand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The user.
    pub username: Username,
    /// What people read.
    pub display_name: String,
    /// Whether they may not sign in.
    pub disabled: bool,
    /// The greatest role that they have there.
    pub role: Role,
    /// Whether they have it by a grant on all brands.
    pub inherited: bool,
}

/// The grants of an installation.
#[derive(Debug)]
pub struct Grants<'a> {
    catalog: &'a Catalog,
}

impl<'a> Grants<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// A user's roles, by reach.
    pub async fn of_user(&self, username: &Username) -> Result<Vec<Grant>, CatalogError> {
        of_user(self.catalog.db(), username).await
    }

    /// At most `limit` members of a brand by name, those after `after`; who has a role on all brands is among them.
    pub async fn members(
        &self,
        brand: &BrandSlug,
        after: Option<&Username>,
        limit: u64,
    ) -> Result<Vec<Member>, CatalogError> {
        let action = "list a brand's members";
        let reaches = [Reach::AllBrands.as_str(), brand.as_str()];
        let granted = grant::Entity::find()
            .select_only()
            .column(grant::Column::Username)
            .filter(grant::Column::Brand.is_in(reaches))
            .into_query();
        let mut query = user::Entity::find()
            .filter(user::Column::Username.in_subquery(granted))
            .order_by_asc(user::Column::Username)
            .limit(limit);
        if let Some(after) = after {
            query = query.filter(user::Column::Username.gt(after.as_str()));
        }
        let rows = query.all(self.catalog.db()).await.map_err(database(action))?;
        let mut members = Vec::with_capacity(rows.len());
        for row in rows {
            let username = parse("user name", &row.username)?;
            members.extend(member_of(self.catalog.db(), brand, username, row).await?);
        }
        Ok(members)
    }

    /// A user as a member of a brand, unless they have no role there.
    pub async fn member(&self, brand: &BrandSlug, username: &Username) -> Result<Option<Member>, CatalogError> {
        let row = user::Entity::find_by_id(username.as_str().to_owned())
            .one(self.catalog.db())
            .await
            .map_err(database("read a brand's member"))?;
        match row {
            Some(row) => member_of(self.catalog.db(), brand, username.clone(), row).await,
            None => Ok(None),
        }
    }

    /// Gives a user a role, in place of the one that they have on the same reach.
    pub async fn set(&self, username: &Username, grant: Grant) -> Result<Grant, CatalogError> {
        let transaction = self.catalog.write().await?;
        let owned = users::any_owner(&transaction).await?;
        users::require(&transaction, username).await?;
        delete(&transaction, username, &grant.reach).await?;
        insert(&transaction, username, &grant).await?;
        users::keep_owner(&transaction, owned).await?;
        self.catalog.commit(transaction).await?;
        Ok(grant)
    }

    /// Takes a user's role on a reach away. Says whether there was one.
    pub async fn remove(&self, username: &Username, reach: &Reach) -> Result<bool, CatalogError> {
        let transaction = self.catalog.write().await?;
        let owned = users::any_owner(&transaction).await?;
        users::require(&transaction, username).await?;
        let removed = delete(&transaction, username, reach).await?;
        users::keep_owner(&transaction, owned).await?;
        self.catalog.commit(transaction).await?;
        Ok(removed)
    }
}

async fn member_of<C: ConnectionTrait>(
    db: &C,
    brand: &BrandSlug,
    username: Username,
    row: user::Model,
) -> Result<Option<Member>, CatalogError> {
    // Of equal roles the brand's own one counts: it can be taken away there.
    let greatest = of_user(db, &username)
        .await?
        .into_iter()
        .filter(|grant| grant.reach.covers(brand))
        .max_by_key(|grant| (grant.role, grant.reach != Reach::AllBrands));
    Ok(greatest.map(|grant| Member {
        username,
        display_name: row.display_name,
        disabled: row.disabled,
        role: grant.role,
        inherited: grant.reach == Reach::AllBrands,
    }))
}

pub(crate) async fn of_user<C: ConnectionTrait>(db: &C, username: &Username) -> Result<Vec<Grant>, CatalogError> {
    let rows = grant::Entity::find()
        .filter(grant::Column::Username.eq(username.as_str()))
        .order_by_asc(grant::Column::Brand)
        .all(db)
        .await
        .map_err(database("read a user's grants"))?;
    rows.iter().map(|row| Ok(Grant { reach: parse("reach", &row.brand)?, role: parse("role", &row.role)? })).collect()
}

/// Gives a user these roles and no others, within the caller's transaction.
pub(crate) async fn replace<C: ConnectionTrait>(
    db: &C,
    username: &Username,
    grants: &[Grant],
) -> Result<(), CatalogError> {
    grant::Entity::delete_many()
        .filter(grant::Column::Username.eq(username.as_str()))
        .exec(db)
        .await
        .map_err(database("replace a user's grants"))?;
    for grant in grants {
        // Of two on the same reach the later one stands.
        delete(db, username, &grant.reach).await?;
        insert(db, username, grant).await?;
    }
    Ok(())
}

async fn insert<C: ConnectionTrait>(db: &C, username: &Username, grant: &Grant) -> Result<(), CatalogError> {
    if let Reach::Brand(brand) = &grant.reach {
        brands::require(db, brand).await?;
    }
    let row = grant::ActiveModel {
        username: Set(username.as_str().to_owned()),
        brand: Set(grant.reach.as_str().to_owned()),
        role: Set(grant.role.as_str().to_owned()),
    };
    grant::Entity::insert(row).exec_without_returning(db).await.map_err(database("grant a role"))?;
    Ok(())
}

async fn delete<C: ConnectionTrait>(db: &C, username: &Username, reach: &Reach) -> Result<bool, CatalogError> {
    let key = (username.as_str().to_owned(), reach.as_str().to_owned());
    let result = grant::Entity::delete_by_id(key).exec(db).await.map_err(database("take a role away"))?;
    Ok(result.rows_affected > 0)
}
