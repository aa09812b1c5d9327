-- Who may do what. The owner of the tables runs this once, and again whenever it likes:
--   mysql --host HOST --user OWNER --password DATABASE < conf/roles.sql
-- Then people and jobs get users of their own, for instance:
--   CREATE USER nightly IDENTIFIED BY '…'; GRANT sample_project_writer TO nightly;
--   SET DEFAULT ROLE sample_project_writer FOR nightly;  -- MySQL: … TO nightly

CREATE ROLE IF NOT EXISTS sample_project_writer, sample_project_reader;

GRANT SELECT ON * TO sample_project_reader;
GRANT SELECT, INSERT, CREATE TEMPORARY TABLES, CREATE VIEW ON * TO sample_project_writer;
-- Everything else is only ever added to.
GRANT UPDATE ON run TO sample_project_writer;
GRANT UPDATE ON alert TO sample_project_writer;
