/** A document as it would be printed: typeset when it is wanted, shown in the page from its memory, and there to be opened or taken along. */
import { useEffect } from "react";
import { useMessages } from "../messages";

interface Document {
  /** Its address in the page's memory; it goes with the document. */
  address: string;
  /** What it is. */
  title: string;
  /** What the file is called where it is taken along. */
  file: string;
}

export function PdfDocument({ address, title, file }: Document) {
  const words = useMessages().certify;
  useEffect(() => () => URL.revokeObjectURL(address), [address]);
  return (
    <section className="document" aria-label={title}>
      <iframe src={address} title={title} />
      <p className="buttons">
        <a className="button small" href={address} target="_blank" rel="noreferrer">
          {words.openDocument}
        </a>
        <a className="button small" href={address} download={file}>
          {words.takeDocument}
        </a>
      </p>
    </section>
  );
}
