-- Amazon judges tracking by product category, which its download of Account Health tells.

ALTER TABLE health_orders ADD COLUMN category VARCHAR;
ALTER TABLE health_orders_versions ADD COLUMN category VARCHAR;
