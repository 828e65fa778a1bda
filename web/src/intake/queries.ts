/** What the counter asks of a case, and takes in. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { anew } from "../api/anew";
import { answer, api, Refusal, type ProblemCode } from "../api/client";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type CounterSection = Schemas["CounterSection"];
export type ToReceive = Schemas["ToReceive"];
export type KeptImage = Schemas["KeptImage"];

export function useSections(name: string) {
  return useInfiniteQuery({
    queryKey: ["cases", name, "sections"],
    queryFn: ({ pageParam }) => {
      const query: { after: string; limit: number } = { after: pageParam, limit: 100 };
      return answer(api.GET("/api/cases/{case}/sections", { params: { path: { case: name }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

export function useSection(name: string, section: number) {
  return useQuery({
    queryKey: ["cases", name, "sections", section],
    queryFn: () => answer(api.GET("/api/cases/{case}/sections/{section}", { params: { path: { case: name, section } } })),
  });
}

export function useReceive(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ section, body }: { section: number; body: ToReceive }) =>
      answer(api.PUT("/api/cases/{case}/sections/{section}", { params: { path: { case: name, section } }, body })),
    onSuccess: anew(queries, ["cases", name]),
  });
}

export function useCount(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (raw: number) => answer(api.PUT("/api/cases/{case}/count", { params: { path: { case: name } }, body: { raw } })),
    onSuccess: anew(queries, ["cases", name]),
  });
}

export const pageImage = (name: string, section: number, page: number) => `/api/cases/${encodeURIComponent(name)}/sections/${section}/pages/${page}/image`;

/** Sends the image of a page, and tells how much of it is gone; `fetch` does not tell that of what it sends. */
export function sendPage(address: string, file: Blob, tell: (share: number) => void): Promise<KeptImage> {
  return new Promise((kept, failed) => {
    const request = new XMLHttpRequest();
    request.open("PUT", address);
    request.responseType = "json";
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => lengthComputable && tell(loaded / total);
    request.onerror = () => failed(new Refusal("offline", "the connection failed"));
    request.onload = () => {
      const said = request.response as { code?: ProblemCode; detail?: string } | KeptImage | null;
      if (request.status === 200) kept(said as KeptImage);
      else failed(said !== null && "code" in said && said.code ? new Refusal(said.code, said.detail ?? "") : new Refusal("internal", `status ${request.status}`));
    };
    request.send(file);
  });
}
