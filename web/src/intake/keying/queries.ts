/** What a keyer asks of a case, and what a supervisor settles. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { anew } from "../../api/anew";
import { answer, api } from "../../api/client";
import type { components } from "../../api/schema";
import type { Wanted } from "../../work/fetched";
import { picture, type Picture } from "../../work/pictures";
import { isBegun, type KeyedText, type OfferedAddress } from "./texts";
import { useEffect, useState } from "react";

type Schemas = components["schemas"];
export type SectionToKey = Schemas["SectionToKey"];
export type LineToKey = Schemas["LineToKey"];
export type HandedIn = Schemas["HandedIn"];
export type Conflict = Schemas["Conflict"];

const at = (name: string) => ({ params: { path: { case: name } } });

export function useToBeKeyed(name: string) {
  return useQuery({ queryKey: ["cases", name, "keying"], queryFn: () => answer(api.GET("/api/cases/{case}/keying", at(name))) });
}

export function useTake(name: string) {
  return useMutation({ mutationFn: () => answer(api.PUT("/api/cases/{case}/keying/hand", at(name))) });
}

export const keep = (name: string, section: number, line: number, body: KeyedText) =>
  answer(api.PUT("/api/cases/{case}/keying/sections/{section}/lines/{line}", { params: { path: { case: name, section, line } }, body }));

export function useHandIn(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (section: number) => answer(api.PUT("/api/cases/{case}/keying/sections/{section}/handed-in", { params: { path: { case: name, section } } })),
    onSuccess: anew(queries, ["cases", name]),
  });
}

/** The work that the pictures of keying belong to. */
export const KEYING = "keying";

/** The line from edge to edge of its page. */
export function stripOf(name: string, section: number, line: number): Wanted<Picture> {
  const asked = { params: { path: { case: name, section, line } }, parseAs: "blob" } as const;
  return picture(KEYING, `${name} ${section}/${line}`, () => answer(api.GET("/api/cases/{case}/keying/sections/{section}/lines/{line}/strip", asked)));
}

/** The whole page. */
export function pageOf(name: string, section: number, page: number): Wanted<Picture> {
  const asked = { params: { path: { case: name, section, page } }, parseAs: "blob" } as const;
  return picture(KEYING, `${name} ${section}, page ${page}`, () => answer(api.GET("/api/cases/{case}/sections/{section}/pages/{page}/image", asked)));
}

export function useConflicts(name: string) {
  return useInfiniteQuery({
    queryKey: ["cases", name, "conflicts"],
    queryFn: ({ pageParam: after }) => answer(api.GET("/api/cases/{case}/keying/conflicts", { params: { path: { case: name }, query: { after, limit: 20 } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useSettle(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ section, line, body }: { section: number; line: number; body: KeyedText }) =>
      answer(api.PUT("/api/cases/{case}/keying/conflicts/{section}/{line}", { params: { path: { case: name, section, line } }, body })),
    onSuccess: anew(queries, ["cases", name]),
  });
}

/** How long a pause in typing is, after which addresses are asked for, in milliseconds. */
const PAUSE = 250;

/** Addresses of the roll that go on as this one begins; none where no roll is there, since it is a help and nothing more. */
export function useOffers(name: string, address: string): OfferedAddress[] {
  const [offers, setOffers] = useState<OfferedAddress[]>([]);
  useEffect(() => {
    setOffers([]);
    if (!isBegun(address)) return;
    let current = true;
    const timer = setTimeout(() => {
      answer(api.POST("/api/cases/{case}/keying/addresses", { ...at(name), body: { text: address } }))
        .then((found) => current && setOffers(found))
        .catch(() => undefined);
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [name, address]);
  return offers;
}
