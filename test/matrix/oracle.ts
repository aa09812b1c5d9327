import { parseDocument } from "yaml";
import type { Answers, Json, Tree } from "../../src/types.ts";
import { data, source } from "./data.ts";
import { database } from "./databases.ts";
import {
  clean,
  exactlyWhen,
  has,
  nothingLeftOver,
  parses,
  paths,
  type Rule,
  reader,
  text,
  tomlOf,
} from "./per-file.ts";

// What a project must look like, written down a second time: these rules know nothing of packs, plans or fragments,
// only answers and files.

/** Files every project has, whatever was chosen. */
const everywhere = [
  "README.md",
  "LICENSE",
  "pyproject.toml",
  ".gitignore",
  ".env.example",
  ".ml-project/answers.yaml",
  ".ml-project/lock.json",
  ".ml-project/base.tar",
  "conf/settings.toml",
  "conf/catalog.toml",
  "src/PACKAGE/__init__.py",
  "src/PACKAGE/__main__.py",
  "src/PACKAGE/bootstrap.py",
  "src/PACKAGE/settings.py",
  "src/PACKAGE/storage/tables.py",
  "src/PACKAGE/pipelines/training/__init__.py",
  "src/PACKAGE/pipelines/scoring/__init__.py",
  "src/PACKAGE/pipelines/monitoring/__init__.py",
  "src/PACKAGE/data/DATASET/schema.yaml",
  "src/PACKAGE/data/DATASET/source.toml",
  "src/PACKAGE/models/MODEL/model.py",
  "src/PACKAGE/models/MODEL/params.toml",
  "src/PACKAGE/models/MODEL/expectations.yaml",
  "src/PACKAGE/models/MODEL/README.md",
] as const;

/** The one name a pattern finds among the paths; a project of one dataset and one model has exactly one. */
function only(tree: Tree, pattern: RegExp): string {
  const found = paths(tree).flatMap((path) => pattern.exec(path)?.[1] ?? []);
  return found.length === 1 ? String(found[0]) : `(${found.length} of ${pattern.source})`;
}

const basics: Rule = (answers, tree) =>
  everywhere
    .map((path) =>
      path
        .replace("PACKAGE", String(answers.name).replaceAll("-", "_"))
        .replace("DATASET", only(tree, /\/data\/(\w+)\/schema\.yaml$/))
        .replace("MODEL", only(tree, /\/models\/(\w+)\/model\.py$/)),
    )
    .flatMap((path) => exactlyWhen(true, tree.has(path), path));

const extras: Rule = (answers, tree) => [
  ...exactlyWhen(has(answers, "extras", "pre-commit"), tree.has(".pre-commit-config.yaml"), ".pre-commit-config.yaml"),
  ...exactlyWhen(has(answers, "extras", "agents"), tree.has("AGENTS.md"), "AGENTS.md"),
  ...exactlyWhen(
    has(answers, "extras", "systemd"),
    paths(tree).some((path) => /\/systemd\/ml-[^/]+\.timer$/.test(path)),
    "a timer unit",
  ),
];

/** A channel is a module that is found by its name, with a test of its own and its variables shown; else there is none. */
const alerts: Rule = (answers, tree) => {
  const channels = { email: "ALERT_EMAIL_TO", webhook: "ALERT_WEBHOOK_URL" };
  const sender = paths(tree).some((path) => path.endsWith("/monitoring/channels.py"));
  const chosen = Object.keys(channels).some((id) => has(answers, "alerts", id));
  const each = Object.entries(channels).flatMap(([id, variable]) => {
    const module = paths(tree).some((path) => path.endsWith(`/monitoring/alert_${id}.py`));
    return [
      ...exactlyWhen(has(answers, "alerts", id), module, `a module alert_${id}.py`),
      ...exactlyWhen(has(answers, "alerts", id), tree.has(`tests/unit/test_alert_${id}.py`), `a test of alert_${id}`),
      ...exactlyWhen(has(answers, "alerts", id), text(tree, ".env.example").includes(variable), variable),
    ];
  });
  return [...exactlyWhen(chosen, sender, "what sends by each channel"), ...each];
};

