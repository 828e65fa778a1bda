/** Slips to print: one a person, many on a page. The codes are shown once and kept nowhere. */
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { useMessages } from "../messages";
import { Button } from "../parts/controls";
import { Notice } from "../parts/told";
import { forgetSlips, madeSlips } from "./queries";
import { useTitle } from "../parts/title";

export function Slips() {
  const messages = useMessages();
  const [, go] = useLocation();
  const [slips] = useState(madeSlips);
  useTitle(messages.slips.title);
  if (slips.length === 0) {
    return (
      <div className="page narrow stack">
        <h1>{messages.slips.title}</h1>
        <p className="muted">{messages.slips.none}</p>
        <Link href="/people">← {messages.person.back}</Link>
      </div>
    );
  }
  return (
    <div className="page stack">
      <div className="page-head no-print">
        <h1>{messages.slips.title}</h1>
        <div className="buttons">
          <Button look="primary" onPress={() => window.print()}>
            {messages.slips.print}
          </Button>
          <Button
            onPress={() => {
              forgetSlips();
              go("/people");
            }}
          >
            {messages.slips.done}
          </Button>
        </div>
      </div>
      <div className="no-print">
        <Notice tone="caution">{messages.slips.text}</Notice>
      </div>
      <ul className="slips">
        {slips.map(({ account, name, code }) => (
          <li key={account} className="slip">
            <p className="small">{messages.slips.heading}</p>
            <h2>{name}</h2>
            <dl>
              <div>
                <dt>{messages.slips.open}</dt>
                <dd>{window.location.origin}</dd>
              </div>
              <div>
                <dt>{messages.slips.account}</dt>
                <dd className="mono">{account}</dd>
              </div>
              <div className="code">
                <dt>{messages.slips.code}</dt>
                <dd className="mono">{code}</dd>
              </div>
            </dl>
            <p className="small">{messages.slips.then}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}
