/** What the pen left: the line from edge to edge, its signature, and the reference signatures of the voter who is chosen. */
import { useState } from "react";
import { useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Dialog, NotShown, Waiting } from "../parts/told";
import { nextZoom, signatureHeight, Viewer, type Zoom } from "../parts/viewer";
import type { Wanted } from "./fetched";
import { keepsImages, pictureOf, retryPictures, usePicture, type Held, type Picture, type References } from "./pictures";

/** How the pictures are looked at; it stays from line to line. */
export interface Looking {
  zoom: Zoom;
  contrast: boolean;
  invert: boolean;
}

export const PLAIN: Looking = { zoom: 1, contrast: false, invert: false };

interface Shown {
  held: Held;
  /** The signatures on file of the voter who is chosen; null where nobody is. */
  references: References | null;
  looking: Looking;
  look: (change: Partial<Looking>) => void;
  /** Whether the line, on which the name stands, is not shown yet. */
  unnamed: boolean;
  /** Asks for the whole page. */
  onPage: () => void;
}

export function Images({ held, references, looking, look, unnamed, onPage }: Shown) {
  const messages = useMessages().pictures;
  const fetched = usePicture(pictureOf(held, "strip"));
  const strip: typeof fetched = unnamed ? { is: "none" } : fetched;
  const signature = usePicture(pictureOf(held, "signature"));
  const page = unnamed ? null : (
    <Button small look="quiet" onPress={onPage} hotkey="F">
      {messages.page}
    </Button>
  );
  const failed = (
    <>
      {strip.is === "failed" ? <NotShown what={messages.strip} retry={retryPictures} /> : null}
      {signature.is === "failed" ? <NotShown what={messages.signature} retry={retryPictures} /> : null}
      {references?.is === "failed" ? <NotShown what={messages.references} retry={retryPictures} /> : null}
    </>
  );
  if (strip.is !== "here" && signature.is !== "here") {
    // Lines that were keyed from their pages have no image of their own.
    const none = strip.is === "none" && signature.is === "none" && keepsImages();
    return (
      <>
        {failed}
        {none ? <div className="image-acts">{page}</div> : null}
      </>
    );
  }
  const classes = ["images", looking.contrast ? "contrast" : "", looking.invert ? "invert" : ""].filter(Boolean).join(" ");
  return (
    <section className={`card ${classes}`} aria-label={messages.strip}>
      {failed}
      {/* The signatures stay where they are when the line comes. */}
      {unnamed && fetched.is === "here" ? <div className="strip-place" style={{ aspectRatio: `${fetched.it.image.naturalWidth} / ${fetched.it.image.naturalHeight}` }} /> : null}
      {strip.is === "here" ? <Viewer picture={strip.it.at} name={messages.strip} zoom={looking.zoom} /> : null}
      {signature.is === "here" ? (
        <div className="signatures" tabIndex={0} role="group" aria-label={messages.signatures}>
          <figure>
            <img src={signature.it.at} alt={messages.signature} style={{ height: signatureHeight(looking.zoom) }} />
            <figcaption>{messages.signature}</figcaption>
          </figure>
          {references?.is === "none" ? <p className="muted small">{messages.noReferences}</p> : null}
          {references?.pictures.map((picture, index, { length }) => (
            <Reference key={picture.key} picture={picture} words={messages.reference(index + 1, length)} zoom={looking.zoom} />
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
export function WholePage({ held, onClose }: { held: Held; onClose: () => void }) {
  const messages = useMessages().pictures;
  const picture = usePicture(pictureOf(held, "page"));
  const [zoom, setZoom] = useState<Zoom>(1);
  const title = messages.pageTitle(held.line);
  return (
    <Dialog title={title} onClose={onClose} wide>
      {picture.is === "coming" ? <Waiting /> : null}
      {picture.is === "none" ? <p className="muted">{messages.noPage}</p> : null}
      {picture.is === "failed" ? <NotShown what={title} retry={retryPictures} /> : null}
      {picture.is === "here" ? (
        <>
          <Viewer picture={picture.it.at} name={title} zoom={zoom} whole />
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

function Reference({ picture, words, zoom }: { picture: Wanted<Picture>; words: string; zoom: Zoom }) {
  const shown = usePicture(picture);
  if (shown.is === "failed") return <NotShown what={words} retry={retryPictures} />;
  if (shown.is !== "here") return null;
  return (
    <figure>
      <img src={shown.it.at} alt={words} style={{ height: signatureHeight(zoom) }} />
      <figcaption>{words}</figcaption>
    </figure>
  );
}

/** How the pictures are looked at, while a batch is in hand. */
export function useLooking(): [Looking, (change: Partial<Looking>) => void] {
  const [looking, setLooking] = useState(PLAIN);
  return [looking, (change) => setLooking((now) => ({ ...now, ...change }))];
}
