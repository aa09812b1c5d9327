import { exactlyWhen, has, paths, type Rule, text, tomlOf } from "./per-file.ts";

/** The sample's data is emitted with the sample only; a person's own data never is. */
export const data: Rule = (answers, tree) => {
  const emitted = paths(tree).filter((path) => path.startsWith("data/"));
  return has(answers, "data", "weather")
    ? exactlyWhen(
        true,
        emitted.join() === "data/sample/weather.csv",
        `data/sample/weather.csv alone (found: ${emitted})`,
      )
    : emitted.map((path) => `${path} is data of the user and must not be emitted`);
};

/** Where rows come from: a table is named with the variable of its address, and no address is anywhere. */
export const source: Rule = (answers, tree) => {
  const file = paths(tree).find((path) => /\/data\/\w+\/source\.toml$/.test(path)) ?? "";
  const { kind, table, query, url } = tomlOf(text(tree, file)) as Record<string, string | undefined>;
  const { source: from } = (answers.profile ?? {}) as { source?: { table: string | null; url: string | null } };
  const queries = paths(tree).filter((path) => path.endsWith(".sql") && path.includes("/data/"));
  return [
    ...exactlyWhen(has(answers, "data", "table"), kind === "table", `kind = "table" in ${file}`),
    ...exactlyWhen(from !== undefined, url !== undefined, `url in ${file}`),
    ...(from ? exactlyWhen(true, table === (from.table ?? undefined), `the table in ${file}`) : []),
    ...exactlyWhen(from !== undefined && from.table === null, queries.length === 1 && query !== undefined, "query.sql"),
    ...(url === undefined
      ? []
      : exactlyWhen(true, text(tree, ".env.example").includes(`${url}=`), `${url} in .env.example`)),
  ];
};
