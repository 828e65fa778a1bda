/** Scenarios in the small office: cases at every point of their course. */
import { openSmallOffice } from "./office";
import { test as base } from "./test";

export const test = base.extend<object, object>({
  office: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const office = await openSmallOffice();
      await use(office);
      await office.stop();
    },
    { scope: "worker", timeout: 300_000 },
  ],
});
