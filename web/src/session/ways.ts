/** The ways in which people sign in here, beside a password. */
import { useQuery } from "@tanstack/react-query";
import { answer, api } from "../api/client";

export function useWays() {
  return useQuery({ queryKey: ["ways"], queryFn: () => answer(api.GET("/api/session/ways")), staleTime: Infinity }).data;
}
