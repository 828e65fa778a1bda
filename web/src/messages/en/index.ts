/** Every text of the workstation, in English. The Spanish catalogue has the same shape, so a text that is missing there does not compile. */
import type { Widened } from "../widened";
import { accesses } from "./accesses";
import { cases } from "./cases";
import { frame } from "./frame";
import { intake } from "./intake";
import { known } from "./known";
import { oversight } from "./oversight";
import { passkeys } from "./passkeys";
import { people } from "./people";
import { publicPage } from "./public";
import { registrar } from "./registrar";
import { retention } from "./retention";
import { room } from "./room";
import { signOn } from "./sign-on";
import { words } from "./words";
import { work } from "./work";

export const en = { ...frame, ...cases, ...work, ...words, ...oversight, ...people, ...room, ...passkeys, ...known, ...accesses, ...retention, ...registrar, ...intake, ...publicPage, ...signOn };

/** The shape of a catalogue. */
export type Messages = Widened<typeof en>;
