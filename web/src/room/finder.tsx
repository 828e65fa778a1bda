/** Which of the lines that do not count are listed, and the way to one of them by its number. */
import { useId, useState, type FormEvent } from "react";
import { named, useFormat, useMessages } from "../messages";
import { Button, Field } from "../parts/controls";
import { typedPlace } from "./rows";

export interface Filter {
  categories: Record<string, number>;
  category: string;
}

interface Finding {
  filter: Filter;
  onCategory: (category: string) => void;
  onPlace: (place: NonNullable<ReturnType<typeof typedPlace>>) => void;
}

export function Finder({ filter, onCategory, onPlace }: Finding) {
  const messages = useMessages();
  const { number } = useFormat();
  const id = useId();
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  const all = Object.values(filter.categories).reduce((sum, lines) => sum + lines, 0);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const place = typedPlace(typed);
    setWrong(place === null);
    if (place === null) return;
    setTyped("");
    onPlace(place);
  };
  return (
    <div className="finder">
      <div className="field">
        <label htmlFor={id}>{messages.roomLines.category}</label>
        <select id={id} className="input" value={filter.category} onChange={(event) => onCategory(event.target.value)}>
          <option value="">{messages.roomLines.all(all)}</option>
          {Object.entries(filter.categories).map(([category, lines]) => (
            <option key={category} value={category} disabled={lines === 0}>
              {messages.roomLines.some(named(messages.categories, category), lines)}
            </option>
          ))}
        </select>
      </div>
      <form className="go-to" onSubmit={submit} noValidate>
        <Field
          label={messages.roomLines.goTo}
          value={typed}
          onChange={(text) => (setTyped(text), setWrong(false))}
          error={wrong ? messages.roomLines.noPlace : undefined}
          placeholder={`${number(12)}/${number(5)}`}
          autoComplete="off"
        />
        <Button type="submit">{messages.roomLines.go}</Button>
      </form>
    </div>
  );
}
