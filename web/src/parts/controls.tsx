/** Buttons, fields and keys, as every screen uses them. */
import { useId, type ReactNode, type Ref } from "react";
import { Button as AriaButton, type ButtonProps } from "react-aria-components/Button";
import { FieldError, Input, Label, Text, TextArea, TextField, type TextFieldProps } from "react-aria-components/TextField";
import { useMessages } from "../messages";

type Look = "plain" | "primary" | "danger" | "quiet";

interface Pressable extends ButtonProps {
  look?: Look;
  small?: boolean;
  /** The key that does the same. */
  hotkey?: string | undefined;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = "plain", small = false, hotkey, children, className, isPending = false, onPress, ...props }: Pressable) {
  const classes = ["button", look === "plain" ? "" : look, small ? "small" : "", isPending ? "busy" : "", className ?? ""];
  // While it waits it keeps the focus and does nothing more; what comes of it is told by the screen.
  return (
    <AriaButton {...props} onPress={isPending ? undefined : onPress} className={classes.filter(Boolean).join(" ")}>
      {children as ReactNode}
      {hotkey === undefined ? null : <Key>{hotkey}</Key>}
    </AriaButton>
  );
}

/** A key of the keyboard. What it does stands beside it, so it is not read out. */
export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="kbd" aria-hidden="true">
      {children}
    </kbd>
  );
}

interface Writable extends Omit<TextFieldProps, "children" | "className"> {
  label: string;
  help?: string | undefined;
  error?: string | undefined;
  placeholder?: string | undefined;
  rows?: number;
  mono?: boolean;
}

export function Field({ label, help, error, placeholder, rows, mono = false, ...props }: Writable) {
  const classes = mono ? "input mono" : "input";
  return (
    <TextField {...props} className="field" isInvalid={error !== undefined} validationBehavior="aria">
      <Label>{label}</Label>
      {rows === undefined ? <Input className={classes} placeholder={placeholder} /> : <TextArea className={classes} rows={rows} placeholder={placeholder} />}
      {help !== undefined && error === undefined ? (
        <Text slot="description" className="help">
          {help}
        </Text>
      ) : null}
      <FieldError className="error">{error}</FieldError>
    </TextField>
  );
}

interface Checkable {
  label: ReactNode;
  help?: string | undefined;
  checked: boolean;
  onChange: (checked: boolean) => void;
  name?: string;
  radio?: boolean;
  isDisabled?: boolean;
}

export function Check({ label, help, checked, onChange, name, radio = false, isDisabled = false }: Checkable) {
  return (
    <label className="check">
      <input type={radio ? "radio" : "checkbox"} name={name} checked={checked} disabled={isDisabled} onChange={(event) => onChange(event.target.checked)} />
      <span>
        {label}
        {help === undefined ? null : <span className="help">{help}</span>}
      </span>
    </label>
  );
}

interface Choosable<T extends string> {
  label: string;
  value: T;
  options: Record<T, string>;
  onChange: (value: T) => void;
}

/** A choice of few, in one line. */
export function Pick<T extends string>({ label, value, options, onChange }: Choosable<T>) {
  const id = useId();
  return (
    <span className="pick">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value as T)}>
        {Object.entries<string>(options).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </span>
  );
}

/** A table that scrolls by itself where the screen is too narrow for it: by the arrow keys as well. */
export function Scrolling({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="table-scroll" role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

/** A list that comes in pages. */
interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Fetches the next page of a list, while there is one. */
export function More({ of, small = false }: { of: Paged; small?: boolean }) {
  const messages = useMessages();
  if (!of.hasNextPage) return null;
  return (
    <Button small={small} isPending={of.isFetchingNextPage} onPress={() => void of.fetchNextPage()}>
      {messages.oversight.more}
    </Button>
  );
}

interface Selectable<T extends string> {
  label: string;
  value: T;
  onChange: (value: T) => void;
  /** The options, in groups or not. */
  children: ReactNode;
}

/** A choice of many, as a field of a form. */
export function Choose<T extends string>({ label, value, onChange, children }: Selectable<T>) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="input" value={value} onChange={(event) => onChange(event.target.value as T)}>
        {children}
      </select>
    </div>
  );
}

/** Options of a choice, from their texts. */
export function Options({ of }: { of: Record<string, string> }) {
  return Object.entries(of).map(([key, text]) => (
    <option key={key} value={key}>
      {text}
    </option>
  ));
}
