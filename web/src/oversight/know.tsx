/** Asks for a line whose answer is known: which, what the answer is, and how it is known. */
import { useState, type FormEvent } from "react";
import type { Found } from "../api/client";
import { useMessages } from "../messages";
import { Button, Choose, Field, Options } from "../parts/controls";
import { Dialog, Failed } from "../parts/told";
import { DISPOSITIONS, type DispositionName } from "../work/dispositions";
import { typedLines } from "./acts";
import { useKnow, type Line } from "./queries";

interface Asked {
  name: string;
  /** What is there already: the line, and what was found on it. */
  from?: { line: Line; answer: Found };
  onClose: () => void;
}

export function KnowDialog({ name, from, onClose }: Asked) {
  const messages = useMessages();
  const know = useKnow(name);
  const [line, setLine] = useState(from ? `${from.line.section}/${from.line.line}` : "");
  const [found, setFound] = useState<DispositionName>((from?.answer.reason as DispositionName | null | undefined) ?? "valid");
  const [voter, setVoter] = useState(from?.answer.voter ?? "");
  const [because, setBecause] = useState("");
  const typed = typedLines(line);
  const one = typed?.length === 1 ? typed[0] : undefined;
  const namesVoter = DISPOSITIONS.some((disposition) => disposition.name === found && disposition.namesVoter);
  const complete = one !== undefined && because.trim() !== "" && (!namesVoter || voter.trim() !== "");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!complete || know.isPending) return;
    const answer: Found = {
      disposition: found === "valid" ? "valid" : "invalid",
      ...(found === "valid" ? {} : { reason: found }),
      ...(namesVoter ? { voter: voter.trim() } : {}),
    };
    know.mutate({ what: "know", ...one, answer, because: because.trim() }, { onSuccess: onClose });
  };

  return (
    <Dialog title={messages.known.add} onClose={onClose}>
      <form className="form" onSubmit={submit} noValidate>
        {know.error === null ? null : <Failed error={know.error} />}
        <Field
          label={messages.known.line}
          help={messages.known.lineHelp}
          error={line.trim() !== "" && one === undefined ? messages.acts.badLines : undefined}
          value={line}
          onChange={setLine}
          isReadOnly={from !== undefined}
          autoFocus={from === undefined}
        />
        <Choose label={messages.known.answer} value={found} onChange={setFound}>
          <option value="valid">{messages.dispositions.valid}</option>
          {Object.entries(messages.dispositionGroups).map(([group, label]) => (
            <optgroup key={group} label={label}>
              <Options of={Object.fromEntries(DISPOSITIONS.filter((one) => one.group === group).map(({ name }) => [name, messages.dispositions[name]]))} />
            </optgroup>
          ))}
        </Choose>
        {namesVoter ? <Field label={messages.known.voter} value={voter} onChange={setVoter} autoComplete="off" mono /> : null}
        <Field label={messages.known.because} help={messages.known.becauseHelp} value={because} onChange={setBecause} maxLength={2000} autoFocus={from !== undefined} />
        <p className="muted small">{messages.known.never}</p>
        <div className="buttons">
          <Button type="submit" look="primary" isPending={know.isPending} isDisabled={!complete}>
            {messages.known.keep}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
