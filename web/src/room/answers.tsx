/** The proponents' challenges as the office sees and answers them. */
import { useState, type FormEvent } from "react";
import { useMessages } from "../messages";
import { Button, Check, Field } from "../parts/controls";
import { Dialog, Failed, Notice, Waiting } from "../parts/told";
import { ChallengeRow, MOST, Told } from "./challenge";
import { useAnswer, useChallenges, type OneChallenge } from "./queries";

/** What answering a challenge is called; one that was refused can be answered once more. */
function useTitle(): (challenge: OneChallenge) => string {
  const { answerTitle, answerAnewTitle } = useMessages().challenge;
  return ({ state, section, line }) => (state === "raised" ? answerTitle : answerAnewTitle)(section, line);
}

export function Answers({ name }: { name: string }) {
  const messages = useMessages();
  const { data, error, refetch } = useChallenges(name);
  const title = useTitle();
  const [answering, setAnswering] = useState<OneChallenge | null>(null);
  if (data === undefined) return error === null ? <Waiting /> : <Failed error={error} retry={() => void refetch()} />;
  const waiting = data.filter(({ state }) => state === "raised").length;
  const uncertified = data.some(({ became }) => became?.state === "decided");
  return (
    <>
      {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
      {uncertified ? <Notice tone="caution">{messages.challenge.next}</Notice> : null}
      <section className="card">
        <header>
          <h2>{messages.challenge.list}</h2>
          <span className="muted small">{data.length === 0 ? messages.challenge.none : messages.challenge.answeredCount(waiting)}</span>
        </header>
        <div className="body">
          <ul className="challenges">
            {data.map((challenge) => (
              <ChallengeRow
                key={challenge.challenge}
                challenge={challenge}
                place={<strong className="figure">{messages.work.place(challenge.section, challenge.line)}</strong>}
                act={
                  challenge.state === "raised" || challenge.state === "refused" ? (
                    <Button small look={challenge.state === "raised" ? "primary" : "plain"} onPress={() => setAnswering(challenge)} aria-label={title(challenge)}>
                      {challenge.state === "raised" ? messages.challenge.answerIt : messages.challenge.answerAnew}
                    </Button>
                  ) : null
                }
              />
            ))}
          </ul>
        </div>
      </section>
      {answering === null ? null : <Answer name={name} challenge={answering} onClose={() => setAnswering(null)} />}
    </>
  );
}

function Answer({ name, challenge, onClose }: { name: string; challenge: OneChallenge; onClose: () => void }) {
  const messages = useMessages();
  const title = useTitle();
  const answer = useAnswer(name);
  const [upheld, uphold] = useState<boolean | null>(null);
  const [reasons, setReasons] = useState("");
  const ready = upheld !== null && reasons.trim() !== "";
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const before = challenge.earlier.length + (challenge.answer ? 1 : 0);
    if (ready && !answer.isPending) answer.mutate({ id: challenge.challenge, upheld, reasons: reasons.trim(), instead_of: before }, { onSuccess: onClose });
  };
  return (
    <Dialog title={title(challenge)} onClose={onClose}>
      <form className="form" onSubmit={submit} onKeyDown={(event) => event.key === "Enter" && event.ctrlKey && submit()}>
        <Told challenge={challenge} />
        {answer.error === null ? null : <Failed error={answer.error} />}
        <fieldset className="stack tight">
          <legend className="legend">{messages.challenge.answer}</legend>
          <Check radio name="answer" label={messages.challenge.upheld} checked={upheld === true} onChange={() => uphold(true)} />
          <Check radio name="answer" label={messages.challenge.notUpheld} checked={upheld === false} onChange={() => uphold(false)} />
        </fieldset>
        {upheld ? (
          <Notice tone="told">
            <strong>{messages.challenge.changes}</strong>
            <ol className="numbered">
              {messages.challenge.changesSteps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          </Notice>
        ) : null}
        <Field label={messages.challenge.reasons} help={messages.challenge.reasonsHelp} value={reasons} onChange={setReasons} rows={4} maxLength={MOST} />
        <div className="buttons">
          <Button type="submit" look="primary" isPending={answer.isPending} isDisabled={!ready} hotkey="Ctrl ⏎">
            {messages.challenge.give}
          </Button>
          <Button onPress={onClose}>{messages.cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
