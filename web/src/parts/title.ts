/** The title of the page, which names the screen. */
import { useEffect } from "react";
import { useMessages } from "../messages";

export function useTitle(...parts: (string | undefined)[]): void {
  const { product } = useMessages();
  const title = [...parts.filter((part) => part !== undefined), product].join(" · ");
  useEffect(() => void (document.title = title), [title]);
}
