"""Definitions in the databases: tables, indexes, constraints, roles and grants."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.upgrade_step("server"), pytest.mark.rollback_boundary("old-cluster")]

OURS = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'"


def test_tables_have_their_columns(databases, baseline):
    """Every table has the same columns as before, with the same types and defaults."""
    columns = f"""
        select format('%s.%s.%s', n.nspname, c.relname, a.attname) as column,
               format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as not_null,
               a.attidentity as identity, a.attgenerated as generated,
               pg_get_expr(d.adbin, d.adrelid) as default
          from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
          left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'm', 'v') and {OURS}
           and not exists (select from pg_depend e where e.objid = c.oid and e.deptype = 'e')
    """
    found = databases.each(lambda database: database.records(columns))
    baseline.unchanged("columns", found, key="column", non_empty=True)


@pytest.mark.remedy("REINDEX INDEX CONCURRENTLY, or drop it and build it again")
def test_indexes_are_there_and_valid(databases, baseline):
    """Every index still exists, and can be used."""
    indexes = f"""
        select format('%s.%s', n.nspname, c.relname) as index, pg_get_indexdef(c.oid) as definition,
               i.indisvalid and i.indisready as usable
          from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
         where {OURS}
    """
    found = databases.each(lambda database: database.records(indexes))
    broken = [index["index"] for indexes in found.values() for index in indexes if not index["usable"]]
    assert not broken, f"invalid, so no query can use them: {', '.join(broken)}"
    baseline.unchanged("indexes", found, key="index", non_empty=True)


def test_constraints_hold_as_they_did(databases, baseline):
    """Every constraint still exists, and is validated for all rows as before."""
    # Before 18, NOT NULL was a property of the columns only. Those are compared above.
    constraints = f"""
        select format('%s.%s', conrelid::regclass, conname) as constraint, pg_get_constraintdef(k.oid) as definition,
               convalidated as validated
          from pg_constraint k join pg_namespace n on n.oid = k.connamespace
         where contype <> 'n' and conrelid <> 0 and {OURS}
    """
    found = databases.each(lambda database: database.records(constraints))
    baseline.unchanged("constraints", found, key="constraint", non_empty=True)


def test_roles_are_what_they_were(shop, baseline):
    """Roles have the same attributes and memberships as before."""
    roles = """
        select rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
               rolconnlimit, rolvaliduntil, split_part(rolpassword, '$', 1) as password, setconfig as settings
          from pg_authid a left join pg_db_role_setting s on s.setrole = a.oid and s.setdatabase = 0
         where rolname not like 'pg\\_%'
    """
    members = """
        select roleid::regrole::text, member::regrole::text from pg_auth_members
         where member::regrole::text not like 'pg\\_%'
    """
    baseline.unchanged("roles", shop.records(roles), key="rolname", non_empty=True)
    baseline.unchanged("members", shop.rows(members), non_empty=True)


def test_grants_are_what_they_were(databases, baseline):
    """No role has more or fewer privileges than before."""
    # 17 added the privilege MAINTAIN, which owners have without a grant.
    grants = f"""
        select format('%s %s: %s to %s', kind, object, privilege_type,
                      coalesce(nullif(grantee, 0)::regrole::text, 'public'))
          from (select 'relation' as kind, format('%s.%s', n.nspname, c.relname) as object, (aclexplode(c.relacl)).*
                  from pg_class c join pg_namespace n on n.oid = c.relnamespace where {OURS}
                union all
                select 'schema', n.nspname, (aclexplode(n.nspacl)).* from pg_namespace n where {OURS}
                union all
                select 'new tables in', n.nspname, (aclexplode(d.defaclacl)).*
                  from pg_default_acl d join pg_namespace n on n.oid = d.defaclnamespace) granted
         where privilege_type <> 'MAINTAIN'
         order by 1
    """
    found = databases.each(lambda database: [grant for (grant,) in database.rows(grants)])
    baseline.unchanged("grants", found, non_empty=True)
