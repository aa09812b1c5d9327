const uvx = (from: string, ...command: string[]): [string, string[]] => ["uvx", ["-q", "--from", from, ...command]];

/** How real tools make a project called `made` in the folder they are run in; PDM wants to be in it. */
export const makers = {
  uv: ["uv", ["init", "-q", "--package", "made"]],
  Poetry: uvx("poetry", "poetry", "new", "made"),
  Hatch: uvx("hatch", "hatch", "new", "made"),
  PDM: uvx("pdm", "pdm", "init", "-n", "--lib", "-p", "made"),
  Django: uvx("django", "django-admin", "startproject", "made"),
  Kedro: uvx("kedro", "kedro", "new", "--name=made", "--tools=none", "--example=n", "--telemetry=no"),
  PyScaffold: ["uvx", ["-q", "--from", "pyscaffold", "--with", "setuptools", "putup", "made"]],
} as const satisfies Readonly<Record<string, readonly [string, readonly string[]]>>;

/** Some of them commit, and one looks for a newer version of itself. */
export const makersEnvironment = {
  GIT_AUTHOR_NAME: "T",
  GIT_AUTHOR_EMAIL: "t@example.org",
  GIT_COMMITTER_NAME: "T",
  GIT_COMMITTER_EMAIL: "t@example.org",
  PDM_CHECK_UPDATE: "0",
};
