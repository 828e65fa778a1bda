/** Certificates: what stands in the way, the next one as it would be, those that were given, and opening the case again. */
import { useState } from "react";
import { named, useFormat, useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { Dialog, Failed, Notice, Waiting } from "../parts/told";
import { has, useWho } from "../session/session";
import { Draft } from "./draft";
import { PdfDocument } from "./pdf";
import { certificatePdf, useCertificates, useGivenPdf, useReadiness, useReopen, type GivenCertificate } from "./queries";

export function Certify({ name }: { name: string }) {
  const messages = useMessages().certify;
  const who = useWho();
  const registrar = has(who, name, "registrar");
  const checks = has(who, name, "registrar", "supervisor");
  const given = useCertificates(name);
  const [done, setDone] = useState<"wasGiven" | "wasReopened" | null>(null);
  const stands = given.data?.some((certificate) => certificate.stands) ?? true;
  return (
    <>
      {done === null ? null : <Notice tone="good">{messages[done]}</Notice>}
      {given.error === null ? null : <Failed error={given.error} retry={() => void given.refetch()} />}
      {given.data === undefined ? null : <Given name={name} given={given.data} mayReopen={registrar} onReopened={() => setDone("wasReopened")} />}
      {checks && !stands ? <Ready name={name} /> : null}
      {registrar && !stands ? <Draft name={name} onGiven={() => setDone("wasGiven")} /> : null}
    </>
  );
}

interface Listed {
  name: string;
  given: GivenCertificate[];
  mayReopen: boolean;
  onReopened: () => void;
}

function Given({ name, given, mayReopen, onReopened }: Listed) {
  const messages = useMessages();
  const words = messages.certify;
  const format = useFormat();
  const [reopening, setReopening] = useState<string | null>(null);
  const standing = given.find(({ stands }) => stands);
  return (
    <section className="card" aria-labelledby="certificates-given">
      <header>
        <h2 id="certificates-given">{words.given}</h2>
      </header>
      <div className="body flush table-scroll">
        {given.length === 0 ? (
          <p className="inset muted">{words.none}</p>
        ) : (
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{words.on}</th>
                <th scope="col">{words.verdict}</th>
                <th scope="col" className="right">
                  {words.valid}
                </th>
                <th scope="col">{words.digest}</th>
                <th scope="col">
                  <span className="unseen">{words.reopen}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {given.map((certificate) => (
                <tr key={certificate.digest}>
                  <th scope="row" className="nowrap">
                    {format.day(certificate.certified_on)}{" "}
                    <span className={certificate.stands ? "chip good" : "chip caution"}>{certificate.stands ? words.stands : words.standsNot}</span>
                  </th>
                  <td>{named(messages.verdicts, certificate.verdict)}</td>
                  <td className="right">{format.number(certificate.valid)}</td>
                  <td className="mono small digest">{certificate.digest}</td>
                  <td className="right">
                    {certificate.stands ? (
                      <span className="buttons">
                        <a className="button small" href={certificatePdf(name)} target="_blank" rel="noreferrer">
                          PDF
                        </a>
                        {mayReopen ? (
                          <Button small look="danger" onPress={() => setReopening(certificate.digest)}>
                            {words.reopen}
                          </Button>
                        ) : null}
                      </span>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      {standing === undefined ? null : <GivenDocument key={standing.digest} name={name} />}
      {reopening === null ? null : (
        <Reopen
          name={name}
          digest={reopening}
          onClose={() => setReopening(null)}
          onDone={() => {
            setReopening(null);
            onReopened();
          }}
        />
      )}
    </section>
  );
}

/** The document of the certificate that stands, looked at in the page. */
function GivenDocument({ name }: { name: string }) {
  const words = useMessages().certify;
  const document = useGivenPdf(name);
  return (
    <div className="body stack">
      {document.error === null ? null : <Failed error={document.error} />}
      <div className="buttons">
        <Button isPending={document.isPending} onPress={() => document.mutate()}>
          {document.isPending ? words.preparing : words.lookAtDocument}
        </Button>
      </div>
      {document.data === undefined ? null : <PdfDocument key={document.data} address={document.data} title={words.givenDocument} file="certificate.pdf" />}
    </div>
  );
}

function Reopen({ name, digest, onClose, onDone }: { name: string; digest: string; onClose: () => void; onDone: () => void }) {
  const messages = useMessages();
  const words = messages.certify;
  const reopen = useReopen(name);
  const [because, setBecause] = useState("");
  const [tried, setTried] = useState(false);
  const missing = because.trim() === "";
  const carryOut = () => {
    setTried(true);
    if (!missing) reopen.mutate({ digest, because: because.trim() }, { onSuccess: onDone });
  };
  return (
    <Dialog title={words.reopenTitle} urgent onClose={onClose}>
      {reopen.error === null ? null : <Failed error={reopen.error} />}
      <p>{words.reopenText}</p>
      <p className="mono small digest">{digest}</p>
      <Field label={words.because} error={tried && missing ? words.needReason : undefined} value={because} onChange={setBecause} rows={3} maxLength={2000} autoFocus />
      <div className="buttons">
        <Button onPress={onClose}>{messages.cancel}</Button>
        <Button look="danger" isPending={reopen.isPending} onPress={carryOut}>
          {words.reopen}
        </Button>
      </div>
    </Dialog>
  );
}

function Ready({ name }: { name: string }) {
  const messages = useMessages();
  const words = messages.certify;
  const { data, error, refetch, isFetching } = useReadiness(name, true);
  return (
    <section className="card" aria-labelledby="readiness">
      <header>
        <h2 id="readiness">{words.ready}</h2>
        <Button small isPending={isFetching} onPress={() => void refetch()}>
          {words.checkAgain}
        </Button>
      </header>
      <div className="body stack">
        {error === null ? null : <Failed error={error} retry={() => void refetch()} />}
        {data === undefined && error === null ? <Waiting text={words.checking} /> : null}
        {data === undefined ? null : data.phase !== "examining" ? <p>{words.phase(named(messages.phases, data.phase))}</p> : null}
        {data !== undefined && data.phase === "examining" && data.undecided > 0 ? <Notice tone="caution">{words.undecided(data.undecided)}</Notice> : null}
        {data === undefined || data.invariants.length === 0 ? null : (
          <ul className="invariants">
            {data.invariants.map(({ invariant, holds, what, concerned, lines }) => (
              <li key={invariant}>
                <span className={holds ? "chip good" : "chip bad"}>{holds ? words.holds : words.broken}</span>
                <div>
                  <p>{named(words.invariants, invariant)}</p>
                  {what ? (
                    <p className="small" lang="en">
                      {what}
                    </p>
                  ) : null}
                  {concerned > 0 ? (
                    <p className="small figure">
                      {words.concerned(concerned, lines.length)} {lines.map(({ section, line }) => `${section}/${line}`).join(", ")}
                    </p>
                  ) : null}
                </div>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
