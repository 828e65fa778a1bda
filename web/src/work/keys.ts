/** The keys of the work. */
import { useEffect, useRef } from "react";

/** Calls back for keys that are nobody else's: no letters while something is typed, none while a dialog or a menu is open, none that repeat by themselves. */
export function useKeys(letters: boolean, pressed: (key: string, onControl: boolean) => boolean): void {
  const latest = useRef(pressed);
  useEffect(() => {
    latest.current = pressed;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : document.body;
      const undo = (event.ctrlKey || event.metaKey) && event.key === "z";
      if (event.defaultPrevented || event.altKey || ((event.ctrlKey || event.metaKey) && !undo)) return;
      if (target.closest("[role=dialog], [role=alertdialog], [role=menu], [role=combobox], textarea, select, input:not([type=radio]):not([type=checkbox])")) return;
      const key = undo ? "u" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const arrow = key.startsWith("Arrow");
      const onControl = target.closest("a, button, input") !== null;
      if (event.repeat && !arrow) return;
      if (!letters && !undo && !arrow && key !== "Enter") return;
      if (arrow && target.matches("input")) return;
      if (latest.current(key, onControl && !target.matches("input[type=radio]"))) event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [letters]);
}
