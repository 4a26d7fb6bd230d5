-- Orders of customers, as the shop takes them while it is open. Customer 1 is the checklist's own.
with placed as (
    insert into shop.orders (customer_id, region, country)
    select 1 + n, 'region 1', 'country 1' from generate_series(1, :'orders'::integer) n
    returning id
)
insert into shop.order_lines select id, 1, 1 from placed;
