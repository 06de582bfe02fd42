/** Blocks that slack-blocks-to-jsx draws; what it cannot draw is shown as its JSON. */
import { Component, type ReactNode } from "react";
import { Message, type Block as LibraryBlock } from "slack-blocks-to-jsx";
import type { Block } from "../types";
import { useSurface } from "./surface";

/** What the library draws well and without a click that the bot must hear of. */
export const DRAWN = new Set([
  "rich_text",
  "markdown",
  "data_visualization",
  "image",
  "video",
  "plan",
  "task_card",
  "file",
]);

export function Unknown({ block }: { block: Block }) {
  return (
    <details className="unknown-block">
      <summary>A block of the type “{block.type}”</summary>
      <pre>{JSON.stringify(block, null, 2)}</pre>
    </details>
  );
}

class Guard extends Component<{ block: Block; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <Unknown block={this.props.block} /> : this.props.children;
  }
}

export function Library({ block }: { block: Block }) {
  const surface = useSurface();
  const users = [...surface.people, { id: "U0DUEBOT", name: "Duebot" }].map(({ id, name }) => ({
    id,
    name,
  }));
  const channels = surface.channels.map(({ id, name }) => ({ id, name }));
  return (
    <Guard block={block}>
      <Message
        withoutWrapper
        theme="light"
        name="Duebot"
        logo=""
        className="drawn"
        blocks={[block as unknown as LibraryBlock]} // the library's own union; it skips what it does not know
        data={{ users, channels }}
      />
    </Guard>
  );
}
