/** The shapes of the control API, as the page reads them. */

/** Block Kit is open-ended: what a block holds beyond its type is looked at where it is drawn. */
export type Json = { [key: string]: any };

export type Block = Json & { type: string; block_id?: string };
export type Element = Json & { type: string; action_id?: string };
export type Option = {
  text: { type: string; text: string };
  value: string;
  description?: { text: string };
};

export type Person = {
  id: string;
  name: string;
  title: string;
  kind: "member" | "guest" | "outsider";
  initials: string;
  color: string;
};

export type Channel = {
  id: string;
  name: string;
  kind: "channel" | "private" | "dm";
  shared: boolean;
  archived?: boolean;
  bot_member: boolean;
  members: string[];
  topic: string;
};

export type Command = { command: string; description: string; usage_hint: string };

export type Shortcut = { callback_id: string; name: string; kind: "global" | "message" };

export type State = {
  clock: string;
  bot: { connected: boolean; via: "socket" | "http" | null };
  people: Person[];
  channels: Channel[];
  commands: Command[];
  shortcuts: Shortcut[];
  faults: Json;
  revision: number;
};

export type SlackFile = {
  id: string;
  name: string;
  title: string;
  alt_text: string;
  mimetype: string;
  size: number;
  url: string;
};

export type Message = {
  ts: string;
  channel: string;
  user: string | null;
  bot: boolean;
  text: string;
  blocks: Block[];
  ephemeral: boolean;
  thread_ts: string | null;
  reply_count: number;
  files: SlackFile[];
  edited: boolean;
  metadata: Json | null;
  command: string | null;
};

export type View = Json & {
  id: string;
  type: "modal" | "home";
  blocks: Block[];
  hash?: string;
};

export type Views = { modals: View[]; home: View | null };

export type Invoice = {
  number: string;
  total: string;
  currency: string;
  status: string;
  issued_on: string;
  due_on: string | null;
};

export type World = { [provider: string]: { label: string; invoices: Invoice[] } };

/** What an interactive element holds, in the words of Slack's `state.values`. */
export type ElementState = Json;
export type Values = { [blockId: string]: { [actionId: string]: ElementState } };

/** The outcome of a delivery to the bot. */
export type Delivery = { ok: boolean; ms?: number; error?: string };
