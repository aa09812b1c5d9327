/** From path to path, and from text to text. */
export interface Mounting {
  readonly paths: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<string, string>>;
}

/** A mounting with its holes filled, and by `group/id` the folders in which the repository uses an option of ours. */
export interface Mounted extends Mounting {
  readonly joins: Readonly<Record<string, string>>;
}
