/** The next certificate as it would be: looked at, taken as a document, and given under the digest that was looked at. */
import { useState, type FormEvent, type ReactNode } from "react";
import { useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Dialog, Failed } from "../parts/told";
import { PdfDocument } from "./pdf";
import { useDraft, useDraftPdf, useGive, type Drafted, type ToCertify } from "./queries";

/** Characters of the digest that are typed to give a certificate. */
const TYPED = 8;

export function Draft({ name, onGiven }: { name: string; onGiven: () => void }) {
  const words = useMessages().certify;
  const [wanted, setWanted] = useState<ToCertify>({ certified_on: "", name: "", title: "", office: "" });
  const [shown, setShown] = useState<{ draft: Drafted; of: ToCertify } | null>(null);
  const [tried, setTried] = useState(false);
  const draft = useDraft(name);
  const set = (what: Partial<ToCertify>) => {
    setWanted((now) => ({ ...now, ...what }));
    // What was shown is another certificate.
    setShown(null);
  };
  const noDay = tried && wanted.certified_on === "" ? words.needDay : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (wanted.certified_on !== "") draft.mutate(wanted, { onSuccess: (drafted) => setShown({ draft: drafted, of: wanted }) });
  };
  return (
    <section className="card" aria-labelledby="certificate-draft">
      <header>
        <h2 id="certificate-draft">{words.draft}</h2>
      </header>
      <div className="body stack">
        <p className="muted">{words.draftText}</p>
        {draft.error === null ? null : <Failed error={draft.error} />}
        <form className="form" onSubmit={submit} noValidate>
          <div className="draft-fields">
            <Field label={words.on} type="date" error={noDay} value={wanted.certified_on} onChange={(certified_on) => set({ certified_on })} />
            <Field label={words.name} help={words.officialHelp} value={wanted.name ?? ""} onChange={(official) => set({ name: official })} maxLength={200} />
            <Field label={words.officialTitle} value={wanted.title ?? ""} onChange={(title) => set({ title })} maxLength={200} />
            <Field label={words.office} value={wanted.office ?? ""} onChange={(office) => set({ office })} maxLength={200} />
          </div>
          <div className="buttons">
            <Button type="submit" look={shown === null ? "primary" : "plain"} isPending={draft.isPending}>
              {words.show}
            </Button>
          </div>
        </form>
        {shown === null ? null : <Shown key={shown.draft.digest} name={name} draft={shown.draft} of={shown.of} onGiven={onGiven} />}
      </div>
    </section>
  );
}

interface Looked {
  name: string;
  draft: Drafted;
  of: ToCertify;
  onGiven: () => void;
}

function Shown({ name, draft, of, onGiven }: Looked) {
  const words = useMessages().certify;
  const [giving, setGiving] = useState(false);
  return (
    <div className="stack">
      <p className="small">
        <span className="muted">{words.digest}</span> <span className="mono digest">{draft.digest}</span>
      </p>
      <pre className="account" tabIndex={0} aria-label={words.account} lang="en">
        {draft.account}
      </pre>
      <Pdf
        name={name}
        of={of}
        beside={
          <Button look="primary" onPress={() => setGiving(true)}>
            {words.give}
          </Button>
        }
      />
      {giving ? <Give name={name} draft={draft} of={of} onClose={() => setGiving(false)} onGiven={onGiven} /> : null}
    </div>
  );
}

/** What the document is called where it is taken along. */
const FILE = "draft-certificate.pdf";

/** The document is typeset when it is wanted: to be looked at in the page, or to be taken along at once. */
function Pdf({ name, of, beside }: { name: string; of: ToCertify; beside: ReactNode }) {
  const words = useMessages().certify;
  const shown = useDraftPdf(name);
  const taken = useDraftPdf(name);
  const take = () =>
    taken.mutate(of, {
      onSuccess: (made) => {
        const link = document.createElement("a");
        link.href = made;
        link.download = FILE;
        link.click();
        // The browser has begun to write the file by then.
        setTimeout(() => URL.revokeObjectURL(made), 60_000);
      },
    });
  return (
    <>
      {[shown.error, taken.error].map((error, index) => (error === null ? null : <Failed key={index} error={error} />))}
      <div className="buttons">
        <Button isPending={shown.isPending} onPress={() => shown.mutate(of)}>
          {shown.isPending ? words.preparing : words.lookAtDocument}
        </Button>
        <Button isPending={taken.isPending} onPress={take}>
          {taken.isPending ? words.preparing : words.pdf}
        </Button>
        {beside}
      </div>
      {shown.data === undefined ? null : <PdfDocument key={shown.data} address={shown.data} title={words.draftDocument} file={FILE} />}
    </>
  );
}

function Give({ name, draft, of, onClose, onGiven }: Looked & { onClose: () => void }) {
  const messages = useMessages();
  const words = messages.certify;
  const give = useGive(name);
  const [typed, setTyped] = useState("");
  const [tried, setTried] = useState(false);
  const right = typed.trim().toLowerCase() === draft.digest.slice(0, TYPED);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (right && !give.isPending) give.mutate({ digest: draft.digest, body: of }, { onSuccess: onGiven });
  };
  return (
    <Dialog title={words.giveTitle} urgent onClose={onClose}>
      {give.error === null ? null : <Failed error={give.error} />}
      <p>{words.giveText}</p>
      <p className="mono digest">{draft.digest}</p>
      <form className="form" onSubmit={submit} noValidate>
        <Field label={words.typed} error={tried && !right ? words.typedWrong : undefined} value={typed} onChange={setTyped} autoComplete="off" spellCheck="false" autoFocus mono />
        <div className="buttons">
          <Button onPress={onClose}>{messages.cancel}</Button>
          <Button type="submit" look="primary" isPending={give.isPending}>
            {words.give}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
