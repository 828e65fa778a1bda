/** What the screens ask of a case. */
import { useQuery } from "@tanstack/react-query";
import { answer, api, type Role, type StageName } from "../api/client";
import { usePresence } from "../frame/presence";
import { has, useWho } from "../session/session";
import { useIsFollowed } from "./live";

/** How often the figures of a case are asked for, in milliseconds. */
const EVERY = 15_000;
/** The same while the server tells of changes by itself: in case a connection died without a word, and so that the session of somebody who watches stays open. */
const SELDOM = 60_000;

/** How often the figures of a case are asked for now. Nothing is asked for while nobody is at the screen. */
function useEvery(name: string): number | false {
  const [here, followed] = [usePresence(), useIsFollowed(name)];
  if (!here) return false;
  return followed ? SELDOM : EVERY;
}

export function useMyCases() {
  return useQuery({ queryKey: ["cases"], queryFn: () => answer(api.GET("/api/cases")) });
}

export function useStanding(name: string) {
  return useQuery({
    queryKey: ["cases", name],
    queryFn: () => answer(api.GET("/api/cases/{case}", { params: { path: { case: name } } })),
    refetchInterval: useEvery(name),
  });
}

/** Who may see the queues of a case; the server says so too. */
export const QUEUE_ROLES: Role[] = ["reviewer", "supervisor", "registrar", "observer"];

export function useQueues(name: string) {
  const who = useWho();
  return useQuery({
    queryKey: ["cases", name, "queues"],
    queryFn: () => answer(api.GET("/api/cases/{case}/queues", { params: { path: { case: name } } })),
    enabled: has(who, name, ...QUEUE_ROLES),
    refetchInterval: useEvery(name),
  });
}

/** Who may take lines of a stage in hand. */
export const STAGE_ROLES: Record<StageName, Role> = {
  review: "reviewer",
  blind_review: "reviewer",
  exceptions: "supervisor",
  contact_sheet: "reviewer",
};

/** Who has something to do in the examination room. */
export const ROOM_ROLES: Role[] = ["supervisor", "registrar", "examiner"];

/** Who answers for the work on a case, and for how long it is kept. */
export const OVERSIGHT_ROLES: Role[] = ["supervisor", "registrar"];

/** Who may see the clock of a case; people's figures are for fewer, and the server leaves them out. */
export const CLOCK_ROLES: Role[] = ["supervisor", "registrar", "observer"];

export function useClock(name: string) {
  const [here, who] = [usePresence(), useWho()];
  return useQuery({
    queryKey: ["cases", name, "clock"],
    queryFn: () => answer(api.GET("/api/cases/{case}/clock", { params: { path: { case: name } } })),
    enabled: has(who, name, ...CLOCK_ROLES),
    // It is read from all looks, and changes slowly.
    refetchInterval: here ? SELDOM : false,
  });
}