const services: Rule = (answers, tree) => {
  const workflows = paths(tree).some((path) => path.startsWith(".github/workflows/"));
  return [
    ...exactlyWhen(has(answers, "ci", "github"), workflows, "a GitHub workflow"),
    ...exactlyWhen(has(answers, "docs", "mkdocs"), tree.has("mkdocs.yml"), "mkdocs.yml"),
    ...exactlyWhen(has(answers, "docs", "mkdocs"), groups(tree).includes("docs"), "the dependency group docs"),
  ];
};

/** Help with analysis stands in folders of its own, which nothing else in the project knows. */
const olap: Rule = (answers, tree) =>
  ["star", "mirror"].flatMap((id) => {
    const found = paths(tree).some((path) => path.endsWith(`/${id}/__init__.py`));
    return exactlyWhen(has(answers, "olap", id), found, `the package of olap=${id}`);
  });

/** Each kind is known by what its model builds; only LightGBM has to be installed. */
const kind: Rule = (answers, tree) => {
  const builds = {
    linear: "LogisticRegression(",
    boosting: "HistGradientBoostingClassifier",
    lightgbm: "LGBMClassifier",
  };
  const model = paths(tree).find((path) => /\/models\/\w+\/model\.py$/.test(path)) ?? "";
  const params = (tomlOf(text(tree, model.replace("model.py", "params.toml"))).model ?? {}) as object;
  const listed = ((project(tree).dependencies ?? []) as string[]).some((line) => /^lightgbm\b/.test(line));
  return [
    ...Object.entries(builds).flatMap(([id, call]) =>
      exactlyWhen(has(answers, "kind", id), text(tree, model).includes(call), `${call} in ${model}`),
    ),
    ...exactlyWhen(has(answers, "kind", "linear"), "shrinkage" in params, "the parameter shrinkage"),
    ...exactlyWhen(has(answers, "kind", "lightgbm"), listed, "the dependency lightgbm"),
  ];
};

const roles: Rule = (answers, tree) =>
  exactlyWhen(has(answers, "olap", "roles"), tree.has("conf/roles.sql"), "roles.sql");

/** The sentence by which each licence is known, and the identifier packaging tools read. */
const licences: Readonly<Record<string, readonly [sentence: string, identifier: string]>> = {
  mit: ["Permission is hereby granted, free of charge", "MIT"],
  "apache-2.0": ["Apache License", "Apache-2.0"],
  "bsd-3-clause": ["Redistribution and use in source and binary forms", "BSD-3-Clause"],
  proprietary: ["All rights reserved", "LicenseRef-Proprietary"],
};

const licence: Rule = (answers, tree) => {
  const [sentence, identifier] = licences[String(answers.license)] ?? ["(a licence the oracle does not know)", ""];
  return [
    ...exactlyWhen(true, text(tree, "LICENSE").includes(sentence), `"${sentence}" in LICENSE`),
    ...exactlyWhen(true, project(tree).license === identifier, `license = "${identifier}" in pyproject.toml`),
  ];
};

const dependencies: Rule = (_answers, tree) => {
  const listed = (project(tree).dependencies ?? []) as string[];
  const names = listed.map((line) => /^[\w.-]+/.exec(line)?.[0] ?? line);
  return [
    ...listed
      .filter((line) => !/>=.*<|==/.test(line))
      .map((line) => `dependency "${line}" has no bound at one of its ends`),
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `dependency ${name} is listed twice`),
    ...["scikit-learn", "pandas", "sqlalchemy"].flatMap((name) => exactlyWhen(true, names.includes(name), name)),
    ...["apache-airflow", "mlflow"].flatMap((name) =>
      exactlyWhen(false, names.includes(name), `${name}, which nobody chose,`),
    ),
  ];
};

/** What each scheduler brings, and no other may; cron is also what fires Luigi, so the crontab's block is one. */
const schedulers: Readonly<Record<string, readonly string[]>> = {
  luigi: ["conf/luigi.cfg", "src/PACKAGE/luigi/tasks.py", "tests/integration/test_luigi.py"],
  airflow: [
    "orchestration/airflow/pyproject.toml",
    "orchestration/airflow/airflow.toml",
    "orchestration/airflow/dags/project.py",
    "src/PACKAGE/airflow/__init__.py",
    "tests/integration/test_airflow.py",
    "docs/airflow.md",
  ],
};

