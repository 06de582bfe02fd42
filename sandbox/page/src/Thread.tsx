/** The pane on the right: a message, its replies, and a compose box of its own. */
import { useEffect, useRef, useState } from "react";
import { fetchThread } from "./api";
import type { Names } from "./blocks/surface";
import { Compose } from "./Compose";
import { MessageList } from "./MessageList";
import { useLive } from "./stream";
import type { Channel, Person, State } from "./types";
import { Waiting } from "./Waiting";

type Props = {
  state: State;
  channel: Channel;
  ts: string;
  me: Person;
  names: Names;
  revision: number;
  close: () => void;
};

export function Thread({ state, channel, ts, me, names, revision, close }: Props) {
  const [pending, setPending] = useState<string | null>(null);
  const head = useRef<HTMLHeadingElement>(null);
  const { value, error, again } = useLive(`${me.id}/${channel.id}/${ts}`, revision, () =>
    fetchThread(me.id, channel.id, ts),
  );
  useEffect(() => head.current?.focus(), [ts]);
  // Escape first closes what is open inside: a preview, a menu, the suggestions.
  const leave = (event: React.KeyboardEvent<HTMLElement>) => {
    const inside = (event.target as HTMLElement).closest("dialog, .overflow, textarea");
    if (event.key === "Escape" && inside === null) close();
  };
  const place = channel.kind === "dm" ? "Duebot" : `#${channel.name}`;
  return (
    <aside className="thread" data-testid="thread" aria-label="Thread" onKeyDown={leave}>
      <header className="channel-head">
        <h1 ref={head} tabIndex={-1}>
          Thread
        </h1>
        <p className="topic">{place}</p>
        <span className="spacer" />
        <button type="button" className="icon" aria-label="Close the thread" onClick={close}>
          ×
        </button>
      </header>
      <MessageList
        messages={value ?? []}
        me={me.id}
        names={names}
        clock={state.clock}
        label="Messages in the thread"
        openThread={null}
        sending={pending}
      >
        {pending !== null && <Waiting line={pending} />}
        {error && (
          <p className="failure" role="alert">
            {error}
          </p>
        )}
      </MessageList>
      <Compose
        me={me.id}
        channel={channel.id}
        thread={ts}
        place={place}
        commands={state.commands}
        shortcuts={state.shortcuts}
        clock={state.clock}
        pending={setPending}
        sent={again}
      />
    </aside>
  );
}
