/** The fields of a line. Enter goes to the next field and after the last one leaves the line; addresses are offered under theirs. */
import { useRef, type KeyboardEvent } from "react";
import { useMessages } from "../../messages";
import { Field } from "../../parts/controls";
import { useOffers } from "./queries";
import { complete, FIELDS, same, type FieldName, type KeyedText } from "./texts";

interface Keyed {
  name: string;
  text: KeyedText;
  onChange: (text: KeyedText) => void;
  onDone: (text: KeyedText) => void;
}

export function LineFields({ name, text, onChange, onDone }: Keyed) {
  const words = useMessages().keying;
  // What an offer would add nothing to is none.
  const offers = useOffers(name, text.address).filter((offer) => !same(complete(text, offer), text));
  const whole = useRef<HTMLDivElement>(null);
  const inputs = () => [...(whole.current?.querySelectorAll("input") ?? [])];
  const buttons = () => [...(whole.current?.querySelectorAll<HTMLButtonElement>(".offers button") ?? [])];

  function inField(event: KeyboardEvent, field: FieldName) {
    const index = FIELDS.indexOf(field);
    if (event.key === "Enter" && !event.altKey) {
      event.preventDefault();
      if (index + 1 < FIELDS.length) inputs()[index + 1]?.focus();
      else onDone(text);
    }
    if (event.key === "ArrowDown" && !event.altKey && field === "address" && offers.length > 0) {
      event.preventDefault();
      buttons()[0]?.focus();
    }
  }

  function inOffers(event: KeyboardEvent, index: number) {
    if (event.altKey) return;
    if (event.key === "ArrowDown") buttons()[index + 1]?.focus();
    else if (event.key === "ArrowUp" && index > 0) buttons()[index - 1]?.focus();
    else if (event.key === "ArrowUp" || event.key === "Escape") inputs()[FIELDS.indexOf("address")]?.focus();
    else return;
    event.preventDefault();
  }

  return (
    <div className="key-fields" ref={whole}>
      {FIELDS.map((field) => (
        <div key={field} className={`key-${field}`} onKeyDown={(event) => event.target instanceof HTMLInputElement && inField(event, field)}>
          <Field label={words.fields[field]} value={text[field]} onChange={(value) => onChange({ ...text, [field]: value })} maxLength={500} autoComplete="off" spellCheck="false" autoFocus={field === "printed_name"} />
          {field === "address" && offers.length > 0 ? (
            <div className="offers" role="group" aria-label={words.offers}>
              <p className="muted small">{words.offersHelp}</p>
              <ul>
                {offers.map((offer, index) => (
                  <li key={`${offer.address} ${offer.zip}`}>
                    <button
                      type="button"
                      tabIndex={-1}
                      onKeyDown={(event) => inOffers(event, index)}
                      onClick={() => {
                        onChange(complete(text, offer));
                        inputs()[FIELDS.indexOf("date_signed")]?.focus();
                      }}
                    >
                      {offer.address}, {offer.city} {offer.zip}
                    </button>
                  </li>
                ))}
              </ul>
            </div>
          ) : null}
        </div>
      ))}
    </div>
  );
}
