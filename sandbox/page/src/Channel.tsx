/** The middle: a channel's or direct message's head, messages and compose box. */
import { useEffect, useState } from "react";
import { fetchMessages, openHome } from "./api";
import type { Names } from "./blocks/surface";
import { Compose, type Inserted } from "./Compose";
import { Home } from "./Home";
import { MessageList } from "./MessageList";
import { Sign } from "./Sidebar";
import { useLive } from "./stream";
import type { Channel as ChannelShape, Person, State, View } from "./types";
import { Waiting } from "./Waiting";

type Props = {
  state: State;
  channel: ChannelShape;
  me: Person;
  names: Names;
  revision: number;
  home: View | null;
  /** Whether a direct message is opened at its Home tab. */
  atHome: boolean;
  inserted: Inserted | null;
  taken: () => void;
  openThread: (ts: string) => void;
  welcome: React.ReactNode;
  tools: React.ReactNode;
};

export function Channel({
  state,
  channel,
  me,
  names,
  revision,
  home,
  atHome,
  inserted,
  taken,
  openThread,
  welcome,
  tools,
}: Props) {
  const [pending, setPending] = useState<string | null>(null);
  const [tab, setTab] = useState<"messages" | "home">(atHome ? "home" : "messages");
  const {
    value: messages,
    error,
    again,
  } = useLive(`${me.id}/${channel.id}`, revision, () => fetchMessages(me.id, channel.id));
  const dm = channel.kind === "dm";
  const place = dm ? "Duebot" : `#${channel.name}`;
  const turn = (to: "messages" | "home") => {
    setTab(to);
    void openHome(me.id, to).catch(() => undefined); // the tab itself says when nothing is published
  };
  const showsHome = dm && tab === "home";
  useEffect(() => {
    if (atHome) turn("home");
  }, [atHome]);
  return (
    <main className="channel" aria-label={place}>
      <header className="channel-head">
        <h1>
          {dm ? (
            "Duebot"
          ) : (
            <>
              <Sign channel={channel} /> {channel.name}
            </>
          )}
        </h1>
        {!dm && <p className="topic">{channel.topic}</p>}
        {dm && (
          <div className="tabs" role="tablist">
            <button
              type="button"
              role="tab"
              aria-selected={!showsHome}
              onClick={() => turn("messages")}
            >
              Messages
            </button>
            <button
              type="button"
              role="tab"
              aria-selected={showsHome}
              data-testid="home"
              onClick={() => turn("home")}
            >
              Home
            </button>
          </div>
        )}
        <span className="spacer" />
        {tools}
      </header>
      {showsHome ? (
        <Home view={home} me={me.id} names={names} />
      ) : (
        <>
          <MessageList
            messages={messages ?? []}
            me={me.id}
            names={names}
            clock={state.clock}
            label={`Messages in ${place}`}
            openThread={openThread}
            sending={pending}
            before={
              <>
                {welcome}
                {messages?.length === 0 && pending === null && (
                  <Empty place={place} member={channel.bot_member} />
                )}
              </>
            }
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
            place={place}
            commands={state.commands}
            shortcuts={state.shortcuts}
            clock={state.clock}
            inserted={inserted}
            taken={taken}
            pending={setPending}
            sent={again}
          />
        </>
      )}
    </main>
  );
}

function Empty({ place, member }: { place: string; member: boolean }) {
  return (
    <div className="empty">
      <h2>{place}</h2>
      <p>
        Nothing here yet. Type <code>/unpaid</code> below
        {member ? (
          <>
            , or ask <code>@duebot unpaid</code>.
          </>
        ) : (
          "; Duebot is not in this channel, so it hears no mentions here."
        )}
      </p>
    </div>
  );
}
