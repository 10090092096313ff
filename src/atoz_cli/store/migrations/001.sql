-- The first schema. Moments are UTC without zone; money has four places; codes are words of ours.
-- import_id and row_no say from which import and which record of it a row is.

CREATE TABLE meta (schema_version INTEGER NOT NULL);
INSERT INTO meta VALUES (1);

CREATE TABLE imports (
    import_id BIGINT NOT NULL,
    sha256 VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    account VARCHAR NOT NULL,
    marketplace VARCHAR,
    rows BIGINT NOT NULL,
    added BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    refused BIGINT NOT NULL
);

CREATE TABLE reports (
    account VARCHAR NOT NULL,
    marketplace VARCHAR NOT NULL,
    pull VARCHAR NOT NULL,
    day DATE,
    account_status VARCHAR,
    odr_from DATE,
    odr_to DATE,
    metrics VARCHAR NOT NULL,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE orders (
    account VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    placed_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP,
    marketplace VARCHAR,
    sales_channel VARCHAR,
    channel VARCHAR,
    status VARCHAR,
    service VARCHAR,
    ship_by TIMESTAMP,
    deliver_by TIMESTAMP,
    ship_state VARCHAR,
    ship_postal_code VARCHAR,
    ship_country VARCHAR,
    buyer_requested_cancel BOOLEAN,
    signature_recommended BOOLEAN,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE orders_versions (
    account VARCHAR NOT NULL,
    order_id VARCHAR,
    placed_at TIMESTAMP,
    updated_at TIMESTAMP,
    marketplace VARCHAR,
    sales_channel VARCHAR,
    channel VARCHAR,
    status VARCHAR,
    service VARCHAR,
    ship_by TIMESTAMP,
    deliver_by TIMESTAMP,
    ship_state VARCHAR,
    ship_postal_code VARCHAR,
    ship_country VARCHAR,
    buyer_requested_cancel BOOLEAN,
    signature_recommended BOOLEAN,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE items (
    account VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    order_item_id VARCHAR,
    updated_at TIMESTAMP,
    sku VARCHAR,
    asin VARCHAR,
    product_name VARCHAR,
    item_status VARCHAR,
    quantity INTEGER,
    amount DECIMAL(18,4),
    currency VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE items_versions (
    account VARCHAR NOT NULL,
    order_id VARCHAR,
    order_item_id VARCHAR,
    updated_at TIMESTAMP,
    sku VARCHAR,
    asin VARCHAR,
    product_name VARCHAR,
    item_status VARCHAR,
    quantity INTEGER,
    amount DECIMAL(18,4),
    currency VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE shipments (
    account VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    package_id VARCHAR,
    carrier VARCHAR,
    service VARCHAR,
    tracking_number VARCHAR,
    ship_by TIMESTAMP,
    confirmed_at TIMESTAMP,
    first_scan_at TIMESTAMP,
    deliver_by TIMESTAMP,
    delivered_at TIMESTAMP,
    delivered_to_postal_code VARCHAR,
    signed BOOLEAN,
    label VARCHAR,
    claims_protected BOOLEAN,
    returned_at TIMESTAMP,
    ship_from VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE shipments_versions (
    account VARCHAR NOT NULL,
    order_id VARCHAR,
    package_id VARCHAR,
    carrier VARCHAR,
    service VARCHAR,
    tracking_number VARCHAR,
    ship_by TIMESTAMP,
    confirmed_at TIMESTAMP,
    first_scan_at TIMESTAMP,
    deliver_by TIMESTAMP,
    delivered_at TIMESTAMP,
    delivered_to_postal_code VARCHAR,
    signed BOOLEAN,
    label VARCHAR,
    claims_protected BOOLEAN,
    returned_at TIMESTAMP,
    ship_from VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE claims (
    account VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    filed_at TIMESTAMP NOT NULL,
    claim_id VARCHAR,
    marketplace VARCHAR,
    reason VARCHAR,
    comment VARCHAR,
    amount DECIMAL(18,4),
    currency VARCHAR,
    status VARCHAR,
    respond_by TIMESTAMP,
    decided_at TIMESTAMP,
    decision VARCHAR,
    funded_by VARCHAR,
    counts_in_odr BOOLEAN,
    refunded_at TIMESTAMP,
    withdrawn_at TIMESTAMP,
    appealed_at TIMESTAMP,
    appeal_decision VARCHAR,
    appeal_decided_at TIMESTAMP,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE claims_versions (
    account VARCHAR NOT NULL,
    order_id VARCHAR,
    filed_at TIMESTAMP,
    claim_id VARCHAR,
    marketplace VARCHAR,
    reason VARCHAR,
    comment VARCHAR,
    amount DECIMAL(18,4),
    currency VARCHAR,
    status VARCHAR,
    respond_by TIMESTAMP,
    decided_at TIMESTAMP,
    decision VARCHAR,
    funded_by VARCHAR,
    counts_in_odr BOOLEAN,
    refunded_at TIMESTAMP,
    withdrawn_at TIMESTAMP,
    appealed_at TIMESTAMP,
    appeal_decision VARCHAR,
    appeal_decided_at TIMESTAMP,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE chargebacks (
    account VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    filed_at TIMESTAMP NOT NULL,
    chargeback_id VARCHAR,
    marketplace VARCHAR,
    network VARCHAR,
    reason_code VARCHAR,
    reason VARCHAR,
    amount DECIMAL(18,4),
    currency VARCHAR,
    status VARCHAR,
    respond_by TIMESTAMP,
    decided_at TIMESTAMP,
    decision VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE chargebacks_versions (
    account VARCHAR NOT NULL,
    order_id VARCHAR,
    filed_at TIMESTAMP,
    chargeback_id VARCHAR,
    marketplace VARCHAR,
    network VARCHAR,
    reason_code VARCHAR,
    reason VARCHAR,
    amount DECIMAL(18,4),
    currency VARCHAR,
    status VARCHAR,
    respond_by TIMESTAMP,
    decided_at TIMESTAMP,
    decision VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE feedback (
    account VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    left_at TIMESTAMP NOT NULL,
    rating INTEGER NOT NULL,
    comment VARCHAR,
    response VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE feedback_versions (
    account VARCHAR NOT NULL,
    order_id VARCHAR,
    left_at TIMESTAMP,
    rating INTEGER,
    comment VARCHAR,
    response VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE feedback_events (
    account VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    removed_at TIMESTAMP,
    struck_at TIMESTAMP,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE feedback_events_versions (
    account VARCHAR NOT NULL,
    order_id VARCHAR,
    removed_at TIMESTAMP,
    struck_at TIMESTAMP,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE returns (
    account VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    rma_id VARCHAR,
    requested_at TIMESTAMP,
    status VARCHAR,
    reason VARCHAR,
    sku VARCHAR,
    asin VARCHAR,
    quantity INTEGER,
    label_type VARCHAR,
    label_paid_by VARCHAR,
    carrier VARCHAR,
    tracking_number VARCHAR,
    a_to_z_claim BOOLEAN,
    in_policy BOOLEAN,
    return_type VARCHAR,
    resolution VARCHAR,
    delivered_at TIMESTAMP,
    order_amount DECIMAL(18,4),
    refunded_amount DECIMAL(18,4),
    currency VARCHAR,
    safe_t_claim_id VARCHAR,
    safe_t_state VARCHAR,
    safe_t_created_at TIMESTAMP,
    safe_t_amount DECIMAL(18,4),
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE returns_versions (
    account VARCHAR NOT NULL,
    order_id VARCHAR,
    rma_id VARCHAR,
    requested_at TIMESTAMP,
    status VARCHAR,
    reason VARCHAR,
    sku VARCHAR,
    asin VARCHAR,
    quantity INTEGER,
    label_type VARCHAR,
    label_paid_by VARCHAR,
    carrier VARCHAR,
    tracking_number VARCHAR,
    a_to_z_claim BOOLEAN,
    in_policy BOOLEAN,
    return_type VARCHAR,
    resolution VARCHAR,
    delivered_at TIMESTAMP,
    order_amount DECIMAL(18,4),
    refunded_amount DECIMAL(18,4),
    currency VARCHAR,
    safe_t_claim_id VARCHAR,
    safe_t_state VARCHAR,
    safe_t_created_at TIMESTAMP,
    safe_t_amount DECIMAL(18,4),
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE refunds (
    account VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    refunded_at TIMESTAMP NOT NULL,
    amount DECIMAL(18,4),
    currency VARCHAR,
    refunded_by VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE refunds_versions (
    account VARCHAR NOT NULL,
    order_id VARCHAR,
    refunded_at TIMESTAMP,
    amount DECIMAL(18,4),
    currency VARCHAR,
    refunded_by VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE messages (
    account VARCHAR NOT NULL,
    order_id VARCHAR NOT NULL,
    received_at TIMESTAMP NOT NULL,
    answered_at TIMESTAMP,
    topic VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);

CREATE TABLE messages_versions (
    account VARCHAR NOT NULL,
    order_id VARCHAR,
    received_at TIMESTAMP,
    answered_at TIMESTAMP,
    topic VARCHAR,
    import_id BIGINT NOT NULL,
    row_no BIGINT NOT NULL
);
