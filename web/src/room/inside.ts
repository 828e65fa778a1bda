/** What is seen in the room only: the lines that do not count, one line at a time, and the proponents' notes. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { anew } from "../api/anew";
import { useEffect, useState } from "react";
import { answer, api, mayPass, Refusal } from "../api/client";
import type { components } from "../api/schema";
import { every, insideKey, shuts } from "./queries";
import { keyOf, type Place } from "./rows";

type Schemas = components["schemas"];
export type Line = Schemas["DisqualifiedLine"];
export type ShownLine = Schemas["LineInRoom"];
export type VoterInRoom = Schemas["VoterInRoom"];
export type Note = Schemas["Mark"];

const PAGE = 500;

/** Asks, and where the answer is that nobody is in the room any more, has the room asked, which then shows why. */
function useInside(name: string) {
  const queries = useQueryClient();
  return async <T>(asked: Parameters<typeof answer<T>>[0]): Promise<T> => {
    try {
      return await answer(asked);
    } catch (error) {
      if (shuts(error)) void queries.invalidateQueries({ queryKey: ["cases", name, "room"], exact: true });
      throw error;
    }
  };
}

/** The lines that do not count, of one category or all, page after page until all are there: by number and reason, without a name. */
export function useLines(name: string, category: string) {
  const inside = useInside(name);
  const list = useInfiniteQuery({
    queryKey: [...insideKey(name), "lines", category],
    queryFn: ({ pageParam }) => {
      const query = { after: pageParam, limit: PAGE, ...(category === "" ? {} : { category }) };
      return inside(api.GET("/api/cases/{case}/room/lines", { params: { path: { case: name }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: Infinity,
    refetchOnReconnect: false,
  });
  const { hasNextPage, isFetching, isError, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  return list;
}

/** How long a person needs for a line at least, in milliseconds, as the server has it, and a little more. */
const READING = 3_100;
/** How long one stays at a line before it is asked for, so that nobody is shown what they only passed by. */
const SETTLE = 200;

let shownAt = -READING;

/** Whether it is this line's turn to be asked for. */
function useTurn(key: string | null): boolean {
  const [turn, setTurn] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setTurn(key), Math.max(SETTLE, shownAt + READING - performance.now()));
    return () => clearTimeout(timer);
  }, [key]);
  return key !== null && turn === key;
}

const tooFast = (error: unknown) => error instanceof Refusal && error.code === "too_fast";

/** One line. That it is shown is put on record each time, so it is asked for once, and again only when somebody goes to it again. */
export function useLine(name: string, at: Place | null) {
  const inside = useInside(name);
  const turn = useTurn(at === null ? null : keyOf(at));
  return useQuery({
    queryKey: [...insideKey(name), "line", at?.section, at?.line],
    queryFn: async ({ signal }) => {
      const path = { case: name, section: at?.section ?? 0, line: at?.line ?? 0 };
      const shown = await inside(api.GET("/api/cases/{case}/room/lines/{section}/{line}", { params: { path }, signal }));
      shownAt = performance.now();
      return shown;
    },
    enabled: turn,
    gcTime: 0,
    staleTime: Infinity,
    refetchOnReconnect: false,
    retry: (failures, error) => (tooFast(error) ? failures < 10 : failures < 2 && error instanceof Refusal && mayPass(error.code)),
    retryDelay: 1_000,
  });
}

export function useNotes(name: string) {
  const inside = useInside(name);
  return useQuery({
    queryKey: [...insideKey(name), "notes"],
    queryFn: () => every((after) => inside(api.GET("/api/cases/{case}/room/marks", { params: { path: { case: name }, query: { after, limit: PAGE } } }))),
  });
}

/** Keeps a note at a line; without a text it is taken away. */
export function useKeepNote(name: string, { section, line }: Place) {
  const inside = useInside(name);
  const queries = useQueryClient();
  const params = { path: { case: name, section, line } };
  return useMutation({
    mutationFn: (text: string) =>
      text === ""
        ? inside(api.DELETE("/api/cases/{case}/room/marks/{section}/{line}", { params }))
        : inside(api.PUT("/api/cases/{case}/room/marks/{section}/{line}", { params, body: { text } })),
    onSuccess: anew(queries, [...insideKey(name), "notes"]),
  });
}
