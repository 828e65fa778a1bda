/** Whether somebody is at the screen. What asks the server again and again stops when nobody is, so that a session left alone ends as the office wants. */
import { useEffect, useState } from "react";

/** How long after the last key or movement somebody still counts as there, in milliseconds. */
const PRESENT = 5 * 60_000;

let lastSign = Date.now();
for (const sign of ["pointermove", "pointerdown", "keydown", "wheel"]) {
  window.addEventListener(sign, () => (lastSign = Date.now()), { passive: true });
}

const present = () => document.visibilityState === "visible" && Date.now() - lastSign < PRESENT;

export function usePresence(): boolean {
  const [here, setHere] = useState(present);
  useEffect(() => {
    const look = () => setHere(present());
    const timer = setInterval(look, 5_000);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return here;
}
