import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const folders: string[] = [];
// Said here, at the top of the test file: a hook that is said within a hook or a test is not kept.
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** A folder outside the repository, so that none of our settings leak in; removed after the test file. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "create-ml-project-"));
  folders.push(folder);
  return folder;
}
