-- Packages and returns know more; new are what Amazon's mails say, what it booked, and the orders that it lists.

ALTER TABLE shipments ADD COLUMN shipped_at TIMESTAMP;
ALTER TABLE shipments_versions ADD COLUMN shipped_at TIMESTAMP;
ALTER TABLE returns ADD COLUMN disposition VARCHAR;
ALTER TABLE returns ADD COLUMN comment VARCHAR;
ALTER TABLE returns_versions ADD COLUMN disposition VARCHAR;
ALTER TABLE returns_versions ADD COLUMN comment VARCHAR;

CREATE TABLE claim_mails (
    account VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    noticed_at TIMESTAMP NOT NULL,
    about VARCHAR NOT NULL,
    event VARCHAR NOT NULL,
    marketplace VARCHAR,
    amount DECIMAL(18,4),
    currency VARCHAR,
    reason VARCHAR,
    respond_by TIMESTAMP,
    decision VARCHAR,
    funded_by VARCHAR,
    counts_in_odr BOOLEAN,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE claim_mails_versions (
    account VARCHAR NOT NULL,
    order_id VARCHAR,
    noticed_at TIMESTAMP,
    about VARCHAR,
    event VARCHAR,
    marketplace VARCHAR,
    amount DECIMAL(18,4),
    currency VARCHAR,
    reason VARCHAR,
    respond_by TIMESTAMP,
    decision VARCHAR,
    funded_by VARCHAR,
    counts_in_odr BOOLEAN,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE money (
    account VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    posted_at TIMESTAMP NOT NULL,
    kind VARCHAR NOT NULL,
    about VARCHAR,
    book VARCHAR,
    settlement_id VARCHAR,
    adjustment_id VARCHAR,
    channel VARCHAR,
    amount DECIMAL(18,4),
    net DECIMAL(18,4),
    currency VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE money_versions (
    account VARCHAR NOT NULL,
    order_id VARCHAR,
    posted_at TIMESTAMP,
    kind VARCHAR,
    about VARCHAR,
    book VARCHAR,
    settlement_id VARCHAR,
    adjustment_id VARCHAR,
    channel VARCHAR,
    amount DECIMAL(18,4),
    net DECIMAL(18,4),
    currency VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE health_orders (
    account VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    metric VARCHAR NOT NULL,
    placed_at TIMESTAMP,
    tracking_number VARCHAR,
    negative_feedback BOOLEAN,
    a_to_z_claim BOOLEAN,
    chargeback BOOLEAN,
    valid_tracking BOOLEAN,
    late BOOLEAN,
    counts BOOLEAN,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE health_orders_versions (
    account VARCHAR NOT NULL,
    order_id VARCHAR,
    metric VARCHAR,
    placed_at TIMESTAMP,
    tracking_number VARCHAR,
    negative_feedback BOOLEAN,
    a_to_z_claim BOOLEAN,
    chargeback BOOLEAN,
    valid_tracking BOOLEAN,
    late BOOLEAN,
    counts BOOLEAN,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);
