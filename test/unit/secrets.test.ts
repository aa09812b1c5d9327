import { expect, test } from "vitest";
import { hide, keepSecret } from "../../src/secrets.ts";

test.each([
  ["postgresql://me:s3cret@host/db", "postgresql://me:***@host/db"],
  ["postgresql+psycopg://me:s3@cret@host:5432/db?a=b@c", "postgresql+psycopg://me:***@host:5432/db?a=b@c"],
  ["see mysql://me:p%40/w#d@[::1]:3306/db, or not", "see mysql://me:***@[::1]:3306/db, or not"],
  ["postgresql:///db?host=/tmp&password=s3cret&user=me", "postgresql:///db?host=/tmp&password=***&user=me"],
  ["postgresql://me@host/db", "postgresql://me@host/db"],
  ["sqlite:////home/me/a:b.db", "sqlite:////home/me/a:b.db"],
  ["curl https://example.org/a:b and mail me@example.org", "curl https://example.org/a:b and mail me@example.org"],
])("hides the password of %s", (text, shown) => {
  expect(hide(text)).toBe(shown);
});

test("hides a password that is known wherever it comes back, in any of its spellings", () => {
  keepSecret("mysql://me:Geh%20eim%22@host/db");
  for (const text of ["Geh%20eim%22", 'Geh eim"', JSON.stringify('no Geh eim"')])
    expect(hide(`said ${text}.`)).toMatch(/^said (?:"no )?\*\*\*/);
});
