-- What reads changes from here. pg_upgrade carries no slot over from a release before 17, and dump and restore never does.
select pg_create_logical_replication_slot('warehouse', 'pgoutput');
select pg_create_physical_replication_slot('standby');
