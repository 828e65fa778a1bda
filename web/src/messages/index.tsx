/** The catalogue in the language of the person, and numbers and days as that language writes them. */
import { createContext, useContext, type ReactNode } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { Refusal, type Found, type ProblemCode } from "../api/client";
import { en, type Messages } from "./en";
import { es } from "./es";

export type Language = keyof Messages["languages"];

const catalogues: Record<Language, Messages> = { en, es };
const locales: Record<Language, string> = { en: "en-US", es: "es-US" };
const Current = createContext<Language>("en");

export function Speaking({ language, children }: { language: Language; children: ReactNode }) {
  return (
    <Current value={language}>
      {/* React Aria has words for Spain only; they are the same here. */}
      <I18nProvider locale={language === "es" ? "es-ES" : "en-US"}>{children}</I18nProvider>
    </Current>
  );
}

/** The texts. */
export function useMessages(): Messages {
  return catalogues[useContext(Current)];
}

/** What numbers, shares, days and times look like. */
export function useFormat() {
  const locale = locales[useContext(Current)];
  const whole = new Intl.NumberFormat(locale);
  const bits = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" });
  return {
    number: (n: number) => whole.format(n),
    /** A share of a million, never rounded up to certainty. */
    share: (ppm: number) => {
      if (ppm > 0 && ppm < 1_000) return `<${new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(0.001)}`;
      const digits = ppm > 990_000 || ppm < 10_000 ? 1 : 0;
      const floor = Math.floor((ppm / 1_000_000) * 100 * 10 ** digits) / 10 ** digits / 100;
      return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(floor);
    },
    decimal: (value: number) => new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value),
    /** A sum, from its cents. */
    money: (cents: number) => new Intl.NumberFormat(locale, { style: "currency", currency: "USD" }).format(cents / 100),
    bits: (centibits: number) => bits.format(centibits / 100),
    /** A calendar day as it stands on a record, which has no time zone. */
    day: (iso: string) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`)),
    /** A calendar day without its year, for the foot of a chart. */
    dayOfYear: (at: Date) => new Intl.DateTimeFormat(locale, { month: "short", day: "numeric", timeZone: "UTC" }).format(at),
    /** The name of a day of the week, counted from Monday. */
    weekday: (index: number) => new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, 1 + index))),
    /** A moment, to the minute. */
    moment: (iso: string) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso)),
    /** A moment, to the second. */
    instant: (iso: string) => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(iso)),
    time: (at: number) => new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(at),
    clock: (at: number) => new Intl.DateTimeFormat(locale, { timeStyle: "medium" }).format(at),
  };
}

/** What a refusal is called, and the server's own words, which are English, where they say more than the code. */
export function useToldInParts(): (error: unknown) => { words: string | null; detail: string | null } {
  const problems = useMessages().problems;
  return (error) => {
    if (!(error instanceof Refusal)) return { words: problems.internal, detail: null };
    const words = (problems[error.code] as string | undefined) ?? null;
    const saysMore: ProblemCode[] = ["refused", "wrong_state", "bad_request", "unavailable"];
    return { words, detail: (words === null || saysMore.includes(error.code)) && error.detail ? error.detail : null };
  };
}

/** What a refusal is called, in one text. */
export function useTold(): (error: unknown) => string {
  const told = useToldInParts();
  return (error) => {
    const { words, detail } = told(error);
    return words !== null && detail !== null ? `${words} (${detail})` : (words ?? detail ?? "");
  };
}

/** The text of a key that the server chose and that may be newer than this workstation. */
export function named(texts: Record<string, string>, key: string): string {
  return texts[key] ?? key.replaceAll("_", " ");
}

/** What a finding is called. */
export function findingName(texts: Messages["dispositions"], found: Pick<Found, "disposition" | "reason">): string {
  return named(texts, found.reason ?? found.disposition);
}
