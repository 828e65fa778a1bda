/** What is keyed of a line, and completing an address without touching what was typed. */
import type { components } from "../../api/schema";
import { align } from "../../work/align";

type Schemas = components["schemas"];
export type KeyedText = Schemas["KeyedText"];
export type OfferedAddress = Schemas["OfferedAddress"];

export const FIELDS = ["printed_name", "address", "city", "zip", "date_signed"] as const;
export type FieldName = (typeof FIELDS)[number];

export const EMPTY: KeyedText = { printed_name: "", address: "", city: "", zip: "", date_signed: "" };

export const isEmpty = (text: KeyedText) => FIELDS.every((field) => text[field].trim() === "");

export const same = (a: KeyedText, b: KeyedText) => FIELDS.every((field) => a[field] === b[field]);

/** Takes an offer: what was typed stays letter for letter, its end is added where the offer goes on from it, and fields that are empty are filled. */
export function complete(typed: KeyedText, offer: OfferedAddress): KeyedText {
  const begun = typed.address;
  const goesOn = offer.address.toUpperCase().startsWith(begun.toUpperCase());
  return {
    ...typed,
    address: goesOn ? begun + offer.address.slice(begun.length) : begun,
    city: typed.city === "" ? offer.city : typed.city,
    zip: typed.zip === "" ? offer.zip : typed.zip,
  };
}

/** Whether a text is enough of an address to ask for others like it: a number, and the beginning of a street. */
export const isBegun = (address: string) => /^\s*\d\S*\s+\S/.test(address);

export interface Letter {
  letter: string;
  differs: boolean;
}

/** The letters of a text, marked where another entry has something else. */
export function marked(text: string, others: string[]): Letter[] {
  const letters = [...text.normalize("NFC")].map((letter) => ({ letter, differs: false }));
  // The alignment leaves blanks and commas out, which never differ.
  const counted = letters.filter(({ letter }) => !/[\s,]/u.test(letter));
  for (const other of others) {
    let at = 0;
    for (const column of align(text, other).flat()) {
      if (column.written !== null) at += 1;
      // What only the other has is marked at the letter before it.
      const place = counted[column.written === null ? Math.max(0, at - 1) : at - 1];
      if (!column.same && place !== undefined) place.differs = true;
    }
  }
  return letters;
}
