/** Pages with pictures of screens, in both themes, at several sizes and on paper, for people to look at. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { expectAccessible } from "./test";

/** Where the pictures go; they are not kept with the code. */
export const EVIDENCE = join(dirname(fileURLToPath(import.meta.url)), "../evidence");

interface Look {
  name: string;
  theme: "light" | "dark";
  width: number;
  height: number;
}

export const LOOKS: Look[] = [
  { name: "light, 1440 × 900", theme: "light", width: 1440, height: 900 },
  { name: "dark, 1440 × 900", theme: "dark", width: 1440, height: 900 },
  { name: "light, 1024 × 768", theme: "light", width: 1024, height: 768 },
  { name: "dark, 1024 × 768", theme: "dark", width: 1024, height: 768 },
  { name: "light, at 200 percent", theme: "light", width: 720, height: 450 },
];

/** For screens that are looked at on a telephone, too. */
export const PHONE: Look[] = [
  { name: "light, telephone", theme: "light", width: 390, height: 844 },
  { name: "dark, telephone", theme: "dark", width: 390, height: 844 },
];

/** For what is looked at from the other end of a room. */
export const WIDE: Look[] = [
  { name: "light, 1920 × 1080", theme: "light", width: 1920, height: 1080 },
  { name: "dark, 1920 × 1080", theme: "dark", width: 1920, height: 1080 },
];

/** The parts of the evidence: the folder of each, and what it shows. */
const PARTS = {
  ".": "The workstation, every screen",
  office: "The counter, the case file and the public page",
  "sign-on": "Single sign-on",
};

interface Shot {
  title: string;
  files: { file: string; look: string }[];
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Takes pictures of screens for a part, and writes a page of them. On each picture of a screen axe has nothing to say. */
export function pictures(part: keyof typeof PARTS, looks: readonly Look[] = LOOKS) {
  const [folder, heading] = [join(EVIDENCE, part), PARTS[part]];
  const shots: Shot[] = [];
  mkdirSync(folder, { recursive: true });
  const next = () => String(shots.length + 1).padStart(2, "0");

  async function show(page: Page, title: string, also: readonly Look[] = []): Promise<void> {
    const files: Shot["files"] = [];
    const number = next();
    for (const [index, { name, theme, width, height }] of [...looks, ...also].entries()) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme });
      await page.waitForTimeout(150);
      await expectAccessible(page);
      const file = `${number}-${index}.png`;
      await page.screenshot({ path: join(folder, file), fullPage: width < 1000 });
      files.push({ file, look: name });
    }
    shots.push({ title, files });
    await page.setViewportSize({ width: 1440, height: 900 });
  }

  /** The same screen as it comes out of the printer, on the paper of a letter. */
  async function print(page: Page, title: string): Promise<void> {
    const file = `${next()}-print.png`;
    await page.setViewportSize({ width: 816, height: 1056 });
    await page.emulateMedia({ media: "print", colorScheme: "light" });
    await page.screenshot({ path: join(folder, file), fullPage: true });
    shots.push({ title, files: [{ file, look: "on paper" }] });
    await page.emulateMedia({ media: "screen" });
    await page.setViewportSize({ width: 1440, height: 900 });
  }

  function report(notes: string[]): void {
    const ways = Object.entries(PARTS).map(([other, title]) => (other === part ? `<strong>${title}</strong>` : `<a href="${part === "." ? "" : "../"}${other === "." ? "" : `${other}/`}index.html">${title}</a>`));
    const rows = shots.map(({ title, files }) => {
      const pictures = files.map(({ file, look }) => `<figure><a href="${file}"><img src="${file}" alt="" loading="lazy"></a><figcaption>${look}</figcaption></figure>`);
      return `<section><h2>${escaped(title)}</h2><div>${pictures.join("")}</div></section>`;
    });
    const style = "body{font:15px/1.5 system-ui;margin:2rem;max-width:1800px}section>div{display:grid;grid-template-columns:repeat(auto-fill,minmax(330px,1fr));gap:1rem;align-items:start}figure{margin:0}img{width:100%;border:1px solid #bbb}figcaption{color:#555}";
    const intro = `<nav>${ways.join(" · ")}</nav><h1>${heading}</h1><ul>${notes.map((note) => `<li>${escaped(note)}</li>`).join("")}</ul>`;
    writeFileSync(join(folder, "index.html"), `<!doctype html><html lang="en"><meta charset="utf-8"><title>${heading}</title><style>${style}</style>${intro}${rows.join("")}</html>`);
  }

  return { shots, show, print, report };
}
