/** Images of the line on the screen of the room, as far as they are the room's own. */
import { useMessages } from "../messages";
import { NamedSignature, type ImagesOf } from "../parts/line-images";
import type { Zoom } from "../parts/viewer";
import type { ShownLine, VoterInRoom } from "./inside";

/** Where the images of a line are. */
export const imagesOf = (name: string, { section, line }: ShownLine): ImagesOf => {
  const address = `/api/cases/${encodeURIComponent(name)}/room/lines/${section}/${line}`;
  return (what) => `${address}/${what}`;
};

/** Every reference signature of a voter that the office has as an image; `place` is the voter's among those beside the line, from one. */
export function References({ of, voter, place, zoom }: { of: ImagesOf; voter: VoterInRoom; place: number; zoom: Zoom }) {
  const messages = useMessages().pictures;
  const count = voter.reference_images;
  if (count === 0) return null;
  return (
    <div className="signatures" tabIndex={0} role="group" aria-label={messages.signatures}>
      {Array.from({ length: count }, (_, index) => (
        <NamedSignature key={index} address={of(`voters/${place}/references/${index + 1}`)} words={messages.reference(index + 1, count)} zoom={zoom} />
      ))}
    </div>
  );
}
