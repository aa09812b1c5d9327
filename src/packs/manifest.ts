import { anything, flag, integer, list, object, oneOf, oneOrMore, record, type Schema, text } from "./shape.ts";

/** What a folder name, an option id and a flag value may be. */
export const ID = { source: "[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*", says: "small letters, digits, points and dashes" };
const OPTION = { source: `${ID.source}/${ID.source}`, says: "the group, a slash and the option's id" };
const QUESTION = { source: "[a-z][a-z0-9_]*", says: "small letters, digits and underscores" };
const VARIABLE = { source: "[A-Z][A-Z0-9_]*", says: "the name in capitals, as in DATABASE_URL" };
/** No control and no direction characters in what a terminal shows. */
const SHOWN = {
  source: "[^\\p{Cc}\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]*",
  says: "one line without control characters",
};

const line = text(SHOWN);

const choice = object({ value: text(ID), label: line }, { hint: line });

const question = object(
  {
    id: text(QUESTION),
    type: oneOf("text", "choice", "interval", "column", "name"),
    message: line,
    help: line,
    order: integer,
  },
  { placeholder: line, default: line, choices: list(choice), ask: flag },
);

const turn = object({ from: line, to: line }, {});

/** What happened to files and questions between two versions, so that an update knows the old ones again. */
const migration = object(
  { to: text({ source: "\\d+\\.\\d+\\.\\d+", says: "a version, as in 1.2.0" }), because: line },
  {
    move: list(turn),
    replace: list(object({ in: line, from: line, to: line }, {})),
    rename: list(object({ from: text(ID), to: text(ID) }, {})),
    set: list(object({ key: text(ID), value: anything }, {})),
    change: list(object({ key: text(ID), from: anything, to: anything }, {})),
  },
);

/** A file of a pack below that is left out, or an answer that nobody may choose otherwise, each with the reason. */
const dropped = object({ path: line, because: line }, {});
const locked = object({ value: anything, because: line }, {});

const found = object({ in: line, pattern: line }, {});
/** What a project has to hold to; each key is a rule, and a policy may have several. */
const policy = object(
  { id: text(ID), because: line },
  {
    severity: oneOf("error", "warning"),
    files: list(line),
    without: list(line),
    unedited: list(line),
    dependencies: list(line),
    banned: list(line),
    versions: record(line),
    python: line,
    options: record(oneOrMore(text(ID))),
    patterns: list(found),
    models: list(oneOf("card", "test", "owner")),
  },
);

export const packManifest = object(
  {
    name: text({ source: "[a-z][a-z0-9]*(?:-[a-z0-9]+)*", says: "small letters, digits and dashes" }),
    version: text({ source: "\\d+\\.\\d+\\.\\d+(?:-[0-9A-Za-z.-]+)?", says: "a version, as in 1.2.0" }),
    generator: text({
      source: "(?:>=|<=|>|<|=)?\\d+(?:\\.\\d+){0,2}(?: (?:>=|<=|>|<|=)?\\d+(?:\\.\\d+){0,2})*",
      says: 'a range, as in ">=0.1 <1"',
    }),
    description: line,
  },
  {
    adds: record(line),
    questions: list(question),
    mount: object({}, { paths: list(turn), texts: list(turn) }),
    migrations: list(migration),
    extends: oneOrMore(line),
    defaults: record(anything),
    locked: record(locked),
    drops: list(dropped),
    policies: list(policy),
  },
);

export const groupManifest = object(
  { kind: oneOf("one", "many"), message: line, help: line, order: integer },
  { default: oneOrMore(text(ID)), ask: flag, of: text(ID) },
);

const relation = object({ option: text(OPTION), because: line }, {});
const variable = object({ name: text(VARIABLE), example: line, why: line }, {});
/** How an existing repository shows that it uses this: requirements by name, modules imported, file names as expressions. */
const signs = object({}, { requirements: list(line), imports: list(line), files: list(line) });
const use = object({ part: text(ID), name: text() }, {});

export const optionManifest = object(
  { label: line, hint: line },
  {
    env: list(variable),
    requires: list(relation),
    conflicts: list(relation),
    nextSteps: list(line),
    takes: oneOf("file", "table"),
    sets: record(anything),
    parts: list(use),
    signs,
    atRoot: flag,
  },
);

/** `source/source.yaml` of a database: how a table of it is read when a project is made. */
export const sourceManifest = object(
  {
    schemes: list(text({ source: "[a-z][a-z0-9]*", says: "the word before ://, in small letters" })),
    module: text({ source: "[a-z_][a-z0-9_.]*", says: "the name of a Python module" }),
    connect: oneOf("url", "parts", "file"),
    quote: line,
    tables: line,
    example: line,
  },
  {
    requires: list(line),
    database: line,
    port: integer,
    options: record(anything),
    cursor: record(anything),
    begin: list(line),
  },
);

/** All manifests, each under its name. */
export function manifestSchema(): Schema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Manifests of a create-ml-project pack",
    description:
      "pack.yaml, options/<group>/group.yaml, options/<group>/<id>/option.yaml and its source/source.yaml; each under definitions.",
    definitions: {
      pack: packManifest.schema,
      group: groupManifest.schema,
      option: optionManifest.schema,
      source: sourceManifest.schema,
    },
  };
}
