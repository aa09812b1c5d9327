/** Asks where the user's own data is: the path of a file, or the address of a database and what to read there. */
import type { Answers, Group } from "../types.ts";
import { accepts, type Given, type Listener } from "./interview.ts";
import type { Prompter } from "./prompter.ts";

/** Asks until the data can be opened. */
export async function askOrigin(group: Group, answers: Answers, prompt: Prompter, listen: Listener): Promise<Given> {
  const option = group.options.find(({ id }) => id === answers[group.id]);
  if (option?.takes === "table") return askTable(group, answers, prompt, listen);
  const locate = (path: string) => listen.origin(group, expandHome(path), answers);
  const open = async (path: string) => listen.columns(await locate(path));
  const origin = await locate(await prompt.text("Path of the data file", "", accepts(open)));
  return { answers: listen.withOrigin(group, origin, answers), origin };
}

async function askTable(group: Group, answers: Answers, prompt: Prompter, listen: Listener): Promise<Given> {
  const { [group.id]: _chosen, ...before } = answers;
  const locate = (address: string, more: Answers) => listen.origin(group, address.trim(), { ...before, ...more });
  const address = await prompt.secret(
    "Address of the database, or env:NAME",
    accepts((text) => locate(text, {})),
  );
  const said = before.table !== undefined || before.query !== undefined;
  const what = said
    ? {}
    : whatOf(
        await prompt.text(
          "Table, or FILE.sql with a query",
          "",
          accepts(async (text) => listen.columns(await locate(address, whatOf(text)))),
        ),
      );
  const origin = await locate(address, what);
  return { answers: listen.withOrigin(group, origin, { ...before, ...what }), origin };
}

const whatOf = (text: string): Answers =>
  /\.sql$/i.test(text.trim()) ? { query: expandHome(text) } : { table: text.trim() };

/** What a shell would have done with `~/`: people paste paths. */
function expandHome(path: string): string {
  const plain = path.trim().replace(/^(['"])(.*)\1$/, "$2");
  const home = process.env.HOME ?? process.env.USERPROFILE;
  return plain.startsWith("~/") && home !== undefined ? home + plain.slice(1) : plain;
}
