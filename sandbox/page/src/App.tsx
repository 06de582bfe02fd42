/** The whole page: four columns, and what they share. */
import { useMemo, useState } from "react";
import { changeWorld, fetchState, fetchViews, fetchWorld } from "./api";
import { Channel } from "./Channel";
import { useClock } from "./clock";
import type { Inserted } from "./Compose";
import { Modal } from "./Modal";
import { Panel } from "./Panel";
import { Sidebar, withDirect } from "./Sidebar";
import { useLive, useRevision } from "./stream";
import { Thread } from "./Thread";
import type { Person, State } from "./types";
import { useUnread } from "./unread";
import { rememberWelcome, wasWelcomed, Welcome } from "./Welcome";

const FIRST_PERSON = "U0AKIKO";
/** From this width on, the controls stand beside the messages (as in style/layout.css). */
const WIDE = 1180;
const FIRST_CHANNEL = "C0BILLING";

export function App() {
  const { revision, lost } = useRevision();
  const [person, setPerson] = useState(FIRST_PERSON);
  const { value: state, error } = useLive(`state/${person}`, revision, () => fetchState(person));
  const [shown, setShown] = useState<{ person: string; state: State } | null>(null);
  // The old person's page stays until the new person's channels are known.
  if (state !== null && state !== shown?.state) setShown({ person, state });
  const me = shown?.state.people.find(({ id }) => id === shown.person);
  if (!shown || !me) {
    return (
      <p className="starting" role="status">
        {error ?? "The sandbox starts…"}
      </p>
    );
  }
  return (
    <Workspace
      key={me.id}
      state={shown.state}
      me={me}
      revision={revision}
      lost={lost}
      become={setPerson}
    />
  );
}

type Props = {
  state: State;
  me: Person;
  revision: number;
  lost: boolean;
  become: (person: string) => void;
};

function Workspace({ state, me, revision, lost, become }: Props) {
  const channels = useMemo(() => withDirect(state.channels, me), [state.channels, me]);
  const [channelId, setChannelId] = useState(FIRST_CHANNEL);
  const [thread, setThread] = useState<{ channel: string; ts: string } | null>(null);
  const [panel, setPanel] = useState(window.innerWidth >= WIDE);
  const [welcome, setWelcome] = useState(!wasWelcomed());
  const [atHome, setAtHome] = useState(false);
  const [inserted, setInserted] = useState<Inserted | null>(null);
  const [note, setNote] = useState<string | null>(null);
  const names = useMemo(
    () => ({ people: state.people, channels, shortcuts: state.shortcuts }),
    [state.people, channels, state.shortcuts],
  );
  const { value: views, again } = useLive(`views/${me.id}`, revision, () => fetchViews(me.id));
  const { value: world } = useLive("world", revision, fetchWorld);
  const now = useClock(state.clock);
  const channel = channels.find(({ id }) => id === channelId) ?? channels[0];
  const unread = useUnread(me.id, channels, channel?.id ?? "", revision);
  if (!channel) return null;

  const choose = (id: string) => {
    setChannelId(id);
    setAtHome(false);
    setThread(null);
    setInserted(null);
  };
  const visitHome = () => {
    const direct = channels.find(({ kind }) => kind === "dm");
    if (!direct) return;
    choose(direct.id);
    setAtHome(true);
  };
  const insert = (text: string, send: boolean) => {
    setInserted({ text, send });
    if (window.innerWidth < WIDE) setPanel(false); // it would lie over the compose box
  };
  const dismiss = () => {
    rememberWelcome();
    setWelcome(false);
  };
  const issue = async () => {
    choose(FIRST_CHANNEL);
    try {
      const { number } = await changeWorld("issue", "i3dnet");
      setNote(
        `i3D.net issued ${number ?? "an invoice"}. Duebot posts it here when it next reads i3D.net, within a minute.`,
      );
    } catch (failure) {
      setNote((failure as Error).message);
    }
  };
  const modals = views?.modals ?? [];
  const threadChannel = thread && (channels.find(({ id }) => id === thread.channel) ?? channel);
  const tools = (
    <>
      {!welcome && (
        <button type="button" className="tool" onClick={() => setWelcome(true)}>
          Tour
        </button>
      )}
      {!panel && (
        <button
          type="button"
          className="tool"
          data-testid="show-panel"
          onClick={() => setPanel(true)}
        >
          <span className={state.bot.connected && !lost ? "lamp good" : "lamp"} aria-hidden />{" "}
          Sandbox controls
        </button>
      )}
    </>
  );
  const className = ["app", threadChannel && "with-thread", panel && "with-panel"]
    .filter(Boolean)
    .join(" ");
  return (
    <div className={className}>
      <Sidebar
        state={state}
        me={me}
        current={channel.id}
        unread={unread}
        choose={choose}
        become={become}
      />
      <Channel
        key={channel.id}
        state={state}
        channel={channel}
        me={me}
        names={names}
        revision={revision}
        home={views?.home ?? null}
        atHome={atHome}
        inserted={inserted}
        taken={() => setInserted(null)}
        openThread={(ts) => setThread({ channel: channel.id, ts })}
        tools={tools}
        welcome={
          <>
            {welcome && (
              <Welcome
                run={(line) => insert(line, true)}
                issue={() => void issue()}
                home={visitHome}
                dismiss={dismiss}
              />
            )}
            {note && (
              <p className="tour-note" role="status">
                {note}{" "}
                <button
                  type="button"
                  className="icon"
                  aria-label="Close the note"
                  onClick={() => setNote(null)}
                >
                  ×
                </button>
              </p>
            )}
          </>
        }
      />
      {thread && threadChannel && (
        <Thread
          key={`${thread.channel}/${thread.ts}`}
          state={state}
          channel={threadChannel}
          ts={thread.ts}
          me={me}
          names={names}
          revision={revision}
          close={() => setThread(null)}
        />
      )}
      {panel && (
        <Panel
          state={state}
          world={world}
          now={now}
          lost={lost}
          insert={(text) => insert(text, false)}
          close={() => setPanel(false)}
        />
      )}
      {modals.map((modal, index) => (
        <Modal
          key={modal.id}
          view={modal}
          top={index === modals.length - 1}
          me={me.id}
          names={names}
          done={again}
        />
      ))}
    </div>
  );
}
