import { packFromFiles } from "../../src/packs/load.ts";
import type { FileEntry, Pack } from "../../src/types.ts";

/** Text files as the files of a pack or folder. */
export function filesOf(texts: Readonly<Record<string, string>>): ReadonlyMap<string, FileEntry> {
  const encoder = new TextEncoder();
  return new Map(Object.entries(texts).map(([path, text]) => [path, { bytes: encoder.encode(text), mode: 0o644 }]));
}

const MANIFEST = `name: small
version: 1.0.0
generator: ">=0.1 <1"
description: A pack for tests.
questions:
  - { id: name, type: name, message: Name, help: The name., order: 0 }
  - { id: problem, type: text, message: Problem, help: The problem., default: "", order: 1 }
  - { id: target, type: column, message: Target, help: The target., order: 2 }
  - { id: interval, type: interval, message: Interval, help: The interval., default: day, order: 3 }
`;

const GROUP = "kind: one\nmessage: Which?\nhelp: Which one.\norder: 10\ndefault: red\n";

const packs = new Map<string, Pack>();

/** A small pack with two colours and a many-of group; `more` adds files or replaces them. The same ones are read once. */
export function smallPack(more: Readonly<Record<string, string>> = {}): Pack {
  const key = JSON.stringify(more);
  const pack = packs.get(key) ?? packFromFiles(filesOf(smallPackTexts(more)));
  packs.set(key, pack);
  return pack;
}

export function smallPackTexts(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    "pack.yaml": MANIFEST,
    "project/README.md.hbs": "# {{ title }}\n\n{{ problem_or_open }}\n",
    "project/src/sample_project/__init__.py": '"""Sample Project."""\n',
    "options/colour/group.yaml": GROUP,
    "options/colour/red/option.yaml": "label: Red\nhint: warm\n",
    "options/colour/blue/option.yaml": "label: Blue\nhint: cold\n",
    "options/helper/group.yaml": "kind: many\nmessage: Helpers?\nhelp: Some.\norder: 20\ndefault: [one, two]\n",
    "options/helper/one/option.yaml": "label: One\nhint: first\n",
    "options/helper/two/option.yaml": "label: Two\nhint: second\n",
    ...more,
  };
}

/** The text of a file of a tree. */
export function textIn(tree: ReadonlyMap<string, FileEntry>, path: string): string {
  const file = tree.get(path);
  if (!file) throw new Error(`no ${path} among ${[...tree.keys()].join(", ")}`);
  return new TextDecoder().decode(file.bytes);
}
