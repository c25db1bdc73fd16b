-- Instants are Unix milliseconds, days are days since 1970-01-01, codes of enums stand in storage::codes.
-- What a sender wrote is in no index; its SHA-256 is. High-volume tables carry domain_id in every key; 0 is no domain.

-- Tenants and people

CREATE TABLE workspaces (
    id {auto_id},
    name TEXT NOT NULL UNIQUE,
    created BIGINT NOT NULL
);

INSERT INTO workspaces (name, created) VALUES ('default', 0);

CREATE TABLE users (
    id {auto_id},
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE members (
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    role SMALLINT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);

CREATE INDEX members_user ON members (user_id);

CREATE TABLE sessions (
    id_hash {bytes} NOT NULL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id),
    created BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    ip TEXT NOT NULL,
    agent TEXT NOT NULL
);

CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE setup_codes (
    hash {bytes} NOT NULL PRIMARY KEY,
    created BIGINT NOT NULL
);

-- Domains

CREATE TABLE domains (
    id {auto_id},
    workspace_id BIGINT NOT NULL REFERENCES workspaces (id),
    name TEXT NOT NULL,
    created BIGINT NOT NULL,
    UNIQUE (workspace_id, name)
);

CREATE INDEX domains_workspace ON domains (workspace_id, id);

-- `retired` is the instant from which an address is no longer valid.
CREATE TABLE addresses (
    address TEXT NOT NULL PRIMARY KEY,
    domain_id BIGINT NOT NULL,
    created BIGINT NOT NULL,
    retired BIGINT
);

CREATE INDEX addresses_domain ON addresses (domain_id);

-- The MX hosts a domain had, and when each was last seen.
CREATE TABLE domain_mx (
    domain_id BIGINT NOT NULL,
    mx_host TEXT NOT NULL,
    seen BIGINT NOT NULL,
    PRIMARY KEY (domain_id, mx_host)
) {clustered};

-- What arrived

{id_sequence};

-- `id` is that of the delivery that brought the bytes first; later equal ones share them.
CREATE TABLE bodies (
    id {row_id},
    domain_id BIGINT NOT NULL,
    hash {bytes} NOT NULL,
    readable BOOLEAN NOT NULL,
    received_day INTEGER NOT NULL,
    bytes {bytes} NOT NULL{row_key}
);

CREATE INDEX bodies_unreadable ON bodies (domain_id, hash) WHERE NOT readable;
CREATE INDEX bodies_received ON bodies (received_day);

CREATE TABLE deliveries (
    id {row_id},
    domain_id BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    body_id BIGINT NOT NULL,
    received BIGINT NOT NULL,
    channel SMALLINT NOT NULL,
    remote TEXT,
    outcome SMALLINT NOT NULL,
    reason TEXT NOT NULL,
    size BIGINT NOT NULL{row_key}
);

CREATE INDEX deliveries_workspace ON deliveries (workspace_id, id);
-- Nearly all deliveries are counted (outcome 1); the index finds the few others.
CREATE INDEX deliveries_uncounted ON deliveries (workspace_id, outcome, id) WHERE outcome <> 1;
CREATE INDEX deliveries_domain ON deliveries (domain_id, id);

CREATE TABLE delivery_reports (
    domain_id BIGINT NOT NULL,
    delivery_id BIGINT NOT NULL,
    report_id BIGINT NOT NULL,
    PRIMARY KEY ({domain_key}delivery_id, report_id)
) {clustered};

-- What it said

-- `domain_id` is 0 while quarantined. `content_key` is unique per domain except among discarded rows (state 4);
-- `identity_hash` is unique among counted rows (state 0). `day` is the UTC day of the start, or of the arrival where the
-- period cannot be believed (state 5).
CREATE TABLE reports (
    id {row_id},
    domain_id BIGINT NOT NULL,
    workspace_id BIGINT NOT NULL,
    delivery_id BIGINT NOT NULL,
    document_hash {bytes} NOT NULL,
    content_key {bytes} NOT NULL,
    identity_hash {bytes} NOT NULL,
    reporter_id BIGINT NOT NULL,
    trust SMALLINT NOT NULL,
    signer TEXT,
    state SMALLINT NOT NULL,
    claimed_name TEXT,
    day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    start_at BIGINT,
    end_at BIGINT,
    received BIGINT NOT NULL,
    arrivals BIGINT NOT NULL,
    sessions BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    organization_name TEXT,
    contact_info TEXT,
    report_id TEXT,
    notes TEXT,
    note_count INTEGER NOT NULL,
    has_details BOOLEAN NOT NULL{row_key}
);

