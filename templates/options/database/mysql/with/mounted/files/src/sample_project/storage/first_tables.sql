-- The module's first tables, as its migrations make them; a later one is a file of migrations/versions/.
CREATE TABLE alembic_version (
    version_num VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 0001

CREATE TABLE run (
    run_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    pipeline VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    model VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    as_of DATETIME(6) NOT NULL,
    slot DATETIME(6) NOT NULL,
    `trigger` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    status VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    started_at DATETIME(6) NOT NULL,
    finished_at DATETIME(6),
    error MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin,
    PRIMARY KEY (run_id)
);

CREATE TABLE step (
    run_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    finished_at DATETIME(6) NOT NULL,
    PRIMARY KEY (run_id, name),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE model_version (
    model VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    version INTEGER NOT NULL,
    kind VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    artifact MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    sha256 VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    run_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    as_of DATETIME(6) NOT NULL,
    trained_rows INTEGER NOT NULL,
    facts JSON NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (model, version),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE champion (
    model VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    number INTEGER NOT NULL,
    version INTEGER NOT NULL,
    since DATETIME(6) NOT NULL,
    reason MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    run_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin,
    PRIMARY KEY (model, number),
    FOREIGN KEY(model, version) REFERENCES model_version (model, version),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE prediction (
    model VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    version INTEGER NOT NULL,
    entity VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    as_of DATETIME(6) NOT NULL,
    label VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin,
    value DOUBLE,
    score DOUBLE NOT NULL,
    run_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    predicted_at DATETIME(6) NOT NULL,
    PRIMARY KEY (model, version, entity, as_of),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE outcome (
    model VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    entity VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    as_of DATETIME(6) NOT NULL,
    label VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin,
    value DOUBLE,
    run_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin,
    recorded_at DATETIME(6) NOT NULL,
    PRIMARY KEY (model, entity, as_of),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE metric (
    run_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    model VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    version INTEGER NOT NULL,
    slice VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    value DOUBLE,
    recorded_at DATETIME(6) NOT NULL,
    PRIMARY KEY (run_id, model, version, slice, name),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE quarantine (
    dataset VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    part VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    `row_number` INTEGER NOT NULL,
    reason MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    content MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    run_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin,
    recorded_at DATETIME(6) NOT NULL,
    PRIMARY KEY (dataset, part, `row_number`),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE alert (
    alert_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    kind VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    subject VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    message MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin NOT NULL,
    opened_at DATETIME(6) NOT NULL,
    closed_at DATETIME(6),
    PRIMARY KEY (alert_id)
);

CREATE VIEW current_prediction AS
SELECT model, version, entity, as_of, label, value, score, run_id, predicted_at
FROM (
    SELECT prediction.*, ROW_NUMBER() OVER (
        PARTITION BY model, entity, as_of ORDER BY predicted_at DESC, version DESC
    ) AS newest
    FROM prediction
) AS ranked
WHERE newest = 1;

INSERT INTO alembic_version (version_num) VALUES ('0001');
