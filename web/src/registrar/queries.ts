/** What a registrar asks of a case, and does. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { anew } from "../api/anew";
import { answer, api } from "../api/client";
import type { components } from "../api/schema";

type Schemas = components["schemas"];
export type PublicSample = Schemas["PublicSample"];
export type ToCertify = Schemas["ToCertify"];
export type Drafted = Schemas["Drafted"];
export type GivenCertificate = Schemas["GivenCertificate"];
export type LookedUp = Schemas["LookedUp"];

const at = (name: string) => ({ params: { path: { case: name } } });

export function useCourse(name: string) {
  return useQuery({ queryKey: ["cases", name, "course"], queryFn: () => answer(api.GET("/api/cases/{case}/course", at(name))) });
}

export function useSample(name: string) {
  return useQuery({ queryKey: ["cases", name, "sample"], queryFn: () => answer(api.GET("/api/cases/{case}/sample", at(name))) });
}

export function useSampleLines(name: string) {
  return useInfiniteQuery({
    queryKey: ["cases", name, "sample", "lines"],
    queryFn: ({ pageParam }) => {
      const query: { after: string; limit: number } = { after: pageParam, limit: 500 };
      return answer(api.GET("/api/cases/{case}/sample/lines", { params: { path: { case: name }, query } }));
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });
}

/** Where one of the files lies with which the sample is drawn again. */
export const sampleFile = (name: string, file: string) => `/api/cases/${encodeURIComponent(name)}/sample/files/${file}`;

type SampleStep = { step: "seal"; size: number | null } | { step: "draw"; root: string; seed: string; note: string; size: number | null };

/** Seals the list, or draws by the seed. The answer is where the sample stands then. */
export function useSampleStep(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wanted: SampleStep) => {
      if (wanted.step === "seal") return answer(api.PUT("/api/cases/{case}/sample/sealed", { ...at(name), body: { size: wanted.size } }));
      const { root, seed, note, size } = wanted;
      return answer(api.PUT("/api/cases/{case}/sample/drawn", { ...at(name), body: { root, seed, note, size } }));
    },
    onSuccess: (sample) => {
      queries.setQueryData(["cases", name, "sample"], sample);
      void queries.invalidateQueries({ queryKey: ["cases", name] });
    },
  });
}

export function useReadiness(name: string, enabled: boolean) {
  return useQuery({
    queryKey: ["cases", name, "readiness"],
    queryFn: () => answer(api.GET("/api/cases/{case}/certificates/readiness", at(name))),
    // It reads the whole roll: asked for when the screen is opened, and when somebody wants it.
    staleTime: Infinity,
    enabled,
  });
}

export function useCertificates(name: string) {
  return useQuery({ queryKey: ["cases", name, "certificates"], queryFn: () => answer(api.GET("/api/cases/{case}/certificates", at(name))) });
}

export function useDraft(name: string) {
  return useMutation({ mutationFn: (body: ToCertify) => answer(api.POST("/api/cases/{case}/certificates/draft", { ...at(name), body })) });
}

/** The document to be signed, as it would be: kept in the page's memory, at an address that goes with it. */
export function useDraftPdf(name: string) {
  return useMutation({
    mutationFn: async (body: ToCertify) => {
      const bytes = await answer(api.POST("/api/cases/{case}/certificates/draft/pdf", { ...at(name), body, parseAs: "blob" }));
      return URL.createObjectURL(bytes as unknown as Blob);
    },
  });
}

/** The document of the certificate that stands, in the same way. */
export function useGivenPdf(name: string) {
  return useMutation({
    mutationFn: async () => {
      const bytes = await answer(api.GET("/api/cases/{case}/certificate/pdf", { ...at(name), parseAs: "blob" }));
      return URL.createObjectURL(bytes as unknown as Blob);
    },
  });
}

export const certificatePdf = (name: string) => `/api/cases/${encodeURIComponent(name)}/certificate/pdf`;

export function useGive(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ digest, body }: { digest: string; body: ToCertify }) =>
      answer(api.PUT("/api/cases/{case}/certificates/{digest}", { params: { path: { case: name, digest } }, body })),
    onSuccess: anew(queries, ["cases", name]),
  });
}

export function useReopen(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ digest, because }: { digest: string; because: string }) =>
      answer(api.PUT("/api/cases/{case}/certificates/{digest}/reopened", { params: { path: { case: name, digest } }, body: { because } })),
    onSuccess: anew(queries, ["cases", name]),
  });
}

export function useRolls(name: string) {
  return useQuery({ queryKey: ["cases", name, "rolls"], queryFn: () => answer(api.GET("/api/cases/{case}/rolls", at(name))) });
}

/** Looks lines up, part after part, until all are or somebody wants no more. */
export async function lookUp(name: string, roll: string, goOn: () => boolean, tell: (done: LookedUp) => void): Promise<void> {
  while (goOn()) {
    const done = await answer(api.PUT("/api/cases/{case}/rolls/{roll}/searched", { params: { path: { case: name, roll } } }));
    tell(done);
    if (done.searched >= done.lines) return;
  }
}