const scheduler: Rule = (answers, tree) => {
  const name = String(answers.name).replaceAll("-", "_");
  const listed = ((project(tree).dependencies ?? []) as string[]).some((line) => /^luigi\b/.test(line));
  const modules = paths(tree).filter((path) => path.startsWith(`src/${name}/scheduling/`));
  const crontab = modules.filter((path) => text(tree, path).includes("# begin {marked(folder)}"));
  const block = has(answers, "scheduler", "luigi") ? "crontab" : has(answers, "scheduler", "cron") ? "scheduler" : null;
  return [
    ...exactlyWhen(true, tree.has(`src/${name}/scheduling/scheduler.py`), "scheduling/scheduler.py"),
    ...exactlyWhen(has(answers, "scheduler", "luigi"), listed, "the dependency luigi"),
    ...["src/PACKAGE/steps/__init__.py", "tests/integration/test_steps.py"]
      .map((path) => path.replace("PACKAGE", name))
      .flatMap((path) =>
        exactlyWhen(has(answers, "scheduler", "luigi") || has(answers, "scheduler", "airflow"), tree.has(path), path),
      ),
    ...Object.entries(schedulers).flatMap(([id, files]) =>
      files
        .map((path) => path.replace("PACKAGE", name))
        .flatMap((path) => exactlyWhen(has(answers, "scheduler", id), tree.has(path), path)),
    ),
    ...exactlyWhen(
      true,
      crontab.join() === (block === null ? "" : `src/${name}/scheduling/${block}.py`),
      `the crontab's block once (found: ${crontab})`,
    ),
  ];
};

const placed: Rule = (_answers, tree) =>
  [...tree].flatMap(([path, { mode }]) => [
    ...exactlyWhen(true, mode === 0o644 || mode === 0o755, `a plain mode of ${path} (${mode.toString(8)})`),
    ...exactlyWhen(false, /(^|\/)\.\.?(\/|$)|^\/|\\/.test(path), `an unclean path (${path})`),
  ]);

/** The profile is long and the same for thousands of combinations: read once. */
const faultsOf = reader((content) => parseDocument(content).errors.map(({ message }) => message));

const answersComeBack: Rule = (answers, tree) => {
  const content = text(tree, ".ml-project/answers.yaml");
  const [profile = ""] = /^profile:\n(?:[ -].*\n)*/m.exec(content) ?? [];
  const document = parseDocument(content.replace(profile, ""));
  const stored = document.toJS() as Record<string, Json>;
  const groups = ["data", "scheduler", "database", "license", "alerts", "ci", "docs", "extras", "olap", "kind"];
  return [
    ...[...faultsOf(profile), ...document.errors.map(({ message }) => message)].map((told) => `answers.yaml: ${told}`),
    ...Object.keys(answers)
      .filter((key) => key === "name" || groups.includes(key))
      .filter((key) => JSON.stringify(stored[key]) !== JSON.stringify(answers[key]))
      .map((key) => `.ml-project/answers.yaml has ${key} = ${JSON.stringify(stored[key])}`),
  ];
};

const rules: readonly Rule[] = [
  basics,
  extras,
  alerts,
  services,
  olap,
  kind,
  roles,
  licence,
  data,
  source,
  dependencies,
  scheduler,
  database,
  parses,
  nothingLeftOver,
  clean,
  placed,
  answersComeBack,
];

/** What can't be had together, as a person would be told. */
export function refused(answers: Answers): boolean {
  const noUsers = ["sqlite", "duckdb"].some((id) => has(answers, "database", id));
  return noUsers && has(answers, "olap", "roles");
}

/** Everything that is wrong with a tree for these answers; empty when it is right. */
export function judge(answers: Answers, tree: Tree): string[] {
  return rules.flatMap((rule) => rule(answers, tree));
}

/** How much a person gets at once; the default project must stay small enough to read. */
export function size(tree: Tree): { readonly files: number; readonly python: readonly string[] } {
  const python = paths(tree).filter((path) => path.endsWith(".py"));
  return { files: tree.size, python: python.map((path) => text(tree, path)) };
}

function project(tree: Tree): Record<string, unknown> {
  return (tomlOf(text(tree, "pyproject.toml")).project ?? {}) as Record<string, unknown>;
}

function groups(tree: Tree): string[] {
  return Object.keys((tomlOf(text(tree, "pyproject.toml"))["dependency-groups"] ?? {}) as object);
}
