/** The emoji names that invoices and small talk use; any other stays readable as :name:. */
const EMOJI: { [name: string]: string } = {
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", warning: "⚠️",
  exclamation: "❗", question: "❓", information_source: "ℹ️", no_entry: "⛔", no_entry_sign: "🚫",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", alarm_clock: "⏰", clock9: "🕘", calendar: "📆", date: "📅",
  bell: "🔔", no_bell: "🔕", mute: "🔇", speech_balloon: "💬", eyes: "👀", wave: "👋", "+1": "👍", thumbsup: "👍",
  "-1": "👎", thumbsdown: "👎", tada: "🎉", rocket: "🚀", fire: "🔥", bulb: "💡", mag: "🔍", lock: "🔒",
  unlock: "🔓", key: "🔑", link: "🔗", paperclip: "📎", page_facing_up: "📄", receipt: "🧾", bar_chart: "📊",
  chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", moneybag: "💰", money_with_wings: "💸",
  credit_card: "💳", yen: "💴", dollar: "💵", euro: "💶", inbox_tray: "📥", outbox_tray: "📤", package: "📦",
  pencil: "📝", pencil2: "✏️", memo: "📝", wastebasket: "🗑️", arrows_counterclockwise: "🔄", zzz: "💤",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", red_circle: "🔴",
  large_green_circle: "🟢", large_yellow_circle: "🟡", large_orange_circle: "🟠", large_blue_circle: "🔵",
  white_circle: "⚪", black_circle: "⚫", small_blue_diamond: "🔹", star: "⭐", sparkles: "✨", smile: "😄",
  slightly_smiling_face: "🙂", thinking_face: "🤔", pray: "🙏", raised_hands: "🙌", robot_face: "🤖",
};

export const emoji = (name: string) => EMOJI[name] ?? `:${name}:`;
