/** The log of looks at records: which are wanted, and what is asked of the server. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import type { components } from "../api/schema";
import type { Line } from "./queries";

type Schemas = components["schemas"];
export type Look = Schemas["Look"];
export type TakenOut = Schemas["TakenOut"];
type ToExport = Schemas["ToExport"];

/** Which looks are wanted: at one voter's record, or by person and line, or section. */
export interface Wanted {
  person?: string;
  line?: Line;
  /** A whole section. */
  section?: number;
  voter?: string;
  /** Instants, as the server reads them. */
  from?: string;
  to?: string;
}

export type Period = "any" | "today" | "week" | "between";

/** From when until when, by the clock of this computer. `between` is as it was typed; what was left empty there is not limited. */
export function instants(period: Period, between: { from: string; to: string }, now = new Date()): Pick<Wanted, "from" | "to"> {
  const midnight = (daysAgo: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo).toISOString();
  if (period === "today") return { from: midnight(0) };
  if (period === "week") return { from: midnight(6) };
  if (period === "any") return {};
  return {
    ...(between.from === "" ? {} : { from: new Date(between.from).toISOString() }),
    ...(between.to === "" ? {} : { to: new Date(between.to).toISOString() }),
  };
}

const PAGE = 100;

/** The looks, the latest first. `asked` counts how often somebody has asked, so that each time is a request of its own and nothing is asked again by itself: a search for a voter is on record. */
export function useLooks(name: string, wanted: Wanted, asked: number) {
  return useInfiniteQuery({
    queryKey: ["looks", name, wanted, asked],
    queryFn: ({ pageParam: after }) => {
      const { person, line, section, voter, ...time } = wanted;
      const path = { case: name };
      const page = { ...time, latest_first: true, after, limit: PAGE };
      if (voter !== undefined) return answer(api.POST("/api/cases/{case}/accesses/search", { params: { path }, body: { voter, ...page } }));
      return answer(api.GET("/api/cases/{case}/accesses", { params: { path, query: { person, section, ...line, ...page } } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: Infinity,
    gcTime: 0,
  });
}

export function useExports(name: string) {
  return useQuery({ queryKey: ["cases", name, "exports"], queryFn: () => answer(api.GET("/api/cases/{case}/accesses/exports", { params: { path: { case: name } } })) });
}

/** What was taken out, as it was asked for. */
export function wantedOf({ wanted }: TakenOut): Wanted {
  return wanted as unknown as Wanted;
}

/** Takes looks out as a file, under a name. The same name with the same wish gives the same rows, so that what was cut off is asked for once more. */
export function useTakeOut(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ id, wanted }: { id: string; wanted: Wanted }) => {
      const { line, ...others } = wanted;
      const body: ToExport = { ...others, ...line };
      const params = { path: { case: name, export: id } };
      // A long log takes longer than other answers may.
      const file = await answer(api.PUT("/api/cases/{case}/accesses/exports/{export}", { params, body, parseAs: "blob", fetch: (request) => fetch(request) }));
      save(file as unknown as Blob, `${name}-accesses-${id.slice(0, 8)}.csv`);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["cases", name, "exports"] }),
  });
}

/** How long a file stays in memory once the browser was told to keep it, in milliseconds: not every browser has read it when the click returns. */
const READ = 60_000;

/** Has the browser keep a file. */
function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READ);
}