CREATE UNIQUE INDEX reports_content ON reports (domain_id, content_key) WHERE state <> 4;
CREATE UNIQUE INDEX reports_identity ON reports (domain_id, identity_hash) WHERE state = 0;
CREATE INDEX reports_uncounted ON reports (domain_id, identity_hash) WHERE state <> 0;
CREATE INDEX reports_quarantined ON reports (workspace_id, id) WHERE state = 3;
CREATE INDEX reports_day ON reports (domain_id, day, id);
CREATE INDEX reports_failing ON reports (domain_id, day, id) WHERE failed > 0;

{id_lookups};

CREATE TABLE policies (
    domain_id BIGINT NOT NULL,
    report_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    policy_type SMALLINT NOT NULL,
    policy_type_text TEXT,
    policy_label BIGINT NOT NULL,
    mode SMALLINT NOT NULL,
    policy_domain TEXT,
    mx_entry BOOLEAN NOT NULL,
    policy_string TEXT NOT NULL,
    mx_host TEXT NOT NULL,
    successful BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    PRIMARY KEY ({domain_key}report_id, position)
) {clustered};

CREATE TABLE failures (
    domain_id BIGINT NOT NULL,
    report_id BIGINT NOT NULL,
    policy INTEGER NOT NULL,
    position INTEGER NOT NULL,
    received_day INTEGER NOT NULL,
    result_type SMALLINT NOT NULL,
    result_type_text TEXT,
    result_label BIGINT NOT NULL,
    mx_label BIGINT NOT NULL,
    impact SMALLINT NOT NULL,
    failed BIGINT NOT NULL,
    sending_mta_ip TEXT,
    receiving_mx_hostname TEXT,
    receiving_mx_helo TEXT,
    receiving_ip TEXT,
    additional_information TEXT,
    failure_reason_code TEXT,
    PRIMARY KEY ({domain_key}report_id, policy, position)
) {clustered};

CREATE INDEX failures_received ON failures (received_day);

CREATE TABLE reporters (
    id BIGINT NOT NULL PRIMARY KEY,
    workspace_id BIGINT NOT NULL,
    domain_id BIGINT NOT NULL,
    created_day INTEGER NOT NULL,
    key_hash {bytes} NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (workspace_id, key_hash)
) {clustered};

CREATE INDEX reporters_created ON reporters (workspace_id, domain_id, created_day);

-- Roll-ups: always the sum of contributions of counted reports

CREATE TABLE labels (
    id BIGINT NOT NULL PRIMARY KEY,
    domain_id BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    created_day INTEGER NOT NULL,
    hash {bytes} NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (domain_id, kind, hash)
) {clustered};

CREATE INDEX labels_created ON labels (domain_id, kind, created_day);

CREATE TABLE daily_domain (
    domain_id BIGINT NOT NULL,
    day INTEGER NOT NULL,
    reports BIGINT NOT NULL,
    sessions BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    PRIMARY KEY (domain_id, day)
) {clustered};

-- `covering` counts the reports whose period covers the day, `failing` those of them with failures; the rest counts a
-- report on its first day only.
CREATE TABLE daily_reporter (
    domain_id BIGINT NOT NULL,
    day INTEGER NOT NULL,
    reporter_id BIGINT NOT NULL,
    trust SMALLINT NOT NULL,
    covering BIGINT NOT NULL,
    failing BIGINT NOT NULL,
    reports BIGINT NOT NULL,
    sessions BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    PRIMARY KEY (domain_id, day, reporter_id, trust)
) {clustered};

CREATE TABLE daily_policy (
    domain_id BIGINT NOT NULL,
    day INTEGER NOT NULL,
    policy_type SMALLINT NOT NULL,
    policy_label BIGINT NOT NULL,
    mode SMALLINT NOT NULL,
    reports BIGINT NOT NULL,
    sessions BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    PRIMARY KEY (domain_id, day, policy_type, policy_label, mode)
) {clustered};

CREATE TABLE daily_failure (
    domain_id BIGINT NOT NULL,
    day INTEGER NOT NULL,
    result_type SMALLINT NOT NULL,
    result_label BIGINT NOT NULL,
    mx_label BIGINT NOT NULL,
    impact SMALLINT NOT NULL,
    reporter_id BIGINT NOT NULL,
    reports BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    PRIMARY KEY (domain_id, day, result_type, result_label, mx_label, impact, reporter_id)
) {clustered};

-- All time. `mode` is that of the latest day that had one, `last_report` the latest arrival of a counted report.
CREATE TABLE domain_summary (
    domain_id BIGINT NOT NULL PRIMARY KEY,
    reports BIGINT NOT NULL,
    sessions BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    last_report BIGINT,
    mode SMALLINT NOT NULL,
    mode_day INTEGER NOT NULL
) {clustered};
