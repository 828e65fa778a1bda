/** What a screen tells: notices, waiting, dialogs. */
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { useMessages, useToldInParts } from "../messages";
import { Button } from "./controls";

type Tone = "told" | "good" | "caution" | "bad";

/** Something to know. What went wrong is read out at once, the rest when there is a pause. */
export function Notice({ tone, children, action }: { tone: Tone; children: ReactNode; action?: ReactNode }) {
  return (
    <div className={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <div>{children}</div>
      {action}
    </div>
  );
}

/** What went wrong, in words. */
export function Failed({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const [messages, told] = [useMessages(), useToldInParts()];
  const { words, detail } = told(error);
  const action = retry && (
    <Button small onPress={retry}>
      {messages.tryAgain}
    </Button>
  );
  return (
    <Notice tone="bad" action={action}>
      {words} {detail === null ? null : <span lang="en">{words === null ? detail : `(${detail})`}</span>}
    </Notice>
  );
}

/** Says that a picture is there and cannot be shown just now: nobody is to take it for one that is not there. */
export function NotShown({ what, retry }: { what: string; retry: () => void }) {
  const messages = useMessages();
  return (
    <Notice
      tone="bad"
      action={
        <Button small onPress={retry}>
          {messages.tryAgain}
        </Button>
      }
    >
      {messages.pictures.notShown(what)}
    </Notice>
  );
}

export function Waiting({ text }: { text?: string }) {
  const messages = useMessages();
  return (
    <div className="empty" role="status">
      <span className="spinner" aria-hidden="true" />
      <p>{text ?? messages.loading}</p>
    </div>
  );
}

interface Asked {
  title: string;
  children: ReactNode;
  onClose: () => void;
  wide?: boolean;
  /** Whether it can be left without an answer. */
  mayLeave?: boolean;
  urgent?: boolean;
}

export function Dialog({ title, children, onClose, wide = false, mayLeave = true, urgent = false }: Asked) {
  const messages = useMessages();
  return (
    <ModalOverlay isOpen isDismissable={mayLeave} isKeyboardDismissDisabled={!mayLeave} onOpenChange={(open) => open || onClose()} className="veil">
      <Modal className={wide ? "modal wide" : "modal"}>
        <AriaDialog className="dialog" role={urgent ? "alertdialog" : "dialog"}>
          <div className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {mayLeave ? (
              <Button look="quiet" small onPress={onClose} hotkey="Esc">
                {messages.close}
              </Button>
            ) : null}
          </div>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
