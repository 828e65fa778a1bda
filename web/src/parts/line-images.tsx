/** Images of a line outside of anybody's hand: in the room, and where it is looked up. Each is fetched when it is shown, since the look goes on record. */
import { useEffect, useState } from "react";
import { useMessages } from "../messages";
import { NotShown } from "./told";
import { signatureHeight, Viewer, type Zoom } from "./viewer";

/** Where the images of a line are. */
export type ImagesOf = (what: string) => string;

/** An image: on its way, not there, not to be had just now, or at an address in the page's memory. */
type Image = { is: "coming" | "none" | "failed" } | { is: "here"; at: string };

/** Fetches an image. Returns it, and how to try again. */
function useImage(address: string): [Image, () => void] {
  const [shown, setShown] = useState<Image>({ is: "coming" });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const gone = new AbortController();
    let held: string | null = null;
    const show = async () => {
      const answer = await fetch(address, { credentials: "same-origin", signal: gone.signal });
      // An office without images says so with a conflict, as it does everywhere.
      const none = answer.status === 404 || (answer.status === 409 && ((await answer.json()) as { code?: string }).code === "wrong_state");
      const bytes = answer.ok ? await answer.blob() : null;
      if (gone.signal.aborted) return;
      held = bytes === null ? null : URL.createObjectURL(bytes);
      setShown(held === null ? { is: none ? "none" : "failed" } : { is: "here", at: held });
    };
    void show().catch(() => gone.signal.aborted || setShown({ is: "failed" }));
    return () => {
      gone.abort();
      setShown({ is: "coming" });
      if (held !== null) URL.revokeObjectURL(held);
    };
  }, [address, tries]);
  return [shown, () => setTries((before) => before + 1)];
}

/** The line from edge to edge of its page, and its signature. */
export function OnPetition({ of, zoom }: { of: ImagesOf; zoom: Zoom }) {
  const messages = useMessages().pictures;
  const [[strip, stripAgain], [signature, signatureAgain]] = [useImage(of("strip")), useImage(of("signature"))];
  return (
    <>
      {strip.is === "failed" ? <NotShown what={messages.strip} retry={stripAgain} /> : null}
      {signature.is === "failed" ? <NotShown what={messages.signature} retry={signatureAgain} /> : null}
      {strip.is === "here" ? <Viewer picture={strip.at} name={messages.strip} zoom={zoom} /> : null}
      {signature.is === "here" ? (
        <figure className="line-signature">
          <img src={signature.at} alt={messages.signature} style={{ height: signatureHeight(zoom) }} />
          <figcaption>{messages.signature}</figcaption>
        </figure>
      ) : null}
    </>
  );
}

/** A signature by itself. */
export function SignatureOf({ at }: { at: string }) {
  const messages = useMessages().pictures;
  const [signature, again] = useImage(at);
  if (signature.is === "failed") return <NotShown what={messages.signature} retry={again} />;
  if (signature.is !== "here") return null;
  return <img className="one-signature" src={signature.at} alt={messages.signature} />;
}

/** A signature with what it is under it. */
export function NamedSignature({ address, words, zoom }: { address: string; words: string; zoom: Zoom }) {
  const [picture, again] = useImage(address);
  if (picture.is === "failed") return <NotShown what={words} retry={again} />;
  if (picture.is !== "here") return null;
  return (
    <figure>
      <img src={picture.at} alt={words} style={{ height: signatureHeight(zoom) }} />
      <figcaption>{words}</figcaption>
    </figure>
  );
}
