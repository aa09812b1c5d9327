/** The address of a pack in a git repository, read with suspicion: git can be led to run programs by an address. Pure. */
import { PackRefused } from "../errors.ts";
import { safe } from "../text.ts";

export interface Address {
  /** As git takes it: `https://host/team/pack.git`. */
  readonly url: string;
  readonly protocol: "https" | "ssh" | "file";
  /** A tag, a branch, or a whole commit. */
  readonly ref: string;
  /** The folder of it that holds the pack. */
  readonly folder: string;
}

const FORM = "git+https://HOST/PATH@REF, or git+ssh://git@HOST/PATH@REF; #FOLDER where the pack is not at its top";

/** Whether a source is an address at all, and no folder. */
export const isAddress = (source: string): boolean =>
  /^[A-Za-z][A-Za-z0-9+.-]*:/.test(source) && !/^[A-Za-z]:[\\/]/.test(source);

/**
 * Reads it.
 *
 * @param files - addresses of this machine may be used: `git+file:///srv/pack@v1`
 * @throws PackRefused for other protocols, credentials, and whatever git might take for something else
 */
export function readAddress(source: string, files: boolean): Address {
  const refuse = (what: string, fix: string): never => {
    throw new PackRefused("source", { what, where: safe(source.replace(/\/\/[^/@]*:[^/@]*@/, "//…@")), fix });
  };
  if (/[\p{Cc}\p{Cf}\s\\]/u.test(source))
    refuse("An address holds no blanks, backslashes and control characters", `Write ${FORM}.`);
  const [, protocol = "", rest = ""] = /^git\+([a-z]+):\/\/(.*)$/.exec(source) ?? [];
  if (protocol === "file" && !files)
    refuse(
      "Addresses of this machine are not taken",
      "Give the folder itself; or allow them: CREATE_ML_PROJECT_ALLOW=file",
    );
  if (protocol !== "https" && protocol !== "ssh" && protocol !== "file")
    return refuse("Packs come from folders, and by git over https and ssh", `Write ${FORM}.`);
  const [, place = "", ref = "", folder = ""] = /^([^#]*)@([^@#/][^@#]*)(?:#(.*))?$/.exec(rest) ?? [];
  if (place === "") refuse("The address names no version", `Write ${FORM}; a tag, a branch or a whole commit.`);
  if (!/^[A-Za-z0-9][\w./-]*$/.test(ref) || ref.includes("..") || ref.endsWith(".lock") || ref.endsWith("/"))
    refuse(`"${safe(ref)}" is no name of a tag, a branch or a commit`, `Write ${FORM}.`);
  if (folder !== "" && !/^[\w.-]+(?:\/[\w.-]+)*$/.test(folder))
    refuse("The folder behind # is none inside the repository", `Write ${FORM}.`);
  if (folder.split("/").some((part) => part === ".." || part === "."))
    refuse("The folder behind # leads out of the repository", `Write ${FORM}.`);
  const host = /^(?:([^/@]*)@)?([^/]*)\/.+$/.exec(place);
  if (
    protocol !== "file" &&
    (host === null || !/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?$/.test(host[2] ?? ""))
  )
    refuse("The address names no host, or an odd one", `Write ${FORM}.`);
  const user = host?.[1];
  if (user !== undefined && (protocol !== "ssh" || !/^[A-Za-z0-9][\w.-]*$/.test(user)))
    refuse(
      "An address holds no credentials: git has its own",
      "Take them out; git asks its credential helper, or ssh its agent.",
    );
  return { url: `${protocol}://${place}`, protocol, ref, folder };
}

export interface Package {
  readonly name: string;
  readonly version: string;
}

/** The beginning of an npm package's address. */
export const NPM = "npm:";

/**
 * Reads `npm:@acme/pack@1.2.0`.
 *
 * @throws PackRefused for anything but a name and a whole version: npm takes addresses, folders and options there, too
 */
export function readPackage(source: string): Package {
  const [, name = "", version = ""] =
    /^npm:((?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*)@(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/.exec(source) ?? [];
  if (name !== "") return { name, version };
  throw new PackRefused("source", {
    what: "This is no npm package with its version",
    where: safe(source.replace(/\/\/[^/@]*@/, "//…@")),
    fix: "Write npm:NAME@VERSION with a whole version, as in npm:@acme/pack@1.2.0",
  });
}
