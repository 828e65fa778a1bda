/** What everybody may ask, without a session. */
import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/client";
import type { components } from "../api/schema";

export type PublicPetition = components["schemas"]["PublicPetition"];

export function usePetitions() {
  return useQuery({ queryKey: ["public"], queryFn: () => answer(api.GET("/api/public")) });
}

export function usePetition(petition: string) {
  return useQuery({
    queryKey: ["public", petition],
    queryFn: () => answer(api.GET("/api/public/{petition}", { params: { path: { petition } } })),
  });
}

export const recordFile = (petition: string, digest: string) => `/api/public/${encodeURIComponent(petition)}/record/${digest}`;
