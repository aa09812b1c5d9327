/** The edits of manifests and settings, judged by the tools these belong to. */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { alembicIni } from "../../src/edit/ini.ts";
import { withDependencies } from "../../src/edit/manifest.ts";
import { must } from "../support/command.ts";
import { makers, makersEnvironment } from "../support/makers.ts";
import { scratch } from "../support/scratch.ts";
import { put } from "../unit/edit/support.ts";

// Small ones: with an extra of its own, with a marker, and one that is not there without the group.
const NEEDS = ["packaging>=24,<27", 'tomli>=2,<3; python_version < "3.11"', "markdown-it-py[linkify]>=3,<5"];
/** Installed by the extra of the last. */
const IMPORTS = "import packaging, markdown_it, linkify_it";

const env = makersEnvironment;

/** What an edit of a folder's manifests comes to. */
async function edit(cwd: string) {
  const names = (await readdir(cwd)).filter((name) => /^(?:pyproject\.toml|requirements.*\.txt)$/.test(name));
  const manifests = await Promise.all(names.map(async (path) => ({ path, bytes: await readFile(join(cwd, path)) })));
  const locks = (await readdir(cwd)).filter((name) => name.endsWith(".lock"));
  const { edits, added, install } = withDependencies(manifests, NEEDS, "ml", locks);
  return { manifests, files: [...edits, ...added], install };
}

/** Edits them as `add` does, and sees that nothing else in them changed, and nothing the second time. */
async function add(cwd: string): Promise<string> {
  const { manifests, files, install } = await edit(cwd);
  for (const { path, bytes } of files) {
    const before = manifests.find((one) => one.path === path)?.bytes.toString("utf8") ?? "";
    expect(put(before, Buffer.from(bytes).toString("utf8"))).toBeDefined();
    await writeFile(join(cwd, path), bytes);
  }
  expect(await edit(cwd)).toMatchObject({ files: [], install });
  return install;
}

/** A folder with these files, or what a maker makes of it. */
async function made(name: keyof typeof makers | Readonly<Record<string, string>>): Promise<string> {
  const parent = await scratch();
  const folder = join(parent, "made");
  if (typeof name === "string") {
    const [command, args] = makers[name];
    if (name === "PDM") await mkdir(folder);
    await must(command, [...args], { cwd: parent, env });
  } else {
    await mkdir(folder);
    for (const [path, text] of Object.entries(name)) await writeFile(join(folder, path), text);
  }
  return folder;
}

const python = async (tool: string, code: string, cwd: string): Promise<unknown> => {
  const script = `import json\n${code}`;
  const { stdout } = await must("uvx", ["-q", "--from", tool, "python", "-c", script], { cwd, env });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
};

const POETRY = `from pathlib import Path
from poetry.core.factory import Factory
package = Factory().create_poetry(Path.cwd()).package
`;

describe("the group is what it says for", () => {
  it("uv, which locks it and installs it with the command that is told", async () => {
    const cwd = await made("uv");
    await must("uv", ["lock", "-q"], { cwd });
    const install = await add(cwd);
    expect(install).toBe("uv sync --extra ml");
    const [command = "", ...args] = install.split(" ");
    await must(command, args, { cwd });
    await must("uv", ["run", "--locked", "--extra", "ml", "python", "-c", IMPORTS], { cwd });
  });

  it("Hatch, and pip installs it", async () => {
    const cwd = await made("Hatch");
    expect(await add(cwd)).toBe('pip install -e ".[ml]"');
    const { stdout } = await must("uvx", ["-q", "--from", "hatch", "hatch", "project", "metadata"], { cwd, env });
    const metadata = JSON.parse(stdout) as { "optional-dependencies": { ml: readonly string[] } };
    expect(metadata["optional-dependencies"].ml).toHaveLength(NEEDS.length);
    await must("uv", ["venv", "-q"], { cwd });
    await must("uv", ["pip", "install", "-q", "-e", ".[ml]"], { cwd });
    await must(join(cwd, ".venv", "bin", "python"), ["-c", IMPORTS], { cwd });
  });

  it("PDM", async () => {
    const cwd = await made("PDM");
    expect(await add(cwd)).toBe("pdm install -G ml");
    const code =
      'from pdm.core import Core\nprint(json.dumps([str(one) for one in Core().create_project(".").get_dependencies("ml")]))';
    expect(await python("pdm", code, cwd)).toHaveLength(NEEDS.length);
  });

  it("Poetry, as an extra of [project]", async () => {
    const cwd = await made("Poetry");
    expect(await add(cwd)).toBe("poetry install --extras ml");
    await must("uvx", ["-q", "--from", "poetry", "poetry", "check", "--strict"], { cwd, env });
    const code = `${POETRY}print(json.dumps([one.name for one in package.extras["ml"]]))`;
    expect(await python("poetry", code, cwd)).toEqual(["packaging", "tomli", "markdown-it-py"]);
  });

  it("Poetry, as a group that is optional, in the tables it had before", async () => {
    const head = '[tool.poetry]\r\nname = "made"\r\nversion = "1"\r\ndescription = ""\r\nauthors = []\r\n\r\n';
    const cwd = await made({
      "pyproject.toml": `${head}[tool.poetry.dependencies]\r\npython = "^3.11" # theirs\r\n\r\n[build-system]\r\nrequires = ["poetry-core"]\r\nbuild-backend = "poetry.core.masonry.api"`,
    });
    expect(await add(cwd)).toBe("poetry install --with ml");
    await must("uvx", ["-q", "--from", "poetry", "poetry", "check"], { cwd, env });
    const code = `${POETRY}group = package.dependency_group("ml")
print(json.dumps([group.is_optional(), *(one.to_pep_508() for one in group.dependencies)]))`;
    expect(await python("poetry", code, cwd)).toEqual([
      true,
      "packaging (>=24,<27)",
      'tomli (>=2,<3) ; python_version < "3.11"',
      "markdown-it-py[linkify] (>=3,<5)",
    ]);
  });

  it("pip, as a group without a project, and as a file", async () => {
    const cwd = await made({ "pyproject.toml": '[dependency-groups]\ndev = ["pytest"] # theirs\n' });
    expect(await add(cwd)).toBe("pip install --group ml");
    await must("uv", ["pip", "compile", "-q", "--group", "ml"], { cwd });
    const plain = await made({ "requirements.txt": "idna\r\n" });
    expect(await add(plain)).toBe("pip install -r requirements-ml.txt");
    await must("uv", ["pip", "compile", "-q", "requirements-ml.txt"], { cwd: plain });
  });
});

describe("a section in alembic.ini", () => {
  it("is a chain of its own for Alembic", async () => {
    const cwd = await scratch();
    const alembic = (...args: string[]) => must("uvx", ["-q", "--from", "alembic", "alembic", ...args], { cwd });
    await alembic("init", "migrations");
    const path = join(cwd, "alembic.ini");
    const before = await readFile(path, "utf8");
    await writeFile(path, alembicIni(before, "ml", { script_location: "%(here)s/app/ml/migrations" }));
    await alembic("-n", "ml", "init", "app/ml/migrations");
    await alembic("-n", "ml", "revision", "-m", "first");
    expect((await alembic("-n", "ml", "heads")).stdout).toMatch(/^\w+ \(head\)$/);
    expect((await alembic("heads")).stdout).toBe("");
    expect(existsSync(join(cwd, "app", "ml", "migrations", "env.py"))).toBe(true);
  });
});
