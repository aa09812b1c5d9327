/** The files of a new pack: each with a line on what it is for. Pure. */
import type { Operation } from "../types.ts";

/** They pass `pack check` as they are. */
export function freshPack(name: string): Operation[] {
  const texts: Readonly<Record<string, string>> = {
    "pack.yaml": `name: ${name}
version: 0.1.0
generator: ">=0.1 <1"
description: Conventions of ${name}.

# Answers where nobody gives others; by the name of the question, as in create-ml-project --help.
defaults:
  interval: week

# Answers that nobody may give otherwise:
# locked:
#   database: { value: postgresql, because: operations backs up nothing else }

# What create-ml-project check looks for in CI:
policies:
  - id: cards
    because: somebody answers for every model
    severity: warning
    models: [card, test, owner]
`,
    "README.md": `# ${name}

A pack of conventions for create-ml-project: \`create-ml-project NAME --pack .\`

- \`project/\`: files of every project
- \`shared/\`: fragments that are merged into files of the project
- \`options/\`: questions and options of its own
- \`create-ml-project pack check .\` after each change
`,
    "project/docs/conventions.md.hbs":
      "# How we work on {{ title }}\n\nWrite down here what every project of the team holds to.\n",
  };
  return Object.entries(texts).map(([path, text]) => ({
    op: "add",
    path,
    file: { bytes: Buffer.from(text), mode: 0o644, owner: "pack new" },
  }));
}
