-- The module's first tables, as its migrations make them; a later one is a file of migrations/versions/.
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 0001

CREATE TABLE run (
    run_id VARCHAR(64) NOT NULL,
    pipeline VARCHAR(64) NOT NULL,
    model VARCHAR(64) NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    slot TIMESTAMP WITH TIME ZONE NOT NULL,
    trigger VARCHAR(64) NOT NULL,
    status VARCHAR(64) NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    error TEXT,
    PRIMARY KEY (run_id)
);

CREATE TABLE step (
    run_id VARCHAR(64) NOT NULL,
    name VARCHAR(64) NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (run_id, name),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE model_version (
    model VARCHAR(64) NOT NULL,
    version INTEGER NOT NULL,
    kind VARCHAR(64) NOT NULL,
    artifact TEXT NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    run_id VARCHAR(64) NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    trained_rows INTEGER NOT NULL,
    facts JSON NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (model, version),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE champion (
    model VARCHAR(64) NOT NULL,
    number INTEGER NOT NULL,
    version INTEGER NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    run_id VARCHAR(64),
    PRIMARY KEY (model, number),
    FOREIGN KEY(model, version) REFERENCES model_version (model, version),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE prediction (
    model VARCHAR(64) NOT NULL,
    version INTEGER NOT NULL,
    entity VARCHAR(255) NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    label VARCHAR(255),
    value FLOAT,
    score FLOAT NOT NULL,
    run_id VARCHAR(64) NOT NULL,
    predicted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (model, version, entity, as_of),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE outcome (
    model VARCHAR(64) NOT NULL,
    entity VARCHAR(255) NOT NULL,
    as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    label VARCHAR(255),
    value FLOAT,
    run_id VARCHAR(64),
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (model, entity, as_of),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE metric (
    run_id VARCHAR(64) NOT NULL,
    model VARCHAR(64) NOT NULL,
    version INTEGER NOT NULL,
    slice VARCHAR(255) NOT NULL,
    name VARCHAR(64) NOT NULL,
    value FLOAT,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (run_id, model, version, slice, name),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE quarantine (
    dataset VARCHAR(64) NOT NULL,
    part VARCHAR(255) NOT NULL,
    row_number INTEGER NOT NULL,
    reason TEXT NOT NULL,
    content TEXT NOT NULL,
    run_id VARCHAR(64),
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (dataset, part, row_number),
    FOREIGN KEY(run_id) REFERENCES run (run_id)
);

CREATE TABLE alert (
    alert_id VARCHAR(64) NOT NULL,
    kind VARCHAR(64) NOT NULL,
    subject VARCHAR(64) NOT NULL,
    message TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
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
