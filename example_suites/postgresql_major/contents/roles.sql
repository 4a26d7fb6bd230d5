-- The roles of the shop. Passwords come from the environment, so that they stand in no process list.
\getenv app_password SHOP_APP_PASSWORD
create role shop_owner nologin;
create role shop_app login password :'app_password' connection limit 20;
create role shop_report nologin;
create role shop_analyst login in role shop_report;
alter role shop_report set statement_timeout = '30s';
