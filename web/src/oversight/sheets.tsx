/** The contact sheets that were passed, with the time that was spent on each; one that was passed too lightly is taken back as a whole. */
import { useState } from "react";
import { useFormat, useMessages } from "../messages";
import { Button, Field, More, Scrolling } from "../parts/controls";
import { Dialog, Failed, Waiting } from "../parts/told";
import { ActDialog } from "./acts";
import { useAct, useSheets, type OneAct } from "./queries";

export function Sheets({ name }: { name: string }) {
  const messages = useMessages();
  const words = messages.sheets;
  const { number, moment } = useFormat();
  const list = useSheets(name);
  const { data, error, refetch } = list;
  const sheets = data?.pages.flatMap(({ items }) => items) ?? [];
  const [taking, setTaking] = useState<string | null>(null);
  const [proposed, setProposed] = useState<OneAct | null>(null);
  return (
    <section className="card" aria-label={words.title}>
      <header>
        <h2>{words.title}</h2>
      </header>
      <div className="body flush">
        {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
        {data === undefined && error === null ? <Waiting /> : null}
        {data !== undefined && sheets.length === 0 ? <p className="muted inset">{words.none}</p> : null}
        {sheets.length === 0 ? null : (
          <Scrolling label={words.title}>
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">{messages.oversight.person}</th>
                  <th scope="col">{words.passed}</th>
                  <th scope="col" className="right">
                    {words.pairs}
                  </th>
                  <th scope="col" className="right">
                    {words.spent}
                  </th>
                  <th scope="col">
                    <span className="unseen">{words.takeBack}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {sheets.map((sheet) => (
                  <tr key={sheet.batch}>
                    <th scope="row" className="mono small">
                      {sheet.person}
                    </th>
                    <td className="small">{moment(sheet.passed_at)}</td>
                    <td className="right">{number(sheet.pairs)}</td>
                    <td className="right">{number(Math.round((Date.parse(sheet.passed_at) - Date.parse(sheet.opened_at)) / 1000))}</td>
                    <td className="right">
                      {sheet.pairs === 0 ? null : (
                        <Button small onPress={() => setTaking(sheet.batch)} aria-label={words.takeBackOf(sheet.person, moment(sheet.passed_at))}>
                          {words.takeBack}
                        </Button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scrolling>
        )}
        <More small of={list} />
      </div>
      {taking === null ? null : <TakeBack name={name} batch={taking} onShown={(act) => (setTaking(null), setProposed(act))} onClose={() => setTaking(null)} />}
      {proposed === null ? null : <ActDialog name={name} proposed={proposed} onClose={() => setProposed(null)} />}
    </section>
  );
}

function TakeBack({ name, batch, onShown, onClose }: { name: string; batch: string; onShown: (act: OneAct | null) => void; onClose: () => void }) {
  const messages = useMessages();
  const act = useAct(name);
  const [because, setBecause] = useState("");
  const ready = because.trim() !== "" && !act.isPending;
  const propose = () => ready && act.mutate({ id: crypto.randomUUID(), step: "propose", act: { what: "reopen_batch", batch }, because: because.trim() }, { onSuccess: onShown });
  return (
    <Dialog title={messages.acts.whats.reopen_batch} onClose={onClose}>
      {act.error === null ? null : <Failed error={act.error} />}
      <p>{messages.sheets.takeBackText}</p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          propose();
        }}
      >
        <Field label={messages.acts.because} value={because} onChange={setBecause} maxLength={2000} autoFocus />
        <div className="buttons">
          <Button type="submit" look="primary" isPending={act.isPending} isDisabled={because.trim() === ""}>
            {messages.acts.show}
          </Button>
          <Button onPress={onClose}>{messages.cancel}</Button>
        </div>
      </form>
    </Dialog>
  );
}
