/** What the screens of the examination room ask of the server, and tell it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api, Refusal, type ProblemCode } from "../api/client";
import type { components } from "../api/schema";
import { usePresence } from "../frame/presence";

type Schemas = components["schemas"];
export type RoomStanding = Schemas["RoomStanding"];
export type RoomSetting = Schemas["RoomSetting"];
export type RoomClock = Schemas["Clock"];
export type RoomLaw = Schemas["Costs"];
export type RoomCosts = Schemas["RoomCosts"];
export type RoomDay = Schemas["RoomDay"];
export type RoomEntry = Schemas["RoomEntry"];
export type OneChallenge = Schemas["ChallengeOfLine"];

const EVERY = 30_000;
const PAGE = 500;

const at = (name: string) => ({ params: { path: { case: name } } });
const roomKey = (name: string) => ["cases", name, "room"];

/** Everything that is seen in the room only. It is forgotten when the room shuts. */
export const insideKey = (name: string) => [...roomKey(name), "inside"];

/** Refusals by which nobody is in the room any more, or not yet. */
const SHUTS: ProblemCode[] = ["room_closed", "not_in_room", "deposit_due", "not_permitted", "wrong_state"];

export function shuts(error: unknown): error is Refusal {
  return error instanceof Refusal && SHUTS.includes(error.code);
}

/** Where the examination stands. It is asked again and again while somebody is there, so that a room that shuts is seen to. */
export function useRoom(name: string) {
  const here = usePresence();
  return useQuery({
    queryKey: roomKey(name),
    queryFn: () => answer(api.GET("/api/cases/{case}/room", at(name))),
    refetchInterval: here ? EVERY : false,
  });
}

export function useRoomCosts(name: string) {
  const here = usePresence();
  return useQuery({
    queryKey: [...roomKey(name), "costs"],
    queryFn: () => answer(api.GET("/api/cases/{case}/room/costs", at(name))),
    refetchInterval: here ? EVERY : false,
  });
}

/** Every page of a list. */
export async function every<T>(page: (after: string) => Promise<{ items: T[]; next?: string | null }>): Promise<T[]> {
  const all: T[] = [];
  let after: string | null | undefined = "";
  while (typeof after === "string") {
    const got: { items: T[]; next?: string | null } = await page(after);
    all.push(...got.items);
    after = got.next;
  }
  return all;
}

/** All challenges: those without an answer first, then the latest. */
export function useChallenges(name: string) {
  const here = usePresence();
  return useQuery({
    queryKey: [...roomKey(name), "challenges"],
    queryFn: async () => {
      const all = await every((after) => answer(api.GET("/api/cases/{case}/room/challenges", { params: { path: { case: name }, query: { after, limit: PAGE } } })));
      const waits = ({ state }: OneChallenge) => (state === "raised" ? 0 : 1);
      return all.sort((a, b) => waits(a) - waits(b) || b.at.localeCompare(a.at));
    },
    refetchInterval: here ? EVERY : false,
  });
}

/** After an act the room is asked again, whatever came of the act: it may have shut meanwhile. */
function useAct<T>(name: string, act: (wanted: T) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    // The lines that were shown stay as they are; nothing else of the case does.
    onSettled: () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] === name && !queryKey.includes("inside") }),
  });
}

export const useOpen = (name: string) => useAct(name, (body: RoomSetting) => answer(api.PUT("/api/cases/{case}/room/opening", { ...at(name), body })));

export const useClose = (name: string) => useAct(name, (because: string) => answer(api.PUT("/api/cases/{case}/room/closed", { ...at(name), body: { because } })));

/** Enters a sum or time under a name of its own, so that sent twice it counts once. */
export const useEnter = (name: string) =>
  useAct(name, ({ id, entry }: { id: string; entry: RoomEntry }) => answer(api.PUT("/api/cases/{case}/room/entries/{entry}", { params: { path: { case: name, entry: id } }, body: entry })));

export const useRaise = (name: string) =>
  useAct(name, ({ id, ...body }: { id: string; section: number; line: number; grounds: string }) =>
    answer(api.PUT("/api/cases/{case}/room/challenges/{challenge}", { params: { path: { case: name, challenge: id } }, body })),
  );

export const useWithdraw = (name: string) =>
  useAct(name, (id: string) => answer(api.PUT("/api/cases/{case}/room/challenges/{challenge}/withdrawn", { params: { path: { case: name, challenge: id } } })));

export const useAnswer = (name: string) =>
  useAct(name, ({ id, ...body }: { id: string; upheld: boolean; reasons: string; instead_of: number }) =>
    answer(api.PUT("/api/cases/{case}/room/challenges/{challenge}/answer", { params: { path: { case: name, challenge: id } }, body })),
  );
