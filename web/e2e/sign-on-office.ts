/** Scenarios in an office whose people may sign in by a single sign-on. */
import { CLIENT, openIssuer, type Issuer } from "./issuer";
import { openEmptyOffice } from "./office";
import { test as base } from "./test";

export const test = base.extend<object, { issuer: Issuer }>({
  issuer: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const issuer = await openIssuer();
      await use(issuer);
      await issuer.stop();
    },
    { scope: "worker" },
  ],
  office: [
    async ({ issuer }, use) => {
      const office = await openEmptyOffice("--sign-on", issuer.address, "--sign-on-client", CLIENT, "--sign-on-name", "County sign-on");
      await use(office);
      await office.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
  // The page of the provider is another origin, and the only other one.
  watched: async ({ watched, issuer }, use) => {
    watched.origins.push(issuer.address);
    await use(watched);
  },
});
