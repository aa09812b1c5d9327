-- Who may do what. The owner of the tables runs this once, and again whenever it likes:
--   psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f conf/roles.sql
-- Then people and jobs get users of their own, for instance:
--   CREATE USER nightly PASSWORD '…' IN ROLE sample_project_writer;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sample_project_writer') THEN
    CREATE ROLE sample_project_writer NOLOGIN;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sample_project_reader') THEN
    CREATE ROLE sample_project_reader NOLOGIN;
  END IF;
END $$;

GRANT USAGE ON SCHEMA public TO sample_project_writer, sample_project_reader;
-- Only its owner may refresh a view that keeps its rows: those there are go to the writer, too.
GRANT CREATE ON SCHEMA public TO sample_project_writer;

DO $$
DECLARE
  kept text;
BEGIN
  FOR kept IN SELECT matviewname FROM pg_matviews WHERE schemaname = 'public' LOOP
    EXECUTE format('ALTER MATERIALIZED VIEW public.%I OWNER TO sample_project_writer', kept);
  END LOOP;
END $$;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO sample_project_writer, sample_project_reader;
GRANT INSERT ON ALL TABLES IN SCHEMA public TO sample_project_writer;
REVOKE INSERT ON alembic_version FROM sample_project_writer;
-- Everything else is only ever added to.
GRANT UPDATE ON run, alert TO sample_project_writer;

-- The same for tables and views that come later, from the owner or from the writer.
ALTER DEFAULT PRIVILEGES IN SCHEMA public
  GRANT SELECT ON TABLES TO sample_project_writer, sample_project_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT INSERT ON TABLES TO sample_project_writer;
