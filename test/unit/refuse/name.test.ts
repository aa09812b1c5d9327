import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NameRefused } from "../../../src/errors.ts";
import { checkName, dependencyNames, nameWarning } from "../../../src/refuse/name.ts";
import { anyText } from "../any-text.ts";
import { smallPack } from "../small-pack.ts";

const requirements =
  '[project]\ndependencies = [\n  "pandas>=2",\n  "scikit-learn >=1.4",\n  "typer[all]>=0.15",\n  "pyyaml>=6",\n]\n';
const taken = dependencyNames([smallPack({ "project/pyproject.toml": requirements })]);

function refusal(name: string): NameRefused {
  try {
    checkName(name, taken);
  } catch (error) {
    expect(error).toBeInstanceOf(NameRefused);
    return error as NameRefused;
  }
  throw new Error(`accepted: ${name}`);
}

describe("names", () => {
  it.each([
    ["class", "keyword", "class-ml"],
    ["None", "keyword", "none-ml"],
    ["email", "stdlib", "email-ml"],
    ["Json", "stdlib", "json-ml"],
    ["tomllib", "stdlib", "tomllib-ml"],
    ["pandas", "dependency", "pandas-ml"],
    ["Scikit_Learn", "dependency", "scikit-learn-ml"],
    ["sklearn", "dependency", "sklearn-ml"],
    ["numpy", "dependency", "numpy-ml"],
    ["yaml", "dependency", "yaml-ml"],
    ["tests", "dependency", "tests-ml"],
    ["aux", "device", "aux-ml"],
    ["COM1.rain", "device", "com1-rain"],
    ["2024-sales", "import", "ml-2024-sales"],
    ["日本", "import", "my-project"],
    ["", "import", "my-project"],
    ["...", "import", "my-project"],
    ["a/b", "characters", "a-b"],
    ["..\\up", "characters", "up"],
    ["rain\u202egnp", "characters", "rain-gnp"],
    ["r\u0007", "characters", "r"],
    ["x".repeat(61), "long", "x".repeat(60)],
  ])("refuses %j as %s and offers %s", (name, reason, suggestion) => {
    expect(refusal(name)).toMatchObject({ code: `name/${reason}`, exit: 3, suggestion });
    expect(refusal(name).fix).toContain(`--name ${suggestion}`);
  });

  it.each([
    ["rain", "rain", "rain"],
    ["Rain Seattle", "rain-seattle", "rain_seattle"],
    ["rain.in_Seattle", "rain-in-seattle", "rain_in_seattle"],
    ["naïve café", "naive-cafe", "naive_cafe"],
    ["x2", "x2", "x2"],
  ])("takes %j as %s and %s", (name, dist, package_) => {
    expect(checkName(name, taken)).toMatchObject({ dist, package: package_ });
  });

  it("only warns of soft keywords", () => {
    expect(nameWarning(checkName("match", taken))).toContain("soft keyword");
    expect(nameWarning(checkName("rain", taken))).toBeUndefined();
  });

  it("always offers a name that is accepted", () => {
    fc.assert(
      fc.property(fc.oneof(anyText(), fc.constantFrom(...taken), fc.string({ minLength: 55 })), (name) => {
        try {
          checkName(name, taken);
        } catch (error) {
          const { suggestion } = error as NameRefused;
          expect(checkName(suggestion, taken).dist).toBe(suggestion);
        }
      }),
    );
  });
});
