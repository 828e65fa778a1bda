/** Images of a line outside of anybody's hand: in the room, and where it is looked up. Each is fetched when it is shown, since the look goes on record. */
import "../styles/room.css";
import { useEffect, useState } from "react";
import { useMessages } from "../messages";
import { NotShown } from "../parts/told";
import { Viewer, type Zoom } from "../parts/viewer";
import type { ShownLine, VoterInRoom } from "./inside";

export type PictureOf = (what: string) => string;

/** Where the images of a line are. */
export const pictureOf = (name: string, { section, line }: ShownLine): PictureOf => {
  const address = `/api/cases/${encodeURIComponent(name)}/room/lines/${section}/${line}`;
  return (what) => `${address}/${what}`;
};

/** An image: on its way, not there, not to be had just now, or at an address in the page's memory. */
type Fetched = { is: "coming" | "none" | "failed" } | { is: "here"; at: string };

/** Fetches an image. Returns it, and how to try again. */
function useFetched(address: string): [Fetched, () => void] {
  const [shown, setShown] = useState<Fetched>({ is: "coming" });
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
export function OnPetition({ of, zoom }: { of: PictureOf; zoom: Zoom }) {
  const messages = useMessages().pictures;
  const [[strip, stripAgain], [signature, signatureAgain]] = [useFetched(of("strip")), useFetched(of("signature"))];
  return (
    <>
      {strip.is === "failed" ? <NotShown what={messages.strip} retry={stripAgain} /> : null}
      {signature.is === "failed" ? <NotShown what={messages.signature} retry={signatureAgain} /> : null}
      {strip.is === "here" ? <Viewer picture={strip.at} name={messages.strip} zoom={zoom} /> : null}
      {signature.is === "here" ? (
        <figure className="room-signature">
          <img src={signature.at} alt={messages.signature} style={{ height: heightAt(zoom) }} />
          <figcaption>{messages.signature}</figcaption>
        </figure>
      ) : null}
    </>
  );
}

/** A signature by itself. */
export function SignatureOf({ at }: { at: string }) {
  const messages = useMessages().pictures;
  const [signature, again] = useFetched(at);
  if (signature.is === "failed") return <NotShown what={messages.signature} retry={again} />;
  if (signature.is !== "here") return null;
  return <img className="one-signature" src={signature.at} alt={messages.signature} />;
}

/** Every reference signature of a voter that the office has as an image; `place` is the voter's among those beside the line, from one. */
export function References({ of, voter, place, zoom }: { of: PictureOf; voter: VoterInRoom; place: number; zoom: Zoom }) {
  const messages = useMessages().pictures;
  const count = voter.reference_images;
  if (count === 0) return null;
  return (
    <div className="signatures" tabIndex={0} role="group" aria-label={messages.signatures}>
      {Array.from({ length: count }, (_, index) => (
        <Reference key={index} address={of(`voters/${place}/references/${index + 1}`)} words={messages.reference(index + 1, count)} zoom={zoom} />
      ))}
    </div>
  );
}

/** The height of a signature, in pixels. */
const heightAt = (zoom: Zoom) => 72 * zoom;

function Reference({ address, words, zoom }: { address: string; words: string; zoom: Zoom }) {
  const [picture, again] = useFetched(address);
  if (picture.is === "failed") return <NotShown what={words} retry={again} />;
  if (picture.is !== "here") return null;
  return (
    <figure>
      <img src={picture.at} alt={words} style={{ height: heightAt(zoom) }} />
      <figcaption>{words}</figcaption>
    </figure>
  );
}
