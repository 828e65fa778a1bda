/** The proponents' own note at a line. It is kept when its field is left, and what could not be kept stays in the page. */
import { useState } from "react";
import { useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Failed } from "../parts/told";
import { useKeepNote } from "./inside";
import type { Drafts } from "./lines";
import { keyOf, type Place } from "./rows";

interface Noting {
  name: string;
  at: Place;
  /** What is kept at the line; none while nobody knows. */
  kept: string | null;
  error: unknown;
  drafts: Drafts;
}

export function NoteCard({ name, at, kept, error, drafts }: Noting) {
  const messages = useMessages().roomNote;
  const key = keyOf(at);
  const keep = useKeepNote(name, at);
  const [draft, setDraft] = useState(drafts.get(key));
  const text = draft ?? kept ?? "";
  const changed = draft !== undefined && kept !== null && draft.trim() !== kept;

  const store = () => {
    if (draft === undefined || keep.isPending) return;
    if (!changed) {
      drafts.delete(key);
      return;
    }
    const sent = draft;
    const stored = () => {
      // What was typed meanwhile is newer.
      if (drafts.get(key) === sent) drafts.delete(key);
    };
    keep.mutateAsync(sent.trim()).then(stored, () => undefined);
  };

  return (
    <section className="card">
      <header>
        <h2>{messages.title}</h2>
        <span className="muted small" role="status">
          {keep.isPending ? messages.keeping : changed ? messages.unkept : kept ? messages.kept : ""}
        </span>
      </header>
      <div className="body stack tight" onBlur={store} onKeyDown={(event) => event.key === "Enter" && event.ctrlKey && store()}>
        {error === null ? null : <Failed error={error} />}
        {keep.error === null ? null : <Failed error={keep.error} retry={store} />}
        <Field
          label={messages.label}
          help={messages.private}
          value={text}
          onChange={(text) => {
            drafts.set(key, text);
            setDraft(text);
          }}
          rows={4}
          maxLength={4000}
          isDisabled={kept === null}
        />
        <div className="buttons">
          <Button small onPress={store} isDisabled={!changed} isPending={keep.isPending} hotkey="Ctrl ⏎">
            {messages.keep}
          </Button>
        </div>
      </div>
    </section>
  );
}
