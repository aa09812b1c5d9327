/** Lock files stay as they are: only their own tool can refresh them. Pure. */

/** By name: whose requirements it locks, and the command that refreshes it. */
const LOCKS: Readonly<Record<string, { readonly of: RegExp; readonly command: (manifest: string) => string }>> = {
  "uv.lock": { of: /^pyproject\.toml$/, command: () => "uv lock" },
  "poetry.lock": { of: /^pyproject\.toml$/, command: () => "poetry lock" },
  "pdm.lock": { of: /^pyproject\.toml$/, command: () => "pdm lock -G :all --update-reuse" },
  "conda-lock.yml": { of: /^environment[\w.-]*\.ya?ml$/, command: (manifest) => `conda-lock lock --file ${manifest}` },
};

/** What to run after a manifest was edited. */
export function lockNotes(manifest: string, lockFiles: readonly string[]): string[] {
  return lockFiles.flatMap((path) => {
    const lock = LOCKS[path];
    return lock?.of.test(manifest) ? [`${path} is left alone. Refresh it: ${lock.command(manifest)}`] : [];
  });
}
