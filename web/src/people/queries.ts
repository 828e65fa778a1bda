/** The accounts, as the administrator sees and changes them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { anew } from "../api/anew";
import { answer, api, type Account, type Duties, type Slip } from "../api/client";
import type { components } from "../api/schema";

export type Shift = components["schemas"]["Shift"];
export type OnRoll = components["schemas"]["OnRoll"];

const PAGE = 500;

/** All accounts, fetched page by page. */
export function usePeople() {
  return useQuery({
    queryKey: ["people"],
    queryFn: async () => {
      const people: Account[] = [];
      let after: string | null | undefined = "";
      while (after !== undefined && after !== null) {
        const query: { after: string; limit: number } = { after, limit: PAGE };
        const page = await answer(api.GET("/api/people", { params: { query } }));
        people.push(...page.items);
        after = page.next;
      }
      return people;
    },
  });
}

/** The names of the cases that are served, and of those in which anybody has a duty: a case may be served again. */
export function useCases(): string[] {
  const people = usePeople().data;
  const served = useQuery({ queryKey: ["served cases"], queryFn: () => answer(api.GET("/api/duties/cases")) }).data;
  const names = new Set(people?.flatMap(({ duties }) => Object.keys(duties)) ?? []);
  served?.forEach((one) => names.add(one.case));
  names.delete("");
  return [...names].sort();
}

type Change =
  | { what: "duties"; duties: Duties }
  | { what: "shifts"; shifts: Shift[] }
  | { what: "on_roll"; on_roll: OnRoll }
  | { what: "disabled"; disabled: boolean }
  | { what: "sign_on"; allowed: boolean }
  | { what: "password" };

export function useChange(account: string) {
  const queries = useQueryClient();
  const params = { path: { account } };
  return useMutation({
    mutationFn: async (change: Change): Promise<unknown> => {
      switch (change.what) {
        case "duties":
          return answer(api.PUT("/api/people/{account}/duties", { params, body: { duties: change.duties } }));
        case "shifts":
          return answer(api.PUT("/api/people/{account}/shifts", { params, body: { shifts: change.shifts } }));
        case "on_roll":
          return answer(api.PUT("/api/people/{account}/on-roll", { params, body: change.on_roll }));
        case "disabled":
          return answer(api.PUT("/api/people/{account}/disabled", { params, body: { disabled: change.disabled } }));
        case "sign_on":
          return answer(api.PUT("/api/people/{account}/sign-on", { params, body: { allowed: change.allowed } }));
        case "password":
          return answer(api.PUT("/api/people/{account}/password-change", { params }));
      }
    },
    onSuccess: anew(queries, ["people"]),
  });
}

/** Slips that were made and not yet forgotten. They are nowhere but in this page's memory. */
let made: Slip[] = [];

export const madeSlips = (): Slip[] => made;
export const forgetSlips = (): void => void (made = []);

export function useSlips() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (accounts: string[]) => {
      made = await answer(api.POST("/api/people/slips", { body: { accounts } }));
      return made;
    },
    onSuccess: anew(queries, ["people"]),
  });
}
