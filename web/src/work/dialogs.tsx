/** What a review asks in between: to whom a line is passed on, a note, and which keys there are. */
import { useState, type FormEvent } from "react";
import type { StageName } from "../api/client";
import { usePreferences } from "../frame/preferences";
import { useMessages } from "../messages";
import { Button, Check, Field, Key } from "../parts/controls";
import { Dialog, Failed, Notice } from "../parts/told";
import { dispositionsAt } from "./dispositions";

interface Passing {
  passOn: (to: "reviewer" | "supervisor", because: string) => Promise<void>;
  onClose: () => void;
}

export function PassOn({ passOn, onClose }: Passing) {
  const messages = useMessages();
  const [to, setTo] = useState<"reviewer" | "supervisor">("supervisor");
  const [because, setBecause] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  async function submit(event?: FormEvent) {
    event?.preventDefault();
    if (because.trim() === "" || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      await passOn(to, because.trim());
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  }

  return (
    <Dialog title={messages.passOn.title} onClose={onClose}>
      <form className="form" onSubmit={(event) => void submit(event)} onKeyDown={(event) => event.key === "Enter" && event.ctrlKey && void submit()}>
        {failure === null ? null : <Failed error={failure} />}
        <fieldset className="stack">
          <legend className="legend">{messages.passOn.to}</legend>
          <div className="buttons wide-gap">
            <Check radio name="to" label={messages.passOn.supervisor} checked={to === "supervisor"} onChange={() => setTo("supervisor")} />
            <Check radio name="to" label={messages.passOn.reviewer} checked={to === "reviewer"} onChange={() => setTo("reviewer")} />
          </div>
        </fieldset>
        <Field label={messages.passOn.because} help={messages.passOn.note} value={because} onChange={setBecause} rows={3} maxLength={2000} autoFocus />
        <div className="buttons">
          {messages.passOn.reasons.map((reason) => (
            <Button key={reason} small onPress={() => setBecause(reason)}>
              {reason}
            </Button>
          ))}
        </div>
        <div className="buttons">
          <Button type="submit" look="primary" isPending={busy} isDisabled={because.trim() === ""} hotkey="Ctrl ⏎">
            {messages.passOn.submit}
          </Button>
          <Button onPress={onClose}>{messages.cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}

interface Noting {
  note: string;
  /** Whether a decision waits for the note. */
  decides: boolean;
  onKeep: (note: string) => void;
  onClose: () => void;
}

export function Note({ note, decides, onKeep, onClose }: Noting) {
  const messages = useMessages();
  const [text, setText] = useState(note);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    onKeep(text.trim());
  };
  return (
    <Dialog title={messages.work.noteOf} onClose={onClose}>
      <form className="form" onSubmit={submit} onKeyDown={(event) => event.key === "Enter" && event.ctrlKey && submit()}>
        {decides ? <Notice tone="caution">{messages.work.noteWanted}</Notice> : null}
        <Field label={messages.work.notePlaceholder} help={messages.work.noteHelp} value={text} onChange={setText} rows={4} maxLength={2000} autoFocus />
        <div className="buttons">
          <Button type="submit" look="primary" hotkey="Ctrl ⏎">
            {decides ? messages.work.decideWithNote : messages.work.noteKeep}
          </Button>
          <Button onPress={onClose}>{messages.cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}

export function Help({ stage, onClose }: { stage: StageName; onClose: () => void }) {
  const messages = useMessages();
  const { shortcuts, prefer } = usePreferences();
  // Where a signature is looked at once more, nobody else is chosen.
  const chooses = stage !== "blind_review";
  const choices: [string[], string][] = [
    [["↑", "↓"], messages.help.candidates],
    [["1", "–", "9"], messages.help.byNumber],
  ];
  const moves: [string[], string][] = [...(chooses ? choices : []), [["←", "→"], messages.help.lines], [["U"], messages.help.undo]];
  const more: [string[], string][] = [
    [["W"], messages.help.reveal],
    ...(chooses ? [[["/"], messages.help.search] as [string[], string]] : []),
    [["T"], messages.help.passOn],
    [["M"], messages.help.note],
    [["D"], messages.help.list],
    [["Z", "H", "Y"], `${messages.pictures.zoom}, ${messages.pictures.contrast}, ${messages.pictures.invert}`],
    [["F"], messages.pictures.page],
    [["?"], messages.help.help],
  ];
  const decisions = dispositionsAt(stage).map(({ key, name }): [string[], string] => [
    name === "valid" ? ["⏎", "V"] : [key.toUpperCase()],
    messages.dispositions[name],
  ]);
  return (
    <Dialog title={messages.help.title} onClose={onClose} wide>
      <div className="keys">
        <Keys title={messages.help.decide} keys={decisions} />
        <div className="stack">
          <Keys title={messages.help.move} keys={moves} />
          <Keys title={messages.help.more} keys={more} />
          <Check label={messages.help.shortcuts} help={messages.help.shortcutsHelp} checked={shortcuts} onChange={(shortcuts) => prefer({ shortcuts })} />
        </div>
      </div>
    </Dialog>
  );
}

function Keys({ title, keys }: { title: string; keys: [string[], string][] }) {
  return (
    <section>
      <h3>{title}</h3>
      <ul className="key-list">
        {keys.map(([names, what]) => (
          <li key={what}>
            <span>{what}</span>
            <span>
              {names.map((name) => (name === "–" ? <span key={name}>–</span> : <Key key={name}>{name}</Key>))}
              <span className="unseen">{names.join(" ")}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
