/** How long a case is kept: what is asked of the server, and what the registrar puts on record. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type KeptUntil = Schemas["KeptUntil"];
export type LegalHold = Schemas["LegalHold"];

const key = (name: string) => ["cases", name, "retention"];

export function useKeeping(name: string) {
  return useQuery({ queryKey: key(name), queryFn: () => answer(api.GET("/api/cases/{case}/retention", { params: { path: { case: name } } })) });
}

type Entry =
  | { what: "day"; day: string; given: Schemas["GivenDay"] }
  | { what: "hold"; id: string; given: Schemas["GivenHold"] }
  | { what: "lift"; id: string; because: string };

/** Puts something on record. Each answer has everything as it stands then. */
export function useRecord(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (entry: Entry): Promise<KeptUntil> => {
      const at = { case: name };
      switch (entry.what) {
        case "day":
          return answer(api.PUT("/api/cases/{case}/retention/days/{day}", { params: { path: { ...at, day: entry.day } }, body: entry.given }));
        case "hold":
          return answer(api.PUT("/api/cases/{case}/holds/{hold}", { params: { path: { ...at, hold: entry.id } }, body: entry.given }));
        case "lift":
          return answer(api.PUT("/api/cases/{case}/holds/{hold}/lifted", { params: { path: { ...at, hold: entry.id } }, body: { because: entry.because } }));
      }
    },
    onSuccess: (keeping) => queries.setQueryData(key(name), keeping),
  });
}
