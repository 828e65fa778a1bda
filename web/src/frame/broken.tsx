/** What is shown when a screen fails: words, and the way back. */
import { Component, type ReactNode } from "react";
import { useMessages } from "../messages";
import { Button } from "../parts/controls";

export class Broken extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Words /> : this.props.children;
  }
}

function Words() {
  const messages = useMessages().broken;
  return (
    <main className="empty" role="alert">
      <h1>{messages.title}</h1>
      <p>{messages.text}</p>
      <Button look="primary" onPress={() => window.location.reload()}>
        {messages.reload}
      </Button>
    </main>
  );
}
