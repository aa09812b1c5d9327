import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TargetRefused } from "../../src/errors.ts";
import { checkTarget, type Looks } from "../../src/refuse/target.ts";

let cwd: string;
beforeEach(() => {
  cwd = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "target-")));
});
afterEach(() => fs.rmSync(cwd, { recursive: true, force: true }));

const make = (path: string, text = ""): void => {
  fs.mkdirSync(join(cwd, path, ".."), { recursive: true });
  fs.writeFileSync(join(cwd, path), text);
};

function refusal(directory: string, looks: Looks = fs): TargetRefused {
  try {
    checkTarget(directory, cwd, looks);
  } catch (error) {
    expect(error).toBeInstanceOf(TargetRefused);
    expect((error as TargetRefused).fix).not.toBe("");
    return error as TargetRefused;
  }
  throw new Error(`accepted: ${directory}`);
}

describe("the target", () => {
  it("may be new, with folders above it that are new, too", () => {
    expect(checkTarget("a/b/rain", cwd)).toMatchObject({
      path: join(cwd, "a/b/rain"),
      shown: "a/b/rain",
      exists: false,
    });
  });

  it("may be the folder we are in, with git, README, LICENSE and .gitignore", () => {
    for (const name of [".git/HEAD", "README.md", "LICENSE", ".gitignore"]) make(name, name);
    const { kept, shown, exists } = checkTarget(".", cwd);
    expect([shown, exists, [...kept.keys()]]).toEqual([".", true, [".gitignore", "LICENSE", "README.md"]]);
    expect(Buffer.from(kept.get("README.md")?.bytes ?? []).toString()).toBe("README.md");
  });

  it("may be below a linked folder, which is resolved", () => {
    fs.mkdirSync(join(cwd, "real"));
    fs.symlinkSync(join(cwd, "real"), join(cwd, "link"));
    expect(checkTarget("link/rain", cwd).path).toBe(join(cwd, "real/rain"));
  });

  it("is refused when it is a file, or below one", () => {
    make("rain");
    expect(refusal("rain").code).toBe("target/file");
    expect(refusal("rain/below").code).toBe("target/file");
  });

  it("is refused when it is a link, to anything or to nothing", () => {
    fs.mkdirSync(join(cwd, "real"));
    fs.symlinkSync(join(cwd, "real"), join(cwd, "link"));
    fs.symlinkSync(join(cwd, "nowhere"), join(cwd, "dangling"));
    expect(refusal("link")).toMatchObject({ code: "target/link", fix: expect.stringContaining(join(cwd, "real")) });
    expect(refusal("link/").code).toBe("target/link");
    expect(refusal("dangling").code).toBe("target/link");
    expect(refusal("dangling/below").code).toBe("target/file");
  });

  it("is refused when it can't be written to", () => {
    // As root everything can be written to, so the answer of the system is given here.
    const looks: Looks = {
      ...fs,
      accessSync: (path) => {
        throw Object.assign(new Error("EACCES"), { code: "EACCES", path });
      },
    };
    expect(refusal("rain", looks)).toMatchObject({ code: "target/unwritable", where: cwd });
  });

  it("is refused inside a Python package, or a folder that belongs to a tool", () => {
    make("shop/__init__.py");
    expect(refusal("shop/rain").code).toBe("target/inside-package");
    expect(refusal("shop/deep/er/rain").code).toBe("target/inside-package");
    expect(refusal("node_modules/rain").code).toBe("target/inside-package");
    expect(refusal(".git/rain").code).toBe("target/inside-package");
    make("other/src/shop/__init__.py");
    expect(checkTarget("other/rain", cwd).exists).toBe(false);
  });

  it("is refused when it holds anything else, saying what", () => {
    make("rain/notes.txt");
    make("rain/README.md");
    expect(refusal("rain")).toMatchObject({
      code: "target/not-empty",
      what: expect.stringContaining("notes.txt"),
      fix: expect.stringContaining("rain-ml"),
    });
    fs.mkdirSync(join(cwd, "odd/README.md"), { recursive: true });
    expect(refusal("odd").code).toBe("target/not-empty");
    fs.mkdirSync(join(cwd, "linked"));
    fs.symlinkSync("/etc/hostname", join(cwd, "linked/.gitignore"));
    expect(refusal("linked").code).toBe("target/not-empty");
  });

  it.each(["aux", "a:b", "rain.", "rain ", "a\0b", "a\u0007b", "x".repeat(201), "/", ""])(
    "is refused as %j",
    (name) => {
      expect(["target/path", "target/not-empty"]).toContain(refusal(name === "" ? "/" : name).code);
    },
  );
});
