-- A small shop with what makes a major upgrade interesting: extensions, a generated column, identity columns and
-- sequences, large objects, extended statistics, a materialized view, grants, a publication.
create extension hstore;
create extension pg_trgm;
create extension pg_stat_statements;
create extension amcheck;

create schema shop authorization shop_owner;
set role shop_owner;
set search_path = shop, public;

create table customers (
    id bigint generated always as identity primary key,
    name text not null,
    email text not null unique
);

create table products (
    id bigint generated always as identity primary key,
    name text not null,
    attributes hstore not null default '',
    price numeric(10, 2) not null check (price > 0),
    price_with_tax numeric(10, 2) generated always as (round(price * 1.2, 2)) stored
);
create index products_by_name on products using gin (name gin_trgm_ops);
create index products_by_attributes on products using gist (attributes);

create table orders (
    id bigint generated always as identity primary key,
    customer_id bigint not null references customers,
    placed_at timestamptz not null default now(),
    status text not null default 'open' check (status in ('open', 'paid', 'shipped')),
    region text not null,
    country text not null
);
create index orders_by_customer on orders (customer_id, placed_at desc);
create index orders_that_are_open on orders (placed_at) where status = 'open';
-- A country lies in one region: without this, the planner takes the two for independent.
create statistics orders_by_place (dependencies) on region, country from orders;

create table order_lines (
    order_id bigint not null references orders on delete cascade,
    product_id bigint not null references products,
    quantity integer not null check (quantity > 0),
    primary key (order_id, product_id)
);

create table price_history (
    product_id bigint not null references products,
    price numeric(10, 2) not null,
    valid_from date not null,
    primary key (product_id, valid_from)
);

create table documents (
    id bigint generated always as identity primary key,
    title text not null,
    scan oid not null
);

create sequence invoice_numbers start 100000;

create function order_total(of_order bigint) returns numeric language sql stable as $$
    select sum(l.quantity * p.price_with_tax)
      from shop.order_lines l join shop.products p on p.id = l.product_id
     where l.order_id = of_order
$$;

insert into customers (name, email) select 'Customer ' || n, 'customer-' || n || '@example.com' from generate_series(1, 2000) n;
insert into products (name, attributes, price)
    select (array['Lamp', 'Chair', 'Table', 'Shelf', 'Rug'])[1 + n % 5] || ' ' || n,
           hstore('colour', (array['red', 'green', 'blue'])[1 + n % 3]) || hstore('weight', (n % 40)::text),
           5 + n % 300
      from generate_series(1, 500) n;
insert into orders (customer_id, placed_at, status, region, country)
    select 1 + (n * 7919) % 2000, timestamptz '2026-01-01' + n * interval '10 minutes',
           case when n > 19900 then 'open' when n % 2 = 0 then 'paid' else 'shipped' end,
           'region ' || n % 5, 'country ' || n % 25
      from generate_series(1, 20000) n;
insert into order_lines
    select n, 1 + (n * k * 31) % 500, k from generate_series(1, 20000) n, generate_series(1, 2) k on conflict do nothing;
insert into price_history
    select p.id, p.price - k, date '2026-01-01' - k * 30 from products p, generate_series(1, 3) k;
insert into documents (title, scan)
    select 'Invoice ' || n, lo_from_bytea(0, convert_to(repeat('page of invoice ' || n || '; ', 400), 'UTF8'))
      from generate_series(1, 20) n;
select setval('invoice_numbers', 119999);

create materialized view revenue_by_day as
    select o.placed_at::date as day, sum(l.quantity * p.price) as revenue
      from orders o join order_lines l on l.order_id = o.id join products p on p.id = l.product_id
     group by 1;
create unique index revenue_by_day_of_day on revenue_by_day (day);

grant usage on schema shop to shop_app, shop_report;
grant select on all tables in schema shop to shop_report;
grant select, insert, update on orders, order_lines to shop_app;
grant select on customers, products to shop_app;
grant usage on sequence invoice_numbers to shop_app;
alter default privileges in schema shop grant select on tables to shop_report;
reset role;

create publication warehouse for table shop.orders, shop.order_lines;
alter database shop set work_mem = '16MB';
vacuum analyze;
