/** Every text of the workstation, in Spanish as election offices in the United States write it. */
import type { Messages } from "../en";
import { cases } from "./cases";
import { frame } from "./frame";
import { intake } from "./intake";
import { oversight } from "./oversight";
import { people } from "./people";
import { publicPage } from "./public";
import { registrar } from "./registrar";
import { words } from "./words";
import { work } from "./work";

export const es: Messages = { ...frame, ...cases, ...work, ...words, ...oversight, ...people, ...registrar, ...intake, ...publicPage };
