/** Images of the line on the screen. Each is fetched when it is shown, since the look goes on record, and let go of with the line. */
import { useEffect, useState } from "react";
import { useMessages } from "../messages";
import type { ShownLine, VoterInRoom } from "./inside";

export type PictureOf = (what: string) => string;

/** Where the images of a line are. */
export const pictureOf = (name: string, { section, line }: ShownLine): PictureOf => {
  const address = `/api/cases/${encodeURIComponent(name)}/room/lines/${section}/${line}`;
  return (what) => `${address}/${what}`;
};

/** An image's address in the page's memory: undefined while it is on its way, null where there is none. */
function useFetched(address: string): string | null | undefined {
  const [shown, setShown] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    const gone = new AbortController();
    let held: string | null = null;
    const show = async () => {
      const answer = await fetch(address, { credentials: "same-origin", signal: gone.signal });
      const bytes = answer.ok ? await answer.blob() : null;
      if (gone.signal.aborted) return;
      held = bytes === null ? null : URL.createObjectURL(bytes);
      setShown(held);
    };
    void show().catch(() => gone.signal.aborted || setShown(null));
    return () => {
      gone.abort();
      setShown(undefined);
      if (held !== null) URL.revokeObjectURL(held);
    };
  }, [address]);
  return shown;
}

/** The line from edge to edge of its page, and its signature. */
export function OnPetition({ of }: { of: PictureOf }) {
  const messages = useMessages().pictures;
  const [strip, signature] = [useFetched(of("strip")), useFetched(of("signature"))];
  return (
    <>
      {strip ? (
        <div className="strip-picture" tabIndex={0} role="group" aria-label={messages.strip}>
          <img src={strip} alt={messages.strip} />
        </div>
      ) : null}
      {signature ? (
        <figure className="room-signature">
          <img src={signature} alt={messages.signature} />
          <figcaption>{messages.signature}</figcaption>
        </figure>
      ) : null}
    </>
  );
}

/** Every reference signature of a voter that the office has as an image; `place` is the voter's among those beside the line, from one. */
export function References({ of, voter, place }: { of: PictureOf; voter: VoterInRoom; place: number }) {
  const messages = useMessages().pictures;
  const count = voter.reference_images;
  if (count === 0) return null;
  return (
    <div className="signatures" tabIndex={0} role="group" aria-label={messages.signatures}>
      {Array.from({ length: count }, (_, index) => (
        <Reference key={index} address={of(`voters/${place}/references/${index + 1}`)} words={messages.reference(index + 1, count)} />
      ))}
    </div>
  );
}

function Reference({ address, words }: { address: string; words: string }) {
  const picture = useFetched(address);
  if (!picture) return null;
  return (
    <figure>
      <img src={picture} alt={words} />
      <figcaption>{words}</figcaption>
    </figure>
  );
}
