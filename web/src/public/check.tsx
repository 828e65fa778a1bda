/** How anybody checks the result: the files of the record by their digests, and what to do with them. */
import { useMessages } from "../messages";
import { recordFile, type PublicPetition } from "./queries";

interface Checked {
  petition: string;
  record: PublicPetition["record"];
}

export function Check({ petition, record }: Checked) {
  const words = useMessages().public;
  const steps = words.checkSteps;
  return (
    <section className="card" aria-labelledby="public-check">
      <header>
        <h2 id="public-check">{words.check}</h2>
      </header>
      <div className="body stack">
        {record.length === 0 ? (
          <p>{words.noRecord}</p>
        ) : (
          <>
            <p>{words.checkText}</p>
            <ol className="check-steps">
              <li>
                {steps.take}
                <Commands petition={petition} record={record} />
              </li>
              <li>
                {steps.sums}
                <pre tabIndex={0}>sha256sum -c SHA256SUMS</pre>
              </li>
              <li>
                {steps.verify}
                <pre tabIndex={0}>{VERIFY}</pre>
              </li>
              <li>{steps.key}</li>
            </ol>
            <Files petition={petition} record={record} />
          </>
        )}
      </div>
    </section>
  );
}

const VERIFY = ["countersign-verify certificate.json --record . --key record-key.txt", "python3 verify_record.py certificate.json --record . --key record-key.txt"].join("\n");

function Commands({ petition, record }: Checked) {
  const words = useMessages().public;
  const folders = [...new Set(record.flatMap(({ name }) => (name.includes("/") ? [name.slice(0, name.lastIndexOf("/"))] : [])))];
  const fetches = record.map(({ name, digest }) => `curl -fo '${name}' '${window.location.origin}${recordFile(petition, digest)}'`);
  return (
    <details className="no-print">
      <summary>{words.commands}</summary>
      <pre tabIndex={0}>{[...folders.map((folder) => `mkdir -p '${folder}'`), ...fetches].join("\n")}</pre>
    </details>
  );
}

function Files({ petition, record }: Checked) {
  const words = useMessages().public;
  return (
    <details>
      <summary>
        {words.files} ({record.length})
      </summary>
      <ul className="record-files">
        {record.map(({ name, digest, bytes }) => (
          <li key={name}>
            <a href={recordFile(petition, digest)} download={name.slice(name.lastIndexOf("/") + 1)}>
              {name}
            </a>{" "}
            <span className="muted small">{words.bytes(bytes)}</span>
            <span className="mono digest muted">{digest}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
