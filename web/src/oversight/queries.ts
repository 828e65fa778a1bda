/** What a supervisor asks of a case, and lays down for it. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { anew } from "../api/anew";
import { answer, api } from "../api/client";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type Policy = Schemas["Policy"];
export type WhatToDo = Schemas["WhatToDo"];
export type OneAct = Schemas["OneAct"];
export type KnownAnswer = Schemas["KnownAnswer"];
export type Disagreement = Schemas["Disagreement"];
export type LineLookedUp = Schemas["LineLookedUp"];
export type Line = { section: number; line: number };

const at = (name: string) => ({ params: { path: { case: name } } });
const paged = (name: string, after: string) => ({ params: { path: { case: name }, query: { after, limit: 50 } } });

export function useQuality(name: string) {
  return useQuery({ queryKey: ["cases", name, "quality"], queryFn: () => answer(api.GET("/api/cases/{case}/quality", at(name))) });
}

export function usePolicy(name: string) {
  return useQuery({ queryKey: ["cases", name, "policy"], queryFn: () => answer(api.GET("/api/cases/{case}/policy", at(name))) });
}

export function useLayDown(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { policy: Policy; because: string }) => answer(api.PUT("/api/cases/{case}/policy", { ...at(name), body })),
    // The queues follow from it.
    onSuccess: anew(queries, ["cases", name]),
  });
}

export function useDisagreements(name: string) {
  return useInfiniteQuery({
    queryKey: ["cases", name, "disagreements"],
    queryFn: ({ pageParam }) => answer(api.GET("/api/cases/{case}/quality/disagreements", paged(name, pageParam))),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useKnownAnswers(name: string) {
  return useInfiniteQuery({
    queryKey: ["cases", name, "known"],
    queryFn: ({ pageParam }) => answer(api.GET("/api/cases/{case}/known-answers", paged(name, pageParam))),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** The contact sheets that were passed, the latest first. */
export function useSheets(name: string) {
  return useInfiniteQuery({
    queryKey: ["cases", name, "sheets"],
    queryFn: ({ pageParam }) => answer(api.GET("/api/cases/{case}/quality/sheets", paged(name, pageParam))),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** A line that somebody looks up. Each look is put on record, so that nothing is asked again by itself. */
export function useLine(name: string, line: Line | null) {
  return useQuery({
    queryKey: ["cases", name, "line", line],
    queryFn: () => answer(api.GET("/api/cases/{case}/lines/{section}/{line}", { params: { path: { case: name, section: line?.section ?? 0, line: line?.line ?? 0 } } })),
    enabled: line !== null,
    staleTime: Infinity,
  });
}

type Knowing = Line & { what: "know"; answer: Schemas["Found"]; because: string };

/** Makes a decided line one whose answer is known, or has it handed out no more. */
export function useKnow(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Knowing | (Line & { what: "retire" })) => {
      const params = { path: { case: name, section: wanted.section, line: wanted.line } };
      const address = "/api/cases/{case}/known-answers/{section}/{line}";
      if (wanted.what === "retire") return answer(api.DELETE(address, { params }));
      return answer(api.PUT(address, { params, body: { answer: wanted.answer, because: wanted.because } }));
    },
    onSuccess: anew(queries, ["cases", name, "known"]),
  });
}

export function useDuplicates(name: string) {
  return useInfiniteQuery({
    queryKey: ["cases", name, "duplicates"],
    queryFn: ({ pageParam }) => answer(api.GET("/api/cases/{case}/duplicates", paged(name, pageParam))),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
    // Each look is put on record, so that nothing is asked again by itself.
    staleTime: Infinity,
  });
}

export function useActs(name: string) {
  return useInfiniteQuery({
    queryKey: ["cases", name, "acts"],
    queryFn: ({ pageParam }) => answer(api.GET("/api/cases/{case}/acts", paged(name, pageParam))),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

type Step = { id: string; step: "propose"; act: WhatToDo; because: string } | { id: string; step: "carry_out" | "call_off" };

/** Proposes an act, does it, or calls it off. */
export function useAct(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (wanted: Step): Promise<OneAct | null> => {
      const params = { path: { case: name, act: wanted.id } };
      if (wanted.step === "propose") {
        return answer(api.PUT("/api/cases/{case}/acts/{act}", { params, body: { act: wanted.act, because: wanted.because } }));
      }
      const asked = wanted.step === "carry_out" ? api.PUT("/api/cases/{case}/acts/{act}/done", { params }) : api.DELETE("/api/cases/{case}/acts/{act}", { params });
      await answer(asked);
      return null;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["cases", name] }),
  });
}
