/** What the pen left: the line from edge to edge, its signature, and the reference signatures of the voter who is chosen. */
import { useState } from "react";
import { useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Dialog, Waiting } from "../parts/told";
import { nextZoom, Viewer, type Zoom } from "../parts/viewer";
import type { LineKey } from "./outbox";
import { addressesOf, keepsImages, referenceOf, usePicture } from "./pictures";

/** How the pictures are looked at; it stays from line to line. */
export interface Looking {
  zoom: Zoom;
  contrast: boolean;
  invert: boolean;
}

export const PLAIN: Looking = { zoom: 1, contrast: false, invert: false };

interface Shown {
  name: string;
  batch: string;
  line: LineKey;
  /** The chosen candidate's place, from one; none where the voter was found by a search. */
  candidate: number | null;
  references: number;
  looking: Looking;
  look: (change: Partial<Looking>) => void;
  /** Whether the line, on which the name stands, is not shown yet. */
  unnamed: boolean;
  /** Asks for the whole page. */
  onPage: () => void;
}

export function Images({ name, batch, line, candidate, references, looking, look, unnamed, onPage }: Shown) {
  const messages = useMessages().pictures;
  const addresses = addressesOf(name, batch, line);
  const strip = usePicture(unnamed ? null : addresses.strip);
  const signature = usePicture(addresses.signature);
  const page = unnamed ? null : (
    <Button small look="quiet" onPress={onPage} hotkey="F">
      {messages.page}
    </Button>
  );
  if (!strip && !signature) {
    // Lines that were keyed from their pages have no image of their own.
    return strip === null && signature === null && keepsImages() ? <div className="image-acts">{page}</div> : null;
  }
  const classes = ["images", looking.contrast ? "contrast" : "", looking.invert ? "invert" : ""].filter(Boolean).join(" ");
  return (
    <section className={`card ${classes}`} aria-label={messages.strip}>
      {strip ? <Viewer picture={strip} name={messages.strip} zoom={looking.zoom} /> : null}
      {signature ? (
        <div className="signatures" tabIndex={0} role="group" aria-label={messages.signatures}>
          <figure>
            <img src={signature} alt={messages.signature} style={{ height: `${72 * looking.zoom}px` }} />
            <figcaption>{messages.signature}</figcaption>
          </figure>
          {candidate !== null && references === 0 ? <p className="muted small">{messages.noReferences}</p> : null}
          {candidate === null
            ? null
            : Array.from({ length: references }, (_, index) => (
                <Reference
                  key={index}
                  address={referenceOf(name, batch, line, candidate, index + 1)}
                  words={messages.reference(index + 1, references)}
                  zoom={looking.zoom}
                />
              ))}
        </div>
      ) : null}
      <div className="image-acts">
        <Button small look="quiet" onPress={() => look({ zoom: nextZoom(looking.zoom) })} hotkey="Z">
          {messages.zoom} {looking.zoom}×
        </Button>
        <Button small look="quiet" onPress={() => look({ contrast: !looking.contrast })} hotkey="H">
          {messages.contrast}
        </Button>
        <Button small look="quiet" onPress={() => look({ invert: !looking.invert })} hotkey="Y">
          {messages.invert}
        </Button>
        {page}
      </div>
    </section>
  );
}

/** The page that a line stands on, fetched when somebody asks for it. */
export function WholePage({ name, batch, line, onClose }: { name: string; batch: string; line: LineKey; onClose: () => void }) {
  const messages = useMessages().pictures;
  const picture = usePicture(addressesOf(name, batch, line).page);
  const [zoom, setZoom] = useState<Zoom>(1);
  return (
    <Dialog title={messages.pageTitle(line)} onClose={onClose} wide>
      {picture === undefined ? <Waiting /> : null}
      {picture === null ? <p className="muted">{messages.noPage}</p> : null}
      {picture ? (
        <>
          <Viewer picture={picture} name={messages.pageTitle(line)} zoom={zoom} whole />
          <div className="buttons">
            <Button onPress={() => setZoom(nextZoom(zoom))}>
              {messages.zoom} {zoom}×
            </Button>
          </div>
        </>
      ) : null}
    </Dialog>
  );
}

function Reference({ address, words, zoom }: { address: string; words: string; zoom: number }) {
  const picture = usePicture(address);
  if (!picture) return null;
  return (
    <figure>
      <img src={picture} alt={words} style={{ height: `${72 * zoom}px` }} />
      <figcaption>{words}</figcaption>
    </figure>
  );
}

/** Whether a line has a picture of its signature: it can be compared before anybody's name is seen. */
export function useHasSignature(name: string, batch: string, line: LineKey): boolean | undefined {
  const signature = usePicture(addressesOf(name, batch, line).signature);
  return signature === undefined ? undefined : signature !== null;
}

/** How the pictures are looked at, while a batch is in hand. */
export function useLooking(): [Looking, (change: Partial<Looking>) => void] {
  const [looking, setLooking] = useState(PLAIN);
  return [looking, (change) => setLooking((now) => ({ ...now, ...change }))];
}
