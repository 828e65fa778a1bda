import { expect, it } from "vitest";
import { bytesOf, textOf } from "./passkeys";

it("writes bytes as base64url and reads them back", () => {
  const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (let length = 0; length <= 256; length += 1) {
    const bytes = every.slice(256 - length);
    const text = textOf(bytes.buffer);
    expect(text).toBe(Buffer.from(bytes).toString("base64url"));
    expect([...bytesOf(text)]).toEqual([...bytes]);
  }
});
