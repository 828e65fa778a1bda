/** How a person wants it shown: light or dark, English or Spanish, single keys or none. Kept in this browser; it says nothing about anybody. */
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { Speaking, useMessages, type Language } from "../messages";
import { Pick } from "../parts/controls";

type Theme = "system" | "light" | "dark";

interface Preferences {
  theme: Theme;
  language: Language;
  /** Whether single letters decide in a review. */
  shortcuts: boolean;
}

interface Preferring extends Preferences {
  prefer: (change: Partial<Preferences>) => void;
}

const KEY = "countersign.preferences";
const Current = createContext<Preferring | null>(null);

function stored(): Preferences {
  const language: Language = navigator.language.toLowerCase().startsWith("es") ? "es" : "en";
  const preset: Preferences = { theme: "system", language, shortcuts: true };
  try {
    const given = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
    return { ...preset, ...given };
  } catch {
    return preset;
  }
}

export function Preferred({ children }: { children: ReactNode }) {
  const [preferences, setPreferences] = useState(stored);
  useEffect(() => {
    const page = document.documentElement;
    page.lang = preferences.language;
    if (preferences.theme === "system") delete page.dataset.theme;
    else page.dataset.theme = preferences.theme;
    try {
      localStorage.setItem(KEY, JSON.stringify(preferences));
    } catch {
      // Then it holds for this page only.
    }
  }, [preferences]);
  const value = useMemo(() => ({ ...preferences, prefer: (change: Partial<Preferences>) => setPreferences((now) => ({ ...now, ...change })) }), [preferences]);
  return (
    <Current value={value}>
      <Speaking language={preferences.language}>{children}</Speaking>
    </Current>
  );
}

export function usePreferences(): Preferring {
  const preferring = useContext(Current);
  if (preferring === null) throw new Error("preferences are used outside of <Preferred>");
  return preferring;
}

export function PickLanguage() {
  const [{ language, prefer }, messages] = [usePreferences(), useMessages()];
  return <Pick label={messages.language} value={language} options={messages.languages} onChange={(language) => prefer({ language })} />;
}

export function PickTheme() {
  const [{ theme, prefer }, messages] = [usePreferences(), useMessages()];
  return <Pick label={messages.theme} value={theme} options={messages.themes} onChange={(theme) => prefer({ theme })} />;
}
